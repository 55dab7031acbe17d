//! One order for each mail, as the table has it.

use domain::{
    Listing, ListingId, NotificationKind, Order, Organization, RefundId,
    notification::{Ahead, CanceledTicket, ChangedTicket, MovedListing, MovedTicket, Reminder},
};
use mail::{Context, Instrument, Language};
use serde_json::{Value, json};

/// All that one mail is made of.
#[derive(Debug, Clone)]
pub(crate) struct Sample {
    pub(crate) name: &'static str,
    pub(crate) notification: NotificationKind,
    pub(crate) order: Order,
    pub(crate) listings: Vec<Listing>,
    pub(crate) organization: Organization,
    pub(crate) instrument: Option<Instrument>,
}

impl Sample {
    pub(crate) fn context(&self) -> Context<'_> {
        Context {
            order: &self.order,
            listings: &self.listings,
            organization: Some(&self.organization),
            pages: "https://shop.example",
            sender: Some("tickets@shop.example"),
            instrument: self.instrument.as_ref(),
            now: "2027-01-15T08:31:00Z".parse().unwrap(),
        }
    }

    /// The same for readers of that language.
    pub(crate) fn in_language(&self, language: Language) -> Self {
        let mut sample = self.clone();
        sample.order.buyer.locale = Some(language.tag().to_owned());
        // What experts read.
        sample.organization.profile.locale = Some(language.tag().to_owned());
        sample
    }
}

pub(crate) fn organization() -> Organization {
    serde_json::from_value(json!({
        "id": "lantern", "name": "Lantern Theatre", "currency": "eur", "stripe_account": "acct_1",
        "platform_fee_per_ticket": 150, "processing_percent": "0.029", "processing_fixed": 30,
        "max_tickets_per_order": 10, "max_order_amount": 1_000_000, "max_donation_per_ticket": 100_000,
        "cancellation": [], "allowed_origins": [],
        "profile": { "contact": { "email": "box@lantern.example" }, "time_zone": "Europe/London" }, "version": 1
    }))
    .unwrap()
}

pub(crate) fn show() -> Value {
    json!({
        "id": "gala", "organization": "lantern", "kind": "show", "title": "Gala", "description": "", "currency": "eur",
        "published": true, "starts_at": "2027-06-12T18:30:00Z", "doors_at": "2027-06-12T17:30:00Z",
        "ends_at": "2027-06-12T21:00:00Z", "venue": "Grand Hall", "timezone": "Europe/Paris", "expert": null,
        "canceled_at": null, "version": 1
    })
}

pub(crate) fn coach() -> Value {
    json!({
        "id": "coach", "organization": "lantern", "kind": "expert", "title": "An hour with Robin", "description": "",
        "currency": "eur", "published": true, "starts_at": null, "doors_at": null, "ends_at": null, "venue": null,
        "timezone": "America/New_York", "expert": "usr_robin", "canceled_at": null, "version": 1
    })
}

/// Two tickets, paid with a card.
pub(crate) fn tickets() -> Value {
    json!({
        "id": "ord_1", "organization": "lantern", "seller": "Lantern Theatre", "version": 2, "status": "paid",
        "currency": "eur", "buyer": { "name": "Ada Lovelace", "email": "ada@example.com", "phone": null, "customer": null },
        "seed": "00".repeat(32),
        "lines": [{
            "id": "l1", "kind": "show", "listing": "gala", "title": "Gala", "offer": "stalls", "name": "Stalls",
            "vip": false, "quantity": 2, "unit_price": 62_500, "discount": 25_000, "total": 100_000,
            "over_at": "2027-06-12T21:00:00Z", "unlimited": true
        }],
        "promo": { "code": "EARLY20", "counted": [] },
        "totals": { "subtotal": 125_000, "discount": 25_000, "platform_fees": 300, "processing_fees": 2_939, "total": 103_239 },
        "payment": { "mode": "hosted", "state": "captured", "charge_id": "ch_1", "captured": 103_239 },
        "stock": "sold",
        "tickets": [
            { "code": "AB2O4I6CDEFGHJKMNPQR", "line": "l1", "status": "valid" },
            { "code": "BB2O4I6CDEFGHJKMNPQR", "line": "l1", "status": "valid" }
        ],
        "calls": 1, "created_at": "2027-01-15T08:30:00Z", "paid_at": "2027-01-15T08:31:00Z",
        "receipt": "RCP-2027-0115-K4Q7ZB2M"
    })
}

