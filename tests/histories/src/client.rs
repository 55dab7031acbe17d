//! Requests to the functions, as the gateway brings them.

use std::{net::IpAddr, sync::Arc, time::Duration};

use axum::body::Body;
use http::{Request, header};
use http_body_util::BodyExt;
use serde_json::Value;
use tower::ServiceExt;
use web::SourceAddress;

use crate::{
    process::Process,
    step::Function,
    world::{Instance, World},
};

/// What a client of the gateway reads.
#[derive(Debug, Clone)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) json: Value,
}

/// A request in the making.
pub(crate) struct Ask<'a> {
    world: &'a World,
    function: Function,
    request: http::request::Builder,
    body: Vec<u8>,
}

impl World {
    /// A request to a function.
    pub(crate) fn ask(&self, function: Function, method: &str, path: &str) -> Ask<'_> {
        let request = Request::builder().method(method).uri(path);
        Ask { world: self, function, request, body: Vec::new() }
    }
}

impl Ask<'_> {
    pub(crate) fn header(mut self, name: &str, value: &str) -> Self {
        self.request = self.request.header(name, value);
        self
    }

    pub(crate) fn token(self, token: &str) -> Self {
        self.header(header::AUTHORIZATION.as_str(), &format!("Bearer {token}"))
    }

    pub(crate) fn json(self, body: &Value) -> Self {
        self.text(body.to_string())
    }

    pub(crate) fn text(mut self, body: String) -> Self {
        self.body = body.into_bytes();
        self.header(header::CONTENT_TYPE.as_str(), "application/json")
    }

    /// Sends it, and reads the answer. None if the function does not start.
    pub(crate) async fn alone(self) -> Option<Answer> {
        let router = match self.world.instance(self.function).await? {
            Instance::Routes(router) => router,
            Instance::Sweeper(sweeper) => sweeper.router(),
            Instance::Mailer(_) | Instance::Jobs(_) => return None,
        };
        let mut request = self.request.body(Body::from(self.body)).ok()?;
        request.extensions_mut().insert(SourceAddress(Some(IpAddr::from([203, 0, 113, 7]))));
        let response = router.oneshot(request).await.unwrap_or_else(|never| match never {});
        let (parts, body) = response.into_parts();
        let bytes = body.collect().await.map(|body| body.to_bytes()).unwrap_or_default();
        Some(Answer { status: parts.status.as_u16(), json: serde_json::from_slice(&bytes).unwrap_or_default() })
    }

    /// Sends it to a process, which may die of it: then the instance is gone, and the next request finds another.
    pub(crate) async fn by(self, process: Arc<Process>) -> Option<Answer> {
        let (world, function) = (self.world, self.function);
        let what = format!("{:?} {:?}", self.request.method_ref(), self.request.uri_ref().map(http::Uri::path));
        let step = process.step;
        let answer = process.run(Box::pin(self.alone())).await;
        if answer.is_none() {
            world.stop(function);
        }
        let answer = answer.flatten();
        world.remark(|| match &answer {
            Some(answer) => format!("step {step}: {what} -> {} {}", answer.status, answer.json),
            None => format!("step {step}: {what} -> nothing"),
        });
        if let Some(answer) = &answer
            && matches!(answer.status, 500..=502 | 504..)
        {
            world.find(format!("{function:?} answered {} {}", answer.status, answer.json["detail"]));
        }
        answer
    }
}

/// How long a function may run.
pub(crate) fn time_of(function: Function) -> Duration {
    Duration::from_secs(match function {
        Function::Catalog | Function::Orders => 15,
        Function::Checkout | Function::Success | Function::Refund | Function::Booking => 29,
        Function::Webhook | Function::Notify => 60,
        Function::Cleanup => 55,
        Function::Worker => 900,
    })
}
