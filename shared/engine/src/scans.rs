//! Scans that the doors of a listing hand in, as they are made or long after.
//!
//! Each is one transaction of its own, of the order and of what is known of the ticket's scans. If the process dies between two of
//! them, the device, which heard no answer, hands all of them in again: what is known already changes nothing, and is answered as
//! things stand then. So scans may come in any order, twice, and from several doors at once.

use std::collections::{BTreeMap, HashMap};

use domain::{
    Actor, Code, DeviceId, Order, OrderId, Refusal, TicketCode,
    order::{Merged, Outcome, Scan, ScanKind, ScanRole, Ticket, TicketScans, TicketStatus, merge_scan},
};
use futures::{StreamExt, TryStreamExt, stream};
use jiff::{SignedDuration, Timestamp};
use store::{CommitError, ScannedTicket};

use crate::{
    base::Engine,
    change::{Beside, Change, Committed, Next, Planned},
    doors::CheckInListing,
    error::{EngineError, broken},
};

/// How many orders are worked on side by side.
const AT_ONCE: usize = 8;
/// How far ahead of ours the clock of a device may be.
const AHEAD: SignedDuration = SignedDuration::from_mins(10);

/// Who hands scans in.
#[derive(Debug, Clone)]
pub struct ScanMaker {
    /// The device and what people call it; none for a person who hands in scans of a scanner of their own.
    pub device: Option<(DeviceId, String)>,
    /// The person, or who registered the device.
    pub by: Actor,
}

/// A scan that is handed in.
#[derive(Debug, Clone)]
pub struct ScanRequest {
    /// What its maker calls it.
    pub id: String,
    /// The code; none for what cannot be one.
    pub code: Option<TicketCode>,
    /// Whether someone came in, or did not after all.
    pub kind: ScanKind,
    /// When it was made.
    pub at: Timestamp,
}

/// What came of a scan.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ScanOutcome {
    /// It is the check-in of its ticket.
    CheckedIn,
    /// The ticket was scanned earlier.
    Double,
    /// It was taken back later.
    TakenBack,
    /// It took another scan back.
    Undone,
    /// There was nothing to take back.
    NothingToUndo,
    /// The ticket was given back, or is about to be. The scan is kept.
    Refunded,
    /// The ticket was handed over, and has another code since. The scan is not kept.
    HandedOver,
    /// A bank disputes the ticket's payment. The scan is kept.
    Disputed,
    /// There is no such ticket.
    Unknown,
    /// The ticket is for another listing.
    WrongListing,
    /// It was made before check-in opened, or after it closed.
    OutsideCheckIn,
    /// It is of a time that has not come yet.
    ClockAhead,
    /// The ticket was scanned too often.
    TooMany,
}

impl ScanOutcome {
    /// The word in the contract.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::CheckedIn => "checked_in",
            Self::Double => "double",
            Self::TakenBack => "taken_back",
            Self::Undone => "undone",
            Self::NothingToUndo => "nothing_to_undo",
            Self::Refunded => "refunded",
            Self::HandedOver => "handed_over",
            Self::Disputed => "disputed",
            Self::Unknown => "unknown",
            Self::WrongListing => "wrong_listing",
            Self::OutsideCheckIn => "outside_check_in",
            Self::ClockAhead => "clock_ahead",
            Self::TooMany => "too_many",
        }
    }
}

/// What came of a scan, and of its ticket.
#[derive(Debug, Clone)]
pub struct ScanAnswer {
    /// What its maker calls it.
    pub id: String,
    /// What came of it.
    pub outcome: ScanOutcome,
    /// The ticket and its order as they are then; none for a code that the caller may know nothing of.
    pub ticket: Option<(Order, Ticket)>,
}

/// A ticket after a scan of it.
pub(crate) struct ScannedNow {
    pub(crate) order: Order,
    pub(crate) ticket: Ticket,
    pub(crate) scans: TicketScans,
    /// The place of the scan among them.
    pub(crate) place: usize,
    pub(crate) outcome: Outcome,
}

/// A change of what is known of one ticket's scans.
struct Scanning<'a, F> {
    id: &'a OrderId,
    code: &'a TicketCode,
    by: &'a Actor,
    decide: F,
    decided: Option<Decided>,
}

/// What is about to be committed of a ticket.
struct Decided {
    ticket: Ticket,
    scans: TicketScans,
    place: usize,
}

