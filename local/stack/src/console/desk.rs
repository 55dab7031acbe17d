//! The pages for staff: orders, stock, mail, the audit, the clock.

use std::collections::BTreeMap;

use axum::{
    extract::{Path, State},
    response::{IntoResponse, Redirect, Response},
};
use domain::{ListingId, Order, OrderId, OrderStatus, Refusal, has_unheard_expert, order::BookingStatus};
use engine::EngineError;
use http::{Method, StatusCode};
use minijinja::{Value as Context, context};
use serde_json::{Value, json};
use url::form_urlencoded;
use web::{Problem, RawBody};

use super::{
    form::{Typed, new_key},
    frame::{page, refused, shown, text_page},
};
use crate::{endpoints::check_move, options::TokenFields, stack::Stack};

/// Most rows on one page.
const ROWS: usize = 200;

/// What there is on this machine.
pub(super) async fn start(State(stack): State<Stack>) -> Response {
    page(&stack, StatusCode::OK, "start.html", "start", "/console", context! {})
}

/// The order's page in the shop, as its buyer opens it by the link in a mail.
fn order_path(id: &str, token: &str) -> String {
    let query = form_urlencoded::Serializer::new(String::new()).append_pair("token", token).finish();
    format!("/orders/{id}?{query}")
}

/// All orders, the newest first.
pub(super) async fn orders(State(stack): State<Stack>) -> Response {
    let mut all = match audit::everything(stack.engine().store()).await {
        Ok(all) => all.orders,
        Err(error) => return refused(&stack, &Problem::from(EngineError::from(error))),
    };
    all.sort_by(|a, b| (b.created_at, &b.id).cmp(&(a.created_at, &a.id)));
    let count = all.len();
    let rows: Vec<_> = all.iter().take(ROWS).map(row).collect();
    let content = context! { rows, count, shown => count.min(ROWS) };
    page(&stack, StatusCode::OK, "orders.html", "orders", "/console/orders", content)
}

fn row(order: &Order) -> Context {
    let what = order.lines.iter().map(|line| format!("{} × {}", line.quantity, line.name)).collect::<Vec<_>>();
    context! {
        id => order.id.as_str(),
        page => order_path(order.id.as_str(), &order.access_token()),
        placed => shown(order.created_at),
        buyer => order.buyer.name,
        email => order.buyer.email,
        title => order.lines.first().map(|line| line.title.as_str()),
        what => what.join(", "),
        status => order.status.as_str(),
        payment => order.payment_status().as_str(),
        currency => order.currency.code(),
        total => order.currency.format(order.totals.total),
        refunded => Some(order.currency.format(order.refunded())).filter(|_| !order.refunded().is_zero()),
        review => order.review.as_ref().map(|review| review.reason.clone()),
        refundable => order.status == OrderStatus::Paid && !order.is_frozen(),
        booking => order.booking.as_ref().map(|booking| context! {
            status => booking.status.as_str(),
            starts => shown(booking.starts_at),
            expert => booking.expert,
            respond_by => booking.respond_by.map(shown),
            open => order.status == OrderStatus::Authorized && booking.status == BookingStatus::Requested,
        }),
        key => new_key(),
    }
}

/// Gives all of an order back, by the API's own route.
pub(super) async fn refund(
    State(stack): State<Stack>,
    Path(order): Path<String>,
    body: Result<RawBody, Problem>,
) -> Response {
    match give_back(&stack, &order, body).await {
        Ok(page) => Redirect::to(&page).into_response(),
        Err(problem) => refused(&stack, &problem),
    }
}

async fn give_back(stack: &Stack, order: &str, body: Result<RawBody, Problem>) -> Result<String, Problem> {
    let RawBody(body) = body?;
    let order = find(stack, order).await?;
    let staff = TokenFields::of("console", "staff", Some(order.organization.as_str()));
    let path = format!("/v1/orders/{}/refunds", order.id);
    let key = Typed::read(&body).given("key").map(str::to_owned);
    press(stack, &order, &staff, &path, key.as_deref(), Some(&json!({}))).await
}

