//! What SES says of who may send: the account, and its identities.

use std::collections::BTreeMap;

use serde_json::{Value, json};

/// The path of SES v2's `GetAccount`.
const ACCOUNT_PATH: &str = "/v2/email/account";
/// The path of SES v2's `GetEmailIdentity`, before the identity.
const IDENTITIES_PATH: &str = "/v2/email/identities/";

/// An account of SES.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SendingAccount {
    /// Whether it sends to any address. One in the sandbox sends to verified ones alone.
    pub production: bool,
    /// Whether AWS lets it send at all.
    pub enabled: bool,
    /// Its addresses and domains, and whether each is verified.
    pub identities: BTreeMap<String, bool>,
}

/// Whether SES answers at a path by what its account is.
pub(super) fn is_path(path: &str) -> bool {
    path == ACCOUNT_PATH || path.starts_with(IDENTITIES_PATH)
}

impl SendingAccount {
    /// What SES answers at a path; none where it has no such identity.
    pub(super) fn answer(&self, path: &str) -> Option<Value> {
        if path == ACCOUNT_PATH {
            return Some(json!({
                "DedicatedIpAutoWarmupEnabled": false,
                "EnforcementStatus": if self.enabled { "HEALTHY" } else { "SHUTDOWN" },
                "ProductionAccessEnabled": self.production,
                "SendQuota": { "Max24HourSend": if self.production { 50_000 } else { 200 }, "MaxSendRate": 14, "SentLast24Hours": 0 },
                "SendingEnabled": self.enabled,
            }));
        }
        let name = path.strip_prefix(IDENTITIES_PATH)?.replace("%40", "@");
        let verified = *self.identities.get(&name)?;
        Some(json!({
            "IdentityType": if name.contains('@') { "EMAIL_ADDRESS" } else { "DOMAIN" },
            "FeedbackForwardingStatus": true,
            "VerifiedForSendingStatus": verified,
            "VerificationStatus": if verified { "SUCCESS" } else { "PENDING" },
        }))
    }
}
