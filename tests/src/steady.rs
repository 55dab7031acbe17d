//! Answers as snapshots keep them: what differs from run to run has a name in its place.

use std::collections::HashMap;

use jiff::Timestamp;
use serde_json::Value;

/// Ids that are made at random, by how they begin: ours and Stripe's.
const IDS: [&str; 9] = ["ord_", "ref_", "adj_", "cs_", "pi_", "ch_", "re_", "tr_", "txn_"];
/// The shortest part behind such a beginning that is an id and no word.
const SHORTEST: usize = 8;

/// The same answer with `[ord_1]` for the first order's id, `[ord_2]` for the second, and so on for each kind of id, with
/// `[time]` for moments, and a name for secrets, numbers and versions. Ids that are equal stay equal.
#[must_use]
pub fn steady(answer: &Value) -> Value {
    let mut names = Names::default();
    names.steady(answer)
}

#[derive(Default)]
struct Names {
    given: HashMap<String, String>,
    counts: HashMap<&'static str, u32>,
}

impl Names {
    fn steady(&mut self, value: &Value) -> Value {
        match value {
            Value::String(text) if text.parse::<Timestamp>().is_ok() => Value::from("[time]"),
            Value::String(text) => Value::from(self.text(text)),
            Value::Array(values) => values.iter().map(|value| self.steady(value)).collect(),
            Value::Object(fields) => {
                let field = |(name, value): (&String, &Value)| {
                    let named = match name.as_str() {
                        _ if value.is_null() => None,
                        "token" | "code" | "client_secret" => Some("[secret]"),
                        "receipt_number" => Some("[receipt]"),
                        "number" => Some("[number]"),
                        "version" => Some("[version]"),
                        _ => None,
                    };
                    (name.clone(), named.map_or_else(|| self.steady(value), Value::from))
                };
                Value::Object(fields.iter().map(field).collect())
            }
            other => other.clone(),
        }
    }

    /// A text with the ids in it named: all that stands between characters that no id has.
    fn text(&mut self, text: &str) -> String {
        let in_id = |c: char| c.is_ascii_alphanumeric() || c == '_';
        let mut named = String::new();
        let mut rest = text;
        while !rest.is_empty() {
            let end = rest.find(|c| !in_id(c)).unwrap_or(rest.len());
            let (word, behind) = rest.split_at(end);
            named.push_str(&self.word(word));
            let next = behind.find(in_id).unwrap_or(behind.len());
            named.push_str(&behind[..next]);
            rest = &behind[next..];
        }
        named
    }

    fn word(&mut self, word: &str) -> String {
        let kind = IDS.into_iter().find(|kind| word.strip_prefix(kind).is_some_and(|id| id.len() >= SHORTEST));
        let Some(kind) = kind else { return word.to_owned() };
        if let Some(name) = self.given.get(word) {
            return name.clone();
        }
        let count = self.counts.entry(kind).or_default();
        *count += 1;
        let name = format!("[{kind}{count}]");
        self.given.insert(word.to_owned(), name.clone());
        name
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::steady;

    #[test]
    fn ids_keep_their_identity_and_all_else_its_value() {
        let answer = json!({
            "id": "ord_0198c0ffee", "again": ["https://x/ord_0198c0ffee?session=cs_test_1234", "ord_0298c0ffee"],
            "at": "2026-06-01T10:00:00Z", "token": "abc", "total": "54.84", "note": "ord_er",
        });
        let expected = json!({
            "id": "[ord_1]", "again": ["https://x/[ord_1]?session=[cs_1]", "[ord_2]"],
            "at": "[time]", "token": "[secret]", "total": "54.84", "note": "ord_er",
        });
        assert_eq!(steady(&answer), expected);
    }
}
