//! The checker: whether what clients saw of one counter can be put into a sequence in which each operation takes effect at
//! once, at some moment between its request and its answer.
//!
//! This is the search of Wing and Gong with Lowe's memory of what was tried (<https://doi.org/10.1002/cpe.3928>): of the
//! operations that no other one has to come before, any may be the next; what was tried with the same operations done and the
//! same value is not tried again.

use std::collections::HashSet;

/// What a client asks of a counter: an offer's units, or a customer's hours.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Action {
    /// To take so many.
    Take(u32),
    /// To give so many.
    Give(u32),
    /// To hold so many, until they are paid.
    Hold(u32),
    /// To let go of so many that are held.
    Release(u32),
    /// To sell so many that are held.
    Sell(u32),
    /// To give back so many that were sold.
    Return(u32),
    /// How many there are.
    Read,
}

/// What the client heard.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answered {
    /// It took effect.
    Done,
    /// It was refused, and nothing changed.
    TooFew,
    /// There are so many.
    Value(u32),
    /// Nothing sure, as a 503: it may have been done, may be done later, or never.
    Open,
}

/// One operation of one client. Times count all requests and answers of a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Operation {
    /// When the request left.
    pub from: u64,
    /// When the answer came.
    pub to: u64,
    /// What was asked.
    pub action: Action,
    /// What was heard.
    pub answered: Answered,
}

/// A counter's state. Clients see what is there, and nothing of the rest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
struct Counter {
    there: u32,
    held: u32,
    sold: u32,
}

/// More operations than this have no place in the memory of what was tried.
const MOST: usize = 128;

/// Whether one sequence explains what was seen of a counter that began at `begin`. At most 128 operations.
///
/// # Panics
/// For more operations.
#[must_use]
pub fn explains(begin: u32, operations: &[Operation]) -> bool {
    assert!(operations.len() <= MOST, "{} operations are too many for one history", operations.len());
    let sure = operations.iter().enumerate().filter(|(_, operation)| operation.answered != Answered::Open);
    let all = sure.fold(0_u128, |all, (n, _)| all | 1 << n);
    let mut tried = HashSet::new();
    let mut next = vec![(0_u128, Counter { there: begin, held: 0, sold: 0 })];
    while let Some((done, counter)) = next.pop() {
        if done & all == all {
            return true;
        }
        if !tried.insert((done, counter)) {
            continue;
        }
        let left = operations.iter().enumerate().filter(|(n, _)| done & (1 << n) == 0);
        // What began after another one's answer came cannot be before it.
        let waiting = left.clone().filter(|(_, operation)| operation.answered != Answered::Open);
        let first = waiting.map(|(_, operation)| operation.to).min().unwrap_or(u64::MAX);
        for (n, operation) in left.filter(|(_, operation)| operation.from < first) {
            if let Some(after) = apply(counter, operation) {
                next.push((done | 1 << n, after));
            }
        }
    }
    false
}

/// The state after an operation; none if it cannot be answered so in that state.
fn apply(counter: Counter, operation: &Operation) -> Option<Counter> {
    let Counter { there, held, sold } = counter;
    match (operation.action, operation.answered) {
        (Action::Read, Answered::Value(seen)) => (seen == there).then_some(counter),
        (Action::Read, Answered::Open) => Some(counter),
        (Action::Take(n) | Action::Hold(n), Answered::TooFew) => (there < n).then_some(counter),
        (_, Answered::TooFew | Answered::Value(_)) | (Action::Read, Answered::Done) => None,
        (Action::Take(n), _) => Some(Counter { there: there.checked_sub(n)?, ..counter }),
        (Action::Give(n), _) => Some(Counter { there: there.checked_add(n)?, ..counter }),
        (Action::Hold(n), _) => Some(Counter { there: there.checked_sub(n)?, held: held + n, sold }),
        (Action::Release(n), _) => Some(Counter { there: there + n, held: held.checked_sub(n)?, sold }),
        (Action::Sell(n), _) => Some(Counter { there, held: held.checked_sub(n)?, sold: sold + n }),
        (Action::Return(n), _) => Some(Counter { there: there + n, held, sold: sold.checked_sub(n)? }),
    }
}

