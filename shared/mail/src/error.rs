//! Why there is no mail.

/// Why there is no mail.
#[derive(Debug, thiserror::Error)]
pub enum MailError {
    /// A template of this crate does not render.
    #[error("the template does not render: {0}")]
    Template(#[from] minijinja::Error),
    /// An address or a header cannot be written.
    #[error("the {field} of a mail cannot be written")]
    Header {
        /// Which: `to`, `from` or `reply_to`. The value stays unsaid: it may be a buyer's address.
        field: &'static str,
    },
    /// The parts do not make a message.
    #[error("the message cannot be put together: {0}")]
    Message(String),
}
