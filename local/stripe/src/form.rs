//! Form-encoded parameters with nested brackets, read as strictly as Stripe reads them.

use std::collections::BTreeMap;

use serde::de::DeserializeOwned;
use serde_json::Value;

use super::errors::ApiError;

/// Metadata, as Stripe keeps it on most objects.
pub(crate) type Metadata = BTreeMap<String, String>;

/// What Stripe allows of metadata.
const METADATA_KEYS: usize = 50;
const METADATA_KEY: usize = 40;
const METADATA_VALUE: usize = 500;

/// How deep brackets may nest.
const DEPTH: usize = 8;

/// One parameter: a text, or more parameters in brackets.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Node {
    Leaf(String),
    Branch(BTreeMap<Key, Node>),
}

/// Keys in the order of lists: `[10]` comes after `[9]`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Key {
    Index(u32),
    Name(String),
}

impl Key {
    /// A number is one that is written as numbers are: `007` and `+7` are names.
    fn of(text: &str) -> Self {
        let index = text.parse().ok().filter(|index: &u32| index.to_string() == text);
        index.map_or_else(|| Self::Name(text.to_owned()), Self::Index)
    }

    /// The place after all that a list has.
    fn after(fields: &BTreeMap<Self, Node>) -> Option<Self> {
        let last = fields.keys().rev().find_map(|key| if let Self::Index(index) = key { Some(*index) } else { None });
        last.map_or(Some(0), |last| last.checked_add(1)).map(Self::Index)
    }

    fn text(&self) -> String {
        match self {
            Self::Index(index) => index.to_string(),
            Self::Name(name) => name.clone(),
        }
    }
}

/// The parameters of one call, or of one bracket in it. What is read is taken out; [`Params::finish`] refuses the rest.
#[derive(Debug, Clone, Default)]
pub(crate) struct Params {
    prefix: String,
    fields: BTreeMap<Key, Node>,
}

impl Params {
    /// Reads a body or a query.
    pub(crate) fn parse(text: &[u8]) -> Result<Self, ApiError> {
        let pairs: Vec<(String, String)> = serde_urlencoded::from_bytes(text)
            .map_err(|_| ApiError::invalid("Invalid request: the body is not form-encoded"))?;
        let mut fields = BTreeMap::new();
        for (name, value) in pairs {
            let keys = split(&name).ok_or_else(|| ApiError::unknown_parameters(std::slice::from_ref(&name)))?;
            insert(&mut fields, &keys, value)
                .ok_or_else(|| ApiError::invalid(format!("Invalid parameters: {name}")).param(&name))?;
        }
        Ok(Self { prefix: String::new(), fields })
    }

    /// The name of a parameter as its sender wrote it.
    fn name(&self, key: &str) -> String {
        if self.prefix.is_empty() { key.to_owned() } else { format!("{}[{key}]", self.prefix) }
    }

    /// A text. An empty one is refused, as Stripe takes it for an attempt to unset.
    pub(crate) fn text(&mut self, key: &str) -> Result<Option<String>, ApiError> {
        match self.fields.remove(&Key::of(key)) {
            None => Ok(None),
            Some(Node::Leaf(text)) if text.is_empty() => Err(ApiError::empty(&self.name(key))),
            Some(Node::Leaf(text)) => Ok(Some(text)),
            Some(Node::Branch(_)) => Err(ApiError::invalid(format!("Invalid string: {key}")).param(&self.name(key))),
        }
    }

    /// A text that must be there.
    pub(crate) fn needed(&mut self, key: &str) -> Result<String, ApiError> {
        self.text(key)?.ok_or_else(|| ApiError::missing(&self.name(key)))
    }

