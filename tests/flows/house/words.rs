//! The words of the glossary, and where another one stands in the place of one of them.

use std::collections::BTreeMap;

use super::scan::{Kind, Token};

/// Where up to so many other words may stand inside a phrase.
const GAP: &str = "…";
const GAP_WORDS: usize = 3;

/// A word that stands for something which has another name.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Forbidden {
    /// Its words in small letters, [`GAP`] among them.
    pub(crate) words: Vec<String>,
    /// Whether comments, strings and documents must not say it either.
    pub(crate) in_prose: bool,
    /// Names that have it in them all the same.
    pub(crate) but: Vec<String>,
    /// What to say.
    pub(crate) instead: String,
}

/// A wrong word: the line, what stands there, and what is wrong with it.
pub(crate) type Wrong<'a> = (usize, String, &'a Forbidden);

/// What the tables of the glossary forbid: those whose first column is `word` and whose last is `not`.
pub(crate) fn forbidden(glossary: &str) -> Vec<Forbidden> {
    let mut found = Vec::new();
    let mut inside = false;
    for line in glossary.lines() {
        let cells = cells(line);
        let (Some(word), Some(not)) = (cells.first(), cells.last().filter(|_| cells.len() > 1)) else {
            inside = false;
            continue;
        };
        if word == "word" && not == "not" {
            inside = true;
        } else if inside {
            found.extend(row(&word.replace(['`', '*'], ""), not));
        }
    }
    found
}

/// The cells of a row of a table.
fn cells(line: &str) -> Vec<String> {
    let line = line.trim();
    let Some(row) = line.strip_prefix('|') else { return Vec::new() };
    let row = row.strip_suffix('|').unwrap_or(row).replace("\\|", "\u{1}");
    row.split('|').map(|cell| cell.trim().replace('\u{1}', "|")).collect()
}

/// What one cell forbids: words in backticks, with a star where prose must not say them either, and after "but" what is
/// no offence.
fn row(instead: &str, not: &str) -> Vec<Forbidden> {
    let pieces: Vec<_> = not.split('`').collect();
    let (mut words, mut but) = (Vec::new(), Vec::new());
    let mut excepts = false;
    for pair in pieces.windows(3).step_by(2) {
        let [before, word, after] = pair else { continue };
        excepts |= before.split(|c: char| !c.is_alphabetic()).any(|word| word == "but");
        if excepts {
            but.push((*word).to_owned());
        } else {
            let in_prose = after.trim_start_matches('\\').starts_with('*');
            words.push((word.split_whitespace().flat_map(parts).collect::<Vec<_>>(), in_prose));
        }
    }
    let instead = instead.to_owned();
    words.retain(|(words, _): &(Vec<String>, bool)| !words.is_empty());
    let forbidden = |(words, in_prose)| Forbidden { words, in_prose, but: but.clone(), instead: instead.clone() };
    words.into_iter().map(forbidden).collect()
}

/// The words of a name, in small letters: it is split at underscores and where a capital begins a word.
pub(crate) fn parts(name: &str) -> Vec<String> {
    let mut parts = Vec::new();
    for piece in name.trim_start_matches("r#").split('_').filter(|piece| !piece.is_empty()) {
        let chars: Vec<_> = piece.chars().collect();
        let mut part = String::new();
        for (at, c) in chars.iter().enumerate() {
            let after_small = at > 0 && !chars[at - 1].is_uppercase();
            // The last capital of several begins the next word, as in `URLPath`.
            let before_small = at > 0 && chars.get(at + 1).is_some_and(|next| next.is_lowercase());
            if c.is_uppercase() && (after_small || before_small) && !part.is_empty() {
                parts.push(std::mem::take(&mut part));
            }
            part.extend(c.to_lowercase());
        }
        parts.push(part);
    }
    parts
}

const KEYWORDS: [&str; 37] = [
    "as", "async", "await", "break", "const", "continue", "crate", "dyn", "else", "enum", "extern", "false", "fn",
    "for", "if", "impl", "in", "let", "loop", "match", "mod", "move", "mut", "pub", "ref", "return", "self", "Self",
    "static", "struct", "super", "trait", "true", "type", "unsafe", "use", "where",
];

