//! The one DynamoDB table. Its words (keys, conditions, transactions, capacity) end here: callers see the domain's
//! types and failures named by meaning. What lies in the table, `docs/table.md` shows.
//!
//! Reads that decide anything are consistent. Every write is conditional on what it was decided from, so it may be
//! repeated, and of two writers only one can win.
//!
//! From below to above: `value`, `key` and `index` are the table's vocabulary; `items` has all kinds of items; `write` and
//! `table` bring them to DynamoDB. On these stand the parts of a transaction (`stock`, `calendar`, `ledger`, `events`,
//! `outbox`, `lookups`, `limits`), and on those what is read and written at once: `orders`, `place`, `commit` and the rest.

mod account;
mod addresses;
mod agenda;
mod bookings;
mod buyer_tickets;
mod calendar;
mod calls;
mod catalog;
mod commit;
mod doors;
mod error;
mod events;
mod exports;
mod figures;
mod index;
mod items;
mod jobs;
mod key;
mod ledger;
mod limits;
mod listings;
mod lists;
mod log;
mod lookups;
mod mailing;
mod memory;
mod offers;
mod orders;
mod outbox;
mod patience;
mod place;
mod presales;
mod promos;
pub mod records;
mod restore;
mod sales;
mod search;
mod seller;
mod showcase;
mod stock;
mod summaries;
mod table;
mod value;
mod write;

use std::collections::HashMap;

use aws_sdk_dynamodb::types::AttributeValue;

pub use account::{Account, PrepaidHours};
pub use agenda::{Due, DueKind, DueList};
pub use bookings::BookingFilter;
pub use buyer_tickets::ShareLimit;
pub use catalog::{CatalogError, CatalogItems, CatalogKeys};
pub use commit::{Commit, CommitError};
pub use doors::{ChangePage, DoublesPage, MOST_DEVICES};
pub use error::{StoreError, WriteError};
pub use figures::DayFigures;
pub use index::AgendaPart;
pub use items::{
    balance::Balance,
    buyer_tickets::BuyerTickets,
    call::CallRecord,
    cancel_job::{CancelJob, CancelPass, CancelProgress},
    check_job::CheckJob,
    device::Device,
    entry::LedgerEntry,
    erasure_job::ErasureJob,
    event::{EventDone, EventRecord},
    expert_day::{ExpertDay, TakenSlot, slot_key},
    export_job::{EXPORT_KEPT, ExportJob, ExportProgress, ExportState},
    holds::HoldsRecord,
    idempotency::IdempotencyRecord,
    job::ListingCursor,
    mailing_job::{MailingJob, MailingKind},
    notification::{NotificationRecord, SummaryRecord},
    restore_job::RestoreJob,
    sale::Sale,
    search_state::SearchState,
    stock::Shard,
    summary_job::SummaryJob,
    ticket_scans::ScannedTicket,
    unreachable_address::UnreachableAddress,
};
pub use key::Key;
pub use ledger::{Debit, Debited};
pub use limits::HoldLimit;
pub use lists::{IdPage, ListingPage, OrderFilter, OrderPage};
pub use log::LogPage;
pub use offers::PutOffer;
pub use place::{PlaceError, Placement};
pub use presales::PresalePage;
pub use sales::SalePage;
pub use seller::{PromoPage, SellerListings};
pub use showcase::{OfferShown, Showcase};
pub use table::Store;

/// An item as the SDK has it.
pub type Item = HashMap<String, AttributeValue>;
