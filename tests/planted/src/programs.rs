//! The copy's test programs: built once, and run for one test at a time.

use std::{
    collections::BTreeMap,
    fs::File,
    io::{self, Read as _},
    path::{Path, PathBuf},
    process::{Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use serde_json::Value;

use crate::schemata::SWITCH;

/// Longer than any test takes on a busy machine. One that hangs has found nothing.
const LIMIT: Duration = Duration::from_secs(600);

/// The stack of each test, in bytes.
const STACK: &str = "33554432";

/// What has bugs or tests that find them.
const PACKAGES: [&str; 4] = ["domain", "store", "payments", "holdfast-tests"];

/// A test program: where it is, the folder that its tests run in, and their full names.
#[derive(Debug)]
struct Program {
    path: PathBuf,
    folder: PathBuf,
    tests: Vec<String>,
}

/// All test programs, by their crates' names. The flows' name is `flows`.
#[derive(Debug)]
pub(crate) struct Programs(BTreeMap<String, Program>);

/// One test in its program.
#[derive(Debug, Clone)]
pub(crate) struct Test<'a> {
    program: &'a Program,
    /// Its full name there.
    pub(crate) name: &'a str,
}

/// How a run of one test ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ended {
    Passed,
    Failed,
    /// Neither: it hung, or the program did not run it.
    Nothing,
}

impl Programs {
    /// Builds the libraries' tests and the flows. What Cargo says goes to this process's standard error.
    ///
    /// # Errors
    ///
    /// That it does not build, or a program cannot be asked for its tests.
    pub(crate) fn build(copy: &Path, target: &Path, left_out: &[String]) -> Result<Self, String> {
        let packages = PACKAGES.iter().flat_map(|package| ["--package", package]);
        let output = Command::new(env!("CARGO"))
            .args(["test", "--lib", "--test", "flows", "--no-run", "--locked", "--message-format", "json"])
            .args(packages)
            .current_dir(copy)
            .env("CARGO_TARGET_DIR", target)
            // It is built to be run a few times.
            .envs([("CARGO_PROFILE_DEV_OPT_LEVEL", "0"), ("CARGO_PROFILE_DEV_DEBUG", "0")])
            // Where programs are that are not built here.
            .envs(left_out.iter().map(|program| (format!("CARGO_BIN_EXE_{program}"), "")))
            .stderr(Stdio::inherit())
            .output()
            .map_err(|error| format!("cargo: {error}"))?;
        let text = String::from_utf8_lossy(&output.stdout);
        let messages = text.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
        if !output.status.success() {
            // Warnings are for the real source.
            let errors = messages.filter(|message| message["message"]["level"] == "error");
            let errors: Vec<_> =
                errors.map(|e| e["message"]["rendered"].as_str().unwrap_or_default().to_owned()).collect();
            return Err(format!("{}the copy with the bugs in it does not build", errors.concat()));
        }
        let mut programs = BTreeMap::new();
        for message in messages {
            if let Some((name, program)) = program(&message)? {
                programs.insert(name, program);
            }
        }
        Ok(Self(programs))
    }

    /// The test of that name: its first part is a crate's name or a topic of the flows, and the others stand in its full
    /// name in their order.
    ///
    /// # Errors
    ///
    /// That there is none, or several.
    pub(crate) fn test<'a>(&'a self, name: &str) -> Result<Test<'a>, String> {
        let parts: Vec<_> = name.split("::").collect();
        let (program, parts) = match self.0.get(parts[0]) {
            Some(program) => (program, &parts[1..]),
            None => (self.0.get("flows").ok_or("the flows are not built")?, &parts[..]),
        };
        let found: Vec<_> = program.tests.iter().filter(|full| is_called(full, parts)).collect();
        match found.as_slice() {
            [one] => Ok(Test { program, name: one }),
            found => Err(format!("{} tests are called {name}", found.len())),
        }
    }
}

