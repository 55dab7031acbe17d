//! The queries of the runbook, held against the lines of the log that they are to find: fields and messages that no line has would
//! find nothing, on the day when it matters.

use std::collections::BTreeSet;

use runtime::telemetry::metrics::{Given, METRICS, Metric};

use crate::contract::coverage;

/// Fields that every line has, or that CloudWatch makes.
const OF_ALL: [&str; 10] = [
    "@timestamp",
    "function",
    "version",
    "settings",
    "stage",
    "level",
    "message",
    "request_id",
    "trace_id",
    "cold_start",
];

/// A line of the log, as the code writes it.
#[derive(Debug, Clone, PartialEq, Eq)]
struct LogLine {
    level: String,
    message: String,
    fields: BTreeSet<String>,
    /// The value of its field `alarm`.
    alarm: Option<String>,
}

/// The text up to the bracket that closes the one before it, strings left alone.
fn within(text: &str) -> &str {
    let (mut depth, mut quoted, mut escaped) = (1, false, false);
    for (at, c) in text.char_indices() {
        match c {
            _ if escaped => escaped = false,
            '\\' if quoted => escaped = true,
            '"' => quoted = !quoted,
            '(' | '[' | '{' if !quoted => depth += 1,
            ')' | ']' | '}' if !quoted => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return &text[..at];
        }
    }
    text
}

/// The arguments of a macro: split at the commas that are in no bracket and no string.
fn arguments(text: &str) -> Vec<String> {
    let (mut depth, mut quoted, mut escaped) = (0, false, false);
    let mut found = vec![String::new()];
    for c in text.chars() {
        match c {
            _ if escaped => escaped = false,
            '\\' if quoted => escaped = true,
            '"' => quoted = !quoted,
            '(' | '[' | '{' if !quoted => depth += 1,
            ')' | ']' | '}' if !quoted => depth -= 1,
            ',' if !quoted && depth == 0 => {
                found.push(String::new());
                continue;
            }
            _ => {}
        }
        found.last_mut().unwrap().push(c);
    }
    found.iter().map(|argument| argument.trim().to_owned()).filter(|argument| !argument.is_empty()).collect()
}

/// The lines that a file writes.
fn lines_of(code: &str) -> Vec<LogLine> {
    let mut found = Vec::new();
    for level in ["error", "warn", "info", "debug"] {
        for rest in code.split(&format!("tracing::{level}!(")).skip(1) {
            let mut line =
                LogLine { level: level.to_uppercase(), message: String::new(), fields: BTreeSet::new(), alarm: None };
            for argument in arguments(within(rest)) {
                if let Some(message) = argument.strip_prefix('"') {
                    line.message = message.trim_end_matches('"').to_owned();
                    break;
                }
                let (name, value) = argument.split_once(" = ").unwrap_or((&argument, ""));
                let name = name.trim_start_matches(['%', '?', '&']).trim_start_matches("r#");
                let name = name.rsplit('.').next().unwrap();
                if name == "alarm" {
                    line.alarm = Some(value.trim_matches('"').to_owned());
                }
                line.fields.insert(name.to_owned());
            }
            found.push(line);
        }
    }
    found
}

/// All lines that functions write.
fn all_lines() -> Vec<LogLine> {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let code = coverage::sources().into_iter().filter(|(path, _)| {
        let path = path.strip_prefix(&root).unwrap_or(path).display().to_string();
        (path.starts_with("shared") || path.starts_with("functions")) && !path.contains("tests")
    });
    code.flat_map(|(_, text)| lines_of(text.split("#[cfg(test)]").next().unwrap())).collect()
}

/// A query, in its parts.
#[derive(Debug, Default)]
struct Query {
    /// What it shows, where a line has it.
    shown: Vec<String>,
    /// What it selects and counts by: each line that it is about must have these.
    needed: Vec<String>,
    /// Any of these is to be the line's message, or a part of it.
    messages: Vec<String>,
    level: Vec<String>,
    alarm: Option<String>,
}

/// A name at the beginning of a text.
fn name_of(text: &str) -> String {
    text.trim().chars().take_while(|c| c.is_ascii_alphanumeric() || "_@".contains(*c)).collect()
}

