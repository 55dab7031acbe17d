//! What a form's answer leaves for the page that it leads to: what was typed, and what was wrong with it.

use std::collections::BTreeMap;

use domain::Code;
use http::StatusCode;
use serde::{Deserialize, Serialize};
use web::Problem;

use crate::typed::Typed;

/// How long it waits, in seconds: the redirect is followed at once.
pub(crate) const KEEP: i64 = 120;

/// Left for one page.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Flash {
    /// The page that it is for.
    pub(crate) path: String,
    /// What went well, as the name of a message; empty if something was wrong.
    #[serde(default)]
    pub(crate) done: String,
    /// What was wrong, if anything.
    #[serde(default)]
    pub(crate) wrong: Option<Wrong>,
    /// The form's fields, to be filled in again.
    #[serde(default)]
    pub(crate) typed: Typed,
}

/// What was wrong with a form.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Wrong {
    /// The answer's status.
    pub(crate) status: u16,
    /// The reason.
    pub(crate) code: Code,
    /// The sentence for people, in English.
    pub(crate) detail: String,
    /// The fields at fault, named as in the API, and what is wrong with each.
    pub(crate) fields: BTreeMap<String, String>,
    /// After how many seconds a repeat makes sense, if that is all it takes.
    #[serde(default)]
    pub(crate) retry_after: Option<u32>,
}

impl Wrong {
    /// The status of a page that shows it.
    pub(crate) fn status(&self) -> StatusCode {
        StatusCode::from_u16(self.status).unwrap_or(StatusCode::BAD_REQUEST)
    }
}

impl From<&Problem> for Wrong {
    fn from(problem: &Problem) -> Self {
        let fields = problem.errors().iter().map(|error| (error.field.clone(), error.message.clone()));
        Self {
            status: problem.status().as_u16(),
            code: problem.code(),
            detail: problem.detail().to_owned(),
            fields: fields.collect(),
            retry_after: problem.retry_after(),
        }
    }
}
