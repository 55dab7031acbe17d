//! The order: one aggregate, which changes as a whole, from one version to the next.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{
    balance::{Adjustment, Split, SplitFetch},
    booking::Booking,
    buyer_count::BuyerCount,
    claim::Claim,
    hold::Hold,
    line::{Line, StockState},
    payment::Payment,
    refund::Refund,
    review::{Review, Reviewed},
    status::OrderStatus,
    ticket::Ticket,
    trail::Step,
};
use crate::{
    Addressee, AppliedPresale, AppliedPromo, Buyer, Currency, Minor, OrderId, OrderNumber, OrganizationId,
    TaxCalculation, TaxTerms, Totals,
};

/// What one buyer asked for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Order {
    /// The order's id, `ord_...`.
    pub id: OrderId,
    /// What people know it by, unique within its organization. Orders from before there were numbers, and those that were
    /// lost and made anew from what Stripe knows, have none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub number: Option<OrderNumber>,
    /// The organization that sells.
    pub organization: OrganizationId,
    /// The seller's name when ordered, for the receipt.
    #[serde(default)]
    pub seller: String,
    /// Grows by one with each change.
    pub version: u64,
    /// Where it is between placing and its end.
    pub status: OrderStatus,
    /// The currency of its prices and sums.
    pub currency: Currency,
    /// Who buys.
    pub buyer: Buyer,
    /// To whom and where it is sent, if anything of it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub delivery: Option<Addressee>,
    /// 256 random bits in hex that its access token and ticket codes come from. Secret.
    pub seed: String,
    /// What is bought, in the order of the checkout request.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub lines: Vec<Line>,
    /// The promo code that took effect; its uses are counted until the order is released.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub promo: Option<AppliedPromo>,
    /// The presale code that opened its offers; its uses are counted until the order is released.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub presale: Option<AppliedPresale>,
    /// The buyer whose tickets it counts, where a show has a limit for each buyer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub buyer_count: Option<BuyerCount>,
    /// The sums of all lines, and the fees, without tax that comes on top.
    pub totals: Totals,
    /// Tax, which Stripe calculates: on top of the total or in it, as the terms say. Known at once for a payment
    /// intent, and for Stripe's page once the buyer has paid or the money is authorized.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tax: Option<Minor>,
    /// What the organization had said of tax when the order was placed. Its payment was made by that.
    #[serde(default)]
    pub tax_terms: TaxTerms,
    /// The Tax Calculation that a payment intent was made with.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub calculation: Option<TaxCalculation>,
    /// Stripe's account that the money goes to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub destination: Option<String>,
    /// A hash of the network address that it was placed from, while it waits for its payment: by it declines are counted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
    /// What Stripe did for it.
    pub payment: Payment,
    /// What the draws of the lines are counted under.
    pub stock: StockState,
    /// The hold, while there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hold: Option<Hold>,
    /// When a payment under way is looked at next.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fetch_at: Option<Timestamp>,
    /// Who is ending its payment just now.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub claim: Option<Claim>,
    /// The booking, if a slot was bought.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub booking: Option<Booking>,
    /// Its tickets, once paid.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tickets: Vec<Ticket>,
    /// Its refunds, in the order of asking.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub refunds: Vec<Refund>,
    /// How its payments were split at Stripe between seller and platform, where that had to be known.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub splits: Vec<Split>,
    /// Why and when to ask Stripe how a payment was split.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub split_fetch: Option<SplitFetch>,
    /// What is changed of those splits, in the order of deciding.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub adjustments: Vec<Adjustment>,
    /// How many call records it has.
    pub calls: u32,
    /// Why a person must look at it, if one must.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub review: Option<Review>,
    /// What a person decided about its last review.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reviewed: Option<Reviewed>,
    /// Where the buyer goes after paying, if not to our own page.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub success_url: Option<String>,
    /// Where the buyer goes after abandoning the payment, if not to our own page.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cancel_url: Option<String>,
    /// When it was placed.
    pub created_at: Timestamp,
    /// When its goods became the buyer's: with the payment, or when staff accepted it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub paid_at: Option<Timestamp>,
    /// When it was released or refunded in full.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ended_at: Option<Timestamp>,
    /// Its receipt's number, once paid.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub receipt: Option<String>,
    /// When its personal fields went.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub archived_at: Option<Timestamp>,
    /// Who did what, when and by which cause.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub trail: Vec<Step>,
}
