//! All that is outside of the functions, behind one wire: the table, Stripe, queues, secrets, mail and the issuer's keys. Here
//! calls take their time, meet each other, and go wrong.

use std::{
    collections::BTreeMap,
    fmt,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use bytes::Bytes;
use http::{Request, Response};
use runtime::{Clock, Wire, WireError, WireFuture};
use serde_json::Value;
use stripe_stand_in::StandIn;
use tokio::time::sleep;

use crate::{
    busy::{self, Busy},
    fault::{self, Fault, Service},
    process::Process,
    services::Services,
    table::Table,
    trace::{self, Trace},
    watch::Watch,
};

/// How long Stripe keeps the answer to a key, in milliseconds.
const KEPT: i64 = 24 * 3_600_000;

/// All services that functions call, shared by all processes of a history.
pub(crate) struct Outside {
    /// The time as it is; functions have clocks of their own.
    pub(crate) clock: Clock,
    pub(crate) stripe: StandIn,
    pub(crate) jwks: Bytes,
    inner: Mutex<Inner>,
}

/// What changes with calls.
pub(crate) struct Inner {
    pub(crate) table: Table,
    pub(crate) services: Services,
    pub(crate) trace: Trace,
    pub(crate) watch: Watch,
    busy: Busy,
    /// The 5xx that Stripe keeps under a key, and since when.
    kept: BTreeMap<String, (i64, Response<Bytes>)>,
    /// How many calls there were.
    pub(crate) calls: u64,
}

/// A call, read from its bytes.
struct Outward {
    service: Service,
    operation: String,
    key: Option<String>,
    body: Value,
    items: Vec<String>,
}

type Outcome = Result<Response<Bytes>, WireError>;

impl Outside {
    pub(crate) fn new(clock: Clock, stripe: StandIn, jwks: Bytes, table: Table, trace: Trace) -> Arc<Self> {
        let inner = Inner {
            table,
            services: Services::default(),
            trace,
            watch: Watch::default(),
            busy: Busy::default(),
            kept: BTreeMap::new(),
            calls: 0,
        };
        Arc::new(Self { clock, stripe, jwks, inner: Mutex::new(inner) })
    }

    pub(crate) fn inner(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The time in milliseconds.
    pub(crate) fn now_ms(&self) -> u64 {
        u64::try_from(self.clock.now().as_millisecond()).unwrap_or(0)
    }

    fn read(request: &Request<Bytes>) -> Outward {
        let text = |name: &str| request.headers().get(name).and_then(|value| value.to_str().ok());
        let target = text("x-amz-target").and_then(|target| target.split_once('.'));
        let path = request.uri().path();
        let of = |service, operation: &str| {
            let body = serde_json::from_slice(request.body()).unwrap_or_default();
            let items = if service == Service::Table { busy::keys(operation, &body) } else { Vec::new() };
            Outward { service, operation: operation.to_owned(), key: None, body, items }
        };
        match target {
            Some(("DynamoDB_20120810", operation)) => of(Service::Table, operation),
            Some(("AmazonSQS", operation)) => of(Service::Queue, operation),
            Some(("secretsmanager", operation)) => of(Service::Secrets, operation),
            _ if path.starts_with("/v2/email/") => of(Service::Mail, "SendEmail"),
            _ if path.ends_with("/jwks.json") => of(Service::Keys, "GetKeys"),
            _ => Outward {
                service: Service::Stripe,
                operation: format!("{} {path}", request.method()),
                key: text("idempotency-key").map(str::to_owned),
                body: Value::Null,
                items: Vec::new(),
            },
        }
    }

    async fn carry(self: Arc<Self>, request: Request<Bytes>, process: Option<Arc<Process>>) -> Outcome {
        let call = Self::read(&request);
        let Some(process) = process else {
            // The simulation's own reads and its preparations take no time.
            return self.act(&call, request).await;
        };
        let step = process.step;
        let line = trace::call(call.service, &call.operation, call.key.as_deref(), &request);
        let fault = process.strike();
        let outcome = self.fall(&call, request, &process, fault).await;
        let now = self.now_ms();
        self.inner().trace.note(now, step, &line, fault, &outcome);
        outcome
    }

    async fn fall(&self, call: &Outward, request: Request<Bytes>, process: &Process, fault: Option<Fault>) -> Outcome {
        let lost = || Err(WireError::Lost("made by a simulation".to_owned()));
        let gone = async || -> Outcome { std::future::pending().await };
        match fault {
            None => self.deliver(call, request, process).await,
            Some(Fault::NoConnection) => Err(WireError::Refused("made by a simulation".to_owned())),
            Some(Fault::RequestLost) => {
                sleep(Duration::from_millis(5)).await;
                lost()
            }
            Some(Fault::AnswerLost) => {
                let _answer = self.deliver(call, request, process).await;
                lost()
            }
            Some(Fault::Throttled) => Ok(fault::throttled(call.service, &call.operation)),
            Some(Fault::Conflict) => {
                let lost: Vec<_> = (0..call.items.len().max(1)).map(|n| n == 0).collect();
                Ok(fault::conflict(call.service, &call.operation, &lost, call.key.is_some()))
            }
            Some(Fault::InProgress) => {
                let _answer = self.deliver(call, request, process).await;
                if call.operation == "TransactWriteItems" { Ok(fault::in_progress()) } else { lost() }
            }
            Some(Fault::ServerError) => Ok(self.keep(call, fault::server_error(call.service))),
            Some(Fault::ServerErrorDone) => {
                let _answer = self.deliver(call, request, process).await;
                Ok(self.keep(call, fault::server_error(call.service)))
            }
            // AWS admits every function, as the template says; a key of Stripe's can be rolled away.
            Some(Fault::TurnedAway) if call.service == Service::Stripe => Ok(fault::turned_away()),
            Some(Fault::TurnedAway) => Ok(fault::server_error(call.service)),
            Some(Fault::Slow(seconds)) => {
                sleep(Duration::from_secs(seconds.into())).await;
                self.deliver(call, request, process).await
            }
            Some(Fault::Silent) => {
                let _answer = self.deliver(call, request, process).await;
                gone().await
            }
            Some(Fault::DieBefore) => {
                process.die();
                gone().await
            }
            Some(Fault::DieAfter) => {
                let _answer = self.deliver(call, request, process).await;
                process.die();
                gone().await
            }
            Some(Fault::FreezeBefore(seconds)) => {
                process.freeze(Duration::from_secs(seconds.into()));
                tokio::task::yield_now().await;
                self.deliver(call, request, process).await
            }
            Some(Fault::FreezeAfter(seconds)) => {
                let outcome = self.deliver(call, request, process).await;
                process.freeze(Duration::from_secs(seconds.into()));
                tokio::task::yield_now().await;
                outcome
            }
        }
    }

    /// Stripe gives the same 5xx again to a call with the same key.
    fn keep(&self, call: &Outward, answer: Response<Bytes>) -> Response<Bytes> {
        if let Some(key) = &call.key {
            let now = self.clock.now().as_millisecond();
            self.inner().kept.insert(key.clone(), (now, answer.clone()));
        }
        answer
    }

    fn kept(&self, key: &str) -> Option<Response<Bytes>> {
        let now = self.clock.now().as_millisecond();
        let mut answer = self.inner().kept.get(key).filter(|(at, _)| at + KEPT > now)?.1.clone();
        answer.headers_mut().insert("idempotent-replayed", http::HeaderValue::from_static("true"));
        Some(answer)
    }

    /// Brings a call to its service and the answer back, in some milliseconds. Meanwhile its items are busy.
    async fn deliver(&self, call: &Outward, request: Request<Bytes>, process: &Process) -> Outcome {
        let most = if call.service == Service::Stripe { 180 } else { 8 };
        sleep(Duration::from_millis(1 + process.roll(most))).await;
        if let Some(kept) = call.key.as_deref().and_then(|key| self.kept(key)) {
            return Ok(kept);
        }
        let transaction = call.operation == "TransactWriteItems";
        if let Err(lost) = self.inner().busy.enter(transaction, &call.items) {
            return Ok(fault::conflict(call.service, &call.operation, &lost, false));
        }
        let stay = Stay { outside: self, items: &call.items };
        sleep(Duration::from_millis(1 + process.roll(most))).await;
        let outcome = self.act(call, request).await;
        sleep(Duration::from_millis(1 + process.roll(most / 2))).await;
        drop(stay);
        outcome
    }

    /// Does at once what a call asks.
    async fn act(&self, call: &Outward, request: Request<Bytes>) -> Outcome {
        let now = self.now_ms();
        {
            let mut guard = self.inner();
            let inner = &mut *guard;
            inner.calls += 1;
            match call.service {
                Service::Table => {
                    let answer = inner.table.answer(&call.operation, &call.body, now);
                    inner.watch.check_written(&mut inner.table);
                    return Ok(answer);
                }
                Service::Queue => return Ok(inner.services.queue(&call.operation, &call.body)),
                Service::Secrets => return Ok(inner.services.secret(&call.body)),
                Service::Mail => return Ok(inner.services.mail()),
                Service::Keys => {
                    let mut answer = Response::new(self.jwks.clone());
                    let json = http::HeaderValue::from_static("application/json");
                    answer.headers_mut().insert("content-type", json);
                    return Ok(answer);
                }
                Service::Stripe => {}
            }
        }
        self.stripe.send(request).await.map_err(|broken| WireError::Lost(broken.to_string()))
    }
}

/// A call's time with its items, which are free again when it ends, however it ends.
struct Stay<'a> {
    outside: &'a Outside,
    items: &'a [String],
}

impl Drop for Stay<'_> {
    fn drop(&mut self) {
        self.outside.inner().busy.leave(self.items);
    }
}

/// The wire of all functions.
pub(crate) struct OutsideWire(pub(crate) Arc<Outside>);

impl fmt::Debug for OutsideWire {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("OutsideWire")
    }
}

impl Wire for OutsideWire {
    fn send(&self, request: Request<Bytes>) -> WireFuture {
        Box::pin(self.0.clone().carry(request, Process::current()))
    }
}
