//! Secrets Manager inside the process. All that is known about the library behind it stays in this file.

use std::sync::Arc;

use bytes::Bytes;
use runtime::{Wire, WireFuture};
use rustack_secretsmanager_core::{
    config::SecretsManagerConfig, handler::RustackSecretsManagerHandler, provider::RustackSecretsManager,
};
use rustack_secretsmanager_http::{
    dispatch::dispatch_operation, response::error_to_response, router::resolve_operation,
};
use serde_json::json;

use crate::{
    calls::{ask, collect},
    error::CloudError,
};

/// A Secrets Manager that lives in this process, in memory. Clones share it.
#[derive(Debug, Clone)]
pub struct EmbeddedSecrets {
    handler: Arc<RustackSecretsManagerHandler>,
}

impl Default for EmbeddedSecrets {
    fn default() -> Self {
        Self::new()
    }
}

impl EmbeddedSecrets {
    /// A service without secrets.
    #[must_use]
    pub fn new() -> Self {
        let service = RustackSecretsManager::new(SecretsManagerConfig::default());
        Self { handler: Arc::new(RustackSecretsManagerHandler::new(Arc::new(service))) }
    }

    /// Stores a new secret and answers with its ARN.
    ///
    /// # Errors
    /// If there is a secret of this name already, or the service refuses name or value.
    pub async fn create(&self, name: &str, value: &str) -> Result<String, CloudError> {
        // The token is required; the SDKs make one up too.
        let input = json!({
            "Name": name,
            "SecretString": value,
            "ClientRequestToken": uuid::Uuid::new_v4().to_string(),
        });
        let output = ask(self, "secretsmanager.CreateSecret", &input).await?;
        output["ARN"].as_str().map(str::to_owned).ok_or(CloudError::Answer { operation: "CreateSecret", field: "ARN" })
    }

    /// Gives a secret a new value, as a rotation does. `id` is its name or its ARN.
    ///
    /// # Errors
    /// If there is no such secret, or the service refuses the value.
    pub async fn replace(&self, id: &str, value: &str) -> Result<(), CloudError> {
        let input = json!({
            "SecretId": id,
            "SecretString": value,
            "ClientRequestToken": uuid::Uuid::new_v4().to_string(),
        });
        ask(self, "secretsmanager.PutSecretValue", &input).await.map(|_| ())
    }
}

impl Wire for EmbeddedSecrets {
    fn send(&self, request: http::Request<Bytes>) -> WireFuture {
        let handler = Arc::clone(&self.handler);
        Box::pin(async move {
            let (parts, body) = request.into_parts();
            let request_id = uuid::Uuid::new_v4().to_string();
            let outcome = match resolve_operation(&parts.headers) {
                Ok(operation) => dispatch_operation(handler.as_ref(), operation, body).await,
                Err(error) => Err(error),
            };
            collect(outcome.unwrap_or_else(|error| error_to_response(&error, &request_id))).await
        })
    }
}
