//! What operators see: lines that name their invocation, metrics, alarms, and a runbook that knows each of them.

use std::collections::{BTreeMap, BTreeSet};

use holdfast_tests::programs::Program;
use runtime::telemetry::metrics::{METRICS, NAMESPACE};
use serde_json::{Value, json};
use serde_norway::Value as Yaml;

use super::programs::{answered, event, http_event, on_the_network, path};
use crate::contract::coverage;

#[tokio::test]
async fn every_line_names_its_invocation_and_metrics_their_stage() {
    let (_world, mut settings) = on_the_network().await;
    settings.insert("STAGE".to_owned(), "eu-test".to_owned());
    settings.insert("LOG_LEVEL".to_owned(), "debug".to_owned());
    settings.insert("SETTINGS_VERSION".to_owned(), "3".to_owned());
    let mut checkout = Program::start("checkout", path("checkout"), &settings).await;
    let refused = http_event("checkout-http.json", "/v1/checkout", &[], Some("{}".to_owned()));
    for _ in 0..2 {
        assert_eq!(answered(checkout.invoke(&refused).await).0, 400);
    }
    tokio::time::sleep(std::time::Duration::from_millis(200)).await;
    let lines: Vec<Value> = checkout.lines().iter().map(|line| serde_json::from_str(line).unwrap()).collect();
    let answers: Vec<_> = lines.iter().filter(|line| line["message"] == "request answered").collect();
    assert_eq!(answers.len(), 2, "{lines:?}");
    for (line, (request, cold)) in answers.iter().zip([("checkout-1", true), ("checkout-2", false)]) {
        assert_eq!((&line["request_id"], &line["cold_start"]), (&json!(request), &json!(cold)), "{line}");
        assert_eq!(line["trace_id"], "1-6b016f10-4c1f5d2a7c0e9b3d5a6f7e81");
        assert_eq!((&line["function"], &line["stage"]), (&json!("checkout"), &json!("eu-test")));
        // As CloudWatch's embedded metric format has it: the members that the directive names stand at the line's top.
        let directive = &line["_aws"]["CloudWatchMetrics"][0];
        assert_eq!(
            (&directive["Namespace"], &directive["Metrics"][0]["Name"]),
            (&json!(NAMESPACE), &json!("orders_refused"))
        );
        assert_eq!(directive["Dimensions"], json!([["stage", "refused"]]));
        assert_eq!((&line["orders_refused"], &line["refused"]), (&json!(1), &json!("invalid_request")));
        assert!(line["_aws"]["Timestamp"].as_i64().is_some_and(|at| at > 1_700_000_000_000));
    }
    // Whatever is said, it is said by whom, in which version, and whether at a start; and in which invocation, once there is one.
    let first = lines.iter().position(|line| line["request_id"].is_string()).unwrap();
    for (at, line) in lines.iter().enumerate() {
        let version = (&line["function"], &line["version"], &line["settings"]);
        assert_eq!(version, (&json!("checkout"), &json!("7"), &json!("3")), "{line}");
        assert!(line["cold_start"].is_boolean(), "{line}");
        assert!(at < first || line["request_id"].is_string() && line["trace_id"].is_string(), "{line}");
    }
}

