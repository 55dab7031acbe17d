//! Reads Rust as a row of tokens: enough to tell code from comments and strings, and no more.

/// What a token is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// A name or a keyword. A raw name keeps its `r#`.
    Word,
    /// A lifetime or the label of a loop.
    Lifetime,
    /// A comment with its marks; one for each line comment.
    Comment,
    /// What stands between the quotes of a string, with blanks for its escapes.
    Text,
    /// One character or byte.
    Character,
    /// Digits, with prefix and suffix.
    Number,
    /// Any other sign; `::` is one.
    Mark,
}

/// A token, and the line that it begins on.
#[derive(Debug, Clone)]
pub(crate) struct Token {
    pub(crate) kind: Kind,
    pub(crate) text: String,
    pub(crate) line: usize,
}

impl Token {
    /// Whether it is this keyword, name or sign of the code itself.
    pub(crate) fn is(&self, text: &str) -> bool {
        matches!(self.kind, Kind::Word | Kind::Mark) && self.text == text
    }

    pub(crate) fn is_word(&self) -> bool {
        self.kind == Kind::Word
    }
}

/// All tokens of a file.
pub(crate) fn scan(text: &str) -> Vec<Token> {
    let mut scanner = Scanner { chars: text.chars().collect(), at: 0, line: 1 };
    std::iter::from_fn(|| scanner.token()).collect()
}

/// The tokens of a file without its comments.
pub(crate) fn code(text: &str) -> Vec<Token> {
    scan(text).into_iter().filter(|token| token.kind != Kind::Comment).collect()
}

/// Where the bracket that opens at `open` closes.
pub(crate) fn close(tokens: &[Token], open: usize) -> usize {
    let mut depth = 0_usize;
    for (at, token) in tokens.iter().enumerate().skip(open) {
        if ["(", "[", "{"].iter().any(|sign| token.is(sign)) {
            depth += 1;
        } else if [")", "]", "}"].iter().any(|sign| token.is(sign)) {
            depth = depth.saturating_sub(1);
            if depth == 0 {
                return at;
            }
        }
    }
    tokens.len().saturating_sub(1)
}

struct Scanner {
    chars: Vec<char>,
    at: usize,
    line: usize,
}

fn begins_word(c: char) -> bool {
    c.is_alphabetic() || c == '_'
}

fn in_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

impl Scanner {
    fn peek(&self, ahead: usize) -> Option<char> {
        self.chars.get(self.at + ahead).copied()
    }

    fn next(&mut self) -> Option<char> {
        let c = self.peek(0)?;
        self.at += 1;
        if c == '\n' {
            self.line += 1;
        }
        Some(c)
    }

    fn take_while(&mut self, into: &mut String, expected: impl Fn(char) -> bool) {
        while let Some(c) = self.peek(0).filter(|c| expected(*c)) {
            self.next();
            into.push(c);
        }
    }

    fn token(&mut self) -> Option<Token> {
        while self.peek(0)?.is_whitespace() {
            self.next();
        }
        let line = self.line;
        let first = self.next()?;
        let mut text = String::from(first);
        let kind = match (first, self.peek(0)) {
            ('/', Some('/')) => {
                self.take_while(&mut text, |c| c != '\n');
                Kind::Comment
            }
            ('/', Some('*')) => {
                self.block_comment(&mut text);
                Kind::Comment
            }
            ('"', _) => {
                text.clear();
                self.string(&mut text);
                Kind::Text
            }
            ('\'', Some(second)) if second == '\\' || self.peek(1) == Some('\'') => {
                self.character(&mut text);
                Kind::Character
            }
            ('\'', _) => {
                self.take_while(&mut text, in_word);
                Kind::Lifetime
            }
            (':', Some(':')) => {
                text.extend(self.next());
                Kind::Mark
            }
            (c, _) if begins_word(c) => {
                self.take_while(&mut text, in_word);
                self.after_word(&mut text)
            }
            (c, _) if c.is_ascii_digit() => {
                self.number(&mut text);
                Kind::Number
            }
            _ => Kind::Mark,
        };
        Some(Token { kind, text, line })
    }

    /// A word may be the prefix of a string, a byte or a raw name.
    fn after_word(&mut self, text: &mut String) -> Kind {
        let prefix = matches!(text.as_str(), "b" | "c" | "r" | "br" | "cr");
        let hashes = (0..).take_while(|n| self.peek(*n) == Some('#')).count();
        match self.peek(hashes) {
            Some('"') if prefix && text.ends_with('r') => {
                text.clear();
                self.raw_string(hashes, text);
                Kind::Text
            }
            Some('"') if prefix && hashes == 0 => {
                self.next();
                text.clear();
                self.string(text);
                Kind::Text
            }
            Some('\'') if text == "b" && hashes == 0 => {
                text.extend(self.next());
                self.character(text);
                Kind::Character
            }
            Some(c) if text == "r" && hashes == 1 && begins_word(c) => {
                self.take_while(text, |c| c == '#');
                self.take_while(text, in_word);
                Kind::Word
            }
            _ => Kind::Word,
        }
    }

