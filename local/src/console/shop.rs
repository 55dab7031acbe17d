//! What buyers see.

use std::collections::{BTreeMap, HashMap};

use axum::{
    extract::{Path, Query, State},
    response::{IntoResponse, Redirect, Response},
};
use domain::{Code, ListingId, OrderId, Refusal};
use engine::EngineError;
use futures::future::join_all;
use http::{Method, StatusCode};
use jiff::Timestamp;
use minijinja::{Value as Context, context};
use serde::Serialize;
use serde_json::{Value, json};
use url::form_urlencoded;
use uuid::Uuid;
use web::{Problem, RawBody, SourceAddress, views::RefundView};

use super::{notice, page, refused};
use crate::{gateway::Answered, stack::Stack};

/// From how many on there is no need to hurry.
const PLENTY: u64 = 20;

/// The start page.
pub(super) async fn start(State(stack): State<Stack>) -> Response {
    let client = stack.client();
    let listed = client.get("/v1/listings").await;
    let listed = listed.body["listings"].as_array().cloned().unwrap_or_default();
    let ids = listed.iter().filter_map(|listing| listing["id"].as_str());
    let paths: Vec<_> = ids.map(|id| format!("/v1/listings/{id}")).collect();
    let shows = join_all(paths.iter().map(|path| client.get(path))).await;
    let now = stack.clock().now();
    let mut shows: Vec<_> = shows.into_iter().filter(|show| show.status.is_success()).map(|show| show.body).collect();
    shows.sort_by(|a, b| a["starts_at"].as_str().cmp(&b["starts_at"].as_str()));
    let shows: Vec<_> = shows.iter().map(|show| context! { show, standing => standing(show, now) }).collect();
    page(&stack, StatusCode::OK, "start.html", "shop", "/", context! { shows })
}

/// Whether a show can be bought, in a word.
fn standing(show: &Value, now: Timestamp) -> &'static str {
    let over = show["ends_at"].as_str().or_else(|| show["starts_at"].as_str());
    let over = over.and_then(|at| at.parse::<Timestamp>().ok()).is_some_and(|at| at <= now);
    let offers = show["offers"].as_array().cloned().unwrap_or_default();
    let left = offers.iter().any(|offer| offer["available"].as_u64() != Some(0));
    match () {
        () if !show["canceled_at"].is_null() => "canceled",
        () if over => "over",
        () if !left => "sold out",
        () => "open",
    }
}

/// What somebody typed into the form of a show.
#[derive(Debug, Default, Serialize)]
struct Typed {
    fields: BTreeMap<String, String>,
}

impl Typed {
    fn read(body: &[u8]) -> Self {
        Self { fields: form_urlencoded::parse(body).into_owned().collect() }
    }

    fn get(&self, name: &str) -> &str {
        self.fields.get(name).map_or("", |text| text.trim())
    }
}

/// What was wrong with it.
#[derive(Debug, Default)]
struct Wrong {
    status: StatusCode,
    detail: String,
    fields: HashMap<String, String>,
}

impl Wrong {
    fn of(answer: &Answered) -> Self {
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let fields = answer.body["errors"].as_array().into_iter().flatten();
        let mut detail = text(&answer.body["detail"]);
        if detail.is_empty() {
            detail = format!("The API answered {}", answer.status);
        }
        Self {
            status: answer.status,
            detail,
            fields: fields.map(|error| (text(&error["field"]), text(&error["message"]))).collect(),
        }
    }

    fn at(&self, field: &str) -> Option<&str> {
        self.fields.get(field).map(String::as_str)
    }
}

/// The page of one show.
pub(super) async fn show(State(stack): State<Stack>, Path(listing): Path<String>) -> Response {
    form(&stack, &listing, &Typed::default(), None, &new_key()).await
}

fn new_key() -> String {
    Uuid::new_v4().to_string()
}

