//! Who may change what is for sale, and what of it never changes.

use crate::{
    Code, DeliveryMode, Kind, Listing, ListingId, Minor, Offer, OfferId, Organization, PresaleCode, PresaleMode,
    PromoCode, Refusal, Transferable, catalog::Attendees, organization::Contact,
};

/// Whether an organization may be created: the platform does.
///
/// # Errors
/// 403 `forbidden`.
pub fn may_begin(by_platform: bool) -> Result<(), Refusal> {
    if by_platform { Ok(()) } else { Err(Refusal::new(Code::Forbidden, "You may not do this")) }
}

/// Whether an organization may become what a request makes of it.
///
/// # Errors
/// 403 `forbidden`, with each field that belongs to the platform and would change by another's hand; 409 `illegal_state`
/// for another currency, also by the platform.
pub fn may_become(before: &Organization, after: &Organization, by_platform: bool) -> Result<(), Refusal> {
    let of_platform = [
        ("stripe_account_id", before.stripe_account != after.stripe_account),
        ("currency", before.currency != after.currency),
        ("platform_fee_per_ticket", before.platform_fee_per_ticket != after.platform_fee_per_ticket),
        ("processing_percent", before.processing_percent != after.processing_percent),
        ("processing_fixed", before.processing_fixed != after.processing_fixed),
    ];
    let changed: Vec<_> = of_platform.iter().filter(|(_, changed)| *changed).map(|(field, _)| *field).collect();
    if !by_platform && !changed.is_empty() {
        let refusal = Refusal::new(Code::Forbidden, "Only the platform changes where the money goes and what it keeps");
        return Err(changed.into_iter().fold(refusal, Refusal::at));
    }
    if before.currency != after.currency {
        let message = "An organization's currency is fixed, because everything it has sold is in it";
        return Err(Refusal::new(Code::IllegalState, message).at("currency"));
    }
    Ok(())
}

/// Whether what a listing sells may change still.
///
/// # Errors
/// 409 `illegal_state` once it was canceled.
pub fn may_change(listing: &Listing) -> Result<(), Refusal> {
    match listing.canceled_at {
        None => Ok(()),
        Some(_) => Err(Refusal::new(Code::IllegalState, "The listing was canceled for good")),
    }
}

/// Whether an expert changes an own slot: puts a new one into the own listing, or changes one that is theirs. Only an
/// admin gives a slot to another expert.
///
/// # Errors
/// 403 `forbidden`.
pub fn may_change_slot(expert: &str, listing: &Listing, before: Option<&Offer>, after: &Offer) -> Result<(), Refusal> {
    let owner = before.map_or(&listing.expert, |before| &before.expert).as_deref();
    if listing.kind != Kind::Expert || owner != Some(expert) {
        return Err(Refusal::new(Code::Forbidden, "This is not your slot"));
    }
    if after.expert.as_deref() != Some(expert) {
        return Err(Refusal::new(Code::Forbidden, "A slot of yours cannot be another expert's").at("expert"));
    }
    Ok(())
}

/// Whether an offer changes in something that its first sale fixes: a buyer who has booked a slot has booked this expert
/// at this time.
#[must_use]
pub fn changes_what_was_booked(listing: &Listing, before: Option<&Offer>, after: &Offer) -> bool {
    let slot = |offer: &Offer| (offer.starts_at, offer.ends_at, offer.expert.clone());
    listing.kind == Kind::Expert && before.is_some_and(|before| slot(before) != slot(after))
}

/// A listing of which nothing is said yet: a draft without a title, before its first version.
#[must_use]
pub fn plain_listing(organization: &Organization, id: ListingId, kind: Kind) -> Listing {
    Listing {
        id,
        organization: organization.id.clone(),
        kind,
        title: String::new(),
        description: String::new(),
        currency: organization.currency,
        published: false,
        starts_at: None,
        doors_at: None,
        ends_at: None,
        venue: None,
        timezone: None,
        contact: Contact::default(),
        logo_url: None,
        locale: None,
        expert: None,
        payment_modes: None,
        delivery: DeliveryMode::None,
        canceled_at: None,
        cancel_reason: None,
        refund_until: None,
        attendees_until: None,
        transferable: Transferable::Off,
        max_tickets_per_buyer: None,
        version: 0,
    }
}

/// An offer of which nothing is said yet: without a price, and none of it to sell.
#[must_use]
pub fn plain_offer(listing: &Listing, id: OfferId) -> Offer {
    Offer {
        id,
        listing: listing.id.clone(),
        name: String::new(),
        price: Minor::ZERO,
        capacity: Some(0),
        shards: 0,
        donation: false,
        vip: false,
        hours: None,
        starts_at: None,
        ends_at: None,
        expert: None,
        attendees: Attendees::None,
        min_per_order: None,
        max_per_order: None,
        opens_at: None,
        closes_at: None,
        presale: PresaleMode::None,
        deleted: false,
        version: 1,
    }
}

/// The code of a promo code for a listing, as it was typed.
///
/// # Errors
/// 400 with the field `code`; with `listing` for one that sells packages.
pub fn promo_code(listing: &Listing, typed: &str) -> Result<PromoCode, Refusal> {
    let code = PromoCode::parse(typed).map_err(|error| Refusal::field("code", format!("A promo code {error}")))?;
    if listing.kind == Kind::Package {
        return Err(Refusal::field("listing", "Packages have no promo codes"));
    }
    Ok(code)
}

/// The code of a presale code, as it was typed.
///
/// # Errors
/// 400 with the field `code`.
pub fn presale_code(typed: &str) -> Result<PresaleCode, Refusal> {
    PresaleCode::parse(typed).map_err(|error| Refusal::field("code", format!("A presale code {error}")))
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, from_value, json};

    use super::*;
    use crate::refusal::FieldError;

    fn organization(changed: &[(&str, Value)]) -> Organization {
        let mut body = json!({
            "id": "riverside", "name": "Riverside", "currency": "usd", "stripe_account": "acct_1",
            "platform_fee_per_ticket": 100, "processing_percent": "0.029", "processing_fixed": 30,
            "max_tickets_per_order": 10, "max_order_amount": 100_000, "max_donation_per_ticket": 10_000,
            "cancellation": [], "allowed_origins": [], "version": 1
        });
        for (field, value) in changed {
            body[*field] = value.clone();
        }
        from_value(body).expect("an organization")
    }

    fn fields(refusal: &Refusal) -> Vec<&str> {
        refusal.errors.iter().map(|FieldError { field, .. }| field.as_str()).collect()
    }

    #[test]
    fn what_the_platform_keeps_is_the_platforms_to_change() {
        let before = organization(&[]);
        let other = organization(&[("name", json!("Other")), ("max_tickets_per_order", json!(4))]);
        assert!(may_become(&before, &other, false).is_ok());
        let money = organization(&[("stripe_account", json!("acct_2")), ("processing_fixed", json!(0))]);
        let refused = may_become(&before, &money, false).expect_err("an admin");
        assert_eq!((refused.code, fields(&refused)), (Code::Forbidden, vec!["stripe_account_id", "processing_fixed"]));
        assert!(may_become(&before, &money, true).is_ok());
    }

    #[test]
    fn a_currency_is_fixed_for_the_platform_too() {
        let refused = may_become(&organization(&[]), &organization(&[("currency", json!("eur"))]), true);
        let refused = refused.expect_err("another currency");
        assert_eq!((refused.code, fields(&refused)), (Code::IllegalState, vec!["currency"]));
        assert_eq!(may_begin(false).expect_err("an admin").code, Code::Forbidden);
        assert!(may_begin(true).is_ok());
    }
}
