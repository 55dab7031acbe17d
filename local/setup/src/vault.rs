//! A secret in Secrets Manager.

use aws_sdk_secretsmanager::{Client, error::DisplayErrorContext};
use runtime::{AwsSettings, Secret, Settings, SharedWire, aws};

/// What the template puts into a secret that people have to fill.
const UNSET: &str = "unset";

/// One secret, which may hold several values with commas between: the newest first.
pub(crate) struct Vault {
    client: Client,
    id: String,
}

impl Vault {
    /// The secret of an ARN or a name.
    pub(crate) fn open(id: &str, settings: &Settings, wire: &SharedWire) -> Result<Self, String> {
        let aws = AwsSettings::parse(settings).map_err(|error| error.to_string())?;
        Ok(Self { client: aws::secrets_manager(&aws, wire.clone()), id: id.to_owned() })
    }

    /// Its values, the newest first; none where it was never filled.
    pub(crate) async fn read(&self) -> Result<Vec<Secret>, String> {
        let answer = Box::pin(self.client.get_secret_value().secret_id(&self.id).send()).await;
        let answer = answer.map_err(|error| self.failed("read", &DisplayErrorContext(error)))?;
        let value = Secret::new(answer.secret_string.unwrap_or_default());
        Ok(value.split().into_iter().filter(|part| part.expose() != UNSET).collect())
    }

    /// Replaces its values.
    pub(crate) async fn write(&self, values: &[Secret]) -> Result<(), String> {
        let value = values.iter().map(Secret::expose).collect::<Vec<_>>().join(",");
        let call = self.client.put_secret_value().secret_id(&self.id).secret_string(value);
        Box::pin(call.send()).await.map(drop).map_err(|error| self.failed("written", &DisplayErrorContext(error)))
    }

    fn failed(&self, what: &str, error: &impl std::fmt::Display) -> String {
        format!("The secret {} cannot be {what}: {error}", self.id)
    }
}