async fn read_show(stack: &Stack, listing: &str) -> Result<Value, Problem> {
    let listing = ListingId::parse(listing.to_owned()).map_err(|_| Refusal::not_found("show"))?;
    let answer = stack.client().get(&format!("/v1/listings/{listing}")).await;
    match answer.status {
        StatusCode::OK => Ok(answer.body),
        StatusCode::NOT_FOUND => Err(Refusal::not_found("show").into()),
        _ => Err(Problem::new(Code::StoreUnavailable, "The show cannot be read at the moment")),
    }
}

async fn form(stack: &Stack, listing: &str, typed: &Typed, wrong: Option<&Wrong>, key: &str) -> Response {
    let show = match read_show(stack, listing).await {
        Ok(show) => show,
        Err(problem) => return refused(stack, &problem),
    };
    let offers = show["offers"].as_array().cloned().unwrap_or_default();
    let offers: Vec<Context> = offers
        .iter()
        .enumerate()
        .map(|(index, offer)| {
            let id = offer["id"].as_str().unwrap_or_default();
            let left = offer["available"].as_u64();
            let at = |field: &str| wrong.and_then(|wrong| wrong.at(&format!("items[{index}].{field}")));
            context! {
                offer,
                left,
                few => left.is_some_and(|left| left < PLENTY),
                gone => left == Some(0),
                quantity => typed.get(&format!("quantity.{id}")),
                donation => typed.get(&format!("donation.{id}")),
                wrong => at("quantity").or_else(|| at("donation")).or_else(|| at("offer")),
            }
        })
        .collect();
    let fields = ["name", "email", "phone"].map(|name| {
        let wrong = wrong.and_then(|wrong| wrong.at(&format!("buyer.{name}")));
        (name, context! { value => typed.get(name), wrong })
    });
    let content = context! {
        standing => standing(&show, stack.clock().now()),
        show,
        offers,
        buyer => BTreeMap::from(fields),
        promo_code => typed.get("promo_code"),
        promo_wrong => wrong.and_then(|wrong| wrong.at("promo_code")),
        problem => wrong.map(|wrong| wrong.detail.as_str()),
        key,
    };
    let status = wrong.map_or(StatusCode::OK, |wrong| wrong.status);
    page(stack, status, "show.html", "shop", &format!("/shows/{listing}"), content)
}

/// Buys, by the API's own route, and leads on to Stripe's page.
pub(super) async fn buy(
    State(stack): State<Stack>,
    Path(listing): Path<String>,
    source: SourceAddress,
    body: Result<RawBody, Problem>,
) -> Response {
    let typed = match body {
        Ok(RawBody(body)) => Typed::read(&body),
        Err(problem) => return refused(&stack, &problem),
    };
    let show = match read_show(&stack, &listing).await {
        Ok(show) => show,
        Err(problem) => return refused(&stack, &problem),
    };
    let given = typed.get("key").to_owned();
    let key = if given.is_empty() { new_key() } else { given };
    let order = match order_of(&show, &typed) {
        Ok(order) => order,
        Err(wrong) => return form(&stack, &listing, &typed, Some(&wrong), &key).await,
    };
    let client = stack.client().with_source(source);
    let answer = client.send(Method::POST, "/v1/checkout", Some(&key), Some(&order)).await;
    if answer.status == StatusCode::CREATED {
        let token = answer.body["access_token"].as_str().unwrap_or_default();
        let id = answer.body["order"]["id"].as_str().unwrap_or_default();
        return match answer.body["checkout_url"].as_str() {
            Some(url) => Redirect::to(url).into_response(),
            None => Redirect::to(&order_path(id, token)).into_response(),
        };
    }
    let wrong = Wrong::of(&answer);
    // After an unclear end the same key finds what was begun. After a refusal the next try is a new one.
    let again = wrong.status.is_server_error() || wrong.status == StatusCode::CONFLICT;
    let next = if again { key } else { new_key() };
    form(&stack, &listing, &typed, Some(&wrong), &next).await
}

