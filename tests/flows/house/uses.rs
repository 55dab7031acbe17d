//! What the code of one module names: what it imports, and the paths and names that it uses.

use super::scan::{Kind, Token, close};

/// A name that a `use` brings in.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Import {
    /// The name here; `*` for all of them.
    pub(crate) name: String,
    pub(crate) path: Vec<String>,
    pub(crate) line: usize,
    /// Whether it is passed on to others.
    pub(crate) public: bool,
}

/// Everything that a module names.
#[derive(Debug, Default)]
pub(crate) struct Uses {
    pub(crate) imports: Vec<Import>,
    /// Paths of two names and more.
    pub(crate) paths: Vec<(Vec<String>, usize)>,
    /// Names that stand alone: of types and constants, and of functions that are called.
    pub(crate) names: Vec<(String, usize)>,
}

/// What this code names.
pub(crate) fn uses(code: &[Token]) -> Uses {
    let mut uses = Uses::default();
    let variants = variants(code);
    let is = |at: usize, text: &str| code.get(at).is_some_and(|token| token.is(text));
    let mut at = 0;
    while at < code.len() {
        let token = &code[at];
        let (after_path, after_dot) = (at > 0 && is(at - 1, "::"), at > 0 && is(at - 1, "."));
        if token.is("use") && !is(at + 1, "<") {
            let end = (at..code.len()).find(|at| is(*at, ";")).unwrap_or(code.len());
            let start = if is(at + 1, "::") { at + 2 } else { at + 1 };
            tree(&code[start..end], &[], is_passed_on(code, at), &mut uses.imports);
            at = end;
        } else if token.is_word() && !after_path && !after_dot {
            let end = end_of_path(code, at);
            if end > at + 1 {
                let path = code[at..end].iter().filter(|token| token.is_word()).map(|token| token.text.clone());
                uses.paths.push((path.collect(), token.line));
            } else if !variants.contains(&at) && stands_for_itself(code, at) {
                uses.names.push((token.text.clone(), token.line));
            }
            at = end;
        } else {
            // Serde takes functions in strings.
            if token.kind == Kind::Text && at > 0 && is(at - 1, "=") && is_path(&token.text) {
                uses.paths.push((token.text.split("::").map(str::to_owned).collect(), token.line));
            }
            at += 1;
        }
    }
    uses
}

fn is_path(text: &str) -> bool {
    let name = |part: &str| !part.is_empty() && part.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    text.contains("::") && text.split("::").all(name)
}

fn is_passed_on(code: &[Token], at: usize) -> bool {
    let before = &code[..at];
    match before.last() {
        Some(last) if last.is("pub") => true,
        Some(last) if last.is(")") => {
            let open = before.iter().rposition(|token| token.is("("));
            open.is_some_and(|open| open > 0 && before[open - 1].is("pub"))
        }
        _ => false,
    }
}

/// Reads one tree of a `use`, which may be a list of them in braces.
fn tree(tokens: &[Token], prefix: &[String], public: bool, into: &mut Vec<Import>) {
    let mut at = 0;
    while at < tokens.len() {
        let mut path = prefix.to_vec();
        let line = tokens[at].line;
        let mut name = None;
        while let Some(token) = tokens.get(at).filter(|token| !token.is(",")) {
            if token.is("{") {
                let end = close(tokens, at);
                tree(&tokens[at + 1..end], &path, public, into);
                (at, name) = (end, None);
                path.clear();
            } else if token.is("as") {
                name = tokens.get(at + 1).map(|token| token.text.clone());
                at += 1;
            } else if token.is("*") {
                name = Some("*".to_owned());
            } else if token.is("self") && !path.is_empty() {
                name = path.last().cloned();
            } else if token.is_word() {
                path.push(token.text.clone());
                name = Some(token.text.clone());
            }
            at += 1;
        }
        if let Some(name) = name {
            into.push(Import { name, path, line, public });
        }
        at += 1;
    }
}

