//! Which settings the code reads, and which the documents list.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::{Path, PathBuf},
};

use super::{
    scan::{Kind, Token},
    tree::modules,
    workspace::{self, first, slashed},
};

/// Where each setting is found first.
pub(crate) type Places = BTreeMap<String, String>;

/// What reads a setting whose name it is given.
const READERS: [&str; 7] = ["required", "optional", "number", "url", "optional_url", "var", "var_os"];

/// The settings that are read by what is deployed, and those that are read by the local stack.
pub(crate) fn read() -> (Places, Places) {
    let (mut deployed, mut local) = (Places::new(), Places::new());
    for (file, package) in workspace::roots() {
        let places = match first(package) {
            "shared" | "functions" => &mut deployed,
            folder if folder.starts_with("local") => &mut local,
            _ => continue,
        };
        for module in modules(file, package).into_iter().filter(|module| !module.test) {
            for (name, line) in read_in(&module.code) {
                places.entry(name).or_insert(format!("{}:{line}", slashed(&module.file)));
            }
        }
    }
    (deployed, local)
}

/// The settings that this code reads. Where it reads one by a name that stands elsewhere, that is any name in it.
fn read_in(code: &[Token]) -> Vec<(String, usize)> {
    let named = |at: usize| code.get(at).filter(|token| token.kind == Kind::Text);
    let opens = |at: usize| code.get(at).is_some_and(|token| token.is("("));
    let mut found = Vec::new();
    let mut by_name = false;
    for at in 1..code.len() {
        // A form of the pages has numbers, too; it is called `typed`.
        let form = at > 1 && code[at - 2].is("typed");
        let reads = !form && READERS.iter().any(|reader| code[at].is(reader))
            || code[at].is("get") && at > 1 && code[at - 2].is("settings");
        let calls = code[at - 1].is(".") || code[at - 1].is("::");
        // A command line may take a setting, too.
        let argument = code[at].is("env") && code.get(at + 1).is_some_and(|token| token.is("="));
        if argument || reads && calls && opens(at + 1) {
            match named(at + 2) {
                Some(name) => found.push((name.text.clone(), name.line)),
                None => by_name = true,
            }
        }
    }
    if by_name {
        let texts = code.iter().filter(|token| token.kind == Kind::Text && is_name(&token.text));
        found.extend(texts.map(|token| (token.text.clone(), token.line)));
    }
    found
}

/// Whether a text is a name as settings have: words in capitals.
fn is_name(text: &str) -> bool {
    let word = |word: &str| !word.is_empty() && word.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit());
    text.contains('_') && text.starts_with(|c: char| c.is_ascii_uppercase()) && text.split('_').all(word)
}

/// The settings that tables of the README and of `docs` list: those whose first column is called `setting`.
pub(crate) fn documented() -> Places {
    let mut files = BTreeSet::from([PathBuf::from("README.md")]);
    workspace::collect(Path::new("docs"), "md", &mut files);
    let mut places = Places::new();
    for file in files {
        for (name, line) in listed_in(&workspace::read(&file)) {
            places.entry(name).or_insert(format!("{}:{line}", slashed(&file)));
        }
    }
    places
}

fn listed_in(text: &str) -> Vec<(String, usize)> {
    let mut found = Vec::new();
    let mut inside = false;
    for (at, line) in text.lines().enumerate() {
        let Some(row) = line.strip_prefix('|') else {
            inside = false;
            continue;
        };
        let cell = row.split('|').next().unwrap_or_default();
        inside |= cell.trim() == "setting";
        let mut whole = "";
        for name in cell.split('`').skip(1).step_by(2).filter(|_| inside) {
            // `..._ARN` is the last whole name with an end, and `_SQS` the last whole name with another end.
            let name = match (name.strip_prefix("..."), whole.rsplit_once('_')) {
                (Some(end), _) => format!("{whole}{end}"),
                (None, Some((start, _))) if name.starts_with('_') => format!("{start}{name}"),
                _ => {
                    whole = name;
                    name.to_owned()
                }
            };
            found.push((name, at + 1));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::{super::scan::code, *};

    fn names(found: Vec<(String, usize)>) -> Vec<String> {
        found.into_iter().map(|(name, _)| name).collect()
    }

    #[test]
    fn settings_are_found_where_they_are_read() {
        let text =
            r#"s.required("A_B")?; settings.get("C"); other.get("D_E"); env::var("F"); #[arg(env = "G")] x("H_I")"#;
        assert_eq!(names(read_in(&code(text))), ["A_B", "C", "F", "G"]);
        let text = r#"const A: &str = "A_B"; fn f() { self.optional(A); g("not_one", "C_D") }"#;
        assert_eq!(names(read_in(&code(text))), ["A_B", "C_D"]);
        assert!(read_in(&code(r#"fn url(x: &str) { a("B_C") } Template::url"#)).is_empty());
    }

    #[test]
    fn short_forms_of_the_table_are_whole_names() {
        let text = "`X_Y`\n| setting | for |\n|---|---|\n| `A_B` or `..._ARN`, `C` | `D_E` |\n| `F_G_H`, `_I_J`, `_K` | |\n\n| `L` |";
        assert_eq!(names(listed_in(text)), ["A_B", "A_B_ARN", "C", "F_G_H", "F_G_I_J", "F_G_K"]);
    }
}
