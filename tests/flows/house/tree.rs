//! The modules of a target: which file each is in, and what code is its own.

use std::path::{Path, PathBuf};

use super::{
    scan::{Kind, Token, close, code},
    workspace,
};

/// A file, or a `mod` block in one.
pub(crate) struct Module {
    /// Its names below the root, which has none.
    pub(crate) path: Vec<String>,
    pub(crate) file: PathBuf,
    /// Whether it is there for tests alone.
    pub(crate) test: bool,
    /// Its code without comments, the modules in it and what is for tests alone.
    pub(crate) code: Vec<Token>,
}

/// Where a module's children are looked for.
struct Place<'a> {
    file: &'a Path,
    children: PathBuf,
    /// The package's folder.
    package: &'a Path,
}

/// All modules of the target that begins with this file.
pub(crate) fn modules(file: &Path, package: &Path) -> Vec<Module> {
    let mut found = Vec::new();
    read(file, package, &[], true, false, &mut found);
    found
}

fn read(file: &Path, package: &Path, path: &[String], owns_folder: bool, test: bool, found: &mut Vec<Module>) {
    let children =
        if owns_folder { file.parent().unwrap_or(Path::new("")).to_owned() } else { file.with_extension("") };
    let stem = file.file_stem().and_then(|stem| stem.to_str()).unwrap_or_default();
    let folders = file.strip_prefix(package).unwrap_or(file).parent();
    let apart = stem == "tests" || folders.is_some_and(|f| f.iter().any(|f| f == "tests"));
    let place = Place { file, children, package };
    walk(&code(&workspace::read(file)), &place, path, test || apart, found);
}

fn walk(tokens: &[Token], place: &Place<'_>, path: &[String], test: bool, found: &mut Vec<Module>) {
    let mut own = Vec::new();
    let mut at = 0;
    let index = found.len();
    found.push(Module { path: path.to_owned(), file: place.file.to_owned(), test, code: Vec::new() });
    while at < tokens.len() {
        let item = after_attributes(tokens, at);
        let attributes = &tokens[at..item];
        let for_tests = is_for_tests(attributes);
        if let Some((name, body)) = module(tokens, item) {
            let path: Vec<_> = path.iter().cloned().chain([name.to_owned()]).collect();
            if tokens[body].is(";") {
                if let Some((file, owns_folder)) = find(name, place) {
                    read(&file, place.package, &path, owns_folder, test || for_tests, found);
                }
                at = body + 1;
            } else {
                let children = place.children.join(name);
                let inner = Place { children, ..*place };
                let end = close(tokens, body);
                walk(&tokens[body + 1..end], &inner, &path, test || for_tests, found);
                at = end + 1;
            }
        } else if for_tests {
            at = end_of_item(tokens, item);
        } else {
            let end = item.max(at + 1);
            own.extend_from_slice(&tokens[at..end]);
            at = end;
        }
    }
    found[index].code = own;
}

/// Where the attributes that begin here end.
fn after_attributes(tokens: &[Token], mut at: usize) -> usize {
    let is = |at: usize, text: &str| tokens.get(at).is_some_and(|token| token.is(text));
    while is(at, "#") && is(at + 1, "[") {
        at = close(tokens, at + 1) + 1;
    }
    at
}

fn is_for_tests(attributes: &[Token]) -> bool {
    attributes.split(|token| token.is("#")).any(|attribute| {
        let mut words = attribute.iter().filter(|token| token.is_word());
        words.next().is_some_and(|word| word.is("cfg"))
            && words.clone().any(|word| word.is("test"))
            && !words.any(|word| word.is("not"))
    })
}

/// The name of the module that is declared here, and where its body or its semicolon is.
fn module(tokens: &[Token], at: usize) -> Option<(&str, usize)> {
    let at = after_visibility(tokens, at);
    let (name, body) = (tokens.get(at + 1)?, tokens.get(at + 2)?);
    let declared = tokens[at].is("mod") && name.is_word() && (body.is(";") || body.is("{"));
    declared.then_some((name.text.as_str(), at + 2))
}

