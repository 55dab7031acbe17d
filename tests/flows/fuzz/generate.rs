//! What is sent: something valid, changed in one place.

use proptest::{
    prelude::{Just, Strategy, any, prop_oneof},
    sample::{Index, select},
    test_runner::{Config, TestRunner},
};
use serde_json::{Value, json};

/// A runner of so many cases, or of `PROPTEST_CASES`. What it finds is kept as a test of its own, not as a seed.
pub(super) fn runner(cases: u32) -> TestRunner {
    let given = std::env::var("PROPTEST_CASES").ok().and_then(|text| text.parse().ok());
    TestRunner::new(Config { cases: given.unwrap_or(cases), failure_persistence: None, ..Config::default() })
}

/// Texts that programs choke on, and any other.
pub(super) fn odd_text() -> impl Strategy<Value = String> {
    let fixed = select(vec![
        "",
        " ",
        "\0",
        "a\0b",
        "\u{7f}",
        "\r\n",
        "é",
        "e\u{301}",
        "💩",
        "\u{202e}abc",
        "\u{feff}",
        "\u{ffff}",
        "\u{200d}",
        "ﬀ",
        "İ",
        "ß",
        "null",
        "-1",
        "1e999",
        "NaN",
        "0x10",
        "٣",
        "９",
        "..",
        "../..",
        "%00",
        "%zz",
        "'--",
        "<b>",
        "${x}",
        "{{7}}",
        "#",
        "a#b",
        "~",
        "!",
        "9999-12-31T23:59:59.999999999Z",
        "-009999-01-01T00:00:00Z",
        "2026-02-30T00:00:00Z",
        "2026-01-01T00:00:60Z",
        "0001-01-01",
        "99999999999999999999999999999999999",
        "0.000000000000000000000000000000001",
        "-0.00",
        "1,5",
        "1_000",
        "+1",
        ".5",
        "5.",
    ]);
    let long = (select(vec!["a", "é", "💩", " ", "9", "\u{301}"]), select(vec![65_usize, 101, 256, 1_100, 5_000]));
    prop_oneof![
        4 => fixed.prop_map(str::to_owned),
        1 => long.prop_map(|(piece, times)| piece.repeat(times)),
        2 => "\\PC{0,20}",
        1 => any::<String>(),
    ]
}

/// Values of any kind, the edges of each first.
pub(super) fn odd_value() -> impl Strategy<Value = Value> {
    let number = select(vec![
        "0",
        "-0",
        "-1",
        "0.5",
        "1e400",
        "-1e-400",
        "4294967296",
        "9223372036854775808",
        "-9223372036854775809",
        "1e3",
    ]);
    prop_oneof![
        6 => odd_text().prop_map(Value::from),
        3 => number.prop_map(|text| serde_json::from_str(text).unwrap_or(json!(1e308))),
        1 => any::<i64>().prop_map(Value::from),
        1 => any::<f64>().prop_map(|number| json!(number)),
        1 => Just(Value::Null),
        1 => any::<bool>().prop_map(Value::from),
        1 => Just(json!([])),
        1 => Just(json!({})),
        1 => Just(json!([null])),
        1 => Just(json!({ "a": { "a": [] } })),
        1 => select(vec![10_usize, 126, 200, 5_000]).prop_map(nested),
    ]
}

/// Lists within lists. Longer ones are texts, since no JSON value is that deep.
fn nested(depth: usize) -> Value {
    if depth > 126 { json!(format!("{DEEP}{depth}")) } else { (0..depth).fold(json!([]), |inner, _| json!([inner])) }
}

/// Stands for a list that is nested too deep to be a value.
const DEEP: &str = "too deep: ";

/// What happens to one place.
#[derive(Debug, Clone)]
enum Change {
    Removed,
    Replaced(Value),
    /// The same key twice, once with this value.
    Doubled(Value),
    /// A field that there is not, beside it.
    Joined(String),
    /// The rest of the text is cut off.
    Cut(Index),
    /// One bit of the text is another.
    Flipped(Index, u8),
}

/// A JSON text that was changed in one place.
#[derive(Debug, Clone)]
pub(super) struct Changed {
    /// The text; not always JSON, and not always text.
    pub(super) bytes: Vec<u8>,
    /// The place, as refusals write it (`items[0].quantity`); none where the text itself was cut or flipped.
    pub(super) at: Option<String>,
}

impl Changed {
    /// As JSON, if it is some.
    pub(super) fn json(&self) -> Option<Value> {
        serde_json::from_slice(&self.bytes).ok()
    }
}

/// One of these, changed in one place.
pub(super) fn changed(valid: Vec<Value>) -> impl Strategy<Value = Changed> {
    let change = prop_oneof![
        2 => Just(Change::Removed),
        8 => odd_value().prop_map(Change::Replaced),
        1 => odd_value().prop_map(Change::Doubled),
        1 => odd_text().prop_map(Change::Joined),
        1 => any::<Index>().prop_map(Change::Cut),
        1 => (any::<Index>(), 0_u8..8).prop_map(|(at, bit)| Change::Flipped(at, bit)),
    ];
    (select(valid), any::<Index>(), change).prop_map(|(value, place, change)| apply(&value, place, &change))
}

