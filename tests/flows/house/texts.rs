//! What is not Rust: pages, sentences, scripts, templates, manifests and documents. Which of their words are names.

use std::{
    collections::BTreeSet,
    path::{Path, PathBuf},
};

use super::workspace::collect;

const FOLDERS: [&str; 8] = [".ci", ".config", "docs", "functions", "infra", "local", "shared", "tests"];
const ENDINGS: [&str; 8] = ["md", "html", "ftl", "js", "css", "py", "yaml", "toml"];
/// Those that lie outside the folders or have no ending.
const MORE: [&str; 8] = [
    "README.md",
    "CHANGELOG.md",
    "Cargo.toml",
    "clippy.toml",
    "deny.toml",
    ".ci/run",
    ".ci/mutants",
    "shared/mail/templates/letter.txt",
];

/// All of these files. Of what people read in several languages, the English.
pub(crate) fn files() -> BTreeSet<PathBuf> {
    let mut found = BTreeSet::new();
    for folder in FOLDERS {
        for ending in ENDINGS {
            collect(Path::new(folder), ending, &mut found);
        }
    }
    let is_english =
        |file: &Path| file.file_stem().is_some_and(|stem| stem == "en" || stem == "pages.en" || stem == "desk.en");
    found.retain(|file| ending(file) != "ftl" || is_english(file));
    found.extend(MORE.map(PathBuf::from));
    found
}

fn ending(file: &Path) -> &str {
    file.extension().and_then(|ending| ending.to_str()).unwrap_or_default()
}

/// The names in such a file, with their lines: those of a script's code, of a template's code and `data-` attributes, and
/// of messages.
pub(crate) fn names(file: &Path, text: &str) -> Vec<(usize, String)> {
    match ending(file) {
        "js" => in_code(text, "//", 1),
        "py" => in_code(text, "#", 1),
        "html" => in_template(text),
        "ftl" => {
            let ids = text.lines().map(|line| line.split([' ', '=']).next().unwrap_or_default());
            let ids = ids.zip(1..).filter(|(id, _)| id.starts_with(|c: char| c.is_ascii_lowercase()));
            ids.map(|(id, line)| (line, id.replace('-', "_"))).collect()
        }
        _ => Vec::new(),
    }
}

fn in_template(text: &str) -> Vec<(usize, String)> {
    let line_of = |rest: &str| text[..text.len() - rest.len()].matches('\n').count() + 1;
    let mut found = Vec::new();
    for (open, close) in [("{{", "}}"), ("{%", "%}")] {
        let mut rest = text;
        while let Some((_, inside)) = rest.split_once(open) {
            let code = inside.split(close).next().unwrap_or_default();
            found.extend(in_code(code, "{#", line_of(inside)));
            rest = &inside[code.len()..];
        }
    }
    let mut rest = text;
    while let Some((_, attribute)) = rest.split_once(" data-") {
        let name = attribute.split(|c: char| !c.is_ascii_lowercase() && c != '-').next().unwrap_or_default();
        found.push((line_of(attribute), name.replace('-', "_")));
        rest = attribute;
    }
    found
}

/// The words outside comments and strings. An attribute's name in a selector, as `[data-x]`, is one, too.
fn in_code(text: &str, comment: &str, first_line: usize) -> Vec<(usize, String)> {
    let mut found = Vec::new();
    let (mut rest, mut line) = (text, first_line);
    while let Some(first) = rest.chars().next() {
        let length = if rest.starts_with(comment) {
            rest.find('\n').unwrap_or(rest.len())
        } else if let Some(quote) = ["\"\"\"", "'''", "\"", "'", "`"].into_iter().find(|quote| rest.starts_with(quote))
        {
            let length = string(rest, quote);
            if let Some((_, attribute)) = rest[..length].split_once("[data-") {
                let name = attribute.split(|c: char| !c.is_ascii_lowercase() && c != '-').next().unwrap_or_default();
                found.push((line, name.replace('-', "_")));
            }
            length
        } else if first.is_alphabetic() || first == '_' {
            let length = rest.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(rest.len());
            found.push((line, rest[..length].to_owned()));
            length
        } else {
            first.len_utf8()
        };
        line += rest[..length].matches('\n').count();
        rest = &rest[length..];
    }
    found
}

/// How long a string is that begins here. A string in plain quotes ends with its line.
fn string(text: &str, quote: &str) -> usize {
    let mut escaped = false;
    for (at, c) in text.char_indices().skip_while(|(at, _)| *at < quote.len()) {
        if escaped {
            escaped = false;
        } else if c == '\\' {
            escaped = true;
        } else if text[at..].starts_with(quote) {
            return at + quote.len();
        } else if c == '\n' && (quote == "\"" || quote == "'") {
            return at;
        }
    }
    text.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(file: &str, text: &str) -> Vec<(usize, String)> {
        names(Path::new(file), text)
    }

    fn named(names: &[(usize, &str)]) -> Vec<(usize, String)> {
        names.iter().map(|(line, name)| (*line, (*name).to_owned())).collect()
    }

    #[test]
    fn comments_and_strings_are_no_names() {
        let script = "let a = 'b \\' c'; // d\ne(`f\n${g}`, \"h\", '[data-i-j]');\nk";
        assert_eq!(of("x.js", script), named(&[(1, "let"), (1, "a"), (2, "e"), (3, "i_j"), (4, "k")]));
        let script = "\"\"\"a\nb\"\"\"\nc = 'd'  # e\nf(\"g\")";
        assert_eq!(of("x.py", script), named(&[(3, "c"), (4, "f")]));
    }

    #[test]
    fn templates_and_messages_have_names() {
        let page = "<p data-look-at=\"a\">b {{ c.d|e(\"f\") }}\n{% if g == 'h' %}i</p>";
        let expected = [(1, "c"), (1, "d"), (1, "e"), (2, "if"), (2, "g"), (1, "look_at")];
        assert_eq!(of("x.html", page), named(&expected));
        assert_eq!(of("en.ftl", "# a\nb-c = d\n    e = f\n"), named(&[(2, "b_c")]));
        assert_eq!(of("x.md", "a"), []);
    }

    #[test]
    fn of_several_languages_english_is_read() {
        let files = files();
        let has = |file: &str| files.contains(Path::new(file));
        assert!(has("shared/words/locales/pages.en.ftl") && !has("shared/words/locales/pages.de.ftl"));
        assert!(has(".ci/sizes.py") && has("functions/pages/assets/shop.js") && has("local/stripe/README.md"));
        assert!(has("local/stack/src/console/base.html") && has("infra/template.yaml") && has("CHANGELOG.md"));
    }
}
