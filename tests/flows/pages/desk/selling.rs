//! New listings of each kind at the desk, with what they sell, until a buyer buys it.

use holdfast_tests::{Browser, EXPERT, ORGANIZATION, Page, World};
use serde_json::{Value, json};

use super::listings::{admin, page_of};

fn path() -> String {
    format!("/desk/{ORGANIZATION}/new-listing")
}

/// Makes a draft of that kind.
async fn draft(browser: &mut Browser, kind: &str, id: &str, more: &[(&str, &str)]) -> Page {
    let page = browser.open(&format!("{}?kind={kind}", path())).await;
    assert_eq!(page.value("kind").as_deref(), Some(kind), "{}", page.text);
    let mut fields = vec![("kind", kind), ("id", id), ("title", "A \"new\" one")];
    fields.extend_from_slice(more);
    browser.submit(&page, &path(), &fields).await
}

async fn publish(browser: &mut Browser, page: &Page, id: &str) {
    let published = browser.submit(page, &format!("{}/publish", page_of(id)), &[("published", "yes")]).await;
    assert!(published.says("It is on sale"), "{}", published.text);
}

async fn offer(world: &World, listing: &str, id: &str) -> Value {
    let listing = world.get(&format!("/v1/listings/{listing}")).await.expect(200);
    listing["offers"].as_array().unwrap().iter().find(|offer| offer["id"] == id).expect("the offer").clone()
}

/// Fields of a form, as a person fills them in.
type Filled<'a> = Vec<(&'a str, &'a str)>;

#[tokio::test]
async fn a_show_is_made_with_tickets_that_have_limits_and_times() {
    let world = World::new().await;
    let mut browser = admin(&world).await;
    let show = [("starts", "2099-06-12T20:30"), ("zone", "europe/paris"), ("venue", "The Barn"), ("delivery", "none")];
    let page = draft(&mut browser, "show", "gala", &show).await;
    assert_eq!(page.path, page_of("gala"), "{}", page.text);
    assert!(page.says("The draft is made") && page.says("not on sale"), "{}", page.text);
    // The same form sent twice is one draft; another one with its id is none.
    let again = draft(&mut browser, "show", "gala", &show).await;
    assert_eq!(again.path, page_of("gala"), "{}", again.text);
    let other = draft(&mut browser, "show", "gala", &[("starts", "2099-06-13T20:30")]).await;
    assert!(other.status.as_u16() == 409 && other.says("with this id already"), "{}", other.text);
    assert_eq!(other.value("starts").as_deref(), Some("2099-06-13T20:30"));

    let offers = format!("{}/offers", page_of("gala"));
    let general = [
        ("id", "general"),
        ("name", "General"),
        ("price", "25,00"),
        ("capacity", "50"),
        ("min_per_order", "2"),
        ("max_per_order", "4"),
        ("opens_at", "2026-01-01T10:00"),
        ("closes_at", "2099-06-12T18:00"),
        ("attendees", "required"),
        ("vip", "on"),
    ];
    let page = browser.submit(&page, &offers, &general).await;
    assert!(page.says("The offer is added") && page.says("Available 50"), "{}", page.text);
    let [wrong_most, wrong_close, both] =
        [("max_per_order", "1"), ("closes_at", "2025-01-01T10:00"), ("unlimited", "on")];
    for (changed, said) in [(wrong_most, "Must not be below"), (wrong_close, "Must be after"), (both, "not both")] {
        let mut fields = general.to_vec();
        fields.retain(|(name, _)| *name != changed.0 && *name != "id");
        fields.extend([changed, ("id", "balcony")]);
        let wrong = browser.submit(&page, &offers, &fields).await;
        assert!(wrong.status.as_u16() == 400 && wrong.says(said), "{changed:?}: {}", wrong.text);
        assert_eq!(wrong.value_of(&offers, "id").as_deref(), Some("balcony"));
    }
    publish(&mut browser, &page, "gala").await;
    let made = offer(&world, "gala", "general").await;
    assert_eq!((&made["min_per_order"], &made["max_per_order"]), (&json!(2), &json!(4)));
    assert_eq!((&made["closes_at"], &made["attendees"]), (&json!("2099-06-12T16:00:00Z"), &json!("required")));

    // A change keeps what stands in the form, and leaves nothing of it out.
    let form = format!("{offers}/general");
    let page = browser.open(&page_of("gala")).await;
    assert_eq!(page.value_of(&form, "closes_at").as_deref(), Some("2099-06-12T18:00"));
    let without_limits = [("name", "General"), ("price", "20.00"), ("capacity", "60"), ("attendees", "none")];
    let page = browser.submit(&page, &form, &without_limits).await;
    assert!(page.says("The offer is changed"), "{}", page.text);
    let made = offer(&world, "gala", "general").await;
    assert_eq!(
        (&made["price"], &made["max_per_order"], &made["closes_at"]),
        (&json!("20.00"), &Value::Null, &Value::Null)
    );
    world.finish().await;
}

