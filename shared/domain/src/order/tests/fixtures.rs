//! Orders to try things on, priced and placed as the engine does it.

use jiff::{SignedDuration, Timestamp};
use rust_decimal::Decimal;

use crate::{
    Actor,
    order::{BookingStatus, Confirmer, Draw, Order, OrderStatus, Placing},
};
use crate::{
    Authorization, Buyer, Capture, Currency, Decline, DisputeSeen, DisputeState, Fact, Kind, Listing, ListingId, Minor,
    Offer, OfferId, OrderId, Organization, OrganizationId, Promo, PromoCode, RefundId, RefundSeen, RefundState, Source,
    SplitSeen, TaxBehavior, TaxTerms,
    catalog::{CancellationTier, all_modes},
    organization::Contact,
    pricing::{RequestedLine, price},
};

/// One line to order.
#[derive(Debug, Clone)]
pub(super) struct Want {
    pub(super) kind: Kind,
    pub(super) quantity: u32,
    pub(super) price: i64,
    pub(super) donation: Option<i64>,
    pub(super) unlimited: bool,
    pub(super) shards: u16,
    pub(super) over_after: Option<SignedDuration>,
    /// When a slot begins.
    pub(super) starts_after: Option<SignedDuration>,
}

/// How an order is placed, and with whom.
#[derive(Debug, Clone)]
pub(super) struct Terms {
    pub(super) percent_off: u32,
    pub(super) intent: Option<Confirmer>,
    pub(super) currency: &'static str,
    pub(super) policy: Vec<CancellationTier>,
    pub(super) tax: TaxTerms,
}

/// Paid on Stripe's page, in dollars; slots by the default policy.
pub(super) fn terms() -> Terms {
    Terms {
        percent_off: 0,
        intent: None,
        currency: "usd",
        policy: tiers(&[(24, 100), (2, 50)]),
        tax: TaxTerms::default(),
    }
}

pub(super) fn tiers(tiers: &[(u32, u8)]) -> Vec<CancellationTier> {
    let tier = |(from_hours_before, percent): &(u32, u8)| CancellationTier {
        from_hours_before: *from_hours_before,
        percent: *percent,
    };
    tiers.iter().map(tier).collect()
}

/// Tickets at a price, of one shard, to a show without a date.
pub(super) fn tickets(quantity: u32, price: i64) -> Want {
    Want {
        kind: Kind::Show,
        quantity,
        price,
        donation: None,
        unlimited: false,
        shards: 1,
        over_after: None,
        starts_after: None,
    }
}

/// Units of a product.
pub(super) fn items(quantity: u32, price: i64) -> Want {
    Want { kind: Kind::Product, ..tickets(quantity, price) }
}

/// An expert's slot of an hour, that begins so long after the placing.
pub(super) fn slot(price: i64, starts_after: SignedDuration) -> Want {
    Want { kind: Kind::Expert, starts_after: Some(starts_after), ..tickets(1, price) }
}

/// When everything is placed.
pub(super) fn start() -> Timestamp {
    Timestamp::from_second(1_800_000_000).expect("a time")
}

/// So many seconds after the placing.
pub(super) fn after(seconds: i64) -> Timestamp {
    start() + SignedDuration::from_secs(seconds)
}

pub(super) fn refund_id(text: &str) -> RefundId {
    RefundId::parse(text).expect("an id")
}

fn organization(terms: &Terms) -> Organization {
    Organization {
        id: OrganizationId::parse("box-office").expect("an id"),
        name: "Box Office".to_owned(),
        currency: Currency::parse(terms.currency).expect("a currency"),
        stripe_account: Some("acct_1".to_owned()),
        platform_fee_per_ticket: Minor(150),
        processing_percent: Decimal::new(29, 3),
        processing_fixed: Minor(30),
        max_tickets_per_order: 10,
        max_order_amount: Minor(500_000),
        max_donation_per_ticket: Minor(100_000),
        cancellation: terms.policy.clone(),
        allowed_origins: Vec::new(),
        profile: crate::organization::Profile::default(),
        tax: terms.tax,
        payment_modes: all_modes(),
        version: 1,
    }
}

pub(super) fn listing(n: usize, want: &Want, currency: Currency) -> Listing {
    Listing {
        id: ListingId::parse(format!("listing-{n}")).expect("an id"),
        organization: OrganizationId::parse("box-office").expect("an id"),
        kind: want.kind,
        title: format!("Listing {n}"),
        description: String::new(),
        currency,
        published: true,
        starts_at: None,
        doors_at: None,
        ends_at: want.over_after.map(|after| start() + after),
        venue: None,
        timezone: None,
        contact: Contact::default(),
        logo_url: None,
        locale: None,
        expert: (want.kind == Kind::Expert).then(|| "expert-1".to_owned()),
        payment_modes: None,
        canceled_at: None,
        cancel_reason: None,
        refund_until: None,
        delivery: crate::DeliveryMode::None,
        attendees_until: None,
        transferable: crate::Transferable::Off,
        max_tickets_per_buyer: None,
        version: 1,
    }
}

