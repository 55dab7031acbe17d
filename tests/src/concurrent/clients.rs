//! The clients: each does one thing after the other, all of them at once, and writes down what it asked and heard.

use std::{
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use futures::future::join_all;
use rand::{Rng, SeedableRng, rngs::StdRng};
use serde_json::{Value, json};

use super::checker::{Action, Answered, Operation, explains};
use crate::{
    answer::Answer,
    bought::Bought,
    constants::ORGANIZATION,
    faults::{Fault, Faults, Rule, Service},
    packages::LESSONS,
    world::World,
};

/// How many clients there are in a run.
const CLIENTS: u64 = 4;
/// How much each of them does.
const STEPS: usize = 7;
/// How many units the offer of a run has.
const UNITS: u32 = 3;
/// Every so many runs have calls whose answers are lost, so often that callers hear nothing sure.
const BROKEN: u64 = 4;

/// A world for runs, each with an offer and a customer of its own.
#[derive(Debug)]
pub struct Runs {
    world: World,
    faults: Faults,
}

/// What the clients of one run saw.
#[derive(Debug, Clone, Default)]
pub struct Run {
    /// Of the offer's units on sale, which were three at first.
    pub stock: Vec<Operation>,
    /// Of the customer's hours, which were none at first.
    pub balance: Vec<Operation>,
}

impl Run {
    /// How many operations there were.
    #[must_use]
    pub fn operations(&self) -> usize {
        self.stock.len() + self.balance.len()
    }

    /// How many of them the clients heard nothing sure of.
    #[must_use]
    pub fn open(&self) -> usize {
        self.stock.iter().chain(&self.balance).filter(|operation| operation.answered == Answered::Open).count()
    }

    /// What no sequence explains, if there is such a thing.
    #[must_use]
    pub fn finding(&self) -> Option<String> {
        if !explains(UNITS, &self.stock) {
            return Some(format!("no sequence explains what was seen of the stock: {:#?}", self.stock));
        }
        if !explains(0, &self.balance) {
            return Some(format!("no sequence explains what was seen of the balance: {:#?}", self.balance));
        }
        None
    }
}

/// What a run is about, and what was seen of it so far.
struct Record<'a> {
    world: &'a World,
    listing: String,
    customer: String,
    seed: u64,
    time: AtomicU64,
    seen: Mutex<Run>,
}

impl Runs {
    /// A world whose calls take their time, and whose table refuses what overlaps on an item.
    pub async fn new() -> Self {
        let faults = Faults::new();
        let world = World::of_packages_with(faults.options()).await;
        let hour = json!({ "price": "0.00", "hours": "1", "capacity": null });
        world.offer_of(ORGANIZATION, LESSONS, "hour", hour).await.expect(201);
        Self { world, faults }
    }

    /// How many calls the table refused because others were at their items.
    #[must_use]
    pub fn conflicts(&self) -> usize {
        self.faults.conflicts()
    }

    /// One run. Its seed says what the clients do; how they overlap is new each time.
    pub async fn run(&self, seed: u64) -> Run {
        let listing = format!("run-{seed}");
        self.world.show(&listing, json!({})).await.expect(201);
        let offer = json!({ "price": "0.00", "capacity": UNITS });
        self.world.offer_of(ORGANIZATION, &listing, "seat", offer).await.expect(201);
        let (time, seen) = (AtomicU64::new(0), Mutex::default());
        let customer = format!("pupil-{seed}");
        let record = Record { world: &self.world, listing, customer, seed, time, seen };
        self.faults.jitter(3);
        if seed.is_multiple_of(BROKEN) {
            // All tries of all clients for a while: transactions are applied and no answer comes, or never arrive.
            let skip = usize::try_from(seed % 11).unwrap_or_default();
            let lost = Rule::every(Service::Table, Fault::AnswerLost).of("TransactWriteItems");
            let never = Rule::every(Service::Table, Fault::RequestLost).of("TransactWriteItems");
            self.faults.plan([lost.after(skip).times(20), never.after(skip + 4).times(20)]);
        }
        join_all((0..CLIENTS).map(|client| Box::pin(record.client(client)))).await;
        self.faults.heal();
        self.faults.jitter(0);
        // What was not heard of may still be under way.
        tokio::time::sleep(Duration::from_secs(60)).await;
        self.world.settle().await;
        record.read_stock().await;
        record.read_balance().await;
        record.seen.into_inner().unwrap_or_else(PoisonError::into_inner)
    }

