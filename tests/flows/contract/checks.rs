//! Each check of `.ci/run` has failed once on purpose, and `docs/proof.md` says how.

use std::{fs, path::Path};

fn text(path: &str) -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(path)).unwrap()
}

/// The rows of the table: the check's name, which stands in backticks, what was wrong, and what it said.
fn rows(proof: &str) -> Vec<Vec<String>> {
    let (_, table) = proof.split_once("| check | what was wrong | what it said |\n|---|---|---|\n").unwrap();
    let rows = table.lines().map_while(|line| line.strip_prefix("| ")?.strip_suffix(" |"));
    rows.map(|row| row.split(" | ").map(str::to_owned).collect()).collect()
}

fn name(row: &[String]) -> String {
    row[0].split('`').nth(1).unwrap_or_else(|| panic!("{row:?} names no check")).to_owned()
}

/// What the checks run, one line each: installing is none, nor is what is said at the end.
fn checks(script: &str) -> Vec<String> {
    let (_, steps) = script.split_once("\nrun cargo fmt").unwrap();
    let steps = format!("run cargo fmt{steps}");
    let lines = steps.lines().map(str::trim).filter(|line| {
        let is_check = ["run ", "step ", "sam_build "].iter().any(|word| line.starts_with(word));
        is_check && !line.contains("all checks passed") && !line.contains("NOT built")
    });
    // What a step announces stands in the line below it.
    let followed = |line: &str| {
        let at = steps.find(line).unwrap();
        steps[at..].lines().take(if line.starts_with("step ") { 2 } else { 1 }).collect::<Vec<_>>().join(" ")
    };
    lines.map(|line| followed(line).replace("/bin/sam\" validate", " sam validate")).collect()
}

/// Checks without a row, and rows without a check.
fn disagreements(script: &str, proof: &str) -> Vec<String> {
    let (checks, rows) = (checks(script), rows(proof));
    let named: Vec<_> = rows.iter().map(|row| name(row)).collect();
    let mut wrong = Vec::new();
    for check in checks.iter().filter(|check| !named.iter().any(|name| check.contains(name.as_str()))) {
        wrong.push(format!("docs/proof.md does not say how this failed: {check}"));
    }
    for name in named.iter().filter(|name| !checks.iter().any(|check| check.contains(name.as_str()))) {
        wrong.push(format!("{name} is no check"));
    }
    wrong.extend(
        rows.iter().filter(|row| row.len() != 3 || row.iter().any(String::is_empty)).map(|row| format!("{row:?}")),
    );
    wrong
}

#[test]
fn every_check_has_failed_once_and_it_is_written_down() {
    let (script, proof) = (text(".ci/run"), text("docs/proof.md"));
    assert!(checks(&script).len() > 12, "{:#?}", checks(&script));
    assert_eq!(disagreements(&script, &proof), Vec::<String>::new());
    // The test can fail: a check that is new, and a row that is old.
    let more = script.replace("run cargo test --workspace\n", "run cargo test --workspace\nrun cargo miri test\n");
    assert_eq!(disagreements(&more, &proof), ["docs/proof.md does not say how this failed: run cargo miri test"]);
    let less = proof.replace("| `cargo fmt` |", "| `cargo format` |");
    assert_eq!(disagreements(&script, &less).len(), 2);
}
