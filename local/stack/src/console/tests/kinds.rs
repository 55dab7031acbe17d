//! What is sold beside tickets, as a person with a browser buys it; and what staff do with it.

use domain::Order;
use jiff::SignedDuration;

use super::*;

/// Presses a button of the stand-in's page, whose address is a whole one.
async fn press(stack: &Stack, url: &str, fields: &[(&str, &str)]) -> Seen {
    post_to(stack.stripe().router(), &path_of(url), fields).await
}

async fn only_order(stack: &Stack) -> Order {
    let mut orders = audit::everything(stack.engine().store()).await.expect("the table").orders;
    assert_eq!(orders.len(), 1);
    orders.remove(0)
}

fn page_of(order: &Order) -> String {
    format!("/orders/{}?token={}", order.id, order.access_token())
}

async fn book(stack: &Stack, slot: &str, places: &str) -> Seen {
    let mut fields = ADA.to_vec();
    fields.extend([("slot", slot), ("places", places), ("promo_code", "")]);
    post(stack, "/shop/voice-coach", &fields).await
}

/// Books a slot and has the card set the money aside; the order's page.
async fn booked(stack: &Stack, slot: &str) -> String {
    let seen = book(stack, slot, "1").await;
    assert_eq!(seen.status, StatusCode::SEE_OTHER, "{}", seen.text);
    let order = only_order(stack).await;
    let (page, intent) = (page_of(&order), order.payment.payment_intent_id.expect("an intent"));
    let url = url::Url::parse(seen.location()).expect("a URL");
    assert_eq!(url.path(), format!("/_test/intents/{intent}"));
    let back: HashMap<_, _> = url.query_pairs().into_owned().collect();
    assert_eq!(back["return_url"], format!("http://127.0.0.1:3000{page}"));

    // Until then the order's page leads to the same one, and does not move while there is a button on it.
    let waiting = get(stack, &page).await.text;
    assert!(waiting.contains("Waiting for your payment") && waiting.contains("Calling it off now costs nothing"));
    let link = waiting.split("class=\"button inline\" href=\"").nth(1).and_then(|rest| rest.split('"').next());
    assert_eq!(link.expect("a link").replace("&#x2f;", "/").replace("&amp;", "&"), seen.location());
    assert!(!waiting.contains("http-equiv"), "{waiting}");

    let choice = [("action", "pay"), ("payment_method", "pm_card_visa"), ("return_url", back["return_url"].as_str())];
    let paid = press(stack, seen.location(), &choice).await;
    assert_eq!(paid.status, StatusCode::SEE_OTHER, "{}", paid.text);
    assert!(path_of(paid.location()).starts_with(&page), "{}", paid.location());
    // Stripe's event is not there yet.
    assert!(get(stack, &path_of(paid.location())).await.text.contains("http-equiv=\"refresh\""));
    stack.settle().await.expect("a queue");
    page
}

async fn answer(stack: &Stack, word: &str) -> Seen {
    let id = only_order(stack).await.id;
    post(stack, &format!("/console/orders/{id}/{word}"), &[]).await
}

async fn cancel(stack: &Stack, percent: &str) -> Seen {
    let order = only_order(stack).await;
    let fields = [("token", order.access_token()), ("percent", percent.to_owned())];
    let fields: Vec<_> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
    post(stack, &format!("/orders/{}/cancel", order.id), &fields).await
}

