//! The roles of the template, kept as AWS keeps them: a function's call that its role does not allow is refused.
//!
//! So what a role lacks is missing here, too, and every test finds it. What the functions use is written down, so that a test can
//! say what a role has for nothing.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Arc, Mutex, PoisonError},
};

use bytes::Bytes;
use cloud_stand_ins::template::{FunctionSpec, Grant};
use runtime::{SharedWire, Wire, WireFuture};
use serde_json::{Value, json};

/// What is used of all roles. Clones share it.
#[derive(Debug, Clone, Default)]
pub(crate) struct Roles {
    used: Arc<Mutex<BTreeMap<String, BTreeSet<Grant>>>>,
}

impl Roles {
    /// The wire of a function: `inner`, as far as its role goes.
    pub(crate) fn of(&self, function: &FunctionSpec, inner: SharedWire) -> SharedWire {
        Arc::new(Guarded { function: function.clone(), roles: self.clone(), inner })
    }

    /// What each function has used so far.
    pub(crate) fn used(&self) -> BTreeMap<String, BTreeSet<Grant>> {
        self.used.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn note(&self, function: &str, grants: Vec<Grant>) {
        let mut used = self.used.lock().unwrap_or_else(PoisonError::into_inner);
        used.entry(function.to_owned()).or_default().extend(grants);
    }
}

#[derive(Debug)]
struct Guarded {
    function: FunctionSpec,
    roles: Roles,
    inner: SharedWire,
}

impl Wire for Guarded {
    fn send(&self, request: http::Request<Bytes>) -> WireFuture {
        let needed = needed(&self.function, &request);
        if let Some(missing) = needed.iter().find(|grant| !self.function.grants.contains(grant)) {
            let Grant { action, resource } = missing;
            tracing::error!(function = self.function.name, action, resource, "the function's role does not allow this");
            let message =
                format!("User: {} is not authorized to perform: {action} on resource: {resource}", self.function.name);
            let body = json!({ "__type": "com.amazon.coral.service#AccessDeniedException", "message": message });
            let mut response = http::Response::new(Bytes::from(body.to_string()));
            *response.status_mut() = http::StatusCode::BAD_REQUEST;
            return Box::pin(async move { Ok(response) });
        }
        if !needed.is_empty() {
            self.roles.note(&self.function.name, needed);
        }
        self.inner.send(request)
    }
}

/// What a request needs. Nothing, if it is not for AWS.
fn needed(function: &FunctionSpec, request: &http::Request<Bytes>) -> Vec<Grant> {
    let body = || serde_json::from_slice::<Value>(request.body()).unwrap_or_default();
    if request.uri().path().starts_with("/v2/email/") {
        return mail(&body());
    }
    if request.uri().query().is_some_and(|query| query.contains("X-Amz-Signature=")) {
        return vec![file(request.method())];
    }
    let target = request.headers().get("x-amz-target").and_then(|target| target.to_str().ok()).unwrap_or_default();
    match target.split_once('.') {
        Some(("AmazonSQS", operation)) => {
            let url = body()["QueueUrl"].as_str().unwrap_or_default().to_owned();
            let queue = url.rsplit('/').next().unwrap_or_default();
            vec![Grant::new(format!("sqs:{}", operation.trim_end_matches("Batch")), queue)]
        }
        Some(("secretsmanager", operation)) => {
            let id = body()["SecretId"].as_str().unwrap_or_default().to_owned();
            // The embedded secrets are called after their settings.
            let setting =
                |name: &str| name.strip_suffix("_ARN").is_some_and(|name| id.contains(&format!("local/{name}")));
            let named = function.environment.iter().find(|variable| setting(&variable.name));
            let resource = named.and_then(|variable| variable.resource.clone()).unwrap_or(id);
            vec![Grant::new(format!("secretsmanager:{operation}"), resource)]
        }
        Some((_, operation)) => table(operation, &body()),
        None => Vec::new(),
    }
}

/// Beginning an upload, its parts and its end are one action.
fn file(method: &http::Method) -> Grant {
    let reads = [http::Method::GET, http::Method::HEAD].contains(method);
    Grant::new(if reads { "s3:GetObject" } else { "s3:PutObject" }, "${Exports.Arn}/*")
}

fn mail(body: &Value) -> Vec<Grant> {
    let action = if body["Content"]["Raw"].is_object() { "ses:SendRawEmail" } else { "ses:SendEmail" };
    let set = body["ConfigurationSetName"].is_string().then_some("configuration-set/${Set}");
    ["identity/${Identity}"].into_iter().chain(set).map(|resource| Grant::new(action, resource)).collect()
}

/// A transaction needs what each of its parts needs by itself.
fn table(operation: &str, body: &Value) -> Vec<Grant> {
    let on_table = |action: &str| Grant::new(format!("dynamodb:{action}"), "Table");
    match operation {
        "TransactWriteItems" => {
            let parts = body["TransactItems"].as_array().into_iter().flatten().filter_map(Value::as_object);
            let kinds: BTreeSet<_> = parts.flat_map(|part| part.keys()).collect();
            let action = |kind: &String| match kind.as_str() {
                "ConditionCheck" => on_table("ConditionCheckItem"),
                kind => on_table(&format!("{kind}Item")),
            };
            kinds.into_iter().map(action).collect()
        }
        "TransactGetItems" => vec![on_table("GetItem")],
        operation => match body["IndexName"].as_str() {
            Some(index) => vec![Grant::new(format!("dynamodb:{operation}"), format!("Table/index/{index}"))],
            None => vec![on_table(operation)],
        },
    }
}

#[cfg(test)]
mod tests {
    use std::sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    };

