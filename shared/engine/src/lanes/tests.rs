use store::{Due, DueKind};

use super::{Lanes, oldest};

fn due(pk: &str, sk: &str, organization: &str, since: i64) -> Due {
    Due { kind: DueKind::of(pk, sk), due_at: since, since, sweeps: 0, organization: organization.to_owned() }
}

#[test]
fn each_kind_has_its_lane_and_each_organization_its_turn() {
    let mut all: Vec<_> = (0..100).map(|n| due(&format!("ORDER#large{n}"), "META", "large", n)).collect();
    all.push(due("ORDER#small", "META", "small", 1_000));
    all.extend((0..10).map(|n| due(&format!("LISTING#l{n}"), "META", "large", n)));
    all.push(due("JOB#CANCEL#off", "JOB", "large", 2_000));
    all.push(due("JOB#ERASE#small#cus", "JOB", "small", 3_000));
    all.push(due("NOTIFICATION#n1", "NOTIFICATION", "large", 5));
    all.push(due("WHAT#1", "META", "", 7));
    let lanes = Lanes::of(all);
    let first = |lane: &[Due]| lane.iter().take(3).map(|due| due.kind.key().pk).collect::<Vec<_>>();
    assert_eq!(first(&lanes.orders), ["ORDER#large0", "ORDER#small", "WHAT#1"]);
    assert_eq!(first(&lanes.jobs), ["LISTING#l0", "JOB#ERASE#small#cus", "JOB#CANCEL#off"]);
    assert_eq!((lanes.orders.len(), lanes.jobs.len(), lanes.notifications.len()), (102, 12, 1));
}

#[test]
fn the_oldest_counts_from_when_it_was_due_first() {
    let now = jiff::Timestamp::from_second(10_000).expect("legal");
    assert_eq!(oldest(&[], now), 0);
    let put_off = Due { due_at: 9_990, ..due("ORDER#a", "META", "o", 4_000) };
    assert_eq!(oldest(&[due("ORDER#b", "META", "o", 9_000), put_off], now), 6_000);
}
