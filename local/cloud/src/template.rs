//! What `infra/template.yaml` declares, as data: the table, the queue, the functions with their routes and triggers.
//!
//! The local stack and the tests create what the template says, so a route or an index that is missing there is missing
//! on this machine too. Only the properties that matter here are read; `cfn-lint` judges the rest.

mod cors;
mod document;
mod error;
mod function;
mod node;
mod parameter;
mod policy;
mod rule;
mod table;
#[cfg(test)]
mod tests;

pub use self::{
    cors::{CorsSpec, Origins},
    document::{QueueSpec, Template},
    error::TemplateError,
    function::{EnvironmentVariable, FunctionSpec, QueueBatch, Route, Schedule},
    parameter::ParameterSpec,
    policy::Grant,
    rule::RuleSpec,
    table::{AttributeKind, IndexSpec, KeySpec, Projection, TableSpec, TagSpec},
};
