//! What the README says to type does what the README says.

use std::{
    collections::BTreeMap,
    fs,
    io::{BufRead as _, BufReader},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
};

use serde_json::Value;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn readme() -> String {
    fs::read_to_string(root().join("README.md")).unwrap()
}

/// A fenced block: its language, and its text.
fn blocks() -> Vec<(String, String)> {
    let mut found = Vec::new();
    let mut open: Option<(String, String)> = None;
    for line in readme().lines() {
        match (line.strip_prefix("```"), open.as_mut()) {
            (Some(language), None) => open = Some((language.to_owned(), String::new())),
            (Some(_), Some(_)) => found.extend(open.take()),
            (None, Some((_, text))) => {
                text.push_str(line);
                text.push('\n');
            }
            (None, None) => {}
        }
    }
    assert!(open.is_none(), "a block has no end");
    found
}

/// The stack as `cargo run` starts it.
pub(crate) struct Running {
    child: Child,
    api: String,
    stripe: String,
    services: String,
}

impl Running {
    /// Where the services are, if they are served.
    pub(crate) fn services(&self) -> &str {
        &self.services
    }

    /// The address that it printed, without a slash at its end.
    pub(crate) fn api(&self) -> &str {
        &self.api
    }

    /// Where Stripe's stand-in is.
    pub(crate) fn stripe(&self) -> &str {
        &self.stripe
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ended = self.child.kill();
        let _waited = self.child.wait();
    }
}

pub(super) fn start() -> Running {
    start_with(&[])
}

/// The same with more arguments.
pub(crate) fn start_with(more: &[&str]) -> Running {
    let mut child = Command::new(env!("CARGO_BIN_EXE_local-stack"))
        .args(["--port", "0"])
        .args(more)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut first = String::new();
    let mut output = BufReader::new(child.stdout.take().unwrap());
    output.read_line(&mut first).unwrap();
    // A program that prints into a pipe without a reader ends by it.
    std::thread::spawn(move || std::io::copy(&mut output, &mut std::io::sink()));
    let reported: Value = serde_json::from_str(&first).unwrap_or_else(|_| panic!("no JSON: {first}"));
    let address = |name: &str| reported[name].as_str().unwrap_or_default().trim_end_matches('/').to_owned();
    Running { child, api: address("api"), stripe: address("stripe"), services: address("services") }
}

/// Runs the blocks one after another in one shell, as a reader does in a terminal, and gives what each printed.
pub(super) fn run(stack: &Running, blocks: &[&str]) -> Vec<String> {
    for tool in ["bash", "curl", "jq", "tee", "sleep"] {
        let found = Command::new(tool).arg("--version").stdout(Stdio::null()).stderr(Stdio::null()).status();
        assert!(found.is_ok(), "the README's blocks need {tool}, which is not on this machine: apt-get install {tool}");
    }
    let folder = std::env::temp_dir().join(format!("holdfast-readme-{}", uuid::Uuid::new_v4().simple()));
    fs::create_dir(&folder).unwrap();
    const MARK: &str = "@@ end of block @@";
    // An unset variable, or a command that fails, ends it.
    let mut script = "set -euo pipefail\n".to_owned();
    for block in blocks {
        script.push_str(block);
        script.push_str(&format!("\nprintf '\\n{MARK}\\n'\n"));
    }
    let script = script.replace("http://127.0.0.1:3000", &stack.api).replace("http://127.0.0.1:3001", &stack.stripe);
    let output = Command::new("bash").args(["-c", &script]).current_dir(&folder).output().unwrap();
    fs::remove_dir_all(&folder).unwrap();
    let (out, error) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{error}\n{out}");
    assert!(!error.contains("jq:") && !error.contains("unbound"), "{error}");
    let mut printed: Vec<_> = out.split(MARK).map(str::to_owned).collect();
    assert_eq!(printed.pop().as_deref().map(str::trim), Some(""));
    assert_eq!(printed.len(), blocks.len());
    printed
}

/// The JSON values that a block printed, one after another.
pub(super) fn values(printed: &str) -> Vec<Value> {
    serde_json::Deserializer::from_str(printed)
        .into_iter()
        .map(|value| value.unwrap_or_else(|e| panic!("{e}: {printed}")))
        .collect()
}

#[test]
fn every_block_is_one_that_a_test_knows() {
    let mut counts = BTreeMap::<String, usize>::new();
    for (language, _) in blocks() {
        *counts.entry(language).or_default() += 1;
    }
    // The layout; drawn where it is shown; run below.
    let expected = [("", 1), ("mermaid", 1), ("sh", 7)].map(|(language, n)| (language.to_owned(), n));
    assert_eq!(counts, expected.into());
}

#[test]
fn the_commands_that_start_test_and_build_are_those_that_the_checks_run() {
    let shell: Vec<_> = blocks().into_iter().filter(|(language, _)| language == "sh").map(|(_, text)| text).collect();
    let commands: Vec<_> = shell[0].lines().map(|line| line.split('#').next().unwrap().trim().to_owned()).collect();
    assert_eq!(commands, ["cargo run", "cargo test --workspace"]);
    let checks = fs::read_to_string(root().join(".ci/run")).unwrap();
    assert!(checks.contains("run cargo test --workspace\n"));
    assert_eq!(shell[6].trim(), "sam build && sam deploy");
    assert!(checks.contains("/bin/sam\" build"), "the checks build a function as the README says");
}

