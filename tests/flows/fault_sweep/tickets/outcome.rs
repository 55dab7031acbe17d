//! How the flows end.

use domain::OrderStatus;
use serde_json::Value;

use super::{super::stage::assert_done, cases::Case, scene::Scene};

impl Scene {
    /// Nothing is wrong, and what was to happen has happened, once.
    pub(super) async fn expect(&self) {
        let world = &self.stage.world;
        if self.case == Case::Notify {
            // The mail service knows no idempotency: a mail whose sending was unclear may come twice.
            let violations = world.violations().await;
            assert!(violations.iter().all(|text| text.contains(" mails for ")), "{violations:#?}");
            // Three tries of one call whose answers are lost, and one more by the queue.
            assert!((1..=4).contains(&world.mail()["ada@example.com"].len()));
        } else {
            world.finish().await;
        }
        let all = world.everything().await;
        assert_done(&all);
        for order in &all.orders {
            assert_ne!(order.status, OrderStatus::Pending, "order {} waits for ever", order.id);
            let balance = world.stack.stripe().balance("order_id", order.id.as_str());
            assert!(balance.charges <= 1, "order {} was charged {} times", order.id, balance.charges);
            let mine = |session: &&Value| session["metadata"]["order_id"] == order.id.as_str();
            let sessions = world.stack.stripe().objects("checkout.session");
            let payable = sessions.iter().filter(mine).filter(|session| session["status"] != "expired").count();
            assert!(payable <= 1, "order {} could be paid {payable} times", order.id);
        }
        let uses: u32 = all.promos.iter().map(|promo| promo.uses).sum();
        let presale_uses: u32 = all.presales.iter().map(|presale| presale.uses).sum();
        assert_eq!(uses, presale_uses, "an order uses both codes, and both come back with it");
        let orders = all.orders.len();
        match self.case {
            Case::PlaceAndPay | Case::Resume | Case::ResumeStuckDone | Case::ResumeStuck => {
                assert_eq!((orders, all.orders[0].status, uses), (1, OrderStatus::Paid, 1));
                assert_eq!((world.stock("general").await, world.stock("vip").await), ((98, 0, 2), (9, 0, 1)));
                let balance = world.stack.stripe().balance("order_id", all.orders[0].id.as_str());
                assert_eq!((balance.charges, balance.refunded), (1, 0));
            }
            Case::PlaceAndLeave => {
                assert!(orders <= 1 && all.orders.iter().all(|order| order.status.is_released()));
                assert_eq!((world.stock("general").await, world.stock("vip").await), ((100, 0, 0), (10, 0, 0)));
                assert_eq!(uses, 0, "the promo code's use came back");
            }
            Case::PlaceFree => {
                assert_eq!((orders, all.orders[0].status), (1, OrderStatus::Paid));
                assert_eq!(world.stock("free").await, (48, 0, 2));
            }
            Case::Webhook | Case::Success | Case::Processing | Case::ExpirePaid | Case::Notify => {
                self.ended("paid", (1, 0)).await;
                assert_eq!(world.stock("general").await, (98, 0, 2));
            }
            Case::LateInStock => {
                self.ended("paid", (1, 0)).await;
                assert_eq!(world.stock("rare").await, (0, 0, 2));
            }
            Case::LateSoldOut => {
                self.ended("refunded", (1, 1)).await;
                assert_eq!(world.stock("rare").await, (0, 0, 2));
            }
            Case::RefundItems => {
                self.ended("paid", (1, 1)).await;
                assert_eq!(world.stock("general").await, (98, 0, 2));
            }
            Case::RefundRest | Case::SweepRefund | Case::SweepRefundDone | Case::SweepOldRefund => {
                self.ended("refunded", (1, 1)).await;
                assert_eq!(world.stock("general").await, (100, 0, 0));
            }
            Case::SweepOldRefundDone => {
                self.ended("paid", (1, 1)).await;
                assert_eq!(world.stock("general").await, (98, 0, 2));
            }
            Case::ExpireUnpaid => {
                self.ended("expired", (0, 0)).await;
                assert_eq!(world.stock("general").await, (100, 0, 0));
                assert_eq!(world.session(&self.orders[0])["status"], "expired");
            }
            Case::ExpireUnknown | Case::CancelUnknown => {
                let ended = if self.case == Case::ExpireUnknown { OrderStatus::Expired } else { OrderStatus::Canceled };
                assert_eq!((orders, all.orders[0].status), (1, ended));
                assert_eq!(world.stock("general").await, (100, 0, 0));
                let sessions = world.stack.stripe().objects("checkout.session");
                assert!(sessions.len() == 1 && sessions[0]["status"] == "expired", "{sessions:?}");
            }
            Case::CheckJob => {
                self.ended("paid", (1, 0)).await;
                assert!(world.raw().keys().all(|key| !key.starts_with("JOB#CHECK")), "the check is done");
            }
            Case::EraseJob => {
                assert_eq!((orders, all.orders[0].status), (2, OrderStatus::Expired));
                assert_eq!(world.holding("Lovelace"), Vec::<String>::new());
                assert_eq!(world.holding("stranger"), Vec::<String>::new());
                assert!(world.raw().keys().all(|key| !key.starts_with("JOB#ERASE")), "the erasure is done");
                assert_eq!(world.stock("general").await, (100, 0, 0));
            }
            Case::CancelListing | Case::CancelJob => {
                self.ended("refunded", (1, 1)).await;
                assert_eq!(world.order(&self.orders[1]).await["status"], "canceled");
                assert_eq!(world.session(&self.orders[1])["status"], "expired");
                assert_eq!(world.stock("general").await, (100, 0, 0));
            }
        }
    }

    /// How the order ended, and how many charges and refunds Stripe made for it.
    async fn ended(&self, status: &str, (charges, refunds): (u32, usize)) {
        let order = &self.orders[0];
        assert_eq!(self.stage.world.order(order).await["status"], status);
        let stripe = self.stage.world.stack.stripe();
        assert_eq!(stripe.balance("order_id", &order.id).charges, charges);
        let made = stripe.objects("refund");
        assert_eq!(made.iter().filter(|refund| refund["metadata"]["order_id"] == order.id.as_str()).count(), refunds);
        if status == "refunded" {
            assert_eq!(stripe.balance("order_id", &order.id).net(), 0);
        }
    }
}