#[tokio::test]
async fn a_slot_is_booked_confirmed_and_canceled_for_half() {
    let stack = stack().await;
    let page = booked(&stack, "soon").await;
    let requested = get(&stack, &page).await.text;
    for text in ["Waiting for your expert’s answer", "set $35.00 aside", "Answer due", "your card is released"] {
        assert!(requested.contains(text), "{text}: {requested}");
    }
    assert!(!requested.contains("Receipt (PDF)") && !requested.contains("Platform fee"), "{requested}");
    let desk = get(&stack, "/console/orders").await.text;
    assert!(desk.contains("/confirm\"") && desk.contains("/decline\"") && !desk.contains("/refund\""), "{desk}");

    let confirmed = answer(&stack, "confirm").await;
    assert_eq!((confirmed.status, confirmed.location()), (StatusCode::SEE_OTHER, page.as_str()), "{}", confirmed.text);
    stack.settle().await.expect("a queue");
    let done = get(&stack, &page).await.text;
    for text in ["Your time is booked.", "gives you back <strong>$17.50</strong> (50 %)", "That holds until", "RCP-"] {
        assert!(done.contains(text), "{text}: {done}");
    }
    assert!(!get(&stack, "/console/orders").await.text.contains("/confirm\""));
    // Asked again, the answer is the same, and nothing is taken twice.
    assert_eq!(answer(&stack, "confirm").await.location(), page);

    // The buyer did not agree to less than the page said.
    let refused = cancel(&stack, "100").await;
    assert_eq!(refused.status, StatusCode::CONFLICT);
    assert!(refused.text.contains("Less comes back by now") && refused.text.contains("Your time is booked."));
    let canceled = cancel(&stack, "50").await;
    assert_eq!((canceled.status, canceled.location()), (StatusCode::SEE_OTHER, page.as_str()), "{}", canceled.text);
    stack.settle().await.expect("a queue");
    let over = get(&stack, &page).await.text;
    assert!(over.contains("The booking was canceled") && over.contains("<dd>you</dd>"), "{over}");
    assert!(over.contains("$17.50") && !over.contains("Cancel the booking"), "{over}");
    // Asked again, it is the same cancellation.
    assert_eq!(cancel(&stack, "50").await.location(), page);
    let audit = stack.audit().await.expect("an audit");
    assert!(audit.ok, "{:?}", audit.violations);
}

#[tokio::test]
async fn an_expert_declines_and_the_card_is_released() {
    let stack = stack().await;
    let page = booked(&stack, "lesson-1").await;
    assert_eq!(answer(&stack, "decline").await.location(), page);
    stack.settle().await.expect("a queue");
    let seen = get(&stack, &page).await.text;
    assert!(seen.contains("Your expert has no time then") && seen.contains("Nothing was taken"), "{seen}");
    assert!(seen.contains("declined") && !seen.contains("Cancel the booking"), "{seen}");
}

#[tokio::test]
async fn refusals_of_times_stand_at_the_form() {
    let stack = stack().await;
    let fields = [("name", "Ada"), ("email", "ada@example.com"), ("places", "1")];
    let none = post(&stack, "/shop/voice-coach", &fields).await;
    assert!(none.status == StatusCode::BAD_REQUEST && none.text.contains("Choose one of the times"), "{}", none.text);
    for (slot, places, message) in [("lesson-1", "x", "Must be a whole number"), ("group", "5", "only 4 left")] {
        let refused = book(&stack, slot, places).await;
        assert_eq!(refused.status, StatusCode::BAD_REQUEST, "{message}");
        let chosen = format!("value=\"{slot}\" checked");
        assert!(refused.text.contains(message) && refused.text.contains(&chosen), "{message}: {}", refused.text);
        assert!(refused.text.contains("aria-describedby=\"wrong-places\""), "{}", refused.text);
    }
    assert!(audit::everything(stack.engine().store()).await.expect("the table").orders.is_empty());
    booked(&stack, "lesson-1").await;
    let taken =
        post(&stack, "/shop/voice-coach", &[&fields[..], &[("slot", "lesson-1"), ("key", "k2")]].concat()).await;
    assert!(taken.status == StatusCode::CONFLICT && taken.text.contains("The slot is taken"), "{}", taken.text);
    assert!(taken.text.contains("value=\"lesson-1\" disabled"), "{}", taken.text);
}

#[tokio::test]
async fn times_go_from_sale_as_they_begin() {
    let stack = stack().await;
    stack.advance(SignedDuration::from_hours(30 * 24).as_secs()).await;
    let seen = get(&stack, "/shop/voice-coach").await.text;
    assert!(seen.contains("no time to book") && !seen.contains("<button>Go to payment"), "{seen}");
    assert!(get(&stack, "/").await.text.contains("no times"));
}