fn end_of_path(code: &[Token], start: usize) -> usize {
    let mut end = start + 1;
    while let Some([colons, name]) = code.get(end..end + 2) {
        if !colons.is("::") || !name.is_word() {
            break;
        }
        end += 2;
    }
    end
}

/// Whether a single name can only be that of a type, a constant or a function that is called here, and is not the one
/// that is defined.
fn stands_for_itself(code: &[Token], at: usize) -> bool {
    let before = at.checked_sub(1).and_then(|at| code.get(at));
    let is_before = |words: &[&str]| before.is_some_and(|token| words.iter().any(|word| token.is(word)));
    let is_after = |sign: &str| code.get(at + 1).is_some_and(|token| token.is(sign));
    if is_before(&["struct", "enum", "union", "trait", "type", "const", "static", "fn", "mod", "macro_rules"]) {
        return false;
    }
    if code[at].text.starts_with(char::is_uppercase) {
        // Else the name of an associated type, as in `Iterator<Item = u8>`.
        return !(is_after("=") && is_before(&["<", ","]));
    }
    is_after("(")
}

/// Where the variants of enums are named.
fn variants(code: &[Token]) -> Vec<usize> {
    let mut found = Vec::new();
    for (at, _) in code.iter().enumerate().filter(|(_, token)| token.is("enum")) {
        let Some(open) = (at..code.len()).find(|at| code[*at].is("{")) else { continue };
        let end = close(code, open);
        let mut at = open + 1;
        let mut begins = true;
        while at < end {
            if begins && code[at].is_word() {
                found.push(at);
                begins = false;
            }
            begins |= code[at].is(",");
            at = if ["(", "[", "{"].iter().any(|sign| code[at].is(sign)) { close(code, at) + 1 } else { at + 1 };
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::{super::scan::code, *};

    fn imports(text: &str) -> Vec<(String, String, bool)> {
        let found = uses(&code(text)).imports;
        found.into_iter().map(|import| (import.name, import.path.join("::"), import.public)).collect()
    }

    fn import(name: &str, path: &str, public: bool) -> (String, String, bool) {
        (name.to_owned(), path.to_owned(), public)
    }

    #[test]
    fn trees_of_imports_are_taken_apart() {
        let found = imports("use a; pub use super::b::{self, C as D, e::{F, G}, h::*}; pub(crate) use i::j;");
        let expected = [
            import("a", "a", false),
            import("b", "super::b", true),
            import("D", "super::b::C", true),
            import("F", "super::b::e::F", true),
            import("G", "super::b::e::G", true),
            import("*", "super::b::h", true),
            import("j", "i::j", true),
        ];
        assert_eq!(found, expected);
        assert_eq!(
            imports("fn a(x: X) -> impl Y + use<'_> { use {b::C, d}; }"),
            [import("C", "b::C", false), import("d", "d", false)]
        );
    }

    #[test]
    fn paths_are_whole_and_names_are_those_that_stand_alone() {
        let text =
            r#"fn a(b: crate::c::D, e: E) -> f::G { h(i.j(), K::l::<M>()); #[serde(with = "n::o")] P { q: R } }"#;
        let found = uses(&code(text));
        let paths: Vec<_> = found.paths.iter().map(|(path, _)| path.join("::")).collect();
        assert_eq!(paths, ["crate::c::D", "f::G", "K::l", "n::o"]);
        let names: Vec<_> = found.names.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(names, ["E", "h", "M", "serde", "P", "R"]);
    }

    #[test]
    fn what_is_defined_is_not_used() {
        let text = "enum A { #[b] C, D(E), F { g: G } } struct H; const I: J = 1; trait K { type L; } X<M = N>";
        let found = uses(&code(text));
        let names: Vec<_> = found.names.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(names, ["E", "G", "J", "X", "N"]);
    }
}
