//! Mail about one order that people ask for or refuse, and addresses that take none.
//!
//! Each is one conditional write, with its notification. If the process dies before it, nothing happened; run twice, the
//! second one finds the first. A notification whose name the queue loses stands on the agenda.

use domain::{
    Actor, Attendee, Code, Listing, Mailing, NotificationKind, Order, OrderId, Refusal, TicketCode, UndeliverableCause,
    catalog::Attendees,
    order::{change_address, change_attendee},
};
use store::{CatalogKeys, UnreachableAddress};

use crate::{
    base::Engine,
    change::{Changed, Next},
    error::{EngineError, broken},
};

/// How often a change is tried anew because another request changed the same.
const ROUNDS: usize = 8;

impl Engine {
    /// Sends an order's confirmation once more: for staff at any time, for the buyer a few times an hour.
    ///
    /// # Errors
    /// `not_paid` for an order without a confirmation, `rate_limited`, `illegal_state` where no mail reaches the buyer.
    pub async fn resend(&self, order: &Order, by_staff: bool) -> Result<(), EngineError> {
        if order.paid_at.is_none() {
            return Err(Refusal::new(Code::NotPaid, "The order is not paid, so it has no confirmation").into());
        }
        if order.buyer.email.is_empty() {
            return Err(Refusal::new(Code::IllegalState, "The order is archived, and has no buyer any more").into());
        }
        for _ in 0..ROUNDS {
            let now = self.clock.now();
            let (mut mailing, elsewhere) = self.known_of_mail(order, &order.buyer.email).await?;
            if elsewhere.is_some() || mailing.undeliverable(&order.address_mark(&order.buyer.email)).is_some() {
                let message = "Mail to the buyer's address comes back; staff can change the address";
                return Err(Refusal::new(Code::IllegalState, message).into());
            }
            let notification = NotificationKind::Resend(mailing.resend(by_staff, now)?);
            mailing.version += 1;
            if self.store.put_mailing(&mailing, Some((order, &notification)), now).await? {
                self.queue.send_or_leave(&[notification.id(&order.id)]).await;
                tracing::info!(order = %order.id, by_staff, "confirmation sent again");
                return Ok(());
            }
        }
        Err(EngineError::Contended)
    }

    /// Writes to an order's buyer at another address from now on; the trail says who changed it. What is known of mail to
    /// the address before is not meant any more. The same address once more is tried again, also if mail from it came back.
    ///
    /// # Errors
    /// `illegal_state` once the order is archived; `not_found`.
    pub async fn change_address(&self, id: &OrderId, email: &str, by: &Actor) -> Result<Order, EngineError> {
        let changed = self
            .change_order(id, by, |order, _| {
                let order = order.ok_or_else(|| Refusal::not_found("order"))?;
                let decision = change_address(&order, email)?;
                Ok(if decision.changed { Next::commit(order, decision) } else { Next::Done(order) })
            })
            .await?;
        let order = match changed {
            Changed::Now(committed) => {
                tracing::info!(order = %id, by = by.as_str(), "the buyer's address was changed");
                committed.order
            }
            Changed::Before(order) => order,
            Changed::NotTaken(error) => return Err(broken(error)),
        };
        let mark = order.address_mark(email);
        self.change_mailing(id, |mailing| mailing.try_again(&mark)).await?;
        self.store.try_address_again(&order.organization, email, self.clock.now()).await?;
        Ok(order)
    }

    /// Writes down who comes with a ticket from now on, and sends it there; the trail says who changed it. It is one write,
    /// with its notification.
    ///
    /// # Errors
    /// `not_found` for a code that is none of the order's; `illegal_state` for a ticket that cannot be handed on any more, for
    /// a buyer who is too late, or of an offer whose tickets name no people.
    pub async fn change_attendee(
        &self,
        id: &OrderId,
        code: &TicketCode,
        attendee: &Attendee,
        by: &Actor,
        by_staff: bool,
    ) -> Result<Order, EngineError> {
        let (names_people, listing) = self.ticket_of(id, code).await?;
        if !names_people {
            return Err(Refusal::new(Code::IllegalState, "Tickets of this offer name no people").into());
        }
        let changed = self
            .change_order(id, by, |order, now| {
                let order = order.ok_or_else(|| Refusal::not_found("order"))?;
                let decision = change_attendee(&order, code, attendee, by_staff, listing.as_ref(), now)?;
                Ok(if decision.changed { Next::commit(order, decision) } else { Next::Done(order) })
            })
            .await?;
        match changed {
            Changed::Now(committed) => {
                tracing::info!(order = %id, by = by.as_str(), "another person comes with a ticket");
                Ok(committed.order)
            }
            Changed::Before(order) => Ok(order),
            Changed::NotTaken(error) => Err(broken(error)),
        }
    }

