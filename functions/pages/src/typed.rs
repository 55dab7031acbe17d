//! What was typed into a form, or stands in a query.

use std::collections::BTreeMap;

use domain::{Currency, Minor, Refusal};
use serde::{Deserialize, Serialize};
use url::form_urlencoded;

/// What stands before the name of a field that did not fit into the cookie. No form has such a field.
const LOST: &str = "~";

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

    /// A field of several lines. Browsers end each of them with two characters.
    pub(crate) fn text(&self, name: &str) -> String {
        self.get(name).replace("\r\n", "\n")
    }

    /// Whether a box was ticked.
    pub(crate) fn ticked(&self, name: &str) -> bool {
        self.given(name).is_some()
    }

    /// The price in the field `price`, with a comma or a point before its cents.
    pub(crate) fn price(&self, currency: Currency) -> Result<Minor, Refusal> {
        let price = currency.parse_amount(&self.get("price").replace(',', "."));
        price.map_err(|error| Refusal::field("price", format!("A price {error}")))
    }

    /// The amount in a field, with a comma or a point before its cents.
    pub(crate) fn amount(&self, name: &str, currency: Currency) -> Result<Minor, Refusal> {
        let amount = currency.parse_amount(&self.get(name).replace(',', "."));
        amount.map_err(|error| Refusal::field(name, format!("An amount {error}")))
    }

    /// The whole number in a field; none where it was left empty.
    pub(crate) fn number(&self, name: &str) -> Result<Option<u32>, Refusal> {
        let number = self.given(name).map(str::parse).transpose();
        number.map_err(|_| Refusal::field(name, "Must be a whole number"))
    }

    /// The fields whose names begin so, by what follows.
    pub(crate) fn below(&self, prefix: &str) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().filter_map(move |(name, text)| Some((name.strip_prefix(prefix)?, text.trim())))
    }

    /// The same without its longest field, for a cookie that has no room for it. [`Self::lost`] knows it afterwards. None where no
    /// field is left.
    pub(crate) fn shorter(mut self) -> Option<Self> {
        let filled = self.0.iter().filter(|(name, text)| !text.is_empty() && !name.starts_with(LOST));
        let longest = filled.max_by_key(|(_, text)| text.len()).map(|(name, _)| name.clone())?;
        self.0.remove(&longest);
        self.0.insert(format!("{LOST}{longest}"), String::new());
        Some(self)
    }

    /// Whether what was typed into a field did not fit into the cookie.
    pub(crate) fn lost(&self, name: &str) -> bool {
        self.0.contains_key(&format!("{LOST}{name}"))
    }

    /// The same with a field.
    pub(crate) fn with(mut self, name: &str, value: &str) -> Self {
        self.0.insert(name.to_owned(), value.to_owned());
        self
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

    #[test]
    fn the_longest_field_goes_first_and_is_known_to_be_gone() {
        let typed = Typed::read(b"title=Short&description=A+long+one&venue=");
        let shorter = typed.shorter().expect("a field less");
        assert_eq!((shorter.get("title"), shorter.get("description")), ("Short", ""));
        assert!(shorter.lost("description") && !shorter.lost("title") && !shorter.lost("venue"));
        let none = shorter.shorter().expect("a field less");
        assert!(none.lost("title") && none.shorter().is_none());
    }

    #[test]
    fn fields_are_read_as_what_they_are() {
        let typed = Typed::read(b"n=12&m=many&box=on&lines=a%0D%0Ab&sum=1%2C50");
        assert_eq!((typed.number("n"), typed.number("none")), (Ok(Some(12)), Ok(None)));
        assert_eq!(typed.number("m").expect_err("no number").errors[0].field, "m");
        assert!(typed.ticked("box") && !typed.ticked("other"));
        assert_eq!(typed.text("lines"), "a\nb");
        assert_eq!(typed.amount("sum", domain::Currency::USD), Ok(domain::Minor(150)));
        assert_eq!(typed.amount("m", domain::Currency::USD).expect_err("no amount").errors[0].field, "m");
    }
}
