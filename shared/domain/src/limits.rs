//! How much one buyer may have open, and whom attempts are counted for.

use std::net::IpAddr;

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::{
    Order, OrderId, OrderStatus,
    order::{HOSTED_HOLD, PaymentMode},
};

/// A buyer's orders that hold stock without being paid, each with the time at which its hold ends by itself.
///
/// The list is a hint that is right as long as no hold has ended early: an order that was paid or is over is found out
/// by reading it. So neither costs a write, and an entry that a crash leaves behind is gone at its end.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct OpenHolds {
    open: Vec<OpenHold>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct OpenHold {
    order: OrderId,
    ends_at: Timestamp,
}

impl OpenHolds {
    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.open.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.open.is_empty()
    }

    /// The ids of the orders, in the order in which they were added.
    #[must_use]
    pub fn ids(&self) -> Vec<OrderId> {
        self.open.iter().map(|hold| hold.order.clone()).collect()
    }

    /// When the first of them ends.
    #[must_use]
    pub fn first_end(&self) -> Option<Timestamp> {
        self.open.iter().map(|hold| hold.ends_at).min()
    }

    /// When the last of them ends.
    #[must_use]
    pub fn last_end(&self) -> Option<Timestamp> {
        self.open.iter().map(|hold| hold.ends_at).max()
    }

    /// Adds an order that is placed at `now`. What costs nothing is never unpaid; it counts for as long as a hosted
    /// order's hold lasts, or else one buyer could take everything that is free.
    pub fn add(&mut self, order: &Order, now: Timestamp) {
        let hold = order.hold.as_ref().map(|hold| hold.expires_at);
        let ends_at = hold.filter(|_| order.payment.mode != PaymentMode::Free).unwrap_or(now + HOSTED_HOLD);
        self.open.push(OpenHold { order: order.id.clone(), ends_at });
    }

    /// Forgets those whose hold has ended by the clock.
    pub fn forget_ended(&mut self, now: Timestamp) {
        self.open.retain(|hold| hold.ends_at > now);
    }

    /// Forgets those that were paid or are over, by the orders as they are. One that is missing among `orders` counts
    /// on: it may be placed just now, and not be visible yet.
    pub fn forget_closed(&mut self, orders: &[Order]) {
        let closed = |id: &OrderId| orders.iter().any(|order| &order.id == id && !counts(order));
        self.open.retain(|hold| !closed(&hold.order));
    }
}

/// Whether an order counts as open: it waits for its payment, or it cost nothing and its buyer still has it.
fn counts(order: &Order) -> bool {
    match order.status {
        OrderStatus::Pending => true,
        OrderStatus::Authorized | OrderStatus::Paid => order.payment.mode == PaymentMode::Free,
        OrderStatus::Failed | OrderStatus::Expired | OrderStatus::Canceled | OrderStatus::Refunded => false,
    }
}

/// Whom attempts from an address are counted for: an IPv4 address, or an IPv6 network of 64 bits, because that is the
/// least that a connection is given (RFC 6177), so that one machine may write as itself under 2^64 addresses. An IPv4
/// address that is written as IPv6 counts as IPv4.
#[must_use]
pub fn source_of(address: Option<IpAddr>) -> String {
    match address.map(|address| address.to_canonical()) {
        Some(IpAddr::V4(address)) => address.to_string(),
        Some(IpAddr::V6(address)) => {
            let [a, b, c, d, ..] = address.segments();
            format!("{a:x}:{b:x}:{c:x}:{d:x}::/64")
        }
        // All whose address is not known share one count.
        None => "unknown".to_owned(),
    }
}

/// The minute of Unix time that an attempt is counted in, and the seconds until the next one begins.
#[must_use]
pub fn minute_of(now: Timestamp) -> (i64, u32) {
    let second = now.as_second();
    (second.div_euclid(60), u32::try_from(60 - second.rem_euclid(60)).unwrap_or(60))
}

/// The hour of Unix time that declines are counted in, and the seconds until the next one begins.
#[must_use]
pub fn hour_of(now: Timestamp) -> (i64, u32) {
    let second = now.as_second();
    (second.div_euclid(3_600), u32::try_from(3_600 - second.rem_euclid(3_600)).unwrap_or(3_600))
}

