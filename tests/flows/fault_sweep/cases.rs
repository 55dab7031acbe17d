//! The flows that are broken.

/// A flow, up to the request that is broken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Case {
    /// Somebody buys two kinds of tickets with a promo code, comes back until it works, and pays.
    PlaceAndPay,
    /// The same, but whoever it was never comes back.
    PlaceAndLeave,
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
    /// The sweeper lets an unpaid order go.
    ExpireUnpaid,
    /// The sweeper finds that an order was paid.
    ExpirePaid,
    /// A show is called off.
    CallOff,
    /// The sweeper gives the money of such a show back.
    CallOffJob,
}
