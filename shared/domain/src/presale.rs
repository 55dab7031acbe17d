//! Presale codes: who buys an offer that is not open to all.
//!
//! A code that is unknown, over or used up is the same as none, in what happens and in what is said, so that no one can try
//! out which codes there are.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{Code, ListingId, Offer, OfferId, PresaleCode, PresaleMode, Refusal};

/// A presale code of an offer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Presale {
    /// The code, in upper case.
    pub code: PresaleCode,
    /// The listing of its offer.
    pub listing: ListingId,
    /// The offer that it opens.
    pub offer: OfferId,
    /// How many orders may use it. None is unlimited.
    pub max_uses: Option<u32>,
    /// The first moment at which it is no longer valid; none if it never ends.
    pub valid_until: Option<Timestamp>,
    /// How many orders use it now; counted where there is a limit.
    pub uses: u32,
}

impl Presale {
    /// Whether one order more may use it.
    #[must_use]
    pub fn is_valid(&self, now: Timestamp) -> bool {
        self.max_uses.is_none_or(|limit| self.uses < limit) && self.valid_until.is_none_or(|until| now < until)
    }
}

/// The presale code that an order was placed with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AppliedPresale {
    /// The code, in upper case.
    pub code: PresaleCode,
    /// Where this order counts against its limited uses.
    pub counted: Vec<PresaleUse>,
}

/// An offer at which one use of a presale code is counted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PresaleUse {
    /// The listing of the offer.
    pub listing: ListingId,
    /// The offer that the code opened.
    pub offer: OfferId,
}

impl Offer {
    /// Whether only a presale code buys it now.
    #[must_use]
    pub fn needs_presale(&self, now: Timestamp) -> bool {
        match self.presale {
            PresaleMode::None => false,
            PresaleMode::Early => self.opens_at.is_some_and(|opens| now < opens),
            PresaleMode::Only => true,
        }
    }
}

/// Whether an offer is open to a buyer, who named that code of it or none.
///
/// # Errors
/// `listing_unavailable`, the same with a wrong code and with none.
pub fn check_presale(offer: &Offer, named: Option<&Presale>, now: Timestamp) -> Result<(), Refusal> {
    let name = &offer.name;
    let message = match (offer.presale, offer.opens_at.filter(|opens| now < *opens)) {
        (PresaleMode::Only, _) => format!("{name} is on sale to holders of a presale code"),
        (PresaleMode::Early, Some(opens)) => {
            format!("{name} is on sale from {opens}, and before to holders of a presale code")
        }
        (PresaleMode::None, Some(opens)) => format!("{name} is on sale from {opens}"),
        (_, None) => return Ok(()),
    };
    let opened = offer.needs_presale(now) && named.is_some_and(|presale| presale.is_valid(now));
    if opened { Ok(()) } else { Err(Refusal::new(Code::ListingUnavailable, message)) }
}

/// The code that opened offers of an order, each beside the code of it that the buyer named, and where its uses are counted.
/// None if all of them are open to all.
pub fn applied_presale<'a>(
    offers: impl Iterator<Item = (&'a Offer, Option<&'a Presale>)>,
    now: Timestamp,
) -> Option<AppliedPresale> {
    let needed = offers.filter(|(offer, _)| offer.needs_presale(now)).filter_map(|(_, presale)| presale);
    let mut applied = None;
    for presale in needed {
        let AppliedPresale { counted, .. } =
            applied.get_or_insert_with(|| AppliedPresale { code: presale.code.clone(), counted: Vec::new() });
        let used = PresaleUse { listing: presale.listing.clone(), offer: presale.offer.clone() };
        if presale.max_uses.is_some() && !counted.contains(&used) {
            counted.push(used);
        }
    }
    applied
}

#[cfg(test)]
mod tests {
    use jiff::SignedDuration;
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    fn at(hour: i64) -> Timestamp {
        Timestamp::UNIX_EPOCH + SignedDuration::from_hours(hour)
    }

