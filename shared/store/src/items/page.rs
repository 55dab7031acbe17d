//! `docs/table.md`, written from the kinds' own descriptions, and the proof that these say what is written.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Write as _,
    fs,
    path::{Path, PathBuf},
};

use aws_sdk_dynamodb::types::AttributeValue;
use serde_json::Value;
use serde_norway::Value as Yaml;

use super::described::Described;
use crate::{Item, index, value::text};

/// All kinds, in the order of the page.
fn all() -> Vec<Described> {
    vec![
        super::organization::described(),
        super::listing::described(),
        super::log_entry::described(),
        super::offer::described(),
        super::sale::described(),
        super::stock::described(),
        super::promo::described(),
        super::presale::described(),
        super::order::described(),
        super::call::described(),
        super::review::described(),
        super::dispute::described(),
        super::daily_refund::described(),
        super::daily_sale::described(),
        super::order_listing::described(),
        super::customer_order::described(),
        super::number::described(),
        super::search_state::described(),
        super::search_entry::described(),
        super::ticket::described(),
        super::ticket_scans::described(),
        super::ticket_change::described(),
        super::device::described(),
        super::receipt::described(),
        super::stripe::described(),
        super::balance::described(),
        super::entry::described(),
        super::expert_day::described(),
        super::booking::described(),
        super::idempotency::described(),
        super::holds::described(),
        super::buyer_tickets::described(),
        super::attempts::described(),
        super::declines::described(),
        super::event::described(),
        super::mailing::described(),
        super::mail_key::described(),
        super::unreachable_address::described(),
        super::mailing_job::described(),
        super::summary_job::described(),
        super::notification::described(),
        super::cancel_job::described(),
        super::check_job::described(),
        super::erasure_job::described(),
        super::export_job::described(),
        super::restore_job::described(),
    ]
}

/// Attributes that any kind may have: name and meaning.
const COMMON: [(&str, &str); 10] = [
    ("pk", "the partition key"),
    ("sk", "the sort key"),
    ("entity", "which kind of item it is"),
    (
        "agenda_shard",
        "the agenda's partition that it is in, one of eight by its id; mail has eight of its own, mail to many eight more, and so has the search",
    ),
    ("due_at", "when it is due, in Unix seconds; a lease puts it off"),
    ("due_since", "since when it is due, where a lease has put it off"),
    ("sweeps", "how often it was taken on in vain"),
    ("org_shard", "the partition of `by_organization` that it is in"),
    ("org_time", "its place in that partition, and in one of `by_listing`"),
    (
        "listing_shard",
        "the partition of `by_listing` that it is in: one of a listing's eight by its order's id, its list of changes, a list of an account, or an organization's listings",
    ),
];

/// The attribute by which DynamoDB deletes an item, in Unix seconds.
const TTL: &str = "ttl";

/// The secondary ones of the template, with the questions that they answer.
const INDEXES: [(&str, &str); 3] = [
    (index::AGENDA, "all that is due at a time, and only that. The sweeper alone reads it"),
    (index::BY_ORGANIZATION, "lists of an organization by time, and the list of all that is for sale"),
    (
        index::BY_LISTING,
        "the orders of a listing by time, changes of its tickets, the lists of a customer's account, and all listings of an organization",
    ),
];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// An attribute as JSON, with sorted names.
fn json(value: &AttributeValue) -> Value {
    match value {
        AttributeValue::S(text) => Value::String(text.clone()),
        AttributeValue::N(number) => serde_json::from_str(number).expect("a number"),
        AttributeValue::Bool(is_so) => Value::Bool(*is_so),
        AttributeValue::L(list) => list.iter().map(json).collect(),
        AttributeValue::M(map) => object(map),
        _ => Value::Null,
    }
}

fn object(item: &Item) -> Value {
    let sorted: BTreeMap<_, _> = item.iter().map(|(name, value)| (name.clone(), json(value))).collect();
    sorted.into_iter().collect()
}

fn type_of(value: &AttributeValue) -> &'static str {
    match value {
        AttributeValue::S(_) => "S",
        AttributeValue::N(_) => "N",
        AttributeValue::Bool(_) => "BOOL",
        AttributeValue::L(_) => "L",
        AttributeValue::M(_) => "M",
        _ => "",
    }
}

/// Whether a text is what a pattern such as `ORDER#{order}` makes.
fn fits(text: &str, pattern: &str) -> bool {
    let mut pieces = pattern.split('{');
    let Some(mut rest) = text.strip_prefix(pieces.next().unwrap_or_default()) else { return false };
    let literals: Vec<_> = pieces.map(|piece| piece.split_once('}').map_or("", |(_, literal)| literal)).collect();
    for (n, literal) in literals.iter().enumerate() {
        let last = n + 1 == literals.len();
        let end = if last { rest.strip_suffix(literal).map(str::len) } else { rest.find(literal) };
        match end {
            Some(end) if end > 0 => rest = if last { "" } else { &rest[end + literal.len()..] },
            _ => return false,
        }
    }
    rest.is_empty()
}

