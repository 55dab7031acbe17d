//! `docs/planted.md`, written from the bugs.

use std::fmt::Write as _;

use crate::bugs::all;

/// `docs/planted.md`, as text.
pub(crate) fn page() -> String {
    let mut page = String::from(
        "# Planted bugs\n\n\
         Breaks that were made by hand, and the test that finds each. `cargo run -p planted` makes a scratch copy of the \
         repository with\nall of them in it, each behind a switch, builds it once, sees that every named test passes while no \
         bug is on, and then\nthat it fails with its own. A bug that is not found is an exit with 1. \
         `cargo run -p planted -- --list` lists them, names as\narguments run those alone. What stands in which place of the source \
         is in `tests/planted/src/bugs`; a test fails when it does\nnot apply any more, when this page differs \
         (`HOLDFAST_UPDATE=1 cargo test -p planted`), or when a named test does not exist.\n\n\
         Names of tests are as in [coverage.md](coverage.md).\n\n\
         | bug | what is broken | where | found by |\n|---|---|---|---|\n",
    );
    for bug in all() {
        let short = bug.file.trim_start_matches("shared/").replacen("/src/", "/", 1);
        let _ = writeln!(page, "| {} | {} | [{short}](../{}) | `{}` |", bug.name, bug.what, bug.file, bug.test);
    }
    page
}

#[cfg(test)]
mod tests {
    use std::{collections::BTreeSet, fs};

    use super::*;
    use crate::scratch::root;

    #[test]
    fn the_page_is_the_bugs() {
        let (path, page) = (root().join("docs/planted.md"), page());
        if std::env::var_os("HOLDFAST_UPDATE").is_some() {
            fs::write(&path, &page).expect("a page that can be written");
        }
        let committed = fs::read_to_string(&path).unwrap_or_default();
        assert!(committed == page, "docs/planted.md is not what the code says; run this test with HOLDFAST_UPDATE=1");
    }

    #[test]
    fn there_are_enough_and_each_has_its_own_name() {
        let names: BTreeSet<_> = all().map(|bug| bug.name).collect();
        assert_eq!(names.len(), all().count(), "a name stands twice");
        assert!(names.len() >= 40, "{} bugs", names.len());
        let plain = |name: &&str| name.chars().all(|c| c.is_ascii_lowercase() || c == '-');
        assert!(names.iter().all(plain), "names are words and hyphens");
    }
}
