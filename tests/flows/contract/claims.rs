//! `docs/claims.md` and `docs/planted.md` name tests that exist, and no promise goes without one.

use std::{collections::BTreeSet, fs};

use super::coverage::{exists, root, rows, sources};

const PROMISED: &str = "\n## Promised\n";
const NOT_PROMISED: &str = "\n## Not promised\n";

fn page(name: &str) -> String {
    fs::read_to_string(root().join("docs").join(name)).unwrap()
}

/// What is wrong with the rows of a page: one without a test, and tests that do not exist.
fn problems(text: &str) -> Vec<String> {
    let sources = sources();
    let mut problems = Vec::new();
    for (what, tests) in rows(text) {
        if tests.is_empty() {
            problems.push(format!("{what}: no test would falsify it"));
        }
        let missing = tests.iter().filter(|test| !exists(test, &sources));
        problems.extend(missing.map(|test| format!("{what}: there is no test {test}")));
    }
    problems
}

#[test]
fn every_promise_has_tests_that_would_falsify_it() {
    let text = page("claims.md");
    let (_, promised) = text.split_once(PROMISED).expect("what is promised is said");
    let (promised, not_promised) = promised.split_once(NOT_PROMISED).expect("and what is not");
    let wrong = problems(promised);
    assert!(wrong.is_empty(), "{wrong:#?}");
    let promises: Vec<_> = rows(promised).into_iter().map(|(promise, _)| promise).collect();
    let names: BTreeSet<_> = promises.iter().collect();
    assert_eq!(names.len(), promises.len(), "a promise stands twice");
    assert!(promises.len() >= 15, "{promises:?}");
    assert!(rows(not_promised).len() >= 8);
    let missing: Vec<_> =
        rows(not_promised).into_iter().flat_map(|(_, tests)| tests).filter(|test| !exists(test, &sources())).collect();
    assert!(missing.is_empty(), "{missing:?}");
}

#[test]
fn what_the_promises_rest_on_is_where_the_page_says() {
    let text = page("claims.md");
    let links: Vec<_> =
        text.split("](").skip(1).filter_map(|rest| rest.split(')').next()).filter(|l| !l.contains("://")).collect();
    assert!(links.len() >= 10, "{links:?}");
    for link in links {
        assert!(root().join("docs").join(link.split('#').next().unwrap_or(link)).exists(), "{link}");
    }
}

#[test]
fn every_planted_bug_names_a_test_that_exists() {
    let text = page("planted.md");
    assert!(rows(&text).len() >= 40, "all bugs have a row");
    let wrong = problems(&text);
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn a_row_without_a_test_and_a_test_that_is_gone_are_found() {
    let wrong =
        problems("| promise | shown by |\n|---|---|\n| one | by word |\n| two | `contract::claims::no_such` |\n");
    assert_eq!(wrong.len(), 2, "{wrong:?}");
    assert!(wrong[0].starts_with("one: no test") && wrong[1].starts_with("two: there is no test"), "{wrong:?}");
}
