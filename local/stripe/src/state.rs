//! The whole state of the stand-in, behind one lock.

use std::collections::{BTreeSet, HashMap, VecDeque};

use rand::Rng;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{
    cards, chance,
    errors::ApiError,
    faults::Faults,
    idempotency::Keys,
    index::Index,
    objects::{
        Calculation, Charge, Dispute, Fee, Intent, Refund, RefundStatus, RegisteredEndpoint, TaxSettings,
        TaxTransaction, Transfer, UsedMethod, object as fields,
    },
    session::Session,
    table::{Stored, Table},
    webhooks::Outbox,
};

/// The version of the API that is spoken where a caller names none.
pub(crate) const API_VERSION: &str = "2026-09-30.endive";
/// How many events are kept; Stripe keeps them for thirty days.
const EVENTS_KEPT: usize = 20_000;
/// How many calls are kept for `GET /_test/calls`.
const CALLS_KEPT: usize = 20_000;

/// What happened to an object, as `GET /v1/events` shows it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Event {
    pub(crate) id: String,
    pub(crate) created: i64,
    /// As `checkout.session.completed`.
    pub(crate) kind: String,
    /// The webhook's body.
    pub(crate) payload: String,
    /// What it belongs to: events of one group are delivered one after another.
    pub(crate) group: String,
}

impl Stored for Event {
    fn id(&self) -> &str {
        &self.id
    }
    fn created(&self) -> i64 {
        self.created
    }
}

/// The call that caused an event.
#[derive(Debug, Clone, Default)]
pub(crate) struct Origin {
    pub(crate) request: Option<String>,
    pub(crate) key: Option<String>,
}

/// A call to the API.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CallSeen {
    /// `GET`, `POST` or `DELETE`.
    pub method: String,
    /// As `/v1/refunds`.
    pub path: String,
    /// The header `Idempotency-Key`.
    pub idempotency_key: Option<String>,
    /// The form, or for `GET` the query, as it came.
    pub form: String,
}

/// A change that the clock brings.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(crate) enum Timer {
    /// An unpaid session ends.
    ExpireSession(String),
    /// An authorization that was not captured ends.
    ExpireIntent(String),
    /// A pending refund arrives.
    SucceedRefund(String),
    /// An accepted refund comes back.
    FailRefund(String),
}

/// All objects, timers, and what was set by `/_test`.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct State {
    pub(crate) sessions: Table<Session>,
    pub(crate) intents: Table<Intent>,
    pub(crate) charges: Table<Charge>,
    pub(crate) refunds: Table<Refund>,
    pub(crate) transfers: Table<Transfer>,
    pub(crate) fees: Table<Fee>,
    pub(crate) disputes: Table<Dispute>,
    #[serde(default)]
    pub(crate) endpoints: Table<RegisteredEndpoint>,
    /// What sellers have on their accounts, as far as the stand-in has booked.
    #[serde(default)]
    pub(crate) accounts: HashMap<String, i64>,
    pub(crate) methods: Table<UsedMethod>,
    pub(crate) events: Table<Event>,
    pub(crate) timers: BTreeSet<(i64, Timer)>,
    pub(crate) keys: Keys,
    pub(crate) outbox: Outbox,
    /// What searches go by.
    #[serde(default)]
    pub(crate) searchable: Index,
    /// The rate of tax where tax is calculated, in percent.
    pub(crate) tax_percent: Decimal,
    /// What the account's settings say of tax.
    #[serde(default)]
    pub(crate) tax_settings: TaxSettings,
    #[serde(default)]
    pub(crate) calculations: Table<Calculation>,
    #[serde(default)]
    pub(crate) tax_transactions: Table<TaxTransaction>,
    /// How the next refunds begin.
    pub(crate) next_refunds: VecDeque<RefundStatus>,
    #[serde(skip)]
    pub(crate) faults: Faults,
    #[serde(skip)]
    pub(crate) calls: VecDeque<CallSeen>,
    #[serde(skip)]
    pub(crate) public_url: String,
    /// The time at which the lock was taken, in milliseconds.
    #[serde(skip)]
    pub(crate) now_ms: i64,
    #[serde(skip)]
    pub(crate) origin: Origin,
    /// The kinds of events that the webhook asked for; all where it named none.
    #[serde(skip)]
    pub(crate) requested: Option<BTreeSet<String>>,
    /// The secret keys that are taken; any test key where none is named.
    #[serde(skip)]
    pub(crate) accepted: Option<Vec<String>>,
}

/// A new id, as `pi_` and 24 letters.
pub(crate) fn fresh(prefix: &str) -> String {
    letters(prefix, 24)
}

/// `prefix` and so many random letters.
pub(crate) fn letters(prefix: &str, count: usize) -> String {
    let mut id = String::with_capacity(prefix.len().saturating_add(count));
    id.push_str(prefix);
    chance::with(|row| id.extend(row.sample_iter(rand::distr::Alphanumeric).take(count).map(char::from)));
    id
}

impl State {
    /// The time, in seconds.
    pub(crate) fn now(&self) -> i64 {
        self.now_ms.div_euclid(1_000)
    }

    /// Notes a call.
    pub(crate) fn saw(&mut self, call: CallSeen) {
        if self.calls.len() >= CALLS_KEPT {
            self.calls.pop_front();
        }
        self.calls.push_back(call);
    }

    /// Makes an event about `object`.
    pub(crate) fn emit(&mut self, kind: &str, group: &str, object: Value) {
        self.emit_change(kind, group, object, None);
    }