impl<F> Change for Scanning<'_, F>
where
    F: FnMut(&Order, &TicketScans, Timestamp) -> Result<Merged, Refusal> + Send,
{
    type Done = ScannedNow;

    fn by(&self) -> &Actor {
        self.by
    }

    async fn decide(&mut self, engine: &Engine, now: Timestamp) -> Result<Next<ScannedNow>, EngineError> {
        let none = || Refusal::not_found("ticket");
        let order = engine.store.order(self.id).await?.ok_or_else(none)?;
        let Some(place) = order.ticket_place(self.code) else {
            // What is wrong with the code, the decision says.
            (self.decide)(&order, &TicketScans::default(), now)?;
            return Err(none().into());
        };
        let own = &order.tickets[place];
        // Read behind the order: what another request writes between the two makes this one begin again.
        let known = engine.store.scans(&own.code).await?;
        let line = order.line(&own.line).ok_or_else(none)?;
        let Merged { decision, ticket, scans, place } = (self.decide)(&order, &known, now)?;
        if !decision.changed {
            let first = scans.attendance().check_in.map(|first| scans.scans[first].at);
            if !scans.scans.is_empty() && first != ticket.checked_in_at {
                return Ok(Next::Again);
            }
            return Ok(Next::Done(ScannedNow { order, ticket, scans, place, outcome: decision.outcome }));
        }
        let scanned = ScannedTicket {
            code: ticket.code.clone(),
            order: order.id.clone(),
            listing: line.listing.clone(),
            offer: line.offer.clone(),
            scans: scans.clone(),
        };
        self.decided = Some(Decided { ticket, scans, place });
        let beside = Beside { scanned: Some(scanned), ..Beside::default() };
        Ok(Next::Commit(Box::new(Planned { beside, ..Planned::new(order, decision) })))
    }

    fn committed(&mut self, committed: Committed) -> ScannedNow {
        let Committed { order, outcome, .. } = committed;
        let Decided { ticket, scans, place } = self.decided.take().unwrap_or_else(|| unreachable!("it was decided on"));
        ScannedNow { order, ticket, scans, place, outcome }
    }

    fn not_taken(&mut self, error: CommitError) -> Result<Option<ScannedNow>, EngineError> {
        Err(broken(error))
    }
}

impl Engine {
    /// Changes what is known of a ticket's scans, by what is decided on the order and on them.
    pub(crate) async fn scan(
        &self,
        id: &OrderId,
        code: &TicketCode,
        by: &Actor,
        decide: impl FnMut(&Order, &TicketScans, Timestamp) -> Result<Merged, Refusal> + Send,
    ) -> Result<ScannedNow, EngineError> {
        self.change(&mut Scanning { id, code, by, decide, decided: None }).await
    }

    /// Merges what a door has scanned, and says of each scan what came of it, in the order in which they were handed in.
    ///
    /// # Errors
    /// [`EngineError::Store`] and [`EngineError::Contended`]: some scans may be merged then; all of them may be handed in again.
    pub async fn merge_scans(
        &self,
        at: &CheckInListing,
        maker: &ScanMaker,
        scans: Vec<ScanRequest>,
    ) -> Result<Vec<ScanAnswer>, EngineError> {
        let codes: Vec<_> = scans.iter().map(|scan| scan.code.clone()).collect();
        let found = stream::iter(codes).map(|code| async move {
            match code {
                Some(code) => self.store.order_of_ticket(&code).await,
                None => Ok(None),
            }
        });
        let orders: Vec<Option<OrderId>> = found.buffered(AT_ONCE).try_collect().await?;
        let mut answers: HashMap<usize, ScanAnswer> = HashMap::new();
        let mut of_orders: BTreeMap<String, (OrderId, Vec<usize>)> = BTreeMap::new();
        for (n, order) in orders.into_iter().enumerate() {
            match order {
                Some(id) => of_orders.entry(id.to_string()).or_insert((id, Vec::new())).1.push(n),
                None => {
                    answers.insert(n, unknown(&scans[n]));
                }
            }
        }
        // One order's scans one after the other, in the order in which they were made.
        let merging = of_orders.into_values().map(|(order, mut own)| {
            own.sort_by_key(|n| scans[*n].at);
            let scans = &scans;
            async move {
                let mut merged = Vec::with_capacity(own.len());
                for n in own {
                    merged.push((n, self.merge_one(at, maker, &order, &scans[n]).await?));
                }
                Ok::<_, EngineError>(merged)
            }
        });
        let merged: Vec<Vec<_>> = stream::iter(merging).buffer_unordered(AT_ONCE).try_collect().await?;
        answers.extend(merged.into_iter().flatten());
        let count = |outcome| answers.values().filter(|answer| answer.outcome == outcome).count();
        let (checked_in, doubles) = (count(ScanOutcome::CheckedIn), count(ScanOutcome::Double));
        let device = maker.device.as_ref().map(|(id, _)| id.as_str());
        tracing::info!(listing = %at.listing.id, device, scans = scans.len(), checked_in, doubles, "scans merged");
        Ok((0..scans.len()).filter_map(|n| answers.remove(&n)).collect())
    }

