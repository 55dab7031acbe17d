//! The clients: each does one thing after the other, all of them at once, and writes down what it asked and heard. They meet the
//! router in this process, not a socket.

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
const STEPS: usize = 12;
/// How many units each of the two offers of a run has.
const UNITS: u32 = 3;
/// A little more than the hold of an order that is paid on Stripe's page, in seconds.
const HOLD: i64 = 36 * 60 + 10;
/// Every so many runs have calls whose answers are lost, so often that callers hear nothing sure.
const BROKEN: u64 = 4;

/// A world for runs, each with offers and a customer of its own.
#[derive(Debug)]
pub struct Runs {
    world: World,
    faults: Faults,
}

/// What the clients of one run saw.
#[derive(Debug, Clone, Default)]
pub struct Run {
    /// Of the units of an offer that is free, which were three at first.
    pub free: Vec<Operation>,
    /// Of the units of an offer that costs something, which were three at first.
    pub paid: Vec<Operation>,
    /// Of the customer's hours, which were none at first.
    pub balance: Vec<Operation>,
}

impl Run {
    /// How many operations there were.
    #[must_use]
    pub fn operations(&self) -> usize {
        self.all().count()
    }

    /// How many of them the clients heard nothing sure of.
    #[must_use]
    pub fn open(&self) -> usize {
        self.all().filter(|operation| operation.answered == Answered::Open).count()
    }

    /// How many units were held, let go, sold and given back, as far as clients heard.
    #[must_use]
    pub fn paid_for(&self) -> [usize; 4] {
        let mut counts = [0; 4];
        for operation in self.paid.iter().filter(|operation| operation.answered == Answered::Done) {
            match operation.action {
                Action::Hold(_) => counts[0] += 1,
                Action::Release(_) => counts[1] += 1,
                Action::Sell(_) => counts[2] += 1,
                Action::Return(_) => counts[3] += 1,
                Action::Take(_) | Action::Give(_) | Action::Read => {}
            }
        }
        counts
    }

    fn all(&self) -> impl Iterator<Item = &Operation> {
        self.free.iter().chain(&self.paid).chain(&self.balance)
    }

    /// What no sequence explains, if there is such a thing.
    #[must_use]
    pub fn finding(&self) -> Option<String> {
        for (name, seen) in [("free", &self.free), ("paid", &self.paid)] {
            if !explains(UNITS, seen) {
                return Some(format!("no sequence explains what was seen of the stock of {name}: {seen:#?}"));
            }
        }
        if !explains(0, &self.balance) {
            return Some(format!("no sequence explains what was seen of the balance: {:#?}", self.balance));
        }
        None
    }
}

/// What was counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Of {
    Free,
    Paid,
    Balance,
}

