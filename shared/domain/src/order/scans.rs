//! What the scans of a ticket come to. Doors that are cut off from the network scan on, and hand their scans in later, in any
//! order and more than once; so a check-in is no event that is decided when it is heard of, but a function of all scans there
//! are. Of the same scans it is the same, whichever came to be known first.
//!
//! The earliest scan that no door has taken back is the check-in; the others that were not taken back are doubles. An undo takes
//! back its maker's own last scan before it, else the check-in that there was then: another door's scan of the same ticket stands.

use jiff::{SignedDuration, Timestamp};

use super::{
    aggregate::{
        order::Order,
        scan::{Scan, ScanKind, TicketScans},
        ticket::Ticket,
    },
    decision::Decision,
    outcome::Outcome,
    past_code::no_more,
};
use crate::{Code, DeviceId, Refusal, TicketCode};

/// Most scans that are kept of one ticket, so that what is known of it stays small. People scan one a few times.
pub const MOST_SCANS: usize = 100;

/// What one scan among all of a ticket came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ScanRole {
    /// The earliest that no undo took back: its time is the ticket's.
    CheckIn,
    /// The ticket was scanned earlier.
    Double,
    /// A check-in that a later undo made void, so that it counts no more.
    TakenBack,
    /// It took another one back.
    Undo,
    /// There was nothing to take back.
    Idle,
}

/// What all scans of a ticket come to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attendance {
    /// The place of the check-in among the scans; none if no one is in with the ticket.
    pub check_in: Option<usize>,
    /// What each scan came to, in the order of the scans.
    pub roles: Vec<ScanRole>,
}

/// By what scans are sorted.
fn place(scan: &Scan) -> (Timestamp, &str, &str, &str, ScanKind) {
    let device = scan.device.as_ref().map_or("", DeviceId::as_str);
    (scan.at, device, scan.by.as_str(), &scan.id, scan.kind)
}

/// Whether the same door, or the same person without a device, made both.
fn same_maker(a: &Scan, b: &Scan) -> bool {
    a.device == b.device && (a.device.is_some() || a.by == b.by)
}

impl TicketScans {
    /// What they come to.
    #[must_use]
    pub fn attendance(&self) -> Attendance {
        let mut roles = vec![ScanRole::Idle; self.scans.len()];
        for (at, scan) in self.scans.iter().enumerate() {
            if scan.kind == ScanKind::CheckIn {
                roles[at] = ScanRole::Double;
                continue;
            }
            let stands = |n: &usize| roles[*n] == ScanRole::Double;
            let own = (0..at).rev().filter(stands).find(|n| same_maker(&self.scans[*n], scan));
            if let Some(taken) = own.or_else(|| (0..at).find(stands)) {
                (roles[taken], roles[at]) = (ScanRole::TakenBack, ScanRole::Undo);
            }
        }
        let check_in = roles.iter().position(|role| *role == ScanRole::Double);
        if let Some(first) = check_in {
            roles[first] = ScanRole::CheckIn;
        }
        Attendance { check_in, roles }
    }

    /// The scan that its maker calls so.
    #[must_use]
    pub fn find(&self, scan: &Scan) -> Option<usize> {
        self.scans.iter().position(|known| same_maker(known, scan) && known.id == scan.id)
    }

    /// The scans that were made after the check-in and stand beside it.
    #[must_use]
    pub fn doubles(&self) -> Vec<&Scan> {
        let roles = self.attendance().roles;
        self.scans.iter().zip(roles).filter(|(_, role)| *role == ScanRole::Double).map(|(scan, _)| scan).collect()
    }

    /// When a scan is to be made that comes behind all others, also behind those of clocks that are ahead.
    #[must_use]
    pub fn after_all(&self, now: Timestamp) -> Timestamp {
        let last = self.scans.last().and_then(|last| last.at.checked_add(SignedDuration::from_millis(1)).ok());
        last.map_or(now, |last| last.max(now))
    }

    /// The same with a check-in from before scans were kept.
    #[must_use]
    pub fn with_earlier(&self, ticket: &Ticket) -> Self {
        let mut all = self.clone();
        if let (Some(at), Some(by)) = (ticket.checked_in_at, &ticket.checked_in_by)
            && self.scans.is_empty()
        {
            let id = String::new();
            let (device, device_name) = (None, None);
            all.scans.push(Scan { id, kind: ScanKind::CheckIn, at, device, device_name, by: by.clone() });
        }
        all
    }
}

/// A scan that came to be known, now or before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Merged {
    /// The order with the ticket as its scans have it, to be committed if it changed.
    pub decision: Decision,
    /// The ticket as it is then.
    pub ticket: Ticket,
    /// Sorted by time, at most [`MOST_SCANS`], this one included.
    pub scans: TicketScans,
    /// The place of this one among them.
    pub place: usize,
}

/// Adds a scan to what is known of a ticket. Known already, it changes nothing. A ticket that was given back takes scans, too: they
/// were made before that was known at the door, and whether the ticket is good is another question.
///
/// # Errors
/// `not_found` for a code of no ticket of the order; `illegal_state` for one from before its ticket was handed over, and for a ticket
/// that was scanned too often.
pub fn merge_scan(order: &Order, code: &TicketCode, known: &TicketScans, scan: Scan) -> Result<Merged, Refusal> {
    let index = order.ticket_place(code).ok_or_else(|| no_more(order, code))?;
    let before = &order.tickets[index];
    let mut scans = known.with_earlier(before);
    if let Some(place) = scans.find(&scan) {
        let decision = Decision::unchanged(order, Outcome::AlreadyProcessed);
        return Ok(Merged { decision, ticket: before.clone(), scans, place });
    }
    if scans.scans.len() >= MOST_SCANS {
        let message = format!("The ticket was scanned {MOST_SCANS} times; no more of its scans are kept");
        return Err(Refusal::new(Code::IllegalState, message));
    }
    let at = scans.scans.partition_point(|known| place(known) <= place(&scan));
    scans.scans.insert(at, scan);
    let Attendance { check_in, roles } = scans.attendance();
    let first = check_in.map(|first| &scans.scans[first]);
    let outcome = match (before.checked_in_at.is_some(), first.is_some()) {
        (false, true) => Outcome::CheckedIn,
        (true, false) => Outcome::CheckInUndone,
        _ => Outcome::Scanned,
    };
    let undo = roles.iter().rposition(|role| *role == ScanRole::Undo).filter(|_| first.is_none());
    let mut decision = Decision::change(order, outcome);
    let ticket = &mut decision.order.tickets[index];
    ticket.checked_in_at = first.map(|scan| scan.at);
    ticket.checked_in_by = first.map(|scan| scan.by.clone());
    ticket.checked_in_with = first.and_then(|scan| scan.device_name.clone());
    ticket.check_in_undone_by = undo.map(|undo| scans.scans[undo].by.clone());
    let ticket = ticket.clone();
    Ok(Merged { decision, ticket, scans, place: at })
}