/// The order's page.
pub(super) fn order_path(id: &str, token: &str) -> String {
    let query: String = form_urlencoded::Serializer::new(String::new()).append_pair("token", token).finish();
    format!("/orders/{id}?{query}")
}

/// The body of `POST /v1/checkout` for what was typed. All offers stand in it in their order, so that a refusal's
/// `items[n]` is the nth offer of the page.
fn order_of(show: &Value, typed: &Typed) -> Result<Value, Wrong> {
    let mut wrong = Wrong { status: StatusCode::BAD_REQUEST, ..Wrong::default() };
    let mut items = Vec::new();
    for (index, offer) in show["offers"].as_array().into_iter().flatten().enumerate() {
        let id = offer["id"].as_str().unwrap_or_default();
        let quantity = match typed.get(&format!("quantity.{id}")) {
            "" => 0,
            text => text.parse::<i64>().unwrap_or_else(|_| {
                wrong.fields.insert(format!("items[{index}].quantity"), "Must be a whole number".to_owned());
                0
            }),
        };
        let donation = Some(typed.get(&format!("donation.{id}"))).filter(|text| !text.is_empty() && quantity > 0);
        items.push(json!({ "offer": id, "quantity": quantity, "donation": donation }));
    }
    if !wrong.fields.is_empty() {
        wrong.detail = "A number of tickets is not a number".to_owned();
        return Err(wrong);
    }
    let given = |name: &str| Some(typed.get(name).to_owned()).filter(|text| !text.is_empty());
    Ok(json!({
        "buyer": { "name": typed.get("name"), "email": typed.get("email"), "phone": given("phone") },
        "listing": show["id"],
        "items": items,
        "promo_code": given("promo_code"),
        "payment": { "mode": "hosted" },
    }))
}

/// The page of one order, for whoever has its token.
pub(super) async fn order(
    State(stack): State<Stack>,
    Path(order): Path<String>,
    Query(query): Query<HashMap<String, String>>,
) -> Response {
    let token = query.get("token").map(String::as_str).unwrap_or_default();
    match read_order(&stack, &order, token).await {
        Ok(content) => page(&stack, StatusCode::OK, "order.html", "shop", &order_path(&order, token), content),
        Err(problem) if problem.status() == StatusCode::NOT_FOUND => refused(&stack, &problem),
        Err(problem) => notice(&stack, problem.status(), "This order cannot be opened", problem.detail()),
    }
}

async fn read_order(stack: &Stack, id: &str, token: &str) -> Result<Context, Problem> {
    let unknown = || Problem::from(Refusal::not_found("order"));
    let id = OrderId::parse(id.to_owned()).map_err(|_| unknown())?;
    // The API decides who may see it.
    let answer = stack.client().get(&format!("/v1{}", order_path(id.as_str(), token))).await;
    match answer.status {
        StatusCode::OK => {}
        StatusCode::NOT_FOUND => return Err(unknown()),
        status if status.is_client_error() => {
            return Err(Problem::unauthenticated("Open it by the link in your mail, which holds the order's token"));
        }
        _ => return Err(Problem::new(Code::StoreUnavailable, "The order cannot be read at the moment")),
    }
    let kept = stack.engine().store.order(&id).await.map_err(EngineError::from)?.ok_or_else(unknown)?;
    let refunds: Vec<_> = kept.refunds.iter().map(|refund| RefundView::of(&kept, refund)).collect();
    let tax = kept.tax.unwrap_or_default();
    let waiting = answer.body["status"] == "pending";
    Ok(context! {
        order => answer.body,
        title => kept.lines.first().map(|line| line.title.as_str()),
        refunds,
        // The order's own total is before tax.
        total => kept.currency.format(kept.totals.total + tax),
        taxed => !tax.is_zero(),
        waiting,
        pay => kept.payment.checkout_url.filter(|_| waiting),
    })
}
