//! The outbox: which events are to be delivered, when, and how the webhook answered.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use hmac::{Hmac, Mac};
use rand::{Rng, seq::SliceRandom};
use serde::{Deserialize, Serialize};
use sha2::Sha256;

use crate::chance;

/// How long after each failed attempt the next one comes, in seconds.
const BACKOFF: [i64; 10] = [1, 5, 15, 60, 300, 1_800, 7_200, 18_000, 36_000, 43_200];
/// How many deliveries are under way at once.
const AT_ONCE: usize = 32;
/// How many ended deliveries are kept for `GET /_test/deliveries`.
const KEPT: usize = 20_000;
/// How long shuffled events are gathered.
const GATHERED_MS: i64 = 150;

/// How webhooks travel.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WebhookMode {
    /// At once and in order.
    #[default]
    Normal,
    /// Late.
    Delay,
    /// Each of them twice.
    Duplicate,
    /// In any order.
    Shuffle,
    /// Events are lost, and no repeat comes.
    Drop,
}

/// The state of a delivery.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DeliveryStatus {
    /// Its time has not come.
    Pending,
    /// It is under way.
    InFlight,
    /// It was not sent.
    Dropped,
    /// The webhook answered with success.
    Delivered,
    /// All attempts failed.
    Failed,
}

/// One event on its way to the webhook.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Delivery {
    /// Its number.
    pub id: u64,
    /// The id of it, `evt_…`.
    pub event: String,
    /// Where it stands.
    pub status: DeliveryStatus,
    /// When it is tried next, in milliseconds since 1970.
    pub due_ms: i64,
    /// What was answered so far; 0 stands for no answer.
    pub answers: Vec<u16>,
    group: String,
    /// Whether it was held back on purpose.
    late: bool,
}

/// All deliveries.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct Outbox {
    pub(crate) mode: WebhookMode,
    pub(crate) delay_seconds: Option<i64>,
    deliveries: BTreeMap<u64, Delivery>,
    next: u64,
    /// What waits, by time and number.
    queue: BTreeSet<(i64, u64)>,
    /// How many deliveries of an event have not ended.
    pending: HashMap<String, u32>,
    #[serde(skip)]
    busy: HashSet<String>,
    /// Whether the webhook has an address.
    #[serde(skip)]
    pub(crate) has_target: bool,
    /// Whether a worker is emptying it.
    #[serde(skip)]
    pub(crate) is_worked_on: bool,
}

impl Outbox {
    /// Puts an event in.
    pub(crate) fn post(&mut self, event: &str, group: &str, now_ms: i64) {
        match self.mode {
            WebhookMode::Normal => self.add(event, group, now_ms, false),
            WebhookMode::Delay => {
                let delay = self.delay_seconds.unwrap_or(3).saturating_mul(1_000);
                self.add(event, group, now_ms.saturating_add(delay), true);
            }
            WebhookMode::Duplicate => {
                self.add(event, group, now_ms, false);
                // A group of its own, so that the two race each other.
                self.add(event, &format!("{group} again"), now_ms, false);
            }
            WebhookMode::Shuffle => {
                let jitter = chance::with(|row| row.random_range(0..GATHERED_MS));
                self.add(event, group, now_ms.saturating_add(jitter), false);
            }
            WebhookMode::Drop => {
                self.add(event, group, now_ms, false);
                if let Some(last) = self.deliveries.values_mut().next_back() {
                    last.status = DeliveryStatus::Dropped;
                    self.queue.remove(&(last.due_ms, last.id));
                    self.pending.remove(event);
                }
            }
        }
    }

    /// Puts an event in again, whatever the mode.
    pub(crate) fn resend(&mut self, event: &str, group: &str, now_ms: i64) {
        self.add(event, group, now_ms, false);
    }

    fn add(&mut self, event: &str, group: &str, due_ms: i64, late: bool) {
        let id = self.next;
        self.next += 1;
        self.queue.insert((due_ms, id));
        *self.pending.entry(event.to_owned()).or_default() += 1;
        let (event, group) = (event.to_owned(), group.to_owned());
        let answers = Vec::new();
        self.deliveries
            .insert(id, Delivery { id, event, status: DeliveryStatus::Pending, due_ms, answers, group, late });
        self.forget();
    }

    /// Forgets the oldest deliveries that have ended.
    fn forget(&mut self) {
        while self.deliveries.len() > KEPT
            && let Some(oldest) = self.deliveries.first_entry()
            && !matches!(oldest.get().status, DeliveryStatus::Pending | DeliveryStatus::InFlight)
        {
            oldest.remove();
        }
    }

    /// How many deliveries of an event have not ended.
    pub(crate) fn pending_of(&self, event: &str) -> u32 {
        self.pending.get(event).copied().unwrap_or_default()
    }