/// Pays on Stripe's page, and gives the order's page.
async fn paid(stack: &Stack, listing: &str, offer: &str) -> String {
    let quantity = format!("quantity.{offer}");
    let mut fields = ADA.to_vec();
    fields.push((&quantity, "1"));
    let bought = post(stack, &format!("/shop/{listing}"), &fields).await;
    assert_eq!(bought.status, StatusCode::SEE_OTHER, "{}", bought.text);
    let page = page_of(&only_order(stack).await);
    assert!(get(stack, &page).await.text.contains("http-equiv=\"refresh\""));
    let choice = [("action", "pay"), ("payment_method", "pm_card_visa"), ("name", "Ada"), ("email", "ada@example.com")];
    assert_eq!(press(stack, bought.location(), &choice).await.status, StatusCode::SEE_OTHER);
    stack.settle().await.expect("a queue");
    page
}

#[tokio::test]
async fn items_are_bought_without_fees_and_have_no_tickets() {
    let stack = stack().await;
    let page = paid(&stack, "lantern-shop", "record").await;
    let seen = get(&stack, &page).await.text;
    assert!(seen.contains("It is yours.") && seen.contains("$32.00") && !seen.contains("You are in"), "{seen}");
    assert!(!seen.contains("Platform fee") && !seen.contains("Tickets as PDF"), "{seen}");
    assert!(get(&stack, "/shop/lantern-shop").await.text.contains("1 left"));
}

