//! All bugs in one copy of the source, each behind a switch, so that one build has them all.
//!
//! The broken piece `old` becomes `if crate::planted("name") { instead } else { old }`. Which bug is on, a test's process
//! reads from its environment.

use std::collections::BTreeMap;

use crate::bugs::Bug;

/// The variable of the environment that names the bug that is on.
pub(crate) const SWITCH: &str = "HOLDFAST_PLANTED";

/// What every crate that has bugs gets: the question whether one is on.
pub(crate) const ASKING: &str = r#"
#[allow(missing_docs, clippy::all)]
pub(crate) fn planted(name: &str) -> bool {
    static ON: std::sync::LazyLock<Option<String>> = std::sync::LazyLock::new(|| std::env::var("HOLDFAST_PLANTED").ok());
    ON.as_deref() == Some(name)
}
"#;

/// A piece of a file, from one byte to another.
type Piece = (usize, usize);

/// The piece of a source that a bug breaks.
///
/// # Errors
///
/// Why it cannot be found: the bug's text has no marks, or is not in the source exactly once.
pub(crate) fn piece(bug: &Bug, source: &str) -> Result<Piece, String> {
    let marked = bug.text.split_once('«').and_then(|(before, rest)| Some((before, rest.split_once('»')?)));
    let Some((before, (old, after))) = marked else { return Err(format!("{}: its text has no marks", bug.name)) };
    let text = format!("{before}{old}{after}");
    let found: Vec<_> = source.match_indices(&text).map(|(at, _)| at).collect();
    match found.as_slice() {
        [at] => Ok((at + before.len(), at + before.len() + old.len())),
        found => Err(format!("{}: its text is in {} {} times, not once", bug.name, bug.file, found.len())),
    }
}

/// A source with all bugs of its file in it, each behind its switch.
///
/// # Errors
///
/// The first bug that does not apply.
pub(crate) fn plant(source: &str, bugs: &[&Bug]) -> Result<String, String> {
    let mut pieces: BTreeMap<Piece, Vec<&Bug>> = BTreeMap::new();
    for bug in bugs {
        pieces.entry(piece(bug, source)?).or_default().push(bug);
    }
    let (mut planted, mut at) = (String::new(), 0);
    for ((from, to), bugs) in pieces {
        if from < at {
            return Err(format!("{}: its piece overlaps with another one", bugs[0].name));
        }
        planted.push_str(&source[at..from]);
        planted.push_str(&switched(&source[from..to], &bugs));
        at = to;
    }
    planted.push_str(&source[at..]);
    Ok(planted)
}

/// A piece behind the switches of its bugs. An expression stays one.
fn switched(old: &str, bugs: &[&Bug]) -> String {
    let arm = |bug: &&Bug| format!("if crate::planted({:?}) {{ {} }} else ", bug.name, bug.instead);
    let arms: String = bugs.iter().map(arm).collect();
    let whole = format!("{arms}{{ {old} }}");
    if old.ends_with(';') { whole } else { format!("({whole})") }
}

#[cfg(test)]
mod tests {
    use super::*;

    const BUG: Bug =
        Bug { name: "one", what: "", file: "a.rs", text: "if «a < b» {", instead: "a > b", test: "a::b::c" };

    #[test]
    fn an_expression_stays_one_and_a_statement_too() {
        let planted = plant("if a < b { c }", &[&BUG]);
        assert_eq!(planted.as_deref(), Ok(r#"if (if crate::planted("one") { a > b } else { a < b }) { c }"#));
        let other = Bug { text: "«c();»", instead: "d();", ..BUG };
        let planted = plant("fn f() { c(); }", &[&other]);
        assert_eq!(planted.as_deref(), Ok(r#"fn f() { if crate::planted("one") { d(); } else { c(); } }"#));
    }

    #[test]
    fn several_bugs_may_break_one_piece() {
        let other = Bug { name: "two", instead: "true", ..BUG };
        let planted = plant("if a < b { c }", &[&BUG, &other]).expect("both apply");
        assert!(planted.contains(r#"{ a > b } else if crate::planted("two") { true } else { a < b }"#), "{planted}");
        let overlapping = Bug { text: "if a < «b {»", ..BUG };
        assert!(plant("if a < b { c }", &[&BUG, &overlapping]).is_err());
    }

    #[test]
    fn a_text_that_is_not_there_once_is_named() {
        assert!(piece(&BUG, "if a > b { c }").is_err_and(|why| why.contains("0 times")));
        assert!(piece(&BUG, "if a < b { if a < b { c } }").is_err_and(|why| why.contains("2 times")));
        assert!(piece(&Bug { text: "if a < b {", ..BUG }, "if a < b { c }").is_err_and(|why| why.contains("marks")));
    }

    #[test]
    fn the_switch_is_the_one_that_is_set() {
        assert!(ASKING.contains(SWITCH));
    }
}
