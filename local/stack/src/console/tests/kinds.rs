//! The door, and a customer's hours.

use super::*;
use crate::demo::CUSTOMER;

#[tokio::test]
async fn hours_are_bought_for_the_customer_and_taken_once_for_a_reference() {
    let stack = stack().await;
    assert!(get(&stack, "/console/hours").await.text.contains("<strong>0 hours</strong>"));
    let customer = stack.token(&TokenFields { sub: CUSTOMER.to_owned(), ..TokenFields::default() });
    buy(&stack, "lesson-hours", "five", 1, Some(customer)).await;

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
async fn a_ticket_checks_in_once() {
    let stack = stack().await;
    let order = buy(&stack, "summer-show", "general", 1, None).await;

    // As the door types it when it cannot scan it.
    let code = order.tickets[0].code.as_str().to_lowercase();
    let first = post(&stack, "/console/door", &[("code", &code)]).await;
    assert!(first.status == StatusCode::OK && first.text.contains("verdict good"), "{}", first.text);
    assert!(first.text.contains("Come in") && first.text.contains("Ada Lovelace"), "{}", first.text);
    let at = stack.engine().store().order(&order.id).await.expect("the table").expect("the order").tickets[0]
        .checked_in_at
        .expect("a time");
    stack.advance(3_600).await;
    let second = post(&stack, "/console/door", &[("code", &code)]).await;
    assert!(second.status == StatusCode::CONFLICT && second.text.contains("verdict bad"), "{}", second.text);
    let time = at.strftime("First checked in %a %-d %b %Y, %H:%M UTC").to_string();
    assert!(second.text.contains("Already checked in") && second.text.contains(&time), "{}", second.text);
    for nonsense in ["TKT-NOTHING", "<script>", " "] {
        let none = post(&stack, "/console/door", &[("code", nonsense)]).await;
        assert!(none.status == StatusCode::NOT_FOUND && none.text.contains("No such ticket"), "{}", none.text);
        assert!(!none.text.contains("<script"), "{}", none.text);
    }
}