    use bytes::Bytes;
    use cloud_stand_ins::template::{Grant, Template};
    use runtime::{Wire, WireFuture};
    use serde_json::{Value, json};

    use super::{Roles, needed};

    #[derive(Debug, Default)]
    struct Reached(AtomicUsize);

    impl Wire for Reached {
        fn send(&self, _: http::Request<Bytes>) -> WireFuture {
            self.0.fetch_add(1, Ordering::SeqCst);
            Box::pin(async { Ok(http::Response::new(Bytes::new())) })
        }
    }

    #[tokio::test]
    async fn what_a_role_does_not_allow_reaches_no_service() {
        let template = Template::embedded().expect("the template");
        let (roles, service) = (Roles::default(), Arc::new(Reached::default()));
        let wire = roles.of(template.function("checkout").expect("it is there"), service.clone());
        let call = |operation: &str| {
            let request = http::Request::post("https://service.example/");
            let request = request.header("x-amz-target", format!("DynamoDB_20120810.{operation}"));
            request.body(Bytes::from_static(b"{}")).expect("a request")
        };
        let refused = wire.send(call("DeleteTable")).await.expect("an answer");
        assert_eq!((refused.status().as_u16(), service.0.load(Ordering::SeqCst)), (400, 0));
        assert!(String::from_utf8_lossy(refused.body()).contains("AccessDeniedException"));
        assert_eq!(wire.send(call("BatchGetItem")).await.expect("an answer").status().as_u16(), 200);
        assert_eq!(service.0.load(Ordering::SeqCst), 1);
        let used = roles.used().remove("checkout").expect("it did something");
        assert_eq!(used.into_iter().collect::<Vec<_>>(), [Grant::new("dynamodb:BatchGetItem", "Table")]);
    }

    fn needs_of(target: &str, body: &Value) -> Vec<String> {
        let template = Template::embedded().expect("the template");
        let request = http::Request::post("https://service.example/").header("x-amz-target", target);
        let request = request.body(Bytes::from(body.to_string())).expect("a request");
        let needed = needed(template.function("webhook").expect("it is there"), &request);
        needed.into_iter().map(|Grant { action, resource }| format!("{action} {resource}")).collect()
    }

    #[test]
    fn a_call_needs_the_action_that_it_is() {
        let writes =
            json!({ "TransactItems": [{ "Put": {} }, { "Put": {} }, { "ConditionCheck": {} }, { "Update": {} }] });
        assert_eq!(
            needs_of("DynamoDB_20120810.TransactWriteItems", &writes),
            ["dynamodb:ConditionCheckItem Table", "dynamodb:PutItem Table", "dynamodb:UpdateItem Table"]
        );
        let query = json!({ "IndexName": "by_listing" });
        assert_eq!(needs_of("DynamoDB_20120810.Query", &query), ["dynamodb:Query Table/index/by_listing"]);
        let send = json!({ "QueueUrl": "https://sqs.example/000000000000/Notifications" });
        assert_eq!(needs_of("AmazonSQS.SendMessageBatch", &send), ["sqs:SendMessage Notifications"]);
        let secret = json!({ "SecretId": "arn:aws:secretsmanager:us-east-1:0:secret:local/STRIPE_WEBHOOK_SECRET-x1" });
        assert_eq!(
            needs_of("secretsmanager.GetSecretValue", &secret),
            ["secretsmanager:GetSecretValue StripeWebhookSecret"]
        );
        assert!(needs_of("", &json!({})).is_empty());
    }
}
