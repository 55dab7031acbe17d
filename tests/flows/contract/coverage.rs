//! `docs/coverage.md` is true: what it names exists, and nothing is missing.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
};

pub(crate) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// The rows of all tables without their heads: what is in the first cell, and the tests that the others name.
pub(crate) fn rows(text: &str) -> Vec<(String, Vec<String>)> {
    let rules = |line: &str| line.starts_with("|---");
    let lines = text.lines().zip(text.lines().skip(1).chain([""]));
    let rows = lines.filter(|(line, next)| line.starts_with('|') && !rules(line) && !rules(next));
    let cells = rows.map(|(line, _)| line.trim_matches('|').split('|').map(str::trim).collect::<Vec<_>>());
    cells
        .map(|cells| {
            let tests = cells[1..].iter().flat_map(|cell| cell.split('`').skip(1).step_by(2)).map(str::to_owned);
            (cells[0].to_owned(), tests.collect())
        })
        .collect()
}

fn read_sources(folder: &Path, into: &mut BTreeMap<PathBuf, String>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            read_sources(&path, into);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let text = fs::read_to_string(&path).unwrap();
            into.insert(path, text);
        }
    }
}

/// All sources that may hold tests, by their paths.
pub(crate) fn sources() -> BTreeMap<PathBuf, String> {
    let mut sources = BTreeMap::new();
    for folder in ["tests", "shared", "functions", "local"] {
        read_sources(&root().join(folder), &mut sources);
    }
    sources
}

/// Whether a test of that name is in the module's file: below `tests/flows`, or in the crate that the name begins with.
pub(crate) fn exists(test: &str, sources: &BTreeMap<PathBuf, String>) -> bool {
    let parts: Vec<_> = test.split("::").collect();
    let [first, modules @ .., name] = parts.as_slice() else { return false };
    let (function, root) = (format!("fn {name}("), root());
    sources.iter().any(|(path, text)| {
        let Ok(path) = path.strip_prefix(&root) else { return false };
        let path = path.with_extension("").display().to_string();
        let names: Vec<_> = path.split('/').collect();
        let here = match names.as_slice() {
            ["tests", "flows", rest @ ..] => rest.contains(first) && modules.iter().all(|module| rest.contains(module)),
            ["shared" | "functions", crate_name, "src", rest @ ..]
            | ["tests", crate_name, "src" | "tests", rest @ ..] => {
                crate_name == first && !modules.is_empty() && modules.iter().all(|module| rest.contains(module))
            }
            ["local", part, "src", rest @ ..] => {
                *first == "local"
                    && !modules.is_empty()
                    && modules.iter().all(|module| module == part || rest.contains(module))
            }
            _ => false,
        };
        here && is_test(text, &function)
    })
}

/// Whether a function of that name follows an attribute that makes it a test.
fn is_test(text: &str, function: &str) -> bool {
    text.match_indices(function).any(|(at, _)| {
        let before: Vec<_> = text[..at].lines().rev().take(6).collect();
        // Up to the end of whatever stands before it.
        let own = before.iter().take_while(|line| line.trim() != "}");
        own.into_iter().any(|line| line.trim().starts_with("#[") && line.contains("test"))
    })
}

#[test]
fn every_case_names_tests_that_exist() {
    let text = fs::read_to_string(root().join("docs/coverage.md")).unwrap();
    let (covered, not_yet) = text.split_once("\n## Not yet\n").expect("there is a list of what is not built");
    let sources = sources();
    let mut problems = Vec::new();
    for line in text.lines().filter(|line| line.starts_with('|')) {
        if line.trim_matches('|').split('|').any(|cell| cell.trim().is_empty()) {
            problems.push(format!("a cell is empty: {line}"));
        }
    }
    for (case, tests) in rows(covered) {
        if tests.is_empty() {
            problems.push(format!("{case} names no test"));
        }
        let missing = tests.iter().filter(|test| !exists(test, &sources));
        problems.extend(missing.map(|test| format!("{case}: there is no test {test}")));
    }
    for (case, tests) in rows(not_yet) {
        if !tests.is_empty() {
            problems.push(format!("{case} is not built, and names tests"));
        }
    }
    assert!(problems.is_empty(), "{problems:#?}");
}

#[test]
fn no_case_is_missing() {
    let text = fs::read_to_string(root().join("docs/coverage.md")).unwrap();
    let (covered, not_yet) = text.split_once("\n## Not yet\n").unwrap();
    let cases = |text: &str| rows(text).into_iter().map(|(case, _)| case).collect::<Vec<_>>();
    let (covered, not_yet) = (cases(covered), cases(not_yet));
    let all: BTreeSet<_> = covered.iter().chain(&not_yet).cloned().collect();
    assert_eq!(all.len(), covered.len() + not_yet.len(), "each case has one row");
    let plan = [("P0", 10), ("P1", 20), ("P2", 15)];
    let plan = plan.into_iter().flat_map(|(level, last)| (1..=last).map(move |n| format!("{level}-{n:03}")));
    let events = (1..=15).map(|n| format!("EP-{n:02}"));
    let invariants = (1..=9).map(|n| format!("INV-{n}"));
    let orders = [
        "01", "02", "03", "04a", "04b", "04c", "04d", "05", "06a", "06b", "06c", "06d", "07", "08a", "08b", "09a",
        "09b",
    ];
    let more = ["09c", "09d", "09e", "10a", "10b", "10c", "10d", "11", "12", "13", "14", "15"];
    let orders = orders.into_iter().chain(more).map(|n| format!("OP-{n}"));
    for case in plan.chain(events).chain(invariants).chain(orders) {
        assert!(all.contains(&case), "{case} has no row");
    }
    let later: Vec<_> = not_yet.iter().filter(|case| case.starts_with('P') || case.starts_with("INV")).collect();
    assert_eq!(later, ["P2-004"], "this alone may wait");
}

#[test]
fn what_makes_a_test_is_recognized() {
    assert!(is_test("}\n\n#[tokio::test]\nasync fn one() {", "fn one("));
    assert!(is_test("    proptest! {\n        #[test]\n        fn two(x in 0..1) {", "fn two("));
    assert!(!is_test("#[test]\nfn one() {\n}\n\nfn two() {", "fn two("));
}
