//! The restore of `docs/runbook.md`, typed step by step with programs in the place of `aws`, `sam` and `cargo` that write down how
//! they were called.

use std::{
    fs,
    os::unix::fs::PermissionsExt as _,
    path::{Path, PathBuf},
    process::Command,
};

use super::deploy::commands_of;

fn runbook() -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/runbook.md")).unwrap()
}

/// The blocks of the restore, in their order, as they are typed.
fn steps() -> Vec<String> {
    commands_of(&runbook(), "The table has to be set back")
}

/// What the programs in the place of `aws`, `sam` and `cargo` answer.
const FAKE: &str = r#"#!/usr/bin/env bash
printf '%s\n' "$(basename "$0") $* [$AWS_REGION $TABLE_NAME $QUEUE_URL $STRIPE_SECRET_KEY_ARN]" >> "$CALLS"
case "$(basename "$0") $*" in
    "aws configure get region") echo eu-central-1 ;;
    "aws configure export-credentials"*) echo "export AWS_ACCESS_KEY_ID=key" ;;
    *list-stack-resources*) echo "checkout webhook cleanup" ;;
    *"get-function-concurrency --function-name webhook "*) echo "${WEBHOOK:-5}" ;;
    *"get-function-concurrency --function-name cleanup "*) echo "${CLEANUP:-2}" ;;
    *get-function-concurrency*) echo "${CHECKOUT:-None}" ;;
    *"OutputKey=='TableName'"*) echo Table-1 ;;
    *"OutputKey=='"*) printf '%s' "$*" | sed "s/.*OutputKey=='\([A-Za-z]*\)'.*/the-\1/" ;;
    *put-function-concurrency*) echo '{"ReservedConcurrentExecutions": 0}' ;;
esac
"#;

struct Rehearsal {
    folder: PathBuf,
}

impl Drop for Rehearsal {
    fn drop(&mut self) {
        let _gone = fs::remove_dir_all(&self.folder);
    }
}

impl Rehearsal {
    fn new() -> Self {
        let folder = std::env::temp_dir().join(format!("holdfast-runbook-{}", uuid::Uuid::new_v4().simple()));
        fs::create_dir(&folder).unwrap();
        for program in ["aws", "sam", "cargo"] {
            let path = folder.join(program);
            fs::write(&path, FAKE).unwrap();
            fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
        }
        Self { folder }
    }

    /// Types blocks into one shell, and gives the calls.
    fn typed(&self, blocks: &[String]) -> Vec<String> {
        let calls = self.folder.join("calls");
        fs::write(&calls, "").unwrap();
        let path = format!("{}:{}", self.folder.display(), std::env::var("PATH").unwrap());
        let script = format!("set -euo pipefail\nSINCE=2026-11-26T03:20:00Z\n{}", blocks.join("\n"));
        let output = Command::new("bash")
            .args(["-c", &script])
            .current_dir(&self.folder)
            .env("PATH", path)
            .env("CALLS", &calls)
            .envs(["AWS_REGION", "TABLE_NAME", "QUEUE_URL", "STRIPE_SECRET_KEY_ARN"].map(|name| (name, "")))
            .output()
            .unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        fs::read_to_string(calls).unwrap().lines().map(str::to_owned).collect()
    }
}

#[test]
fn the_restore_is_of_one_stage_and_leaves_what_was_configured() {
    let steps = steps();
    assert_eq!(steps.len(), 5, "{steps:#?}");
    let rehearsal = Rehearsal::new();
    let calls = rehearsal.typed(&steps);
    let position = |part: &str| {
        calls.iter().position(|call| call.contains(part)).unwrap_or_else(|| panic!("no {part}: {calls:#?}"))
    };
    // The command has the stack's region, its outputs and the new table.
    let run = &calls[position("cargo run -p restore -- --since 2026-11-26T03:20:00Z --stage prod")];
    assert!(run.ends_with("[eu-central-1 Table-1-restored the-QueueUrl the-StripeSecretKeyArn]"), "{run}");
    // The stage's own parameters name the new table, and only then that stage is deployed with them.
    let parameters = position(
        "cargo run -q -p setup -- parameters --stage prod --no-input --set ExistingTableName=Table-1-restored",
    );
    let deployed = position("sam deploy --config-env prod");
    assert!(position("cargo run -p restore") < parameters && parameters < deployed);
    assert_eq!(calls.iter().filter(|call| call.contains("sam deploy")).count(), 1);
    // All stop before, and each has afterwards what it had.
    let concurrency: Vec<_> = calls
        .iter()
        .enumerate()
        .filter_map(|(at, call)| Some((at > deployed, call.strip_prefix("aws lambda ")?.split(" [").next()?)))
        .filter(|(_, call)| !call.starts_with("get-"))
        .collect();
    let expected = [
        (false, "put-function-concurrency --function-name checkout --reserved-concurrent-executions 0"),
        (false, "put-function-concurrency --function-name webhook --reserved-concurrent-executions 0"),
        (false, "put-function-concurrency --function-name cleanup --reserved-concurrent-executions 0"),
        (true, "delete-function-concurrency --function-name checkout"),
        (true, "put-function-concurrency --function-name webhook --reserved-concurrent-executions 5"),
        (true, "put-function-concurrency --function-name cleanup --reserved-concurrent-executions 2"),
    ];
    assert_eq!(concurrency, expected);
    // The first step again, as after a break, does not take the zeros for what was configured.
    let again = Rehearsal::new();
    again.typed(&steps[..1]);
    let kept = fs::read_to_string(again.folder.join("concurrency.txt")).unwrap();
    let zeros = [String::from("export WEBHOOK=0 CLEANUP=0 CHECKOUT=0"), steps[0].clone()];
    again.typed(&zeros);
    assert_eq!(fs::read_to_string(again.folder.join("concurrency.txt")).unwrap(), kept);
    assert!(kept.contains("webhook 5\n") && kept.contains("checkout None\n"), "{kept}");
}

/// Every deployment that the runbook shows names the stage that it is of, and takes that stage's own parameters.
#[test]
fn no_deployment_of_the_runbook_is_of_another_stage() {
    let mut seen = 0;
    for (at, line) in runbook().lines().enumerate() {
        for deployment in line.split("sam deploy").skip(1).filter(|_| !line.trim_start().starts_with('#')) {
            assert!(deployment.starts_with(" --config-env "), "line {}: {line}", at + 1);
            assert!(!deployment.contains("--parameter-overrides"), "line {}: {line}", at + 1);
            seen += 1;
        }
    }
    assert!(seen > 0);
}
