//! What all scenes share: a world whose calls can be broken, a request, and what follows it.

use std::{sync::Mutex, time::Duration};

use domain::{NotificationKind, RefundState};
use holdfast_tests::{Answer, Everything, World, faults::Faults};
use serde_json::Value;

/// A little more than any lease or claim, in seconds.
pub(super) const LEASE: i64 = 70;
/// A little more than the hold of an order that is paid on Stripe's page, in seconds.
pub(super) const HOLD: i64 = 36 * 60 + 10;
/// How often a client comes back before the test fails.
const REPEATS: usize = 5;

/// A world with a request that is about to be made.
pub(super) struct Stage {
    pub(super) faults: Faults,
    pub(super) world: World,
    /// The latest answer to the client.
    answered: Mutex<Option<Answer>>,
}

impl Stage {
    pub(super) fn new(faults: Faults, world: World) -> Self {
        Self { faults, world, answered: Mutex::default() }
    }

    /// The latest answer to the client.
    pub(super) fn answered(&self) -> Answer {
        self.answered.lock().expect("no panic").clone().expect("an answer")
    }

    fn note(&self, answer: Answer) {
        *self.answered.lock().expect("no panic") = Some(answer);
    }

    /// Makes a request once. None if a crash ended the process before it could answer. What has no client, as a run of the
    /// sweeper, answers none itself.
    pub(super) async fn operate(&self, request: impl Future<Output = Option<Answer>>, expected: &[u16]) -> Option<()> {
        if let Some(answer) = self.faults.run(request).await? {
            let status = answer.status.as_u16();
            assert!(expected.contains(&status), "answered {}", answer.text);
            if status == 503 {
                assert!(!answer.header("retry-after").is_empty(), "{}", answer.text);
            }
            self.note(answer);
        }
        Some(())
    }

    /// A client whose answer says to come back does, with the same key and after a pause in seconds; so does one that heard
    /// nothing. Answers with what it heard at last.
    pub(super) async fn repeat(
        &self,
        pause: u32,
        request: impl AsyncFn() -> Option<Answer>,
        done: impl Fn(&Answer) -> bool,
    ) -> Answer {
        for _ in 0..REPEATS {
            let answer = request().await.expect("a client's request");
            self.note(answer.clone());
            if done(&answer) {
                return answer;
            }
            assert!([409, 503].contains(&answer.status.as_u16()), "a repeat was answered {}", answer.text);
            // Leases run out by the stack's clock, pauses within a process by the runtime's.
            self.world.advance(pause.into()).await;
            tokio::time::sleep(Duration::from_secs(pause.into())).await;
        }
        panic!("{REPEATS} repeats did not help");
    }

    /// Lets all run that can, and the sweeper after each of these times in seconds, if there is anything for it: most of what
    /// a sweep of faults costs would be runs that find nothing.
    pub(super) async fn wait(&self, times: &[i64]) {
        for seconds in times {
            self.world.settle().await;
            self.world.advance(*seconds).await;
            if self.world.is_anything_due() {
                self.world.sweep().await;
            }
        }
        self.world.settle().await;
    }

    /// The latest event of a kind.
    pub(super) fn reported(&self, kind: &str) -> Value {
        self.world.events(kind).pop().expect("Stripe has sent such an event")
    }
}

/// No refund is open, and no notification waits but for its time.
pub(super) fn assert_done(all: &Everything) {
    for order in &all.orders {
        let open = order.refunds.iter().filter(|refund| refund.state == RefundState::Pending).count();
        assert_eq!(open, 0, "order {} has open refunds", order.id);
    }
    // Reminders wait for their time.
    let later = |kind: &NotificationKind| {
        matches!(kind, NotificationKind::BookingReminder(_) | NotificationKind::ExpertReminder)
    };
    for notification in all.notifications.iter().filter(|notification| !later(&notification.notification)) {
        assert!(notification.done_at.is_some(), "notification {} was never sent", notification.id);
    }
}