    /// Whether a ticket names who comes with it, or may, and its listing as it is now. One whose offer is gone keeps what it
    /// was sold with. Of a code that is that of no ticket any more nothing is read: what became of it is refused with it.
    pub(crate) async fn ticket_of(
        &self,
        id: &OrderId,
        code: &TicketCode,
    ) -> Result<(bool, Option<Listing>), EngineError> {
        let order = self.store.order(id).await?.ok_or_else(|| Refusal::not_found("order"))?;
        let Some(place) = order.ticket_place(code) else { return Ok((true, None)) };
        let Some(line) = order.line(&order.tickets[place].line) else { return Ok((false, None)) };
        let keys = CatalogKeys {
            listings: vec![line.listing.clone()],
            offers: vec![(line.listing.clone(), line.offer.clone())],
            ..CatalogKeys::default()
        };
        let mut found = self.store.catalog_items(&keys).await?;
        let may = found.offers.first().is_some_and(|offer| offer.attendees != Attendees::None);
        Ok((may || order.attendee(place).is_some(), found.listings.pop()))
    }

    /// Sends no reminders of this order any more.
    ///
    /// # Errors
    /// [`EngineError`]; to be tried again.
    pub async fn stop_reminders(&self, id: &OrderId) -> Result<(), EngineError> {
        self.change_mailing(id, |mailing| !std::mem::replace(&mut mailing.no_reminders, true)).await
    }

    /// Notes that mail to an address of an order, its buyer's or that of who comes with a ticket, does not arrive, or is not
    /// welcome there. Nothing more of the order is sent to it, nor of any other order of its organization for 90 days; another
    /// address in its place is written to. Two writes: if the process dies between them, SES' event comes again.
    ///
    /// # Errors
    /// [`EngineError`]; to be tried again.
    pub async fn note_undeliverable(
        &self,
        id: &OrderId,
        address: &str,
        cause: UndeliverableCause,
    ) -> Result<(), EngineError> {
        let Some(order) = self.store.order(id).await? else { return Ok(()) };
        self.store.note_unreachable(&order.organization, address, cause, self.clock.now()).await?;
        let attendees = (0..order.tickets.len()).filter_map(|place| order.attendee(place)?.email.as_deref());
        let mut known = attendees.chain([order.buyer.email.as_str()]);
        if !known.any(|known| known.eq_ignore_ascii_case(address)) {
            tracing::info!(order = %id, cause = cause.as_str(), "mail came back from an address that is another by now");
            return Ok(());
        }
        let (mark, at) = (order.address_mark(address), self.clock.now());
        self.change_mailing(id, |mailing| mailing.note_undeliverable(mark.clone(), cause, at)).await?;
        tracing::warn!(order = %id, cause = cause.as_str(), "mail to an address of the order comes back");
        Ok(())
    }

    /// What is known of the mail about an order, and of an address of it from any order of its organization.
    ///
    /// # Errors
    /// [`EngineError`]; to be tried again.
    pub async fn known_of_mail(
        &self,
        order: &Order,
        address: &str,
    ) -> Result<(Mailing, Option<UnreachableAddress>), EngineError> {
        let elsewhere = self.store.unreachable(&order.organization, address, self.clock.now());
        Ok(tokio::try_join!(self.store.mailing(&order.id), elsewhere)?)
    }

    /// Changes what is known of the mail to an order's buyer, if `change` says that there is anything to change.
    async fn change_mailing(&self, id: &OrderId, change: impl Fn(&mut Mailing) -> bool) -> Result<(), EngineError> {
        for _ in 0..ROUNDS {
            let mut mailing = self.store.mailing(id).await?;
            if !change(&mut mailing) {
                return Ok(());
            }
            mailing.version += 1;
            if self.store.put_mailing(&mailing, None, self.clock.now()).await? {
                return Ok(());
            }
        }
        Err(EngineError::Contended)
    }
}
