//! What is derived from an order's secret seed: its token, the codes of its tickets, its receipt's number.

use data_encoding::BASE32_NOPAD;
use jiff::Timestamp;
use sha2::{Digest, Sha256};

use super::aggregate::order::Order;
use crate::{OrderNumber, TicketCode};

impl Order {
    /// The access token: it opens this one order to each client that sends it.
    #[must_use]
    pub fn access_token(&self) -> String {
        self.derive("access", 32)
    }

    /// What proves, in the address that Stripe sends the buyer back to, that we made that address for this order. Made
    /// from the secret seed over the order's id; it is not the token, so the token never travels through Stripe.
    #[must_use]
    pub fn return_mac(&self) -> String {
        self.derive(&format!("return {}", self.id), 32)
    }

    /// The code of the order's `n`th ticket. Made from the secret seed, so that issuing twice gives the same codes,
    /// while no client can guess one or tell its order from it. An L is read as an I ([`TicketCode::reading`]), so no
    /// code has one, which leaves 98 bits.
    #[must_use]
    pub fn ticket_code(&self, n: usize) -> TicketCode {
        self.code(&format!("ticket-{n}"))
    }

    /// The code of the order's `n`th ticket once it was handed over so many times, above zero, the last time at `at`. In a table
    /// that was set back in time, whom it is handed over to then has no code that another person got before.
    pub(super) fn code_after(&self, n: usize, handed_over: usize, at: Timestamp) -> TicketCode {
        self.code(&format!("ticket-{n}-{handed_over} {at}"))
    }

    fn code(&self, purpose: &str) -> TicketCode {
        let text = self.derive(purpose, 20).replace('L', "I");
        TicketCode::parse(text).unwrap_or_else(|_| unreachable!("base 32 is a legal code"))
    }

    /// The number of the order's receipt: the day of payment and eight characters. `try_` counts up if another receipt
    /// has that number already.
    #[must_use]
    pub fn receipt_number(&self, paid_at: Timestamp, try_: u32) -> String {
        format!("RCP-{}-{}", paid_at.strftime("%Y-%m%d"), self.derive(&format!("receipt-{try_}"), 8))
    }

    /// The order's number. `try_` counts up if another order of its organization has that number already.
    #[must_use]
    pub fn new_number(&self, try_: u32) -> OrderNumber {
        let digest = self.digest(&format!("number-{try_}"));
        OrderNumber::of(digest.iter().take(8).fold(0, |bits, byte| (bits << 8) | u64::from(*byte)))
    }

    /// What people know the order by: its number, or its id if it is from before there were numbers.
    #[must_use]
    pub fn name_for_people(&self) -> &str {
        self.number.as_ref().map_or(self.id.as_str(), OrderNumber::as_str)
    }

    /// What an address is known by beside the order, which alone has the address itself. Made from the secret seed, so that
    /// it tells nothing without the order.
    #[must_use]
    pub fn address_mark(&self, address: &str) -> String {
        self.derive(&format!("address {}", address.to_ascii_lowercase()), 26)
    }

    fn derive(&self, purpose: &str, length: usize) -> String {
        let mut text = BASE32_NOPAD.encode(&self.digest(purpose));
        text.truncate(length);
        text
    }

    fn digest(&self, purpose: &str) -> [u8; 32] {
        Sha256::new().chain_update(self.seed.as_bytes()).chain_update([0]).chain_update(purpose).finalize().into()
    }
}
