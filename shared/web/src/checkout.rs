//! A checkout request as a client writes it, by the API or on a page, parsed into what the engine takes.

use std::net::IpAddr;

use crate::forms::{
    ListingIdForm, LocaleForm, MoneyForm, PaymentMethodForm, TimeZoneForm, TypedCodeForm, TypedMailAddressForm, UrlForm,
};
use domain::{
    Addressee, Attendee, Buyer, ListingId, PresaleCode, PromoCode, Refusal,
    catalog::MAX_TICKETS,
    tax::{Address, TypedAddress},
    text::is_blank,
};
use engine::{CheckoutRequest, RequestedItem, RequestedItems, RequestedPayment};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::access;

/// Most items that are read, those of quantity zero included; an order has fewer lines.
const MOST_ITEMS: usize = 100;

/// What a buyer wants to buy.
#[derive(Debug, Clone, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = Checkout, examples(json!({
    "buyer": { "name": "Ada Lovelace", "email": "ada@example.com" },
    "listing": "summer-show",
    "items": [{ "offer": "general", "quantity": 2 }],
    "payment": { "mode": "hosted" }
})))]
pub struct CheckoutBody {
    /// Who buys.
    pub buyer: BuyerBody,
    /// The listing of all items. Items of several listings name their own.
    #[serde(default)]
    #[schema(value_type = Option<ListingIdForm>)]
    pub listing: Option<String>,
    /// What is bought.
    pub items: Vec<ItemBody>,
    /// To whom and where it is sent: required if one of its listings has `delivery: address`, and refused if none has.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub delivery: Option<DeliveryBody>,
    /// A promo code, in any case; blanks and hyphens make no difference.
    #[serde(default)]
    #[schema(value_type = Option<TypedCodeForm>)]
    pub promo_code: Option<String>,
    /// A presale code of its offers, in any case; blanks and hyphens make no difference. A wrong one is the same as none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<TypedCodeForm>)]
    pub presale_code: Option<String>,
    /// How it is paid.
    #[serde(default)]
    pub payment: Option<PaymentBody>,
    /// Where the buyer goes after paying; within the organization's allowed origins.
    #[serde(default)]
    #[schema(value_type = Option<UrlForm>)]
    pub success_url: Option<String>,
    /// Where the buyer goes without paying; within the organization's allowed origins.
    #[serde(default)]
    #[schema(value_type = Option<UrlForm>)]
    pub cancel_url: Option<String>,
}

/// Who buys.
#[derive(Debug, Clone, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = CheckoutBuyer)]
pub struct BuyerBody {
    /// Letters of any script, spaces, hyphens, apostrophes, full stops and commas, each in any typographic form, of which
    /// the plain one is kept; at most 100 characters.
    #[schema(example = "Ada Lovelace")]
    pub name: String,
    /// A mail address. An international domain is kept in ASCII; what stands before the `@` is ASCII.
    #[schema(value_type = TypedMailAddressForm)]
    pub email: String,
    /// A telephone number, for people to read: any text is taken, and 64 characters of it are kept.
    #[serde(default)]
    #[schema(example = "+1 212 555 0100")]
    pub phone: Option<String>,
    /// The company that buys, as it shall stand on the receipt: any text, of which 200 characters are kept.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(example = "Analytical Engines Ltd.")]
    pub company: Option<String>,
    /// The language that the buyer reads, as a tag of BCP 47: that of mails and documents.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<LocaleForm>)]
    pub locale: Option<String>,
    /// The buyer's time zone, by its IANA name: mail about a booking says its time there, beside the time at the expert's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<TimeZoneForm>)]
    pub time_zone: Option<String>,
    /// Where the buyer is, for the tax of a payment intent; without it, where the request comes from. It is not kept.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub address: Option<AddressBody>,
}

