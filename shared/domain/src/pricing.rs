//! What an order costs: prices, discounts, donations, fees and limits.

use jiff::Timestamp;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use crate::{
    AppliedPresale, AppliedPromo, Code, Currency, Kind, Listing, Minor, Offer, Organization, Presale, Promo, PromoCode,
    Refusal, applied_presale,
    catalog::{MAX_LINES, MAX_TICKETS, MAX_UNITS},
    check_presale,
};

/// One requested line of a checkout request, with its listing and offer as they are now.
#[derive(Debug, Clone)]
pub struct RequestedLine<'a> {
    /// Its place in the request, for messages.
    pub index: usize,
    /// Read in the same request.
    pub listing: &'a Listing,
    /// As it was read, deleted or not; pricing refuses what is not for sale.
    pub offer: &'a Offer,
    /// How many units, above zero.
    pub quantity: u32,
    /// What the buyer pays for one instead of the price, where the offer takes donations.
    pub donation: Option<&'a str>,
    /// The presale code that the buyer named, if its offer has such a one, valid or not.
    pub presale: Option<&'a Presale>,
}

/// What one requested line costs, in the smallest unit of the order's currency, without fees.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PricedLine {
    /// The price of one unit, by the offer.
    pub unit_price: Minor,
    /// What is paid for one instead, if donated.
    pub donation: Option<Minor>,
    /// What the promo code takes off the whole line.
    pub discount: Minor,
    /// What the whole line costs.
    pub total: Minor,
}

/// A priced order, before it is placed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Quote {
    /// A line for each requested line, in their order.
    pub lines: Vec<PricedLine>,
    /// The sums.
    pub totals: Totals,
    /// The promo code and the listings in which it took effect.
    pub promo: Option<AppliedPromo>,
    /// The presale code, if the order could not be placed without it.
    pub presale: Option<AppliedPresale>,
}

/// The sums of an order.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Totals {
    /// Prices and donations, before any discount.
    pub subtotal: Minor,
    /// What the promo code takes off.
    pub discount: Minor,
    /// The platform's fees: so much for each paid ticket.
    pub platform_fees: Minor,
    /// The card processing fee.
    pub processing_fees: Minor,
    /// What the buyer pays, before any tax that comes on top.
    pub total: Minor,
}

