//! What is counted: metrics are log lines that say so.
//!
//! A line of this table gets what CloudWatch's embedded metric format asks for, and CloudWatch makes the metric of it:
//! <https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html>.
//! So nothing is counted that is not in the log, each point of a graph leads to its line, and counting costs no call. A test
//! holds this table, the code's lines, the template's alarms and `docs/runbook.md` against each other.

use serde_json::{Map, Value, json};

/// The namespace of all metrics.
pub const NAMESPACE: &str = "Holdfast";

/// A field that a line must have for a metric.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Given {
    /// Any value.
    Any(&'static str),
    /// This one, as text.
    Is(&'static str, &'static str),
}

/// A metric, and the line that it is made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Metric {
    /// Its name in CloudWatch, in the namespace [`NAMESPACE`], with the dimension `stage`.
    pub name: &'static str,
    /// Its unit in CloudWatch.
    pub unit: &'static str,
    /// The line's message; any where it is empty.
    pub line: &'static str,
    /// What else the line must have.
    pub given: &'static [Given],
    /// The field that is its value. Without one, each line counts as one.
    pub value: Option<&'static str>,
    /// The field that is its second dimension.
    pub by: Option<&'static str>,
}

const fn count(name: &'static str, line: &'static str) -> Metric {
    Metric { name, unit: "Count", line, given: &[], value: None, by: None }
}

impl Metric {
    const fn when(self, given: &'static [Given]) -> Self {
        Self { given, ..self }
    }

    const fn of(self, value: &'static str, unit: &'static str) -> Self {
        Self { value: Some(value), unit, ..self }
    }

    const fn by(self, field: &'static str) -> Self {
        Self { by: Some(field), ..self }
    }
}

/// Lines of events that say how long a payment has not been known here.
const LATE: &[Given] = &[Given::Any("lag_seconds")];

/// All metrics. Those of the same name and the same dimensions are one in CloudWatch.
pub const METRICS: [Metric; 32] = [
    // Sales and money. The outcomes are the words of `domain::order::Outcome`: paid, paid_late, expired, double_payment ...
    count("orders_placed", "order placed").when(&[Given::Is("repeated", "false")]),
    count("orders_settled", "order settled").by("outcome"),
    count("orders_refunded", "order refunded"),
    count("orders_refused", "request answered")
        .when(&[Given::Is("route", "/v1/checkout"), Given::Any("refused")])
        .by("refused"),
    // The same on the pages, whose form is sent there.
    count("orders_refused", "request answered")
        .when(&[Given::Is("route", "/checkout"), Given::Any("refused")])
        .by("refused"),
    count("orders_in_review", "an order came into review"),
    count("paid_behind", "order settled").when(&[Given::Is("behind", "true")]),
    // Stripe.
    count("stripe_calls", "Stripe did what it was asked").by("path"),
    count("stripe_calls", "Stripe refused a call").by("path"),
    count("stripe_calls", "It is unclear what Stripe did").by("path"),
    count("stripe_calls", "Stripe refuses the key, and it is unclear what it did before").by("path"),
    count("stripe_calls", "Stripe refuses the key or an account").by("path"),
    count("stripe_failures", "It is unclear what Stripe did"),
    count("stripe_failures", "Stripe refuses the key, and it is unclear what it did before"),
    count("stripe_failures", "Stripe refuses the key or an account"),
    count("stripe_throttled", "It is unclear what Stripe did").when(&[Given::Is("status", "429")]),
    count("stripe_throttled", "It is unclear what Stripe did").when(&[Given::Is("status", "429")]).by("path"),
    count("stripe_milliseconds", "Stripe did what it was asked").of("duration_ms", "Milliseconds"),
    count("stripe_attempts", "Stripe did what it was asked").of("attempts", "Count"),
    count("webhook_lag_seconds", "event received").when(LATE).of("lag_seconds", "Seconds"),
    count("webhook_lag_seconds", "event put off; Stripe will repeat it").when(LATE).of("lag_seconds", "Seconds"),
    count("webhook_lag_seconds", "event failed; Stripe will repeat it").when(LATE).of("lag_seconds", "Seconds"),
    // The table.
    count("transaction_conflicts", "a write lost to others").of("lost", "Count"),
    // The sweeper.
    count("sweeps", "swept"),
    count("sweep_failures", "swept").of("failed", "Count"),
    count("due_seconds", "swept").of("oldest_seconds", "Seconds"),
    count("outbox_seconds", "outbox").of("oldest_seconds", "Seconds"),
    // Mail and labels.
    count("notifications_sent", "notification done"),
    count("notifications_failed", "notification failed"),
    // Running.
    count("requests_failed", "request failed"),
    count("secret_age_days", "a secret was read").of("age_days", "Count"),
    // What people have to see.
    count("alarms", "").when(&[Given::Any("alarm")]).by("alarm"),
];

