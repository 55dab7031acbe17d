//! A pace for calls that are many: Stripe takes 25 a second for one endpoint, and answers 429 above that
//! (<https://docs.stripe.com/rate-limits>).

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
    time::Duration,
};

use tokio::time::{Instant, sleep_until};

/// Deals out turns, one after the other for each endpoint, at equal distances.
#[derive(Debug)]
pub(crate) struct Pace {
    distance: Duration,
    next: Mutex<HashMap<String, Instant>>,
}

impl Pace {
    /// So many turns a second for each endpoint; at least one.
    pub(crate) fn new(per_second: u32) -> Self {
        Self { distance: Duration::from_secs(1) / per_second.max(1), next: Mutex::default() }
    }

    /// Waits for the next turn at an endpoint.
    pub(crate) async fn turn(&self, endpoint: &str) {
        let now = Instant::now();
        let turn = {
            let mut next = self.next.lock().unwrap_or_else(PoisonError::into_inner);
            let next = next.entry(endpoint.to_owned()).or_insert(now);
            let turn = (*next).max(now);
            *next = turn + self.distance;
            turn
        };
        sleep_until(turn).await;
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use tokio::time::Instant;

    use super::Pace;

    #[tokio::test(start_paused = true)]
    async fn an_endpoint_has_its_turns_at_equal_distances_and_waits_for_no_other() {
        let pace = Pace::new(25);
        let begun = Instant::now();
        let mut taken = Vec::new();
        for _ in 0..26 {
            pace.turn("GET /v1/refunds").await;
            taken.push(begun.elapsed());
        }
        assert!(taken.windows(2).all(|pair| pair[1].saturating_sub(pair[0]) >= Duration::from_millis(40)));
        assert_eq!(taken[25], Duration::from_secs(1));
        let other = Instant::now();
        pace.turn("POST /v1/refunds").await;
        assert_eq!(other.elapsed(), Duration::ZERO);
    }

    #[tokio::test(start_paused = true)]
    async fn a_pause_saves_up_no_turns() {
        let pace = Pace::new(10);
        pace.turn("a").await;
        tokio::time::sleep(Duration::from_secs(60)).await;
        let begun = Instant::now();
        for _ in 0..11 {
            pace.turn("a").await;
        }
        assert_eq!(begun.elapsed(), Duration::from_secs(1));
    }
}