#[tokio::test]
async fn of_two_admins_who_change_an_offer_a_code_or_a_show_none_undoes_the_other_unawares() {
    let world = World::new().await;
    let mut browser = admin(&world).await;
    let show = page_of(holdfast_tests::SHOW);
    let promos = format!("{show}/promos");
    let page = browser.open(&show).await;
    browser.submit(&page, &promos, &[("code", "FIFTH"), ("percent", "20"), ("valid_until", "2099-01-01T00:00")]).await;
    let page = browser.open(&show).await;
    let edit = format!("{show}/edit");
    let edited = browser.open(&edit).await;
    let starts = edited.value("starts").unwrap();
    let capacity = |capacity: &'static str| [("name", "General admission"), ("price", "25.00"), ("capacity", capacity)];
    let changes: [(&Page, String, Filled<'_>, Filled<'_>); 3] = [
        (&page, format!("{show}/offers/general"), capacity("120").to_vec(), capacity("130").to_vec()),
        (&page, format!("{promos}/FIFTH"), vec![("percent", "30")], vec![("percent", "40")]),
        (&edited, edit, vec![("title", "One"), ("starts", &starts)], vec![("title", "Two"), ("starts", &starts)]),
    ];
    for (page, form, first, second) in changes {
        let done = browser.submit(page, &form, &first).await;
        assert!(done.says("role=\"status\""), "{form}: {}", done.text);
        let refused = browser.submit(page, &form, &second).await;
        assert_eq!(refused.status.as_u16(), 409, "{form}: {}", refused.text);
        assert!(refused.says("It says now: "), "{form}: {}", refused.text);
        let replaced = browser.submit(&refused, &form, &second).await;
        assert!(replaced.says("role=\"status\""), "{form}: {}", replaced.text);
    }
    let promos = world.get(&format!("/v1/organizations/{ORGANIZATION}/listings/{}/promos", holdfast_tests::SHOW));
    assert_eq!(promos.role("staff").await.expect(200)["promos"][0]["percent_off"], "0.4");
    // A new code that is there already replaces none.
    let page = browser.open(&show).await;
    let taken =
        browser.submit(&page, &format!("{show}/promos"), &[("code", "fifth"), ("percent", "90"), ("was", "")]).await;
    assert_eq!(taken.status.as_u16(), 409, "{}", taken.text);
    world.finish().await;
}

#[tokio::test]
async fn a_moved_show_says_until_when_money_comes_back() {
    let world = World::new().await;
    world.bought("general", 1).await;
    world.settle().await;
    world.forget_mail();
    let mut browser = admin(&world).await;
    let form = format!("{}/edit", page_of(holdfast_tests::SHOW));
    let page = browser.open(&form).await;
    assert!(page.says("Your tickets stay valid.") && page.says("all of your money back until …"), "{}", page.text);
    let fields = [("title", "Moved"), ("starts", "2099-07-12T20:30"), ("refund_until", "2099-06-01T12:00")];
    let page = browser.submit(&page, &form, &fields).await;
    assert!(page.says("It is changed"), "{}", page.text);
    world.advance(70).await;
    world.sweep().await;
    world.settle().await;
    let mail = world.mails().into_iter().find(|mail| mail.subject.contains("Changed")).expect("word of the move");
    assert!(mail.text.contains("1 June 2099"), "{}", mail.text);
    world.finish().await;
}