impl Query {
    /// Reads the part of Logs Insights that the runbook uses; anything else is an error.
    fn parse(text: &str) -> Result<Self, String> {
        let mut query = Self::default();
        for part in text.split(" | ").flat_map(|part| part.split("\n| ")) {
            let (verb, rest) = part.trim().split_once(' ').ok_or_else(|| format!("{text}: {part}"))?;
            match verb {
                "fields" => query.shown.extend(rest.split(',').map(name_of)),
                "filter" => query.filter(rest),
                "stats" => {
                    let (counted, by) = rest.split_once(" by ").unwrap_or((rest, ""));
                    query.needed.extend(counted.split('(').skip(1).map(name_of));
                    query.needed.extend(by.split(", ").filter(|by| !by.starts_with("bin(")).map(name_of));
                }
                "sort" => query.shown.push(name_of(rest)),
                "limit" => {}
                other => return Err(format!("{text}: what is {other}?")),
            }
        }
        query.needed.retain(|name| !name.is_empty());
        Ok(query)
    }

    fn filter(&mut self, condition: &str) {
        for one in condition.split(" or ").flat_map(|one| one.split(" and ")) {
            let quoted = one.split('"').nth(1).unwrap_or_default().to_owned();
            match name_of(one).as_str() {
                "message" => self.messages.push(one.split('/').nth(1).map_or(quoted, str::to_owned)),
                "level" => self.level.extend(one.split('"').skip(1).step_by(2).map(str::to_owned)),
                "alarm" => self.alarm = Some(quoted),
                "ispresent" => self.needed.push(name_of(one.split_once('(').map_or("", |(_, name)| name))),
                name => self.needed.push(name.to_owned()),
            }
        }
    }

    /// The lines that it is about.
    fn about<'a>(&self, lines: &'a [LogLine]) -> Vec<&'a LogLine> {
        let said = |line: &&LogLine| {
            let message =
                self.messages.is_empty() || self.messages.iter().any(|text| line.message.contains(text.as_str()));
            let level = self.level.is_empty() || self.level.contains(&line.level);
            message && level && self.alarm.as_ref().is_none_or(|alarm| line.alarm.as_ref() == Some(alarm))
        };
        let by_name = !self.messages.is_empty() || self.alarm.is_some();
        // Where nothing but a field is asked for, it is about the lines that have it.
        let has = |line: &&LogLine| by_name || self.needed.iter().all(|name| is_there(line, name));
        lines.iter().filter(said).filter(has).collect()
    }
}

fn is_there(line: &LogLine, name: &str) -> bool {
    OF_ALL.contains(&name) || line.fields.contains(name)
}

/// The queries of a text of the runbook: in backticks, or in a block.
fn queries(text: &str) -> Vec<String> {
    let blocks = text.split("```\n").skip(1).step_by(2).map(str::trim).filter(|block| block.starts_with("fields"));
    let spans =
        text.split('`').skip(1).step_by(2).filter(|span| span.starts_with("fields ") || span.starts_with("filter "));
    blocks.chain(spans).map(|query| query.replace("\n  ", " ")).collect()
}

/// Whether a metric is made of such a line.
fn is_of(metric: &Metric, line: &LogLine) -> bool {
    let fields = metric.given.iter().all(|given| match given {
        Given::Any(name) | Given::Is(name, _) => is_there(line, name),
    });
    (metric.line.is_empty() || metric.line == line.message) && fields
}