#[cfg(test)]
mod tests {
    use super::{Action, Answered, Operation, explains};

    fn operation(from: u64, to: u64, action: Action, answered: Answered) -> Operation {
        Operation { from, to, action, answered }
    }

    #[test]
    fn a_sequence_is_explained_and_its_contradiction_is_not() {
        let take = operation(0, 1, Action::Take(1), Answered::Done);
        let read = |seen| operation(2, 3, Action::Read, Answered::Value(seen));
        assert!(explains(1, &[take, read(0)]));
        // A read that began after the answer shows what was before: no sequence explains it.
        assert!(!explains(1, &[take, read(1)]));
        assert!(!explains(0, &[take]));
    }

    #[test]
    fn what_overlaps_may_be_in_either_sequence() {
        let take = operation(0, 5, Action::Take(1), Answered::Done);
        for seen in [0, 1] {
            assert!(explains(1, &[take, operation(1, 2, Action::Read, Answered::Value(seen))]));
        }
        // But once it was seen, it stays seen.
        let seen =
            [operation(1, 2, Action::Read, Answered::Value(0)), operation(3, 4, Action::Read, Answered::Value(1))];
        assert!(!explains(1, &[take, seen[0], seen[1]]));
    }

    #[test]
    fn one_unit_is_not_sold_twice_and_not_refused_while_it_is_there() {
        let buy = |from, answered| operation(from, from + 3, Action::Take(1), answered);
        assert!(explains(1, &[buy(0, Answered::Done), buy(1, Answered::TooFew)]));
        assert!(!explains(1, &[buy(0, Answered::Done), buy(1, Answered::Done)]));
        assert!(!explains(1, &[buy(0, Answered::TooFew), buy(1, Answered::TooFew)]));
        // Sold out, and sold out later still, although a unit came back in between.
        let back = operation(4, 5, Action::Give(1), Answered::Done);
        let later = operation(6, 7, Action::Take(1), Answered::TooFew);
        assert!(!explains(1, &[buy(0, Answered::Done), back, later]));
    }

    #[test]
    fn what_was_not_heard_may_have_been_done_at_any_time_or_never() {
        let open = operation(0, 1, Action::Take(1), Answered::Open);
        let read = |from, seen| operation(from, from + 1, Action::Read, Answered::Value(seen));
        assert!(explains(1, &[open, read(2, 1)]));
        assert!(explains(1, &[open, read(2, 0)]));
        assert!(explains(1, &[open, read(2, 1), read(4, 0)]), "it may be done later");
        assert!(!explains(1, &[open, read(2, 0), read(4, 1)]), "but not undone");
        assert!(
            !explains(1, &[read(0, 0), operation(2, 3, Action::Take(1), Answered::Open)]),
            "and not before it was asked"
        );
    }

    #[test]
    fn what_is_held_is_there_for_no_other_until_it_is_released_and_what_is_sold_until_it_is_returned() {
        let done = |from, action| operation(from, from + 1, action, Answered::Done);
        let read = |from, seen| operation(from, from + 1, Action::Read, Answered::Value(seen));
        let (hold, sell) = (done(0, Action::Hold(2)), done(2, Action::Sell(2)));
        assert!(explains(2, &[hold, sell, read(4, 0), done(6, Action::Return(1)), read(8, 1)]));
        assert!(explains(2, &[hold, done(2, Action::Release(2)), read(4, 2)]));
        // What was sold is not released, and what is held is not returned.
        assert!(!explains(2, &[hold, sell, done(4, Action::Release(1))]));
        assert!(!explains(2, &[hold, done(2, Action::Return(1))]));
        assert!(!explains(2, &[hold, sell, read(4, 1)]), "sold stays sold");
        assert!(!explains(2, &[hold, done(2, Action::Release(2)), read(4, 0)]), "stranded");
        // Refused, although both were let go before it was asked.
        let refused = operation(4, 5, Action::Hold(1), Answered::TooFew);
        assert!(!explains(2, &[hold, done(2, Action::Release(2)), refused]));
        assert!(explains(2, &[hold, sell, refused]));
    }
}
