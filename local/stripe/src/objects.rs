//! Stripe's objects, with the fields that the stand-in acts on, and how they are written.

mod charge;
mod dispute;
mod endpoint;
mod intent;
mod parts;
mod refund;
mod tax;
mod transfer;

pub(crate) use self::{
    charge::{Charge, ChargeStatus},
    dispute::Dispute,
    endpoint::RegisteredEndpoint,
    intent::{CaptureMethod, Intent, IntentStatus},
    parts::{TransferData, UsedMethod, object},
    refund::{Refund, RefundStatus},
    tax::{Calculation, TaxBehavior, TaxDefault, TaxLine, TaxSettings, TaxTransaction, liability},
    transfer::{Fee, FeeRefund, Reversal, Transfer},
};
