//! AWS on this machine: wires that end in an embedded table, queue, secret store and mailbox.
//!
//! The functions' own SDK clients send their requests through these wires, so what runs locally is the code that is
//! deployed, down to the bytes.

mod bucket;
mod calls;
mod cloud;
mod error;
mod mail;
mod mailbox;
mod queue;
mod recovery;
mod secrets;
mod sending;
mod ses;
mod table;
pub mod template;
mod tokens;

pub use self::{
    bucket::EmbeddedBucket,
    cloud::LocalCloud,
    error::CloudError,
    mail::{Attachment, File, Mail},
    mailbox::{MailFault, Mailbox},
    queue::{EmbeddedQueue, QueueUrls},
    secrets::EmbeddedSecrets,
    sending::SendingAccount,
    table::{EmbeddedTable, TableError},
};
