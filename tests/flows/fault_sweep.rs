//! The fault sweep: every flow that moves money or stock, broken at each single outward call in every way there is; then
//! the client's repeat, Stripe's repeats and the sweeper; and then nothing may be wrong.
//!
//! A dry run counts a flow's calls. Each combination of call, fault and whether it lasts gets a world of its own, on a
//! runtime with paused time, so that the clients' own repeats and time limits take none.

#![expect(clippy::print_stderr, reason = "how much was tried is worth seeing")]

mod bookings;
mod cases;
mod hours;
mod intents;
mod reviews;
mod scene;
mod splits;
mod taxes;

use std::{
    collections::BTreeMap,
    fmt,
    panic::{AssertUnwindSafe, catch_unwind},
};

use holdfast_tests::faults::{Fault, Faults, Outward, Rule, Service};

use self::{cases::Case, scene::Scene};

/// One thing to break.
#[derive(Debug, Clone)]
struct Break {
    /// What is called, as [`Outward::kind`] says it.
    service: Service,
    kind: String,
    /// How many calls of that kind come before. Counted by kind, because the order of independent calls may differ from
    /// world to world.
    before: usize,
    fault: Fault,
    /// Whether everything at the same service goes wrong from there on, until the request has ended.
    lasts: bool,
}

impl Break {
    fn rule(&self) -> Rule {
        let rule = Rule::every(self.service, self.fault).of(&self.kind).after(self.before);
        if self.lasts { rule.sticking() } else { rule.times(1) }
    }
}

/// A flow that is broken: how to get to the request, and on from it.
trait Flow: Copy + fmt::Debug {
    /// A world of its own, in which the request is about to be made.
    type Scene;
    /// Drives a new world to the point.
    async fn set(self) -> Self::Scene;
    /// What breaks calls in that world.
    fn faults(scene: &Self::Scene) -> &Faults;
    /// Makes the request once. None if the process was gone before it could answer.
    async fn operate(scene: &Self::Scene) -> Option<()>;
    /// All is well again: clients and Stripe repeat, time passes, the sweeper runs.
    async fn recover(scene: &Self::Scene);
    /// Nothing is wrong, and what was to happen has happened, once.
    async fn expect(scene: &Self::Scene);
}

impl Flow for Case {
    type Scene = Scene;

    async fn set(self) -> Scene {
        Scene::set(self).await
    }

    fn faults(scene: &Scene) -> &Faults {
        &scene.faults
    }

    async fn operate(scene: &Scene) -> Option<()> {
        scene.operate().await
    }

    async fn recover(scene: &Scene) {
        scene.recover().await;
    }

    async fn expect(scene: &Scene) {
        scene.expect().await;
    }
}

fn paused<T>(work: impl Future<Output = T>) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().start_paused(true).build();
    runtime.expect("a runtime").block_on(work)
}

/// The flow without faults: its calls, in their order.
fn dry_run<F: Flow>(case: F) -> Vec<Outward> {
    paused(async {
        let scene = case.set().await;
        F::faults(&scene).watch();
        F::operate(&scene).await.expect("nobody ends the process");
        let calls = F::faults(&scene).calls();
        F::recover(&scene).await;
        F::expect(&scene).await;
        calls
    })
}

/// The flow with one thing broken.
fn broken<F: Flow>(case: F, what: &Break) {
    paused(async {
        let scene = case.set().await;
        F::faults(&scene).plan([what.rule()]);
        let answer = F::operate(&scene).await;
        let fired = F::faults(&scene).heal();
        assert!(fired > 0, "the fault never came to pass");
        assert_eq!(answer.is_none(), what.fault.is_crash(), "a crash ends the process, and nothing else does");
        F::recover(&scene).await;
        F::expect(&scene).await;
    });
}

fn said(panic: &(dyn std::any::Any + Send)) -> String {
    let text = panic.downcast_ref::<String>().cloned();
    text.or_else(|| panic.downcast_ref::<&str>().map(|text| (*text).to_owned())).unwrap_or_default()
}

/// Whether a call is one more of a row of equal reads, as of the agenda's partitions. Breaking the first and the last of
/// a row shows all that breaking each of them would.
fn is_amid_equal_reads(calls: &[Outward], n: usize) -> bool {
    let equal = |other: Option<&Outward>| other.is_some_and(|other| other.kind() == calls[n].kind());
    !calls[n].writes && equal(n.checked_sub(1).and_then(|before| calls.get(before))) && equal(calls.get(n + 1))
}

