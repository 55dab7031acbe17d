//! Receipts and tickets as PDF.

mod receipts;
mod tickets_pdf;