/// A panic is a line like any other, and not words that no query finds.
#[tokio::test]
async fn a_panic_is_a_line_of_the_log() {
    let (_world, settings) = on_the_network().await;
    let lambdas = [
        ("AWS_SAM_LOCAL", "true"),
        ("AWS_LAMBDA_RUNTIME_API", "127.0.0.1:9"),
        ("AWS_LAMBDA_FUNCTION_NAME", "holdfast-worker"),
        ("AWS_LAMBDA_FUNCTION_VERSION", "7"),
        // Lambda's own library panics over it.
        ("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "much"),
    ];
    let mut program = tokio::process::Command::new(path("worker"));
    let ended = program.env_clear().envs(&settings).envs(lambdas).output().await.unwrap();
    assert!(!ended.status.success());
    let text = String::from_utf8(ended.stdout).unwrap();
    let lines: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let line = lines.iter().find(|line| line["message"] == "the function panicked").unwrap();
    assert_eq!(
        (&line["function"], &line["level"], &line["cold_start"]),
        (&json!("worker"), &json!("ERROR"), &json!(true))
    );
    assert!(line["panic"].as_str().unwrap().contains("MEMORY_SIZE"), "{line}");
    assert!(line["place"].as_str().unwrap().contains("lambda_runtime"), "{line}");
    assert_eq!(String::from_utf8(ended.stderr).unwrap(), "");
}

/// The sweeper says with each run that it ran, and how old what is due is.
#[tokio::test]
async fn each_run_of_the_sweeper_is_counted_whatever_the_level() {
    let (_world, mut settings) = on_the_network().await;
    settings.insert("LOG_LEVEL".to_owned(), "error".to_owned());
    let mut cleanup = Program::start("cleanup", path("cleanup"), &settings).await;
    cleanup.invoke(&event("cleanup-schedule.json")).await.unwrap();
    tokio::time::sleep(std::time::Duration::from_millis(200)).await;
    let lines: Vec<Value> = cleanup.lines().iter().map(|line| serde_json::from_str(line).unwrap()).collect();
    for metric in ["sweeps", "sweep_failures", "due_seconds", "outbox_seconds"] {
        assert_eq!(lines.iter().filter(|line| line[metric].is_number()).count(), 1, "{metric}: {lines:?}");
    }
}

/// What the test below compares.
struct Seen {
    template: String,
    /// The stack in us-east-1, where certificates of distributions are.
    firewall: String,
    runbook: String,
    /// The code that is deployed, one text for each file.
    code: Vec<String>,
}

impl Seen {
    fn read() -> Self {
        let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
        let text = |name: &str| std::fs::read_to_string(root.join(name)).unwrap();
        let deployed = |path: &std::path::Path| {
            let path = path.strip_prefix(&root).unwrap_or(path).display().to_string();
            let ours = path.starts_with("shared") || path.starts_with("functions");
            // Tests stand at the end of a file, or in a file of their own. The table of metrics says nothing by itself.
            ours && !path.contains("tests") && !path.contains("telemetry")
        };
        let code = coverage::sources().into_iter().filter(|(path, _)| deployed(path));
        let code = code.map(|(_, text)| text.split("#[cfg(test)]").next().unwrap().to_owned()).collect();
        let [template, firewall, runbook] = ["infra/template.yaml", "infra/firewall.yaml", "docs/runbook.md"].map(text);
        Self { template, firewall, runbook, code }
    }

    /// What does not fit together.
    fn disagreements(&self) -> Vec<String> {
        let template: Yaml = serde_norway::from_str(&self.template).unwrap();
        let firewall: Yaml = serde_norway::from_str(&self.firewall).unwrap();
        let alarms: BTreeMap<_, _> = alarms(&firewall).into_iter().chain(alarms(&template)).collect();
        let mut wrong = self.without_section(&alarms);
        // Which alarms are of a field `alarm`, and which of another metric of ours.
        let (mut of_lines, mut used) = (BTreeSet::new(), BTreeSet::new());
        for (name, alarm) in alarms.iter().filter(|(_, alarm)| alarm["Namespace"] == NAMESPACE) {
            let metric = alarm["MetricName"].as_str().unwrap_or_default();
            let known: Vec<_> = METRICS.iter().filter(|known| known.name == metric).collect();
            if known.is_empty() {
                wrong.push(format!("{name}: nothing counts {metric}"));
            }
            used.insert(metric.to_owned());
            let dimensions = alarm["Dimensions"].as_sequence().cloned().unwrap_or_default();
            let names: Vec<_> = dimensions.iter().filter_map(|dimension| dimension["Name"].as_str()).collect();
            // Some are counted in sum and by something.
            let expected: Vec<_> = known.iter().map(|known| ["stage"].into_iter().chain(known.by).collect()).collect();
            if !expected.is_empty() && !expected.contains(&names) {
                wrong.push(format!("{name}: {metric} has the dimensions {expected:?}, not {names:?}"));
            }
            let field = dimensions.iter().filter(|dimension| dimension["Name"] == "alarm");
            of_lines.extend(field.filter_map(|dimension| Some(dimension["Value"].as_str()?.to_owned())));
        }
        let raised = self.code.iter().flat_map(|text| text.split("alarm = \"").skip(1));
        let raised: BTreeSet<_> = raised.filter_map(|rest| Some(rest.split_once('"')?.0.to_owned())).collect();
        wrong.extend(raised.difference(&of_lines).map(|alarm| format!("the alarm {alarm} of the log rings nowhere")));
        wrong.extend(of_lines.difference(&raised).map(|alarm| format!("no line raises the alarm {alarm}")));
        // The dashboard names metrics in two ways.
        for start in ["[\"Holdfast\", \"", "MetricName=\\\""] {
            let names = self.template.split(start).skip(1).filter_map(|rest| rest.split(['"', '\\']).next());
            used.extend(names.map(str::to_owned));
        }
        for metric in &METRICS {
            let has = |word: &str| self.code.iter().any(|text| text.contains(word));
            if !metric.line.is_empty() && !has(&format!("\"{}\"", metric.line)) {
                wrong.push(format!("{}: no line says `{}`", metric.name, metric.line));
            }
            for field in metric.by.iter().chain(&metric.value).filter(|field| !has(field)) {
                wrong.push(format!("{}: no line has {field}", metric.name));
            }
            if !used.contains(metric.name) {
                wrong.push(format!("{}: neither an alarm nor the dashboard shows it", metric.name));
            }
        }
        let known: BTreeSet<_> = METRICS.iter().map(|metric| metric.name.to_owned()).collect();
        wrong.extend(used.difference(&known).map(|metric| format!("nothing counts {metric}, which is shown")));
        wrong
    }

    /// Alarms without a section, sections without an alarm, and sections that leave something unsaid.
    fn without_section(&self, alarms: &BTreeMap<String, Yaml>) -> Vec<String> {
        let sections: BTreeMap<_, _> = self
            .runbook
            .split("\n### `")
            .skip(1)
            .filter_map(|section| section.split_once("`\n"))
            .map(|(name, text)| (name.to_owned(), text.split("\n## ").next().unwrap_or_default()))
            .collect();
        let mut wrong = Vec::new();
        for name in alarms.keys().filter(|name| !sections.contains_key(*name)) {
            wrong.push(format!("{name}: the runbook has no section"));
        }
        for (name, text) in &sections {
            if !alarms.contains_key(name) {
                wrong.push(format!("{name}: the runbook has a section and the template no alarm"));
            }
            for part in ["- **Means.** ", "- **Look.** ", "- **Do.** ", "- **Wake.** "] {
                if text.matches(part).count() != 1 {
                    wrong.push(format!("{name}: the runbook's section has no {part}"));
                }
            }
        }
        for (name, _) in alarms.iter().filter(|(_, alarm)| !rings(alarm)) {
            wrong.push(format!("{name}: it goes to no topic"));
        }
        wrong
    }
}

/// The alarms of a template: their properties, by their names without the stage.
fn alarms(template: &Yaml) -> BTreeMap<String, Yaml> {
    let resources = template["Resources"].as_mapping().unwrap();
    let alarms = resources.values().filter(|resource| resource["Type"] == "AWS::CloudWatch::Alarm");
    let named = alarms.map(|resource| {
        let Yaml::Tagged(name) = &resource["Properties"]["AlarmName"] else { panic!("an alarm without a name") };
        let name = name.value.as_str().unwrap().strip_prefix("holdfast-${Stage}-").unwrap();
        (name.to_owned(), resource["Properties"].clone())
    });
    named.collect()
}

fn rings(alarm: &Yaml) -> bool {
    let actions = alarm["AlarmActions"].as_sequence().into_iter().flatten();
    actions
        .into_iter()
        .any(|action| matches!(action, Yaml::Tagged(topic) if topic.tag == "Ref" && topic.value == "Alarms"))
}

#[test]
fn alarms_metrics_lines_and_runbook_know_each_other() {
    let seen = Seen::read();
    let wrong = seen.disagreements();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(alarms(&serde_norway::from_str(&seen.template).unwrap()).len() > 25);
    let firewall = alarms(&serde_norway::from_str(&seen.firewall).unwrap());
    assert_eq!(firewall.keys().collect::<Vec<_>>(), ["certificate-age"]);
    assert!(firewall.values().all(rings));
}

/// The test above can fail: each of these is found.
#[test]
fn what_does_not_fit_together_is_found() {
    type Break = fn(&mut Seen);
    let broken: [(&str, Break); 10] = [
        ("certificate-old: the runbook has no section", |seen| {
            seen.firewall = seen.firewall.replace("certificate-age", "certificate-old");
        }),
        (
            "stripe-throttled: stripe_throttled has the dimensions [[\"stage\"], [\"stage\", \"path\"]], not [\"path\"]",
            |seen| {
                let (before, after) = seen.template.split_once("MetricName: stripe_throttled").unwrap();
                let after = after.replacen("Name: stage,", "Name: path,", 1);
                seen.template = format!("{before}MetricName: stripe_throttled{after}");
            },
        ),
        ("double-payment: the runbook has no section", |seen| {
            seen.runbook = seen.runbook.replace("### `double-payment`", "### double payment");
        }),
        ("sweeper-quiet: the runbook has a section and the template no alarm", |seen| {
            seen.runbook = seen.runbook.replace("### `sweeper-silent`", "### `sweeper-quiet`");
        }),
        ("dispute: the runbook's section has no - **Wake.** ", |seen| {
            seen.runbook = seen.runbook.replace("- **Wake.** Morning. Now, if there are more than five", "- Five");
        }),
        ("the alarm stock_mismatch of the log rings nowhere", |seen| {
            seen.template = seen.template.replace("Value: stock_mismatch", "Value: stock");
        }),
        ("no line raises the alarm hours_spent", |seen| {
            seen.code.iter_mut().for_each(|text| *text = text.replace("\"hours_spent\"", "\"hours\""));
        }),
        ("orders_placed: no line says `order placed`", |seen| {
            seen.code.iter_mut().for_each(|text| *text = text.replace("\"order placed\"", "\"placed\""));
        }),
        ("outbox-age: nothing counts outbox_hours", |seen| {
            seen.template = seen.template.replace("MetricName: outbox_seconds", "MetricName: outbox_hours");
        }),
        ("paid-late: it goes to no topic", |seen| {
            let (before, after) = seen.template.split_once("holdfast-${Stage}-paid-late").unwrap();
            seen.template =
                format!("{before}holdfast-${{Stage}}-paid-late{}", after.replacen("[!Ref Alarms]", "[]", 1));
        }),
    ];
    for (expected, change) in broken {
        let mut seen = Seen::read();
        change(&mut seen);
        let wrong = seen.disagreements();
        assert!(wrong.iter().any(|wrong| wrong == expected), "{expected}: {wrong:#?}");
    }
}
