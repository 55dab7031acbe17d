//! A shop with all four kinds, whose table can be set back.

use std::{
    collections::BTreeMap,
    sync::{Arc, OnceLock},
};

use audit::unit_amount;
use domain::{Minor, OrderStatus};
use holdfast_tests::{CRAFTS, LESSONS, ORGANIZATION, World, faults::Faults};
use jiff::Timestamp;
use local::{Options, Wrap};
use restore::{RestoreError, Restored, restore};
use runtime::{Settings, SharedWire};
use serde_json::{Value, json};

/// How much time the table loses, in seconds.
pub(super) const LOST: i64 = 600;

pub(super) struct Stage {
    pub(super) world: World,
    pub(super) faults: Faults,
    wire: Arc<OnceLock<SharedWire>>,
}

/// A table as it was.
pub(super) struct Kept {
    pub(super) at: Timestamp,
    items: BTreeMap<String, Value>,
}

impl Stage {
    pub(super) async fn new() -> Self {
        let faults = Faults::new();
        let wire = Arc::new(OnceLock::new());
        let options = faults.options();
        let (keep, inner) = (wire.clone(), options.wrap.clone().expect("faults wrap the wire"));
        let wrap: Wrap = Arc::new(move |bare| keep.get_or_init(|| inner(bare)).clone());
        let world = World::of_experts_with(Options { wrap: Some(wrap), ..options }).await;
        for slot in ["s1", "s2", "s3", "s4", "s5", "s6"] {
            world.slot(slot, "80.00", 1, 48 * 3_600).await;
        }
        world.product_of(ORGANIZATION, CRAFTS, "mug", "12.50", 20).await;
        world.product_of(ORGANIZATION, CRAFTS, "lamp", "40.00", 5).await;
        world.package_listing(ORGANIZATION, LESSONS).await.expect(201);
        let ten = json!({ "price": "50.00", "hours": "10", "capacity": null });
        world.offer_of(ORGANIZATION, LESSONS, "ten", ten).await.expect(201);
        Self { world, faults, wire }
    }

    /// The table as it is now.
    pub(super) fn keep(&self) -> Kept {
        Kept { at: self.world.stack.clock().now(), items: self.world.raw() }
    }

    /// Time passes in which the table is in use.
    pub(super) async fn pass(&self, seconds: i64) {
        self.world.settle().await;
        self.world.advance(seconds).await;
        self.world.sweep().await;
        self.world.settle().await;
    }

    /// Sets the table back. Stripe stays as it is.
    pub(super) fn set_back(&self, kept: &Kept) {
        self.world.forget("", "");
        self.world.forget_mail();
        let cloud = self.world.stack.cloud();
        for item in kept.items.values() {
            let body = json!({ "TableName": cloud.table_name(), "Item": item });
            let answer = cloud.table.answer("DynamoDB_20120810.PutItem", body.to_string().as_bytes());
            assert_eq!(answer.status().as_u16(), 200);
        }
    }

    /// Runs the operator's command, on the table of that name.
    pub(super) async fn run_on(&self, table: &str, since: Timestamp) -> Result<Restored, RestoreError> {
        let mut settings = self.world.settings();
        settings.insert("TABLE_NAME".to_owned(), table.to_owned());
        let wire = self.wire.get().cloned().expect("the stack has built its functions");
        let clock = self.world.stack.clock().clone();
        restore(&Settings::of(settings), wire, clock, since, "prod").await
    }

    /// Runs the operator's command.
    pub(super) async fn run(&self, kept: &Kept) -> Result<Restored, RestoreError> {
        self.run_on(self.world.stack.cloud().table_name(), kept.at).await
    }

    /// Runs it to its end, which leaves nothing to explain.
    pub(super) async fn restored(&self, kept: &Kept) -> Restored {
        let restored = self.run(kept).await.expect("the command comes to its end");
        assert!(restored.report.is_whole(), "{restored:#?}");
        restored
    }

    /// All that Stripe captured is fulfilled, given back or with a bank, in the table as at Stripe.
    pub(super) async fn balanced(&self) {
        let (mut captured, mut fulfilled, mut given, mut disputed) = (0, 0, 0, 0);
        for order in self.world.everything().await.orders {
            let units = |amount: Minor| unit_amount(&order, amount);
            let with_bank = order.payment.disputes().filter(|dispute| dispute.has_money());
            let with_bank = units(with_bank.map(|dispute| dispute.amount).sum());
            let kept = units(order.payment.captured) - units(order.refunded()) - with_bank;
            captured += units(order.payment.captured);
            given += units(order.refunded());
            disputed += with_bank;
            fulfilled += if order.status == OrderStatus::Paid { kept } else { 0 };
        }
        let charges = self.world.stack.stripe().objects("charge").into_iter();
        let taken = charges.filter(|charge| charge["captured"] == true);
        let taken: i64 = taken.filter_map(|charge| charge["amount_captured"].as_i64()).sum();
        assert_eq!(captured, taken, "the table knows of all that Stripe captured");
        assert_eq!(
            captured,
            fulfilled + given + disputed,
            "{fulfilled} fulfilled, {given} given back, {disputed} disputed"
        );
    }

    /// How many refunds Stripe has made that we asked for. What was only authorized and let go is a refund there, too.
    pub(super) fn refunds(&self) -> usize {
        let refunds = self.world.stack.stripe().objects("refund").into_iter();
        refunds.filter(|refund| refund["metadata"]["refund_id"].is_string()).count()
    }

    /// The status of an order in the table; none if the table does not know it.
    pub(super) async fn status(&self, order: &str) -> Option<&'static str> {
        let id = domain::OrderId::parse(order).expect("an order's id");
        let order = self.world.stack.engine().store().order(&id).await.expect("the table answers");
        order.map(|order| order.status.as_str())
    }
}
