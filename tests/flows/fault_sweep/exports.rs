//! An export, broken at each call with which the worker writes it. In the end there is one file, whole, and a link to it.

use holdfast_tests::{ORGANIZATION, World, faults::Faults};
use serde_json::json;

use super::{
    stage::{LEASE, Stage},
    sweep::{Flow, sweep},
};

/// The one case.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Export;

/// A world with an export that the worker is about to write.
pub(super) struct Scene {
    stage: Stage,
    id: String,
}

impl Flow for Export {
    type Scene = Scene;

    async fn set(self) -> Scene {
        let faults = Faults::new();
        let world = World::with(faults.options()).await;
        world.buy("free", 1).await;
        world.settle().await;
        let path = format!("/v1/organizations/{ORGANIZATION}/exports");
        let begun = world.post(&path).role("staff").json(&json!({ "kind": "orders", "file": true })).await.expect(202);
        let id = begun["id"].as_str().expect("an id").to_owned();
        world.advance(1).await;
        world.sweep().await;
        Scene { stage: Stage::new(faults, world), id }
    }

    fn stage(scene: &Scene) -> &Stage {
        &scene.stage
    }

    async fn operate(scene: &Scene) -> Option<()> {
        let worked = async {
            // A queue that gives no answer is asked again later.
            drop(scene.stage.world.stack.drain_queue().await);
            None
        };
        scene.stage.operate(worked, &[]).await
    }

    async fn recover(scene: &Scene) {
        scene.stage.wait(&[LEASE, 3 * LEASE, 3 * LEASE, 3_700]).await;
    }

    async fn expect(scene: &Scene) {
        let world = &scene.stage.world;
        let path = format!("/v1/organizations/{ORGANIZATION}/exports/{}", scene.id);
        let export = world.get(&path).role("staff").await.expect(200);
        assert_eq!(export["status"], "done", "{export}");
        let url = export["url"].as_str().expect("a link");
        let file = world.get(&format!("/local/files{}", url.split_once("/local/files").expect("a file").1)).await;
        assert_eq!((file.status.as_u16(), file.text.lines().count()), (200, 2), "{}", file.text);
    }
}

#[test]
fn writing_an_export() {
    sweep(Export, 20);
}
