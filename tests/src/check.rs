//! What must hold when a test ends, and what must not have changed when a request was turned down.

use std::collections::BTreeMap;

use domain::{NotificationKind, Presale};
use local::aws::Mail;

use crate::{capture, world::World};

/// Stock, orders, promo uses, call records and notifications, to be compared with themselves later.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dump {
    lines: BTreeMap<String, String>,
}

impl World {
    /// Everything in the table that a refusal must leave alone.
    pub async fn dump(&self) -> Dump {
        let all = self.everything().await;
        let mut lines = BTreeMap::new();
        for order in &all.orders {
            lines.insert(format!("order {}", order.id), format!("{order:?}"));
        }
        for shard in &all.shards {
            lines.insert(format!("stock {} {} {}", shard.listing, shard.offer, shard.shard), format!("{shard:?}"));
        }
        for offer in &all.offers {
            lines.insert(format!("offer {} {}", offer.listing, offer.id), format!("{offer:?}"));
        }
        for promo in &all.promos {
            lines.insert(format!("promo {} {}", promo.listing, promo.code), format!("{promo:?}"));
        }
        for presale in &all.presales {
            let Presale { listing, offer, code, .. } = presale;
            lines.insert(format!("presale {listing} {offer} {code}"), format!("{presale:?}"));
        }
        for known in &all.buyer_tickets {
            lines.insert(format!("buyer {} {}", known.listing, known.mark), known.units.to_string());
        }
        for call in &all.calls {
            lines.insert(format!("call {} {}", call.order, call.n), format!("{call:?}"));
        }
        for notification in &all.notifications {
            lines.insert(format!("notification {}", notification.id), String::new());
        }
        for (code, order) in &all.tickets {
            lines.insert(format!("ticket {code}"), order.clone());
        }
        let stripe = self.stack.stripe();
        for kind in ["checkout.session", "payment_intent", "charge", "refund", "transfer"] {
            lines.insert(format!("stripe {kind}"), stripe.objects(kind).len().to_string());
        }
        Dump { lines }
    }

    /// Expects that nothing has changed since.
    #[track_caller]
    pub fn same(&self, before: &Dump, now: &Dump) {
        let keys = before.lines.keys().chain(now.lines.keys());
        let changed: Vec<_> = keys.filter(|key| before.lines.get(*key) != now.lines.get(*key)).collect();
        assert!(changed.is_empty(), "these changed: {changed:?}");
    }

    /// Expects that nothing has changed since.
    pub async fn unchanged_since(&self, before: &Dump) {
        self.same(before, &self.dump().await);
    }

    /// What does not hold now, in words: the audit's violations, and contradictions between the orders and Stripe.
    pub async fn violations(&self) -> Vec<String> {
        let audit = self.stack.audit().await.expect("the table answers");
        let mut found = audit.violations;
        let all = self.everything().await;
        found.extend(audit::against_stripe(&all.orders, self.stack.stripe()));
        let mails = self.mails();
        for order in &all.orders {
            let of_order = |mail: &&Mail| mail.tags.iter().any(|(_, named)| named == order.id.as_str());
            let reported = mails.iter().filter(of_order).count();
            let causes = all
                .notifications
                .iter()
                .filter(|n| n.order == order.id && n.notification != NotificationKind::TransferLabel);
            let causes = causes.count();
            if reported > causes {
                found.push(format!("order {}: {reported} mails for {causes} causes", order.id));
            }
        }
        found
    }

    /// Ends a test: what is due is done, and then everything holds.
    pub async fn finish(&self) {
        self.settle().await;
        self.sweep().await;
        self.settle().await;
        let violations = self.violations().await;
        assert!(violations.is_empty(), "{violations:#?}");
        let wrong = capture::wrong_lines();
        assert!(wrong.is_empty(), "{wrong:#?}");
    }
}