/// Breaks a flow at each of its calls, and says how often. `least` keeps the sweep from becoming empty unseen.
fn sweep<F: Flow>(case: F, least: usize) {
    let calls = dry_run(case);
    let mut ran = BTreeMap::<String, usize>::new();
    let mut failures = Vec::new();
    for (call, outward) in calls.iter().enumerate().filter(|(n, _)| !is_amid_equal_reads(&calls, *n)) {
        let earlier = calls[..call].iter().filter(|earlier| earlier.service == outward.service);
        let before = earlier.filter(|earlier| earlier.operation.starts_with(outward.kind())).count();
        for fault in Fault::ALL.into_iter().filter(|fault| fault.befalls(outward)) {
            for lasts in [false, true] {
                if lasts && fault.is_crash() {
                    continue;
                }
                let what = Break { service: outward.service, kind: outward.kind().to_owned(), before, fault, lasts };
                *ran.entry(format!("{fault:?}")).or_default() += 1;
                if let Err(panic) = catch_unwind(AssertUnwindSafe(|| broken(case, &what))) {
                    failures.push(format!("{what:?}: {}", said(panic.as_ref())));
                }
            }
        }
    }
    let total: usize = ran.values().sum();
    let tried: Vec<_> = ran.iter().map(|(fault, n)| format!("{fault} {n}")).collect();
    eprintln!("{:<18} {:>3} calls {total:>4} combinations: {}", format!("{case:?}"), calls.len(), tried.join(", "));
    assert!(failures.is_empty(), "{case:?}, {} of {total} failed:\n{}", failures.len(), failures.join("\n"));
    assert!(total >= least, "{case:?}: only {total} combinations");
}

#[test]
fn placing_and_paying() {
    sweep(Case::PlaceAndPay, 50);
}

#[test]
fn placing_and_never_coming_back() {
    sweep(Case::PlaceAndLeave, 50);
}

#[test]
fn coming_back_for_a_page_whose_answer_was_lost() {
    sweep(Case::Resume, 40);
}

#[test]
fn coming_back_for_a_page_that_stripe_denies() {
    sweep(Case::ResumeStuckDone, 40);
}

#[test]
fn coming_back_for_a_page_that_stripe_never_made() {
    sweep(Case::ResumeStuck, 60);
}

#[test]
fn placing_a_free_order() {
    sweep(Case::PlaceFree, 30);
}

#[test]
fn settling_by_webhook() {
    sweep(Case::Webhook, 25);
}

#[test]
fn settling_by_the_success_callback() {
    sweep(Case::Success, 30);
}

#[test]
fn settling_a_late_payment_when_all_is_sold() {
    sweep(Case::LateSoldOut, 50);
}

#[test]
fn settling_a_late_payment_when_there_is_stock() {
    sweep(Case::LateInStock, 30);
}

#[test]
fn settling_a_payment_that_takes_days() {
    sweep(Case::Processing, 20);
}

#[test]
fn refunding_items() {
    sweep(Case::RefundItems, 60);
}

#[test]
fn refunding_the_rest() {
    sweep(Case::RefundRest, 60);
}

#[test]
fn making_a_refund_that_never_reached_stripe() {
    sweep(Case::SweepRefund, 70);
}

#[test]
fn finding_a_refund_whose_answer_was_lost() {
    sweep(Case::SweepRefundDone, 70);
}

#[test]
fn making_a_refund_when_stripe_has_forgotten_the_key() {
    sweep(Case::SweepOldRefund, 100);
}

#[test]
fn finding_a_refund_when_stripe_has_forgotten_the_key() {
    sweep(Case::SweepOldRefundDone, 80);
}

#[test]
fn expiring_an_order_whose_page_was_never_noted() {
    sweep(Case::ExpireUnknown, 60);
}

#[test]
fn expiring_an_unpaid_order() {
    sweep(Case::ExpireUnpaid, 60);
}

#[test]
fn expiring_an_order_whose_webhooks_were_lost() {
    sweep(Case::ExpirePaid, 60);
}

#[test]
fn calling_a_show_off() {
    sweep(Case::CallOff, 15);
}

#[test]
fn refunding_a_canceled_show() {
    sweep(Case::CallOffJob, 100);
}

#[test]
fn ending_a_page_that_was_never_noted() {
    sweep(Case::CallOffUnknown, 80);
}

#[test]
fn checking_a_shows_stock() {
    sweep(Case::CheckJob, 20);
}

#[test]
fn erasing_a_customer() {
    sweep(Case::EraseJob, 40);
}

#[test]
fn sending_notifications() {
    sweep(Case::Notify, 50);
}