/// The expert takes a booking.
pub(super) async fn confirm(State(stack): State<Stack>, Path(order): Path<String>) -> Response {
    answer(&stack, &order, "confirm").await
}

/// The expert turns a booking down.
pub(super) async fn decline(State(stack): State<Stack>, Path(order): Path<String>) -> Response {
    answer(&stack, &order, "decline").await
}

/// Answers a booking with a token of the slot's expert, by the API's own route.
async fn answer(stack: &Stack, order: &str, word: &str) -> Response {
    let answered = async {
        let order = find(stack, order).await?;
        let booking = order.booking.as_ref().ok_or_else(|| Refusal::not_found("booking"))?;
        let expert = TokenFields::of(&booking.expert, "expert", Some(order.organization.as_str()));
        press(stack, &order, &expert, &format!("/v1/bookings/{}/{word}", order.id), None, None).await
    };
    match answered.await {
        Ok(page) => Redirect::to(&page).into_response(),
        Err(problem) => refused(stack, &problem),
    }
}

async fn find(stack: &Stack, order: &str) -> Result<Order, Problem> {
    let unknown = || Problem::from(Refusal::not_found("order"));
    let id = OrderId::parse(order.to_owned()).map_err(|_| unknown())?;
    stack.engine().store().order(&id).await.map_err(EngineError::from)?.ok_or_else(unknown)
}

/// Asks the API on behalf of staff or an expert to change an order, and says where the order's page is.
async fn press(
    stack: &Stack,
    order: &Order,
    who: &TokenFields,
    path: &str,
    key: Option<&str>,
    body: Option<&Value>,
) -> Result<String, Problem> {
    let client = stack.client().with_token(stack.token(who));
    let answer = client.send(Method::POST, path, key, body).await;
    if answer.status.is_success() {
        return Ok(order_path(order.id.as_str(), &order.access_token()));
    }
    let detail = answer.body["detail"].as_str().unwrap_or("The API gave no reason");
    Err(Refusal::new(domain::Code::IllegalState, detail).into())
}

/// Whether bookings of a listing are told to its expert, if it has one.
async fn hears_of_bookings(stack: &Stack, id: &str) -> Result<bool, EngineError> {
    let store = stack.engine().store();
    let Ok(id) = ListingId::parse(id) else { return Ok(true) };
    let Some((listing, _)) = store.listing(&id).await? else { return Ok(true) };
    let seller = store.organization(&listing.organization).await?;
    Ok(seller.is_none_or(|seller| !has_unheard_expert(&listing, &seller)))
}

/// All stock: available, held, sold.
pub(super) async fn stock(State(stack): State<Stack>) -> Response {
    let all = match audit::everything(stack.engine().store()).await {
        Ok(all) => all,
        Err(error) => return refused(&stack, &Problem::from(EngineError::from(error))),
    };
    let mut listings: BTreeMap<String, Vec<Context>> = BTreeMap::new();
    for offer in all.offers.iter().filter(|offer| !offer.deleted) {
        let shards = || all.shards.iter().filter(|shard| shard.listing == offer.listing && shard.offer == offer.id);
        let count = shards().count();
        let (available, held, sold) = shards().fold((0_u32, 0_u32, 0_u32), |sum, shard| {
            (sum.0 + shard.available, sum.1 + shard.held, sum.2 + shard.sold)
        });
        listings.entry(offer.listing.to_string()).or_default().push(context! {
            name => offer.name,
            capacity => offer.capacity,
            shards => count,
            available,
            held,
            sold,
        });
    }
    let mut unheard = Vec::new();
    for id in listings.keys() {
        match hears_of_bookings(&stack, id).await {
            Ok(true) => {}
            Ok(false) => unheard.push(id.clone()),
            Err(error) => return refused(&stack, &Problem::from(error)),
        }
    }
    let promos: Vec<_> = all
        .promos
        .iter()
        .map(|promo| {
            let (listing, code) = (promo.listing.as_str(), promo.code.as_str());
            context! { listing, code, percent => promo.percent_off.to_string(), uses => promo.uses, most => promo.max_uses }
        })
        .collect();
    let content = context! { listings, promos, unheard };
    page(&stack, StatusCode::OK, "stock.html", "stock", "/console/stock", content)
}

