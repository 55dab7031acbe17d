//! What every mail has in common: who reads it and in which language, and what stands around its content.

use domain::{
    Currency, Listing, Minor, Order, Organization,
    order::{Line, Refund},
};
use jiff::Timestamp;
use words::{DocumentReader, Language, Zone, money};

use crate::{
    calendar::Organizer,
    letter::{Block, Letter, Row},
};

/// What a mail is made of, beside the notification itself.
#[derive(Debug, Clone, Copy)]
pub struct Context<'a> {
    /// As it is while the mail is written, not when it was planned.
    pub order: &'a Order,
    /// The listings of its lines, as far as they are known.
    pub listings: &'a [Listing],
    /// The seller, where it is known.
    pub organization: Option<&'a Organization>,
    /// The base address of the pages for people, without a slash at its end.
    pub pages: &'a str,
    /// The address that mail comes from, where mail is written.
    pub sender: Option<&'a str>,
    /// What the order was paid with, where that is known.
    pub instrument: Option<&'a Instrument>,
    /// When the mail is written.
    pub now: Timestamp,
}

impl<'a> Context<'a> {
    /// The listing of a line.
    #[must_use]
    pub fn listing(&self, line: &Line) -> Option<&'a Listing> {
        self.listings.iter().find(|listing| listing.id == line.listing)
    }

    /// The listing of the order's first line.
    pub(crate) fn first(&self) -> Option<&'a Listing> {
        self.order.lines.first().and_then(|line| self.listing(line))
    }

    /// The reader's locale, as `de-CH`, which decides language, separators of numbers, and order of dates: the buyer's own,
    /// else the listing's, else the seller's, each if mail speaks its language.
    #[must_use]
    pub fn locale(&self) -> &'a str {
        DocumentReader::buyer_of(self.order, self.listings, self.organization).locale
    }

    /// The locale of the listing, else of the seller.
    pub(crate) fn seller_locale(&self) -> &'a str {
        words::seller_locale(self.order, self.listings, self.organization)
    }

    /// The mail address that answers go to: the listing's, else the seller's.
    #[must_use]
    pub fn contact(&self) -> Option<&'a str> {
        let listing = self.first().and_then(|listing| listing.contact.email.as_deref());
        listing.or_else(|| self.organization.and_then(|seller| seller.profile.contact.email.as_deref()))
    }

    /// Who the entries of its calendar files are from: the seller, at the contact's address, else at the sender's, else at the
    /// seller's page.
    pub(crate) fn organizer(&self) -> Organizer {
        let (name, of) = (&self.order.seller, &self.order.organization);
        match self.contact().or(self.sender) {
            Some(address) => Organizer::by_mail(name, address),
            None => Organizer { name: name.clone(), uri: format!("{}/organizations/{of}", self.pages) },
        }
    }

    fn logo_url(&self) -> Option<&'a str> {
        let listing = self.first().and_then(|listing| listing.logo_url.as_deref());
        listing.or_else(|| self.organization.and_then(|seller| seller.profile.logo_url.as_deref()))
    }

    /// The name of the time zone of a listing: its own, else the seller's.
    #[must_use]
    pub fn time_zone(&self, listing: Option<&'a Listing>) -> Option<&'a str> {
        let own = listing.and_then(|listing| listing.timezone.as_deref());
        own.or_else(|| self.organization.and_then(|seller| seller.profile.time_zone.as_deref()))
    }

    pub(crate) fn zone(&self, listing: Option<&'a Listing>) -> Zone {
        Zone::new(self.time_zone(listing))
    }

    /// The address of the order's page, which its buyer may see.
    fn page(&self) -> String {
        format!("{}/orders/{}?token={}", self.pages, self.order.id, self.order.access_token())
    }
}

/// What money goes back to, in Stripe's words of the charge (`payment_method_details`,
/// <https://docs.stripe.com/api/charges/object>).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Instrument {
    /// Credit or debit, in a wallet or not.
    Card {
        /// Its brand, as `Visa`.
        brand: Option<String>,
        /// The last four digits.
        last4: Option<String>,
    },
    /// A bank account: a debit, or a transfer.
    BankAccount {
        /// The last four digits of its number.
        last4: Option<String>,
    },
    /// Anything else, as a wallet or a voucher.
    Other,
}

impl Instrument {
    /// Reads `payment_method_details` of a charge: the type, the brand and the last four digits.
    #[must_use]
    pub fn of(kind: &str, brand: Option<String>, last4: Option<String>) -> Self {
        match kind {
            "card" | "card_present" | "interac_present" => {
                Self::Card { brand: brand.map(|brand| brand_name(&brand).unwrap_or(&brand).to_owned()), last4 }
            }
            "us_bank_account" | "sepa_debit" | "bacs_debit" | "au_becs_debit" | "acss_debit" | "nz_bank_account"
            | "ideal" | "sofort" | "eps" | "giropay" | "bancontact" | "p24" | "fpx" | "customer_balance" => {
                Self::BankAccount { last4 }
            }
            _ => Self::Other,
        }
    }
}

