//! Each flow, broken at each of its calls.

use super::{
    super::{
        stage::Stage,
        sweep::{Flow, sweep},
    },
    cases::Case,
    scene::Scene,
};

impl Flow for Case {
    type Scene = Scene;

    async fn set(self) -> Scene {
        Scene::set(self).await
    }

    fn stage(scene: &Scene) -> &Stage {
        &scene.stage
    }

    async fn operate(scene: &Scene) -> Option<()> {
        scene.stage.operate(scene.request(), &[200, 201, 202, 409, 503]).await
    }

    async fn recover(scene: &Scene) {
        scene.recover().await;
    }

    async fn expect(scene: &Scene) {
        scene.expect().await;
    }
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
fn canceling_a_show() {
    sweep(Case::CancelListing, 15);
}

#[test]
fn refunding_a_canceled_show() {
    sweep(Case::CancelJob, 100);
}

#[test]
fn ending_a_page_that_was_never_noted() {
    sweep(Case::CancelUnknown, 80);
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