    /// A text of at most so many characters.
    pub(crate) fn short(&mut self, key: &str, limit: usize) -> Result<Option<String>, ApiError> {
        let text = self.text(key)?;
        match text {
            Some(text) if text.chars().count() > limit => Err(ApiError::invalid(format!(
                "Invalid string: {}...; must be at most {limit} characters",
                text.chars().take(20).collect::<String>()
            ))
            .param(&self.name(key))),
            text => Ok(text),
        }
    }

    /// A whole number.
    pub(crate) fn integer(&mut self, key: &str) -> Result<Option<i64>, ApiError> {
        let Some(text) = self.text(key)? else { return Ok(None) };
        text.parse().map(Some).map_err(|_| ApiError::integer(&text, &self.name(key)))
    }

    /// A whole number that must be there.
    pub(crate) fn needed_integer(&mut self, key: &str) -> Result<i64, ApiError> {
        self.integer(key)?.ok_or_else(|| ApiError::missing(&self.name(key)))
    }

    /// Yes or no.
    pub(crate) fn boolean(&mut self, key: &str) -> Result<Option<bool>, ApiError> {
        let Some(text) = self.text(key)? else { return Ok(None) };
        match text.as_str() {
            "true" => Ok(Some(true)),
            "false" => Ok(Some(false)),
            _ => Err(ApiError::invalid(format!("Invalid boolean: {text}")).param(&self.name(key))),
        }
    }

    /// One of several words.
    pub(crate) fn choice<T: DeserializeOwned>(&mut self, key: &str, words: &[&str]) -> Result<Option<T>, ApiError> {
        let Some(text) = self.text(key)? else { return Ok(None) };
        serde_json::from_value(Value::String(text)).map(Some).map_err(|_| {
            let words = match words {
                [head @ .., last] if !head.is_empty() => format!("{}, or {last}", head.join(", ")),
                words => words.join(", "),
            };
            ApiError::invalid(format!("Invalid {key}: must be one of {words}")).param(&self.name(key))
        })
    }

    /// What stands in the brackets after a name.
    pub(crate) fn nested(&mut self, key: &str) -> Result<Option<Self>, ApiError> {
        match self.fields.remove(&Key::of(key)) {
            None => Ok(None),
            Some(Node::Branch(fields)) => Ok(Some(Self { prefix: self.name(key), fields })),
            Some(Node::Leaf(_)) => Err(ApiError::invalid("Invalid object").param(&self.name(key))),
        }
    }

    /// A list of objects, `name[0][field]`.
    pub(crate) fn objects(&mut self, key: &str) -> Result<Vec<Self>, ApiError> {
        let Some(mut list) = self.nested(key)? else { return Ok(Vec::new()) };
        let keys: Vec<String> = list.fields.keys().map(Key::text).collect();
        keys.iter().map(|key| list.nested(key).map(Option::unwrap_or_default)).collect()
    }

    /// A list of texts, `name[]` or `name[0]`.
    pub(crate) fn texts(&mut self, key: &str) -> Result<Vec<String>, ApiError> {
        let Some(mut list) = self.nested(key)? else { return Ok(Vec::new()) };
        let keys: Vec<String> = list.fields.keys().map(Key::text).collect();
        keys.iter().map(|key| list.needed(key)).collect()
    }

    /// Metadata. Empty values are kept: in an update they unset.
    pub(crate) fn metadata(&mut self, key: &str) -> Result<Metadata, ApiError> {
        let name = self.name(key);
        let branch = match self.fields.remove(&Key::of(key)) {
            None => return Ok(Metadata::new()),
            // `metadata=` unsets all of it, and of a new object there is nothing to unset.
            Some(Node::Leaf(text)) if text.is_empty() => return Ok(Metadata::new()),
            Some(Node::Leaf(_)) => return Err(ApiError::invalid("Invalid metadata: must be an object").param(&name)),
            Some(Node::Branch(branch)) => branch,
        };
        if branch.len() > METADATA_KEYS {
            return Err(ApiError::invalid(format!("Metadata can have at most {METADATA_KEYS} keys")).param(&name));
        }
        let mut metadata = Metadata::new();
        for (key, node) in branch {
            let key = key.text();
            let param = format!("{name}[{key}]");
            let Node::Leaf(value) = node else {
                return Err(ApiError::invalid("Metadata values must be strings").param(&param));
            };
            if key.chars().count() > METADATA_KEY {
                return Err(ApiError::invalid(format!("Metadata keys can have at most {METADATA_KEY} characters"))
                    .param(&param));
            }
            if value.chars().count() > METADATA_VALUE {
                let said = format!("Metadata values can have up to {METADATA_VALUE} characters");
                return Err(ApiError::invalid(said).param(&param));
            }
            metadata.insert(key, value);
        }
        Ok(metadata)
    }

