//! `docs/deploy.md` names what there is, and its commands do what it says, as far as the stand-ins reach.

use std::{collections::BTreeSet, fs, path::Path, process::Command};

use clap::Parser as _;
use serde_json::Value;

use super::readme::{Running, run, start, values};

fn root() -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn document() -> String {
    fs::read_to_string(root().join("docs/deploy.md")).unwrap()
}

/// The commands of a section.
fn commands(section: &str) -> Vec<String> {
    commands_of(&document(), section)
}

/// The commands of a document's section, a block each.
pub(super) fn commands_of(document: &str, section: &str) -> Vec<String> {
    let (_, text) = document.split_once(&format!("\n## {section}\n")).unwrap_or_else(|| panic!("no section {section}"));
    let text = text.split("\n## ").next().unwrap();
    text.split("```sh\n").skip(1).map(|block| block.split("```").next().unwrap().to_owned()).collect()
}

/// The keys of one of the template's mappings.
fn keys(template: &serde_norway::Value, mapping: &str) -> BTreeSet<String> {
    template[mapping].as_mapping().unwrap().keys().map(|key| key.as_str().unwrap().to_owned()).collect()
}

#[test]
fn every_parameter_and_output_that_it_names_is_the_templates() {
    let template = fs::read_to_string(root().join("infra/template.yaml")).unwrap();
    let template: serde_norway::Value = serde_norway::from_str(&template).unwrap();
    let (parameters, outputs) = (keys(&template, "Parameters"), keys(&template, "Outputs"));
    let resources = keys(&template, "Resources");
    let firewall = fs::read_to_string(root().join("infra/firewall.yaml")).unwrap();
    let firewall = keys(&serde_norway::from_str(&firewall).unwrap(), "Parameters");
    let document = document();
    let read: BTreeSet<_> =
        document.split("$(out ").skip(1).map(|rest| rest.split(')').next().unwrap().to_owned()).collect();
    assert!(read.len() > 3 && read.is_subset(&outputs), "{read:?}");
    // Words in capitals with a small letter in between stand for one of them.
    let camel = |word: &str| {
        word.starts_with(|c: char| c.is_ascii_uppercase())
            && word.chars().all(|c| c.is_ascii_alphanumeric())
            && word.chars().skip(1).any(|c| c.is_ascii_uppercase())
            && word.chars().any(|c| c.is_ascii_lowercase())
    };
    let runbook = fs::read_to_string(root().join("docs/runbook.md")).unwrap();
    // Names of AWS.
    let theirs = ["ConcurrentExecutions", "MessageRejected", "TooManyRequests"];
    let mut named = 0;
    for text in [&document, &runbook] {
        let prose = text.split("```").step_by(2).collect::<String>();
        for word in prose.split('`').skip(1).step_by(2).filter(|word| camel(word) && !theirs.contains(word)) {
            let known = [&parameters, &outputs, &resources, &firewall].iter().any(|names| names.contains(word));
            assert!(known, "the template has no {word}");
            named += 1;
        }
    }
    assert!(named > 20, "{named}");
}

#[test]
fn both_stages_are_deployed_by_the_commands_that_it_shows() {
    let config = fs::read_to_string(root().join("samconfig.toml")).unwrap();
    for (env, stage) in [("default", "dev"), ("dev", "dev"), ("prod", "prod")] {
        assert!(config.contains(&format!("[{env}.deploy.parameters]")));
        // What is deployed is the installation's own; beside it stands an example.
        assert!(config.contains(&format!("file://infra/parameters/{stage}.local.yaml")), "{env}");
        assert!(!config.contains(&format!("file://infra/parameters/{stage}.yaml")), "{env}");
        assert!(root().join(format!("infra/parameters/{stage}.yaml")).is_file());
    }
    let shown = commands("3. Deploy").remove(0);
    assert_eq!(shown.lines().collect::<Vec<_>>(), ["sam build", "sam deploy"]);
    // SAM writes the answers of `--guided` into the file that it reads.
    let ignored = fs::read_to_string(root().join(".gitignore")).unwrap();
    assert!(ignored.lines().any(|line| line == "samconfig.local.toml"));
    let guided = document()
        .split("--guided")
        .skip(1)
        .filter(|rest| !rest.starts_with(" --config-file samconfig.local.toml"))
        .count();
    assert_eq!(guided, 0, "the guided deployment would write into a committed file");
}

/// A command in a folder, which has to end well. What it printed.
fn typed(folder: &Path, line: &str) -> String {
    let line = format!("set -euo pipefail\n{line}");
    let output = Command::new("bash").args(["-c", &line]).current_dir(folder).output().unwrap();
    let (out, error) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{line}: {out}{error}");
    out.into_owned()
}

