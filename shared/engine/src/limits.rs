//! What one buyer, and one source address, may ask for: the figures and the keys. Nothing is read or written here.

use std::net::IpAddr;

use domain::{
    Buyer, Code, OrganizationId, Refusal,
    limits::{seconds_until, source_of},
    pricing::RequestedLine,
};
use jiff::Timestamp;
use runtime::LimitSettings;
use sha2::{Digest, Sha256};
use store::{HoldLimit, HoldsRecord, ShareLimit};

/// Limits; 0 is none.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Limits {
    /// Attempts to buy from one source address in a minute.
    pub attempts_per_minute: u32,
    /// Orders that one buyer may have open with an organization.
    pub open_holds: u32,
    /// Declines of one buyer, source address or card in an hour, from which on the next order waits for the next hour.
    pub declines_per_hour: u32,
}

impl From<LimitSettings> for Limits {
    fn from(settings: LimitSettings) -> Self {
        Self {
            attempts_per_minute: settings.rate_limit_per_minute,
            open_holds: settings.max_open_holds_per_buyer,
            declines_per_hour: settings.max_declines_per_hour,
        }
    }
}

impl Limits {
    /// The limit of open orders for a buyer, with what is known of them.
    pub(crate) fn holds(
        self,
        organization: &OrganizationId,
        buyer: &Buyer,
        known: Option<HoldsRecord>,
    ) -> Option<HoldLimit> {
        (self.open_holds > 0).then(|| HoldLimit {
            organization: organization.clone(),
            buyer: caller(buyer),
            most: self.open_holds,
            known,
        })
    }
}

/// The shows of an order that have a limit for each buyer, each once.
pub(crate) fn shares(lines: &[RequestedLine<'_>]) -> Vec<ShareLimit> {
    let mut shares: Vec<ShareLimit> = Vec::new();
    for listing in lines.iter().map(|line| line.listing) {
        let most = listing.max_tickets_per_buyer.filter(|_| shares.iter().all(|share| share.listing != listing.id));
        shares.extend(most.map(|most| ShareLimit { listing: listing.id.clone(), most }));
    }
    shares
}

/// Who a buyer is, for keys: the customer by the verified token's subject, or a guest by the mail address. Hashed, so
/// that no address stands in a key and no separator can be smuggled into one.
pub(crate) fn caller(buyer: &Buyer) -> String {
    let caller = match &buyer.customer {
        Some(subject) => format!("customer {subject}"),
        None => format!("guest {}", buyer.email.trim().to_lowercase()),
    };
    hex::encode(Sha256::digest(caller))
}

/// What a source address is counted by: a hash, so that no address stands in a key.
pub(crate) fn source(address: Option<IpAddr>) -> String {
    hex::encode(Sha256::digest(format!("source {}", source_of(address))))
}

/// What a card is counted by where it is declined.
pub(crate) fn card(fingerprint: &str) -> String {
    hex::encode(Sha256::digest(format!("card {fingerprint}")))
}

/// Too many orders of a buyer are open, the first of them until `until`.
pub(crate) fn too_many_holds(until: Timestamp, now: Timestamp) -> Refusal {
    let message = "You have too many open orders; pay or cancel one of them, or come back when its time is up";
    Refusal::new(Code::RateLimited, message).retry_after(seconds_until(until, now))
}
