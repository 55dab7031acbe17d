//! Which methods of the store write, and where functions call one. What a function writes is a use case of the engine's.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::PathBuf,
};

use super::{
    scan::{self, Token, close},
    workspace::{self, slashed},
};

/// How the SDK writes.
const SDK: [&str; 4] = ["delete_item", "put_item", "transact_write_items", "update_item"];
/// What the store's own methods call each other on.
const STORE: [&str; 3] = ["Self", "self", "store"];
/// What use cases are called on. Some have the name of the write that they make.
const USE_CASES: [&str; 3] = ["catalog", "engine", "within"];

/// A function with a body.
struct Function<'a> {
    name: &'a str,
    public: bool,
    body: &'a [Token],
}

/// A call by a dot or a path.
struct Call<'a> {
    on: &'a str,
    name: &'a str,
    line: usize,
}

/// The public methods of the store that write, by themselves or by others.
pub(crate) fn writing(files: impl IntoIterator<Item = PathBuf>) -> BTreeSet<String> {
    let files: Vec<_> = files.into_iter().map(|file| scan::code(&workspace::read(&file))).collect();
    writing_of(&files)
}

fn writing_of(files: &[Vec<Token>]) -> BTreeSet<String> {
    let mut known = BTreeMap::<&str, (bool, Vec<Call<'_>>)>::new();
    for function in files.iter().flat_map(|code| functions(code)) {
        let (public, called) = known.entry(function.name).or_default();
        *public |= function.public;
        called.extend(calls(function.body));
    }
    let mut writing: BTreeSet<&str> = BTreeSet::new();
    loop {
        let writes =
            |call: &Call<'_>| SDK.contains(&call.name) || STORE.contains(&call.on) && writing.contains(call.name);
        let more: Vec<_> = known
            .iter()
            .filter(|(name, (_, called))| !writing.contains(*name) && called.iter().any(writes))
            .map(|(name, _)| *name)
            .collect();
        if more.is_empty() {
            break;
        }
        writing.extend(more);
    }
    writing.into_iter().filter(|name| known[name].0).map(str::to_owned).collect()
}

/// The places where these files call a method of the store that writes.
pub(crate) fn calls_of(writing: &BTreeSet<String>, files: impl IntoIterator<Item = PathBuf>) -> Vec<String> {
    let mut found = Vec::new();
    for file in files {
        let code = scan::code(&workspace::read(&file));
        let wrong =
            calls(&code).into_iter().filter(|call| writing.contains(call.name) && !USE_CASES.contains(&call.on));
        found
            .extend(wrong.map(|Call { on, name, line }| format!("{}:{line}: `{on}` writes: {name}()", slashed(&file))));
    }
    found
}

/// All functions of this code that have a body.
fn functions(code: &[Token]) -> Vec<Function<'_>> {
    let names = (1..code.len()).filter(|at| code[*at - 1].is("fn") && code[*at].is_word());
    let function = |at: usize| {
        let open = body(code, at)?;
        let before = code[..at - 1].iter().rev().find(|token| !token.is("async"));
        let public = before.is_some_and(|token| token.is("pub"));
        Some(Function { name: &code[at].text, public, body: &code[open..close(code, open)] })
    };
    names.filter_map(function).collect()
}

/// Where the body of a function opens.
fn body(code: &[Token], mut at: usize) -> Option<usize> {
    while let Some(token) = code.get(at).filter(|token| !token.is(";")) {
        if token.is("{") {
            return Some(at);
        }
        at = if token.is("(") || token.is("[") { close(code, at) + 1 } else { at + 1 };
    }
    None
}

/// All calls in this code, with the last name before the dot or path: `within` for `engine.within(time).place(..)`.
fn calls(code: &[Token]) -> Vec<Call<'_>> {
    let called = |at: &usize| code[*at].is_word() && code.get(at + 1).is_some_and(|token| token.is("("));
    let by_name = |at: usize| {
        let by = &code[at - 1];
        let on = if by.is(".") || by.is("::") { owner(code, at - 2)? } else { return None };
        Some(Call { on: &code[on].text, name: &code[at].text, line: code[at].line })
    };
    (2..code.len()).filter(called).filter_map(by_name).collect()
}

/// The name that ends here, or whose brackets close here.
fn owner(code: &[Token], end: usize) -> Option<usize> {
    if !code[end].is(")") {
        return Some(end);
    }
    let open = (0..end).rev().find(|open| code[*open].is("(") && close(code, *open) == end)?;
    open.checked_sub(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    const TABLE: &str = "impl Store {
        pub(crate) async fn write(&self) { self.client.put_item().send().await }
        pub async fn put_offer(&self) -> [u8; 2] { self.write().await }
        pub async fn offer(&self) { self.get(\"read\").await; list.write() }
        pub async fn delete_offer(&self) { store.put_offer() }
        pub fn named(&self);
    }";

    #[test]
    fn what_writes_by_others_writes() {
        let writing: Vec<_> = writing_of(&[scan::code(TABLE)]).into_iter().collect();
        assert_eq!(writing, ["delete_offer", "put_offer"]);
    }

    #[test]
    fn a_call_is_known_by_its_name_and_by_what_it_is_called_on() {
        let text =
            "fn f() { state.engine.within(of(1)).place(2); engine.store()\n.put_offer(); Store::offer(&store); g() }";
        let code = scan::code(text);
        let found: Vec<_> = calls(&code).iter().map(|call| (call.on, call.name, call.line)).collect();
        let expected = [
            ("engine", "within", 1),
            ("within", "place", 1),
            ("engine", "store", 1),
            ("store", "put_offer", 2),
            ("Store", "offer", 2),
        ];
        assert_eq!(found, expected);
    }
}