pub(super) fn offer(n: usize, want: &Want) -> Offer {
    Offer {
        id: OfferId::parse(format!("offer-{n}")).expect("an id"),
        listing: ListingId::parse(format!("listing-{n}")).expect("an id"),
        name: format!("Offer {n}"),
        price: Minor(want.price),
        capacity: (!want.unlimited).then_some(100),
        shards: want.shards,
        donation: want.donation.is_some(),
        vip: false,
        // What they are good for only a package's line says.
        hours: Some(Decimal::from(5)),
        starts_at: want.starts_after.map(|after| start() + after),
        ends_at: want.starts_after.map(|after| start() + after + SignedDuration::from_hours(1)),
        expert: None,
        attendees: crate::catalog::Attendees::default(),
        min_per_order: None,
        max_per_order: None,
        opens_at: None,
        closes_at: None,
        presale: crate::PresaleMode::None,
        deleted: false,
        version: 1,
    }
}

/// Places an order at [`start`], to be paid on Stripe's page; a free one is settled.
pub(super) fn place(wants: &[Want], percent_off: u32) -> Order {
    place_by(wants, &Terms { percent_off, ..terms() })
}

/// Prices that contain their tax.
pub(super) fn inclusive() -> TaxTerms {
    TaxTerms { behavior: TaxBehavior::Inclusive, ..TaxTerms::default() }
}

/// No tax at all.
pub(super) fn untaxed() -> TaxTerms {
    TaxTerms { automatic: false, ..TaxTerms::default() }
}

/// Places an order that is paid with a payment intent.
pub(super) fn by_intent(wants: &[Want], confirmer: Confirmer) -> Order {
    place_by(wants, &Terms { intent: Some(confirmer), ..terms() })
}

/// Asks for a slot of 100.00 that begins so many hours after the placing.
pub(super) fn booking(hours: i64) -> Order {
    by_intent(&[slot(10_000, SignedDuration::from_hours(hours))], Confirmer::Client)
}

/// Places an order at [`start`]; a free one is settled. Its draws go round the shards, unit by unit.
pub(super) fn place_by(wants: &[Want], terms: &Terms) -> Order {
    let Terms { percent_off, intent, .. } = *terms;
    let organization = organization(terms);
    let currency = organization.currency;
    let listings: Vec<Listing> = wants.iter().enumerate().map(|(n, want)| listing(n, want, currency)).collect();
    let offers: Vec<Offer> = wants.iter().enumerate().map(|(n, want)| offer(n, want)).collect();
    let donations: Vec<Option<String>> =
        wants.iter().map(|want| want.donation.map(|extra| currency.format(Minor(want.price + extra)))).collect();
    let requested_lines: Vec<RequestedLine<'_>> = (0..wants.len())
        .map(|n| RequestedLine {
            index: n,
            listing: &listings[n],
            offer: &offers[n],
            quantity: wants[n].quantity,
            donation: donations[n].as_deref(),
            presale: None,
        })
        .collect();
    let code = PromoCode::parse("SAVE").expect("a code");
    let promos: Vec<Promo> = listings
        .iter()
        .map(|listing| Promo {
            code: code.clone(),
            listing: listing.id.clone(),
            percent_off: Decimal::new(i64::from(percent_off), 2),
            max_uses: Some(5),
            valid_from: None,
            valid_until: None,
            uses: 0,
        })
        .collect();
    let quote = if percent_off == 0 {
        price(&organization, &requested_lines, None, &[], Minor(1), start())
    } else {
        price(&organization, &requested_lines, Some(&code), &promos, Minor(1), start())
    };
    let placing = Placing {
        id: OrderId::parse("ord_1").expect("an id"),
        seed: "5eed".to_owned(),
        organization: &organization,
        buyer: Buyer::parse("Ada Lovelace", "ada@example.com", None, None).expect("a buyer"),
        requested_lines: &requested_lines,
        quote: quote.expect("a price"),
        intent,
        success_url: None,
        cancel_url: None,
    };
    let mut order = placing.order(start());
    for (line, want) in order.lines.iter_mut().zip(wants).filter(|(line, _)| !line.unlimited) {
        for unit in 0..line.quantity {
            let shard = u16::try_from(unit).expect("few") % want.shards;
            match line.draws.iter_mut().find(|draw| draw.shard == shard) {
                Some(draw) => draw.quantity += 1,
                None => line.draws.push(Draw { shard, quantity: 1 }),
            }
        }
    }
    if order.totals.total.is_zero() { order.settle_free(start()) } else { order }
}