pub(crate) fn refund(cause: &str, amount: i64) -> Value {
    json!({
        "id": "ref_1", "amount": amount, "state": "succeeded", "goods": "restocked", "cause": cause,
        "items": [{ "line": "l1", "quantity": 2 }], "created_at": "2027-02-01T08:31:00Z"
    })
}

/// A slot, booked and authorized.
pub(crate) fn slot(booking: Value) -> Value {
    let mut order = merged(
        tickets(),
        json!({
            "lines": [{
                "id": "l1", "kind": "expert", "listing": "coach", "title": "An hour with Robin", "offer": "monday",
                "name": "Monday", "vip": false, "quantity": 1, "unit_price": 8_000, "discount": 0, "total": 8_000,
                "over_at": "2027-03-14T16:00:00Z", "unlimited": true
            }],
            "promo": null, "tickets": [], "status": "authorized", "paid_at": null, "receipt": null,
            "totals": { "subtotal": 8_000, "discount": 0, "platform_fees": 0, "processing_fees": 0, "total": 8_000 },
            "payment": { "mode": "intent", "state": "authorized", "captured": 0 },
        }),
    );
    order["booking"] = merged(
        json!({
            "status": "requested", "starts_at": "2027-03-14T15:00:00Z", "ends_at": "2027-03-14T16:00:00Z",
            "expert": "usr_robin", "respond_by": "2027-03-14T06:30:00Z", "policy": []
        }),
        booking,
    );
    order
}

/// A value with other fields of an object.
pub(crate) fn merged(mut value: Value, other: Value) -> Value {
    let (Some(into), Value::Object(other)) = (value.as_object_mut(), other) else { panic!("objects") };
    into.extend(other);
    value
}

pub(crate) fn card() -> Option<Instrument> {
    Some(Instrument::of("card", Some("visa".to_owned()), Some("4242".to_owned())))
}

/// The same order of a buyer who is elsewhere.
fn in_tokyo(mut order: Value) -> Value {
    order["buyer"]["time_zone"] = json!("Asia/Tokyo");
    order
}

/// The same order, whose second ticket names another person.
fn named(mut order: Value) -> Value {
    order["lines"][0]["attendees"] =
        json!([{ "name": "Ada Lovelace" }, { "name": "Grace Hopper", "email": "grace@example.com" }]);
    order
}

/// A payment page that was left open.
pub(crate) fn open_payment() -> Sample {
    let order = merged(
        tickets(),
        json!({
            "status": "pending", "tickets": [], "paid_at": null, "receipt": null, "stock": "held",
            "created_at": "2027-01-15T08:16:00Z", "hold": { "expires_at": "2027-01-15T08:52:00Z" },
            "payment": { "mode": "hosted", "state": "unpaid", "captured": 0 }
        }),
    );
    let mut order: Order = serde_json::from_value(order).unwrap();
    order.payment.checkout_url = Some("https://checkout.stripe.com/c/pay/cs_test_1".to_owned());
    let mut organization = organization();
    organization.profile.remind_of_open_payment = true;
    Sample {
        name: "payment_open",
        notification: NotificationKind::PaymentOpen,
        order,
        listings: vec![serde_json::from_value(show()).unwrap()],
        organization,
        instrument: None,
    }
}

