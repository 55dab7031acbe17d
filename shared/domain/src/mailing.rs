//! What is known of the mail to one order's buyer, beside the order: what was sent again, what is not welcome, and whether
//! mail arrives.

use data_encoding::BASE32_NOPAD;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::{Code, OrderId, Refusal};

/// How often a buyer may have the confirmation sent again within an hour.
pub const RESENDS: usize = 3;
const HOUR: SignedDuration = SignedDuration::from_hours(1);

/// The mail to one order's buyer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mailing {
    /// Whose buyer it is to; one mailing for each.
    pub order: OrderId,
    /// Grows by one with each change, from 1 when it is written first.
    pub version: u64,
    /// How often the confirmation was sent again.
    pub resent: u32,
    /// When the buyer had it sent again, within the last hour.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub resent_at: Vec<Timestamp>,
    /// Whether the buyer wants no reminders.
    pub no_reminders: bool,
    /// The addresses of the order that nothing more is sent to.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub undeliverable: Vec<Undeliverable>,
}

/// That mail to one address does not arrive, or is not welcome. The address itself stands in the order alone; another one in
/// its place is not meant, without anything to clear.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Undeliverable {
    /// Which address: [`crate::Order::address_mark`].
    pub mark: String,
    /// Why.
    pub cause: UndeliverableCause,
    /// When that was heard of.
    pub at: Timestamp,
}

/// Why nothing more is sent to an address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum UndeliverableCause {
    /// Its server refuses it for good.
    Bounce,
    /// Its reader called a mail of ours unwanted.
    Complaint,
}

impl UndeliverableCause {
    /// The word in the contract.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Bounce => "bounce",
            Self::Complaint => "complaint",
        }
    }
}

/// What an address is known by where several orders may have it, under their organization's secret key: it tells nothing
/// without that key. An address is one in capitals, too.
#[must_use]
pub fn mark_of_address(key: &str, address: &str) -> String {
    let address = address.to_ascii_lowercase();
    let digest = Sha256::new().chain_update(key.as_bytes()).chain_update([0]).chain_update(address).finalize();
    let mut text = BASE32_NOPAD.encode(&digest);
    text.truncate(26);
    text
}

impl Mailing {
    /// What is known before anything happened.
    #[must_use]
    pub fn new(order: OrderId) -> Self {
        Self { order, version: 0, resent: 0, resent_at: Vec::new(), no_reminders: false, undeliverable: Vec::new() }
    }

    /// Why nothing more is sent to the address of that mark, if so.
    #[must_use]
    pub fn undeliverable(&self, mark: &str) -> Option<&Undeliverable> {
        self.undeliverable.iter().find(|known| known.mark == mark)
    }

    /// Notes that mail to the address of that mark comes back. False if that is known.
    pub fn note_undeliverable(&mut self, mark: String, cause: UndeliverableCause, at: Timestamp) -> bool {
        let new = self.undeliverable(&mark).is_none();
        if new {
            self.undeliverable.push(Undeliverable { mark, cause, at });
        }
        new
    }

    /// Takes mail to the address of that mark to arrive again. False if nothing else was known.
    pub fn try_again(&mut self, mark: &str) -> bool {
        let before = self.undeliverable.len();
        self.undeliverable.retain(|known| known.mark != mark);
        self.undeliverable.len() < before
    }

    /// Counts that the confirmation is sent once more, and says for which time. Staff may at any time, a buyer a few times an
    /// hour.
    ///
    /// # Errors
    /// `rate_limited`, with the seconds to wait.
    pub fn resend(&mut self, by_staff: bool, now: Timestamp) -> Result<u32, Refusal> {
        self.resent_at.retain(|at| now.duration_since(*at) < HOUR);
        if !by_staff {
            if let (true, Some(first)) = (self.resent_at.len() >= RESENDS, self.resent_at.first()) {
                let wait = (*first + HOUR).duration_since(now).as_secs();
                let message = format!("The confirmation is sent again at most {RESENDS} times an hour");
                let wait = u32::try_from(wait).unwrap_or(1).max(1);
                return Err(Refusal::new(Code::RateLimited, message).retry_after(wait));
            }
            self.resent_at.push(now);
        }
        self.resent += 1;
        Ok(self.resent)
    }
}

#[cfg(test)]
mod tests {
    use jiff::{SignedDuration, Timestamp};

    use super::{Mailing, RESENDS, UndeliverableCause, mark_of_address};
    use crate::{Code, OrderId};

    fn mailing() -> Mailing {
        Mailing::new(OrderId::parse("ord_1").expect("an id"))
    }

    #[test]
    fn an_address_is_marked_once_and_others_are_not_meant() {
        let (mut mailing, now) = (mailing(), Timestamp::UNIX_EPOCH);
        assert!(mailing.note_undeliverable("A".to_owned(), UndeliverableCause::Bounce, now));
        assert!(!mailing.note_undeliverable("A".to_owned(), UndeliverableCause::Complaint, now));
        assert_eq!(mailing.undeliverable("A").map(|known| known.cause), Some(UndeliverableCause::Bounce));
        assert_eq!(mailing.undeliverable("B"), None);
        assert!(!mailing.try_again("B") && mailing.try_again("A"));
        assert_eq!(mailing.undeliverable, []);
    }

    #[test]
    fn a_mark_is_of_one_address_under_one_key() {
        let mark = mark_of_address("5e", "ada@example.com");
        assert_eq!((mark.len(), &mark), (26, &mark_of_address("5e", "ADA@Example.com")));
        assert_ne!(mark, mark_of_address("5f", "ada@example.com"));
        assert_ne!(mark, mark_of_address("5e", "grace@example.com"));
    }

    #[test]
    fn buyers_wait_and_staff_do_not() {
        let (mut mailing, now) = (mailing(), Timestamp::UNIX_EPOCH);
        for n in 1..=RESENDS {
            assert_eq!(mailing.resend(false, now).map(|n| n as usize), Ok(n));
        }
        let refused = mailing.resend(false, now + SignedDuration::from_mins(59)).expect_err("too often");
        assert_eq!((refused.code, refused.retry_after), (Code::RateLimited, Some(60)));
        assert!(mailing.resend(true, now).is_ok());
        assert!(mailing.resend(false, now + SignedDuration::from_mins(60)).is_ok());
        assert_eq!(mailing.resent, 5);
    }
}
