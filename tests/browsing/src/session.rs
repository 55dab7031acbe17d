//! A browser's session, in the words of the WebDriver protocol: JSON over plain HTTP to a driver on this machine.
//!
//! Of the two crates that speak it, one needs a licence that asks for more than a name, and the other changes the order of
//! all JSON of the workspace. The protocol is small, and no more of it than the tests need is here.

use bytes::Bytes;
use http::{Method, Request, header};
use http_body_util::{BodyExt, Full};
use hyper_util::{
    client::legacy::{Client, connect::HttpConnector},
    rt::TokioExecutor,
};
use serde_json::{Value, json};

/// A session. Its clones are the same one.
#[derive(Debug, Clone)]
pub(crate) struct Session {
    client: Client<HttpConnector, Full<Bytes>>,
    address: String,
}

/// An element of a page, by the name that the driver gave it.
#[derive(Debug, Clone)]
pub(crate) struct Element(String);

/// The key under which elements stand in JSON (WebDriver, 12.2).
const ELEMENT: &str = "element-6066-11e4-a52e-4f735466cecf";

impl Session {
    /// Opens one at a driver.
    ///
    /// # Errors
    /// What the driver says.
    pub(crate) async fn open(driver: &str, capabilities: &Value) -> Result<Self, String> {
        let client = Client::builder(TokioExecutor::new()).build_http();
        let mut session = Self { client, address: format!("{driver}/session") };
        let opened = session.post("", &json!({ "capabilities": { "alwaysMatch": capabilities } })).await?;
        let id = opened["sessionId"].as_str().ok_or_else(|| format!("no session: {opened}"))?;
        session.address = format!("{}/{id}", session.address);
        Ok(session)
    }

    /// Ends it, and the browser.
    ///
    /// # Errors
    /// What the driver says.
    pub(crate) async fn end(&self) -> Result<Value, String> {
        self.send(Method::DELETE, "", None).await
    }

    /// Reads something: `/url`, `/title`, `/source`.
    ///
    /// # Errors
    /// What the driver says.
    pub(crate) async fn get(&self, path: &str) -> Result<Value, String> {
        self.send(Method::GET, path, None).await
    }

    /// Does something.
    ///
    /// # Errors
    /// What the driver says.
    pub(crate) async fn post(&self, path: &str, body: &Value) -> Result<Value, String> {
        self.send(Method::POST, path, Some(body)).await
    }

    /// Takes something away.
    ///
    /// # Errors
    /// What the driver says.
    pub(crate) async fn delete(&self, path: &str) -> Result<Value, String> {
        self.send(Method::DELETE, path, None).await
    }

    /// Runs a script with one argument.
    ///
    /// # Errors
    /// What the driver says, as while a page is being left.
    pub(crate) async fn run(&self, script: &str, argument: &Value) -> Result<Value, String> {
        self.post("/execute/sync", &json!({ "script": script, "args": [argument] })).await
    }

    /// The same for a script that calls its last argument with what it gives.
    ///
    /// # Errors
    /// What the driver says.
    pub(crate) async fn run_later(&self, script: &str) -> Result<Value, String> {
        self.post("/execute/async", &json!({ "script": script, "args": [] })).await
    }

    /// A command of Chromium's own.
    ///
    /// # Errors
    /// What the driver says.
    pub(crate) async fn chromium(&self, command: &str, parameters: &Value) -> Result<Value, String> {
        self.post("/goog/cdp/execute", &json!({ "cmd": command, "params": parameters })).await
    }

    async fn send(&self, method: Method, path: &str, body: Option<&Value>) -> Result<Value, String> {
        let body = body.map(Value::to_string).unwrap_or_default();
        let request = Request::builder()
            .method(method)
            .uri(format!("{}{path}", self.address))
            .header(header::CONTENT_TYPE, "application/json; charset=utf-8")
            .body(Full::new(Bytes::from(body)))
            .map_err(|error| error.to_string())?;
        let answer = self.client.request(request).await.map_err(|error| format!("{path}: {error}"))?;
        let status = answer.status();
        let body = answer.into_body().collect().await.map_err(|error| format!("{path}: {error}"))?.to_bytes();
        let mut answer: Value = serde_json::from_slice(&body).map_err(|error| format!("{path}: {error}"))?;
        let value = answer["value"].take();
        match status.is_success() {
            true => Ok(value),
            false => Err(format!("{path}: {}: {}", value["error"], value["message"])),
        }
    }
}

impl Element {
    /// The element that a script gave, if it gave one.
    pub(crate) fn read(value: &Value) -> Option<Self> {
        value[ELEMENT].as_str().map(|id| Self(id.to_owned()))
    }

    /// As scripts and actions take it.
    pub(crate) fn json(&self) -> Value {
        json!({ ELEMENT: self.0 })
    }

    /// The path of what is done with it.
    pub(crate) fn path(&self, what: &str) -> String {
        format!("/element/{}/{what}", self.0)
    }
}
