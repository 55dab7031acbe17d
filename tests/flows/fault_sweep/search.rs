//! What an order is found by, broken at each call with which the sweeper writes it. It is written at least once, and in the end
//! the order is found by all that it has now, and by nothing that it had.

use holdfast_tests::{Bought, ORGANIZATION, World, faults::Faults};
use serde_json::json;

use super::{
    stage::{LEASE, Stage, assert_done},
    sweep::{Flow, sweep},
};

/// What is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Case {
    /// The entries of a new order.
    New,
    /// Those of one whose buyer has another address, in the place of those before.
    Moved,
}

/// A world with an order whose entries are about to be written.
pub(super) struct Scene {
    case: Case,
    stage: Stage,
    order: Bought,
}

impl Flow for Case {
    type Scene = Scene;

    async fn set(self) -> Scene {
        let faults = Faults::new();
        let world = World::with(faults.options()).await;
        let order = world.buy("free", 1).await;
        world.settle().await;
        world.advance(16).await;
        if self == Self::Moved {
            world.sweep().await;
            let email = json!({ "email": "second@example.com" });
            world.put(&format!("/v1/orders/{}/buyer", order.id)).role("staff").json(&email).await.expect(200);
            world.advance(2).await;
        }
        Scene { case: self, stage: Stage::new(faults, world), order }
    }

    fn stage(scene: &Scene) -> &Stage {
        &scene.stage
    }

    async fn operate(scene: &Scene) -> Option<()> {
        let swept = async {
            // A sweeper that cannot read the agenda runs again a minute later.
            drop(scene.stage.world.stack.sweep().await);
            None
        };
        scene.stage.operate(swept, &[]).await
    }

    async fn recover(scene: &Scene) {
        scene.stage.wait(&[LEASE, LEASE, LEASE]).await;
    }

    async fn expect(scene: &Scene) {
        let world = &scene.stage.world;
        let all = world.everything().await;
        assert_done(&all);
        assert!(all.search_states.iter().all(|(_, due)| !due), "nothing is left to be written");
        let audit = world.stack.audit().await.expect("the table answers");
        assert_eq!(audit.violations, Vec::<String>::new());
        let (address, before) = match scene.case {
            Case::New => ("ada@example.com", "second@example.com"),
            Case::Moved => ("second@example.com", "ada@example.com"),
        };
        for (query, count) in [(address, 1), ("lovelace", 1), (before, 0)] {
            let path = format!("/v1/organizations/{ORGANIZATION}/orders?q={query}");
            let orders = world.get(&path).role("staff").await.expect(200)["orders"].clone();
            assert_eq!(orders.as_array().map(Vec::len), Some(count), "{query}");
            assert!(count == 0 || orders[0]["id"] == scene.order.id.as_str());
        }
    }
}

#[test]
fn writing_what_an_order_is_found_by() {
    sweep(Case::New, 30);
}

#[test]
fn moving_what_an_order_is_found_by() {
    sweep(Case::Moved, 30);
}
