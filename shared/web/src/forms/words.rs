//! Texts that are one of a few words. The words are the domain's own, and a variant more or less does not compile.

use domain::{
    Code, DeliveryMode, DisputeState, Kind, LoggedKind, OrderStatus, PresaleMode, RefundState, Role, SheetKind,
    StaffAction, TaxBehavior, TaxLiability, UndeliverableCause,
    catalog::Attendees,
    order::{BookingStatus, CanceledBy, PaymentMode, PaymentStanding, ScanKind, TicketStatus},
    organization::ShowFees,
    slots::{SlotCause, SlotStatus},
};
use engine::ScanOutcome;
use utoipa::{
    PartialSchema, ToSchema,
    openapi::{ObjectBuilder, RefOr, Type, schema::Schema},
};

fn one_of<W: Into<serde_json::Value> + Clone>(description: &str, words: Vec<W>) -> RefOr<Schema> {
    let first = words.first().cloned().map(Into::into);
    let text = ObjectBuilder::new().schema_type(Type::String).description(Some(description.trim()));
    text.examples(first).enum_values(Some(words)).into()
}

/// Makes a form of the words of each closed set.
macro_rules! words {
    ($($(#[doc = $doc:literal])+ $form:ident as $name:literal: $set:ident::{$($variant:ident),+} by $word:expr;)+) => {
        $(form! { $(#[doc = $doc])+ $form as $name: {
            // Fails to compile where the set has another variant.
            let word = |one: $set| match one { $($set::$variant)|+ => ($word)(one) };
            one_of(MEANING, vec![$(word($set::$variant)),+])
        } })+
    };
}

words! {
    /// Where an order is in its life.
    OrderStatusWord as "OrderStatus": OrderStatus::{Pending, Authorized, Paid, Failed, Expired, Canceled, Refunded}
        by OrderStatus::as_str;
    /// Where a booking stands.
    BookingStatusWord as "BookingStatus": BookingStatus::{Requested, Confirmed, Declined, Canceled, TimedOut}
        by BookingStatus::as_str;
    /// Who canceled a booking.
    CanceledByWord as "CanceledBy": CanceledBy::{Buyer, Expert} by CanceledBy::as_str;
    /// How an order is paid.
    OrderPaymentModeWord as "OrderPaymentMode": PaymentMode::{Hosted, Intent, Free} by PaymentMode::as_str;
    /// Where a dispute stands.
    DisputeStatusWord as "DisputeStatus": DisputeState::{Open, Inquiry, Won, Lost, Prevented} by DisputeState::as_str;
    /// Whether a ticket opens the door.
    TicketStatusWord as "TicketStatus": TicketStatus::{Valid, Refunding, Void} by TicketStatus::as_str;
    /// What a scan says: someone came in, or did not after all.
    ScanKindWord as "ScanKind": ScanKind::{CheckIn, Undo} by ScanKind::as_str;
    /// What came of a scan.
    ScanOutcomeWord as "ScanOutcome": ScanOutcome::{CheckedIn, Double, TakenBack, Undone, NothingToUndo, Refunded,
        HandedOver, Disputed, Unknown, WrongListing, OutsideCheckIn, ClockAhead, TooMany} by ScanOutcome::as_str;
    /// Where a refund stands.
    RefundStatusWord as "RefundStatus": RefundState::{Pending, Succeeded, Failed} by RefundState::as_str;
    /// How buyers get what a listing sells: nothing is said of it, it is sent to an address, or collected at the venue.
    DeliveryModeWord as "DeliveryMode": DeliveryMode::{None, Address, Pickup} by DeliveryMode::as_str;
    /// Why nothing more is sent to an address: its server refuses it, or its reader complained.
    UndeliverableCauseWord as "UndeliverableCause": UndeliverableCause::{Bounce, Complaint} by UndeliverableCause::as_str;
    /// What a listing sells: tickets to a show, stock of a product, an expert's time, prepaid hours.
    KindWord as "ListingKind": Kind::{Show, Product, Expert, Package} by Kind::noun;
    /// How documents show fees: as a part of the prices, or each by its name.
    ShowFeesWord as "ShowFees": ShowFees::{Included, Named} by ShowFees::as_str;
    /// Whether tax comes on top of prices, or they contain it.
    TaxBehaviorWord as "TaxBehavior": TaxBehavior::{Exclusive, Inclusive} by TaxBehavior::as_str;
    /// Who owes the tax to the state.
    TaxLiabilityWord as "TaxLiability": TaxLiability::{Platform, Seller} by TaxLiability::as_str;
    /// Where a payment stands.
    PaymentStatusWord as "PaymentStatus": PaymentStanding::{Unpaid, Processing, Authorized, Captured, Failed, Canceled,
        PartiallyRefunded, Refunded} by PaymentStanding::as_str;
    /// What people may do in an organization, by the claims of its issuer.
    RoleWord as "Role": Role::{Platform, Admin, Staff, Expert} by Role::as_str;
    /// What staff did.
    StaffActionWord as "StaffAction": StaffAction::{OrganizationCreated, OrganizationChanged, ListingCreated, ListingChanged,
        ListingPublished, ListingUnpublished, ListingCanceled, OfferCreated, OfferChanged, OfferDeleted, SlotsCreated, PromoCreated,
        PromoChanged, PresaleCreated, PresaleChanged, RefundRequested, ReviewAccepted, ReviewRefused, BuyerChanged, ConfirmationResent, AttendeeChanged,
        TicketHandedOver, CustomerErased, HoursTaken} by StaffAction::as_str;
    /// What an action of staff was about.
    LoggedKindWord as "LoggedKind": LoggedKind::{Organization, Listing, Offer, Promo, Presale, Order, Customer} by LoggedKind::as_str;
    /// What became of a slot of a rule: put on sale now, on sale before, or not put on sale.
    SlotStatusWord as "SlotStatus": SlotStatus::{Made, Present, Refused} by SlotStatus::as_str;
    /// Why a slot of a rule is not put on sale: its expert has another slot at the time, of this listing or a booked one of any;
    /// it was taken from sale for good; it has begun.
    SlotCauseWord as "SlotCause": SlotCause::{SlotOverlaps, Deleted, Past} by SlotCause::as_str;
    /// What a row of a table is.
    SheetKindWord as "SheetKind": SheetKind::{Orders, Lines, Tickets, Refunds, Payouts} by SheetKind::as_str;
    /// Whether the tickets of an offer name who comes with them.
    AttendeesWord as "Attendees": Attendees::{None, Optional, Required} by Attendees::as_str;
    /// What an offer's presale codes are good for: nothing, to buy it before it opens to all, or to buy it at all.
    PresaleModeWord as "PresaleMode": PresaleMode::{None, Early, Only} by PresaleMode::as_str;
}

form! {
    /// The kind of a problem, for programs; each is of one status. More may come: a client goes by the status of one that it
    /// does not know.
    ProblemCodeWord as "ProblemCode":
        one_of(MEANING, Code::ALL.iter().filter_map(|code| serde_json::to_value(code).ok()).collect())
}
form! {
    /// Whether a code opens the door: `disputed` while a bank disputes its payment, `handed_over` if its ticket has another code since.
    CodeStateWord as "CodeState": one_of(MEANING, vec!["valid", "refunding", "void", "disputed", "handed_over"])
}
form! {
    /// The sweeper sees to it within minutes.
    ErasureWord as "ErasureStatus": one_of(MEANING, vec!["accepted"])
}
form! {
    /// What has become of an export.
    ExportStatusWord as "ExportStatus": one_of(MEANING, vec!["running", "done", "failed"])
}
form! {
    /// It is up.
    HealthWord as "HealthStatus": one_of(MEANING, vec!["ok"])
}
