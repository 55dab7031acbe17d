//! axe-core: what software can find of what keeps people out.

use std::{env, fs, sync::LazyLock};

use serde_json::{Value, json};

use crate::tab::Tab;

/// The setting that names the folder of the npm package `axe-core`.
const SETTING: &str = "HOLDFAST_AXE";

static AXE: LazyLock<String> = LazyLock::new(|| {
    let folder = env::var(SETTING).unwrap_or_else(|_| {
        panic!("{SETTING} is not set: it names the folder of npm's package axe-core, as .ci/run installs it")
    });
    let path = format!("{folder}/axe.min.js");
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{SETTING}: {path}: {error}"))
});

/// All rules of WCAG 2.2 at A and AA, and what axe holds for good practice.
const RUN: &str = "
const done = arguments[0];
axe.run(document, { resultTypes: ['violations'] }).then(
  (found) => done({ violations: found.violations, rules: found.passes.length }),
  (error) => done({ error: String(error) }));
";

impl Tab {
    /// Expects that axe finds nothing wrong with the page.
    pub async fn is_accessible(&self) {
        // The driver's own scripts are not held by the page's policy.
        self.session.run(AXE.as_str(), &Value::Null).await.unwrap();
        let found = self.session.run_later(RUN).await.unwrap();
        assert!(found["rules"].as_u64().is_some_and(|rules| rules > 10), "axe ran: {found}");
        let short = |violation: &Value| {
            let nodes = violation["nodes"].as_array().into_iter().flatten();
            let nodes: Vec<&Value> = nodes.map(|node| &node["html"]).take(4).collect();
            json!({ "rule": violation["id"], "why": violation["help"], "nodes": nodes })
        };
        let violations: Vec<Value> = found["violations"].as_array().into_iter().flatten().map(short).collect();
        assert!(violations.is_empty(), "{}: {}", self.path().await, json!(violations));
    }
}
