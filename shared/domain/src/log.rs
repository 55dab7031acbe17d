//! What staff did in an organization, for those who answer for it.
//!
//! An entry has ids and words of ours alone: no name, no address, and nothing that staff typed. What it is about shows the rest,
//! to who may see that. Check-ins are not in it: a door has thousands of them, and each stands in its order's trail.

use std::collections::BTreeSet;

use data_encoding::HEXLOWER;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::{Actor, Listing, OfferId, Order, OrganizationId, Presale, PromoCode, Role};

/// Who acts for an organization, with the roles of their token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Staff {
    /// The person.
    pub by: Actor,
    /// What the token says they may do.
    pub roles: BTreeSet<Role>,
}

/// What was done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StaffAction {
    /// The platform made the organization.
    OrganizationCreated,
    /// Its settings changed.
    OrganizationChanged,
    /// A listing was written down.
    ListingCreated,
    /// Something else of it than whether it is for sale.
    ListingChanged,
    /// It went on sale.
    ListingPublished,
    /// It was taken off sale.
    ListingUnpublished,
    /// It was ended for good.
    ListingCanceled,
    /// An offer was put on sale.
    OfferCreated,
    /// Its price, its stock or anything else of it.
    OfferChanged,
    /// It was taken off sale for good.
    OfferDeleted,
    /// A rule put slots on sale.
    SlotsCreated,
    /// A promo code was made.
    PromoCreated,
    /// What it is worth, and when.
    PromoChanged,
    /// A presale code was made.
    PresaleCreated,
    /// How often, and until when, it is good.
    PresaleChanged,
    /// Money was to go back to a buyer.
    RefundRequested,
    /// The payment of an order in review was taken as it is.
    ReviewAccepted,
    /// It was given back.
    ReviewRefused,
    /// The buyer of an order is written to at another address.
    BuyerChanged,
    /// An order's confirmation was sent once more.
    ConfirmationResent,
    /// Another person comes with a ticket.
    AttendeeChanged,
    /// A ticket went to another person, under another code.
    TicketHandedOver,
    /// A customer's personal fields were to go; the entry is about the organization, so that it does not name the customer.
    CustomerErased,
    /// Hours were taken off a customer's balance.
    HoursTaken,
}

impl StaffAction {
    /// The word in the contract.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::OrganizationCreated => "organization_created",
            Self::OrganizationChanged => "organization_changed",
            Self::ListingCreated => "listing_created",
            Self::ListingChanged => "listing_changed",
            Self::ListingPublished => "listing_published",
            Self::ListingUnpublished => "listing_unpublished",
            Self::ListingCanceled => "listing_canceled",
            Self::OfferCreated => "offer_created",
            Self::OfferChanged => "offer_changed",
            Self::OfferDeleted => "offer_deleted",
            Self::SlotsCreated => "slots_created",
            Self::PromoCreated => "promo_created",
            Self::PromoChanged => "promo_changed",
            Self::PresaleCreated => "presale_created",
            Self::PresaleChanged => "presale_changed",
            Self::RefundRequested => "refund_requested",
            Self::ReviewAccepted => "review_accepted",
            Self::ReviewRefused => "review_refused",
            Self::BuyerChanged => "buyer_changed",
            Self::ConfirmationResent => "confirmation_resent",
            Self::AttendeeChanged => "attendee_changed",
            Self::TicketHandedOver => "ticket_handed_over",
            Self::CustomerErased => "customer_erased",
            Self::HoursTaken => "hours_taken",
        }
    }

    /// What becomes of a listing, if anything does: its version aside.
    #[must_use]
    pub fn of_listing(before: Option<&Listing>, after: &Listing) -> Option<Self> {
        let Some(before) = before else { return Some(Self::ListingCreated) };
        match (before.published, after.published) {
            (false, true) => Some(Self::ListingPublished),
            (true, false) => Some(Self::ListingUnpublished),
            _ => {
                let same = Listing { version: before.version, ..after.clone() } == *before;
                (!same).then_some(Self::ListingChanged)
            }
        }
    }
}

/// What an action is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LoggedKind {
    /// The organization itself.
    Organization,
    /// A listing, by its id.
    Listing,
    /// An offer, by its id; its listing stands beside it.
    Offer,
    /// A promo code, by its code; its listing stands beside it.
    Promo,
    /// A presale code, by its code; its listing and offer stand beside it.
    Presale,
    /// An order, by its id.
    Order,
    /// A customer, by subject.
    Customer,
}

impl LoggedKind {
    /// The word in the contract.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Organization => "organization",
            Self::Listing => "listing",
            Self::Offer => "offer",
            Self::Promo => "promo",
            Self::Presale => "presale",
            Self::Order => "order",
            Self::Customer => "customer",
        }
    }
}

/// One action of staff.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LogEntry {
    /// The seller whose admins may read it.
    pub organization: OrganizationId,
    /// When it was done.
    pub at: Timestamp,
    /// Who did it.
    #[serde(deserialize_with = "Actor::read_person")]
    pub by: Actor,
    /// What the person's token said at that time, so that a later change of roles does not change the past.
    pub roles: BTreeSet<Role>,
    /// What was done.
    pub action: StaffAction,
    /// The sort of thing that was acted on; it says how to read `id`.
    pub kind: LoggedKind,
    /// An id, a code or a customer's subject, by `kind`.
    pub id: String,
    /// What its id alone does not say: the listing of an offer or a code, a refund's id, hours.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
}

