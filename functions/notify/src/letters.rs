//! From a notification to the message that is sent: what is read for it, and which files go with it.

use documents::{DocumentError, FontFolder};
use domain::{DailySummary, NotificationKind, Order, notification::ChangedTicket};
use engine::{BaseUrls, Engine, EngineError, OrganizationKeys, TicketKeys};
use jiff::Timestamp;
use mail::{Attachment, Context, Instrument, MailError, MailHeaders};
use paperwork::DocumentReader;
use runtime::SecretError;
use store::{CatalogItems, CatalogKeys};

/// What letters are written with.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Letters<'a> {
    pub(crate) engine: &'a Engine,
    /// Where links lead to.
    pub(crate) pages: &'a BaseUrls,
    /// The address that mail comes from.
    pub(crate) sender: &'a str,
    /// What tickets and receipts are printed with.
    pub(crate) fonts: &'a FontFolder,
    /// What tickets are signed with.
    pub(crate) ticket_keys: &'a TicketKeys,
    pub(crate) now: Timestamp,
}

/// A mail, ready to be sent.
#[derive(Debug)]
pub(crate) struct Written {
    /// The reader's address.
    pub(crate) to: String,
    /// The MIME message.
    pub(crate) message: Vec<u8>,
}

impl Letters<'_> {
    /// Writes what a notification says to its reader. None if it says nothing to any reader, or not any more.
    ///
    /// # Errors
    /// [`EngineError`] when the table gives no answer, or the mail cannot be put together.
    pub(crate) async fn write(
        &self,
        order: &Order,
        notification: &NotificationKind,
    ) -> Result<Option<Written>, EngineError> {
        let found = self.read_for(order).await?;
        let instrument = match tells_the_way(order, notification) {
            true => self.engine.payment_method(order).await,
            false => None,
        };
        let instrument = instrument.map(|method| Instrument::of(&method.kind, method.brand, method.last4));
        let context = Context {
            order,
            listings: &found.listings,
            organization: found.organization.as_ref(),
            pages: &self.pages.pages,
            sender: Some(self.sender),
            instrument: instrument.as_ref(),
            now: self.now,
        };
        let Some((letter, to)) = mail::compose(notification, &context).zip(mail::reader(notification, &context)) else {
            return Ok(None);
        };
        let keys = match order.tickets.is_empty() {
            true => OrganizationKeys::default(),
            false => self.ticket_keys.of(&order.organization).await.map_err(|error| unsigned(&error))?,
        };
        let mut files: Vec<_> =
            self.documents(order, &found, notification, &keys).map_err(|error| unprinted(&error))?;
        files.extend(mail::calendar_file(notification, &context));
        let headers = MailHeaders {
            from_name: order.seller.clone(),
            from: self.sender.to_owned(),
            to: to.to_owned(),
            reply_to: context.contact().map(str::to_owned),
            id: notification.id(&order.id),
            at: self.now,
            unsubscribe: notification.is_reminder().then(|| {
                format!("{}/v1/orders/{}/unsubscribe?token={}", self.pages.api, order.id, order.access_token())
            }),
        };
        let message = letter
            .render()
            .and_then(|rendered| rendered.message(&headers, &files))
            .map_err(|error| unwritten(&error))?;
        Ok(Some(Written { to: headers.to, message }))
    }

    /// Writes an organization's summary. None if it is not wanted any more, or there is no address for it.
    ///
    /// # Errors
    /// As with [`Self::write`].
    pub(crate) async fn write_summary(
        &self,
        summary: &DailySummary,
        token: &str,
    ) -> Result<Option<Written>, EngineError> {
        let found = self.engine.store().organization(&summary.organization).await?;
        let Some(seller) = found else { return Ok(None) };
        let letter = mail::summary_letter(summary, &seller, &self.pages.pages);
        let to = seller.profile.hears_summary().map(str::to_owned);
        let Some((letter, to)) = letter.zip(to) else { return Ok(None) };
        let headers = MailHeaders {
            from_name: seller.name.clone(),
            from: self.sender.to_owned(),
            to,
            reply_to: None,
            id: summary.id(),
            at: self.now,
            unsubscribe: Some(format!("{}/v1/organizations/{}/unsubscribe?token={token}", self.pages.api, seller.id)),
        };
        let message = letter.render().and_then(|rendered| rendered.message(&headers, &[]));
        let message = message.map_err(|error| unwritten(&error))?;
        Ok(Some(Written { to: headers.to, message }))
    }

    /// The order's seller, listings and offers, in one round trip.
    async fn read_for(&self, order: &Order) -> Result<CatalogItems, EngineError> {
        let keys = CatalogKeys { organization: Some(order.organization.clone()), ..CatalogKeys::of_lines(order) };
        Ok(self.engine.store().catalog_items(&keys).await?)
    }

    /// The tickets and the receipt, which go with a confirmation.
    fn documents(
        &self,
        order: &Order,
        found: &CatalogItems,
        notification: &NotificationKind,
        keys: &OrganizationKeys,
    ) -> Result<Vec<Attachment>, DocumentError> {
        let mut files = Vec::new();
        let sign = |ticket: &_| keys.sign(ticket);
        let reader = DocumentReader::buyer_of(order, &found.listings, found.organization.as_ref());
        let pdf = |name: String, content| Attachment { name, content_type: "application/pdf".to_owned(), content };
        if let NotificationKind::Ticket(place)
        | NotificationKind::TicketChanged(ChangedTicket { place, .. })
        | NotificationKind::TicketReceived(ChangedTicket { place, .. }) = notification
        {
            let ticket = paperwork::ticket(order, usize::from(*place), &found.listings, &found.offers, &reader, &sign);
            if let Some(ticket) = ticket {
                files.push(pdf("ticket.pdf".to_owned(), documents::tickets_pdf(&ticket, self.fonts)?));
            }
        }
        if !matches!(notification, NotificationKind::Confirmation | NotificationKind::Resend(_)) {
            return Ok(files);
        }
        if let Some(tickets) = paperwork::tickets(order, &found.listings, &found.offers, &reader, &sign) {
            files.push(pdf("tickets.pdf".to_owned(), documents::tickets_pdf(&tickets, self.fonts)?));
        }
        if let Some(receipt) = paperwork::receipt(order, &reader) {
            files.push(pdf(format!("{}.pdf", receipt.number), documents::receipt_pdf(&receipt, self.fonts)?));
        }
        Ok(files)
    }
}

fn unwritten(error: &MailError) -> EngineError {
    EngineError::Broken(format!("mail not written: {error}"))
}

fn unsigned(error: &SecretError) -> EngineError {
    EngineError::Broken(format!("the secret of tickets cannot be read: {error}"))
}

fn unprinted(error: &DocumentError) -> EngineError {
    EngineError::Broken(format!("document not printed: {error}"))
}

/// Whether a mail says where money goes.
fn tells_the_way(order: &Order, notification: &NotificationKind) -> bool {
    match notification {
        NotificationKind::Refund(id) | NotificationKind::RefundFailed(id) | NotificationKind::ListingCanceled(id) => {
            order.refund(id).is_some_and(|refund| !refund.amount.is_zero())
        }
        NotificationKind::Apology => true,
        NotificationKind::BookingOver => {
            let percent = order.booking.as_ref().and_then(|booking| booking.refund_percent);
            percent.is_some_and(|percent| percent > 0)
        }
        _ => false,
    }
}