impl Described {
    fn about(&self) -> String {
        let lines = self.source.lines().map_while(|line| line.strip_prefix("//!"));
        lines.map(str::trim).collect::<Vec<_>>().join(" ")
    }

    fn in_indexes(&self) -> BTreeSet<&'static str> {
        let keys = [
            (index::AGENDA, ["agenda_shard", "due_at"]),
            (index::BY_ORGANIZATION, ["org_shard", "org_time"]),
            (index::BY_LISTING, ["listing_shard", "org_time"]),
        ];
        let is_in = |keys: [&str; 2]| keys.iter().all(|key| self.example.contains_key(*key));
        keys.into_iter().filter(|(_, keys)| is_in(*keys)).map(|(index, _)| index).collect()
    }

    fn section(&self) -> String {
        let mut page = format!("### `{}`\n\n{}\n\n", self.entity, self.about());
        let _ = writeln!(page, "Key: `{}` / `{}`\n", self.pk, self.sk);
        if !self.attributes.is_empty() {
            page.push_str("| attribute | type | meaning |\n|---|---|---|\n");
        }
        for (name, meaning) in self.attributes {
            let written = self.example.get(*name);
            let (name, missing) = name.strip_suffix('?').map_or((*name, ""), |name| (name, "; may be missing"));
            let kind = written.map_or("", type_of);
            let _ = writeln!(page, "| `{name}` | {kind} | {meaning}{missing} |");
        }
        if !self.attributes.is_empty() {
            page.push('\n');
        }
        for (index, why) in self.indexes {
            let _ = writeln!(page, "- In `{index}`: {why}.");
        }
        let _ = writeln!(page, "- TTL: {}.\n", self.ttl.unwrap_or("none, it stays"));
        let mut example = object(&self.example);
        let mut inner = None;
        for (name, value) in example.as_object_mut().expect("an object") {
            // JSON text of a page's length is shown below, as what it is.
            if let Some(parsed) =
                value.as_str().filter(|text| text.len() > 200).and_then(|text| serde_json::from_str(text).ok())
            {
                *value = Value::String("JSON text, see below".to_owned());
                inner = Some((name.clone(), parsed));
            }
        }
        let shown = |value: &Value| serde_json::to_string_pretty(value).expect("JSON");
        let _ = writeln!(page, "```json\n{}\n```\n", shown(&example));
        if let Some((name, parsed)) = inner {
            let parsed: Value = parsed;
            let _ = writeln!(page, "The JSON text in `{name}`:\n\n```json\n{}\n```\n", shown(&parsed));
        }
        page
    }
}

/// The table's properties as `infra/template.yaml` declares them.
fn declared() -> Yaml {
    let text = fs::read_to_string(root().join("infra/template.yaml")).expect("the template");
    let template: Yaml = serde_norway::from_str(&text).expect("YAML");
    template["Resources"]["Table"]["Properties"].clone()
}

fn named<'a>(of: &'a Yaml, name: &str) -> &'a str {
    of[name].as_str().unwrap_or_default()
}

/// Partition and sort key of a key schema.
fn keys(of: &Yaml) -> (String, String) {
    let schema = of["KeySchema"].as_sequence().expect("a key schema");
    let key =
        |kind: &str| schema.iter().find(|key| named(key, "KeyType") == kind).map(|key| named(key, "AttributeName"));
    (key("HASH").unwrap_or_default().to_owned(), key("RANGE").unwrap_or_default().to_owned())
}