/// Adds to a line what makes it a metric, if it is one, and says whether it is. `now` is in milliseconds since 1970.
pub(super) fn embed(line: &mut Map<String, Value>, stage: &str, now: i64) -> bool {
    let found = counted(line);
    if found.is_empty() {
        return false;
    }
    let directives: Vec<_> = found
        .iter()
        .map(|(metric, _)| {
            let dimensions: Vec<_> = ["stage"].into_iter().chain(metric.by).collect();
            json!({ "Namespace": NAMESPACE, "Dimensions": [dimensions],
                "Metrics": [{ "Name": metric.name, "Unit": metric.unit }] })
        })
        .collect();
    for (metric, value) in found {
        line.insert(metric.name.to_owned(), value);
    }
    line.insert("stage".to_owned(), stage.into());
    line.insert("_aws".to_owned(), json!({ "Timestamp": now, "CloudWatchMetrics": directives }));
    true
}

/// The metrics that a line of the log is of, each with its value.
#[must_use]
pub fn counted(line: &Map<String, Value>) -> Vec<(&'static Metric, Value)> {
    METRICS.iter().filter_map(|metric| Some((metric, value(metric, line)?))).collect()
}

/// The value of a metric, if a line is of it.
fn value(metric: &Metric, line: &Map<String, Value>) -> Option<Value> {
    let message = line.get("message").and_then(Value::as_str).unwrap_or_default();
    if !metric.line.is_empty() && metric.line != message {
        return None;
    }
    let has = |given: &Given| match given {
        Given::Any(field) => line.contains_key(*field),
        Given::Is(field, word) => line.get(*field).is_some_and(|value| text(value) == *word),
    };
    if !metric.given.iter().all(has) {
        return None;
    }
    // A dimension is a text, or the line is no good to CloudWatch.
    if metric.by.is_some_and(|field| !line.get(field).is_some_and(Value::is_string)) {
        return None;
    }
    match metric.value {
        Some(field) => line.get(field).filter(|value| value.is_number()).cloned(),
        None => Some(1.into()),
    }
}

fn text(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

#[cfg(test)]
mod tests {
    use serde_json::{Map, Value, json};

    use super::embed;

    fn line(value: &Value) -> Map<String, Value> {
        value.as_object().cloned().expect("an object")
    }

    #[test]
    fn a_line_of_the_table_is_a_metric() {
        let mut placed = line(&json!({ "message": "order placed", "repeated": false }));
        assert!(embed(&mut placed, "dev", 7));
        assert_eq!((&placed["orders_placed"], &placed["stage"]), (&json!(1), &json!("dev")));
        let metrics = json!([{ "Namespace": "Holdfast", "Dimensions": [["stage"]],
            "Metrics": [{ "Name": "orders_placed", "Unit": "Count" }] }]);
        assert_eq!(placed["_aws"], json!({ "Timestamp": 7, "CloudWatchMetrics": metrics }));
        let mut settled = line(&json!({ "message": "order settled", "outcome": "paid" }));
        assert!(embed(&mut settled, "dev", 7));
        assert_eq!(settled["_aws"]["CloudWatchMetrics"][0]["Dimensions"], json!([["stage", "outcome"]]));
        let mut alarm = line(&json!({ "message": "anything", "alarm": "double_payment" }));
        assert!(embed(&mut alarm, "prod", 7) && alarm["alarms"] == 1);
        let mut swept = line(&json!({ "message": "swept", "failed": 2, "oldest_seconds": 61 }));
        assert!(embed(&mut swept, "prod", 7));
        assert_eq!(
            (&swept["sweeps"], &swept["sweep_failures"], &swept["due_seconds"]),
            (&json!(1), &json!(2), &json!(61))
        );
        assert_eq!(swept["_aws"]["CloudWatchMetrics"].as_array().map(Vec::len), Some(3));
    }

    #[test]
    fn any_other_line_stays_as_it_is() {
        for other in [
            json!({ "message": "order placed", "repeated": true }),
            json!({ "message": "order settled" }),
            json!({ "message": "event received" }),
            json!({ "message": "a secret was read", "age_days": "old" }),
            json!({ "message": "hello" }),
        ] {
            let mut same = line(&other);
            assert!(!embed(&mut same, "dev", 7), "{other}");
            assert_eq!(Value::Object(same), other);
        }
    }
}