/// The mail that was sent, the latest first.
pub(super) async fn mail(State(stack): State<Stack>) -> Response {
    let mails = stack.mails();
    let rows: Vec<_> = mails
        .iter()
        .enumerate()
        .rev()
        .take(ROWS)
        .map(|(number, mail)| {
            context! { number, to => mail.to, subject => mail.subject, sent => shown(mail.sent_at) }
        })
        .collect();
    let content = context! { rows, count => mails.len() };
    page(&stack, StatusCode::OK, "mail.html", "mail", "/console/mail", content)
}

/// One mail.
pub(super) async fn message(State(stack): State<Stack>, Path(number): Path<String>) -> Response {
    let mails = stack.mails();
    let Some(mail) = number.parse::<usize>().ok().and_then(|number| mails.get(number)) else {
        return refused(&stack, &Refusal::not_found("mail").into());
    };
    let content = context! { number, mail, sent => shown(mail.sent_at), paragraphs => linked(&mail.text) };
    page(&stack, StatusCode::OK, "message.html", "mail", "/console/mail", content)
}

/// A text in pieces: what is a link, and what stands between links.
fn linked(text: &str) -> Vec<Context> {
    let mut pieces = Vec::new();
    let mut plain = String::new();
    for word in text.split_inclusive(char::is_whitespace) {
        let link = word.trim_end();
        if link.starts_with("http://") || link.starts_with("https://") {
            pieces.push(context! { text => std::mem::take(&mut plain) });
            pieces.push(context! { text => link, link => true });
            plain.push_str(&word[link.len()..]);
        } else {
            plain.push_str(word);
        }
    }
    pieces.push(context! { text => plain });
    pieces
}

/// Checks every invariant.
pub(super) async fn audit(State(stack): State<Stack>) -> Response {
    match stack.audit().await {
        Ok(audit) => page(&stack, StatusCode::OK, "audit.html", "audit", "/console/audit", context! { audit }),
        Err(error) => refused(&stack, &Problem::from(error)),
    }
}

/// Moves the clock, and goes back to where the button was.
pub(super) async fn clock(State(stack): State<Stack>, body: Result<RawBody, Problem>) -> Response {
    let RawBody(body) = match body {
        Ok(body) => body,
        Err(problem) => return refused(&stack, &problem),
    };
    let typed = Typed::read(&body);
    let seconds = typed.get("seconds").parse::<i64>().unwrap_or(-1);
    if let Err(refusal) = check_move(seconds) {
        return refused(&stack, &refusal.into());
    }
    stack.advance(seconds).await;
    Redirect::to(&back(typed.get("back"))).into_response()
}

/// A path of the console; the start page for any other text.
fn back(expected: &str) -> String {
    let own = expected.starts_with('/') && !expected.starts_with("//") && !expected.contains('\\');
    if own && expected.chars().all(|c| c.is_ascii_graphic()) { expected.to_owned() } else { "/".to_owned() }
}

/// Runs the cleanup function.
pub(super) async fn cleanup(State(stack): State<Stack>) -> Response {
    match stack.sweep().await {
        Ok(report) => {
            let text = format!(
                "{} done, {} put off. Looked at: {} orders, {} notifications, {} canceled listings.",
                report.done, report.failed, report.orders, report.notifications, report.cancellations
            );
            text_page(&stack, StatusCode::OK, "Cleanup has run", &text)
        }
        Err(error) => refused(&stack, &Problem::from(error)),
    }
}

#[cfg(test)]
mod tests {
    use super::back;

    #[test]
    fn buttons_lead_back_to_our_own_pages_only() {
        assert_eq!(back("/console/stock"), "/console/stock");
        assert_eq!(back("/orders/o?token=T"), "/orders/o?token=T");
        for foreign in ["https://evil.example", "//evil.example", "/\\evil.example", "", "x", "/a\r\nb"] {
            assert_eq!(back(foreign), "/");
        }
    }
}
