//! One engine's words and rules: money, ids, offers, prices, orders and what may happen to them.
//!
//! Everything here is pure. It knows no clock (`now` is an argument), no network, no environment and no randomness
//! (secrets that orders need come in as a seed).

mod actor;
pub mod buyer;
pub mod catalog;
mod currencies;
mod delivery;
mod fact;
mod free_text;
mod ids;
pub mod limits;
mod locale;
pub mod log;
mod mailing;
mod money;
pub mod notification;
mod number;
pub mod order;
pub mod organization;
mod presale;
mod presale_mode;
pub mod pricing;
mod promo;
pub mod refusal;
mod role;
mod search;
pub mod seller_fields;
pub mod selling;
mod sheet;
mod signed;
pub mod slots;
pub mod summary;
pub mod tax;
pub mod text;
mod transferable;
mod turns;
mod unheard;
mod whole_price;

pub use actor::Actor;
pub use buyer::{Attendee, Buyer, mail_address};
pub use catalog::{Kind, Listing, Offer, Organization};
pub use delivery::{Addressee, DeliveryMode};
pub use fact::{
    Authorization, Capture, Decline, DisputeSeen, DisputeState, Fact, RefundSeen, RefundState, Source, SplitSeen,
};
pub use free_text::{cancel_reason, free_text, percent_off};
pub use ids::{
    AdjustmentId, DeviceId, EventId, IdError, ListingId, OfferId, OrderId, OrganizationId, PresaleCode, PromoCode,
    RefundId, TicketCode,
};
pub use locale::{locale, time_zone};
pub use log::{LogEntry, LoggedKind, Staff, StaffAction};
pub use mailing::{Mailing, RESENDS, Undeliverable, UndeliverableCause, mark_of_address};
pub use money::{Currency, MAX_AMOUNT, Minor, MoneyError};
pub use notification::NotificationKind;
pub use number::OrderNumber;
pub use order::{Order, OrderStatus};
pub use presale::{AppliedPresale, Presale, PresaleUse, applied_presale, check_presale};
pub use presale_mode::PresaleMode;
pub use pricing::{Quote, Totals};
pub use promo::{AppliedPromo, Promo};
pub use refusal::{Code, FieldError, Refusal};
pub use role::Role;
pub use search::search_form;
pub use sheet::SheetKind;
pub use signed::SignedTicket;
pub use summary::DailySummary;
pub use tax::{TaxBehavior, TaxCalculation, TaxLiability, TaxTerms};
pub use transferable::Transferable;
pub use turns::in_turns;
pub use unheard::has_unheard_expert;
pub use whole_price::{UnitsShown, WholePrice, WholeSums, whole_price, whole_sums};