    /// Takes what is due and can leave now, at most so many.
    pub(crate) fn take(&mut self, now_ms: i64, limit: usize) -> Vec<Delivery> {
        if !self.has_target {
            return Vec::new();
        }
        let mut taken: Vec<Delivery> = Vec::new();
        for (_, id) in self.queue.range(..=(now_ms, u64::MAX)) {
            if taken.len() >= limit || self.busy.len() >= AT_ONCE {
                break;
            }
            let Some(delivery) = self.deliveries.get_mut(id) else { continue };
            if self.busy.insert(delivery.group.clone()) {
                delivery.status = DeliveryStatus::InFlight;
                taken.push(delivery.clone());
            }
        }
        for delivery in &taken {
            self.queue.remove(&(delivery.due_ms, delivery.id));
        }
        taken
    }

    /// Notes what the webhook answered; 0 stands for no answer.
    pub(crate) fn answered(&mut self, id: u64, status: u16, now_ms: i64) {
        let Some(delivery) = self.deliveries.get_mut(&id) else { return };
        self.busy.remove(&delivery.group);
        delivery.answers.push(status);
        let tries = delivery.answers.len();
        if (200..300).contains(&status) {
            delivery.status = DeliveryStatus::Delivered;
        } else if let Some(wait) = tries.checked_sub(1).and_then(|tries| BACKOFF.get(tries)) {
            delivery.status = DeliveryStatus::Pending;
            delivery.due_ms = now_ms.saturating_add(wait.saturating_mul(1_000));
            self.queue.insert((delivery.due_ms, id));
            return;
        } else {
            delivery.status = DeliveryStatus::Failed;
        }
        let event = delivery.event.clone();
        if let Some(count) = self.pending.get_mut(&event) {
            *count = count.saturating_sub(1);
            if *count == 0 {
                self.pending.remove(&event);
            }
        }
        self.forget();
    }

    /// When the next delivery is due; none when nothing waits or the webhook has no address.
    pub(crate) fn next_due(&self) -> Option<i64> {
        self.queue.first().filter(|_| self.has_target).map(|(due, _)| *due)
    }

    /// Whether nothing is under way or about to leave. What was delayed on purpose or is to be tried again does not count.
    pub(crate) fn is_quiet(&self, now_ms: i64) -> bool {
        let about_to_leave = |(_, id): &(i64, u64)| {
            self.deliveries.get(id).is_some_and(|d| d.due_ms <= now_ms || (!d.late && d.answers.is_empty()))
        };
        let soon = now_ms.saturating_add(GATHERED_MS);
        !self.has_target || (self.busy.is_empty() && !self.queue.range(..=(soon, u64::MAX)).any(about_to_leave))
    }

    /// Lets go of what was held back, and with `dropped` of what was dropped too, in random order with `shuffled`.
    pub(crate) fn release(&mut self, dropped: bool, shuffled: bool, now_ms: i64) -> usize {
        let held = |delivery: &Delivery| match delivery.status {
            DeliveryStatus::Pending => delivery.due_ms > now_ms,
            DeliveryStatus::Dropped => dropped,
            _ => false,
        };
        let mut ids: Vec<u64> = self.deliveries.values().filter(|delivery| held(delivery)).map(|d| d.id).collect();
        if shuffled {
            chance::with(|row| ids.shuffle(row));
        }
        let mut due_ms = now_ms;
        for id in &ids {
            let Some(delivery) = self.deliveries.get_mut(id) else { continue };
            self.queue.remove(&(delivery.due_ms, *id));
            if delivery.status == DeliveryStatus::Dropped {
                *self.pending.entry(delivery.event.clone()).or_default() += 1;
            }
            delivery.status = DeliveryStatus::Pending;
            delivery.late = false;
            delivery.due_ms = due_ms;
            self.queue.insert((due_ms, *id));
            if shuffled {
                // Earlier and earlier, so that the order of the queue is the shuffled one.
                due_ms -= 1;
            }
        }
        ids.len()
    }

    /// All deliveries that are kept, newest first.
    pub(crate) fn list(&self) -> impl Iterator<Item = &Delivery> {
        self.deliveries.values().rev()
    }

    /// Puts back what was under way when the process ended.
    pub(crate) fn settle(&mut self, now_ms: i64) {
        for delivery in self.deliveries.values_mut() {
            if delivery.status == DeliveryStatus::InFlight {
                delivery.status = DeliveryStatus::Pending;
                delivery.due_ms = now_ms;
                self.queue.insert((now_ms, delivery.id));
            }
        }
    }
}

/// The header `Stripe-Signature` of a body, signed with each of the secrets.
pub(crate) fn signature(secrets: &[String], timestamp: i64, body: &str) -> String {
    let mut header = format!("t={timestamp}");
    for secret in secrets {
        // HMAC takes a key of any length.
        if let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(secret.as_bytes()) {
            mac.update(format!("{timestamp}.").as_bytes());
            mac.update(body.as_bytes());
            header.push_str(",v1=");
            header.push_str(&hex::encode(mac.finalize().into_bytes()));
        }
    }
    header
}
