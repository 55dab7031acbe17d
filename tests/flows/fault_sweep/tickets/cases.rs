//! The flows that are broken.

/// A flow, up to the request that is broken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Case {
    /// A buyer takes two kinds of tickets with a promo code and a presale code, comes back until it works, and pays.
    PlaceAndPay,
    /// The same, but the buyer never comes back.
    PlaceAndLeave,
    /// The buyer comes back after Stripe made the page and the answer was lost.
    Resume,
    /// The buyer comes back after Stripe made the page, answered 500, and repeats that for the key.
    ResumeStuckDone,
    /// The buyer comes back after Stripe made no page, answered 500, and repeats that for the key.
    ResumeStuck,
    /// A buyer takes free tickets.
    PlaceFree,
    /// Stripe's webhook sends a payment.
    Webhook,
    /// The buyer comes back from paying, and no webhook has come.
    Success,
    /// Money for an order that has expired, when another buyer has the last tickets.
    LateSoldOut,
    /// Money for an order that has expired, when there are tickets left.
    LateInStock,
    /// The webhook sends a payment by bank, which takes days.
    Processing,
    /// Staff take one of three tickets back.
    RefundItems,
    /// Staff take all back.
    RefundRest,
    /// The sweeper makes a refund that never reached Stripe.
    SweepRefund,
    /// The sweeper finds out that Stripe has made a refund.
    SweepRefundDone,
    /// The same as the first, when Stripe may have forgotten the key.
    SweepOldRefund,
    /// The same as the second, when Stripe may have forgotten the key.
    SweepOldRefundDone,
    /// The sweeper expires an unpaid order.
    ExpireUnpaid,
    /// The sweeper expires an order whose page exists and was never noted.
    ExpireUnknown,
    /// The sweeper finds that an order was paid.
    ExpirePaid,
    /// A show is canceled.
    CancelListing,
    /// The sweeper gives the money of such a show back.
    CancelJob,
    /// The sweeper ends a page of such a show that can be paid and was never noted.
    CancelUnknown,
    /// The sweeper checks a show's stock.
    CheckJob,
    /// The sweeper takes a customer's personal fields away.
    EraseJob,
    /// The notifications of a paid order are seen to.
    Notify,
}
