//! Types that share a name.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

use super::{
    scan::{self, Token, close},
    workspace::{self, slashed},
};

/// A type that other modules can name.
struct Named {
    name: String,
    line: usize,
    /// Whether other crates can, too, as far as its own word goes.
    everywhere: bool,
}

/// The types of a file that are not private to their module.
fn named(text: &str) -> Vec<Named> {
    let tokens: Vec<Token> = scan::code(text);
    let mut found = Vec::new();
    for at in (0..tokens.len()).filter(|at| tokens[*at].is("pub")) {
        let in_part = tokens.get(at + 1).is_some_and(|token| token.is("("));
        let item = if in_part { close(&tokens, at + 1) + 1 } else { at + 1 };
        let Some([keyword, name]) = tokens.get(item..item + 2) else { continue };
        // A macro makes types of names that it is given.
        let given = name.is("$");
        if !given && ["struct", "enum", "trait", "type"].iter().any(|word| keyword.is(word)) {
            found.push(Named { name: name.text.clone(), line: name.line, everywhere: !in_part });
        }
    }
    found
}

/// Types of what is deployed that have the name of another one: of one in their own crate, or of a public one in any.
pub(crate) fn shared_names(files: impl IntoIterator<Item = PathBuf>) -> Vec<String> {
    let mut known = BTreeMap::<String, Vec<(PathBuf, bool, String)>>::new();
    for file in files {
        let package: PathBuf = file.iter().take(2).collect();
        for Named { name, line, everywhere } in named(&workspace::read(&file)) {
            known.entry(name).or_default().push((package.clone(), everywhere, format!("{}:{line}", slashed(&file))));
        }
    }
    let mut wrong = Vec::new();
    for (name, places) in known {
        for (at, (package, everywhere, place)) in places.iter().enumerate() {
            let meets = |(other, public, _): &&(PathBuf, bool, String)| meet((package, *everywhere), (other, *public));
            wrong.extend(
                places[at + 1..]
                    .iter()
                    .filter(meets)
                    .map(|(.., other)| format!("{place}: `{name}` is also in {other}")),
            );
        }
    }
    wrong
}

/// Whether one module can name both of two types.
fn meet((package, everywhere): (&Path, bool), (other, public): (&Path, bool)) -> bool {
    package == other || everywhere || public
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn private_types_do_not_count() {
        let text = "pub struct A; pub(crate) struct B; enum C {} pub enum D {} // pub struct E;\n\npub trait F {}
            pub(in crate::x) type G = u8; pub fn h() {}";
        let names: Vec<_> = named(text).into_iter().map(|named| (named.name, named.everywhere)).collect();
        let expected = [("A", true), ("B", false), ("D", true), ("F", true), ("G", false)];
        assert_eq!(names, expected.map(|(name, everywhere)| (name.to_owned(), everywhere)));
    }

    #[test]
    fn types_of_two_crates_meet_if_one_is_public() {
        let (engine, store) = (Path::new("shared/engine"), Path::new("shared/store"));
        assert!(meet((engine, false), (engine, false)));
        assert!(meet((engine, false), (store, true)) && meet((engine, true), (store, false)));
        assert!(!meet((engine, false), (store, false)));
    }
}
