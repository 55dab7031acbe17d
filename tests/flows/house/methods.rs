//! Methods of one type that stand in several modules. A call of one of them depends on its module, which no import shows.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    scan::{Kind, Token, close},
    tree::Module,
};

/// A call: in which module, on which line, of which method, and where that is defined.
pub(crate) struct Call {
    pub(crate) from: usize,
    pub(crate) line: usize,
    pub(crate) what: String,
    pub(crate) to: usize,
}

/// A block of methods.
struct Block<'a> {
    of: &'a str,
    own: bool,
    open: usize,
    close: usize,
}

/// The methods of one type: in which modules each name is defined. Those of traits are in none.
type Methods<'a> = BTreeMap<&'a str, Vec<Option<usize>>>;

/// The calls of methods whose name one module alone defines, of types that have methods in several modules.
pub(crate) fn calls(modules: &[Module]) -> Vec<Call> {
    let blocks: Vec<_> = modules.iter().map(|module| blocks(&module.code)).collect();
    let types = spread(modules, &blocks);
    let mut found = Vec::new();
    for (from, (module, blocks)) in modules.iter().zip(&blocks).enumerate() {
        for (at, name) in module.code.iter().enumerate().filter(|(_, token)| token.is_word()) {
            let Some(of) = receiver(&module.code, at, blocks, &types) else { continue };
            if let Some([Some(to)]) = types[of].get(name.text.as_str()).map(Vec::as_slice) {
                let what = format!("{of}::{}()", name.text);
                found.push(Call { from, line: name.line, what, to: *to });
            }
        }
    }
    found
}

/// The types that have methods of their own in several modules, by their names.
fn spread<'a>(modules: &'a [Module], blocks: &[Vec<Block<'a>>]) -> BTreeMap<&'a str, Methods<'a>> {
    let mut homes = BTreeMap::<_, BTreeSet<usize>>::new();
    let mut types = BTreeMap::<_, Methods<'a>>::new();
    for (index, (module, blocks)) in modules.iter().zip(blocks).enumerate() {
        for block in blocks {
            let methods = types.entry(block.of).or_default();
            if block.own {
                homes.entry(block.of).or_default().insert(index);
            }
            for name in functions(&module.code, block) {
                methods.entry(name).or_default().push(block.own.then_some(index));
            }
        }
    }
    // Two types of one name look the same here.
    let definitions = |of: &str| {
        let pairs = modules.iter().flat_map(|module| module.code.windows(2));
        let defines = |pair: &&[Token]| ["struct", "enum", "union"].iter().any(|word| pair[0].is(word));
        pairs.filter(defines).filter(|pair| pair[1].is(of)).count()
    };
    types.retain(|of, _| homes.get(of).is_some_and(|homes| homes.len() > 1) && definitions(of) == 1);
    types
}

/// All blocks of methods in this code.
fn blocks(code: &[Token]) -> Vec<Block<'_>> {
    let begins = |at: usize| match at.checked_sub(1).map(|before| &code[before]) {
        None => true,
        Some(before) => ["}", ";", "]", "{", "unsafe"].iter().any(|sign| before.is(sign)),
    };
    let starts = (0..code.len()).filter(|at| code[*at].is("impl") && begins(*at));
    starts.filter_map(|start| block(code, start)).collect()
}

fn block(code: &[Token], start: usize) -> Option<Block<'_>> {
    let open = (start..code.len()).find(|at| code[*at].is("{"))?;
    let mut depth = 0_usize;
    let (mut of, mut own) = (None, true);
    for (at, token) in code.iter().enumerate().take(open).skip(start + 1) {
        // The arrow of a function's type closes nothing.
        let arrow = code[at - 1].is("-");
        if token.is("<") {
            depth += 1;
        } else if token.is(">") && !arrow {
            depth = depth.saturating_sub(1);
        } else if depth == 0 && token.is("for") {
            (of, own) = (None, false);
        } else if depth == 0 && token.is("where") {
            break;
        } else if depth == 0 && token.is_word() {
            of = Some(token.text.as_str());
        }
    }
    Some(Block { of: of?, own, open, close: close(code, open) })
}

/// The names of the functions of a block.
fn functions<'a>(code: &'a [Token], block: &Block<'_>) -> Vec<&'a str> {
    let mut found = Vec::new();
    let mut at = block.open + 1;
    while at < block.close {
        if code[at].is("fn") {
            found.push(code[at + 1].text.as_str());
        }
        at = if code[at].is("{") { close(code, at) + 1 } else { at + 1 };
    }
    found
}

/// The type whose method is called here, if there is no doubt: `self` in a block of it, a variable or field that is
/// called as it is, or the type's own name.
fn receiver<'a>(
    code: &[Token],
    at: usize,
    blocks: &[Block<'_>],
    types: &BTreeMap<&'a str, Methods<'a>>,
) -> Option<&'a str> {
    let (before, link) = (code.get(at.checked_sub(2)?)?, &code[at - 1]);
    let next = code.get(at + 1)?;
    let called = next.is("(") || next.is("::") && code.get(at + 2)?.is("<");
    let block = || {
        let inside = blocks.iter().filter(|block| block.open < at && at < block.close);
        inside.max_by_key(|block| block.open).map(|block| block.of)
    };
    let known = |name: &str| types.keys().find(|of| **of == name).copied();
    if before.kind != Kind::Word {
        None
    } else if link.is("::") {
        // A method may be passed on without being called.
        if before.is("Self") { known(block()?) } else { known(&before.text) }
    } else if !link.is(".") || !called {
        None
    } else if before.is("self") {
        known(block()?)
    } else {
        types.keys().find(|of| of.to_lowercase() == before.text).copied()
    }
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use super::{super::scan::code, *};

    fn module(name: &str, text: &str) -> Module {
        Module { path: vec![name.to_owned()], file: PathBuf::new(), test: false, code: code(text) }
    }

    #[test]
    fn a_call_of_a_method_depends_on_where_that_is() {
        let modules = [
            module("a", "struct Car { x: u8 } impl Car { fn stop(&self) { self.go(1); self.x; self.fmt(f) } }"),
            module("b", "impl Car { fn go(self) { self.stop() } } impl fmt::Debug for Car { fn fmt(&self) {} }"),
            module(
                "c",
                "impl<T: Fn() -> u8> Bus<T> { fn go(&self) { self.stop(); self.car.go(); car.stop(); x.go() } }",
            ),
            module("d", "struct Van; impl Van { fn go(&self) {} } fn f() { map(Car::go); car.other(); }"),
        ];
        let found: Vec<_> = calls(&modules).into_iter().map(|call| (call.from, call.what, call.to)).collect();
        let call = |from: usize, what: &str, to: usize| (from, what.to_owned(), to);
        let expected = [
            call(0, "Car::go()", 1),
            call(1, "Car::stop()", 0),
            call(2, "Car::go()", 1),
            call(2, "Car::stop()", 0),
            call(3, "Car::go()", 1),
        ];
        assert_eq!(found, expected);
    }

    #[test]
    fn what_is_defined_twice_is_left_out() {
        let modules = [
            module("a", "struct Car; impl Car { fn stop(&self) { car.go() } }"),
            module("b", "impl Car { fn go(&self) {} } #[cfg(unix)] impl Car { fn go(&self) {} }"),
        ];
        assert!(calls(&modules).is_empty());
    }
}
