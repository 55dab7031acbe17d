//! What staff and admins do.

use serde_json::{Value, json};

use super::{buying::customer, doing::Doing};
use crate::{
    client::Answer,
    shop::{
        LISTINGS, OFFERS, ORGANIZATION, PRESALE, PROMO, amount, listing_body, listing_path, moved_body, offer_body,
        offer_path, organization_body,
    },
    step::{Back, By, Function},
    world::Bought,
};

impl Doing<'_> {
    fn staff(&self) -> String {
        self.world.token("staff-1", "staff", Some(ORGANIZATION))
    }

    fn placed(&self, of: u32) -> Option<Bought> {
        self.world.bought(of).filter(|bought| !bought.id.is_empty())
    }

    /// An order as staff see it.
    async fn order(&self, bought: &Bought, n: u16) -> Option<Answer> {
        let ask = self.world.ask(Function::Orders, "GET", &format!("/v1/orders/{}", bought.id));
        ask.token(&self.staff()).by(self.process(n, Function::Orders)).await
    }

    pub(super) async fn refund(&self, of: u32, back: Back) {
        let Some(bought) = self.placed(of) else { return };
        let body = match back {
            Back::All => json!({}),
            Back::Cents(cents) => json!({ "amount": amount(cents) }),
            Back::Units(quantity) => {
                let Some(order) = self.order(&bought, 1).await else { return };
                json!({ "items": [{ "line": order.json["lines"][0]["id"], "quantity": quantity }] })
            }
        };
        let ask = self.world.ask(Function::Refund, "POST", &format!("/v1/orders/{}/refunds", bought.id));
        let ask = ask.token(&self.staff()).header("idempotency-key", &format!("refund-{}", self.step.id));
        ask.json(&body).by(self.process(0, Function::Refund)).await;
    }

    pub(super) async fn review(&self, of: u32, accept: bool) {
        let Some(bought) = self.placed(of) else { return };
        let ask = self.world.ask(Function::Refund, "POST", &format!("/v1/orders/{}/review", bought.id));
        ask.token(&self.staff()).json(&json!({ "accept": accept })).by(self.process(0, Function::Refund)).await;
    }

    pub(super) async fn check_in(&self, of: u32, back: bool) {
        let Some(bought) = self.placed(of).filter(|bought| !bought.token.is_empty()) else { return };
        let ask = self.world.ask(Function::Orders, "GET", &format!("/v1/orders/{}", bought.id));
        let answer = ask.header("x-order-token", &bought.token).by(self.process(1, Function::Orders)).await;
        let Some(code) = answer.and_then(|answer| answer.json["tickets"][0]["code"].as_str().map(str::to_owned)) else {
            return;
        };
        if self.step.id.is_multiple_of(2) {
            return self.hand_in(&code, back).await;
        }
        let (method, path) = (if back { "DELETE" } else { "POST" }, format!("/v1/tickets/{code}/check-in"));
        let ask = self.world.ask(Function::Orders, method, &path).token(&self.staff());
        ask.by(self.process(0, Function::Orders)).await;
    }

    /// Twice, as a scanner does that heard nothing, and beside an older scan of the same ticket that comes only now.
    async fn hand_in(&self, code: &str, back: bool) {
        let now = self.world.clock(Function::Orders).now();
        let scan = |name: &str, seconds: i64| {
            let at = now.checked_sub(jiff::SignedDuration::from_secs(seconds)).unwrap_or(now).to_string();
            let kind = if back { "undo" } else { "check_in" };
            json!({ "id": format!("{name}-{}", self.step.id), "code": code, "at": at, "kind": kind })
        };
        let body = json!({ "scans": [scan("late", 0), scan("early", 3_600)] });
        for n in 2..4 {
            let ask = self.world.ask(Function::Orders, "POST", &format!("{}/scans", listing_path(0)));
            ask.token(&self.staff()).json(&body).by(self.process(n, Function::Orders)).await;
        }
    }

    pub(super) async fn debit(&self, buyer: u8, tenths: u8) {
        let Some(customer) = customer(buyer) else { return };
        let hours = format!("{}.{}", tenths / 10, tenths % 10);
        let reference = format!("lesson-{}", self.step.id);
        let body = json!({ "organization": ORGANIZATION, "hours": hours, "reference": reference });
        // Sent twice under one reference, as a client does that heard nothing.
        for n in 0..2 {
            let ask = self.world.ask(Function::Orders, "POST", &format!("/v1/customers/{customer}/debits"));
            ask.token(&self.staff()).json(&body).by(self.process(n, Function::Orders)).await;
        }
    }

    pub(super) async fn erase(&self, buyer: u8) {
        let Some(customer) = customer(buyer) else { return };
        let ask = self.world.ask(Function::Orders, "POST", &format!("/v1/customers/{customer}/erasure"));
        let body = json!({ "organization": ORGANIZATION });
        ask.token(&self.staff()).json(&body).by(self.process(0, Function::Orders)).await;
    }

    pub(super) async fn lists(&self) {
        let of = format!("/v1/organizations/{ORGANIZATION}");
        let paths = [
            (Function::Orders, format!("{of}/orders?review=false")),
            (Function::Orders, format!("{of}/orders?status=paid")),
            (Function::Orders, format!("{of}/bookings")),
            (Function::Orders, format!("{of}/stats")),
            (Function::Catalog, "/v1/listings".to_owned()),
            (Function::Catalog, format!("/v1/listings/{}", LISTINGS[0].0)),
            (Function::Orders, "/v1/customers/customer-1/balance".to_owned()),
            (Function::Orders, "/v1/customers/customer-1/ledger".to_owned()),
        ];
        for (n, (function, path)) in (0..).zip(paths) {
            let ask = self.world.ask(function, "GET", &path).token(&self.staff());
            ask.by(self.process(n, function)).await;
        }
    }

    /// A request about an order by staff, or by its buyer with the order's token.
    async fn about(&self, by: By, bought: &Bought, (method, rest): (&str, &str), body: Option<&Value>) {
        let ask = self.world.ask(Function::Orders, method, &format!("/v1/orders/{}{rest}", bought.id));
        let ask = match by {
            By::Staff => ask.token(&self.staff()),
            By::Buyer | By::Form => ask.header("x-order-token", &bought.token),
        };
        let ask = if let Some(body) = body { ask.json(body) } else { ask };
        ask.by(self.process(0, Function::Orders)).await;
    }

    pub(super) async fn resend(&self, of: u32, by: By) {
        let Some(bought) = self.placed(of) else { return };
        match by {
            By::Form => self.resend_by_form(of).await,
            By::Staff | By::Buyer => self.about(by, &bought, ("POST", "/resend"), None).await,
        }
    }

    pub(super) async fn attendee(&self, of: u32, by: By) {
        let Some(bought) = self.placed(of) else { return };
        let Some(order) = self.order(&bought, 1).await else { return };
        let Some(code) = order.json["tickets"][0]["code"].as_str() else { return };
        let name = format!("Mary Ward {}", self.roman());
        match by {
            By::Form => self.attendee_by_form(of, code, &name).await,
            By::Staff | By::Buyer => {
                let body = json!({ "name": name, "email": "mary@example.com" });
                self.about(by, &bought, ("PUT", &format!("/tickets/{code}/attendee")), Some(&body)).await;
            }
        }
    }

    /// Under the code that is good as the step begins; another step may be doing the same.
    pub(super) async fn hand_over(&self, of: u32, by: By) {
        let Some(bought) = self.placed(of) else { return };
        let Some(order) = self.order(&bought, 1).await else { return };
        let Some(code) = order.json["tickets"][0]["code"].as_str() else { return };
        let name = format!("Mary Ward {}", self.roman());
        if by == By::Form {
            return self.hand_over_by_form(of, code, &name).await;
        }
        let ask = self.world.ask(Function::Orders, "POST", &format!("/v1/tickets/{code}/transfer"));
        let ask = match by {
            By::Staff => ask.token(&self.staff()),
            By::Buyer | By::Form => ask.header("x-order-token", &bought.token),
        };
        let body = json!({ "name": name, "email": "mary@example.com" });
        ask.json(&body).by(self.process(0, Function::Orders)).await;
    }

    /// The step's number as a name may have it.
    fn roman(&self) -> String {
        "I".repeat(usize::try_from(self.step.id % 8).unwrap_or(0) + 1)
    }

    pub(super) async fn address(&self, of: u32) {
        let Some(bought) = self.placed(of) else { return };
        let body = json!({ "email": format!("new-{}@example.com", self.step.id) });
        self.about(By::Staff, &bought, ("PUT", "/buyer"), Some(&body)).await;
    }

    pub(super) async fn unsubscribe(&self, of: u32) {
        let Some(bought) = self.placed(of) else { return };
        self.about(By::Buyer, &bought, ("POST", "/unsubscribe"), None).await;
    }

    /// With the secret of the mail, as it stands in the table.
    pub(super) async fn end_summaries(&self) {
        let Ok(organization) = domain::OrganizationId::parse(ORGANIZATION) else { return };
        let Ok(Some(job)) = self.world.store().summary_job(&organization).await else { return };
        let path = format!("/v1/organizations/{ORGANIZATION}/unsubscribe?token={}", job.token);
        self.world.ask(Function::Catalog, "POST", &path).by(self.process(0, Function::Catalog)).await;
    }

    pub(super) async fn organize(&self, how: u8) {
        let mut body = organization_body(self.world.shop);
        match how {
            0 => {}
            1 => body["platform_fee_per_ticket"] = json!("2.75"),
            2 => body["cancellation"] = json!([{ "from_hours_before": 20, "percent": 40 }]),
            3 => body["daily_summary"] = json!({ "sales": true, "refunds": true, "disputes": true, "reviews": true }),
            _ => body["contact"] = json!({ "email": "other@acme.example" }),
        }
        let platform = self.world.token("platform-1", "platform", None);
        let ask = self.world.ask(Function::Catalog, "PUT", &format!("/v1/organizations/{ORGANIZATION}"));
        ask.token(&platform).json(&body).by(self.process(0, Function::Catalog)).await;
    }

    pub(super) async fn move_show(&self, hours: u8) {
        self.manage("PUT", &listing_path(0), Some(&moved_body(hours))).await;
    }

    async fn manage(&self, method: &str, path: &str, body: Option<&Value>) {
        let admin = self.world.token("admin-1", "admin", Some(ORGANIZATION));
        let ask = self.world.ask(Function::Catalog, method, path).token(&admin);
        let ask = if let Some(body) = body { ask.json(body) } else { ask };
        ask.by(self.process(0, Function::Catalog)).await;
    }

    pub(super) async fn change(&self, offer: usize, price: u16, capacity: u8) {
        let sold = &OFFERS[offer];
        let capacity = sold.capacity.map(|_| capacity);
        self.manage("PUT", &offer_path(sold), Some(&offer_body(sold, price, capacity))).await;
    }

    pub(super) async fn delete(&self, offer: usize) {
        self.manage("DELETE", &offer_path(&OFFERS[offer]), None).await;
    }

    pub(super) async fn publish(&self, listing: usize, published: bool) {
        self.manage("PUT", &listing_path(listing), Some(&listing_body(listing, published))).await;
    }

    pub(super) async fn promo(&self, uses: u8) {
        if uses == 3 {
            let body = json!({ "max_uses": 1 + self.step.id % 3 });
            let path = format!("{}/presale-codes/{PRESALE}", offer_path(&OFFERS[1]));
            return self.manage("PUT", &path, Some(&body)).await;
        }
        let body = json!({ "percent_off": "0.2", "max_uses": uses });
        self.manage("PUT", &format!("{}/promos/{PROMO}", listing_path(0)), Some(&body)).await;
    }

    pub(super) async fn cancel_listing(&self, listing: usize) {
        self.manage("POST", &format!("{}/cancel", listing_path(listing)), None).await;
    }
}
