//! DynamoDB's expressions, read into trees: conditions and filters, updates, and lists of paths.

use std::{cell::RefCell, collections::HashMap, rc::Rc};

/// A path to an attribute, each step a name or its placeholder.
pub(super) type Path = Vec<String>;

/// What a comparison compares, and what an update sets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Operand {
    Path(Path),
    Value(String),
    IfNotExists(Path, Box<Operand>),
    Plus(Box<Operand>, Box<Operand>),
    Minus(Box<Operand>, Box<Operand>),
}

/// A parsed `ConditionExpression`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Condition {
    And(Box<Condition>, Box<Condition>),
    Or(Box<Condition>, Box<Condition>),
    Not(Box<Condition>),
    Compare(Operand, String, Operand),
    Between(Operand, Operand, Operand),
    Exists(Path, bool),
    Contains(Path, Operand),
    BeginsWith(Path, Operand),
}

/// A parsed `UpdateExpression`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Update {
    pub(super) set: Vec<(Path, Operand)>,
    pub(super) remove: Vec<Path>,
    pub(super) add: Vec<(Path, Operand)>,
}

/// An expression that cannot be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Unreadable(pub(super) String);

type Read<T> = Result<T, Unreadable>;

thread_local! {
    /// What was read before: the same few expressions come again and again.
    static CONDITIONS: RefCell<HashMap<String, Rc<Condition>>> = RefCell::default();
    static UPDATES: RefCell<HashMap<String, Rc<Update>>> = RefCell::default();
}

/// Reads a condition.
pub(super) fn condition(text: &str) -> Read<Rc<Condition>> {
    if let Some(known) = CONDITIONS.with_borrow(|known| known.get(text).cloned()) {
        return Ok(known);
    }
    let mut reader = Reader::new(text)?;
    let read = Rc::new(reader.or()?);
    reader.end()?;
    CONDITIONS.with_borrow_mut(|known| known.insert(text.to_owned(), read.clone()));
    Ok(read)
}

/// Reads an update.
pub(super) fn update(text: &str) -> Read<Rc<Update>> {
    if let Some(known) = UPDATES.with_borrow(|known| known.get(text).cloned()) {
        return Ok(known);
    }
    let mut reader = Reader::new(text)?;
    let read = Rc::new(reader.update()?);
    reader.end()?;
    UPDATES.with_borrow_mut(|known| known.insert(text.to_owned(), read.clone()));
    Ok(read)
}

/// Reads a list of paths.
pub(super) fn projection(text: &str) -> Read<Vec<Path>> {
    let mut reader = Reader::new(text)?;
    let mut paths = vec![reader.path()?];
    while reader.takes(",") {
        paths.push(reader.path()?);
    }
    reader.end()?;
    Ok(paths)
}

/// Words and signs, from the last to the first.
struct Reader {
    tokens: Vec<String>,
}

impl Reader {
    fn new(text: &str) -> Read<Self> {
        let mut tokens = Vec::new();
        let mut rest = text.trim_start();
        while let Some(first) = rest.chars().next() {
            let is_word = |c: char| c.is_ascii_alphanumeric() || "_#:".contains(c);
            let length = if is_word(first) {
                rest.find(|c: char| !is_word(c)).unwrap_or(rest.len())
            } else if ["<=", ">=", "<>"].iter().any(|sign| rest.starts_with(sign)) {
                2
            } else if "=<>(),.+-".contains(first) {
                1
            } else {
                return Err(Unreadable(format!("`{first}` in `{text}`")));
            };
            tokens.push(rest[..length].to_owned());
            rest = rest[length..].trim_start();
        }
        tokens.reverse();
        Ok(Self { tokens })
    }

    fn peek(&self) -> &str {
        self.tokens.last().map_or("", String::as_str)
    }

    fn next(&mut self) -> String {
        self.tokens.pop().unwrap_or_default()
    }

    fn takes(&mut self, token: &str) -> bool {
        let is = self.peek().eq_ignore_ascii_case(token);
        if is {
            self.tokens.pop();
        }
        is
    }

    fn needs(&mut self, token: &str) -> Read<()> {
        if self.takes(token) { Ok(()) } else { Err(Unreadable(format!("`{}` instead of `{token}`", self.peek()))) }
    }