fn after_visibility(tokens: &[Token], at: usize) -> usize {
    match tokens.get(at..at + 2) {
        Some([public, open]) if public.is("pub") && open.is("(") => close(tokens, at + 1) + 1,
        Some([public, _]) if public.is("pub") => at + 1,
        _ => at,
    }
}

/// The file of a module that is declared here, and whether its children lie beside it.
fn find(name: &str, place: &Place<'_>) -> Option<(PathBuf, bool)> {
    let mut places =
        vec![(place.children.join(format!("{name}.rs")), false), (place.children.join(name).join("mod.rs"), true)];
    places.retain(|(file, _)| workspace::root().join(file).is_file());
    places.pop()
}

/// Where the item ends that begins here, after its attributes.
fn end_of_item(tokens: &[Token], at: usize) -> usize {
    let at = after_visibility(tokens, at);
    let word = |ahead: usize| tokens.get(at + ahead).filter(|token| token.kind == Kind::Word).map(|t| t.text.as_str());
    let (whole, braces_end_it) = match (word(0), word(1)) {
        (Some("const"), Some("fn" | "unsafe" | "async")) => (true, true),
        (Some("use" | "static" | "type" | "let" | "const"), _) => (true, false),
        (Some("fn" | "async" | "unsafe" | "extern" | "struct" | "enum" | "union" | "trait" | "impl"), _)
        | (Some("macro_rules"), _) => (true, true),
        // A field, a variant, an arm or a statement.
        _ => (false, true),
    };
    let mut end = at;
    while let Some(token) = tokens.get(end) {
        if token.is(";") || token.is(",") && !whole {
            return end + 1;
        }
        if token.is("{") && braces_end_it {
            return close(tokens, end) + 1;
        }
        if [")", "]", "}"].iter().any(|sign| token.is(sign)) {
            return end;
        }
        end = if ["(", "[", "{"].iter().any(|sign| token.is(sign)) { close(tokens, end) + 1 } else { end + 1 };
    }
    end
}

#[cfg(test)]
mod tests {
    use super::*;

    fn own(text: &str) -> Vec<(String, bool, String)> {
        let file = Path::new("lib.rs");
        let place = Place { file, children: PathBuf::new(), package: Path::new("") };
        let mut found = Vec::new();
        walk(&code(text), &place, &[], false, &mut found);
        let words = |module: &Module| module.code.iter().map(|t| t.text.as_str()).collect::<Vec<_>>().join(" ");
        found.iter().map(|module| (module.path.join("::"), module.test, words(module))).collect()
    }

    #[test]
    fn modules_in_a_file_are_distinct() {
        let found = own("fn a() {} #[cfg(test)] mod b { fn c() {} } pub(crate) mod d { mod e { x } y } z");
        let expected = [
            (String::new(), false, "fn a ( ) { } z".to_owned()),
            ("b".to_owned(), true, "fn c ( ) { }".to_owned()),
            ("d".to_owned(), false, "y".to_owned()),
            ("d::e".to_owned(), false, "x".to_owned()),
        ];
        assert_eq!(found, expected);
    }

    #[test]
    fn what_is_for_tests_alone_is_left_out() {
        let one = |text: &str| own(text).remove(0).2;
        assert_eq!(one("#[cfg(test)] use a::{b, c}; d"), "d");
        assert_eq!(one("#[cfg(test)] pub(crate) fn a<B, C>(d: [u8; 3]) -> E { f; } g"), "g");
        assert_eq!(one("struct A { #[cfg(test)] b: C, d: E }"), "struct A { d : E }");
        assert_eq!(one("#[cfg(any(test, fuzzing))] const A: B = B { c: 1 }; d"), "d");
        assert_eq!(one("#[cfg(not(test))] fn a() {}"), "# [ cfg ( not ( test ) ) ] fn a ( ) { }");
        assert_eq!(one("#[allow(x)] #[cfg(test)] fn a() {} #[derive(B)] struct C;"), "# [ derive ( B ) ] struct C ;");
    }
}