/// Whether a full name has these parts in their order, and ends with the last of them.
fn is_called(full: &str, parts: &[&str]) -> bool {
    let mut names = full.split("::");
    let in_order = parts.iter().all(|part| names.any(|name| name == *part));
    in_order && names.next().is_none()
}

/// The test program that a message of Cargo's is about.
fn program(message: &Value) -> Result<Option<(String, Program)>, String> {
    let (Some(path), true) = (message["executable"].as_str(), message["profile"]["test"] == true) else {
        return Ok(None);
    };
    let name = message["target"]["name"].as_str().unwrap_or_default().to_owned();
    let manifest = Path::new(message["manifest_path"].as_str().unwrap_or_default());
    let folder = manifest.parent().unwrap_or(manifest).to_owned();
    let listed = Command::new(path).args(["--list", "--format", "terse"]).current_dir(&folder).output();
    let listed = listed.map_err(|error| format!("{path}: {error}"))?;
    let text = String::from_utf8_lossy(&listed.stdout);
    let tests = text.lines().filter_map(|line| line.strip_suffix(": test")).map(str::to_owned).collect();
    Ok(Some((name, Program { path: path.into(), folder, tests })))
}

impl Test<'_> {
    /// Runs it alone, with one bug on, or none.
    ///
    /// # Errors
    ///
    /// That the program cannot be started or its words not be read.
    pub(crate) fn run(&self, bug: Option<&str>, said: &Path) -> io::Result<Ended> {
        let file = File::create(said)?;
        let mut command = Command::new(&self.program.path);
        command.args(["--exact", self.name, "--test-threads", "1"]).current_dir(&self.program.folder);
        command.env_remove(SWITCH).envs(bug.map(|bug| (SWITCH, bug)));
        // What is not optimized needs more of it.
        command.env("RUST_MIN_STACK", STACK);
        let mut running = command.stdin(Stdio::null()).stdout(file.try_clone()?).stderr(file).spawn()?;
        let until = Instant::now() + LIMIT;
        while running.try_wait()?.is_none() {
            if Instant::now() >= until {
                running.kill()?;
                running.wait()?;
                return Ok(Ended::Nothing);
            }
            thread::sleep(Duration::from_millis(20));
        }
        let mut text = Vec::new();
        File::open(said)?.read_to_end(&mut text)?;
        Ok(ended(&String::from_utf8_lossy(&text)))
    }
}

/// How the one test ended, by the program's last words. A program that crashed has run into its bug, too.
fn ended(text: &str) -> Ended {
    match text.lines().rev().find(|line| line.starts_with("test result: ")) {
        Some(line) if line.contains(" 1 passed; 0 failed") => Ended::Passed,
        Some(line) if line.contains(" 0 passed; 1 failed") => Ended::Failed,
        Some(_) => Ended::Nothing,
        None if text.contains("running 1 test") => Ended::Failed,
        None => Ended::Nothing,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_found_by_its_parts() {
        assert!(is_called("order::tests::decide::one", &["order", "decide", "one"]));
        assert!(is_called("tests::one", &["one"]));
        assert!(!is_called("order::tests::decide::one", &["decide", "order", "one"]));
        assert!(!is_called("order::tests::decide::one_more", &["order", "one"]));
        assert!(!is_called("order::one::two", &["order", "one"]));
    }

    #[test]
    fn a_run_that_ran_nothing_has_not_passed() {
        let said = |result: &str| ended(&format!("running 1 test\ntest a ... \ntest result: {result}; finished"));
        assert_eq!(said("ok. 1 passed; 0 failed; 0 ignored"), Ended::Passed);
        assert_eq!(said("FAILED. 0 passed; 1 failed; 0 ignored"), Ended::Failed);
        assert_eq!(said("ok. 0 passed; 0 failed; 0 ignored"), Ended::Nothing);
        assert_eq!(ended("running 1 test\nthread has overflowed its stack"), Ended::Failed);
        assert_eq!(ended("error: no such option"), Ended::Nothing);
    }
}
