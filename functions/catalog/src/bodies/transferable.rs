//! Whether buyers may hand their tickets over.

use domain::{Kind, Refusal, Transferable};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::sent::Sent;

/// Whether buyers may hand their tickets over to other people.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = Transferable)]
pub(crate) enum TransferableWord {
    /// They may not; the seller's staff may.
    Off,
    /// Until the show is over.
    Free,
    /// Before `transferable_until`.
    Until,
}

impl From<Transferable> for TransferableWord {
    fn from(allowed: Transferable) -> Self {
        match allowed {
            Transferable::Off => Self::Off,
            Transferable::Free => Self::Free,
            Transferable::Until(_) => Self::Until,
        }
    }
}

impl TransferableWord {
    /// What a body says of it, of both of its fields; what is left out keeps its value.
    pub(super) fn parse(
        kind: Kind,
        sent: &Sent<Self>,
        until: &Sent<Timestamp>,
        before: Transferable,
    ) -> Result<Transferable, Refusal> {
        let word = sent.given("transferable")?.copied().unwrap_or_else(|| before.into());
        if word != Self::Off && kind != Kind::Show {
            return Err(Refusal::field("transferable", "Only tickets of a show are handed over"));
        }
        let kept = if *until == Sent::Absent { before.until() } else { None };
        match (word, until) {
            (Self::Off | Self::Free, Sent::Value(_)) => {
                Err(Refusal::field("transferable_until", "Must be left out unless transferable is until"))
            }
            (Self::Off, _) => Ok(Transferable::Off),
            (Self::Free, _) => Ok(Transferable::Free),
            (Self::Until, Sent::Value(until)) => Ok(Transferable::Until(*until)),
            (Self::Until, _) => kept
                .map(Transferable::Until)
                .ok_or_else(|| Refusal::field("transferable_until", "Must say until when tickets are handed over")),
        }
    }
}

#[cfg(test)]
mod tests {
    use domain::{Kind, Transferable};
    use jiff::Timestamp;

    use super::{Sent, TransferableWord};

    #[test]
    fn a_time_goes_with_until_alone() {
        let [first, second] = [1, 2].map(|second| Timestamp::from_second(second).expect("a time"));
        use TransferableWord::{Free, Off, Until};
        let until = Transferable::Until(first);
        for (word, time, before, expected) in [
            (Sent::Absent, Sent::Absent, Transferable::Off, Ok(Transferable::Off)),
            (Sent::Absent, Sent::Absent, until, Ok(until)),
            (Sent::Absent, Sent::Value(second), until, Ok(Transferable::Until(second))),
            (Sent::Value(Until), Sent::Value(first), Transferable::Off, Ok(until)),
            (Sent::Value(Until), Sent::Absent, until, Ok(until)),
            (Sent::Value(Until), Sent::Absent, Transferable::Free, Err("transferable_until")),
            (Sent::Value(Until), Sent::Null, until, Err("transferable_until")),
            (Sent::Value(Free), Sent::Absent, until, Ok(Transferable::Free)),
            (Sent::Value(Free), Sent::Null, until, Ok(Transferable::Free)),
            (Sent::Value(Free), Sent::Value(first), Transferable::Free, Err("transferable_until")),
            (Sent::Value(Off), Sent::Value(first), Transferable::Off, Err("transferable_until")),
            (Sent::Absent, Sent::Value(first), Transferable::Off, Err("transferable_until")),
            (Sent::Null, Sent::Absent, until, Err("transferable")),
        ] {
            let parsed = TransferableWord::parse(Kind::Show, &word, &time, before);
            let parsed = parsed.map_err(|refusal| refusal.errors[0].field.clone());
            assert_eq!(parsed, expected.map_err(str::to_owned), "{word:?} {time:?} {before:?}");
        }
        let product = TransferableWord::parse(Kind::Product, &Sent::Value(Free), &Sent::Absent, Transferable::Off);
        assert_eq!(product.expect_err("no ticket").errors[0].field, "transferable");
    }
}
