//! Prices with the fees in them, for sellers who show them so from the first look (`show_fees: included`).
//!
//! What an order pays once, the processing fee's fixed part, is in no unit's price. So there are two prices of a unit: what
//! an order of it alone comes to, which is what a buyer of one pays, and but for rounding the most that one of several
//! costs; and what each unit adds to an order, rounded down. Sums are shown by the second, and one line has what is left to the order's total: the
//! fixed part, and what rounding took off each unit. So what is shown adds up to the total, to the cent.

use rust_decimal::{Decimal, RoundingStrategy};

use crate::{Currency, Kind, Minor, Organization, Totals, pricing::fees};

/// The whole price of one unit, with the fees that a buyer pays, before any tax that comes on top.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WholePrice {
    /// What an order of one unit comes to. Of several, none costs more, but for rounding.
    pub alone: Minor,
    /// What each unit adds to an order, without what an order pays once: a `from` price, where it is less than `alone`.
    pub each: Minor,
}

/// A line as far as its whole price needs it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct UnitsShown {
    /// Which of the four kinds: fees and promo codes differ by it.
    pub kind: Kind,
    /// What one unit costs without fees: its price, or what is paid instead.
    pub unit: Minor,
    /// How many.
    pub quantity: u32,
    /// What the promo code takes off the line, without fees.
    pub discount: Minor,
}

/// The sums of an order as they are shown with the fees in them: `lines` less `discount` and with `rest` are the total.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WholeSums {
    /// Each line: what its units add, times their number.
    pub lines: Vec<Minor>,
    /// What the promo code takes off, with the fees that go with it.
    pub discount: Minor,
    /// What the order pays once, and what rounding took off each unit. Never below zero.
    pub rest: Minor,
}

/// The whole price of a unit that costs `price` without fees. Only tickets have fees, and free ones have none. None for
/// amounts beyond all bounds.
#[must_use]
pub fn whole_price(organization: &Organization, kind: Kind, price: Minor) -> Option<WholePrice> {
    if kind != Kind::Show || price.is_zero() {
        return Some(WholePrice { alone: price, each: price });
    }
    let (platform, processing) = fees(organization, price, 1)?;
    let each = with_percent(organization, price + organization.platform_fee_per_ticket, RoundingStrategy::ToZero)?;
    Some(WholePrice { alone: price + platform + processing, each })
}

/// The sums of an order as they are shown with the fees in them. An order whose fees are not of these terms (they have
/// changed since it was placed, or all of it is free) is shown with its lines without fees, and all fees in `rest`.
#[must_use]
pub fn whole_sums(organization: &Organization, lines: &[UnitsShown], totals: &Totals) -> WholeSums {
    whole(organization, lines, totals).unwrap_or_else(|| WholeSums {
        lines: lines.iter().map(|line| line.unit.times(line.quantity)).collect(),
        discount: totals.discount,
        rest: totals.platform_fees + totals.processing_fees,
    })
}

fn whole(organization: &Organization, lines: &[UnitsShown], totals: &Totals) -> Option<WholeSums> {
    let mut shown = Vec::with_capacity(lines.len());
    let mut discount = Minor::ZERO;
    for line in lines {
        shown.push(whole_price(organization, line.kind, line.unit)?.each.times(line.quantity));
        discount += match line.kind {
            Kind::Show => with_percent(organization, line.discount, RoundingStrategy::AwayFromZero)?,
            _ => line.discount,
        };
    }
    let rest = totals.total + discount - shown.iter().copied().sum();
    (rest >= Minor::ZERO).then_some(WholeSums { lines: shown, discount, rest })
}

/// An amount with the card processing fee's share of it, in whole steps that can be charged.
fn with_percent(organization: &Organization, amount: Minor, rounding: RoundingStrategy) -> Option<Minor> {
    let currency = organization.currency;
    let share = Decimal::ONE.checked_add(organization.processing_percent)?;
    let exact = currency.major(amount).checked_mul(share)?;
    steps(currency, exact, rounding)
}

fn steps(currency: Currency, major: Decimal, rounding: RoundingStrategy) -> Option<Minor> {
    let step = currency.step();
    let steps = major.checked_div(currency.major(Minor(step)))?.round_dp_with_strategy(0, rounding);
    i64::try_from(steps).ok()?.checked_mul(step).map(Minor)
}
