//! An order: what one buyer buys, of one organization, in one currency, with its hold, payment, tickets and refunds.
//! One aggregate: it changes as a whole, from one version to the next. All that may happen to it is listed in
//! [`transitions`]; `aggregate` has the plain types that it is made of.

mod address;
mod aggregate;
mod answer;
mod archive;
mod attempt;
mod attendee;
mod audit;
mod authorization;
mod balance;
mod booking;
mod buyer_count;
mod cancellation;
mod capture;
mod check_in;
mod claim;
mod decide;
mod decision;
mod dispute;
mod due;
mod event;
mod fulfil;
mod hand_over;
mod line;
mod lost;
mod moved;
mod outbox;
mod outcome;
mod past_code;
mod payment;
mod place;
mod refund;
mod release;
mod review;
mod scans;
mod search;
mod seed;
#[cfg(test)]
mod tests;
mod time;
mod trail;
pub mod transitions;
mod verdict;
mod violations;

pub use address::change_address;
pub use aggregate::{
    balance::{Adjustment, AdjustmentCause, AdjustmentKind, AdjustmentState, Split, SplitFetch},
    booking::{Booking, BookingStatus, CanceledBy},
    buyer_count::{BuyerCount, PaidCard},
    claim::{Claim, ClaimKind},
    dispute::Dispute,
    hold::{HOSTED_HOLD, HOSTED_SESSION, Hold, INTENT_HOLD, NO_MORE_CALLS, SESSION_TOO_LATE, SLOT_HOLD},
    line::{Draw, Line, StockState},
    order::Order,
    payment::{Confirmer, Payment, PaymentState, Sum},
    refund::{Goods, Refund, RefundCause, RefundItem, RefundParts},
    review::{Review, ReviewKind, Reviewed},
    scan::{Scan, ScanKind, TicketScans},
    status::{OrderStatus, PaymentStanding},
    ticket::{PastCode, Ticket, TicketStatus},
    trail::Step,
};
pub use answer::{confirm_booking, decline_booking};
pub use archive::{ARCHIVE_AFTER, archive};
pub use attendee::change_attendee;
pub use balance::{answered::retry_adjustment, payouts::Payout};
pub use booking::ANSWER_TIME;
pub use buyer_count::{CountChange, note_card};
pub use cancellation::{CancelQuote, cancel_booking, cancel_quote, refund_percent};
pub use capture::Supply;
pub use check_in::{CheckInWindow, CheckedIn, check_in, undo_check_in};
pub use claim::{CLAIM_LEASE, claim, lapse, unclaim};
pub use decide::decide;
pub use decision::{Alarm, DecideError, Decision, LedgerMove, MoveKind, NextCall, StockMove};
pub use event::{Event, Initiator};
pub use hand_over::{hand_over, may_hand_over};
pub use lost::LostPayment;
pub use moved::follow_move;
pub use outcome::Outcome;
pub use payment::PROCESSING_FETCH;
pub use place::Placing;
pub use refund::{
    reason::refund_reason,
    refused::try_again_at,
    requested::{MAX_REFUNDS, RefundAsk, decide_refund},
};
pub use review::{REVIEW_EVERY, remind_of_review};
pub use scans::{Attendance, MOST_SCANS, Merged, ScanRole, merge_scan};
pub use time::{LONGEST_SLOT, Span, TakenTime};
pub use verdict::{Repeat, accept_review, refuse_review};

pub use crate::catalog::PaymentMode;
