//! Placing the order of a cart.
//!
//! The cart's own idempotency key makes every press of the button, in every tab, the same order.

use std::time::Duration;

use axum::{extract::State, response::Response};
use domain::{Code, Order, OrderStatus, Refusal};
use engine::EngineError;
use web::{
    Answer, Problem, SourceAddress, access,
    checkout::{
        AddressBody, AttendeeBody, BuyerBody, CheckoutBody, DeliveryBody, ItemBody, ModeBody, PaymentBody, Sender,
    },
};

use crate::{
    cart::Cart,
    form::Form,
    order::pay::{self, is_paid_here},
    shop::cart::quantities,
    state::{Pages, TIME},
    typed::Typed,
    visit::Visit,
};

/// How long a press of the button waits for the one before it, and how often it looks.
const PATIENCE: (u32, Duration) = (10, Duration::from_millis(400));

/// Places the order, and leads to where it is paid, or to its page.
pub(crate) async fn checkout(State(pages): State<Pages>, form: Form) -> Answer<Response> {
    let Form { mut visit, typed } = form;
    let cart = visit.session.cart.clone();
    let body = body(&cart, &visit, &typed);
    let SourceAddress(source) = visit.source;
    let engine = pages.engine.within(TIME);
    if let Err(error) = engine.attempt(source).await {
        return Ok(visit.refused("/cart", typed, &error.into()));
    }
    let key = typed.get("key").to_owned();
    // A second press whose first one was answered meanwhile, or a tab that still shows what was bought.
    if let Some(id) = visit.session.ordered_by(&key).cloned() {
        let order = access::order(&pages.store, &visit.caller(&id), &id).await?;
        let to = onwards(&order, visit.element);
        return Ok(visit.go(&to));
    }
    // A tab that was loaded before the cart changed is not to buy what is in it now.
    if cart.is_empty() || key != cart.key {
        return Ok(visit.refused("/cart", typed, &changed()));
    }
    let customer = visit.session.person.as_ref().map(|person| person.subject().to_owned());
    // What is typed into the cart counts as if it had been updated first: it is shown with its price before it is ordered.
    let counts = match quantities(&typed) {
        Ok(counts) => counts,
        Err(refusal) => return Ok(visit.refused("/cart", typed, &refusal.into())),
    };
    if cart.is_changed_by(&counts) {
        visit.session.cart.change(&counts, pages.clock.chance());
        return Ok(visit.done_keeping("/cart", typed, "page-cart-changed"));
    }
    let request = body.parse(Sender { customer, source, key: Some(key) });
    let request = match request {
        Ok(request) => request,
        Err(refusal) => return Ok(visit.refused("/cart", typed, &refusal.into())),
    };
    let mut tries = 0;
    let placed = loop {
        match engine.place(&request, &visit.bases).await {
            Err(error) if is_running(&error) && tries < PATIENCE.0 => {
                tries += 1;
                tokio::time::sleep(PATIENCE.1).await;
            }
            other => break other,
        }
    };
    match placed {
        Ok(placed) => {
            let to = onwards(&placed.order, visit.element);
            visit.session.order(&placed.order.id, &placed.order.access_token());
            Ok(visit.go(&to))
        }
        Err(error) => {
            let problem = Problem::from(error);
            // After an unclear answer the same key resumes the order. After a refusal the next attempt is a new one.
            if !problem.status().is_server_error() && problem.code() != Code::RequestInProgress {
                visit.session.cart.renew(pages.clock.chance());
            }
            Ok(visit.refused("/cart", typed, &problem))
        }
    }
}

fn is_running(error: &EngineError) -> bool {
    matches!(error, EngineError::Refused(refusal) if refusal.code == Code::RequestInProgress)
}

fn changed() -> Problem {
    Refusal::new(
        Code::IllegalState,
        "Your cart has changed since this page was loaded. Nothing was ordered; please look at it again.",
    )
    .into()
}

/// Where the buyer goes next.
fn onwards(order: &Order, element: bool) -> String {
    if element && is_paid_here(order) {
        return pay::path(&order.id);
    }
    let open = order.status == OrderStatus::Pending && order.review.is_none();
    order.payment.checkout_url.clone().filter(|_| open).unwrap_or_else(|| order_path(order))
}

fn order_path(order: &Order) -> String {
    format!("/orders/{}", order.id)
}

/// The request as the API takes it.
fn body(cart: &Cart, visit: &Visit, typed: &Typed) -> CheckoutBody {
    let text = |name: &str| typed.given(name).map(str::to_owned);
    let people = |index: usize, n: u32| AttendeeBody {
        name: typed.get(&format!("attendee.{index}.{n}.name")).to_owned(),
        email: text(&format!("attendee.{index}.{n}.email")),
    };
    let items = cart.lines.iter().enumerate().map(|(index, line)| ItemBody {
        listing: Some(line.listing.to_string()),
        offer: line.offer.to_string(),
        quantity: i64::from(line.quantity),
        donation: line.donation.clone(),
        attendees: attendees((0..line.quantity).map(|n| people(index, n)).collect()),
    });
    CheckoutBody {
        buyer: BuyerBody {
            name: typed.get("name").to_owned(),
            email: typed.get("email").to_owned(),
            phone: text("phone"),
            company: text("company"),
            locale: visit.preferred.map(|language| language.tag().to_owned()),
            time_zone: text("zone").filter(|zone| domain::time_zone("zone", zone).is_ok()),
            address: None,
        },
        listing: None,
        items: items.collect(),
        delivery: delivery(typed),
        promo_code: text("promo_code"),
        presale_code: cart.presale.as_ref().map(ToString::to_string),
        payment: Some(PaymentBody { mode: mode(visit, typed), payment_method: None }),
        success_url: None,
        cancel_url: None,
    }
}

/// Where the buyer pays: on Stripe's page, or on ours if there is one and the form comes from a browser that runs scripts.
fn mode(visit: &Visit, typed: &Typed) -> ModeBody {
    if visit.element && typed.get("pay") == "here" { ModeBody::Intent } else { ModeBody::Hosted }
}

/// People as they were typed, up to the last one with a name or an address.
fn attendees(mut people: Vec<AttendeeBody>) -> Vec<AttendeeBody> {
    let named = |person: &AttendeeBody| !person.name.is_empty() || person.email.is_some();
    let last = people.iter().rposition(named).map_or(0, |last| last + 1);
    people.truncate(last);
    people
}

/// Where it is sent, if the form has it.
fn delivery(typed: &Typed) -> Option<DeliveryBody> {
    typed.below("delivery.").next()?;
    let text = |name: &str| typed.given(&format!("delivery.{name}")).map(str::to_owned);
    let address = AddressBody {
        line1: text("line1"),
        line2: text("line2"),
        city: text("city"),
        state: text("state"),
        postal_code: text("postal_code"),
        country: text("country").unwrap_or_default().to_uppercase(),
    };
    Some(DeliveryBody { name: text("name"), address })
}
