//! The calls to Stripe: what we ask, and what if the process dies here.
//!
//! One file for each call, each with the same parts in the same order: its record (what is asked, made from the
//! order), sending it, fetching what became of it, and when it gets a new key. None of them settles anything: what Stripe
//! says is the caller's to settle.
//!
//! | file | call | record and key | what became of it |
//! |---|---|---|---|
//! | `session` | open, expire a Checkout Session | 1, `{order}-session` | listed by time |
//! | `intent` | create, cancel a payment intent | 1, `{order}-intent` | listed by time |
//! | `confirm` | confirm a payment intent | 2, `{order}-confirm` | the intent |
//! | `capture` | capture authorized money | `{order}-capture-{n}` | the intent |
//! | `refund` | refund | `{refund}` | listed by payment |
//! | `adjustment` | transfer, reversal, fee refund, tax books | `{adjustment}` | listed by what it adjusts |
//! | `transfer_label` | describe a transfer | none: the same words again change nothing | the transfer |
//! | `tax` | calculate tax | none, `{order}-tax`: it moves no money | nothing to fetch |
//!
//! A record is in the table before its call is sent, in one transaction with what the call is for. If the process dies
//! before the call, the sweeper finds the order on the agenda and sends it, or finds that nothing came of it. If it dies
//! after the call, the same key gives the same answer. When Stripe keeps a failure under the key, or may have forgotten
//! the key, what became of the call is fetched before a new key is used (`ladder`).

pub(crate) mod adjustment;
pub(crate) mod capture;
pub(crate) mod confirm;
pub(crate) mod intent;
pub(crate) mod labels;
pub(crate) mod ladder;
pub(crate) mod record;
pub(crate) mod refund;
pub(crate) mod session;
pub(crate) mod split;
pub(crate) mod tax;
pub(crate) mod transfer_label;