    /// Passes over parameters of Stripe's that change nothing here.
    pub(crate) fn ignore(&mut self, keys: &[&str]) {
        for key in keys {
            self.fields.remove(&Key::of(key));
        }
    }

    /// Refuses parameters that were not read.
    pub(crate) fn finish(self) -> Result<(), ApiError> {
        if self.fields.is_empty() {
            return Ok(());
        }
        let names: Vec<String> = self.fields.keys().map(|key| self.name(&key.text())).collect();
        Err(ApiError::unknown_parameters(&names))
    }
}

/// Adds what an update says to metadata: an empty value unsets its key.
pub(crate) fn merge(metadata: &mut Metadata, update: Metadata) {
    for (key, value) in update {
        if value.is_empty() {
            metadata.remove(&key);
        } else {
            metadata.insert(key, value);
        }
    }
}

/// `a[b][0][]` as its parts.
fn split(name: &str) -> Option<Vec<&str>> {
    let Some((first, rest)) = name.split_once('[') else { return Some(vec![name]) };
    let inner = rest.strip_suffix(']')?;
    let keys: Vec<&str> = std::iter::once(first).chain(inner.split("][")).collect();
    let clean = keys.iter().all(|key| !key.contains(['[', ']']));
    (clean && !first.is_empty() && keys.len() <= DEPTH).then_some(keys)
}