    async fn merge_one(
        &self,
        at: &CheckInListing,
        maker: &ScanMaker,
        order: &OrderId,
        request: &ScanRequest,
    ) -> Result<ScanAnswer, EngineError> {
        let Some(code) = &request.code else { return Ok(unknown(request)) };
        let mut refused = None;
        let scanned = self
            .scan(order, code, &maker.by, |order, known, now| {
                let why_not = why_not(at, order, code, request, now);
                if let Some((outcome, ticket)) = why_not {
                    refused = Some((outcome, ticket.map(|ticket| (order.clone(), ticket))));
                    return Err(Refusal::not_found("ticket"));
                }
                let (device, device_name) = maker.device.clone().unzip();
                let (id, kind, by) = (request.id.clone(), request.kind, maker.by.clone());
                let scan = Scan { id, kind, at: request.at, device, device_name, by };
                merge_scan(order, code, known, scan).inspect_err(|refusal| {
                    let known = order.ticket_place(code).is_some();
                    let outcome = if known { ScanOutcome::TooMany } else { ScanOutcome::HandedOver };
                    refused = (refusal.code == Code::IllegalState).then_some((outcome, None));
                })
            })
            .await;
        let id = request.id.clone();
        match (scanned, refused) {
            (Ok(scanned), _) => {
                let outcome = outcome_of(&scanned, request.kind);
                Ok(ScanAnswer { id, outcome, ticket: Some((scanned.order, scanned.ticket)) })
            }
            (Err(EngineError::Refused(_)), Some((outcome, ticket))) => Ok(ScanAnswer { id, outcome, ticket }),
            (Err(EngineError::Refused(_)), None) => Ok(unknown(request)),
            (Err(error), _) => Err(error),
        }
    }
}

fn unknown(request: &ScanRequest) -> ScanAnswer {
    ScanAnswer { id: request.id.clone(), outcome: ScanOutcome::Unknown, ticket: None }
}

/// Why a scan is not kept, if it is not: by what it is of and when it was made, never by when it is handed in.
fn why_not(
    at: &CheckInListing,
    order: &Order,
    code: &TicketCode,
    request: &ScanRequest,
    now: Timestamp,
) -> Option<(ScanOutcome, Option<Ticket>)> {
    if order.organization != at.listing.organization {
        return Some((ScanOutcome::Unknown, None));
    }
    let ticket = order.ticket_place(code).map(|place| order.tickets[place].clone())?;
    let line = order.line(&ticket.line)?;
    if line.listing != at.listing.id {
        return Some((ScanOutcome::WrongListing, Some(ticket)));
    }
    if request.at > now.checked_add(AHEAD).unwrap_or(now) {
        return Some((ScanOutcome::ClockAhead, Some(ticket)));
    }
    let window = at.window(at.offers.iter().find(|offer| offer.id == line.offer));
    let early = window.opens_at.is_some_and(|opens_at| request.at < opens_at);
    let late = window.closes_at.is_some_and(|closes_at| closes_at <= request.at);
    let outside = request.kind == ScanKind::CheckIn && (early || late);
    outside.then_some((ScanOutcome::OutsideCheckIn, Some(ticket)))
}

fn outcome_of(scanned: &ScannedNow, kind: ScanKind) -> ScanOutcome {
    let role = scanned.scans.attendance().roles.get(scanned.place).copied();
    let outcome = match role {
        Some(ScanRole::CheckIn) => ScanOutcome::CheckedIn,
        Some(ScanRole::Double) => ScanOutcome::Double,
        Some(ScanRole::TakenBack) => ScanOutcome::TakenBack,
        Some(ScanRole::Undo) => ScanOutcome::Undone,
        Some(ScanRole::Idle) | None => ScanOutcome::NothingToUndo,
    };
    match scanned.ticket.status {
        _ if kind == ScanKind::Undo => outcome,
        TicketStatus::Refunding | TicketStatus::Void => ScanOutcome::Refunded,
        TicketStatus::Valid if scanned.order.is_frozen() => ScanOutcome::Disputed,
        TicketStatus::Valid => outcome,
    }
}
