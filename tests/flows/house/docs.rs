//! Doc comments that repeat a name. A comment of one line has to say more than the item's name and its owner's: a unit, a
//! range, an error, a source, a shape.

use std::collections::BTreeSet;

use super::{
    scan::{Kind, Token, close, scan},
    words::parts,
};

/// Words that say nothing by themselves.
const SMALL: [&str; 44] = [
    "the", "a", "an", "of", "its", "it", "is", "are", "was", "were", "be", "this", "that", "these", "those", "in",
    "on", "at", "by", "for", "to", "from", "and", "or", "which", "whose", "who", "has", "have", "with", "as", "own",
    "all", "each", "one", "what", "how", "when", "where", "if", "there", "no", "not", "than",
];

/// The comments of one line that say nothing, with their lines.
pub(crate) fn empty(text: &str) -> Vec<(usize, String)> {
    let tokens = scan(text);
    // Whose block each open bracket begins.
    let mut owners: Vec<BTreeSet<String>> = Vec::new();
    let mut next_owner = None;
    let mut found = Vec::new();
    for (at, token) in tokens.iter().enumerate() {
        if is_doc(token) {
            let alone = !tokens.get(at + 1).is_some_and(is_doc) && (at == 0 || !is_doc(&tokens[at - 1]));
            if let Some(name) = alone.then(|| item(&tokens, at + 1)).flatten() {
                let known: BTreeSet<_> = owners.last().into_iter().flatten().cloned().chain(stems(name)).collect();
                let doc = token.text.trim_start_matches('/').trim();
                if says_nothing(doc, &known) {
                    found.push((token.line, doc.to_owned()));
                }
            }
        } else if token.is("{") {
            owners.push(next_owner.take().unwrap_or_else(|| of_variant(&tokens[..at], owners.last())));
        } else if token.is("}") {
            owners.pop();
        } else if token.is(";") {
            next_owner = None;
        } else if let Some(owner) = owner(&tokens, at) {
            next_owner = Some(stems(owner).collect());
        }
    }
    found
}

fn is_doc(token: &Token) -> bool {
    token.kind == Kind::Comment && token.text.starts_with("///")
}

/// The name of the item that a comment before this place is of.
fn item(tokens: &[Token], mut at: usize) -> Option<&str> {
    let is = |at: usize, text: &str| tokens.get(at).is_some_and(|token: &Token| token.is(text));
    loop {
        if is(at, "#") && is(at + 1, "[") || is(at, "pub") && is(at + 1, "(") {
            at = close(tokens, at + 1) + 1;
        } else if ["pub", "const", "static", "mut", "async", "unsafe", "fn", "struct", "enum", "trait", "type", "mod"]
            .iter()
            .any(|word| is(at, word))
        {
            at += 1;
        } else if is(at, "macro_rules") {
            at += 2;
        } else {
            let token = tokens.get(at)?;
            return (token.is_word() && !token.is("impl") && !token.is("use")).then_some(token.text.as_str());
        }
    }
}

/// The name of what is declared here with a block of its own.
fn owner(tokens: &[Token], at: usize) -> Option<&str> {
    if ["struct", "enum", "trait", "mod"].iter().any(|word| tokens[at].is(word)) {
        return tokens.get(at + 1).map(|token| token.text.as_str());
    }
    if !tokens[at].is("impl") {
        return None;
    }
    let head = tokens[at + 1..].iter().take_while(|token| !token.is("{") && !token.is(";") && !token.is("where"));
    let head: Vec<_> = head.collect();
    let of = head.iter().position(|token| token.is("for")).map_or(0, |of| of + 1);
    let mut depth = 0;
    let mut name = None;
    for token in &head[of..] {
        match token.text.as_str() {
            "<" => depth += 1,
            ">" => depth -= 1,
            _ if depth == 0 && token.is_word() => name = Some(token.text.as_str()),
            _ => {}
        }
    }
    name
}

/// A variant's fields are its own and its type's.
fn of_variant(before: &[Token], outer: Option<&BTreeSet<String>>) -> BTreeSet<String> {
    let name = before.last().filter(|token| token.is_word()).map(|token| token.text.as_str());
    name.into_iter().flat_map(stems).chain(outer.into_iter().flatten().cloned()).collect()
}

fn says_nothing(doc: &str, known: &BTreeSet<String>) -> bool {
    let doc = doc.replace("'s ", " ");
    let words = doc.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    words.map(str::to_lowercase).all(|word| SMALL.contains(&&*word) || known.contains(&stem(&word)))
}

fn stems(name: &str) -> impl Iterator<Item = String> {
    parts(name).into_iter().map(|part| stem(&part))
}

/// A word without the endings that make one of the same meaning.
fn stem(word: &str) -> String {
    let shorter = ["ing", "ed", "es", "s"].iter().filter_map(|ending| word.strip_suffix(ending));
    let stem = shorter.into_iter().find(|stem| stem.chars().count() >= 3).unwrap_or(word);
    if stem.chars().count() > 3 { stem.trim_end_matches('e') } else { stem }.to_owned()
}

#[cfg(test)]
mod tests {
    use super::empty;

    fn docs(text: &str) -> Vec<String> {
        empty(text).into_iter().map(|(_, doc)| doc).collect()
    }

    #[test]
    fn what_repeats_a_name_says_nothing() {
        assert_eq!(
            docs("struct Charge {\n/// The currency.\n#[serde(x)]\npub currency: Currency }"),
            ["The currency."]
        );
        assert_eq!(docs("/// A charge.\npub(crate) struct Charge;"), ["A charge."]);
        assert_eq!(
            docs("impl<T> From<T> for Charge {\n/// Fetches the charge.\nfn fetch() {} }"),
            ["Fetches the charge."]
        );
        assert_eq!(docs("enum E { Refused {\n/// What was refused.\nwhat: String } }"), ["What was refused."]);
        assert_eq!(docs("struct A {} struct B {\n/// Those of a buyer.\nx: u8 }"), [] as [&str; 0]);
        assert_eq!(docs("trait A {}\n/// No A.\nconst fn a() {}"), ["No A."]);
    }

    #[test]
    fn a_unit_a_source_or_a_second_line_says_something() {
        for text in [
            "struct Charge {\n/// ISO 4217.\npub currency: Currency }",
            "struct Charge {\n/// The currency,\n/// of the charge.\npub currency: Currency }",
            "// A charge.\nstruct Charge;",
            "/// The charge.\nimpl Charge {}",
        ] {
            assert_eq!(docs(text), [] as [&str; 0], "{text}");
        }
    }
}
