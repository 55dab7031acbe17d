//! How operations are described to turn requests down.

use domain::Code;
use serde_json::{Map, Value, json};

use crate::problem::{PROBLEM_JSON, Problem, status_of};

/// A refusal that many operations share: its status, its name among the responses, what it means, and the code of its example.
struct Common {
    status: &'static str,
    name: &'static str,
    meaning: &'static str,
    code: Code,
}

const COMMON: [Common; 7] = [
    Common {
        status: "400",
        name: "InvalidRequest",
        meaning: "The request is wrong; `errors` names its fields.",
        code: Code::InvalidRequest,
    },
    Common {
        status: "401",
        name: "Unauthenticated",
        meaning: "The request does not say who is calling, or not credibly.",
        code: Code::Unauthenticated,
    },
    Common { status: "403", name: "Forbidden", meaning: "The caller may not do this.", code: Code::Forbidden },
    Common { status: "404", name: "NotFound", meaning: "There is no such thing.", code: Code::NotFound },
    Common { status: "413", name: "PayloadTooLarge", meaning: "The body is too large.", code: Code::PayloadTooLarge },
    Common {
        status: "415",
        name: "UnsupportedMediaType",
        meaning: "The body is not JSON, or compressed.",
        code: Code::UnsupportedMediaType,
    },
    Common {
        status: "5XX",
        name: "Fault",
        meaning: "It was not done, or not to its end. With 503, `Retry-After` says when to send it again.",
        code: Code::StoreUnavailable,
    },
];

/// The shared refusals, by their names.
pub(super) fn common() -> Value {
    let one = |common: &Common| {
        let mut response = json!({ "description": common.meaning });
        complete(common.status, common.code, &mut response);
        (common.name.to_owned(), response)
    };
    Value::Object(COMMON.iter().map(one).collect())
}

/// Adds the refusals that follow from what an operation takes: what the frame of every function, its extractors and the
/// check of its callers turn down. Its own get a body.
pub(super) fn add(path: &str, method: &str, operation: &mut Value) {
    let following = following(path, method, operation);
    let Some(responses) = operation.get_mut("responses").and_then(Value::as_object_mut) else { return };
    for (status, response) in responses.iter_mut().filter(|(status, _)| status.starts_with(['4', '5'])) {
        if let Some(code) = own_code(status, response["description"].as_str().unwrap_or_default()) {
            complete(status, code, response);
        }
    }
    if let Some(response) = responses.get_mut("303") {
        let location = json!({ "description": "Where to", "required": true, "schema": { "type": "string", "format": "uri-reference" } });
        response["headers"] = json!({ "Location": location });
    }
    for common in COMMON.iter().filter(|common| following.contains(&common.status)) {
        let shared = json!({ "$ref": format!("#/components/responses/{}", common.name) });
        responses.entry(common.status).or_insert(shared);
    }
}

fn following(path: &str, method: &str, operation: &Value) -> Vec<&'static str> {
    let schemes = operation["security"].as_array().map(Vec::as_slice).unwrap_or_default();
    let takes = |part: &str| operation[part].as_array().map_or(operation[part].is_object(), |all| !all.is_empty());
    let all = [
        (takes("parameters") || takes("requestBody") || !schemes.is_empty(), "400"),
        (!schemes.is_empty(), "401"),
        (*schemes == [json!({ "token": [] })], "403"),
        (path.contains('{'), "404"),
        (true, "413"),
        (!matches!(method, "get" | "head" | "options" | "trace"), "415"),
        (true, "5XX"),
    ];
    all.into_iter().filter(|(answers, _)| *answers).map(|(_, status)| status).collect()
}

/// The code that an operation's own refusal shows in its example: the first that its words name, else the status's first.
fn own_code(status: &str, meaning: &str) -> Option<Code> {
    let of_status = || Code::ALL.iter().filter(|code| status_of(**code).as_str() == status);
    let named = of_status().find(|code| meaning.contains(&format!("`{}`", crate::problem::code_name(**code))));
    named
        .or_else(|| match status {
            "401" => Some(&Code::InvalidSignature),
            "409" => Some(&Code::IllegalState),
            "503" => Some(&Code::StoreUnavailable),
            _ => of_status().next(),
        })
        .copied()
}

/// Gives a refusal its body, with an example, and its headers.
fn complete(status: &str, code: Code, response: &mut Value) {
    let mut refused = Problem::new(code, "").body();
    refused.detail.clone_from(&refused.title);
    let body = json!({ "schema": { "$ref": "#/components/schemas/Problem" }, "example": refused });
    response["content"] = json!({ PROBLEM_JSON: body });
    let mut headers = Map::new();
    if matches!(status, "429" | "503" | "5XX") {
        let seconds = json!({ "type": "integer", "minimum": 0, "examples": [5] });
        headers.insert(
            "Retry-After".to_owned(),
            json!({ "description": "In how many seconds to come again", "schema": seconds }),
        );
    }
    if code == Code::Unauthenticated {
        let challenge = json!({ "type": "string", "enum": ["Bearer"] });
        headers.insert(
            "WWW-Authenticate".to_owned(),
            json!({ "description": "How to say who is calling", "schema": challenge }),
        );
    }
    if !headers.is_empty() {
        response["headers"] = Value::Object(headers);
    }
}