impl LogEntry {
    /// What tells it from another entry of the same moment.
    #[must_use]
    pub fn mark(&self) -> String {
        let Self { by, action, kind, id, detail, .. } = self;
        let all = format!("{by}|{}|{}|{id}|{detail:?}", action.as_str(), kind.as_str());
        HEXLOWER.encode(&Sha256::digest(all)[..6])
    }

    /// The same, with what the id alone does not say.
    #[must_use]
    pub fn with(self, detail: impl Into<String>) -> Self {
        Self { detail: Some(detail.into()), ..self }
    }
}

impl Staff {
    /// Whether the platform itself acts.
    #[must_use]
    pub fn is_platform(&self) -> bool {
        self.roles.contains(&Role::Platform)
    }

    /// The entry of an action of theirs.
    #[must_use]
    pub fn did(
        &self,
        action: StaffAction,
        organization: &OrganizationId,
        (kind, id): (LoggedKind, &str),
        at: Timestamp,
    ) -> LogEntry {
        let Self { by, roles } = self.clone();
        LogEntry { organization: organization.clone(), at, by, roles, action, kind, id: id.to_owned(), detail: None }
    }

    /// The entry of what they did to a listing.
    #[must_use]
    pub fn did_to_listing(&self, action: StaffAction, listing: &Listing, at: Timestamp) -> LogEntry {
        self.did(action, &listing.organization, (LoggedKind::Listing, listing.id.as_str()), at)
    }

    /// The entry of what they did to an offer of a listing.
    #[must_use]
    pub fn did_to_offer(&self, action: StaffAction, listing: &Listing, offer: &OfferId, at: Timestamp) -> LogEntry {
        let entry = self.did(action, &listing.organization, (LoggedKind::Offer, offer.as_str()), at);
        entry.with(listing.id.as_str())
    }

    /// The entry of what they did to a promo code of a listing.
    #[must_use]
    pub fn did_to_promo(&self, action: StaffAction, listing: &Listing, code: &PromoCode, at: Timestamp) -> LogEntry {
        let entry = self.did(action, &listing.organization, (LoggedKind::Promo, code.as_str()), at);
        entry.with(listing.id.as_str())
    }

    /// The entry of what they did to a presale code of an offer.
    #[must_use]
    pub fn did_to_presale(
        &self,
        action: StaffAction,
        organization: &OrganizationId,
        presale: &Presale,
        at: Timestamp,
    ) -> LogEntry {
        let entry = self.did(action, organization, (LoggedKind::Presale, presale.code.as_str()), at);
        entry.with(format!("{}/{}", presale.listing, presale.offer))
    }

    /// The entry of what they did to an order.
    #[must_use]
    pub fn did_to_order(&self, action: StaffAction, order: &Order, at: Timestamp) -> LogEntry {
        self.did(action, &order.organization, (LoggedKind::Order, order.id.as_str()), at)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn an_entry_is_kept_as_words_and_read_again() {
        let staff = Staff { by: Actor::person("sweeper"), roles: [Role::Admin, Role::Expert].into() };
        let organization = OrganizationId::parse("acme").expect("legal");
        let at = "2026-11-26T10:00:00Z".parse().expect("a time");
        let entry = staff.did(StaffAction::HoursTaken, &organization, (LoggedKind::Customer, "ada"), at).with("1.5");
        let kept = serde_json::to_value(&entry).expect("JSON");
        let expected = json!({
            "organization": "acme", "at": "2026-11-26T10:00:00Z", "by": "sweeper", "roles": ["admin", "expert"],
            "action": "hours_taken", "kind": "customer", "id": "ada", "detail": "1.5"
        });
        assert_eq!(kept, expected);
        // A person whose subject is the name of a part of the system is a person.
        assert_eq!(serde_json::from_value::<LogEntry>(kept).expect("an entry"), entry);
        assert_eq!(json!(StaffAction::OfferCreated), StaffAction::OfferCreated.as_str());
    }

    #[test]
    fn a_listing_that_is_the_same_but_for_its_version_has_no_entry() {
        let listing = |published: bool, title: &str, version: u64| {
            let listing: Listing = serde_json::from_value(json!({
                "id": "gala", "organization": "acme", "kind": "show", "title": title, "description": "", "currency": "usd",
                "published": published, "starts_at": null, "doors_at": null, "ends_at": null, "venue": null, "expert": null,
                "canceled_at": null, "version": version
            }))
            .expect("a listing");
            listing
        };
        let draft = listing(false, "Gala", 1);
        for (before, after, action) in [
            (None, &draft, Some(StaffAction::ListingCreated)),
            (Some(&draft), &listing(false, "Gala", 2), None),
            (Some(&draft), &listing(false, "The gala", 2), Some(StaffAction::ListingChanged)),
            (Some(&draft), &listing(true, "The gala", 2), Some(StaffAction::ListingPublished)),
            (Some(&listing(true, "Gala", 2)), &draft, Some(StaffAction::ListingUnpublished)),
        ] {
            assert_eq!(StaffAction::of_listing(before, after), action);
        }
    }
}