fn page() -> String {
    let table = declared();
    let mut page = String::from(
        "# The table\n\nOne DynamoDB table holds everything. This page is written from `shared/store/src/items`, one file for \
         each kind of item,\nand from `infra/template.yaml`; a test fails when it differs. After a change:\n\
         `HOLDFAST_UPDATE=1 cargo test -p store --lib table`.\n\n",
    );
    let (pk, sk) = keys(&table);
    let _ = writeln!(
        page,
        "## Keys and indexes\n\nThe table's key is `{pk}` and `{sk}`. DynamoDB deletes an item some time after \
         its `{}`, in Unix seconds.\nAll indexes are sparse: an item without an index's keys is not in it. They are a little late, so a \
         reader that decides\nsomething reads the item itself again, consistently.\n",
        named(&table["TimeToLiveSpecification"], "AttributeName")
    );
    page.push_str("| index | keys | beside the keys | what for |\n|---|---|---|---|\n");
    for index in table["GlobalSecondaryIndexes"].as_sequence().expect("indexes") {
        let name = named(index, "IndexName");
        let (pk, sk) = keys(index);
        let beside = index["Projection"]["NonKeyAttributes"].as_sequence().into_iter().flatten();
        let beside: Vec<_> = beside.filter_map(Yaml::as_str).map(|name| format!("`{name}`")).collect();
        let beside = if beside.is_empty() { "nothing".to_owned() } else { beside.join(", ") };
        let why = INDEXES.iter().find(|(known, _)| *known == name).expect("an index that the store reads").1;
        let _ = writeln!(page, "| `{name}` | `{pk}`, `{sk}` | {beside} | {why} |");
    }
    page.push_str("\nAny kind may have these attributes:\n\n| attribute | meaning |\n|---|---|\n");
    for (name, meaning) in COMMON {
        let _ = writeln!(page, "| `{name}` | {meaning} |");
    }
    let _ = writeln!(page, "| `{TTL}` | when DynamoDB may delete it, in Unix seconds |");
    page.push_str(
        "\n## Kinds of items\n\n| kind | partition key | sort key | indexes | TTL |\n|---|---|---|---|---|\n",
    );
    let kinds = all();
    for kind in &kinds {
        let indexes: Vec<_> = kind.indexes.iter().map(|(index, _)| format!("`{index}`")).collect();
        let ttl = if kind.ttl.is_some() { "yes" } else { "" };
        let _ = writeln!(
            page,
            "| [`{0}`](#{0}) | `{1}` | `{2}` | {3} | {ttl} |",
            kind.entity,
            kind.pk,
            kind.sk,
            indexes.join(", ")
        );
    }
    page.push_str("\nTypes are DynamoDB's: S text, N number, BOOL, L list, M map.\n\n");
    page.extend(kinds.iter().map(Described::section));
    format!("{}\n", page.trim_end())
}

#[test]
fn the_page_of_the_table_is_the_codes() {
    let (path, page) = (root().join("docs/table.md"), page());
    if std::env::var_os("HOLDFAST_UPDATE").is_some() {
        fs::write(&path, &page).expect("a page that can be written");
    }
    let committed = fs::read_to_string(&path).unwrap_or_default();
    assert!(committed == page, "docs/table.md is not what the code says; run this test with HOLDFAST_UPDATE=1");
}

/// After a change of what is written: `INSTA_UPDATE=always cargo test -p store --lib table`.
#[test]
fn every_kind_in_the_table_is_written_as_its_snapshot_says() {
    let kinds = all();
    for kind in &kinds {
        insta::with_settings!({ prepend_module_to_snapshot => false, omit_expression => true }, {
            insta::assert_json_snapshot!(kind.entity, object(&kind.example));
        });
    }
    let folder = fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("src/items/snapshots")).expect("snapshots");
    assert_eq!(folder.count(), kinds.len(), "a snapshot of a kind that is gone");
}

#[test]
fn every_kind_in_the_table_is_described_as_it_is_written() {
    for kind in all() {
        let entity = kind.entity;
        assert_eq!(text(&kind.example, "entity"), entity);
        let common = |name: &str| name == TTL || COMMON.iter().any(|(known, _)| *known == name);
        let written: BTreeSet<&str> = kind.example.keys().map(String::as_str).filter(|name| !common(name)).collect();
        let described = kind.attributes.iter().map(|(name, _)| *name).filter(|name| !name.ends_with('?'));
        assert_eq!(described.collect::<BTreeSet<_>>(), written, "{entity}");
        let described: BTreeSet<_> = kind.indexes.iter().map(|(index, _)| *index).collect();
        assert_eq!(described, kind.in_indexes(), "{entity}");
        assert!(kind.ttl.is_some() || !kind.example.contains_key(TTL), "{entity}: its TTL is not described");
        assert!(!kind.about().is_empty(), "{entity}: its file does not say what it is");
    }
}

#[test]
fn no_two_kinds_in_the_table_share_a_key() {
    let kinds = all();
    for kind in &kinds {
        let (pk, sk) = (text(&kind.example, "pk"), text(&kind.example, "sk"));
        let of = kinds.iter().filter(|other| fits(&pk, other.pk) && fits(&sk, other.sk));
        assert_eq!(of.map(|other| other.entity).collect::<Vec<_>>(), [kind.entity], "{pk}/{sk}");
    }
}

#[test]
fn every_file_of_a_kind_is_on_the_page_of_the_table() {
    let files = fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("src/items")).expect("the kinds");
    let sources = files.filter_map(|file| fs::read_to_string(file.ok()?.path()).ok());
    let kinds = sources.filter(|source| source.contains("\npub(crate) const ENTITY: &str")).count();
    assert_eq!(kinds, all().len());
}

#[test]
fn every_index_that_the_store_reads_is_declared_for_the_table() {
    let table = declared();
    let declared = table["GlobalSecondaryIndexes"].as_sequence().expect("indexes");
    let declared: BTreeSet<_> = declared.iter().map(|index| named(index, "IndexName")).collect();
    assert_eq!(declared, INDEXES.iter().map(|(name, _)| *name).collect::<BTreeSet<_>>());
    assert_eq!(named(&table["TimeToLiveSpecification"], "AttributeName"), TTL);
}
