//! A month as a table of weeks.

use jiff::{ToSpan, civil::Date};

use crate::reader::Reader;

/// The days of a month, week by week from Monday on; days of the months around it are none.
pub(crate) fn weeks(month: Date) -> Vec<Vec<Option<Date>>> {
    let month = month.first_of_month();
    let lead = i64::from(month.weekday().to_monday_zero_offset());
    let all = lead + i64::from(month.days_in_month());
    let start = month.saturating_sub(lead.days());
    let days: Vec<Option<Date>> = (0..(all + 6) / 7 * 7)
        .map(|n| Some(start.saturating_add(n.days())).filter(|date| date.first_of_month() == month))
        .collect();
    days.chunks(7).map(<[_]>::to_vec).collect()
}

/// The names of the days of a week, from Monday on.
pub(crate) fn weekdays(reader: &Reader) -> Vec<String> {
    (1..=7).map(|n| reader.phrase(&format!("weekday-{n}"), &[])).collect()
}

/// `June 2027`
pub(crate) fn title(reader: &Reader, month: Date) -> String {
    let name = reader.phrase(&format!("month-{}", month.month()), &[]);
    reader.phrase("page-month", &[("name", &name), ("number", &month.year().to_string())])
}

/// `2027-06`, as addresses have it.
pub(crate) fn named(month: Date) -> String {
    month.strftime("%Y-%m").to_string()
}

/// The first day of a month that an address names; none if it names none.
pub(crate) fn read(text: Option<&str>) -> Option<Date> {
    format!("{}-01", text?).parse().ok()
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::{named, read, weeks};

    #[test]
    fn each_day_of_a_month_stands_under_its_weekday() {
        for (month, lead, rows) in [(date(2027, 2, 1), 0, 4), (date(2027, 8, 9), 6, 6), (date(2028, 2, 29), 1, 5)] {
            let weeks = weeks(month);
            assert_eq!(weeks.len(), rows, "{month}");
            assert_eq!(weeks[0].iter().take_while(|day| day.is_none()).count(), lead, "{month}");
            let days: Vec<_> = weeks.concat().into_iter().flatten().collect();
            assert_eq!(days.len(), usize::try_from(month.days_in_month()).expect("days"));
            assert!(days.windows(2).all(|pair| pair[0].tomorrow().ok() == Some(pair[1])));
        }
    }

    #[test]
    fn a_month_in_an_address_is_read_as_it_is_written() {
        let month = date(2027, 6, 1);
        assert_eq!(read(Some(&named(month))), Some(month));
        for text in ["", "2027", "2027-13", "2027-6", "soon", "2027-06-01"] {
            assert_eq!(read(Some(text)), None, "{text}");
        }
        assert_eq!(read(None), None);
    }
}
