//! A listing, as its seller writes it down.

use domain::{
    DeliveryMode, Kind, Listing, ListingId, Organization, Refusal, Transferable, locale,
    order::PaymentMode,
    organization::Contact,
    seller_fields::{logo_url, share, subject},
    selling::may_change,
};
use jiff::Timestamp;
use serde::Deserialize;
use utoipa::ToSchema;
use web::forms::{DeliveryModeWord, InstantForm, KindWord, LocaleForm, SubjectForm, TimeZoneForm, UrlForm};

use super::{
    fields::{MAX_TITLE, text, times},
    profile::ContactBody,
    sales::ModeWord,
    sent::Sent,
    transferable::TransferableWord,
};

/// Most characters of a description.
const MAX_DESCRIPTION: usize = 10_000;

/// What an admin sends to write a listing.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ListingRequest, examples(json!({
    "kind": "show", "title": "Summer show", "description": "An evening under *lanterns*.", "published": true,
    "starts_at": "2026-11-21T19:30:00Z", "doors_at": "2026-11-21T18:30:00Z", "ends_at": "2026-11-21T22:00:00Z",
    "venue": "Lantern Hall, 1 Main Street", "timezone": "Europe/London"
})))]
pub(crate) struct ListingBody {
    #[schema(value_type = KindWord)]
    kind: Kind,
    #[schema(example = "Summer show")]
    title: String,
    #[serde(default)]
    #[schema(example = "An evening under *lanterns*.")]
    description: String,
    #[serde(default)]
    published: bool,
    #[serde(default)]
    #[schema(value_type = Option<InstantForm>)]
    starts_at: Option<Timestamp>,
    #[serde(default)]
    #[schema(value_type = Option<InstantForm>)]
    doors_at: Option<Timestamp>,
    #[serde(default)]
    #[schema(value_type = Option<InstantForm>)]
    ends_at: Option<Timestamp>,
    #[serde(default)]
    #[schema(example = "Lantern Hall, 1 Main Street")]
    venue: Option<String>,
    /// The IANA name of the time zone there, in which tickets and mails show the times; its organization's without one, else
    /// UTC. `time_zone` is another name of this field.
    #[serde(default, alias = "time_zone")]
    #[schema(value_type = Option<TimeZoneForm>)]
    timezone: Option<String>,
    /// How to reach those who run it, where that is not how to reach its organization: mails name it, and answers go there.
    #[serde(default)]
    #[schema(value_type = Option<ContactBody>)]
    contact: Sent<ContactBody>,
    /// An https address of its picture, for mails.
    #[serde(default)]
    #[schema(value_type = Option<UrlForm>)]
    logo_url: Sent<String>,
    /// The language of its mails, as a tag of BCP 47, for buyers who name none.
    #[serde(default)]
    #[schema(value_type = Option<LocaleForm>)]
    locale: Sent<String>,
    /// Until when buyers may ask for all of their money after the show was moved, as their mail about it says.
    #[serde(default)]
    #[schema(value_type = Option<InstantForm>)]
    refund_until: Option<Timestamp>,
    /// Until when buyers may change who comes with a ticket; without it until the start. Staff may until the end.
    #[serde(default)]
    #[schema(value_type = Option<InstantForm>)]
    attendees_until: Sent<Timestamp>,
    /// Whether buyers may hand tickets over to other people, each under a new code: `off` unless it says otherwise, `free`, or
    /// `until` a time. Staff always may.
    #[serde(default)]
    #[schema(value_type = Option<TransferableWord>)]
    transferable: Sent<TransferableWord>,
    /// That time; with `until` alone.
    #[serde(default)]
    #[schema(value_type = Option<InstantForm>)]
    transferable_until: Sent<Timestamp>,
    /// Most tickets of the show that one buyer may have, over all orders that are placed while there is a limit.
    #[serde(default)]
    #[schema(value_type = Option<u32>, minimum = 1, example = 4)]
    max_tickets_per_buyer: Sent<u32>,
    /// The subject of the expert whose time it is; required for that kind, and for no other.
    #[serde(default)]
    #[schema(value_type = Option<SubjectForm>)]
    expert: Option<String>,
    /// How buyers get what it sells: `none`, `address` (an order names where it is sent) or `pickup` (at the venue). For shows
    /// and products.
    #[serde(default)]
    #[schema(value_type = Option<DeliveryModeWord>)]
    delivery: Option<DeliveryMode>,
    /// How it may be paid; without this, as its organization says. Tickets are paid on Stripe's page.
    #[serde(default)]
    payment_modes: Option<Vec<ModeWord>>,
}

