//! Forms that change something which is there: they are filled with what is kept, or with what was typed if that was refused, and
//! say what they were filled with, so that of two people who change the same thing neither undoes unawares what the other did.

use std::collections::BTreeMap;

use domain::{Code, FieldError, Refusal};
use sha2::{Digest, Sha256};

use crate::{flash::Wrong, typed::Typed, visit::Visit};

/// The field that says what a form was filled with.
pub(super) const WAS: &str = "was";

/// What each field says of something that is kept.
pub(super) type Known = BTreeMap<&'static str, String>;

/// What tells two such things apart.
pub(super) fn mark(known: &Known) -> String {
    let all = known.iter().map(|(name, text)| format!("{name}={}:{text}", text.len())).collect::<Vec<_>>().join("\n");
    hex::encode(&Sha256::digest(all)[..8])
}

/// What stands in a form's fields, and what it says that it was filled with.
pub(super) fn filled(visit: &Visit, known: &Known) -> (Known, String) {
    let (typed, now) = (visit.typed(), mark(known));
    let Some(wrong) = visit.wrong() else { return (known.clone(), now) };
    let kept = |name: &'static str, text: &String| match typed.lost(name) {
        true => (name, text.clone()),
        false => (name, typed.get(name).to_owned()),
    };
    let fields = known.iter().map(|(name, text)| kept(name, text)).collect();
    // Who was told what another person made of it knows it, and may send the form once more.
    let was = if is_outdated(wrong) { now } else { typed.get(WAS).to_owned() };
    (fields, was)
}

/// Whether a form may make of what is `now` what it says: it was filled with just that, or it changes nothing.
///
/// # Errors
/// `illegal_state`, with what each field says now that the form would change.
pub(super) fn unchanged(typed: &Typed, now: &Known, next: &Known) -> Result<(), Refusal> {
    let differs = |(name, text): (&&'static str, &String)| {
        let message = if text.is_empty() { "It is empty now".to_owned() } else { format!("It says now: {text}") };
        (next.get(name) != Some(text)).then(|| FieldError { field: (*name).to_owned(), message })
    };
    let errors: Vec<FieldError> = now.iter().filter_map(differs).collect();
    if errors.is_empty() || typed.get(WAS) == mark(now) {
        return Ok(());
    }
    let message = "It was changed meanwhile, by another person or in another window. What it says now stands beside your own words: \
                   save it once more to replace that";
    Err(Refusal { errors, ..Refusal::new(Code::IllegalState, message) })
}

fn is_outdated(wrong: &Wrong) -> bool {
    wrong.code == Code::IllegalState && !wrong.fields.is_empty()
}

#[cfg(test)]
mod tests {
    use domain::Code;

    use super::{Known, WAS, mark, unchanged};
    use crate::typed::Typed;

    fn known(title: &str) -> Known {
        Known::from([("title", title.to_owned()), ("venue", String::new())])
    }

    #[test]
    fn a_form_replaces_what_it_was_filled_with_and_nothing_else() {
        let form = |was: &Known| Typed::read(format!("{WAS}={}", mark(was)).as_bytes());
        assert_eq!(unchanged(&form(&known("a")), &known("a"), &known("b")), Ok(()));
        // The same form sent twice.
        assert_eq!(unchanged(&form(&known("a")), &known("b"), &known("b")), Ok(()));
        let refused = unchanged(&form(&known("a")), &known("c"), &known("b")).expect_err("another person was faster");
        assert_eq!((refused.code, refused.errors.len()), (Code::IllegalState, 1));
        assert_eq!((refused.errors[0].field.as_str(), refused.errors[0].message.as_str()), ("title", "It says now: c"));
        assert!(unchanged(&Typed::default(), &known("c"), &known("b")).is_err());
    }

    #[test]
    fn no_two_things_have_one_mark() {
        let other = Known::from([("title", String::new()), ("venue", "a".to_owned())]);
        assert_ne!(mark(&known("a")), mark(&other));
        assert_ne!(
            mark(&known("a\nvenue=1:b")),
            mark(&Known::from([("title", "a".to_owned()), ("venue", "b".to_owned())]))
        );
    }
}
