//! Services behind the purchase are down: queue, mail, secrets; and a crowd at the table.

use futures::future::join_all;
use holdfast_tests::{
    Bought,
    faults::{Fault, Faults, Rule, Service},
};
use local::{Options, Stack};
use serde_json::json;
use tokio::time::Instant;

use super::services::{PATIENCE, checkout, come_back, outages, world};

/// Mail and labels are for later: that they fail delays no order.
#[tokio::test(start_paused = true)]
async fn the_queue_is_down() {
    for fault in outages() {
        let (world, faults) = world().await;
        faults.plan([Rule::every(Service::Queue, fault)]);
        let free = world.buy("free", 1).await;
        let order = world.buy("general", 1).await;
        let begun = Instant::now();
        world.pay(&order);
        world.settle().await;
        assert!(begun.elapsed() < PATIENCE * 3, "{fault:?}");
        for order in [&free, &order] {
            assert_eq!(world.order(order).await["status"], "paid", "{fault:?}");
        }
        assert!(faults.heal() > 0);
        world.settle().await;
        // The sweeper finds what never got into the queue.
        for _ in 0..3 {
            world.advance(130).await;
            world.sweep().await;
            world.settle().await;
        }
        assert_eq!(world.mail()["ada@example.com"].len(), 2, "{fault:?}");
        world.finish().await;
    }
}

#[tokio::test(start_paused = true)]
async fn the_mail_service_is_down() {
    for fault in [Fault::Refused, Fault::RequestLost, Fault::Throttled, Fault::ServerError, Fault::Hang] {
        let (world, faults) = world().await;
        faults.plan([Rule::every(Service::Mail, fault)]);
        let order = world.buy("general", 1).await;
        world.pay(&order);
        world.settle().await;
        assert_eq!(world.order(&order).await["status"], "paid", "{fault:?}");
        assert!(world.mail().is_empty(), "{fault:?}");
        assert!(faults.heal() > 0);
        // The queue brings it back after six minutes, and if it does not, the sweeper does after ten.
        for _ in 0..6 {
            world.advance(130).await;
            world.sweep().await;
            world.settle().await;
        }
        assert_eq!(world.mail()["ada@example.com"].len(), 1, "{fault:?}");
        world.finish().await;
    }
}

/// A function that cannot read its secrets does not start, and names them; one that has read them goes on with them.
#[tokio::test(start_paused = true)]
async fn secrets_cannot_be_read() {
    let arn = "arn:aws:secretsmanager:us-east-1:000000000000:secret:local/STRIPE_WEBHOOK_SECRET";
    let settings = vec![("STRIPE_WEBHOOK_SECRET_ARN".to_owned(), arn.to_owned())];
    for fault in [Fault::Refused, Fault::Hang, Fault::Throttled, Fault::ServerError] {
        let faults = Faults::new();
        faults.plan([Rule::every(Service::Secrets, fault)]);
        let error = Stack::start(Options { settings: settings.clone(), ..faults.options() }).await;
        let error = error.expect_err("no secret").to_string();
        assert!(error.contains("webhook") && error.contains(arn), "{error}");
        assert!(faults.heal() > 0);
    }
}

/// A crowd that the table cannot serve: every buyer is answered, with a ticket or with a time to come back, and who comes
/// back is served.
#[tokio::test(start_paused = true)]
async fn a_crowd_is_throttled() {
    let (world, faults) = world().await;
    faults.jitter(20);
    let mut waiting: Vec<usize> = (0..60).collect();
    let mut orders = Vec::new();
    // Half of the calls are refused at first, then fewer and fewer.
    for passing in 1..8 {
        faults.plan((0..400).map(|n| Rule::every(Service::Table, Fault::Throttled).after(n * passing).times(1)));
        let buyers = waiting.iter().map(|n| {
            let mut request = world.request("general", 1);
            request["buyer"]["email"] = json!(format!("buyer{n}@example.com"));
            let world = &world;
            async move {
                let begun = Instant::now();
                (checkout(world, &request, &format!("k{n}")).await, begun, *n)
            }
        });
        let answers = join_all(buyers).await;
        assert!(faults.heal() > 0 || waiting.is_empty());
        waiting.clear();
        for (answer, begun, n) in answers {
            match answer.status.as_u16() {
                201 => orders.push(Bought::of(answer.json).id),
                status => {
                    waiting.push(n);
                    if status != 409 {
                        come_back(answer, "store_unavailable", begun, "throttled");
                    }
                }
            }
        }
        world.advance(31).await;
    }
    assert_eq!(waiting, [0_usize; 0], "every buyer was served in the end");
    orders.sort();
    orders.dedup();
    assert_eq!(orders.len(), 60);
    assert_eq!(world.stock("general").await, (40, 60, 0));
    world.finish().await;
}