/// A brand as people know it, by Stripe's word for it (`payment_method_details.card.brand`).
fn brand_name(brand: &str) -> Option<&'static str> {
    Some(match brand {
        "amex" => "American Express",
        "cartes_bancaires" => "Cartes Bancaires",
        "diners" => "Diners Club",
        "discover" => "Discover",
        "eftpos_au" => "eftpos",
        "jcb" => "JCB",
        "mastercard" => "Mastercard",
        "unionpay" => "UnionPay",
        "visa" => "Visa",
        _ => return None,
    })
}

/// Writes one letter.
#[derive(Debug, Clone)]
pub(crate) struct Writer<'a> {
    pub(crate) context: &'a Context<'a>,
    pub(crate) order: &'a Order,
    pub(crate) language: Language,
    locale: &'a str,
    /// The reader's own zone, where it was named.
    pub(crate) own_zone: Option<Zone>,
    /// The title of what was bought first.
    pub(crate) title: &'a str,
}

impl<'a> Writer<'a> {
    /// A writer to the order's buyer.
    pub(crate) fn to_buyer(context: &'a Context<'a>) -> Self {
        let own_zone = context.order.buyer.time_zone.as_deref().map(|name| Zone::new(Some(name)));
        Self { own_zone, ..Self::new(context, context.locale()) }
    }

    /// A writer to the expert whose time the order is for.
    pub(crate) fn to_expert(context: &'a Context<'a>) -> Self {
        Self::new(context, context.seller_locale())
    }

    fn new(context: &'a Context<'a>, locale: &'a str) -> Self {
        let order = context.order;
        let language = Language::from_tag(locale).unwrap_or(Language::English);
        let title = order.lines.first().map_or("", |line| line.title.as_str());
        Self { context, order, language, locale, own_zone: None, title }
    }

    pub(crate) fn phrase(&self, id: &str, args: &[(&'static str, &str)]) -> String {
        self.language.phrase(id, args)
    }

    /// An amount in the order's currency.
    pub(crate) fn money(&self, amount: Minor) -> String {
        self.money_in(self.order.currency, amount)
    }

    pub(crate) fn money_in(&self, currency: Currency, amount: Minor) -> String {
        money::format(self.locale, currency, amount)
    }

    /// What a refund gives back, in the currency that was paid.
    pub(crate) fn refund_money(&self, refund: &Refund) -> String {
        self.money_in(self.order.currency_of(refund), refund.amount)
    }

    /// A number written in ASCII, in the form of the reader's locale.
    pub(crate) fn number(&self, ascii: &str) -> String {
        money::number(self.locale, ascii)
    }

    /// Where the money goes, as the end of a clause with a blank before it: ` to your Visa card ending in 4242`.
    pub(crate) fn way(&self) -> String {
        match self.context.instrument {
            None | Some(Instrument::Other) => self.phrase("way-other", &[]),
            Some(Instrument::Card { brand: Some(brand), last4: Some(last4) }) => {
                self.phrase("way-card", &[("brand", brand), ("last4", last4)])
            }
            Some(Instrument::Card { .. }) => self.phrase("way-card-unknown", &[]),
            Some(Instrument::BankAccount { last4: Some(last4) }) => self.phrase("way-bank-known", &[("last4", last4)]),
            Some(Instrument::BankAccount { last4: None }) => self.phrase("way-bank", &[]),
        }
    }

    /// The zone of the order's first listing.
    pub(crate) fn zone(&self) -> Zone {
        self.context.zone(self.context.first())
    }

    /// A letter of this subject and heading about the order's first title; `{id}-subject` and `{id}-heading` are its
    /// messages.
    pub(crate) fn letter(&self, id: &str, blocks: Vec<Block>) -> Letter {
        self.letter_about(id, self.title, blocks)
    }

    /// The same about another title.
    pub(crate) fn letter_about(&self, id: &str, title: &str, mut blocks: Vec<Block>) -> Letter {
        blocks.push(Block::Link { label: self.phrase("view-order", &[]), url: self.context.page() });
        let greeting = self.phrase("greeting", &[("name", &self.order.buyer.name)]);
        let mut letter = self.framed(id, title, greeting, blocks);
        letter
            .footer
            .extend(self.context.contact().map(|contact| self.phrase("footer-reply", &[("contact", contact)])));
        letter
    }

    /// A letter to the expert, who signs in to answer.
    pub(crate) fn letter_to_expert(&self, id: &str, blocks: Vec<Block>) -> Letter {
        self.framed(id, self.title, self.phrase("greeting-expert", &[]), blocks)
    }

    /// A letter without a way to the order's page, which is the buyer's alone.
    pub(crate) fn framed(&self, id: &str, title: &str, greeting: String, mut blocks: Vec<Block>) -> Letter {
        let title = [("title", title)];
        let order = self.order.name_for_people().to_owned();
        blocks.push(Block::Facts { rows: vec![Row::new(self.phrase("order-number", &[]), order.clone())] });
        Letter {
            language: self.language,
            subject: self.phrase(&format!("{id}-subject"), &title),
            heading: self.phrase(&format!("{id}-heading"), &title),
            greeting,
            blocks,
            footer: vec![self.phrase("footer", &[("seller", &self.order.seller), ("order", &order)])],
            seller: self.order.seller.clone(),
            logo_url: self.context.logo_url().map(str::to_owned),
        }
    }
}