    /// Ends the runs: everything holds.
    pub async fn finish(&self) {
        self.world.finish().await;
    }
}

impl Record<'_> {
    fn now(&self) -> u64 {
        self.time.fetch_add(1, Ordering::SeqCst)
    }

    fn note(&self, stock: bool, from: u64, action: Action, answered: Answered) {
        let operation = Operation { from, to: self.now(), action, answered };
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        if stock { seen.stock.push(operation) } else { seen.balance.push(operation) }
    }

    async fn client(&self, client: u64) {
        let mut random = StdRng::seed_from_u64(self.seed * CLIENTS + client);
        let mut orders: Vec<(Bought, u32)> = Vec::new();
        for step in 0..STEPS {
            match random.random_range(0..8) {
                0..=2 => orders.extend(self.buy(random.random_range(1..=2)).await),
                3 => match orders.pop() {
                    Some((order, quantity)) => self.give_back(&order, quantity).await,
                    None => self.read_stock().await,
                },
                4 => self.read_stock().await,
                5 => self.credit(&format!("{client}-{step}")).await,
                6 => self.debit(&format!("{client}-{step}")).await,
                _ => self.read_balance().await,
            }
        }
    }

    /// Buys so many units. The order, if it is known to be placed.
    async fn buy(&self, quantity: u32) -> Option<(Bought, u32)> {
        let mut body = self.world.request("seat", quantity.into());
        body["listing"] = json!(self.listing);
        let from = self.now();
        let answer = self.world.checkout(&body).await;
        let answered = heard(&answer, 201, "insufficient_stock");
        self.note(true, from, Action::Take(quantity), answered);
        (answered == Answered::Done).then(|| (Bought::of(answer.json), quantity))
    }

    async fn give_back(&self, order: &Bought, quantity: u32) {
        let body = json!({ "items": [{ "line": "l1", "quantity": quantity }] });
        let from = self.now();
        let answer = self.world.refund(order, &body).await;
        self.note(true, from, Action::Give(quantity), heard(&answer, 201, ""));
    }

    async fn read_stock(&self) {
        let from = self.now();
        let answer = self.world.get(&format!("/v1/listings/{}", self.listing)).await;
        self.note(true, from, Action::Read, value(&answer, &answer.json["offers"][0]["available"]));
    }

    /// One hour more.
    async fn credit(&self, key: &str) {
        let key = format!("{}-{key}", self.seed);
        let body = self.world.hours_request("hour", 1);
        let token = self.world.customer(&self.customer);
        let from = self.now();
        let answer = self.world.post("/v1/checkout").token(&token).key(&key).json(&body).await;
        self.note(false, from, Action::Give(1), heard(&answer, 201, ""));
    }

    async fn debit(&self, reference: &str) {
        let from = self.now();
        let answer = self.world.debit(&self.customer, "1", reference).await;
        self.note(false, from, Action::Take(1), heard(&answer, 201, "insufficient_hours"));
    }

    async fn read_balance(&self) {
        let from = self.now();
        let path = format!("/v1/customers/{}/balance", self.customer);
        let answer = self.world.get(&path).role("staff").await;
        self.note(false, from, Action::Read, value(&answer, &answer.json["hours"]));
    }
}

/// What an answer says of a change.
fn heard(answer: &Answer, done: u16, too_few: &str) -> Answered {
    let code = answer.json["code"].as_str().unwrap_or_default();
    match answer.status.as_u16() {
        status if status == done => Answered::Done,
        503 => Answered::Open,
        400 | 409 if code == too_few => Answered::TooFew,
        _ => panic!("an answer that has no place here: {}", answer.text),
    }
}

/// What an answer says of a value.
fn value(answer: &Answer, found: &Value) -> Answered {
    let number = found.as_u64().or_else(|| found.as_str()?.parse().ok());
    match (answer.status.as_u16(), number.and_then(|number| u32::try_from(number).ok())) {
        (200, Some(number)) => Answered::Value(number),
        (503, _) => Answered::Open,
        _ => panic!("an answer that has no place here: {}", answer.text),
    }
}
