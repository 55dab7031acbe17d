//! The command line.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};

/// Writes a deployment's parameters, registers Stripe's endpoint, and says what is missing. Secrets come from the environment
/// or from standard input, and are never shown.
#[derive(Debug, Parser)]
#[command(name = "setup")]
pub struct Arguments {
    /// What to do.
    #[command(subcommand)]
    pub command: SetupCommand,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub enum SetupCommand {
    /// Asks for a stage's parameters and writes them down
    Parameters(ParameterAnswers),
    /// Asks issuer, SES and Stripe whether a deployment with these parameters would work
    Check(Prerequisites),
    /// Registers Stripe's webhook endpoint and keeps its signing secret in Secrets Manager
    #[command(subcommand)]
    Endpoint(EndpointAction),
    /// Fills and rotates a secret in Secrets Manager
    #[command(subcommand)]
    Secret(SecretAction),
    /// Asks a deployed stack whether it works
    Doctor(Deployed),
}

/// Parameters that are given, and the file that they go to.
#[derive(Debug, Args)]
pub struct ParameterAnswers {
    /// The stage, as dev or prod; the file's own, or dev, unless given
    #[arg(long)]
    pub stage: Option<String>,
    /// The file; infra/parameters/STAGE.local.yaml unless given. What it holds already is kept; a new one begins with the
    /// example STAGE.yaml beside it
    #[arg(long, value_name = "FILE")]
    pub out: Option<PathBuf>,
    /// A parameter of infra/template.yaml, as often as one likes; lists are separated by commas
    #[arg(long = "set", value_name = "NAME=VALUE")]
    pub values: Vec<String>,
    /// Ask nothing
    #[arg(long)]
    pub no_input: bool,
}

/// What is checked before a deployment.
#[derive(Debug, Args)]
pub struct Prerequisites {
    /// The parameter file
    #[arg(long, value_name = "FILE", default_value = "infra/parameters/dev.local.yaml")]
    pub parameters: PathBuf,
}

/// What is checked after it.
#[derive(Debug, Args)]
pub struct Deployed {
    /// The stack's output ApiUrl, or the API's own domain
    #[arg(long, value_name = "URL")]
    pub api: String,
    /// The stack's output WebhookUrl
    #[arg(long, value_name = "URL")]
    pub webhook: String,
    /// The parameter file that it was deployed with; without it, issuer and SES are not asked
    #[arg(long, value_name = "FILE")]
    pub parameters: Option<PathBuf>,
}

/// What to do with the endpoint.
#[derive(Debug, Subcommand)]
pub enum EndpointAction {
    /// Lists the account's endpoints, and what is wrong with each
    List,
    /// Registers an endpoint, or corrects the one that is there
    Put {
        /// Where it is, and where its secret goes.
        #[command(flatten)]
        place: EndpointPlace,
        /// Register one beside the one that is there, with a new signing secret, to retire the older one later
        #[arg(long)]
        again: bool,
    },
    /// Removes the endpoints at this address but the newest, and their signing secrets, three days after that was registered
    Retire {
        /// Where they are, and where their secrets are.
        #[command(flatten)]
        place: EndpointPlace,
        /// Not only after three days, for which Stripe repeats what the older ones did not deliver
        #[arg(long)]
        now: bool,
    },
}

/// Where an endpoint is, and where its signing secret is kept.
#[derive(Debug, Args)]
pub struct EndpointPlace {
    /// The stack's output WebhookUrl
    #[arg(long, value_name = "URL")]
    pub url: String,
    /// The stack's output StripeWebhookSecretArn
    #[arg(long, value_name = "ARN")]
    pub secret: String,
}

/// What to do with a secret.
#[derive(Debug, Subcommand)]
pub enum SecretAction {
    /// Keeps the value from standard input, and no other
    Put {
        /// ARN or name of the secret
        #[arg(long, value_name = "ARN")]
        id: String,
    },
    /// Keeps a new value before the old one: both open, until `settle`
    Add {
        /// ARN or name of the secret
        #[arg(long, value_name = "ARN")]
        id: String,
        /// Make the value, instead of reading it from standard input
        #[arg(long)]
        generate: bool,
    },
    /// Drops all values but the newest
    Settle {
        /// ARN or name of the secret
        #[arg(long, value_name = "ARN")]
        id: String,
    },
}