#[test]
fn the_layout_is_the_layout() {
    let (_, layout) = blocks().into_iter().find(|(language, _)| language.is_empty()).unwrap();
    let mut named = 0;
    for line in layout.lines() {
        let path = line.split_whitespace().next().unwrap();
        assert!(root().join(path).exists(), "{path}");
        named += 1;
    }
    assert!(named >= 8);
    for folder in ["functions", "shared", "local", "tests"] {
        let line = layout.lines().find(|line| line.starts_with(&format!("{folder}/"))).unwrap();
        let words: Vec<_> = line.split(|c: char| !c.is_alphanumeric()).collect();
        let packages = fs::read_dir(root().join(folder)).unwrap().map(|entry| entry.unwrap().path());
        let names = packages.filter(|path| path.join("Cargo.toml").is_file());
        let names: Vec<_> = names.map(|path| path.file_name().unwrap().to_str().unwrap().to_owned()).collect();
        assert!(names.len() >= 4, "{folder}: {names:?}");
        for name in names {
            assert!(words.contains(&name.as_str()), "{folder}/{name} is not in the layout");
        }
    }
    for link in readme().split("](").skip(1).map(|rest| rest.split(')').next().unwrap()) {
        assert!(link.starts_with("http") || root().join(link).exists(), "{link}");
    }
}

#[test]
fn the_program_prints_what_the_readme_shows() {
    let help = Command::new(env!("CARGO_BIN_EXE_local-stack")).arg("--help").output().unwrap();
    let help = String::from_utf8(help.stdout).unwrap();
    for option in ["--port", "--data", "--no-demo"] {
        assert!(help.contains(option) && readme().contains(option), "{option}");
    }
}

#[test]
fn the_purchase_the_hold_and_the_other_kinds_go_as_in_the_readme() {
    let blocks: Vec<_> = blocks().into_iter().filter(|(language, _)| language == "sh").map(|(_, text)| text).collect();
    let stack = start();
    let typed: Vec<_> = blocks[1..6].iter().map(String::as_str).collect();
    let printed = run(&stack, &typed);

    let bought = values(&printed[0]);
    let (listing, placed, order, mail, audit) =
        (&bought[0], &bought[1], &bought[bought.len() - 3], &bought[bought.len() - 2], &bought[bought.len() - 1]);
    assert_eq!(listing["id"], "summer-show");
    assert_eq!((&placed["order"]["status"], placed["checkout_url"].is_string()), (&"pending".into(), true));
    assert_eq!((&order["id"], &order["status"]), (&placed["order"]["id"], &"paid".into()));
    assert!(order["tickets"].as_array().is_some_and(|tickets| tickets.len() == 2 && tickets[0]["code"].is_string()));
    assert!(mail.as_array().is_some_and(|mail| mail.iter().any(|mail| mail["to"] == "ada@example.com")), "{mail}");
    assert_eq!((&audit["ok"], &audit["violations"]), (&true.into(), &Value::Array(Vec::new())), "{audit}");

    let (before, held, after) = hold(&printed[1]);
    assert_eq!((held, after), (before - 3, before));

    let mug = values(&printed[2]).remove(0);
    assert_eq!(
        (&mug["order"]["status"], &mug["order"]["payment"]["status"]),
        (&"paid".into(), &"captured".into()),
        "{mug}"
    );

    let booked = values(&printed[3]);
    assert_eq!(booked[0]["order"]["status"], "authorized");
    assert_eq!((&booked[1]["status"], &booked[1]["booking"]["status"]), (&"paid".into(), &"confirmed".into()));
    assert_eq!((&booked[2]["refund_percent"], &booked[2]["refund_amount"]), (&100.into(), &"60.00".into()));

    let reviewed = values(&printed[4]);
    assert!(reviewed[0]["reason"].as_str().is_some_and(|reason| reason.contains("10.00")), "{}", reviewed[0]);
    let ended = &reviewed[reviewed.len() - 1];
    assert_eq!((&ended["status"], &ended["review"]), (&"refunded".into(), &Value::Null), "{ended}");

    // And after all of it the books are right.
    let audit = run(&stack, &[&format!("curl -s {}/local/audit", stack.api)]);
    assert_eq!(values(&audit[0])[0]["ok"], true, "{}", audit[0]);
}

/// How many tickets are left before, while and after some are held.
fn hold(printed: &str) -> (i64, i64, i64) {
    let lines: Vec<_> = printed.lines().filter(|line| !line.is_empty()).collect();
    let left: Vec<i64> = lines.iter().filter_map(|line| line.rsplit('}').next()?.trim().parse().ok()).collect();
    assert!(lines.contains(&"pending"), "{printed}");
    let &[before, held, after] = left.as_slice() else { panic!("three counts: {printed}") };
    (before, held, after)
}
