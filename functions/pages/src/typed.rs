//! What was typed into a form, or stands in a query.

use std::collections::BTreeMap;

use domain::{Currency, Minor, Refusal};
use serde::{Deserialize, Serialize};
use url::form_urlencoded;

/// What was typed into a form. Of a name that comes twice, the last value counts.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Typed(BTreeMap<String, String>);

impl Typed {
    /// Reads a query or a form's body.
    pub(crate) fn read(text: &[u8]) -> Self {
        Self(form_urlencoded::parse(text).into_owned().collect())
    }

    /// A field without the blanks around it; empty if there is none.
    pub(crate) fn get(&self, name: &str) -> &str {
        self.0.get(name).map_or("", |text| text.trim())
    }

    /// A field that was filled in.
    pub(crate) fn given(&self, name: &str) -> Option<&str> {
        Some(self.get(name)).filter(|text| !text.is_empty())
    }

    /// The price in the field `price`, with a comma or a point before its cents.
    pub(crate) fn price(&self, currency: Currency) -> Result<Minor, Refusal> {
        let price = currency.parse_amount(&self.get("price").replace(',', "."));
        price.map_err(|error| Refusal::field("price", format!("A price {error}")))
    }

    /// The fields whose names begin so, by what follows.
    pub(crate) fn below(&self, prefix: &str) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().filter_map(move |(name, text)| Some((name.strip_prefix(prefix)?, text.trim())))
    }

    /// The same without a field.
    pub(crate) fn without(mut self, name: &str) -> Self {
        self.0.remove(name);
        self
    }
}

#[cfg(test)]
mod tests {
    use super::Typed;

    #[test]
    fn fields_are_read_without_blanks() {
        let typed = Typed::read(b"name=+Ada+&quantity.vip=2&quantity.general=&csrf=x&name=Ada%20L");
        assert_eq!(typed.get("name"), "Ada L");
        assert_eq!(typed.given("quantity.general"), None);
        let below: Vec<_> = typed.below("quantity.").collect();
        assert_eq!(below, [("general", ""), ("vip", "2")]);
        assert_eq!(typed.without("csrf").get("csrf"), "");
    }
}
