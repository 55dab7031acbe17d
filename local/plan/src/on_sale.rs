//! What an on-sale is, as its operator says it.

use rust_decimal::Decimal;

use crate::{figures, impossible::Impossible};

/// Most that one ticket may cost in a plan, in whole units of its currency.
const MAX_PRICE: u32 = 1_000_000;

/// What an operator says, in any number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Given {
    /// For sale in all.
    pub tickets: i64,
    /// People who try to buy, each once.
    pub buyers: i64,
    /// Within how many minutes from the opening all of them are answered; they come evenly.
    pub minutes: i64,
    /// Tickets of an order.
    pub per_order: i64,
    /// Offers that the tickets are spread over evenly.
    pub offers: i64,
    /// Calls a second that Stripe has agreed to take for making sessions; none if that is still to be asked for.
    pub stripe_per_second: Option<i64>,
    /// How long Stripe takes to make a session, in milliseconds.
    pub stripe_milliseconds: i64,
    /// How long each buyer takes to pay, in minutes.
    pub minutes_to_pay: i64,
    /// What one ticket costs, in the listing's currency, as 25.00.
    pub listing_price: Option<Decimal>,
}

/// An on-sale whose numbers are sound by themselves: all above zero, none beyond what the code allows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OnSale {
    pub(crate) tickets: u64,
    pub(crate) buyers: u64,
    pub(crate) seconds: u64,
    pub(crate) per_order: u64,
    pub(crate) offers: u64,
    pub(crate) stripe_per_second: Option<u64>,
    pub(crate) stripe_ms: u64,
    pub(crate) seconds_to_pay: u64,
    pub(crate) price: Option<Decimal>,
}

impl OnSale {
    /// Takes what an operator says.
    ///
    /// # Errors
    /// [`Impossible`] for the first number that is no more than zero, or beyond a limit of the code.
    pub fn new(given: &Given) -> Result<Self, Impossible> {
        let most = u64::from(u32::MAX);
        let on_sale = Self {
            tickets: within("tickets", given.tickets, most)?,
            buyers: within("buyers", given.buyers, most)?,
            seconds: within("minutes", given.minutes, 7 * 24 * 60)? * 60,
            per_order: within("tickets of an order", given.per_order, domain::catalog::MAX_TICKETS.into())?,
            offers: within("offers", given.offers, most)?,
            stripe_per_second: given
                .stripe_per_second
                .map(|pace| within("calls a second that Stripe takes", pace, most))
                .transpose()?,
            stripe_ms: within("milliseconds of Stripe's", given.stripe_milliseconds, figures::STRIPE_MS_MOST)?,
            seconds_to_pay: within("minutes to pay", given.minutes_to_pay, most)? * 60,
            price: given.listing_price,
        };
        if on_sale.offers > on_sale.tickets {
            return Err(Impossible::EmptyOffers { offers: on_sale.offers, tickets: on_sale.tickets });
        }
        match on_sale.price {
            Some(price) if price <= Decimal::ZERO || price > MAX_PRICE.into() || price.normalize().scale() > 2 => {
                Err(Impossible::Price { price, most: MAX_PRICE })
            }
            _ => Ok(on_sale),
        }
    }

    /// Orders that are placed: as many as there are tickets for, and no more than buyers.
    pub(crate) fn orders(&self) -> u64 {
        self.buyers.min(self.tickets.div_ceil(self.per_order))
    }

    /// Tickets that are sold.
    pub(crate) fn sold(&self) -> u64 {
        self.tickets.min(self.buyers.saturating_mul(self.per_order))
    }
}

fn within(what: &'static str, given: i64, most: u64) -> Result<u64, Impossible> {
    match u64::try_from(given) {
        Ok(number) if number > most => Err(Impossible::TooMany { what, given: number, most }),
        Ok(number) if number > 0 => Ok(number),
        _ => Err(Impossible::NotPositive { what, given }),
    }
}
