//! Fair turns: who comes next when many wait and not all can be seen to.

use std::collections::{BTreeMap, VecDeque};

/// Deals things out in rounds: each group gets one turn a round, in the order of its first member, and keeps its own
/// order. So the `n`th thing of a group waits for at most `n` others of each other group, however many those have.
///
/// Applied twice, by an inner group and then by an outer one, it is fair among the outer groups, and within each of
/// them among the inner ones.
#[must_use]
pub fn in_turns<T, K: Ord>(things: Vec<T>, group: impl Fn(&T) -> K) -> Vec<T> {
    let mut dealt = Vec::with_capacity(things.len());
    let mut places = BTreeMap::new();
    let mut groups: Vec<VecDeque<T>> = Vec::new();
    for thing in things {
        let place = *places.entry(group(&thing)).or_insert(groups.len());
        match groups.get_mut(place) {
            Some(group) => group.push_back(thing),
            None => groups.push(VecDeque::from([thing])),
        }
    }
    while !groups.is_empty() {
        dealt.extend(groups.iter_mut().filter_map(VecDeque::pop_front));
        // Groups that are through drop out, so that many short ones cost nothing beside a long one.
        groups.retain(|group| !group.is_empty());
    }
    dealt
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::in_turns;

    #[test]
    fn one_with_ten_thousand_does_not_keep_the_others_waiting() {
        let mut things: Vec<_> = (0..10_000).map(|n| ("large", n)).collect();
        things.extend([("small", 0), ("small", 1), ("tiny", 0)]);
        let dealt = in_turns(things, |thing| thing.0);
        assert_eq!(dealt[..5], [("large", 0), ("small", 0), ("tiny", 0), ("large", 1), ("small", 1)]);
        assert_eq!(dealt.len(), 10_003);
    }

    #[test]
    fn two_levels_are_fair_on_both() {
        let holds = (0..50).map(|n| ("hold", "large", n));
        let mut things: Vec<_> = holds.collect();
        things.extend([("hold", "small", 0), ("check", "large", 0)]);
        let dealt = in_turns(in_turns(things, |thing| thing.1), |thing| thing.0);
        assert_eq!(dealt[..3], [("hold", "large", 0), ("check", "large", 0), ("hold", "small", 0)]);
    }

    proptest! {
        #[test]
        fn everybody_is_dealt_once_and_in_turn(groups in prop::collection::vec(0_u8..6, 0..200)) {
            let things: Vec<(u8, usize)> = groups.iter().copied().zip(0..).collect();
            let dealt = in_turns(things.clone(), |thing| thing.0);
            let mut sorted = dealt.clone();
            sorted.sort_by_key(|thing| thing.1);
            prop_assert_eq!(&sorted, &things, "nothing is lost and nothing comes twice");
            let kinds = groups.iter().collect::<std::collections::BTreeSet<_>>().len();
            for group in 0..6 {
                let own: Vec<_> = dealt.iter().filter(|thing| thing.0 == group).collect();
                prop_assert!(own.windows(2).all(|pair| pair[0].1 < pair[1].1), "a group keeps its order");
                let places = dealt.iter().enumerate().filter(|(_, thing)| thing.0 == group).map(|(place, _)| place);
                for (n, place) in places.enumerate() {
                    prop_assert!(place < (n + 1) * kinds, "the {n}th of {group} is at {place} of {kinds} groups");
                }
            }
        }
    }
}
