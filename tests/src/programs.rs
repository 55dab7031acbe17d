//! The functions' own programs, started as Lambda starts them: each asks a small copy of Lambda's runtime interface for
//! its next event and answers there.

use std::{
    collections::{BTreeMap, HashMap},
    process::Stdio,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use axum::{
    Router,
    body::Bytes,
    extract::{Path, Request, State},
    response::{IntoResponse, Response},
    routing::{get, post},
};
use http::StatusCode;
use http_body_util::BodyExt;
use runtime::SharedWire;
use serde_json::Value;
use tokio::{
    io::{AsyncBufReadExt, BufReader},
    net::TcpListener,
    process::{Child, Command},
    sync::{mpsc, oneshot},
};

/// How long a program may take for one event, its start included.
const PATIENCE: Duration = Duration::from_secs(60);

/// What the reader of a program's lines needs to come to those that are in the pipe.
const PAUSE: Duration = Duration::from_millis(10);

/// How long an event may take where a test does not say so: as good as for ever.
const LONG: Duration = Duration::from_secs(3_600);

/// X-Ray's header of an invocation whose trace is not kept.
const UNTRACED: &str = "Root=1-6b016f10-4c1f5d2a7c0e9b3d5a6f7e81;Parent=53995c3f42cd8ad8;Sampled=0";

/// An event, its id, and when it has to be done, in milliseconds since 1970.
type Invocation = (String, String, String);
type Answers = HashMap<String, oneshot::Sender<Result<Value, Value>>>;

#[derive(Debug)]
struct Interface {
    events: tokio::sync::Mutex<mpsc::UnboundedReceiver<Invocation>>,
    answers: Mutex<Answers>,
    trace: Mutex<String>,
}

impl Interface {
    fn answer(&self, id: &str, body: &Bytes, good: bool) -> StatusCode {
        let value: Value = serde_json::from_slice(body).unwrap_or_default();
        let waiting = self.answers.lock().unwrap_or_else(PoisonError::into_inner).remove(id);
        if let Some(waiting) = waiting {
            let _gone = waiting.send(if good { Ok(value) } else { Err(value) });
        }
        StatusCode::ACCEPTED
    }
}

async fn next(State(interface): State<Arc<Interface>>) -> Response {
    let event = interface.events.lock().await.recv().await;
    let Some((id, event, deadline)) = event else { return StatusCode::GONE.into_response() };
    let trace = interface.trace.lock().unwrap_or_else(PoisonError::into_inner).clone();
    let headers = [
        ("lambda-runtime-aws-request-id", id.as_str()),
        ("lambda-runtime-deadline-ms", deadline.as_str()),
        ("lambda-runtime-invoked-function-arn", "arn:aws:lambda:us-east-1:123456789012:function:holdfast"),
        ("lambda-runtime-trace-id", trace.as_str()),
        ("content-type", "application/json"),
    ];
    (headers, event.clone()).into_response()
}

/// One running program.
#[derive(Debug)]
pub struct Program {
    child: Child,
    events: mpsc::UnboundedSender<Invocation>,
    interface: Arc<Interface>,
    lines: Arc<Mutex<Vec<String>>>,
    name: String,
    count: u32,
}

impl Program {
    /// Starts the program of a function, with nothing in its environment but these settings and what Lambda sets.
    pub async fn start(name: &str, path: &str, settings: &BTreeMap<String, String>) -> Self {
        let (events, waiting) = mpsc::unbounded_channel();
        let interface = Arc::new(Interface {
            events: tokio::sync::Mutex::new(waiting),
            answers: Mutex::default(),
            trace: Mutex::new(UNTRACED.to_owned()),
        });
        let router = Router::new()
            .route("/2018-06-01/runtime/invocation/next", get(next))
            .route(
                "/2018-06-01/runtime/invocation/{id}/response",
                post(async |State(interface): State<Arc<Interface>>, Path(id): Path<String>, body: Bytes| {
                    interface.answer(&id, &body, true)
                }),
            )
            .route(
                "/2018-06-01/runtime/invocation/{id}/error",
                post(async |State(interface): State<Arc<Interface>>, Path(id): Path<String>, body: Bytes| {
                    interface.answer(&id, &body, false)
                }),
            )
            .route("/2018-06-01/runtime/init/error", post(async || StatusCode::ACCEPTED))
            .with_state(Arc::clone(&interface));
        let address = serve(router).await;
        let mut child = Command::new(path)
            .env_clear()
            .envs(settings)
            .env("AWS_LAMBDA_RUNTIME_API", address)
            .env("AWS_LAMBDA_FUNCTION_NAME", format!("holdfast-{name}"))
            .env("AWS_LAMBDA_FUNCTION_VERSION", "7")
            .env("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "512")
            .env("AWS_LAMBDA_LOG_GROUP_NAME", "/holdfast")
            .env("AWS_LAMBDA_LOG_STREAM_NAME", "test")
            // A function on a developer's machine, so that it may send requests to this one without TLS.
            .env("AWS_SAM_LOCAL", "true")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::inherit())
            .kill_on_drop(true)
            .spawn()
            .expect("the program was built with the tests");
        let lines = Arc::<Mutex<Vec<String>>>::default();
        let kept = Arc::clone(&lines);
        let output = child.stdout.take().expect("its output is piped");
        tokio::spawn(async move {
            let mut output = BufReader::new(output).lines();
            while let Ok(Some(line)) = output.next_line().await {
                kept.lock().unwrap_or_else(PoisonError::into_inner).push(line);
            }
        });
        Self { child, events, interface, lines, name: name.to_owned(), count: 0 }
    }

    /// The header of X-Ray that its invocations come with from here on.
    pub fn trace(&mut self, header: &str) {
        header.clone_into(&mut self.interface.trace.lock().unwrap_or_else(PoisonError::into_inner));
    }

    /// Has it work on an event.
    ///
    /// # Errors
    /// The failure that it reported to Lambda.
    pub async fn invoke(&mut self, event: &Value) -> Result<Value, Value> {
        self.invoke_for(event, LONG).await
    }

    /// The same, with an invocation that Lambda would end after that time.
    ///
    /// # Errors
    /// The failure that it reported to Lambda.
    pub async fn invoke_for(&mut self, event: &Value, time: Duration) -> Result<Value, Value> {
        self.count += 1;
        let deadline = jiff::Timestamp::now().as_millisecond() + i64::try_from(time.as_millis()).unwrap_or(0);
        let id = format!("{}-{}", self.name, self.count);
        let (answer, answered) = oneshot::channel();
        self.interface.answers.lock().unwrap_or_else(PoisonError::into_inner).insert(id.clone(), answer);
        self.events.send((id, event.to_string(), deadline.to_string())).expect("the interface is there");
        let answer = tokio::time::timeout(PATIENCE, answered).await;
        let answer = answer.unwrap_or_else(|_| panic!("{} gave no answer: {:?}", self.name, self.lines()));
        // It has written its lines before its answer, but they come by another way: each pause lets the reader have its turn.
        for _ in 0..2 {
            tokio::time::sleep(PAUSE).await;
        }
        answer.expect("one answer")
    }

    /// Waits for its end, and returns whether it succeeded.
    pub async fn end(&mut self) -> bool {
        let ended = tokio::time::timeout(PATIENCE, self.child.wait()).await.expect("it ends");
        tokio::time::sleep(Duration::from_millis(100)).await;
        ended.expect("it was ours").success()
    }

    /// What it has logged so far.
    #[must_use]
    pub fn lines(&self) -> Vec<String> {
        self.lines.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

/// Serves a router on this machine, and returns its address.
pub async fn serve(router: Router) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let address = listener.local_addr().expect("it is bound").to_string();
    tokio::spawn(async move { axum::serve(listener, router).await });
    address
}

/// A router that hands everything to a wire, as if that were a host on the network.
pub fn behind(wire: SharedWire) -> Router {
    Router::new().fallback(forward).with_state(wire)
}

async fn forward(State(wire): State<SharedWire>, request: Request) -> Response {
    let (mut parts, body) = request.into_parts();
    let Ok(body) = body.collect().await else { return StatusCode::BAD_REQUEST.into_response() };
    let path = parts.uri.path_and_query().map_or("/", |path| path.as_str());
    let Ok(uri) = format!("http://localhost{path}").parse() else { return StatusCode::BAD_REQUEST.into_response() };
    parts.uri = uri;
    parts.extensions = http::Extensions::new();
    match wire.send(http::Request::from_parts(parts, body.to_bytes())).await {
        Ok(answer) => answer.map(axum::body::Body::from).into_response(),
        Err(error) => (StatusCode::BAD_GATEWAY, error.to_string()).into_response(),
    }
}
