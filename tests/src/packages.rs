//! Packages of hours, and what a customer has of them.

use local::Options;
use serde_json::{Value, json};

use crate::{answer::Answer, bought::Bought, constants::ORGANIZATION, world::World};

/// A package listing of [`ORGANIZATION`], with the offers `ten` (10 hours, 50.00, any number), `two` (2 hours, 12.00, any
/// number) and `taster` (1 hour, free, 5 of them).
pub const LESSONS: &str = "lessons";
/// The subject of the customer of most tests.
pub const PUPIL: &str = "pupil-1";

impl World {
    /// The usual shop, and the packages of [`LESSONS`].
    pub async fn of_packages() -> Self {
        Self::of_packages_with(Options::default()).await
    }

    /// The same on a stack that is started in a special way.
    pub async fn of_packages_with(options: Options) -> Self {
        let world = Self::with(options).await;
        world.package_listing(ORGANIZATION, LESSONS).await.expect(201);
        let offers = [("ten", "50.00", "10", None), ("two", "12.00", "2", None), ("taster", "0.00", "1", Some(5))];
        for (id, price, hours, capacity) in offers {
            let body = json!({ "price": price, "hours": hours, "capacity": capacity });
            world.offer_of(ORGANIZATION, LESSONS, id, body).await.expect(201);
        }
        world
    }

    /// Creates or changes a listing of packages.
    pub async fn package_listing(&self, organization: &str, id: &str) -> Answer {
        let token = self.token("admin", Some(organization));
        let body = json!({ "kind": "package", "title": "Lessons", "published": true });
        self.put(&format!("/v1/organizations/{organization}/listings/{id}")).token(&token).json(&body).await
    }

    /// What a customer sends to buy so many of a package of [`LESSONS`] on Stripe's page.
    #[must_use]
    pub fn hours_request(&self, offer: &str, quantity: i64) -> Value {
        let mut request = self.request(offer, quantity);
        request["listing"] = json!(LESSONS);
        request
    }

    /// A customer's purchase under a key of its own.
    pub async fn order_as(&self, customer: &str, body: &Value) -> Answer {
        let key = format!("key-{}", self.next());
        self.post("/v1/checkout").token(&self.customer(customer)).key(&key).json(body).await
    }

    /// [`PUPIL`] orders so many of a package of [`LESSONS`], to be paid on Stripe's page.
    pub async fn hours_ordered(&self, offer: &str, quantity: i64) -> Bought {
        Bought::of(self.order_as(PUPIL, &self.hours_request(offer, quantity)).await.expect(201))
    }

    /// The same, paid, and everything that follows has happened.
    pub async fn hours_bought(&self, offer: &str, quantity: i64) -> Bought {
        let order = self.hours_ordered(offer, quantity).await;
        self.pay(&order);
        self.settle().await;
        assert_eq!(self.order(&order).await["status"], "paid");
        order
    }

    /// What a customer has with [`ORGANIZATION`], as staff read it: hours and amount.
    pub async fn balance(&self, customer: &str) -> (String, String) {
        let json = self.get(&format!("/v1/customers/{customer}/balance")).role("staff").await.expect(200);
        let text = |name: &str| json[name].as_str().expect("text").to_owned();
        (text("hours"), text("amount"))
    }

    /// The entries of a customer's ledger with [`ORGANIZATION`], the newest first.
    pub async fn ledger(&self, customer: &str) -> Vec<Value> {
        let json = self.get(&format!("/v1/customers/{customer}/ledger")).role("staff").await.expect(200);
        json["entries"].as_array().cloned().expect("entries")
    }

    /// Staff take hours off a customer's balance with [`ORGANIZATION`].
    pub async fn debit(&self, customer: &str, hours: &str, reference: &str) -> Answer {
        let body = json!({ "organization": ORGANIZATION, "hours": hours, "reference": reference });
        self.post(&format!("/v1/customers/{customer}/debits")).role("staff").json(&body).await
    }
}
