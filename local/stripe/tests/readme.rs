//! What the README says to type does what its comments say.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

use std::{
    fs,
    io::{BufRead as _, BufReader},
    path::Path,
    process::{Child, Command, Stdio},
};

/// The program, ended with the test.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        let _ended = self.0.kill();
        let _waited = self.0.wait();
    }
}

fn start() -> (Running, String) {
    let mut child = Command::new(env!("CARGO_BIN_EXE_stripe-stand-in"))
        .args(["--listen", "127.0.0.1:0"])
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut first = String::new();
    BufReader::new(child.stdout.take().unwrap()).read_line(&mut first).unwrap();
    let first: serde_json::Value = serde_json::from_str(&first).unwrap();
    (Running(child), first["stripe"].as_str().unwrap().to_owned())
}

/// The text of all blocks in the shell's language, but for the first, which starts the program.
fn script() -> String {
    let text = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md")).unwrap();
    let blocks = text.split("```sh\n").skip(2).map(|rest| rest.split("```").next().unwrap());
    blocks.collect::<Vec<_>>().join("\n")
}

#[test]
fn the_commands_print_what_stands_behind_them() {
    for tool in ["bash", "curl", "jq"] {
        let found = Command::new(tool).arg("--version").stdout(Stdio::null()).status();
        assert!(found.is_ok(), "the README's blocks need {tool}, which is not on this machine: apt-get install {tool}");
    }
    let (_running, address) = start();
    let script = script();
    let expected: Vec<_> = script
        .lines()
        .filter_map(|line| line.split_once("  # "))
        .map(|(_, said)| said.split(':').next().unwrap_or_default().trim().to_owned())
        .collect();
    assert!(expected.len() >= 8, "{expected:?}");
    let folder = std::env::temp_dir().join(format!("stripe-stand-in-readme-{}", std::process::id()));
    fs::create_dir_all(&folder).unwrap();
    let script = format!("set -euo pipefail\n{}", script.replace("http://127.0.0.1:3001", &address));
    let output = Command::new("bash").args(["-c", &script]).current_dir(&folder).output().unwrap();
    fs::remove_dir_all(&folder).unwrap();
    let (out, error) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{error}\n{out}");
    assert_eq!(out.lines().collect::<Vec<_>>(), expected, "{error}");
}