/// Puts a value where its keys say; none when something of another shape is there already.
fn insert(fields: &mut BTreeMap<Key, Node>, keys: &[&str], value: String) -> Option<()> {
    let (first, rest) = keys.split_first()?;
    let key = if first.is_empty() { Key::after(fields)? } else { Key::of(first) };
    if rest.is_empty() {
        return match fields.insert(key, Node::Leaf(value)) {
            None | Some(Node::Leaf(_)) => Some(()),
            Some(Node::Branch(_)) => None,
        };
    }
    match fields.entry(key).or_insert_with(|| Node::Branch(BTreeMap::new())) {
        Node::Branch(branch) => insert(branch, rest, value),
        Node::Leaf(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::Params;

    mod fuzz {
        use proptest::prelude::*;

        use super::{Params, read};

        proptest! {
            #[test]
            fn metadata_comes_back_as_it_was_sent(sent in prop::collection::btree_map("[^\\[\\]]{1,40}", ".{0,60}", 0..10)) {
                let pairs: Vec<(String, &String)> = sent.iter().map(|(key, value)| (format!("metadata[{key}]"), value)).collect();
                let form = serde_urlencoded::to_string(&pairs).expect("a form");
                let mut params = read(&form);
                prop_assert_eq!(params.metadata("metadata").expect("metadata"), sent);
                prop_assert!(params.finish().is_ok());
            }

            #[test]
            fn a_list_keeps_each_of_its_texts(at in prop::collection::btree_map(0_u32..200, "[a-z]{1,5}", 0..5), more in prop::collection::vec("[a-z]{1,5}", 0..5)) {
                let numbered = at.iter().map(|(n, text)| (format!("expand[{n}]"), text.clone()));
                let pairs: Vec<(String, String)> = numbered.chain(more.iter().map(|text| ("expand[]".to_owned(), text.clone()))).collect();
                let form = serde_urlencoded::to_string(&pairs).expect("a form");
                let expected: Vec<String> = at.into_values().chain(more).collect();
                prop_assert_eq!(read(&form).texts("expand").expect("texts"), expected);
            }

            #[test]
            fn any_bytes_are_read_whole_or_refused_by_name(form in "([a-c0-2]{0,2}[\\[\\]]{0,2}[a-c0-9+]{0,3}[\\]=&%]{0,3}){0,6}") {
                match Params::parse(form.as_bytes()) {
                    // Whatever was read is there, and is refused where no call takes it.
                    Ok(params) => prop_assert_eq!(params.clone().finish().is_ok(), params.fields.is_empty(), "{}", form),
                    Err(error) => prop_assert!(error.status == 400, "{}", form),
                }
            }
        }
    }

    /// These were kept as other keys, and a list that went on without a number lost a text.
    #[test]
    fn keys_of_digits_stay_what_they_are() {
        let sent: BTreeMap<_, _> =
            ["007", "+7", "7", "-0", "4294967296"].map(|key| (key.to_owned(), "v".to_owned())).into();
        let form =
            sent.keys().map(|key| format!("metadata[{}]=v", key.replace('+', "%2B"))).collect::<Vec<_>>().join("&");
        assert_eq!(read(&form).metadata("metadata").expect("metadata"), sent);
        assert_eq!(read("a[1]=x&a[]=y&a[]=z").texts("a").expect("texts"), ["x", "y", "z"]);
    }

    fn read(text: &str) -> Params {
        Params::parse(text.as_bytes()).expect("parameters")
    }

    #[test]
    fn brackets_nest() {
        let mut params = read(
            "line_items[0][quantity]=2&line_items[10][quantity]=4&line_items[9][quantity]=3&expand[]=a&expand[]=b",
        );
        let items = params.objects("line_items").expect("items");
        let quantities: Vec<_> =
            items.into_iter().map(|mut item| item.needed_integer("quantity").expect("number")).collect();
        assert_eq!(quantities, [2, 3, 4], "in the order of their indexes");
        assert_eq!(params.texts("expand").expect("list"), ["a", "b"]);
        params.finish().expect("nothing is left");
    }

    #[test]
    fn the_rest_is_refused_by_its_full_name() {
        let mut params = read("a[b]=1&a[c]=2");
        let mut a = params.nested("a").expect("object").expect("there");
        assert_eq!(a.integer("b").expect("number"), Some(1));
        let error = a.finish().expect_err("c is unknown");
        assert_eq!(error.code.as_deref(), Some("parameter_unknown"));
        assert_eq!(error.param.as_deref(), Some("a[c]"));
    }

    #[test]
    fn values_of_the_wrong_kind_are_refused() {
        let error = read("amount=1.5").integer("amount").expect_err("not whole");
        assert_eq!(
            (error.code.as_deref(), error.param.as_deref()),
            (Some("parameter_invalid_integer"), Some("amount"))
        );
        let error = read("amount=").integer("amount").expect_err("empty");
        assert_eq!(error.code.as_deref(), Some("parameter_invalid_empty"));
        assert!(read("ok=yes").boolean("ok").is_err());
        assert!(Params::parse(b"a=1&a[b]=2").is_err(), "two shapes");
        assert!(Params::parse(b"a[b=2").is_err(), "a bracket that stays open");
        assert!(Params::parse(b"a[b]c=2").is_err());
    }

    #[test]
    fn metadata_has_limits() {
        assert!(read(&format!("metadata[{}]=v", "k".repeat(41))).metadata("metadata").is_err());
        assert!(read(&format!("metadata[k]={}", "v".repeat(501))).metadata("metadata").is_err());
        assert_eq!(
            read("metadata[1]=v").metadata("metadata").expect("metadata").get("1").map(String::as_str),
            Some("v")
        );
    }
}
