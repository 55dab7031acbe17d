use histories::run;

/// Seeds that once found something, and what.
const FOUND: [(u64, &str); 0] = [];

#[test]
fn what_was_found_once_does_not_come_back() {
    for (seed, what) in FOUND {
        let findings = run(seed).findings;
        assert!(findings.is_empty(), "seed {seed}, which found {what}: {findings:#?}");
    }
}
