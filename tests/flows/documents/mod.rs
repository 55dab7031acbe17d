//! Receipts and tickets as PDF.

mod receipts;
pub(crate) mod tickets_pdf;