/// What a stage has decided is no part of any version: another version is taken without a conflict, and takes nothing away.
#[test]
fn an_upgrade_leaves_the_parameters_as_they_are() {
    let folder = std::env::temp_dir().join(format!("holdfast-upgrade-{}", uuid::Uuid::new_v4().simple()));
    let (upstream, clone) = (folder.join("upstream"), folder.join("clone"));
    fs::create_dir_all(upstream.join("infra/parameters")).unwrap();
    for file in [".gitignore", "samconfig.toml", "infra/parameters/dev.yaml", "infra/parameters/prod.yaml"] {
        fs::copy(root().join(file), upstream.join(file)).unwrap();
    }
    let commit =
        "git add -A && git -c user.name=us -c user.email=us@holdfast.test -c commit.gpgsign=false commit -qm version";
    typed(&upstream, &format!("git init -q && {commit} && git tag v0.1.0"));
    typed(&folder, "git clone -q upstream clone");
    let own = clone.join("infra/parameters/prod.local.yaml");
    let decided = "Stage: prod\nJwtIssuer: https://id.holdfast.test/\n";
    fs::write(&own, decided).unwrap();
    assert_eq!(typed(&clone, "git status --porcelain"), "", "git sees the file");
    // The next version has other examples.
    let newer = "for f in infra/parameters/*.yaml samconfig.toml; do echo '# newer' >> $f; done";
    typed(&upstream, &format!("{newer} && {commit} && git tag v0.2.0"));
    let upgrade = commands("Upgrade and roll back").remove(0);
    typed(&clone, upgrade.lines().next().unwrap());
    assert!(fs::read_to_string(clone.join("samconfig.toml")).unwrap().contains("# newer"), "it is the newer version");
    assert_eq!(fs::read_to_string(&own).unwrap(), decided);
    typed(&clone, "git checkout -q v0.1.0");
    assert_eq!(fs::read_to_string(&own).unwrap(), decided);
    fs::remove_dir_all(&folder).unwrap();
}

/// What is billed for alarms is each metric that one reads.
#[test]
fn the_costs_of_alarms_are_counted() {
    let template = fs::read_to_string(root().join("infra/template.yaml")).unwrap();
    let template: serde_norway::Value = serde_norway::from_str(&template).unwrap();
    let resources = template["Resources"].as_mapping().unwrap().values();
    let alarms: Vec<_> = resources.filter(|resource| resource["Type"] == "AWS::CloudWatch::Alarm").collect();
    let metrics: usize = alarms
        .iter()
        .map(|alarm| match alarm["Properties"]["Metrics"].as_sequence() {
            Some(read) => read.iter().filter(|metric| !metric["MetricStat"].is_null()).count(),
            None => 1,
        })
        .sum();
    let said = format!("{} alarms over {metrics} metrics", alarms.len());
    let dollars = format!("| {}.{} for alarms", metrics / 10, metrics % 10);
    assert!(document().contains(&said) && document().contains(&dollars), "{said} {dollars}");
}

/// Every command of the operators' program, wherever it is written, is one that the program takes.
#[test]
fn the_commands_of_setup_are_those_that_it_has() {
    let mut seen = BTreeSet::new();
    for file in ["docs/deploy.md", "docs/runbook.md", "README.md"] {
        let text = fs::read_to_string(root().join(file)).unwrap();
        for line in text.lines() {
            let Some((_, command)) = line.split_once("cargo run -q -p setup -- ") else { continue };
            // Shell's part of it: comments, and values that are read from the stack.
            let command = command.split(" #").next().unwrap().replace("$(out ", "$(out-");
            let words: Vec<_> = command.split_whitespace().collect();
            setup::Arguments::try_parse_from(std::iter::once("setup").chain(words.iter().copied()))
                .unwrap_or_else(|error| panic!("{file}: {command}: {error}"));
            seen.insert(words[..if words[1].starts_with('-') { 1 } else { 2 }].join(" "));
        }
    }
    let all = [
        "check",
        "doctor",
        "endpoint put",
        "endpoint retire",
        "parameters",
        "secret add",
        "secret put",
        "secret settle",
    ];
    assert_eq!(seen.iter().map(String::as_str).collect::<Vec<_>>(), all);
}

/// A token of the local issuer, as the one that the reader's own issuer gives.
fn platform(stack: &Running) -> String {
    let ask = format!(
        "curl -s {}/local/tokens -H 'Content-Type: application/json' -d '{{\"sub\": \"me\", \"roles\": [\"platform\"]}}' | jq -r .token",
        stack.api()
    );
    run(stack, &[&ask]).remove(0).trim().to_owned()
}

#[test]
fn the_first_organization_listing_and_purchase_go_as_it_says() {
    let stack = start();
    let (organization, purchase) = (commands("6. The first organization and listing"), commands("7. A test purchase"));
    let set_up = format!("API={} STRIPE={} TOKEN={}", stack.api(), stack.stripe(), platform(&stack));
    // Where the reader pays on Stripe's page.
    let pay = "SESSION=$(jq -r .order.payment.session_id order.json)\n\
        curl -sf $STRIPE/_test/sessions/$SESSION/pay -d payment_method=pm_card_visa > /dev/null; sleep 1";
    let blocks = [set_up.as_str(), &organization[1], &purchase[0], pay, &purchase[1]];
    let printed = run(&stack, &blocks);
    let made = values(&printed[1]);
    assert_eq!(
        made.iter().map(|one| one["id"].as_str().unwrap()).collect::<Vec<_>>(),
        ["riverside", "opening-night", "stalls"]
    );
    assert!(printed[2].trim().starts_with("http"), "{}", printed[2]);
    let paid = values(&printed[4]);
    assert_eq!(paid[0], Value::from("paid"));
    assert_eq!(paid[1].as_array().map(Vec::len), Some(1));
}