/// A postal address.
#[derive(Debug, Clone, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = CheckoutAddress, examples(json!({
    "line1": "1 Main Street", "city": "New York", "state": "NY", "postal_code": "10001", "country": "US"
})))]
pub struct AddressBody {
    /// The first line.
    #[serde(default)]
    #[schema(example = "1 Main Street")]
    pub line1: Option<String>,
    /// The second line.
    #[serde(default)]
    #[schema(example = "Apartment 4")]
    pub line2: Option<String>,
    /// City or town.
    #[serde(default)]
    #[schema(example = "New York")]
    pub city: Option<String>,
    /// State, county or province.
    #[serde(default)]
    #[schema(example = "NY")]
    pub state: Option<String>,
    /// Up to 20 characters, as its country writes it.
    #[serde(default)]
    #[schema(example = "10001")]
    pub postal_code: Option<String>,
    /// ISO 3166-1 alpha-2.
    #[schema(example = "US")]
    pub country: String,
}

/// To whom and where an order is sent.
#[derive(Debug, Clone, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = CheckoutDelivery)]
pub struct DeliveryBody {
    /// The name on the parcel, by the rules of the buyer's, which it is without one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(example = "Ada Lovelace")]
    pub name: Option<String>,
    /// Where: at least the first line, the city and the country.
    pub address: AddressBody,
}

impl AddressBody {
    fn typed(&self) -> TypedAddress<'_> {
        TypedAddress {
            line1: self.line1.as_deref(),
            line2: self.line2.as_deref(),
            city: self.city.as_deref(),
            state: self.state.as_deref(),
            postal_code: self.postal_code.as_deref(),
            country: &self.country,
        }
    }
}

/// One thing to buy.
#[derive(Debug, Clone, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = CheckoutItem, examples(json!({ "offer": "general", "quantity": 2 })))]
pub struct ItemBody {
    /// The listing, where the request names none for all items.
    #[serde(default)]
    #[schema(value_type = Option<ListingIdForm>)]
    pub listing: Option<String>,
    /// The offer's id, or its name in any case.
    #[schema(example = "vip")]
    pub offer: String,
    /// How many. Zero skips the item.
    #[schema(minimum = 0, example = 2)]
    pub quantity: i64,
    /// What the buyer gives for one instead of the price, in major units.
    #[serde(default)]
    #[schema(value_type = Option<MoneyForm>)]
    pub donation: Option<String>,
    /// Who comes with the tickets, one after the other, if the offer lets or has its tickets name them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub attendees: Vec<AttendeeBody>,
}

/// Who comes with a ticket.
#[derive(Debug, Clone, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = CheckoutAttendee)]
pub struct AttendeeBody {
    /// By the rules of the buyer's name.
    #[schema(example = "Grace Hopper")]
    pub name: String,
    /// Where that ticket is sent to, if not to the buyer alone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<TypedMailAddressForm>)]
    pub email: Option<String>,
}

/// How an order is paid.
#[derive(Debug, Clone, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = CheckoutPayment)]
pub struct PaymentBody {
    /// On Stripe's page, or with a payment intent.
    pub mode: ModeBody,
    /// With a payment intent: Stripe's id of the payment method that the server confirms with at once. Without one, the
    /// client confirms with the `client_secret` of the answer.
    #[serde(default)]
    #[schema(value_type = Option<PaymentMethodForm>)]
    pub payment_method: Option<String>,
}

/// Ways to pay.
#[derive(Debug, Clone, Deserialize, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = CheckoutPaymentMode)]
pub enum ModeBody {
    /// On Stripe's page.
    Hosted,
    /// On the seller's own page, with a payment intent.
    Intent,
}

/// What a request says besides its body.
pub struct Sender {
    /// The customer, by the token's subject.
    pub customer: Option<String>,
    /// The network address of the request.
    pub source: Option<IpAddr>,
    /// The client's idempotency key.
    pub key: Option<String>,
}