/// The mails of shows, hours and bookings, by the names of their pictures.
pub(crate) fn usual() -> Vec<Sample> {
    let id = || RefundId::parse("ref_1").unwrap();
    let sample = |name, notification, order: Value, listing: Value, instrument| Sample {
        name,
        notification,
        order: serde_json::from_value(order).unwrap(),
        listings: vec![serde_json::from_value(listing).unwrap()],
        organization: organization(),
        instrument,
    };
    let refunded =
        |cause, amount| merged(tickets(), json!({ "status": "refunded", "refunds": [refund(cause, amount)] }));
    let canceled = |reason: Value| {
        merged(show(), json!({ "canceled_at": "2027-02-01T08:30:00Z", "cancel_reason": reason, "version": 2 }))
    };
    let free = json!({
        "totals": { "subtotal": 0, "discount": 0, "platform_fees": 0, "processing_fees": 0, "total": 0 },
        "payment": { "mode": "free", "state": "unpaid", "captured": 0 }
    });
    let confirmed = json!({
        "status": "paid", "paid_at": "2027-01-15T08:31:00Z",
        "payment": { "mode": "intent", "state": "captured", "captured": 8_000, "charge_id": "ch_1" }
    });
    let over = |status: &str, fields: Value| slot(merged(json!({ "status": status }), fields));
    let back = merged(refund("cancellation", 4_000), json!({ "items": [] }));
    let all_back = merged(refund("cancellation", 8_000), json!({ "items": [] }));
    let bank = Some(Instrument::of("us_bank_account", None, Some("6789".to_owned())));
    vec![
        sample("confirmed", NotificationKind::Confirmation, tickets(), show(), None),
        sample(
            "confirmed_hours",
            NotificationKind::Confirmation,
            merged(
                tickets(),
                json!({ "promo": null, "tickets": [], "lines": [{
                    "id": "l1", "kind": "package", "listing": "lessons", "title": "Lessons", "offer": "ten", "name": "Ten",
                    "vip": false, "quantity": 1, "unit_price": 103_239, "discount": 0, "total": 103_239, "unlimited": true,
                    "hours": "10.5"
                }], "totals": { "subtotal": 103_239, "discount": 0, "platform_fees": 0, "processing_fees": 0,
                    "total": 103_239 } }),
            ),
            merged(show(), json!({ "id": "lessons", "kind": "package", "starts_at": null, "venue": null })),
            None,
        ),
        sample("refund_card", NotificationKind::Refund(id()), refunded("staff", 103_239), show(), card()),
        sample("refund_bank", NotificationKind::Refund(id()), refunded("staff", 103_239), show(), bank.clone()),
        sample("refund_nothing", NotificationKind::Refund(id()), refunded("staff", 0), show(), None),
        sample("refund_failed", NotificationKind::RefundFailed(id()), refunded("staff", 103_239), show(), bank),
        sample(
            "listing_canceled",
            NotificationKind::ListingCanceled(id()),
            refunded("listing_canceled", 103_239),
            canceled(json!("The hall's roof leaks.")),
            card(),
        ),
        sample(
            "listing_canceled_free",
            NotificationKind::ListingCanceled(id()),
            merged(refunded("listing_canceled", 0), free.clone()),
            canceled(Value::Null),
            None,
        ),
        sample("resend", NotificationKind::Resend(1), tickets(), show(), None),
        sample(
            "moved",
            NotificationKind::Moved(MovedListing {
                listing: ListingId::parse("gala").unwrap(),
                version: 2,
                // Before the clocks went forward.
                starts_at: Some("2027-03-12T19:30:00Z".parse().unwrap()),
                venue: Some("Small Hall".to_owned()),
            }),
            tickets(),
            merged(show(), json!({ "version": 2, "refund_until": "2027-03-01T22:59:00Z" })),
            None,
        ),
        sample(
            "moved_place_only",
            NotificationKind::Moved(MovedListing {
                listing: ListingId::parse("gala").unwrap(),
                version: 2,
                starts_at: Some("2027-06-12T18:30:00Z".parse().unwrap()),
                venue: None,
            }),
            tickets(),
            merged(show(), json!({ "version": 2 })),
            None,
        ),
        sample(
            "reminder",
            NotificationKind::Reminder(Reminder {
                listing: ListingId::parse("gala").unwrap(),
                ahead: Ahead::Day,
                starts_at: "2027-06-12T18:30:00Z".parse().unwrap(),
            }),
            tickets(),
            show(),
            None,
        ),
        sample("ticket", NotificationKind::Ticket(1), named(tickets()), show(), None),
        sample(
            "ticket_changed",
            NotificationKind::TicketChanged(ChangedTicket { place: 1, change: 1 }),
            {
                let mut order = tickets();
                order["tickets"][1]["attendee"] = json!({ "name": "Alan Turing", "email": "alan@example.com" });
                order["tickets"][1]["attendee_changes"] = json!(1);
                order
            },
            show(),
            None,
        ),
        sample(
            "ticket_moved",
            NotificationKind::TicketMoved(MovedTicket {
                place: 1,
                moved: MovedListing {
                    listing: ListingId::parse("gala").unwrap(),
                    version: 2,
                    starts_at: Some("2027-03-12T19:30:00Z".parse().unwrap()),
                    venue: Some("Small Hall".to_owned()),
                },
            }),
            named(tickets()),
            merged(show(), json!({ "version": 2, "refund_until": "2027-03-01T22:59:00Z" })),
            None,
        ),
        sample(
            "ticket_canceled",
            NotificationKind::TicketCanceled(CanceledTicket { place: 1, refund: id() }),
            named(refunded("listing_canceled", 103_239)),
            canceled(json!("The hall's roof leaks.")),
            card(),
        ),
        sample(
            "ticket_canceled_free",
            NotificationKind::TicketCanceled(CanceledTicket { place: 1, refund: id() }),
            named(merged(refunded("listing_canceled", 0), free)),
            canceled(Value::Null),
            None,
        ),
        open_payment(),
        sample("late", NotificationKind::Apology, refunded("late_payment", 103_239), show(), card()),
        sample(
            "failed",
            NotificationKind::PaymentFailed,
            merged(tickets(), json!({ "status": "failed", "tickets": [], "paid_at": null, "receipt": null })),
            show(),
            None,
        ),
        sample("booking_requested", NotificationKind::BookingRequested, slot(json!({})), coach(), None),
        sample(
            "booking_requested_elsewhere",
            NotificationKind::BookingRequested,
            in_tokyo(slot(json!({}))),
            coach(),
            None,
        ),
        sample(
            "booking_confirmed",
            NotificationKind::Confirmation,
            merged(slot(json!({ "status": "confirmed" })), confirmed.clone()),
            coach(),
            None,
        ),
        sample(
            "booking_reminder",
            NotificationKind::BookingReminder(Ahead::Hours),
            merged(slot(json!({ "status": "confirmed" })), confirmed.clone()),
            coach(),
            None,
        ),
        sample("expert_requested", NotificationKind::ExpertRequested, slot(json!({})), coach(), None),
        sample(
            "expert_canceled",
            NotificationKind::ExpertCanceled,
            merged(over("canceled", json!({ "canceled_by": "buyer", "refund_percent": 50 })), confirmed.clone()),
            coach(),
            None,
        ),
        sample(
            "expert_reminder",
            NotificationKind::ExpertReminder,
            merged(slot(json!({ "status": "confirmed" })), confirmed.clone()),
            coach(),
            None,
        ),
        sample("booking_declined", NotificationKind::BookingOver, over("declined", json!({})), coach(), None),
        sample("booking_timed_out", NotificationKind::BookingOver, over("timed_out", json!({})), coach(), None),
        sample(
            "booking_canceled_by_buyer",
            NotificationKind::BookingOver,
            merged(
                merged(over("canceled", json!({ "canceled_by": "buyer", "refund_percent": 50 })), confirmed.clone()),
                json!({ "refunds": [back] }),
            ),
            coach(),
            card(),
        ),
        sample(
            "booking_canceled_by_expert",
            NotificationKind::BookingOver,
            in_tokyo(merged(
                merged(over("canceled", json!({ "canceled_by": "expert", "refund_percent": 100 })), confirmed),
                json!({ "refunds": [all_back] }),
            )),
            coach(),
            card(),
        ),
    ]
}
