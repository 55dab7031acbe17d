//! The command breaks off: processes die, answers and requests are lost. It is begun again, and all is as if it had not.

use holdfast_tests::{
    Bought, CRAFTS,
    faults::{Fault, Rule, Service},
};
use serde_json::json;

use super::stage::{Kept, LOST, Stage};

/// Orders around a table that was set back: known and paid, known and refunded, lost and paid, lost and open.
struct Orders {
    paid: Bought,
    returned: Bought,
    lost: Bought,
    open: Bought,
}

async fn lose(stage: &Stage) -> (Kept, Orders) {
    let world = &stage.world;
    let paid = world.buy("general", 2).await;
    let returned = world.ordered_and_paid(&[(CRAFTS, "mug", 2)]).await;
    let kept = stage.keep();
    world.advance(60).await;
    world.pay(&paid);
    world.refund(&returned, &json!({ "items": [{ "line": "l1", "quantity": 1 }] })).await.expect(201);
    world.settle().await;
    let lost = world.bought("vip", 1).await;
    let open = world.buy("vip", 1).await;
    stage.pass(LOST).await;
    stage.set_back(&kept);
    (kept, Orders { paid, returned, lost, open })
}

/// All is mended, and Stripe has made two refunds: one in the lost time, one for the order that was lost.
async fn mended(stage: &Stage, orders: &Orders) {
    stage.pass(70).await;
    for (order, status) in [
        (&orders.paid, Some("paid")),
        (&orders.returned, Some("paid")),
        (&orders.lost, Some("refunded")),
        (&orders.open, None),
    ] {
        assert_eq!(stage.status(&order.id).await, status, "{}", order.json);
    }
    assert_eq!(stage.refunds(), 2);
    assert_eq!(stage.world.stock_of(CRAFTS, "mug").await, (19, 0, 1));
    stage.balanced().await;
    stage.world.finish().await;
}

/// Breaks the command at each of these calls, or each so many of them, one after the other, each time with the table set
/// back anew. The SDK makes three tries of a call to the table.
async fn at_each(operation: &str, fault: Fault, step: usize) {
    let stage = Stage::new().await;
    let (kept, orders) = lose(&stage).await;
    let tries = if fault.is_crash() { 1 } else { 3 };
    let (mut passed, mut broken) = (0, 0);
    loop {
        stage.set_back(&kept);
        stage.faults.plan([Rule::every(Service::Table, fault).of(operation).after(passed).times(tries)]);
        let run = stage.faults.run(stage.run(&kept)).await;
        let struck = stage.faults.heal();
        assert_eq!(run.is_none(), struck > 0 && fault.is_crash(), "a crash ends the process");
        stage.restored(&kept).await;
        mended(&stage, &orders).await;
        if struck == 0 {
            break;
        }
        broken += 1;
        passed += step;
    }
    assert!(broken > 2, "{broken} calls broke");
}

#[tokio::test(start_paused = true)]
async fn a_crash_after_any_transaction_is_mended() {
    at_each("TransactWriteItems", Fault::CrashAfter, 1).await;
}

#[tokio::test(start_paused = true)]
async fn a_crash_before_any_note_is_mended() {
    at_each("PutItem", Fault::CrashBefore, 5).await;
}

#[tokio::test(start_paused = true)]
async fn answers_of_transactions_that_never_come_are_mended() {
    at_each("TransactWriteItems", Fault::AnswerLost, 2).await;
}

/// The refund of a lost payment is the one call that moves money: broken in every way, it is made once.
#[tokio::test(start_paused = true)]
async fn the_refund_of_a_lost_payment_is_made_once_whatever_breaks() {
    for fault in Fault::ALL {
        let stage = Stage::new().await;
        let (kept, orders) = lose(&stage).await;
        stage.faults.plan([Rule::every(Service::Stripe, fault).of("POST /v1/refunds").times(1)]);
        let run = stage.faults.run(stage.run(&kept)).await;
        assert_eq!(stage.faults.heal(), 1, "{fault:?}");
        assert_eq!(run.is_none(), fault.is_crash(), "{fault:?}");
        stage.restored(&kept).await;
        mended(&stage, &orders).await;
    }
}

/// Two operators begin at once.
#[tokio::test(start_paused = true)]
async fn two_at_once_do_what_one_does() {
    let stage = Stage::new().await;
    let (kept, orders) = lose(&stage).await;
    let (one, two) = tokio::join!(stage.run(&kept), stage.run(&kept));
    for run in [one, two] {
        assert!(run.expect("it comes to its end").report.is_whole());
    }
    mended(&stage, &orders).await;
}

/// Stripe is away for a while: the command stops, and nothing is wrong.
#[tokio::test(start_paused = true)]
async fn without_stripe_nothing_is_mended_and_the_next_run_goes_on() {
    let stage = Stage::new().await;
    let (kept, orders) = lose(&stage).await;
    stage.faults.plan([Rule::every(Service::Stripe, Fault::RequestLost).of("GET /v1/events").after(4)]);
    assert!(stage.run(&kept).await.is_err(), "lists are needed");
    assert!(stage.faults.heal() > 0);
    let job = stage.world.stack.engine().store().restore_job(kept.at).await.expect("an answer").expect("it has begun");
    assert!(job.reached > kept.at && job.reached < job.until && job.done_at.is_none(), "{job:?}");
    stage.restored(&kept).await;
    mended(&stage, &orders).await;
}