    /// The same, with the former values of the changed fields.
    pub(crate) fn emit_change(&mut self, kind: &str, group: &str, object: Value, previous: Option<Value>) {
        self.index(&object);
        let id = fresh("evt_1");
        let mut data = fields([("object", object)]);
        if let (Value::Object(data), Some(previous)) = (&mut data, previous) {
            data.insert("previous_attributes".to_owned(), previous);
        }
        let payload = fields([
            ("id", json!(id)),
            ("object", json!("event")),
            ("account", Value::Null),
            ("api_version", json!(API_VERSION)),
            ("context", Value::Null),
            ("created", json!(self.now())),
            ("data", data),
            ("livemode", json!(false)),
            ("pending_webhooks", json!(1)),
            ("request", json!({"id": self.origin.request, "idempotency_key": self.origin.key})),
            ("type", json!(kind)),
        ]);
        self.publish(Event {
            id,
            created: self.now(),
            kind: kind.to_owned(),
            payload: payload.to_string(),
            group: group.to_owned(),
        });
    }

    /// Adds an object to the index of searches.
    pub(crate) fn index(&mut self, object: &Value) {
        let now = self.now();
        self.searchable.note(object, now);
    }

    /// Keeps an event and puts it into the outbox.
    pub(crate) fn publish(&mut self, event: Event) {
        if self.requested.as_ref().is_none_or(|requested| requested.contains(&event.kind)) {
            self.outbox.post(&event.id, &event.group, self.now_ms);
        }
        self.events.insert(event);
        // An event that was not delivered stays, however many come after it.
        let delivered =
            |state: &Self| state.events.oldest().is_some_and(|event| state.outbox.pending_of(&event.id) == 0);
        while self.events.len() > EVENTS_KEPT && delivered(self) {
            self.events.drop_oldest();
        }
    }

    /// An event as the API answers it.
    pub(crate) fn event_json(&self, event: &Event) -> Value {
        let mut value: Value = serde_json::from_str(&event.payload).unwrap_or_default();
        if let Value::Object(fields) = &mut value {
            fields.insert("pending_webhooks".to_owned(), json!(self.outbox.pending_of(&event.id)));
        }
        value
    }

    /// A session as the API answers it.
    pub(crate) fn session_json(&self, session: &Session) -> Value {
        session.to_json(&self.public_url)
    }

    /// Any object, by its id.
    pub(crate) fn object(&self, id: &str) -> Option<Value> {
        let (prefix, _) = id.split_once('_')?;
        match prefix {
            "cs" => self.sessions.get(id).map(|session| self.session_json(session)),
            "pi" => self.intents.get(id).map(Intent::to_json),
            "ch" => self.charges.get(id).map(Charge::to_json),
            "re" => self.refunds.get(id).map(Refund::to_json),
            "tr" => self.transfers.get(id).map(Transfer::to_json),
            "fee" => self.fees.get(id).map(Fee::to_json),
            "du" => self.disputes.get(id).map(Dispute::to_json),
            "taxcalc" => self.calculations.get(id).map(Calculation::to_json),
            "tax" => self.tax_transactions.get(id).map(TaxTransaction::to_json),
            "pm" => self.method_json(id),
            "evt" => self.events.get(id).map(|event| self.event_json(event)),
            "trr" => {
                let reversed = |transfer: &Transfer| transfer.reversals.iter().find(|r| r.id == id).cloned();
                self.transfers.iter().find_map(|(_, transfer)| reversed(transfer)).map(|reversal| reversal.to_json())
            }
            _ => None,
        }
    }

    /// The intent that a path names.
    pub(crate) fn intent(&self, id: &str) -> Result<Intent, ApiError> {
        self.intents.get(id).cloned().ok_or_else(|| ApiError::no_such("payment_intent", id, "intent"))
    }

    /// Writes an intent back and makes an event of it.
    pub(crate) fn keep(&mut self, intent: &Intent, event: Option<&str>) {
        if let Some(kept) = self.intents.get_mut(&intent.id) {
            kept.clone_from(intent);
        }
        if let Some(event) = event {
            self.emit(event, &intent.id, intent.to_json());
        }
    }

    /// A payment method that a buyer has used.
    pub(crate) fn method_json(&self, id: &str) -> Option<Value> {
        let used = self.methods.get(id)?;
        Some(cards::method(&used.token)?.to_json(&used.id, used.created))
    }

    /// Starts a timer.
    pub(crate) fn later(&mut self, seconds: i64, timer: Timer) {
        self.timers.insert((self.now().saturating_add(seconds), timer));
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{EVENTS_KEPT, State};

    #[test]
    fn events_stay_until_they_are_delivered() {
        let mut state = State::default();
        state.outbox.has_target = true;
        let emit = |state: &mut State, count| {
            for number in 0..count {
                state.emit("charge.succeeded", &format!("pi_{number}"), json!({}));
            }
        };
        emit(&mut state, EVENTS_KEPT + 50);
        assert_eq!(state.events.len(), EVENTS_KEPT + 50);
        for _ in 0..3 {
            for delivery in state.outbox.take(0, 25) {
                state.outbox.answered(delivery.id, 200, 0);
            }
        }
        emit(&mut state, 1);
        assert_eq!(state.events.len(), EVENTS_KEPT, "the oldest were told");
        assert_eq!(state.outbox.list().count(), EVENTS_KEPT);
    }
}
