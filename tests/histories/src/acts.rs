//! Doing a step.

mod buying;
mod doing;
mod forms;
mod outsiders;
mod staff;
mod system;

use self::doing::Doing;
use crate::{
    step::{Act, Step},
    world::World,
};

/// Does a step.
pub(crate) async fn act(world: &World, step: &Step, seed: u64) {
    world.remark(|| format!("begins {step}"));
    let salt = seed.rotate_left(17) ^ u64::from(step.id).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    let doing = Doing { world, step, salt };
    match step.act {
        Act::Buy { .. } => doing.buy().await,
        Act::BuyAgain(of) => doing.buy_again(of).await,
        Act::Pay(of, card) => doing.pay(of, card).await,
        Act::Authenticate(of, proves) => doing.authenticate(of, proves).await,
        Act::Arrive(of, arrives) => doing.arrive(of, arrives).await,
        Act::ComeBack(of) => doing.come_back(of).await,
        Act::Open(of) => doing.open_order(of).await,
        Act::OpenPage(of) => doing.open_page(of).await,
        Act::CancelByForm(of) => doing.cancel_by_form(of).await,
        Act::Resend(of, by) => doing.resend(of, by).await,
        Act::Attendee(of, by) => doing.attendee(of, by).await,
        Act::HandOver(of, by) => doing.hand_over(of, by).await,
        Act::Address(of) => doing.address(of).await,
        Act::Unsubscribe(of) => doing.unsubscribe(of).await,
        Act::EndSummaries => doing.end_summaries().await,
        Act::Confirm(of) => doing.answer(of, "confirm").await,
        Act::Decline(of) => doing.answer(of, "decline").await,
        Act::Cancel(of, by_buyer) => doing.cancel(of, by_buyer).await,
        Act::Refund(of, back) => doing.refund(of, back).await,
        Act::Dashboard(of, cents) => doing.dashboard(of, cents).await,
        Act::PendingRefund => doing.pending_refund().await,
        Act::RefundsEnd(arrive) => doing.refunds_end(arrive).await,
        Act::Dispute(of, inquiry) => doing.dispute(of, inquiry).await,
        Act::DisputeEnds(of, end) => doing.dispute_ends(of, end).await,
        Act::DisputeTurns(of) => doing.dispute_turns(of).await,
        Act::Review(of, accept) => doing.review(of, accept).await,
        Act::OtherPrice(of) => doing.other_price(of).await,
        Act::CheckIn(of, back) => doing.check_in(of, back).await,
        Act::Debit(buyer, tenths) => doing.debit(buyer, tenths).await,
        Act::Erase(buyer) => doing.erase(buyer).await,
        Act::Lists => doing.lists().await,
        Act::Change { offer, price, capacity } => doing.change(offer, price, capacity).await,
        Act::Delete(offer) => doing.delete(offer).await,
        Act::Publish(listing, published) => doing.publish(listing, published).await,
        Act::Promo(uses) => doing.promo(uses).await,
        Act::Move(hours) => doing.move_show(hours).await,
        Act::Organize(how) => doing.organize(how).await,
        Act::CancelListing(listing) => doing.cancel_listing(listing).await,
        Act::Webhooks { lost, twice, shuffled, most } => doing.webhooks(lost, twice, shuffled, most).await,
        Act::Sweep(times) => doing.sweep(times).await,
        Act::SweepByHand => doing.sweep_by_hand().await,
        Act::Queues { lost, twice } => doing.queues(lost, twice).await,
        Act::Ttl(percent) => doing.ttl(percent),
        Act::Lag(seconds) => world.outside.inner().table.lag = u64::from(seconds) * 1_000,
        Act::Skew(function, seconds) => world.clock(function).advance(seconds.into()),
        Act::Rotate(secret, overlaps) => doing.rotate(secret, overlaps),
        Act::Settings(function, limited) => world.configure(function, limited),
        Act::Wait => {}
    }
}
