//! What a ticket's QR code says: its code, and what it is for, under a signature. A door without a network then knows of a ticket
//! that was sold after it was there last.
//!
//! All of it is of the signs that a QR code packs most densely: capitals, digits, full stops and hyphens.

use data_encoding::BASE64URL_NOPAD;
use sha2::{Digest, Sha256};

use crate::{IdError, ListingId, OfferId, Order, TicketCode};

/// The three fields of a QR code under its signature; no personal data is among them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignedTicket {
    /// The code that opens the door.
    pub code: TicketCode,
    /// The show that it is for.
    pub listing: ListingId,
    /// The kind of ticket.
    pub offer: OfferId,
}

impl SignedTicket {
    /// What one of an order's tickets says, by its place among them.
    #[must_use]
    pub fn of(order: &Order, place: usize) -> Option<Self> {
        let ticket = order.tickets.get(place)?;
        let line = order.line(&ticket.line)?;
        Some(Self { code: ticket.code.clone(), listing: line.listing.clone(), offer: line.offer.clone() })
    }

    /// The text that the signature is over, and that stands before it.
    #[must_use]
    pub fn text(&self) -> String {
        format!("{}.{}.{}", self.code, self.listing, self.offer).to_uppercase()
    }
}

impl TicketCode {
    /// What a door's device knows the code by: 128 bits of SHA-256 over the listing and over how the code is read. A code has 98
    /// bits that no one can guess, so nothing slower is needed to keep it from being found by its hash.
    #[must_use]
    pub fn hash_for(&self, listing: &ListingId) -> String {
        let digest = Sha256::digest(format!("{listing}.{}", self.reading()));
        BASE64URL_NOPAD.encode(&digest[..16])
    }

    /// The code of what was typed or scanned at a door: as a person types it, or a whole QR code, of which it is the beginning. Whose
    /// table this is knows the code, and needs no signature.
    ///
    /// # Errors
    /// [`IdError::Opaque`] when this cannot be a code.
    pub fn scanned(text: &str) -> Result<Self, IdError> {
        let code = text.split_once('.').map_or(text, |(code, _)| code);
        Self::typed(code)
    }
}

#[cfg(test)]
mod tests {
    use super::SignedTicket;
    use crate::{ListingId, OfferId, TicketCode};

    #[test]
    fn a_device_knows_a_code_however_it_is_read_and_for_one_listing() {
        let listing = |id: &str| ListingId::parse(id).expect("an id");
        let of = |code: &str, id: &str| TicketCode::typed(code).expect("a code").hash_for(&listing(id));
        let hash = of("V4ILXWLL6MSB7LSODF5J", "summer-show");
        assert_eq!(hash.len(), 22);
        assert_eq!(of("v4i1-xwii 6msb 7is0 df5j", "summer-show"), hash);
        assert_ne!(of("V4ILXWLL6MSB7LSODF5J", "winter-show"), hash);
    }

    #[test]
    fn a_code_is_read_from_what_is_signed_of_it() {
        let code = TicketCode::parse("V4ILXWLL6MSB7LSODF5J").expect("a code");
        let ticket = SignedTicket {
            code: code.clone(),
            listing: ListingId::parse("summer-show").expect("an id"),
            offer: OfferId::parse("general").expect("an id"),
        };
        assert_eq!(ticket.text(), "V4ILXWLL6MSB7LSODF5J.SUMMER-SHOW.GENERAL");
        let scanned = format!("{}.GEZDGNBVGY3TQOJQ\r\n", ticket.text());
        for text in [scanned.as_str(), "V4ILXWLL6MSB7LSODF5J", "v4il xwll-6msb 7lso df5j"] {
            assert_eq!(TicketCode::scanned(text).expect("a code"), code, "{text}");
        }
        for text in ["", ".", ".V4ILXWLL6MSB7LSODF5J", "a/b.c", "\u{0}", "é.x"] {
            assert!(TicketCode::scanned(text).is_err(), "{text:?}");
        }
    }
}
