//! What has to hold when everything is at rest: the audit, the money to the cent, and that nothing is left lying.

use audit::{against_stripe, everything, unit_amount};
use domain::{Order, OrderStatus};

use crate::{shop::company, world::World};

impl World {
    /// Checks everything.
    pub(crate) async fn check(&self) {
        let (store, now) = (self.store(), self.now());
        match audit::audit(&store, now).await {
            Ok(audit) => audit.violations.into_iter().for_each(|violation| self.find(violation)),
            Err(error) => self.find(format!("the audit cannot be made: {error}")),
        }
        let all = match everything(&store).await {
            Ok(all) => all,
            Err(error) => return self.find(format!("the table cannot be read: {error}")),
        };
        for contradiction in against_stripe(&all.orders, &self.outside.stripe) {
            self.find(contradiction);
        }
        self.money(&all.orders);
        self.carts(&all.orders);
        for order in all.orders.iter().filter(|order| order.is_waiting() || order.claim.is_some()) {
            self.find(format!("left lying: order {} is {:?} for ever", order.id, order.status));
        }
        for order in all.orders.iter().filter(|order| order.review.is_some()) {
            self.find(format!("left lying: order {} stays in review", order.id));
        }
        for shard in all.shards.iter().filter(|shard| shard.held > 0) {
            self.find(format!("stranded: {} of {}/{} are held", shard.held, shard.listing, shard.offer));
        }
    }

    /// Months later each order is in the archive, and names no people any more.
    pub(crate) async fn check_archive(&self) {
        let all = match everything(&self.store()).await {
            Ok(all) => all,
            Err(error) => return self.find(format!("the table cannot be read: {error}")),
        };
        for order in all.orders.iter().filter(|order| order.archived_at.is_none()) {
            self.find(format!("left lying: order {} ({:?}) is not archived", order.id, order.status));
        }
    }

    /// However often a cart's button was pressed, one order of it was paid at most.
    fn carts(&self, orders: &[Order]) {
        for (step, _) in self.all_bought().into_iter().filter(|(_, bought)| !bought.form.is_empty()) {
            let company = company(step);
            let own = orders.iter().filter(|order| order.buyer.company.as_deref() == Some(company.as_str()));
            let kept = own.filter(|order| !order.status.is_released()).count();
            if kept > 1 {
                self.find(format!("the cart of step {step} became {kept} orders"));
            }
        }
    }

    /// Captured is fulfilled, refunded or disputed, for each order and in sum.
    fn money(&self, orders: &[Order]) {
        let stripe = &self.outside.stripe;
        let (mut kept_of_all, mut fulfilled_of_all) = (0, 0);
        for order in orders {
            let balance = stripe.balance("order_id", order.id.as_str());
            let kept = balance.captured - balance.refunded - balance.disputed;
            let own = order.payment.captured - order.refunded() - order.charged_back();
            let taken_note = order.payment.acknowledged.unwrap_or_default();
            let fulfilled = match order.status {
                OrderStatus::Paid => own,
                _ => taken_note,
            };
            let fulfilled = unit_amount(order, fulfilled);
            if kept != fulfilled {
                self.find(format!(
                    "money: of order {} ({:?}) Stripe has {} captured, {} refunded, {} disputed, and {fulfilled} are fulfilled",
                    order.id, order.status, balance.captured, balance.refunded, balance.disputed
                ));
            }
            kept_of_all += kept;
            fulfilled_of_all += fulfilled;
        }
        let number = |object: &serde_json::Value, name: &str| object[name].as_i64().unwrap_or(0);
        let charges = stripe.objects("charge");
        let captured: i64 = charges.iter().map(|charge| number(charge, "amount_captured")).sum();
        let gone = |refund: &&serde_json::Value| !matches!(refund["status"].as_str(), Some("failed" | "canceled"));
        let refunded: i64 =
            charges.iter().filter(|c| c["captured"] == true).map(|c| number(c, "amount_refunded")).sum();
        let lost = stripe.objects("dispute");
        let lost = lost.iter().filter(gone).filter(|dispute| dispute["status"] == "lost");
        let disputed: i64 = lost.map(|dispute| number(dispute, "amount")).sum();
        let sum = captured - refunded - disputed;
        if sum != fulfilled_of_all || kept_of_all != fulfilled_of_all {
            self.find(format!(
                "money in sum: Stripe keeps {sum}, of the orders {kept_of_all}; fulfilled are {fulfilled_of_all}"
            ));
        }
    }
}