/// The wrong words of a file of Rust: in its names, and in what its comments and strings say.
pub(crate) fn wrong_in_rust<'a>(tokens: &[Token], forbidden: &'a [Forbidden]) -> Vec<Wrong<'a>> {
    let mut wrong = Vec::new();
    let mut known = BTreeMap::<&str, Vec<&Forbidden>>::new();
    for token in tokens.iter().filter(|token| token.is_word() && !KEYWORDS.contains(&&*token.text)) {
        let offends = known.entry(&token.text).or_insert_with(|| in_name(&token.text, forbidden));
        wrong.extend(offends.iter().map(|forbidden| (token.line, token.text.clone(), *forbidden)));
    }
    // Comments on lines that follow each other are one text.
    let mut comment: Option<(usize, String)> = None;
    for token in tokens.iter().filter(|token| matches!(token.kind, Kind::Comment | Kind::Text)) {
        if token.kind == Kind::Text {
            wrong.extend(wrong_in_prose(&token.text, token.line, forbidden));
            continue;
        }
        match &mut comment {
            Some((line, text)) if *line + text.lines().count() == token.line => {
                text.push('\n');
                text.push_str(&token.text);
            }
            _ => {
                let before = comment.replace((token.line, token.text.clone()));
                wrong.extend(before.iter().flat_map(|(line, text)| wrong_in_prose(text, *line, forbidden)));
            }
        }
    }
    wrong.extend(comment.iter().flat_map(|(line, text)| wrong_in_prose(text, *line, forbidden)));
    wrong.sort_by_key(|(line, ..)| *line);
    wrong
}

fn in_name<'a>(name: &str, forbidden: &'a [Forbidden]) -> Vec<&'a Forbidden> {
    let parts = parts(name);
    let offends = |forbidden: &&Forbidden| {
        let stands = |at| phrase(&forbidden.words, &parts[at..], |part, word| part == word).is_some();
        !forbidden.but.iter().any(|but| but == name) && (0..parts.len()).any(stands)
    };
    forbidden.iter().filter(offends).collect()
}

/// How many of these words the phrase takes up, if they begin with it.
fn phrase<T>(expected: &[String], words: &[T], same: impl Copy + Fn(&T, &str) -> bool) -> Option<usize> {
    let Some((word, after)) = expected.split_first() else { return Some(0) };
    if word == GAP {
        return (0..=GAP_WORDS.min(words.len())).find_map(|n| Some(n + phrase(after, &words[n..], same)?));
    }
    let (first, rest) = words.split_first()?;
    if same(first, word) { Some(1 + phrase(after, rest, same)?) } else { None }
}

/// The wrong names of a text that is not Rust.
pub(crate) fn wrong_names(names: Vec<(usize, String)>, forbidden: &[Forbidden]) -> Vec<Wrong<'_>> {
    let each = names.into_iter();
    each.flat_map(|(line, name)| {
        let offends = in_name(&name, forbidden).into_iter();
        offends.map(|forbidden| (line, name.clone(), forbidden)).collect::<Vec<_>>()
    })
    .collect()
}

/// The wrong words of a text that begins on that line.
pub(crate) fn wrong_in_prose<'a>(text: &str, first_line: usize, forbidden: &'a [Forbidden]) -> Vec<Wrong<'a>> {
    let said = said(text, first_line);
    let mut wrong = Vec::new();
    for forbidden in forbidden.iter().filter(|forbidden| forbidden.in_prose) {
        for at in 0..said.len() {
            let same = |said: &Said<'_>, word: &str| said.word.to_lowercase() == word;
            let Some(length) = phrase(&forbidden.words, &said[at..], same) else { continue };
            let words = &said[at..at + length];
            let whole: Vec<_> = words.iter().map(|said| said.word).collect();
            if words[1..].iter().all(|said| said.follows) && !forbidden.but.contains(&whole.join(" ")) {
                wrong.push((words[0].line, whole.join(" "), forbidden));
            }
        }
    }
    wrong
}

/// A word of a text.
struct Said<'a> {
    word: &'a str,
    line: usize,
    /// Whether nothing but blanks, hyphens and the marks of comments, names and placeholders are between it and the word
    /// before.
    follows: bool,
}