/// Prices an order by its listings and offers as they are now, and checks every limit.
///
/// `promos` are those of the asked code in the requested_lines' listings; `minimum` is the least that Stripe charges in
/// the organization's currency.
///
/// # Errors
/// The refusal of the contract for the first rule that is broken.
pub fn price(
    organization: &Organization,
    requested_lines: &[RequestedLine<'_>],
    code: Option<&PromoCode>,
    promos: &[Promo],
    minimum: Minor,
    now: Timestamp,
) -> Result<Quote, Refusal> {
    check_quantities(organization, requested_lines)?;
    for requested_line in requested_lines {
        check_on_sale(requested_line, now)?;
    }
    let promos = usable(code, promos, now)?;
    let mut lines = Vec::with_capacity(requested_lines.len());
    for requested_line in requested_lines {
        lines.push(price_line(organization, requested_line, &promos)?);
    }
    let totals = totals(organization, requested_lines, &lines)?;
    check_amount(organization, totals.total, minimum)?;
    // A code that takes nothing off, because all is donated or free, uses nothing up.
    let helps = |promo: &Promo| {
        let mut discounted = requested_lines.iter().zip(&lines).filter(|(_, line)| line.discount > Minor::ZERO);
        discounted.any(|(requested_line, _)| requested_line.listing.id == promo.listing)
    };
    let promo = code.map(|code| AppliedPromo {
        code: code.clone(),
        counted: promos.iter().filter(|p| p.max_uses.is_some() && helps(p)).map(|p| p.listing.clone()).collect(),
    });
    let presale = applied_presale(requested_lines.iter().map(|line| (line.offer, line.presale)), now);
    Ok(Quote { lines, totals, promo, presale })
}

fn check_quantities(organization: &Organization, requested_lines: &[RequestedLine<'_>]) -> Result<(), Refusal> {
    if requested_lines.is_empty() {
        return Err(Refusal::field("items", "At least one item with a quantity is required"));
    }
    if requested_lines.len() > MAX_LINES {
        return Err(Refusal::field("items", format!("An order has at most {MAX_LINES} items")));
    }
    let limit = organization.max_tickets_per_order.min(MAX_TICKETS);
    let (tickets, others): (Vec<&RequestedLine<'_>>, Vec<_>) =
        requested_lines.iter().partition(|requested_line| requested_line.listing.kind == Kind::Show);
    let tickets: u64 = tickets.iter().map(|requested_line| u64::from(requested_line.quantity)).sum();
    if tickets > u64::from(limit) {
        return Err(Refusal::new(Code::QuantityLimit, format!("Maximum {limit} tickets per order")).at("items"));
    }
    if let Some(requested_line) = others.iter().find(|requested_line| requested_line.quantity > MAX_UNITS) {
        return Err(Refusal::new(Code::QuantityLimit, format!("Maximum {MAX_UNITS} units per item"))
            .at(format!("items[{}].quantity", requested_line.index)));
    }
    requested_lines.iter().try_for_each(|requested_line| check_own_limits(requested_line, requested_lines))?;
    requested_lines.iter().try_for_each(|requested_line| check_share(requested_line.listing, requested_lines))
}

/// No order has more tickets of a show than one buyer may have. What the buyer has already is counted when it is placed.
fn check_share(listing: &Listing, all: &[RequestedLine<'_>]) -> Result<(), Refusal> {
    let Some(most) = listing.max_tickets_per_buyer else { return Ok(()) };
    let same = all.iter().filter(|line| line.listing.id == listing.id);
    let quantity: u64 = same.map(|line| u64::from(line.quantity)).sum();
    if quantity <= u64::from(most) { Ok(()) } else { Err(share_exceeded(listing, most, 0)) }
}

/// A buyer wants more tickets of a show than one may have, and has so many already.
#[must_use]
pub fn share_exceeded(listing: &Listing, most: u32, held: u32) -> Refusal {
    let limit = format!("Maximum {most} tickets of {} per buyer", listing.title);
    let message = if held == 0 { limit } else { format!("{limit}; you have {held} already") };
    Refusal::new(Code::QuantityLimit, message).at("items")
}

/// The limits that an offer sets itself. Several lines of one offer count together.
fn check_own_limits(requested_line: &RequestedLine<'_>, all: &[RequestedLine<'_>]) -> Result<(), Refusal> {
    let offer = requested_line.offer;
    let same = all.iter().filter(|other| (&other.offer.listing, &other.offer.id) == (&offer.listing, &offer.id));
    let quantity: u64 = same.map(|other| u64::from(other.quantity)).sum();
    let broken = match (offer.min_per_order, offer.max_per_order) {
        (Some(least), _) if quantity < u64::from(least) => format!("Minimum {least} of {} per order", offer.name),
        (_, Some(most)) if quantity > u64::from(most) => format!("Maximum {most} of {} per order", offer.name),
        _ => return Ok(()),
    };
    Err(Refusal::new(Code::QuantityLimit, broken).at(format!("items[{}].quantity", requested_line.index)))
}

fn check_on_sale(requested_line: &RequestedLine<'_>, now: Timestamp) -> Result<(), Refusal> {
    let (listing, offer) = (requested_line.listing, requested_line.offer);
    let noun = listing.kind.noun();
    if !listing.is_for_sale() {
        return Err(Refusal::new(Code::ListingUnavailable, format!("This {noun} is not currently available")));
    }
    if offer.deleted {
        return Err(Refusal::new(Code::ListingUnavailable, "This offer is not currently available")
            .at(format!("items[{}].offer", requested_line.index)));
    }
    let field = || format!("items[{}].offer", requested_line.index);
    check_presale(offer, requested_line.presale, now).map_err(|refusal| refusal.at(field()))?;
    if let Some(closes) = offer.closes_at.filter(|closes| *closes <= now) {
        let message = format!("{} was on sale until {closes}", offer.name);
        return Err(Refusal::new(Code::ListingUnavailable, message).at(field()));
    }
    if offer.sold_until(listing).is_some_and(|end| end <= now) {
        return Err(Refusal::new(Code::ListingEnded, format!("This {noun} has already occurred")));
    }
    Ok(())
}

fn usable<'a>(code: Option<&PromoCode>, promos: &'a [Promo], now: Timestamp) -> Result<Vec<&'a Promo>, Refusal> {
    let Some(code) = code else { return Ok(Vec::new()) };
    let invalid = |message: &str| Refusal::new(Code::PromoInvalid, message).at("promo_code");
    if promos.is_empty() {
        return Err(invalid(&format!("There is no promo code {code}")));
    }
    for promo in promos {
        if promo.valid_from.is_some_and(|from| now < from) {
            return Err(invalid("Promo code not valid yet"));
        }
        let used_up = promo.max_uses.is_some_and(|limit| promo.uses >= limit);
        if used_up || promo.valid_until.is_some_and(|until| until <= now) {
            return Err(invalid("Promo code no longer valid"));
        }
    }
    Ok(promos.iter().collect())
}

fn price_line(
    organization: &Organization,
    requested_line: &RequestedLine<'_>,
    promos: &[&Promo],
) -> Result<PricedLine, Refusal> {
    let currency = organization.currency;
    let unit_price = requested_line.offer.price;
    if let Some(text) = requested_line.donation {
        let donation = donation(organization, requested_line, text)?;
        let total = donation.times(requested_line.quantity);
        return Ok(PricedLine { unit_price, donation: Some(donation), discount: Minor::ZERO, total });
    }
    let full = unit_price.times(requested_line.quantity);
    // An offer that takes donations has no discount: to leave the donation empty costs what typing the price costs.
    let mut promos = promos.iter().filter(|_| !requested_line.offer.donation);
    let discount = match promos.find(|promo| promo.listing == requested_line.listing.id) {
        Some(promo) => share(currency, full, promo.percent_off)?.min(full).max(Minor::ZERO),
        None => Minor::ZERO,
    };
    Ok(PricedLine { unit_price, donation: None, discount, total: full - discount })
}

fn donation(organization: &Organization, requested_line: &RequestedLine<'_>, text: &str) -> Result<Minor, Refusal> {
    let field = format!("items[{}].donation", requested_line.index);
    let currency = organization.currency;
    let amount =
        currency.parse_amount(text).map_err(|error| Refusal::field(field.clone(), format!("A donation {error}")))?;
    if !requested_line.offer.donation {
        let message = "Additional donations not allowed for non-donation ticket";
        return Err(Refusal::new(Code::DonationNotAllowed, message).at(field));
    }
    if amount < requested_line.offer.price {
        let message = format!("Donation amount must be at least {}", currency.display(requested_line.offer.price));
        return Err(Refusal::new(Code::DonationTooLow, message).at(field));
    }
    if amount > organization.max_donation_per_ticket {
        let most = currency.display(organization.max_donation_per_ticket);
        return Err(Refusal::new(Code::DonationTooHigh, format!("Donation amount must be at most {most}")).at(field));
    }
    Ok(amount)
}

/// `amount x share`, rounded half up.
fn share(currency: Currency, amount: Minor, share: Decimal) -> Result<Minor, Refusal> {
    currency
        .major(amount)
        .checked_mul(share)
        .and_then(|exact| currency.round(exact))
        .ok_or_else(|| Refusal::new(Code::AmountLimit, "The amount is too large"))
}

fn totals(
    organization: &Organization,
    requested_lines: &[RequestedLine<'_>],
    lines: &[PricedLine],
) -> Result<Totals, Refusal> {
    let discount: Minor = lines.iter().map(|line| line.discount).sum();
    let goods: Minor = lines.iter().map(|line| line.total).sum();
    let mut totals = Totals { subtotal: goods + discount, discount, total: goods, ..Totals::default() };
    let shows =
        || requested_lines.iter().zip(lines).filter(|(requested_line, _)| requested_line.listing.kind == Kind::Show);
    let ticket_goods: Minor = shows().map(|(_, line)| line.total).sum();
    // Fees are for tickets, and free ones have none, whatever is bought beside them.
    if ticket_goods.is_zero() {
        return Ok(totals);
    }
    let tickets: u32 = shows().map(|(requested_line, _)| requested_line.quantity).sum();
    let fees = fees(organization, ticket_goods, tickets);
    let (platform, processing) = fees.ok_or_else(|| Refusal::new(Code::AmountLimit, "The amount is too large"))?;
    (totals.platform_fees, totals.processing_fees) = (platform, processing);
    totals.total = goods + platform + processing;
    Ok(totals)
}

/// The platform's fees and the card processing fee of so many tickets, which cost `goods` together and are not free. None
/// for amounts beyond all bounds.
pub(crate) fn fees(organization: &Organization, goods: Minor, tickets: u32) -> Option<(Minor, Minor)> {
    let currency = organization.currency;
    let platform = organization.platform_fee_per_ticket.times(tickets);
    // Rounded once, at the end: percent and fixed part together.
    let processing = currency
        .major(goods + platform)
        .checked_mul(organization.processing_percent)
        .and_then(|part| part.checked_add(currency.major(organization.processing_fixed)))
        .and_then(|exact| currency.round(exact))?;
    Some((platform, processing))
}

fn check_amount(organization: &Organization, total: Minor, minimum: Minor) -> Result<(), Refusal> {
    let currency = organization.currency;
    if total > organization.max_order_amount {
        let most = currency.display(organization.max_order_amount);
        return Err(Refusal::new(Code::AmountLimit, format!("Order total exceeds maximum amount of {most}")));
    }
    if total.is_zero() {
        return Ok(());
    }
    if organization.stripe_account.is_none() {
        return Err(Refusal::new(Code::PaymentsNotConfigured, "Producer payment details not configured"));
    }
    if total < minimum {
        let least = currency.display(minimum);
        return Err(Refusal::new(Code::AmountLimit, format!("Order total is below the minimum charge of {least}")));
    }
    Ok(())
}

#[cfg(test)]
mod tests;