#[tokio::test]
async fn products_and_packages_are_made_and_bought() {
    let world = World::new().await;
    let mut browser = admin(&world).await;
    let page = draft(&mut browser, "product", "mugs", &[("delivery", "none")]).await;
    let mug = [("id", "mug"), ("name", "A mug"), ("price", "12.50"), ("unlimited", "on"), ("max_per_order", "3")];
    let page = browser.submit(&page, &format!("{}/offers", page_of("mugs")), &mug).await;
    assert!(page.says("no limit"), "{}", page.text);
    publish(&mut browser, &page, "mugs").await;
    let mut request = world.request("mug", 4);
    request["listing"] = json!("mugs");
    world.checkout(&request).await.refused(400, "quantity_limit");
    request["items"][0]["quantity"] = json!(3);
    world.checkout(&request).await.expect(201);

    let page = draft(&mut browser, "package", "hours", &[]).await;
    assert!(!page.says("Promo codes"), "{}", page.text);
    let offers = format!("{}/offers", page_of("hours"));
    let ten = [("id", "ten"), ("name", "Ten hours"), ("price", "500"), ("capacity", "20")];
    let wrong = browser.submit(&page, &offers, &ten).await;
    assert!(wrong.status.as_u16() == 400 && wrong.says("A package has hours"), "{}", wrong.text);
    let page = browser.submit(&wrong, &offers, &[&ten[..], &[("hours", "10,5")]].concat()).await;
    assert!(page.says("10.5 hours"), "{}", page.text);
    publish(&mut browser, &page, "hours").await;
    assert_eq!(offer(&world, "hours", "ten").await["hours"], "10.5");
    // What is pickup has a place.
    let wrong = draft(&mut browser, "product", "books", &[("delivery", "pickup")]).await;
    assert!(wrong.status.as_u16() == 400 && wrong.says("where it is collected"), "{}", wrong.text);
    for (kind, id, field) in [("product", "Not an id", "id"), ("expert", "someone", "expert")] {
        let wrong = draft(&mut browser, kind, id, &[]).await;
        assert!(wrong.status.as_u16() == 400 && wrong.says(&format!("wrong-{field}")), "{}", wrong.text);
    }
    world.finish().await;
}

#[tokio::test]
async fn an_experts_slots_are_put_on_sale_one_by_one_and_week_by_week() {
    let world = World::of_experts().await;
    let mut browser = admin(&world).await;
    let page = draft(&mut browser, "expert", "lessons", &[("expert", EXPERT), ("zone", "Europe/London")]).await;
    let slots = format!("{}/slots", page_of("lessons"));
    let one = [
        ("name", "An hour"),
        ("price", "60.00"),
        ("capacity", "1"),
        ("starts_at", "2099-06-01T09:00"),
        ("duration_minutes", "60"),
    ];
    let page = browser.submit(&page, &slots, &one).await;
    assert!(page.says("The slots are on sale"), "{}", page.text);
    // The same once more is the same slot, and one across it is none.
    browser.submit(&page, &slots, &one).await;
    let mut across = one.to_vec();
    across[3] = ("starts_at", "2099-06-01T09:30");
    let wrong = browser.submit(&page, &slots, &across).await;
    assert!(wrong.status.as_u16() == 409 && wrong.says("another slot"), "{}", wrong.text);
    let mut weekly = one.to_vec();
    weekly[3] = ("starts_at", "2099-06-02T10:00");
    weekly.extend([("day.TU", "on"), ("day.TH", "on"), ("except", "2099-06-04")]);
    let wrong = browser.submit(&page, &slots, &weekly).await;
    assert!(wrong.status.as_u16() == 400 && wrong.says("Say until which day"), "{}", wrong.text);
    weekly.push(("until", "2099-06-11"));
    let page = browser.submit(&page, &slots, &weekly).await;
    publish(&mut browser, &page, "lessons").await;
    let listing = world.get("/v1/listings/lessons").await.expect(200);
    let mut starts: Vec<&str> =
        listing["offers"].as_array().unwrap().iter().map(|slot| slot["starts_at"].as_str().unwrap()).collect();
    starts.sort_unstable();
    let expected = ["2099-06-01T08:00:00Z", "2099-06-02T09:00:00Z", "2099-06-09T09:00:00Z", "2099-06-11T09:00:00Z"];
    assert_eq!(starts, expected);
    // Offers of other kinds are no slots.
    let wrong = browser
        .submit(
            &page,
            &format!("{}/offers", page_of("lessons")),
            &[("id", "a"), ("name", "A"), ("price", "1"), ("capacity", "1")],
        )
        .await;
    assert_eq!(wrong.status.as_u16(), 409, "{}", wrong.text);
    world.finish().await;
}
