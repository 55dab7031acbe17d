//! The place where bytes leave the process.
//!
//! Every call outward, to AWS and to Stripe alike, is one HTTP request through a [`Wire`]. In the cloud that is
//! `HyperWire`, one pooled client with one TLS stack. The local stack has wires that end in its
//! embedded table, queue and mailbox. The tests wrap either to count calls and to break them.

use std::{fmt, future::Future, pin::Pin, sync::Arc};

use bytes::Bytes;

/// What [`Wire::send`] returns: boxed, so that wires can be wrapped at run time.
pub type WireFuture = Pin<Box<dyn Future<Output = Result<http::Response<Bytes>, WireError>> + Send>>;

/// Sends one HTTP request and reads the whole answer.
///
/// A wire does not retry and keeps no time limit of its own; its callers do both, because only they know what is
/// safe to repeat. Dropping the future abandons the call, which may or may not have reached the other side.
pub trait Wire: fmt::Debug + Send + Sync + 'static {
    /// Sends `request`, whose URI is absolute.
    fn send(&self, request: http::Request<Bytes>) -> WireFuture;
}

/// A wire that many clients share.
pub type SharedWire = Arc<dyn Wire>;

/// Why there is no answer. `Refused` means that the request did not leave; after `Lost` it is not known.
#[derive(Debug, Clone, thiserror::Error, PartialEq, Eq)]
pub enum WireError {
    /// No connection could be made, so the other side never saw the request.
    #[error("no connection: {0}")]
    Refused(String),
    /// The connection broke after the request may have left: it may have been acted on.
    #[error("connection lost: {0}")]
    Lost(String),
}