/// What an hour has of declined payments of one buyer, or of one source address.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Declines {
    /// How many there were.
    #[serde(default)]
    pub declines: u32,
    /// The most that one of their cards had by then, of all who tried it.
    #[serde(default)]
    pub of_card: u32,
    /// Whether the buyer paid with a card that has more tickets of a show than one buyer may have.
    #[serde(default)]
    pub over_share: bool,
}

impl Declines {
    /// Whether so many are too many, where `most` may be: 0 is no limit.
    #[must_use]
    pub fn are_too_many(&self, most: u32) -> bool {
        most > 0 && (self.declines >= most || self.of_card >= most)
    }

    /// Whether the next order has to wait for the next hour.
    #[must_use]
    pub fn slow(&self, most: u32) -> bool {
        most > 0 && (self.over_share || self.are_too_many(most))
    }
}

/// The seconds until `at`, at least one, rounded up, so that who waits so long is not too early.
#[must_use]
pub fn seconds_until(at: Timestamp, now: Timestamp) -> u32 {
    let left = at.duration_since(now).max(SignedDuration::ZERO);
    let seconds = left.as_secs() + i64::from(left.subsec_nanos() > 0);
    u32::try_from(seconds.max(1)).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use jiff::{SignedDuration, Timestamp};

    use proptest::prelude::*;

    use super::{Declines, hour_of, minute_of, seconds_until, source_of};

    #[test]
    fn an_hour_has_its_end() {
        let at = |second| Timestamp::from_second(second).expect("legal");
        assert_eq!(hour_of(at(7_200)), (2, 3_600));
        assert_eq!(hour_of(at(10_799)), (2, 1));
        assert_eq!(hour_of(at(10_800)), (3, 3_600));
    }

    #[test]
    fn declines_slow_the_next_order_from_the_limit_on() {
        let of = |declines, of_card, over_share| Declines { declines, of_card, over_share };
        for (declines, too_many, slow) in [
            (of(0, 0, false), false, false),
            (of(4, 4, false), false, false),
            (of(5, 1, false), true, true),
            (of(1, 5, false), true, true),
            (of(0, 0, true), false, true),
        ] {
            assert_eq!((declines.are_too_many(5), declines.slow(5)), (too_many, slow), "{declines:?}");
            assert!(!declines.slow(0), "0 is no limit");
        }
    }

    proptest! {
        #[test]
        fn more_declines_never_make_it_faster(most in 0_u32..9, declines in 0_u32..9, of_card in 0_u32..9, over_share in any::<bool>()) {
            let fewer = Declines { declines, of_card, over_share };
            let more = [
                Declines { declines: declines + 1, ..fewer },
                Declines { of_card: of_card + 1, ..fewer },
                Declines { over_share: true, ..fewer },
            ];
            prop_assert!(!fewer.slow(most) || more.iter().all(|more| more.slow(most)));
        }
    }

    #[test]
    fn a_source_is_an_address_or_a_network_of_64_bits() {
        let source = |text: &str| source_of(Some(text.parse().expect("an address")));
        assert_eq!(source("203.0.113.9"), "203.0.113.9");
        assert_eq!(source("::ffff:203.0.113.9"), "203.0.113.9");
        assert_eq!(source("2001:db8:1:2:3:4:5:6"), source("2001:db8:1:2:ffff::1"));
        assert_ne!(source("2001:db8:1:2::1"), source("2001:db8:1:3::1"));
        assert_eq!(source_of(None), "unknown");
    }

    #[test]
    fn a_minute_has_its_end() {
        let at = |second| Timestamp::from_second(second).expect("legal");
        assert_eq!(minute_of(at(120)), (2, 60));
        assert_eq!(minute_of(at(179)), (2, 1));
        assert_eq!(minute_of(at(180)), (3, 60));
    }

    #[test]
    fn waiting_for_retry_after_is_not_too_early() {
        let now = Timestamp::from_second(100).expect("legal");
        assert_eq!(seconds_until(now + SignedDuration::from_millis(1_001), now), 2);
        assert_eq!(seconds_until(now + SignedDuration::from_secs(2), now), 2);
        assert_eq!(seconds_until(now - SignedDuration::from_secs(2), now), 1);
    }
}
