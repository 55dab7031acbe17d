//! Making a history that fails smaller, as long as it fails in the same way.

use crate::{run::play, step::History};

/// What a finding is about, without the ids, sums and times in it.
fn kind(finding: &str) -> String {
    let words = finding.split_whitespace().filter(|word| !word.chars().any(|c| c.is_ascii_digit()));
    words.take(6).collect::<Vec<_>>().join(" ")
}

/// Whether a history has a finding of that kind.
fn fails(history: &History, expected: &str) -> bool {
    play(history, false).findings.iter().any(|finding| kind(finding) == expected)
}

/// The smallest history that can be had from this one and has a finding like its first: steps and faults are taken out as long as
/// that stays. The same history where it has none.
#[must_use]
pub fn shrink(history: &History) -> History {
    let Some(first) = play(history, false).findings.first().map(|finding| kind(finding)) else {
        return history.clone();
    };
    let mut small = history.clone();
    let mut size = small.steps.len().div_ceil(2);
    while size > 0 {
        let mut at = 0;
        while at < small.steps.len() {
            let mut fewer = small.clone();
            fewer.steps.drain(at..(at + size).min(fewer.steps.len()));
            if fails(&fewer, &first) {
                small = fewer;
            } else {
                at += size;
            }
        }
        size /= 2;
    }
    for step in 0..small.steps.len() {
        let mut fault = 0;
        while fault < small.steps[step].faults.len() {
            let mut fewer = small.clone();
            fewer.steps[step].faults.remove(fault);
            if fails(&fewer, &first) {
                small = fewer;
            } else {
                fault += 1;
            }
        }
    }
    simpler(&mut small, &first);
    small
}

/// Tries the plainest page, and one step after the other.
fn simpler(small: &mut History, expected: &str) {
    let plain = History { page: 1_000, ..small.clone() };
    if fails(&plain, expected) {
        *small = plain;
    }
    for step in 0..small.steps.len() {
        let mut calm = small.clone();
        calm.steps[step].alone = true;
        if calm != *small && fails(&calm, expected) {
            *small = calm;
        }
    }
}
