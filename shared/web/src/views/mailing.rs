//! What staff see of the mail to an order's buyer.

use domain::Mailing;
use serde::Serialize;
use utoipa::ToSchema;

/// The mail to an order's buyer.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = Mailing)]
pub struct MailingView {
    /// How often the confirmation was sent again.
    pub resent: u32,
    /// Whether the buyer wants no reminders.
    pub no_reminders: bool,
    /// Why nothing more is sent to the buyer's address: `bounce` or `complaint`.
    #[schema(example = "bounce")]
    pub undeliverable: Option<&'static str>,
    /// Since when.
    pub undeliverable_since: Option<String>,
}

impl From<&Mailing> for MailingView {
    fn from(mailing: &Mailing) -> Self {
        let undeliverable = mailing.undeliverable.as_ref();
        Self {
            resent: mailing.resent,
            no_reminders: mailing.no_reminders,
            undeliverable: undeliverable.map(|known| known.cause.as_str()),
            undeliverable_since: undeliverable.map(|known| known.at.to_string()),
        }
    }
}
