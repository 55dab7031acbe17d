//! Types that share a name.

use std::{collections::BTreeMap, path::PathBuf};

use super::{
    scan::{self, Token},
    workspace::{self, slashed},
};

/// The public types of a file, with their lines.
fn public(text: &str) -> Vec<(String, usize)> {
    let tokens: Vec<Token> = scan::code(text);
    let declares = |tokens: &[Token]| {
        tokens[0].is("pub") && ["struct", "enum", "trait", "type"].iter().any(|word| tokens[1].is(word))
    };
    // What a macro is given has its name where it is given.
    let found = tokens.windows(3).filter(|tokens| declares(tokens) && !tokens[2].is("$"));
    found.map(|tokens| (tokens[2].text.clone(), tokens[2].line)).collect()
}

/// Public types of what is deployed that have the name of another one.
pub(crate) fn shared_names(files: impl IntoIterator<Item = PathBuf>) -> Vec<String> {
    let mut known = BTreeMap::<String, Vec<String>>::new();
    for file in files {
        for (name, line) in public(&workspace::read(&file)) {
            known.entry(name).or_default().push(format!("{}:{line}", slashed(&file)));
        }
    }
    let twice = known.into_iter().filter(|(_, places)| places.len() > 1);
    twice.map(|(name, places)| format!("{}: `{name}` is also in {}", places[0], places[1..].join(", "))).collect()
}

#[cfg(test)]
mod tests {
    use super::public;

    #[test]
    fn only_public_types_count() {
        let text = "pub struct A; pub(crate) struct B; enum C {} pub enum D {} // pub struct E;\n\npub trait F {} pub struct $g;";
        let names: Vec<_> = public(text).into_iter().map(|(name, _)| name).collect();
        assert_eq!(names, ["A", "D", "F"]);
    }
}
