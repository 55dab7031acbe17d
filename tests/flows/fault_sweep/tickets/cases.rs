//! The flows that are broken.

/// A flow, up to the request that is broken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Case {
    /// Somebody buys two kinds of tickets with a promo code, comes back until it works, and pays.
    PlaceAndPay,
    /// The same, but whoever it was never comes back.
    PlaceAndLeave,
    /// The buyer comes back after Stripe made the page and the answer was lost.
    Resume,
    /// The buyer comes back after Stripe made the page, said 500, and repeats that for the key.
    ResumeStuckDone,
    /// The buyer comes back after Stripe made no page, said 500, and repeats that for the key.
    ResumeStuck,
    /// Somebody takes free tickets.
    PlaceFree,
    /// Stripe's webhook tells of a payment.
    Webhook,
    /// The buyer comes back from paying, and no webhook has come.
    Success,
    /// Money for an order that has expired, when somebody else has bought the last tickets.
    LateSoldOut,
    /// Money for an order that has expired, when there are tickets left.
    LateInStock,
    /// The webhook tells of a payment by bank, which takes days.
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
    /// The sweeper lets an unpaid order go.
    ExpireUnpaid,
    /// The sweeper lets an order go whose page exists and was never noted.
    ExpireUnknown,
    /// The sweeper finds that an order was paid.
    ExpirePaid,
    /// A show is called off.
    CallOff,
    /// The sweeper gives the money of such a show back.
    CallOffJob,
    /// The sweeper ends a page of such a show that can be paid and was never noted.
    CallOffUnknown,
    /// The sweeper checks a show's stock.
    CheckJob,
    /// The sweeper takes a customer's personal fields away.
    EraseJob,
    /// The notifications of a paid order are seen to.
    Notify,
}
