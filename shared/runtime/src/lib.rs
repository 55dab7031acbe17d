//! What every `main` wires: settings, secrets, clients, clock and telemetry.

pub mod aws;
mod chance;
mod clock;
mod deadline;
mod hyper_wire;
mod pending;
mod secret;
mod secrets;
pub mod settings;
pub mod telemetry;
pub mod wire;

pub use aws::AwsSettings;
pub use chance::Chance;
pub use clock::Clock;
pub use deadline::time_left;
pub use hyper_wire::{HyperWire, TlsError};
pub use pending::{PaymentCall, Pending};
pub use secret::Secret;
pub use secrets::{SecretError, Secrets};
pub use settings::{
    BucketSettings, ClaimNames, DocumentSettings, IdentitySettings, LimitSettings, MailSettings, OriginSettings,
    QueueSettings, SecretSource, SettingError, Settings, SignInSettings, StripeSettings, TableSettings, TokenUse,
    WorkQueueSettings,
};
pub use wire::{SharedWire, Wire, WireError, WireFuture};