impl ListingBody {
    pub(crate) fn parse(
        &self,
        id: ListingId,
        organization: &Organization,
        before: Option<&Listing>,
    ) -> Result<Listing, Refusal> {
        if before.is_some_and(|before| before.kind != self.kind) {
            return Err(Refusal::new(domain::Code::IllegalState, "A listing's kind is fixed").at("kind"));
        }
        before.map_or(Ok(()), may_change)?;
        times(self.starts_at, self.ends_at)?;
        if self.kind == Kind::Show && self.starts_at.is_none() {
            return Err(Refusal::field("starts_at", "A show has a start"));
        }
        if self.doors_at.zip(self.starts_at).is_some_and(|(doors, start)| doors > start) {
            return Err(Refusal::field("doors_at", "Doors open before the start"));
        }
        let expert = match (self.kind, &self.expert) {
            (Kind::Expert, None) => return Err(Refusal::field("expert", "Must say whose time it is")),
            (Kind::Expert, Some(expert)) => Some(subject("expert", expert)?),
            (_, Some(_)) => return Err(Refusal::field("expert", "Only a listing of the kind expert has an expert")),
            (_, None) => None,
        };
        let venue = self.venue.as_deref().map(|venue| text("venue", venue, MAX_TITLE, false)).transpose()?;
        let venue = venue.filter(|venue| !venue.is_empty());
        let delivery = self.delivery.unwrap_or_else(|| before.map(|before| before.delivery).unwrap_or_default());
        if delivery != DeliveryMode::None && !matches!(self.kind, Kind::Show | Kind::Product) {
            return Err(Refusal::field("delivery", "Only what a show or a product sells is sent or collected"));
        }
        if delivery == DeliveryMode::Pickup && venue.is_none() {
            return Err(Refusal::field("venue", "Must say where it is collected"));
        }
        Ok(Listing {
            id,
            organization: organization.id.clone(),
            kind: self.kind,
            title: text("title", &self.title, MAX_TITLE, true)?,
            description: text("description", &self.description, MAX_DESCRIPTION, false)?,
            currency: organization.currency,
            published: self.published,
            starts_at: self.starts_at,
            doors_at: self.doors_at,
            ends_at: self.ends_at,
            venue,
            timezone: self.timezone.as_deref().map(|name| domain::time_zone("timezone", name)).transpose()?,
            contact: match &self.contact {
                Sent::Absent => before.map(|before| before.contact.clone()).unwrap_or_default(),
                Sent::Null => Contact::default(),
                Sent::Value(body) => body.parse(&before.map(|before| before.contact.clone()).unwrap_or_default())?,
            },
            logo_url: self.logo_url.or_keep(before.and_then(|before| before.logo_url.as_ref()), |url| logo_url(url))?,
            locale: self
                .locale
                .or_keep(before.and_then(|before| before.locale.as_ref()), |tag| locale("locale", tag))?,
            expert,
            payment_modes: self.payment_modes(before)?,
            delivery,
            canceled_at: None,
            cancel_reason: None,
            refund_until: self.refund_until,
            attendees_until: self
                .attendees_until
                .or_keep(before.and_then(|before| before.attendees_until.as_ref()), |until| Ok(*until))?,
            transferable: TransferableWord::parse(
                self.kind,
                &self.transferable,
                &self.transferable_until,
                before.map_or(Transferable::Off, |before| before.transferable),
            )?,
            max_tickets_per_buyer: self.share(before)?,
            version: before.map_or(1, |before| before.version + 1),
        })
    }
}

impl ListingBody {
    fn share(&self, before: Option<&Listing>) -> Result<Option<u32>, Refusal> {
        let kept = before.and_then(|before| before.max_tickets_per_buyer);
        self.max_tickets_per_buyer.or_keep(kept.as_ref(), |most| share(self.kind, *most))
    }

    fn payment_modes(&self, before: Option<&Listing>) -> Result<Option<Vec<PaymentMode>>, Refusal> {
        let Some(given) = &self.payment_modes else {
            return Ok(before.and_then(|before| before.payment_modes.clone()));
        };
        let modes = ModeWord::parse(given)?;
        if self.kind == Kind::Show && !modes.contains(&PaymentMode::Hosted) {
            return Err(Refusal::field("payment_modes", "Tickets are paid with hosted"));
        }
        Ok(Some(modes))
    }
}
