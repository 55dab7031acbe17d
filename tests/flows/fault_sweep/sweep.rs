//! Runs a flow, counts its calls, and breaks it at each of them.

#![expect(clippy::print_stderr, reason = "how much was tried is worth seeing")]

use std::{
    collections::BTreeMap,
    fmt,
    panic::{AssertUnwindSafe, catch_unwind},
};

use holdfast_tests::faults::{Fault, Outward, Rule, Service};

use super::stage::Stage;

/// One thing to break.
#[derive(Debug, Clone)]
struct Break {
    /// What is called, by [`Outward::kind`].
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
pub(super) trait Flow: Copy + fmt::Debug {
    /// A world of its own, in which the request is about to be made.
    type Scene;
    /// Drives a new world to the point.
    async fn set(self) -> Self::Scene;
    /// Whether a call is one to break: all are, but for those that another flow breaks in the same way.
    fn breaks(self, _call: &Outward) -> bool {
        true
    }
    /// The world, and what breaks its calls.
    fn stage(scene: &Self::Scene) -> &Stage;
    /// Makes the request once. None if the process was gone before it could answer.
    async fn operate(scene: &Self::Scene) -> Option<()>;
    /// All is well again: clients and Stripe repeat, time passes, the sweeper runs.
    async fn recover(scene: &Self::Scene);
    /// Nothing is wrong, and what was to happen has happened, once.
    async fn expect(scene: &Self::Scene);
}

fn paused<T>(work: impl Future<Output = T>) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().start_paused(true).build();
    runtime.expect("a runtime").block_on(work)
}

/// The flow without faults: its calls, in their order.
fn dry_run<F: Flow>(case: F) -> Vec<Outward> {
    paused(async {
        let scene = case.set().await;
        F::stage(&scene).faults.watch();
        F::operate(&scene).await.expect("no fault ends the process");
        let calls = F::stage(&scene).faults.calls();
        F::recover(&scene).await;
        F::expect(&scene).await;
        calls
    })
}

/// The flow with one thing broken. False if it was made without the call that was to break: what two independent works write may
/// take a try more or less, by which of them is first.
fn broken<F: Flow>(case: F, what: &Break) -> bool {
    paused(async {
        let scene = case.set().await;
        F::stage(&scene).faults.plan([what.rule()]);
        let answer = F::operate(&scene).await;
        let fired = F::stage(&scene).faults.heal();
        let crashed = fired > 0 && what.fault.is_crash();
        assert_eq!(answer.is_none(), crashed, "a crash ends the process, and nothing else does");
        F::recover(&scene).await;
        F::expect(&scene).await;
        fired > 0
    })
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

/// Faults that the caller cannot tell from each other but by a name in the answer: nothing was done, and it comes back.
const UNDONE: [Fault; 3] = [Fault::RequestLost, Fault::ServerError, Fault::Throttled];
/// The same where it was done.
const DONE: [Fault; 2] = [Fault::AnswerLost, Fault::ServerErrorDone];

/// Whether each fault is tried on each call, and not one of those that look alike: `HOLDFAST_SWEEP=all` asks for it.
fn is_full() -> bool {
    std::env::var("HOLDFAST_SWEEP").is_ok_and(|tried| tried == "all")
}

/// Whether this fault at call `n` shows what others of its like would: of those that look alike each call has one, the next
/// call the next one. A read that fails once is made again and nothing was done, so it is broken for as long as the request
/// takes; and to die before a read is to die after the write before it.
fn speaks_for_its_like(calls: &[Outward], n: usize, fault: Fault, lasts: bool) -> bool {
    let turn = n + usize::from(lasts);
    let writes = calls[n].writes;
    match fault {
        Fault::CrashBefore => writes || n == 0,
        Fault::Refused if !writes => lasts && n.is_multiple_of(2),
        _ if UNDONE.contains(&fault) && !writes => {
            lasts && !n.is_multiple_of(2) && fault == UNDONE[n / 2 % UNDONE.len()]
        }
        _ if UNDONE.contains(&fault) => fault == UNDONE[turn % UNDONE.len()],
        _ if DONE.contains(&fault) => fault == DONE[turn % DONE.len()],
        _ => true,
    }
}

/// Breaks a flow at each of its calls, and prints how often. Fewer than `least` combinations fail the test.
pub(super) fn sweep<F: Flow>(case: F, least: usize) {
    let (calls, full) = (dry_run(case), is_full());
    let mut ran = BTreeMap::<String, usize>::new();
    let mut failures = Vec::new();
    let (mut possible, mut missed) = (0, 0);
    let chosen = |n: usize, call: &Outward| case.breaks(call) && !is_amid_equal_reads(&calls, n);
    for (call, outward) in calls.iter().enumerate().filter(|(n, call)| chosen(*n, call)) {
        let earlier = calls[..call].iter().filter(|earlier| earlier.service == outward.service);
        let before = earlier.filter(|earlier| earlier.operation.starts_with(outward.kind())).count();
        for fault in Fault::ALL.into_iter().filter(|fault| fault.befalls(outward)) {
            for lasts in [false, true] {
                if lasts && fault.is_crash() {
                    continue;
                }
                possible += 1;
                if !full && !speaks_for_its_like(&calls, call, fault, lasts) {
                    continue;
                }
                let what = Break { service: outward.service, kind: outward.kind().to_owned(), before, fault, lasts };
                *ran.entry(format!("{fault:?}")).or_default() += 1;
                match catch_unwind(AssertUnwindSafe(|| broken(case, &what))) {
                    Ok(true) => {}
                    Ok(false) => missed += 1,
                    Err(panic) => failures.push(format!("{what:?}: {}", said(panic.as_ref()))),
                }
            }
        }
    }
    let total: usize = ran.values().sum();
    let tried: Vec<_> = ran.iter().map(|(fault, n)| format!("{fault} {n}")).collect();
    let shown = format!("{case:?}");
    eprintln!("{shown:<18} {:>3} calls {total:>4} of {possible:>4} combinations: {}", calls.len(), tried.join(", "));
    assert!(failures.is_empty(), "{case:?}, {} of {total} failed:\n{}", failures.len(), failures.join("\n"));
    assert!(missed * 10 <= total, "{case:?}: {missed} of {total} faults never came to pass");
    assert!(possible >= least, "{case:?}: only {possible} combinations");
}