fn apply(value: &Value, place: Index, change: &Change) -> Changed {
    let mut places = Vec::new();
    find(value, "", &mut places);
    let place = &places[place.index(places.len())];
    let (parent, key) = place.rsplit_once('/').unwrap_or_default();
    let mut changed = value.clone();
    let mut twice = None;
    let fields = changed.pointer_mut(parent).unwrap();
    match (fields, change) {
        (Value::Object(fields), Change::Removed) => drop(fields.remove(key)),
        (Value::Array(list), Change::Removed) => drop(list.remove(key.parse().unwrap())),
        (Value::Object(fields), Change::Doubled(other)) => {
            fields.insert(TWICE.to_owned(), other.clone());
            twice = Some(key);
        }
        (Value::Object(fields), Change::Joined(name)) => drop(fields.insert(name.clone(), json!(1))),
        (_, Change::Replaced(other) | Change::Doubled(other)) => *changed.pointer_mut(place).unwrap() = other.clone(),
        (_, Change::Joined(_) | Change::Cut(_) | Change::Flipped(..) | Change::Removed) => {}
    }
    let mut text = changed.to_string();
    if let Some(key) = twice {
        text = text.replacen(&format!("\"{TWICE}\""), &format!("\"{key}\""), 1);
    }
    if let Some((before, rest)) = text.split_once(&format!("\"{DEEP}")) {
        let (depth, after) = rest.split_once('"').unwrap();
        let depth = depth.parse().unwrap();
        text = format!("{before}{}{}{after}", "[".repeat(depth), "]".repeat(depth));
    }
    let mut bytes = text.into_bytes();
    let at = match change {
        Change::Cut(at) => {
            bytes.truncate(at.index(bytes.len()));
            None
        }
        Change::Flipped(at, bit) => {
            let at = at.index(bytes.len());
            bytes[at] ^= 1 << *bit;
            None
        }
        Change::Joined(_) => Some(written(parent)),
        Change::Removed | Change::Replaced(_) | Change::Doubled(_) => Some(written(place)),
    };
    Changed { bytes, at }
}

/// Stands for a key that is there already.
const TWICE: &str = "the same key again";

/// The places of all values below the top, as JSON pointers.
fn find(value: &Value, at: &str, places: &mut Vec<String>) {
    let inner: Vec<(String, &Value)> = match value {
        Value::Object(fields) => fields.iter().map(|(key, value)| (key.clone(), value)).collect(),
        Value::Array(list) => list.iter().enumerate().map(|(n, value)| (n.to_string(), value)).collect(),
        _ => Vec::new(),
    };
    for (key, value) in inner {
        let at = format!("{at}/{}", key.replace('~', "~0").replace('/', "~1"));
        places.push(at.clone());
        find(value, &at, places);
    }
}

/// A pointer as refusals write it.
fn written(pointer: &str) -> String {
    pointer.split('/').skip(1).fold(String::new(), |text, key| match key.parse::<usize>() {
        Ok(n) => format!("{text}[{n}]"),
        Err(_) if text.is_empty() => key.to_owned(),
        Err(_) => format!("{text}.{key}"),
    })
}

/// A text with one character changed, removed, added or doubled, or its end cut off.
pub(super) fn altered(text: String) -> impl Strategy<Value = String> {
    let letter = prop_oneof![3 => "[A-Za-z0-9_.=,-]", 1 => "\\PC"];
    (any::<Index>(), 0_u8..5, letter).prop_map(move |(at, how, letter)| {
        let letters: Vec<char> = text.chars().collect();
        let at = at.index(letters.len());
        let before: String = letters[..at].iter().collect();
        let after: String = letters[at + 1..].iter().collect();
        match how {
            0 => before,
            1 => format!("{before}{after}"),
            2 => format!("{before}{}{letter}{after}", letters[at]),
            3 => format!("{before}{0}{0}{after}", letters[at]),
            _ => format!("{before}{letter}{after}"),
        }
    })
}

#[test]
fn each_kind_of_change_is_made() {
    let value = json!({ "a": [{ "b": 1 }] });
    let seen = std::cell::RefCell::new(std::collections::BTreeSet::new());
    let mut all = runner(2_000);
    all.run(&changed(vec![value.clone()]), |changed| {
        let text = String::from_utf8_lossy(&changed.bytes).into_owned();
        let json = changed.json();
        let what = match &changed.at {
            None if json.is_none() => "no JSON",
            None => "still JSON",
            Some(_) if text.contains(&"[".repeat(200)) => "deep",
            Some(_) if text.matches("\"b\"").count() == 2 => "twice",
            Some(at) if json.as_ref().is_some_and(|json| *json == value) && at != "a" => "the same",
            Some(at) if at == "a[0].b" && text == "{\"a\":[{}]}" => "removed",
            Some(_) => "replaced",
        };
        seen.borrow_mut().insert(what);
        Ok(())
    })
    .unwrap();
    let seen = seen.into_inner();
    for what in ["no JSON", "deep", "twice", "removed", "replaced"] {
        assert!(seen.contains(what), "{what}: {seen:?}");
    }
}
