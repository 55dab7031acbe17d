//! Offers as visitors choose them, with the whole price from the first look.

use std::collections::HashMap;

use domain::{
    Kind, Listing, Minor, Offer, OfferId, Organization,
    catalog::{Attendees, MAX_TICKETS, MAX_UNITS},
    organization::ShowFees,
    whole_price,
};
use jiff::Timestamp;
use minijinja::{Value, context};

use crate::{cart::CartLine, flash::Wrong, reader::Reader, times, typed::Typed};

/// From so many units on, the page does not show how few are left.
const PLENTY: u64 = 20;

/// What a listing sells, as its page needs it.
#[derive(Debug, Clone)]
pub(crate) struct ListingGoods {
    pub(crate) seller: Organization,
    pub(crate) listing: Listing,
    /// Its offers, those that are not for sale any more left out.
    pub(crate) offers: Vec<Offer>,
    /// How many of each can be bought now; none in it for what is without limit.
    pub(crate) available: HashMap<OfferId, u64>,
}

impl ListingGoods {
    /// How many can be bought now; none where there is no limit.
    pub(crate) fn left(&self, offer: &Offer) -> Option<u64> {
        self.available.get(&offer.id).copied()
    }

    /// Whether a visitor can buy of this offer now.
    pub(crate) fn is_open(&self, offer: &Offer, now: Timestamp) -> bool {
        let until = [offer.sold_until(&self.listing), offer.closes_at];
        self.left(offer) != Some(0)
            && until.into_iter().flatten().all(|end| now < end)
            && (offer.opens_at.is_none_or(|opens| opens <= now) || offer.needs_presale(now))
    }

    /// Whether anything can be bought, in a word.
    pub(crate) fn standing(&self, now: Timestamp) -> &'static str {
        let expert = self.listing.kind == Kind::Expert;
        let to_come = |offer: &&Offer| offer.starts_at.is_none_or(|at| now < at);
        match () {
            () if self.listing.canceled_at.is_some() => "canceled",
            () if expert && !self.offers.iter().any(|offer| to_come(&offer)) => "no-times",
            () if !expert && self.listing.over_at().is_some_and(|end| end <= now) => "over",
            () if !self.offers.iter().any(|offer| self.is_open(offer, now)) => "sold-out",
            () => "open",
        }
    }

    /// Most of an offer in one order.
    fn most(&self, offer: &Offer) -> u64 {
        let limit = match self.listing.kind {
            Kind::Show => self.seller.max_tickets_per_order.min(MAX_TICKETS),
            _ => MAX_UNITS,
        };
        let limit = self.listing.max_tickets_per_buyer.map_or(limit, |share| share.min(limit));
        let limit = offer.max_per_order.map_or(limit, |own| own.min(limit));
        self.left(offer).unwrap_or(u64::MAX).min(u64::from(limit))
    }

    /// What one costs with its fees, in an order of it alone.
    fn whole(&self, offer: &Offer) -> Minor {
        whole_price(&self.seller, self.listing.kind, offer.price).map_or(offer.price, |whole| whole.alone)
    }
}

/// An amount, or the word for nothing.
pub(crate) fn amount(reader: &Reader, goods: &ListingGoods, amount: Minor) -> String {
    if amount.is_zero() { reader.phrase("page-free", &[]) } else { reader.money(goods.listing.currency, amount) }
}

/// An offer as its part of the form shows it.
pub(crate) fn entry(
    reader: &Reader,
    goods: &ListingGoods,
    (index, offer): (usize, &Offer),
    typed: &Typed,
    chosen: &[CartLine],
    wrong: Option<&Wrong>,
    now: Timestamp,
) -> Value {
    let held = chosen.iter().find(|line| line.listing == offer.listing && line.offer == offer.id);
    let field = format!("quantity.{}", offer.id);
    let quantity = typed.given(&field).map(str::to_owned).or_else(|| held.map(|line| line.quantity.to_string()));
    let donation = typed.given(&format!("donation.{}", offer.id)).map(str::to_owned);
    let at = |part: &str| wrong.and_then(|wrong| wrong.fields.get(&format!("items[{index}].{part}")));
    let left = goods.left(offer);
    let whole = goods.whole(offer);
    let fees = whole - offer.price;
    let named = goods.seller.profile.show_fees == ShowFees::Named;
    context! {
        id => offer.id.as_str(),
        name => offer.name,
        vip => offer.vip && !offer.name.to_lowercase().contains("vip"),
        whole => amount(reader, goods, whole),
        price => amount(reader, goods, offer.price),
        fees => (!fees.is_zero() && named).then(|| reader.money(goods.listing.currency, fees)),
        fees_included => !fees.is_zero() && !named,
        gives => offer.donation,
        least => goods.listing.currency.format(offer.price),
        hours => offer.hours.map(|hours| words::money::number(&reader.locale, &hours.normalize().to_string())),
        left => left.filter(|left| *left < PLENTY),
        gone => !goods.is_open(offer, now),
        most => goods.most(offer),
        least_of => offer.min_per_order.filter(|least| *least > 1),
        most_of => offer.max_per_order,
        opens => offer.opens_at.filter(|opens| now < *opens).map(|opens| times::moment(reader, opens)),
        closes => offer.closes_at.filter(|closes| now < *closes).map(|closes| times::moment(reader, closes)),
        presale => offer.needs_presale(now),
        names => offer.attendees == Attendees::Required,
        quantity => quantity.unwrap_or_else(|| "0".to_owned()),
        donation => donation.or_else(|| held.and_then(|line| line.donation.clone())),
        wrong => at("quantity").or_else(|| at("donation")).or_else(|| at("offer")),
    }
}
