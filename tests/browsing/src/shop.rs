//! A shop that browsers reach: the whole system behind ports of this machine.

use std::{net::SocketAddr, sync::Arc};

use axum::Router;
use holdfast_tests::{Bought, EXPERT, LESSONS, ORGANIZATION, SHOW, World, booking_path};
use local::Options;
use serde_json::{Value, json};
use tokio::net::TcpListener;

/// A product that is sent to an address: the offer `poster` (18.00).
pub const SENT: &str = "posters";
/// A show whose title, offer and venue are as long as they may be, with words that no line holds.
pub const LONG: &str = "long-night";
/// A show with a title, an offer and a text that are read from right to left.
pub const RIGHT_TO_LEFT: &str = "layali";

/// A shop with something of each kind.
#[derive(Debug, Clone)]
pub struct Shop {
    /// The system.
    pub world: Arc<World>,
    /// The address of its pages.
    pub address: String,
}

impl Shop {
    /// Opens one with these settings. It is served until the test's runtime ends.
    pub(crate) async fn open(settings: &[(&str, &str)]) -> Self {
        let (api, stripe) = (listener().await, listener().await);
        let url = |listener: &TcpListener| format!("http://{}", listener.local_addr().unwrap());
        let address = url(&api);
        let settings = settings.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        let options = Options { api_url: address.clone(), stripe_url: url(&stripe), settings, ..Options::default() };
        let world = World::of_experts_with(options).await;
        world.product_of(ORGANIZATION, "crafts", "mug", "12.50", 20).await;
        world.product_of(ORGANIZATION, SENT, "poster", "18.00", 20).await;
        let sent = json!({ "kind": "product", "title": "Posters", "published": true, "delivery": "address" });
        let token = world.token("admin", Some(ORGANIZATION));
        let path = format!("/v1/organizations/{ORGANIZATION}/listings/{SENT}");
        world.put(&path).token(&token).json(&sent).await.expect(200);
        serve(api, world.stack.api());
        serve(stripe, world.stack.stripe().router());
        Self { world: Arc::new(world), address }
    }

    /// Puts [`LONG`] and [`RIGHT_TO_LEFT`] on sale.
    pub async fn of_all_words(&self) {
        let word = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft";
        let long = json!({
            "title": format!("{word} & {word}"),
            "venue": format!("{word}straße 1234567890"),
            "description": format!("{word}{word}{word}\n\n<https://example.com/{word}>"),
        });
        self.world.show(LONG, long).await.expect(201);
        let offer = json!({ "name": format!("{word} mit Abendessen"), "price": "4321.98", "capacity": 3 });
        self.world.offer_of(ORGANIZATION, LONG, "seat", offer).await.expect(201);
        let right = json!({
            "title": "ليالي الصيف (2027)",
            "venue": "مسرح المدينة, 12 شارع الحمراء",
            "description": "أمسية في الهواء الطلق.\n\nA line in English.",
        });
        self.world.show(RIGHT_TO_LEFT, right).await.expect(201);
        let offer = json!({ "name": "بطاقة عامة!", "price": "20.00", "capacity": 3, "attendees": "required" });
        self.world.offer_of(ORGANIZATION, RIGHT_TO_LEFT, "seat", offer).await.expect(201);
    }

    /// What every page there is needs beside: a show that is sold out, one that was canceled, tickets with names and with a
    /// donation, a promo code, packages of hours, and a text with all that sellers may write.
    pub async fn of_every_page(&self) {
        let world = &self.world;
        let text = "An evening *outside*.\n\n## Please bring\n\n- a coat\n- [a friend](https://example.com/friends)\n\n> Bring two.";
        let venue =
            json!({ "description": text, "venue": "The Lantern Theatre, main stage", "timezone": "Europe/London" });
        world.show(SHOW, venue).await.expect(200);
        let profile = json!({ "contact": {
            "email": "box-office@example.com", "phone": "+44 20 7946 0000", "address": "1 Lantern Lane\nLondon",
        } });
        world.organization(ORGANIZATION, profile).await.expect(200);
        world
            .offer_with("named", json!({ "price": "31.00", "capacity": 9, "attendees": "required" }))
            .await
            .expect(201);
        world.offer_with("gift", json!({ "price": "10.00", "capacity": 3, "donation": true })).await.expect(201);
        world.promo("FIFTH", "0.20", None).await;
        world.show("full", json!({ "title": "The Small Room" })).await.expect(201);
        world.offer_of(ORGANIZATION, "full", "last", json!({ "price": "0.00", "capacity": 1 })).await.expect(201);
        let mut last = world.request("last", 1);
        last["listing"] = json!("full");
        world.buy_with(&last).await;
        world.show("rained-off", json!({ "title": "Under the Sky" })).await.expect(201);
        let cancel = format!("/v1/organizations/{ORGANIZATION}/listings/rained-off/cancel");
        world.post(&cancel).role("admin").json(&json!({ "reason": "It rains." })).await.expect(202);
        world.package_listing(ORGANIZATION, LESSONS).await.expect(201);
        let hours = json!({ "price": "50.00", "hours": "10", "capacity": null });
        world.offer_of(ORGANIZATION, LESSONS, "ten", hours).await.expect(201);
        world.settle().await;
    }

    /// The order that was placed last.
    async fn latest(&self) -> Bought {
        let orders = self.world.everything().await.orders;
        let order = orders.into_iter().max_by_key(|order| order.id.to_string()).expect("an order");
        let id = order.id.to_string();
        let token = order.access_token();
        Bought { id, token: token.to_string(), session: String::new(), url: None, json: Value::Null }
    }

    /// Staff refund one of the order that was placed last, and the money is back.
    pub async fn refund_one(&self) {
        let one = json!({ "items": [{ "line": "l1", "quantity": 1 }] });
        self.world.refund(&self.latest().await, &one).await.expect(201);
        self.world.settle().await;
    }

    /// The expert confirms the booking that was placed last.
    pub async fn confirm(&self) {
        let path = booking_path(&self.latest().await, "confirm");
        self.world.post(&path).token(&self.world.expert(EXPERT)).await.expect(200);
        self.world.settle().await;
    }

    /// The link to an order in the mail that was sent last.
    #[must_use]
    pub fn link_of_the_last_mail(&self) -> String {
        let mail = self.world.mails().pop().expect("a mail");
        let link = mail.text.split_whitespace().find(|word| word.contains("/orders/ord_"));
        link.expect("each mail has a link to its order").to_owned()
    }
}

async fn listener() -> TcpListener {
    TcpListener::bind(SocketAddr::from(([127, 0, 0, 1], 0))).await.expect("a free port")
}

fn serve(listener: TcpListener, router: Router) {
    let service = router.into_make_service_with_connect_info::<SocketAddr>();
    tokio::spawn(axum::serve(listener, service).into_future());
}
