//! An export, broken at each call: with which it is asked for, with which the worker writes it at once, and with which the worker goes
//! on from where a slice has ended. In the end there is one file, whole, and a link to it.

use std::{collections::BTreeSet, time::Duration};

use holdfast_tests::{
    Answer, ORGANIZATION, World,
    faults::{Fault, Faults, Outward, Rule, Service},
};
use serde_json::{Value, json};

use super::{
    stage::{LEASE, Stage},
    sweep::{Flow, sweep},
};

/// What is broken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Case {
    /// Staff ask for it.
    Begun,
    /// The worker writes all of it at once.
    Written,
    /// The worker goes on with it: a page of orders lies in the bucket, and another one follows.
    Continued,
}

/// A world with an export that is about to be asked for or written.
pub(super) struct Scene {
    case: Case,
    stage: Stage,
    /// None where it is not asked for yet.
    id: Option<String>,
}

fn path() -> String {
    format!("/v1/organizations/{ORGANIZATION}/exports")
}

async fn begin(world: &World) -> Answer {
    world.post(&path()).role("staff").json(&json!({ "kind": "orders", "file": true })).await
}

fn id_of(answer: &Answer) -> String {
    answer.json["id"].as_str().unwrap_or_else(|| panic!("{}", answer.text)).to_owned()
}

impl Case {
    /// How many orders the table has: a page has fifty.
    fn orders(self) -> usize {
        if self == Self::Continued { 51 } else { 1 }
    }
}

impl Flow for Case {
    type Scene = Scene;

    async fn set(self) -> Scene {
        let faults = Faults::new();
        let world = World::with(faults.options()).await;
        world.offer("crowd", "0.00", 100).await;
        for _ in 0..self.orders() {
            world.buy("crowd", 1).await;
        }
        world.settle().await;
        world.advance(1).await;
        let mut id = None;
        if self != Self::Begun {
            id = Some(id_of(&begin(&world).await));
            world.advance(1).await;
            world.sweep().await;
        }
        if self == Self::Continued {
            // The first page takes longer than the worker has.
            faults.plan([Rule::every(Service::Table, Fault::Slow(Duration::from_millis(5))).of("Query")]);
            world.stack.poll_queues_for(Duration::from_millis(1)).await.expect("the queue answers");
            assert!(faults.heal() > 0);
            let written = world.stack.cloud().bucket.files();
            assert!(written.iter().any(|name| name.ends_with(".1")), "a page lies there: {written:?}");
            world.advance(1).await;
            world.sweep().await;
        }
        Scene { case: self, stage: Stage::new(faults, world), id }
    }

    fn stage(scene: &Scene) -> &Stage {
        &scene.stage
    }

    fn breaks(self, call: &Outward) -> bool {
        // The others are those of an export that is written at once.
        self != Self::Continued || call.service == Service::Bucket
    }

    async fn operate(scene: &Scene) -> Option<()> {
        if scene.case == Case::Begun {
            return scene.stage.operate(async { Some(begin(&scene.stage.world).await) }, &[202, 503]).await;
        }
        let worked = async {
            // A queue that gives no answer is asked again later.
            drop(scene.stage.world.stack.drain_queue().await);
            None
        };
        scene.stage.operate(worked, &[]).await
    }

    async fn recover(scene: &Scene) {
        if scene.case == Case::Begun {
            let done = |answer: &Answer| answer.status.as_u16() == 202;
            scene.stage.repeat(1, async || Some(begin(&scene.stage.world).await), done).await;
        }
        scene.stage.wait(&[LEASE, 3 * LEASE, 3 * LEASE, 3_700]).await;
    }

    async fn expect(scene: &Scene) {
        let world = &scene.stage.world;
        let id = scene.id.clone().unwrap_or_else(|| id_of(&scene.stage.answered()));
        let export = world.get(&format!("{}/{id}", path())).role("staff").await.expect(200);
        assert_eq!(export["status"], "done", "{export}");
        let url = export["url"].as_str().expect("a link");
        let file = world.get(&format!("/local/files{}", url.split_once("/local/files").expect("a file").1)).await;
        let ids: BTreeSet<_> = file.text.lines().skip(1).filter_map(|line| line.split(',').next()).collect();
        let (count, lines) = (scene.case.orders(), file.text.lines().count());
        assert_eq!((file.status.as_u16(), lines, ids.len()), (200, count + 1, count), "{}", file.text);
        // An answer that was lost makes a second one, and that is written, too.
        let open = |(key, item): &(String, Value)| key.starts_with("JOB#EXPORT#") && item["state"]["S"] == "running";
        assert_eq!(world.raw().into_iter().filter(open).count(), 0, "no export waits");
    }
}

#[test]
fn asking_for_an_export() {
    sweep(Case::Begun, 10);
}

#[test]
fn writing_an_export() {
    sweep(Case::Written, 20);
}

#[test]
fn going_on_with_an_export() {
    sweep(Case::Continued, 20);
}
