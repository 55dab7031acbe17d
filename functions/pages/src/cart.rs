//! What a visitor is about to buy: kept in the session until it is ordered.

use std::collections::BTreeMap;

use domain::{ListingId, OfferId, OrganizationId, PresaleCode};
use runtime::Chance;
use serde::{Deserialize, Serialize};
use uuid::Builder;

/// A cart of one seller's things.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Cart {
    /// The seller, once there is something in it.
    pub(crate) organization: Option<OrganizationId>,
    /// What is in it, in the order in which it came.
    pub(crate) lines: Vec<CartLine>,
    /// The idempotency key of its order: the same for every press of the button and every tab, another one as soon as the
    /// cart changes.
    pub(crate) key: String,
    /// The presale code that its things are bought with.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) presale: Option<PresaleCode>,
}

/// One thing in a cart.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct CartLine {
    pub(crate) listing: ListingId,
    pub(crate) offer: OfferId,
    /// How many, above zero.
    pub(crate) quantity: u32,
    /// What the visitor gives for one instead of the price, as typed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) donation: Option<String>,
    /// Whether it is a slot, which is bought alone.
    #[serde(default)]
    pub(crate) alone: bool,
}

/// What putting things into a cart took out of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Left {
    /// Nothing.
    All,
    /// What was in it before: another seller's, or not to be bought together.
    Nothing,
}

impl Cart {
    /// Whether nothing is in it.
    pub(crate) fn is_empty(&self) -> bool {
        self.lines.is_empty()
    }

    /// Puts these in the place of what the cart has of a listing.
    pub(crate) fn put(
        &mut self,
        organization: &OrganizationId,
        listing: &ListingId,
        lines: Vec<CartLine>,
        chance: &Chance,
    ) -> Left {
        let alone = lines.iter().chain(&self.lines).any(|line| line.alone);
        let other = self.organization.as_ref().is_some_and(|own| own != organization);
        let own = |line: &CartLine| &line.listing == listing;
        let left = if (other || alone) && !self.lines.iter().all(own) { Left::Nothing } else { Left::All };
        self.lines.retain(|line| left == Left::All && !own(line));
        self.lines.extend(lines);
        self.organization = (!self.lines.is_empty()).then(|| organization.clone());
        self.renew(chance);
        left
    }

    /// Changes how many of each line there are, by its place; none takes the line out.
    pub(crate) fn change(&mut self, quantities: &BTreeMap<usize, u32>, chance: &Chance) {
        for (index, line) in self.lines.iter_mut().enumerate() {
            line.quantity = quantities.get(&index).copied().unwrap_or(line.quantity);
        }
        self.lines.retain(|line| line.quantity > 0);
        self.renew(chance);
    }

    /// Whether these are other numbers than the lines have.
    pub(crate) fn is_changed_by(&self, quantities: &BTreeMap<usize, u32>) -> bool {
        self.lines.iter().enumerate().any(|(index, line)| quantities.get(&index).is_some_and(|n| *n != line.quantity))
    }

    /// Makes the next order another one than any before.
    pub(crate) fn renew(&mut self, chance: &Chance) {
        self.key = Builder::from_random_bytes(chance.bytes()).into_uuid().to_string();
    }
}

#[cfg(test)]
mod tests {
    use domain::{ListingId, OfferId, OrganizationId};
    use runtime::Chance;

    use super::{Cart, CartLine, Left};

    fn line(listing: &str, quantity: u32, alone: bool) -> CartLine {
        CartLine {
            listing: ListingId::parse(listing).expect("an id"),
            offer: OfferId::parse("general").expect("an id"),
            quantity,
            donation: None,
            alone,
        }
    }

    fn put(cart: &mut Cart, organization: &str, line: CartLine) -> Left {
        let listing = line.listing.clone();
        cart.put(&OrganizationId::parse(organization).expect("an id"), &listing, vec![line], &Chance::new())
    }

    #[test]
    fn a_cart_holds_several_listings_of_one_seller() {
        let mut cart = Cart::default();
        assert_eq!(put(&mut cart, "a", line("one", 1, false)), Left::All);
        let key = cart.key.clone();
        assert_eq!(put(&mut cart, "a", line("two", 2, false)), Left::All);
        assert_ne!(cart.key, key);
        assert_eq!(put(&mut cart, "a", line("one", 3, false)), Left::All);
        let held: Vec<_> = cart.lines.iter().map(|line| (line.listing.as_str(), line.quantity)).collect();
        assert_eq!(held, [("two", 2), ("one", 3)]);
        assert_eq!(put(&mut cart, "b", line("other", 1, false)), Left::Nothing);
        assert_eq!(cart.lines.len(), 1);
        assert_eq!(cart.organization.as_ref().map(OrganizationId::as_str), Some("b"));
    }

    #[test]
    fn a_slot_is_alone() {
        let mut cart = Cart::default();
        put(&mut cart, "a", line("one", 1, false));
        assert_eq!(put(&mut cart, "a", line("coach", 1, true)), Left::Nothing);
        assert_eq!(put(&mut cart, "a", line("coach", 2, true)), Left::All);
        assert_eq!(put(&mut cart, "a", line("one", 1, false)), Left::Nothing);
        assert_eq!(cart.lines.len(), 1);
    }

    #[test]
    fn lines_are_changed_by_their_place() {
        let mut cart = Cart::default();
        put(&mut cart, "a", line("one", 1, false));
        put(&mut cart, "a", line("two", 2, false));
        cart.change(&[(0, 0), (1, 5), (7, 1)].into(), &Chance::new());
        let held: Vec<_> = cart.lines.iter().map(|line| (line.listing.as_str(), line.quantity)).collect();
        assert_eq!(held, [("two", 5)]);
    }
}