/// What is wrong with the runbook's queries.
fn wrong(runbook: &str, template: &str, lines: &[LogLine]) -> Vec<String> {
    let mut wrong = Vec::new();
    let mut check = |query: &str| {
        let query = match Query::parse(query) {
            Ok(parsed) => parsed,
            Err(error) => {
                wrong.push(error);
                return Vec::new();
            }
        };
        let about = query.about(lines);
        if about.is_empty() {
            wrong.push(format!("no line is found by {query:?}"));
        }
        for text in query.messages.iter().filter(|text| !lines.iter().any(|line| line.message.contains(text.as_str())))
        {
            wrong.push(format!("no line says {text}"));
        }
        for name in &query.needed {
            for line in about.iter().filter(|line| !is_there(line, name)) {
                wrong.push(format!("`{}` has no {name}", line.message));
            }
        }
        for name in query.shown.iter().filter(|name| !about.iter().any(|line| is_there(line, name))) {
            wrong.push(format!("no line of {:?} {:?} has {name}", query.alarm, query.messages));
        }
        about.into_iter().cloned().collect()
    };
    let (head, sections) = runbook.split_once("\n### `").unwrap();
    for query in queries(head) {
        check(&query);
    }
    let mut found = Vec::new();
    for section in sections.split("\n### `") {
        let (name, text) = section.split_once("`\n").unwrap();
        let text = text.split("\n## ").next().unwrap();
        let about: Vec<_> = queries(text).iter().flat_map(|query| check(query)).collect();
        found.push((name.to_owned(), about));
    }
    // An alarm of our own lines: a query of its section finds each line that rings it.
    let template: serde_norway::Value = serde_norway::from_str(template).unwrap();
    for resource in template["Resources"].as_mapping().unwrap().values() {
        let alarm = &resource["Properties"];
        let Some(metric) = alarm["MetricName"].as_str().filter(|_| alarm["Namespace"] == "Holdfast") else { continue };
        let dimensions = alarm["Dimensions"].as_sequence().cloned().unwrap_or_default();
        let word = dimensions.iter().find(|dimension| dimension["Name"] == "alarm");
        let word = word.and_then(|dimension| dimension["Value"].as_str());
        let serde_norway::Value::Tagged(name) = &alarm["AlarmName"] else { continue };
        let name = name.value.as_str().unwrap().trim_start_matches("holdfast-${Stage}-");
        let rings = |line: &&LogLine| {
            let of = METRICS.iter().any(|known| known.name == metric && is_of(known, line));
            of && word.is_none_or(|word| line.alarm.as_deref() == Some(word))
        };
        let about =
            found.iter().find(|(section, _)| section == name).map(|(_, about)| about.as_slice()).unwrap_or_default();
        for line in lines.iter().filter(rings).filter(|line| !about.contains(line)) {
            wrong.push(format!("{name}: no query of its section finds `{}`", line.message));
        }
    }
    wrong
}

fn text(name: &str) -> String {
    std::fs::read_to_string(std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(name)).unwrap()
}

#[test]
fn the_queries_of_the_runbook_find_the_lines_that_ring() {
    let (runbook, lines) = (text("docs/runbook.md"), all_lines());
    assert!(queries(&runbook).len() > 30 && lines.len() > 60, "{} {}", queries(&runbook).len(), lines.len());
    let wrong = wrong(&runbook, &text("infra/template.yaml"), &lines);
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// The test above can fail: each of these is found.
#[test]
fn a_query_that_finds_nothing_is_found() {
    let lines = all_lines();
    for (before, after, expected) in [
        ("sort age_hours desc", "sort age_days desc", "has age_days"),
        ("message = \"swept\"", "message = \"sweeped\"", "no line says sweeped"),
        ("ispresent(behind)", "ispresent(hindmost)", "no line is found by"),
        ("stats count() by class, path", "stats count() by kind, path", "has no kind"),
        ("filter alarm = \"hours_spent\"", "filter alarm = \"hours\"", "hours-spent: no query of its section finds"),
        ("filter lag_seconds > 300", "filter lag > 300", "no line is found by"),
    ] {
        let runbook = text("docs/runbook.md");
        assert!(runbook.contains(before), "{before}");
        let wrong = wrong(&runbook.replace(before, after), &text("infra/template.yaml"), &lines);
        assert!(wrong.iter().any(|wrong| wrong.contains(expected)), "{expected}: {wrong:#?}");
    }
    // And a line that changes without its query.
    let mut other = lines.clone();
    for line in other.iter_mut().filter(|line| line.alarm.as_deref() == Some("stripe_account")) {
        line.fields.remove("class");
    }
    let wrong = wrong(&text("docs/runbook.md"), &text("infra/template.yaml"), &other);
    assert!(wrong.iter().any(|wrong| wrong.contains("has no class")), "{wrong:#?}");
}