    fn offer(presale: PresaleMode, opens: Option<i64>) -> Offer {
        serde_json::from_value(json!({
            "id": "stalls", "listing": "gala", "name": "Stalls", "price": 100, "capacity": 10, "shards": 1,
            "donation": false, "vip": false, "hours": null, "starts_at": null, "ends_at": null, "expert": null,
            "opens_at": opens.map(|hour| at(hour).to_string()), "presale": presale, "deleted": false, "version": 1
        }))
        .expect("an offer")
    }

    fn code(max_uses: Option<u32>, uses: u32, until: Option<i64>) -> Presale {
        Presale {
            code: PresaleCode::parse("fans").expect("legal"),
            listing: ListingId::parse("gala").expect("legal"),
            offer: OfferId::parse("stalls").expect("legal"),
            max_uses,
            valid_until: until.map(at),
            uses,
        }
    }

    #[test]
    fn a_code_opens_an_offer_before_its_time_or_at_all() {
        let valid = code(None, 7, None);
        for (mode, opens, without, with) in [
            (PresaleMode::None, None, true, true),
            (PresaleMode::None, Some(5), false, false),
            (PresaleMode::Early, Some(5), false, true),
            (PresaleMode::Early, Some(4), true, true),
            (PresaleMode::Only, Some(5), false, true),
            (PresaleMode::Only, Some(3), false, true),
            (PresaleMode::Only, None, false, true),
        ] {
            let offer = offer(mode, opens);
            let is_open = |named| check_presale(&offer, named, at(4)).is_ok();
            assert_eq!((is_open(None), is_open(Some(&valid))), (without, with), "{mode:?} {opens:?}");
        }
    }

    #[test]
    fn a_wrong_code_is_the_same_as_none() {
        let offer = offer(PresaleMode::Early, Some(5));
        let refused = |named: Option<&Presale>| check_presale(&offer, named, at(4)).expect_err("closed");
        let none = refused(None);
        for wrong in [code(Some(3), 3, None), code(None, 0, Some(4)), code(Some(0), 0, None)] {
            assert_eq!(refused(Some(&wrong)), none);
        }
        assert_eq!(
            none.message,
            "Stalls is on sale from 1970-01-01T05:00:00Z, and before to holders of a presale code"
        );
    }

    #[test]
    fn uses_are_counted_once_for_each_offer_and_only_where_they_are_needed_and_limited() {
        let (early, open) = (offer(PresaleMode::Early, Some(5)), offer(PresaleMode::Early, Some(4)));
        let (limited, free) = (code(Some(3), 0, None), code(None, 0, None));
        let counted = |offers: &[(&Offer, Option<&Presale>)]| {
            applied_presale(offers.iter().copied(), at(4)).map(|applied| applied.counted.len())
        };
        assert_eq!(counted(&[(&early, Some(&limited)), (&early, Some(&limited))]), Some(1));
        assert_eq!(counted(&[(&early, Some(&free))]), Some(0));
        assert_eq!(counted(&[(&open, Some(&limited))]), None, "it is open to all");
    }

    proptest! {
        /// Whatever is placed with a code could be placed with it, and never without.
        #[test]
        fn what_a_code_opens_is_closed_without_it(
            mode in prop::sample::select(vec![PresaleMode::None, PresaleMode::Early, PresaleMode::Only]),
            opens in prop::option::of(0_i64..10),
            (max_uses, uses, until) in (prop::option::of(0_u32..4), 0_u32..4, prop::option::of(0_i64..10)),
            now in 0_i64..10,
        ) {
            let (offer, code) = (offer(mode, opens), code(max_uses, uses, until));
            let with = check_presale(&offer, Some(&code), at(now));
            let without = check_presale(&offer, None, at(now));
            prop_assert!(with.is_ok() || without.is_err(), "a code closes nothing");
            let applied = applied_presale([(&offer, Some(&code))].into_iter(), at(now));
            prop_assert_eq!(applied.is_some(), offer.needs_presale(at(now)));
            if with.is_ok() && without.is_err() {
                prop_assert!(code.is_valid(at(now)) && applied.is_some());
            }
            if let (Err(with), Err(without)) = (with, without) {
                prop_assert_eq!(with, without);
            }
        }
    }
}
