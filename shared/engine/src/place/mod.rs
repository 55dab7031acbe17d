//! Placing an order: a checkout request is priced, its order written, and its payment opened at Stripe.
//!
//! Key, order, stock, promo use and the record of the call to Stripe are one transaction ([`order`]). If the process dies
//! before it, nothing happened. After it, a repeat with the same key goes on where the first call stopped ([`resume`]), and
//! without a repeat the hold ends and the sweeper ends the payment. If it runs twice with one key, one places the order and
//! the other waits for it or gets it.

use std::net::IpAddr;

use domain::{
    Addressee, Attendee, Buyer, ListingId, Order, PresaleCode, PromoCode, Refusal, catalog::MAX_LINES,
    order::Confirmer, tax::Address,
};
use payments::Secret;

mod open;
mod order;
mod prepare;
mod resume;
mod tax;

/// What a buyer asks for, parsed.
#[derive(Debug, Clone)]
pub struct CheckoutRequest {
    /// Who buys.
    pub buyer: Buyer,
    /// At least one, and no more than an order has lines.
    pub items: RequestedItems,
    /// A word that lowers the price, folded to upper case.
    pub promo_code: Option<PromoCode>,
    /// A word that opens offers to its holders, folded to upper case.
    pub presale_code: Option<PresaleCode>,
    /// How it is to be paid.
    pub payment: RequestedPayment,
    /// Where the buyer is, for the tax of a payment intent; Stripe's page asks for itself.
    pub address: Option<Address>,
    /// To whom and where it is sent, if anything of it is.
    pub delivery: Option<Addressee>,
    /// The network address of the request, where the buyer is thought to be without an address.
    pub source: Option<IpAddr>,
    /// Where to go after paying.
    pub success_url: Option<String>,
    /// Where to go without paying.
    pub cancel_url: Option<String>,
    /// The client's idempotency key.
    pub key: Option<String>,
    /// A hash of the request as the client wrote it, to tell another one under the same key.
    pub fingerprint: String,
}

/// How a buyer wants to pay.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RequestedPayment {
    /// On Stripe's page.
    Hosted,
    /// With a payment intent that the buyer's browser confirms.
    ByClient,
    /// With a payment intent that the server confirms at once, with a payment method that the browser made.
    ByServer {
        /// Stripe's id of the payment method.
        payment_method: String,
    },
}

impl RequestedPayment {
    pub(super) fn confirmer(&self) -> Option<Confirmer> {
        match self {
            Self::Hosted => None,
            Self::ByClient => Some(Confirmer::Client),
            Self::ByServer { .. } => Some(Confirmer::Server),
        }
    }
}

/// One thing that a buyer asks for.
#[derive(Debug, Clone)]
pub struct RequestedItem {
    /// Its place in the request, for messages.
    pub index: usize,
    /// Its id, a slug.
    pub listing: ListingId,
    /// The offer's id, or its name in any case.
    pub offer: String,
    /// How many; never zero.
    pub quantity: u32,
    /// What the buyer gives for one instead of the price.
    pub donation: Option<String>,
    /// Who comes with its tickets, in their order.
    pub attendees: Vec<Attendee>,
}

/// What a buyer asks for: at least one item and no more than an order has lines.
#[derive(Debug, Clone)]
pub struct RequestedItems(Vec<RequestedItem>);

impl RequestedItems {
    /// These items, none of them of quantity zero.
    ///
    /// # Errors
    /// `invalid_request` at `items` for none, and for too many.
    pub fn new(items: Vec<RequestedItem>) -> Result<Self, Refusal> {
        if items.is_empty() {
            return Err(Refusal::field("items", "At least one item with a quantity is required"));
        }
        if items.len() > MAX_LINES {
            return Err(Refusal::field("items", format!("An order has at most {MAX_LINES} items")));
        }
        Ok(Self(items))
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &RequestedItem> {
        self.0.iter()
    }

    pub(super) fn first(&self) -> &RequestedItem {
        &self.0[0]
    }
}

/// An order that was placed, now or by an earlier call with the same key.
#[derive(Debug, Clone)]
pub struct Placed {
    /// As the table has it.
    pub order: Order,
    /// Whether an earlier call placed it.
    pub repeated: bool,
    /// What the buyer's browser confirms the payment with, while that is for it to do.
    pub client_secret: Option<Secret>,
}