    fn block_comment(&mut self, text: &mut String) {
        let mut depth = 1;
        text.extend(self.next());
        while depth > 0 {
            match (self.peek(0), self.peek(1)) {
                (Some('/'), Some('*')) => depth += 1,
                (Some('*'), Some('/')) => depth -= 1,
                (None, _) => return,
                _ => {
                    text.extend(self.next());
                    continue;
                }
            }
            text.extend([self.next(), self.next()].into_iter().flatten());
        }
    }

    fn string(&mut self, text: &mut String) {
        while let Some(c) = self.next() {
            match c {
                '"' => return,
                '\\' => {
                    let escaped = self.next();
                    text.extend([' ', if escaped == Some('\n') { '\n' } else { ' ' }]);
                }
                c => text.push(c),
            }
        }
    }

    fn raw_string(&mut self, hashes: usize, text: &mut String) {
        self.at += hashes + 1;
        let ends = |scanner: &Self| (0..hashes).all(|n| scanner.peek(n) == Some('#'));
        while let Some(c) = self.next() {
            if c == '"' && ends(self) {
                self.at += hashes;
                return;
            }
            text.push(c);
        }
    }

    fn character(&mut self, text: &mut String) {
        while let Some(c) = self.next() {
            text.push(c);
            match c {
                '\\' => text.extend(self.next()),
                '\'' => return,
                _ => {}
            }
        }
    }

    fn number(&mut self, text: &mut String) {
        self.take_while(text, in_word);
        // Not the dots of a range, nor that of a method.
        if self.peek(0) == Some('.') && self.peek(1).is_some_and(|c| c.is_ascii_digit()) {
            text.extend(self.next());
            self.take_while(text, in_word);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kinds(text: &str) -> Vec<(Kind, String)> {
        scan(text).into_iter().map(|token| (token.kind, token.text)).collect()
    }

    fn of(text: &str, kind: Kind) -> Vec<String> {
        scan(text).into_iter().filter(|token| token.kind == kind).map(|token| token.text).collect()
    }

    #[test]
    fn comments_are_not_code() {
        let text = "a / b // c \"d\n/* e /* f */ 'g */ h /// i";
        assert_eq!(of(text, Kind::Word), ["a", "b", "h"]);
        assert_eq!(of(text, Kind::Comment), ["// c \"d", "/* e /* f */ 'g */", "/// i"]);
    }

    #[test]
    fn strings_of_every_kind_end_where_they_end() {
        let text = r####"a "b\"c" d r"e\" f r#"g"h"# i b"j" k br##"l"#m"## n c"o" p"####;
        assert_eq!(of(text, Kind::Word), ["a", "d", "f", "i", "k", "n", "p"]);
        assert_eq!(of(text, Kind::Text), ["b  c", "e\\", "g\"h", "j", "l\"#m", "o"]);
    }

    #[test]
    fn an_escape_is_no_part_of_the_word_after_it() {
        assert_eq!(of(r#""\nword""#, Kind::Text), ["  word"]);
        assert_eq!(of("\"one \\\n two\"", Kind::Text), ["one  \n two"]);
    }

    #[test]
    fn lifetimes_are_no_characters() {
        let text =
            r"fn a<'b, 'c>(d: &'b str) -> char { 'e: loop { break 'e } ['f', '\'', '\\', '\u{1f}', b'g', b'\''] }";
        assert_eq!(of(text, Kind::Lifetime), ["'b", "'c", "'b", "'e", "'e"]);
        assert_eq!(of(text, Kind::Character), ["'f'", r"'\''", r"'\\'", r"'\u{1f}'", "b'g'", r"b'\''"]);
        assert_eq!(of("f('\"', x)", Kind::Word), ["f", "x"]);
        assert_eq!(of("&'_ str", Kind::Lifetime), ["'_"]);
    }

    #[test]
    fn numbers_are_no_words() {
        assert_eq!(of("0..n 1_000u32 x.0.y 1.5f64 0xff 2.max(z)", Kind::Word), ["n", "x", "y", "max", "z"]);
    }

    #[test]
    fn raw_names_and_paths_are_whole() {
        assert_eq!(of("r#type r b", Kind::Word), ["r#type", "r", "b"]);
        assert_eq!(kinds("a::b"), [(Kind::Word, "a".into()), (Kind::Mark, "::".into()), (Kind::Word, "b".into())]);
    }

    #[test]
    fn lines_are_counted_through_everything() {
        let lines: Vec<_> = scan("a\n/*\n*/ b \"\n\" c r#\"\n\n\"# d 'e' // f\ng").iter().map(|t| t.line).collect();
        assert_eq!(lines, [1, 2, 3, 3, 4, 4, 6, 6, 6, 7]);
    }

    #[test]
    fn brackets_close_where_they_should() {
        let tokens = code("f(a, [b, (c)], \")\") // )\n{ d }");
        assert_eq!(close(&tokens, 1), 13);
        assert_eq!(close(&tokens, 14), 16);
    }
}
