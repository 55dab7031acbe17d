//! A purchase, a decline and a refund at Stripe itself, in test mode. The same steps run at the stand-in with all other tests.
//!
//! `STRIPE_SECRET_KEY` is a test key. The seller is `STRIPE_SELLER_ACCOUNT`, or else the first connected account that takes transfers.
//! `STRIPE_API_BASE` may name a stand-in.

use std::env;

use bytes::Bytes;
use holdfast_tests::{Bought, CRAFTS, ORGANIZATION, World, programs::serve};
use local::{
    Options,
    stripe::{StandIn, StandInConfig},
};
use runtime::{HyperWire, Wire as _};
use serde_json::{Value, json};

/// Where payments are made, by whom and for whom.
struct Account {
    base: String,
    key: String,
    seller: String,
}

impl Account {
    /// What Stripe answers at a path.
    async fn get(base: &str, key: &str, path: &str) -> (u16, Value) {
        let request = http::Request::get(format!("{base}v1/{path}")).header("authorization", format!("Bearer {key}"));
        let answer = HyperWire::new().unwrap().send(request.body(Bytes::new()).unwrap()).await.unwrap();
        (answer.status().as_u16(), serde_json::from_slice(answer.body()).unwrap_or_default())
    }

    /// As the environment says.
    async fn of_environment() -> Self {
        let key = env::var("STRIPE_SECRET_KEY").expect("STRIPE_SECRET_KEY holds a test key");
        refuse_live(&key);
        let base = env::var("STRIPE_API_BASE").unwrap_or_else(|_| "https://api.stripe.com/".to_owned());
        let seller = match env::var("STRIPE_SELLER_ACCOUNT") {
            Ok(seller) => seller,
            Err(_) => {
                let (_, accounts) = Self::get(&base, &key, "accounts?limit=100").await;
                let able = accounts["data"]
                    .as_array()
                    .into_iter()
                    .flatten()
                    .find(|one| one["capabilities"]["transfers"] == "active");
                let found = able.and_then(|account| account["id"].as_str()).map(str::to_owned);
                found.expect(
                    "a connected account takes transfers, or STRIPE_SELLER_ACCOUNT names one: docs/deploy.md, Sellers",
                )
            }
        };
        Self { base, key, seller }
    }
}

/// Money moves: no key for real money goes any further.
fn refuse_live(key: &str) {
    let is_test = key.starts_with("sk_test_") || key.starts_with("rk_test_");
    assert!(is_test, "STRIPE_SECRET_KEY is no test key, and this test charges cards");
}

/// Buys and is paid, is declined, and refunds; each seen at Stripe, too.
async fn buy_decline_and_refund(account: &Account) {
    let Account { base, key, seller } = account;
    let settings = [
        ("STRIPE_API_BASE", base.as_str()),
        ("STRIPE_SECRET_KEY", key.as_str()),
        ("STRIPE_WEBHOOK_SECRET", "whsec_none"),
    ];
    let settings = settings.map(|(name, value)| (name.to_owned(), value.to_owned())).into();
    let world = World::empty(Options { settings, ..Options::default() }).await;
    world.organization(ORGANIZATION, json!({ "stripe_account_id": seller })).await.expect(201);
    world.product_of(ORGANIZATION, CRAFTS, "mug", "12.50", 20).await;
    let basket = |card: &str| world.basket(&[(CRAFTS, "mug", 2)], Some(card));
    let at_stripe = async |order: &Value| {
        let intent = order["payment"]["payment_intent_id"].as_str().unwrap();
        let (status, object) =
            Account::get(base, key, &format!("payment_intents/{intent}?expand[]=latest_charge")).await;
        assert_eq!((status, &object["livemode"]), (200, &json!(false)), "{object}");
        object
    };

    // A card whose money can be given back at once.
    let paid = world.order_under("paid", &basket("pm_card_bypassPending")).await.expect(201);
    let order = &paid["order"];
    assert_eq!(order["status"], "paid", "{paid}");
    assert_eq!(world.stock_of(CRAFTS, "mug").await, (18, 0, 2));
    let intent = at_stripe(order).await;
    assert_eq!((&intent["status"], &intent["amount_received"]), (&json!("succeeded"), &json!(2_500)));
    assert_eq!(intent["transfer_data"]["destination"], seller.as_str());
    assert_eq!(intent["metadata"]["order_id"], order["id"]);

    let declined =
        world.order_under("declined", &basket("pm_card_chargeDeclined")).await.refused(402, "payment_declined");
    assert_eq!(declined.json["order"]["status"], "failed", "{}", declined.text);
    let intent = at_stripe(&declined.json["order"]).await;
    assert_eq!((&intent["status"], &intent["amount_received"]), (&json!("canceled"), &json!(0)));
    assert_eq!(world.stock_of(CRAFTS, "mug").await, (18, 0, 2));

    let bought = Bought::of(paid.clone());
    let refund = world.refund(&bought, &json!({ "amount": "10.00" })).await.expect(201);
    assert_eq!(refund["amount"], "10.00");
    let charge = at_stripe(order).await["latest_charge"].clone();
    assert_eq!((&charge["amount_refunded"], &charge["refunded"]), (&json!(1_000), &json!(false)));
    let audit = world.stack.audit().await.unwrap();
    assert!(audit.ok, "{audit:?}");
}

#[tokio::test]
#[ignore = "charges test cards at Stripe; STRIPE_SECRET_KEY holds the key"]
async fn it_buys_declines_and_refunds_at_stripe() {
    let account = Account::of_environment().await;
    buy_decline_and_refund(&account).await;
}

/// The steps themselves are right: they go well at a stand-in that is reached over the network, as Stripe is.
#[tokio::test]
async fn the_steps_go_well_at_the_stand_in() {
    let stand_in = StandIn::new(StandInConfig::default());
    let base = format!("http://{}/", serve(stand_in.router()).await);
    let account = Account { base, key: "sk_test_mine".to_owned(), seller: "acct_seller".to_owned() };
    buy_decline_and_refund(&account).await;
    assert_eq!(stand_in.objects("refund").len(), 1);
}

#[test]
fn live_keys_are_refused() {
    refuse_live("sk_test_1");
    for key in ["sk_live_1", "rk_live_1", "pk_test_1", ""] {
        assert!(std::panic::catch_unwind(|| refuse_live(key)).is_err(), "{key}");
    }
}