    fn end(&self) -> Read<()> {
        if self.tokens.is_empty() { Ok(()) } else { Err(Unreadable(format!("`{}` at the end", self.peek()))) }
    }

    fn or(&mut self) -> Read<Condition> {
        let mut left = self.and()?;
        while self.takes("OR") {
            left = Condition::Or(Box::new(left), Box::new(self.and()?));
        }
        Ok(left)
    }

    fn and(&mut self) -> Read<Condition> {
        let mut left = self.one()?;
        while self.takes("AND") {
            left = Condition::And(Box::new(left), Box::new(self.one()?));
        }
        Ok(left)
    }

    fn one(&mut self) -> Read<Condition> {
        if self.takes("NOT") {
            return Ok(Condition::Not(Box::new(self.one()?)));
        }
        if self.takes("(") {
            let inner = self.or()?;
            self.needs(")")?;
            return Ok(inner);
        }
        for (word, exists) in [("attribute_exists", true), ("attribute_not_exists", false)] {
            if self.takes(word) {
                self.needs("(")?;
                let path = self.path()?;
                self.needs(")")?;
                return Ok(Condition::Exists(path, exists));
            }
        }
        for (word, contains) in [("contains", true), ("begins_with", false)] {
            if self.takes(word) {
                self.needs("(")?;
                let path = self.path()?;
                self.needs(",")?;
                let value = self.operand()?;
                self.needs(")")?;
                return Ok(match contains {
                    true => Condition::Contains(path, value),
                    false => Condition::BeginsWith(path, value),
                });
            }
        }
        let left = self.operand()?;
        if self.takes("BETWEEN") {
            let low = self.operand()?;
            self.needs("AND")?;
            return Ok(Condition::Between(left, low, self.operand()?));
        }
        let sign = self.next();
        if !["=", "<>", "<", "<=", ">", ">="].contains(&sign.as_str()) {
            return Err(Unreadable(format!("`{sign}` instead of a comparison")));
        }
        Ok(Condition::Compare(left, sign, self.operand()?))
    }

    fn operand(&mut self) -> Read<Operand> {
        if self.peek().starts_with(':') {
            return Ok(Operand::Value(self.next()));
        }
        if self.takes("if_not_exists") {
            self.needs("(")?;
            let path = self.path()?;
            self.needs(",")?;
            let other = self.operand()?;
            self.needs(")")?;
            return Ok(Operand::IfNotExists(path, Box::new(other)));
        }
        Ok(Operand::Path(self.path()?))
    }

    fn path(&mut self) -> Read<Path> {
        let mut path = vec![self.name()?];
        while self.takes(".") {
            path.push(self.name()?);
        }
        Ok(path)
    }

    fn name(&mut self) -> Read<String> {
        let word = self.next();
        let is_name = word.starts_with(|c: char| c == '#' || c.is_ascii_alphabetic());
        if is_name { Ok(word) } else { Err(Unreadable(format!("`{word}` instead of a name"))) }
    }

    fn update(&mut self) -> Read<Update> {
        let mut update = Update::default();
        while !self.tokens.is_empty() {
            let word = self.next().to_ascii_uppercase();
            loop {
                let path = self.path()?;
                match word.as_str() {
                    "SET" => {
                        self.needs("=")?;
                        let value = self.sum()?;
                        update.set.push((path, value));
                    }
                    "REMOVE" => update.remove.push(path),
                    "ADD" => {
                        let value = self.operand()?;
                        update.add.push((path, value));
                    }
                    other => return Err(Unreadable(format!("`{other}` instead of SET, REMOVE or ADD"))),
                }
                if !self.takes(",") {
                    break;
                }
            }
        }
        Ok(update)
    }

    fn sum(&mut self) -> Read<Operand> {
        let left = self.operand()?;
        if self.takes("+") {
            return Ok(Operand::Plus(Box::new(left), Box::new(self.operand()?)));
        }
        if self.takes("-") {
            return Ok(Operand::Minus(Box::new(left), Box::new(self.operand()?)));
        }
        Ok(left)
    }
}