impl CheckoutBody {
    /// Parses the body, with what the request says besides, into the checkout request.
    ///
    /// # Errors
    /// The first field at fault.
    pub fn parse(&self, sender: Sender) -> Result<CheckoutRequest, Refusal> {
        let Sender { customer, source, key } = sender;
        let typed = &self.buyer;
        let buyer = Buyer::parse(&typed.name, &typed.email, typed.phone.as_deref(), typed.company.as_deref())?;
        let locale = typed.locale.as_deref().map(|tag| domain::locale("buyer.locale", tag)).transpose()?;
        let time_zone =
            typed.time_zone.as_deref().map(|name| domain::time_zone("buyer.time_zone", name)).transpose()?;
        if self.items.len() > MOST_ITEMS {
            return Err(Refusal::field("items", format!("At most {MOST_ITEMS} items")));
        }
        let mut items = Vec::new();
        for (index, item) in self.items.iter().enumerate() {
            if let Some(item) = parse_item(index, item, self.listing.as_deref())? {
                items.push(item);
            }
        }
        let items = RequestedItems::new(items)?;
        let promo_code = match self.promo_code.as_deref().filter(|code| !is_blank(code)) {
            Some(code) => Some(PromoCode::parse(code).map_err(|error| {
                Refusal::new(domain::Code::PromoInvalid, format!("A promo code {error}")).at("promo_code")
            })?),
            None => None,
        };
        Ok(CheckoutRequest {
            buyer: Buyer { customer, locale, time_zone, ..buyer },
            items,
            promo_code,
            // What cannot be a code is a wrong one.
            presale_code: self.presale_code.as_deref().and_then(|code| PresaleCode::parse(code).ok()),
            payment: payment(self.payment.as_ref())?,
            address: typed
                .address
                .as_ref()
                .map(|address| Address::parse("buyer.address", address.typed()))
                .transpose()?,
            delivery: self
                .delivery
                .as_ref()
                .map(|to| Addressee::parse(to.name.as_deref(), to.address.typed()))
                .transpose()?,
            source,
            success_url: self.success_url.clone(),
            cancel_url: self.cancel_url.clone(),
            key,
            fingerprint: access::fingerprint(self),
        })
    }
}

fn payment(body: Option<&PaymentBody>) -> Result<RequestedPayment, Refusal> {
    let Some(body) = body else { return Ok(RequestedPayment::Hosted) };
    match (&body.mode, &body.payment_method) {
        (ModeBody::Hosted, None) => Ok(RequestedPayment::Hosted),
        (ModeBody::Hosted, Some(_)) => {
            Err(Refusal::field("payment.payment_method", "On Stripe's page the buyer names the payment method"))
        }
        (ModeBody::Intent, None) => Ok(RequestedPayment::ByClient),
        (ModeBody::Intent, Some(method)) => {
            let legal = method.starts_with("pm_")
                && method.len() <= 255
                && method.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
            if !legal {
                return Err(Refusal::field(
                    "payment.payment_method",
                    "Must be a payment method of Stripe's, as pm_...",
                ));
            }
            Ok(RequestedPayment::ByServer { payment_method: method.clone() })
        }
    }
}

fn parse_item(index: usize, item: &ItemBody, listing: Option<&str>) -> Result<Option<RequestedItem>, Refusal> {
    let at = |field: &str| format!("items[{index}].{field}");
    let listing = match (&item.listing, listing) {
        (Some(_), Some(_)) => {
            return Err(Refusal::field(at("listing"), "Name the listing once: for all items, or in each of them"));
        }
        (Some(own), None) => (own.as_str(), at("listing")),
        (None, Some(common)) => (common, "listing".to_owned()),
        (None, None) => return Err(Refusal::field("listing", "A listing is required")),
    };
    let listing =
        ListingId::parse(listing.0).map_err(|error| Refusal::field(listing.1, format!("A listing's id {error}")))?;
    if item.quantity < 0 {
        return Err(Refusal::field(at("quantity"), "A quantity must not be negative"));
    }
    let quantity = u32::try_from(item.quantity)
        .map_err(|_| Refusal::field(at("quantity"), "A quantity this large cannot be bought"))?;
    if is_blank(&item.offer) || item.offer.chars().count() > 100 {
        return Err(Refusal::field(at("offer"), "An offer is named by its id or its name"));
    }
    if quantity == 0 {
        return Ok(None);
    }
    if item.attendees.len() > MAX_TICKETS as usize {
        return Err(Refusal::field(at("attendees"), format!("An order has at most {MAX_TICKETS} tickets")));
    }
    let attendees = item.attendees.iter().enumerate().map(|(n, attendee)| {
        Attendee::parse(Some(&at(&format!("attendees[{n}]"))), &attendee.name, attendee.email.as_deref())
    });
    Ok(Some(RequestedItem {
        index,
        listing,
        offer: item.offer.clone(),
        quantity,
        donation: item.donation.clone(),
        attendees: attendees.collect::<Result<_, _>>()?,
    }))
}
