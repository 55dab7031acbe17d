use histories::{Act, Function, History, plan, play};

/// The first line in which two traces differ.
fn first_difference(one: &[String], other: &[String]) -> Option<(String, String)> {
    let longer = one.len().max(other.len());
    let line = |lines: &[String], n: usize| lines.get(n).cloned().unwrap_or_default();
    (0..longer).map(|n| (line(one, n), line(other, n))).find(|(one, other)| one != other)
}

#[test]
fn the_same_seed_gives_the_same_calls_and_outcomes_byte_by_byte() {
    let mut lines = 0;
    for seed in 0..24 {
        let history = plan(seed);
        assert_eq!(history, plan(seed));
        let (one, other) = (play(&history, true), play(&history, true));
        if let Some((one, other)) = first_difference(&one.trace, &other.trace) {
            panic!("seed {seed} differs:\n{one}\n{other}");
        }
        assert_eq!(one, other);
        lines += one.trace.len();
    }
    assert!(lines > 5_000, "{lines} lines");
}

#[test]
fn another_thread_changes_nothing() {
    let history = plan(7);
    let here = play(&history, true);
    let there = std::thread::spawn(move || play(&history, true)).join().expect("it ends");
    assert_eq!(first_difference(&here.trace, &there.trace), None);
}

/// Every kind of step is made by some seed.
#[test]
fn histories_hold_the_whole_vocabulary() {
    let name = |act: &Act| format!("{act:?}").split(['(', ' ']).next().unwrap_or_default().to_owned();
    let histories: Vec<History> = (0..400).map(plan).collect();
    let steps = || histories.iter().flat_map(|history| &history.steps);
    let acts: std::collections::BTreeSet<_> = steps().map(|step| name(&step.act)).collect();
    assert_eq!(acts.len(), 48, "{acts:?}");
    let proof = include_str!("../../../docs/proof.md");
    assert!(proof.contains(&format!(" {} kinds of steps,", acts.len())), "docs/proof.md counts others");
    let fault = |fault: &histories::Fault| format!("{fault:?}").split('(').next().unwrap_or_default().to_owned();
    let faults: std::collections::BTreeSet<_> =
        steps().flat_map(|step| &step.faults).map(|planned| fault(&planned.fault)).collect();
    assert_eq!(faults.len(), 15, "{faults:?}");
    for function in histories::FUNCTIONS {
        let skewed = |act: &Act| matches!(act, Act::Skew(skewed, _) if *skewed == function);
        assert!(steps().any(|step| skewed(&step.act)), "{function:?}");
    }
    assert!(matches!(histories::FUNCTIONS[0], Function::Catalog));
}
