use crate::order::Span;

fn span(from: &str, to: &str) -> Span {
    let at = |text: &str| format!("2027-01-{text}:00Z").parse().expect("a time");
    Span::new(at(from), Some(at(to)))
}

#[test]
fn slots_that_share_time_overlap() {
    let slot = span("15T15:00", "15T16:00");
    for (from, to) in
        [("15T15:30", "15T16:30"), ("15T14:00", "15T15:01"), ("15T15:10", "15T15:20"), ("14T00:00", "16T00:00")]
    {
        assert!(slot.overlaps(&span(from, to)) && span(from, to).overlaps(&slot), "{from} to {to}");
    }
    for (from, to) in [("15T16:00", "15T17:00"), ("15T14:00", "15T15:00")] {
        assert!(!slot.overlaps(&span(from, to)) && !span(from, to).overlaps(&slot), "{from} to {to}");
    }
}

#[test]
fn a_slot_without_an_end_takes_its_start() {
    let start = "2027-01-15T15:00:00Z".parse().expect("a time");
    let moment = Span::new(start, None);
    assert!(moment.overlaps(&moment) && moment.overlaps(&span("15T14:00", "15T16:00")));
    assert!(!moment.overlaps(&span("15T14:00", "15T15:00")));
    assert_eq!(Span::new(start, Some(start)), moment);
}

#[test]
fn a_slot_touches_days() {
    let days = |from, to| span(from, to).days().iter().map(ToString::to_string).collect::<Vec<_>>();
    assert_eq!(days("15T15:00", "15T16:00"), ["2027-01-15"]);
    assert_eq!(days("15T23:00", "16T00:00"), ["2027-01-15"], "midnight is the end");
    assert_eq!(days("15T23:00", "17T00:30"), ["2027-01-15", "2027-01-16", "2027-01-17"]);
    let years = Span::new("2027-01-01T00:00:00Z".parse().expect("a time"), "2037-01-01T00:00:00Z".parse().ok());
    assert_eq!(years.days().len(), 32);
}
