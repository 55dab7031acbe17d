//! Times as people type them: by the clock of a place, which is set forward and back twice a year.

use domain::Refusal;
use jiff::{Timestamp, civil::DateTime, tz::AmbiguousOffset};
use words::Zone;

/// The moment that a field of a form names, as `2027-06-12T20:30`. Of a time that comes twice, as clocks go back, the first one.
///
/// # Errors
/// `invalid_request` at the field for what is no time, or one that the clock there leaves out.
pub(crate) fn read(field: &str, text: &str, zone: Option<&str>) -> Result<Timestamp, Refusal> {
    let time: DateTime = text.parse().map_err(|_| Refusal::field(field, "Must be a day and a time"))?;
    let zone = Zone::new(zone).at(Timestamp::UNIX_EPOCH).time_zone().clone();
    let there = zone.to_ambiguous_zoned(time);
    if matches!(there.offset(), AmbiguousOffset::Gap { .. }) {
        return Err(Refusal::field(field, "There is no such time that day: clocks are set forward over it"));
    }
    let moment = there.compatible().map_err(|_| Refusal::field(field, "Must be a day and a time"))?;
    Ok(moment.timestamp())
}

/// A moment as such a field has it.
pub(crate) fn written(at: Timestamp, zone: Option<&str>) -> String {
    Zone::new(zone).at(at).strftime("%Y-%m-%dT%H:%M").to_string()
}

#[cfg(test)]
mod tests {
    use super::{read, written};

    const PARIS: Option<&str> = Some("Europe/Paris");

    #[test]
    fn times_are_those_of_the_place_also_when_clocks_change() {
        let at = |text| read("starts", text, PARIS).map(|at| at.to_string());
        assert_eq!(at("2027-06-12T20:30").expect("summer"), "2027-06-12T18:30:00Z");
        assert_eq!(at("2027-01-12T20:30").expect("winter"), "2027-01-12T19:30:00Z");
        assert_eq!(at("2027-10-31T02:30").expect("the first of two"), "2027-10-31T00:30:00Z");
        for wrong in ["2027-03-28T02:30", "", "soon", "2027-02-30T10:00"] {
            let refused = at(wrong).expect_err(wrong);
            assert_eq!(refused.errors[0].field, "starts", "{wrong}");
        }
    }

    #[test]
    fn what_is_written_is_read_as_the_same_moment() {
        for text in ["2027-06-12T20:30", "2027-12-31T23:59"] {
            assert_eq!(written(read("starts", text, PARIS).expect("a time"), PARIS), text);
        }
    }
}