/// An order that a client knows of, and how many units it has.
type Placed = (Bought, u32);

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
        for (offer, price) in [("free", "0.00"), ("paid", "25.00")] {
            let body = json!({ "price": price, "capacity": UNITS });
            self.world.offer_of(ORGANIZATION, &listing, offer, body).await.expect(201);
        }
        // What Stripe has to say is brought by who did it.
        self.world.drop_webhooks().await;
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
        let left = join_all((0..CLIENTS).map(|client| Box::pin(record.client(client)))).await;
        self.faults.heal();
        self.faults.jitter(0);
        // What was not heard of may still be under way.
        tokio::time::sleep(Duration::from_secs(60)).await;
        self.world.send_webhooks().await;
        Box::pin(record.end_holds(left.into_iter().flatten())).await;
        record.read(Of::Free).await;
        record.read(Of::Paid).await;
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

    fn note(&self, of: Of, from: u64, action: Action, answered: Answered) {
        let operation = Operation { from, to: self.now(), action, answered };
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        match of {
            Of::Free => seen.free.push(operation),
            Of::Paid => seen.paid.push(operation),
            Of::Balance => seen.balance.push(operation),
        }
    }

    /// What a client does. Its orders that are held to the end.
    async fn client(&self, client: u64) -> Vec<Placed> {
        let mut random = StdRng::seed_from_u64(self.seed * CLIENTS + client);
        let (mut free, mut held, mut sold) = (Vec::new(), Vec::new(), Vec::new());
        for step in 0..STEPS {
            match random.random_range(0..14) {
                0 | 1 => free.extend(self.buy(random.random_range(1..=2)).await),
                2 => match free.pop() {
                    Some(order) => self.give_back(Of::Free, &order).await,
                    None => self.read(Of::Free).await,
                },
                3 => self.read(Of::Free).await,
                4 => self.credit(&format!("{client}-{step}")).await,
                5 => self.debit(&format!("{client}-{step}")).await,
                6 => self.read_balance().await,
                7..=9 => held.extend(self.hold(random.random_range(1..=2)).await),
                10 | 11 => match held.pop() {
                    Some(order) if random.random_range(0..3) == 0 => self.let_go(&order).await,
                    Some(order) => {
                        if random.random_range(0..3) == 0 {
                            self.decline(&order).await;
                        }
                        if self.sell(&order).await {
                            sold.push(order);
                        }
                    }
                    None => self.read(Of::Paid).await,
                },
                12 => match sold.pop() {
                    Some(order) => self.give_back(Of::Paid, &order).await,
                    None => self.read(Of::Paid).await,
                },
                _ => self.read(Of::Paid).await,
            }
        }
        held
    }

    async fn order(&self, of: Of, quantity: u32) -> Option<Placed> {
        let (offer, action) = match of {
            Of::Free => ("free", Action::Take(quantity)),
            Of::Paid | Of::Balance => ("paid", Action::Hold(quantity)),
        };
        let mut body = self.world.request(offer, quantity.into());
        body["listing"] = json!(self.listing);
        let from = self.now();
        let answer = self.world.checkout(&body).await;
        let answered = heard(&answer, 201, "insufficient_stock");
        self.note(of, from, action, answered);
        (answered == Answered::Done).then(|| (Bought::of(answer.json), quantity))
    }

    /// Takes so many units that are free. The order, if it is known to be placed.
    async fn buy(&self, quantity: u32) -> Option<Placed> {
        self.order(Of::Free, quantity).await
    }

    /// Orders so many units, to be paid on Stripe's page. The order, if it is known to be placed.
    async fn hold(&self, quantity: u32) -> Option<Placed> {
        self.order(Of::Paid, quantity).await
    }

    /// Brings Stripe's latest event of a kind about an order, and what was heard of it.
    async fn bring(&self, kind: &str, (order, _): &Placed) -> Answered {
        let about = |event: &&Value| event.to_string().contains(&order.id);
        let event = self.world.events(kind).iter().rev().find(about).cloned();
        match event {
            Some(event) => heard(&self.world.event(&event).await, 200, ""),
            None => panic!("Stripe has sent no {kind} of order {}", order.id),
        }
    }

    /// A card is declined on Stripe's page, which stays open: nothing is sold or let go.
    async fn decline(&self, order: &Placed) {
        let declined = self.world.pay_with(&order.0.session, "pm_card_chargeDeclined");
        assert!(declined.is_err(), "{declined:?}");
        self.bring("payment_intent.payment_failed", order).await;
    }

    /// Pays. Whether it is known to be sold.
    async fn sell(&self, order: &Placed) -> bool {
        let from = self.now();
        self.world.pay(&order.0);
        let answered = self.bring("checkout.session.completed", order).await;
        self.note(Of::Paid, from, Action::Sell(order.1), answered);
        answered == Answered::Done
    }

    /// Stripe's page ends, as it does in time.
    async fn let_go(&self, order: &Placed) {
        let from = self.now();
        self.world.at_stripe(&format!("sessions/{}/expire", order.0.session), &json!({})).await;
        let answered = self.bring("checkout.session.expired", order).await;
        self.note(Of::Paid, from, Action::Release(order.1), answered);
    }

    /// The time of all holds runs out, of those that clients know of and of those whose answers were lost.
    async fn end_holds(&self, known: impl Iterator<Item = Placed>) {
        let from = self.now();
        for _ in 0..2 {
            self.world.advance(HOLD).await;
            self.world.sweep().await;
            self.world.settle().await;
        }
        for (_, quantity) in known {
            self.note(Of::Paid, from, Action::Release(quantity), Answered::Done);
        }
        let lost: Vec<Action> = {
            let seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
            let open = seen.paid.iter().filter(|operation| operation.answered == Answered::Open);
            open.map(|operation| operation.action).collect()
        };
        for action in lost {
            if let Action::Hold(quantity) = action {
                self.note(Of::Paid, from, Action::Release(quantity), Answered::Open);
            }
        }
    }

    async fn give_back(&self, of: Of, (order, quantity): &Placed) {
        let body = json!({ "items": [{ "line": "l1", "quantity": quantity }] });
        let from = self.now();
        let answer = self.world.refund(order, &body).await;
        let action = if of == Of::Paid { Action::Return(*quantity) } else { Action::Give(*quantity) };
        self.note(of, from, action, heard(&answer, 201, ""));
    }

    async fn read(&self, of: Of) {
        let from = self.now();
        let answer = self.world.get(&format!("/v1/listings/{}", self.listing)).await;
        let name = if of == Of::Paid { "paid" } else { "free" };
        let offers = answer.json["offers"].as_array().cloned().unwrap_or_default();
        let offer = offers.into_iter().find(|offer| offer["id"] == name).unwrap_or_default();
        self.note(of, from, Action::Read, value(&answer, &offer["available"]));
    }

    /// One hour more.
    async fn credit(&self, key: &str) {
        let key = format!("{}-{key}", self.seed);
        let body = self.world.hours_request("hour", 1);
        let token = self.world.customer(&self.customer);
        let from = self.now();
        let answer = self.world.post("/v1/checkout").token(&token).key(&key).json(&body).await;
        self.note(Of::Balance, from, Action::Give(1), heard(&answer, 201, ""));
    }

    async fn debit(&self, reference: &str) {
        let from = self.now();
        let answer = self.world.debit(&self.customer, "1", reference).await;
        self.note(Of::Balance, from, Action::Take(1), heard(&answer, 201, "insufficient_hours"));
    }

    async fn read_balance(&self) {
        let from = self.now();
        let path = format!("/v1/customers/{}/balance", self.customer);
        let answer = self.world.get(&path).role("staff").await;
        self.note(Of::Balance, from, Action::Read, value(&answer, &answer.json["hours"]));
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