/// The money of a payment intent arrives, as a fetched session shows it.
pub(super) fn capture(order: &Order, intent: &str) -> Capture {
    Capture {
        payment_intent: intent.to_owned(),
        charge: Some(format!("ch_{intent}")),
        session: Some("cs_1".to_owned()),
        amount: order.totals.total,
        tax: Some(Minor::ZERO),
        currency: order.currency,
    }
}

/// The fact of that, for `pi_1`.
pub(super) fn captured(order: &Order) -> Fact {
    Fact::Captured(capture(order, "pi_1"))
}

/// The order's money is authorized, as a fetched intent shows it.
pub(super) fn authorization(order: &Order) -> Authorization {
    Authorization {
        payment_intent: "pi_1".to_owned(),
        charge: Some("ch_pi_1".to_owned()),
        amount: order.totals.total,
        tax: None,
        currency: order.currency,
        capture_before: Some(start() + SignedDuration::from_hours(7 * 24)),
    }
}

pub(super) fn decline(at: Timestamp) -> Decline {
    Decline { code: "card_declined".to_owned(), message: "Your card was declined.".to_owned(), card: None, at }
}

/// One of our refunds, as Stripe shows it.
pub(super) fn seen(order: &Order, id: &str, state: RefundState) -> Fact {
    let refund = order.refund(&refund_id(id)).expect("a refund");
    Fact::Refund(RefundSeen {
        stripe_id: format!("re_{id}"),
        refund_id: Some(refund.id.clone()),
        payment_intent: refund.payment_intent.clone().expect("a payment"),
        amount: refund.amount,
        state,
        failure: None,
        source: Source::Fetched,
    })
}

/// A refund made by hand in Stripe's dashboard.
pub(super) fn by_hand(stripe_id: &str, intent: &str, amount: Minor, state: RefundState) -> Fact {
    Fact::Refund(RefundSeen {
        stripe_id: stripe_id.to_owned(),
        refund_id: None,
        payment_intent: intent.to_owned(),
        amount,
        state,
        failure: None,
        source: Source::Event { created: start() },
    })
}

pub(super) fn dispute(id: &str, amount: Minor, state: DisputeState) -> Fact {
    dispute_at(id, amount, state, start())
}

/// The same, as Stripe shows it at that time.
pub(super) fn dispute_at(id: &str, amount: Minor, state: DisputeState, at: Timestamp) -> Fact {
    Fact::Dispute(DisputeSeen {
        stripe_id: id.to_owned(),
        payment_intent: "pi_1".to_owned(),
        amount,
        state,
        word: word(state).to_owned(),
        taken: false,
        due_by: None,
        seen_at: at,
    })
}

/// Stripe's word for where a dispute stands.
pub(super) fn word(state: DisputeState) -> &'static str {
    match state {
        DisputeState::Open => "needs_response",
        DisputeState::Inquiry => "warning_needs_response",
        DisputeState::Won => "won",
        DisputeState::Lost => "lost",
        DisputeState::Prevented => "prevented",
    }
}

/// What Stripe made of a payment of `captured` with that fee.
pub(super) fn split_of(intent: &str, captured: Minor, fee: Minor, seen_at: Timestamp) -> SplitSeen {
    SplitSeen {
        payment_intent: intent.to_owned(),
        charge: format!("ch_{intent}"),
        captured,
        transfer: Some(format!("tr_{intent}")),
        transferred: captured,
        application_fee: (fee > Minor::ZERO).then(|| format!("fee_{intent}")),
        fee,
        reversed: Minor::ZERO,
        fee_refunded: Minor::ZERO,
        seen_at,
    }
}

/// The order, paid.
pub(super) fn paid(order: &Order) -> Order {
    let order =
        crate::order::decide(order, &captured(order), crate::order::Supply::Untried, after(60)).expect("paid").order;
    assert_eq!(order.status, OrderStatus::Paid);
    order
}

/// The order, with its money authorized a minute after the placing.
pub(super) fn authorized(order: &Order) -> Order {
    let fact = Fact::Authorized(authorization(order));
    let order = crate::order::decide(order, &fact, crate::order::Supply::Untried, after(60)).expect("authorized").order;
    assert_eq!(order.status, OrderStatus::Authorized);
    order
}

/// The booking, confirmed and paid.
pub(super) fn confirmed(order: &Order) -> Order {
    let claimed = crate::order::confirm_booking(&authorized(order), &Actor::person("expert-1"), after(70))
        .expect("claimed")
        .order;
    let order = paid(&claimed);
    assert_eq!(status(&order), BookingStatus::Confirmed);
    order
}

/// Where the order's booking stands.
pub(super) fn status(order: &Order) -> BookingStatus {
    order.booking.as_ref().expect("a booking").status
}