#[tokio::test]
async fn hours_are_bought_for_the_customer_and_taken_once_for_a_reference() {
    let stack = stack().await;
    assert!(get(&stack, "/console/hours").await.text.contains("<strong>0 hours</strong>"));
    assert!(get(&stack, "/shop/lesson-hours").await.text.contains("You buy as <strong>demo-customer</strong>"));
    let page = paid(&stack, "lesson-hours", "five").await;
    let seen = get(&stack, &page).await.text;
    assert!(seen.contains("Your hours are there.") && seen.contains("5 hours were credited"), "{seen}");
    assert!(seen.contains("customer=demo-customer"), "{seen}");

    let take = async |hours: &str, reference: &str| {
        post(&stack, "/console/hours", &[("hours", hours), ("reference", reference)]).await
    };
    for _ in 0..2 {
        let taken = take("1.5", "lesson <1>").await;
        assert_eq!(taken.status, StatusCode::SEE_OTHER, "{}", taken.text);
        let balance = get(&stack, taken.location()).await.text;
        assert!(balance.contains("<strong>3.5 hours</strong>") && balance.contains("lesson &lt;1&gt;"), "{balance}");
        assert!(balance.contains("Bought") && balance.contains("$260.00"), "{balance}");
        assert_eq!(balance.matches("-1.5").count(), 1, "{balance}");
    }
    let refused = take("4", "lesson 2").await;
    assert_eq!(refused.status, StatusCode::CONFLICT);
    assert!(refused.text.contains("Only 3.5 hours are left") && refused.text.contains("value=\"lesson 2\""));
    assert_eq!(take("-1", "lesson 3").await.status, StatusCode::BAD_REQUEST);
    assert_eq!(take("1", "").await.status, StatusCode::BAD_REQUEST);
    let other = get(&stack, "/console/hours?organization=demo&customer=auth0%7Ca%2Fb").await;
    assert!(other.status == StatusCode::OK && other.text.contains("<strong>0 hours</strong>"), "{}", other.text);
    assert_eq!(get(&stack, "/console/hours?organization=no-such").await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_ticket_checks_in_once_and_is_printed_with_its_receipt() {
    let stack = stack().await;
    let page = paid(&stack, "summer-show", "general").await;
    let order = only_order(&stack).await;
    let seen = get(&stack, &page).await.text;
    let receipt = order.receipt.as_deref().expect("a receipt");
    assert!(seen.contains("You are in.") && seen.contains(receipt) && seen.contains("Tickets as PDF"), "{seen}");

    let token = order.access_token();
    for path in [format!("/orders/{}/receipt.pdf", order.id), format!("/v1/orders/{}/tickets.pdf", order.id)] {
        let request = Request::get(format!("{path}?token={token}")).header("accept", "text/html,*/*;q=0.8");
        let answer = stack.api().oneshot(request.body(Body::empty()).expect("a request")).await.expect("an answer");
        assert_eq!(answer.headers()["content-type"], "application/pdf", "{path}");
        let body = answer.into_body().collect().await.expect("a body").to_bytes();
        assert!(body.starts_with(b"%PDF-"), "{path}");
    }
    let unseen = get(&stack, &format!("/orders/{}/receipt.pdf?token=WRONG", order.id)).await;
    assert!(unseen.status == StatusCode::NOT_FOUND && unseen.text.contains("</html>"), "{}", unseen.status);

    // As the door types it when it cannot scan it.
    let code = order.tickets[0].code.as_str().to_lowercase();
    let first = post(&stack, "/console/door", &[("code", &code)]).await;
    assert!(first.status == StatusCode::OK && first.text.contains("verdict good"), "{}", first.text);
    assert!(first.text.contains("Come in") && first.text.contains("Ada Lovelace"), "{}", first.text);
    let at = only_order(&stack).await.tickets[0].checked_in_at.expect("a time");
    stack.advance(3_600).await;
    let second = post(&stack, "/console/door", &[("code", &code)]).await;
    assert!(second.status == StatusCode::CONFLICT && second.text.contains("verdict bad"), "{}", second.text);
    let time = at.strftime("First let in %a %-d %b %Y, %H:%M UTC").to_string();
    assert!(second.text.contains("Already let in") && second.text.contains(&time), "{}", second.text);
    for nonsense in ["TKT-NOTHING", "<script>", " "] {
        let none = post(&stack, "/console/door", &[("code", nonsense)]).await;
        assert!(none.status == StatusCode::NOT_FOUND && none.text.contains("No such ticket"), "{}", none.text);
        assert!(!none.text.contains("<script"), "{}", none.text);
    }
    assert!(get(&stack, &page).await.text.contains("used "));
}

#[tokio::test]
async fn no_experts_words_become_markup() {
    let stack = stack().await;
    let evil = "<script>alert(1)</script>\"'><img src=x>";
    let client = stack.client().with_token(stack.token(&TokenFields::of("p", "platform", None)));
    let path = "/v1/organizations/demo/listings/evil";
    let listing = json!({ "kind": "expert", "title": evil, "description": evil, "venue": evil, "expert": evil, "published": true });
    assert!(client.put(path, &listing).await.status.is_success());
    let slot = json!({ "name": evil, "price": "9.00", "capacity": 1, "starts_at": "2199-01-01T20:00:00Z" });
    assert!(client.put(&format!("{path}/offers/o"), &slot).await.status.is_success());
    let bought = post(&stack, "/shop/evil", &[&ADA[..], &[("slot", "o")]].concat()).await;
    assert_eq!(bought.status, StatusCode::SEE_OTHER, "{}", bought.text);
    let page = page_of(&only_order(&stack).await);
    for page in ["/", "/shop/evil", &page, "/console/orders", "/console/hours?customer=%3Cscript%3E"] {
        let seen = get(&stack, page).await;
        assert!(!seen.text.contains("<script") && !seen.text.contains("<img"), "{page}: {}", seen.text);
        assert!(seen.text.contains("&lt;script&gt;"), "{page}: {}", seen.text);
    }
    let typed = [("name", evil), ("email", evil), ("slot", evil), ("places", evil), ("key", evil)];
    let refused = post(&stack, "/shop/evil", &typed).await;
    assert!(!refused.text.contains("<script") && !refused.text.contains("<img"), "{}", refused.text);
}