fn said(text: &str, first_line: usize) -> Vec<Said<'_>> {
    let mut said = Vec::new();
    let (mut line, mut end) = (first_line, 0);
    for word in text.split(|c: char| !c.is_alphanumeric() && c != '_').filter(|word| !word.is_empty()) {
        let start = word.as_ptr().addr() - text.as_ptr().addr();
        let between = &text[end..start];
        line += between.matches('\n').count();
        let follows = between.chars().all(|c| c.is_whitespace() || "-/!*#`{}$".contains(c));
        said.push(Said { word, line, follows });
        end = start + word.len();
    }
    said
}

#[cfg(test)]
mod tests {
    use super::{super::scan::scan, *};

    const GLOSSARY: &str = "
| word | means | Stripe, DynamoDB | not |
|---|---|---|---|
| apple | a fruit | Apple | `pear`, `hard core`*, `Plum`\\* but `pear_tree`, `Pears` |
| fig | another | | |

| other | not |
|---|---|
| a | `kiwi` |
";

    fn rust(text: &str) -> Vec<(usize, String)> {
        let forbidden = forbidden(GLOSSARY);
        wrong_in_rust(&scan(text), &forbidden).into_iter().map(|(line, what, _)| (line, what)).collect()
    }

    #[test]
    fn the_glossary_says_what_is_forbidden() {
        let found = forbidden(GLOSSARY);
        let words: Vec<_> = found.iter().map(|forbidden| (forbidden.words.join(" "), forbidden.in_prose)).collect();
        assert_eq!(words, [("pear".into(), false), ("hard core".into(), true), ("plum".into(), true)]);
        assert!(found.iter().all(|forbidden| forbidden.but == ["pear_tree", "Pears"] && forbidden.instead == "apple"));
    }

    #[test]
    fn names_are_split_into_words() {
        assert_eq!(parts("set_aside"), ["set", "aside"]);
        assert_eq!(parts("SetAside"), ["set", "aside"]);
        assert_eq!(parts("SET_ASIDE"), ["set", "aside"]);
        assert_eq!(parts("URLPath2Go"), ["url", "path2", "go"]);
        assert_eq!(parts("r#type"), ["type"]);
        assert_eq!(parts("_x"), ["x"]);
    }

    #[test]
    fn names_offend_with_a_word_of_theirs() {
        let text =
            "fn pear() {\n BigPear; spear; pear_tree; pears; Pears;\n hard_core; hard; HardCoreX; 'pear: loop {} }";
        let found = rust(text);
        let expected = [(1, "pear"), (2, "BigPear"), (3, "hard_core"), (3, "HardCoreX")];
        assert_eq!(found, expected.map(|(line, what)| (line, what.to_owned())));
    }

    #[test]
    fn other_words_may_stand_inside_a_phrase() {
        let forbidden = forbidden("| word | not |\n|---|---|\n| spread | `lay … flat`* |\n");
        let wrong = |text: &str| wrong_in_prose(text, 1, &forbidden).into_iter().map(|(_, what, _)| what).next();
        for said in ["lay flat", "lay it flat", "lay { $amount } flat", "Lay the `cloth`\n/// now flat"] {
            assert!(wrong(said).is_some(), "{said}");
        }
        for said in ["lay all of the cloth flat", "lay. It stands flat", "flat lay"] {
            assert_eq!(wrong(said), None, "{said}");
        }
        let names = ["lay_flat", "who_lay_it_flat", "flat"].map(|name| (1, name.to_owned()));
        assert_eq!(wrong_names(names.into(), &forbidden).len(), 2);
    }

    #[test]
    fn prose_offends_with_whole_words() {
        let text =
            "// a Plum, plums, plum_x, pear\n//! hard\n// core\nf(\"hard-core; hard, core\\nplum\") // hard\n\n// core";
        let expected = [(1, "Plum"), (2, "hard core"), (4, "hard core"), (4, "plum")];
        let mut found = rust(text);
        found.sort();
        assert_eq!(found, expected.map(|(line, what)| (line, what.to_owned())));
    }
}
