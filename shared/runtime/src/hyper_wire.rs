//! The wire to the network.

use std::{error::Error, fmt, sync::Arc, time::Duration};

use bytes::Bytes;
use http_body_util::{BodyExt, Full, Limited};
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::{
    client::legacy::{Client, connect::HttpConnector},
    rt::{TokioExecutor, TokioTimer},
};

use crate::wire::{Wire, WireError, WireFuture};

/// How long a connection may take to be made. Well below every caller's own limit, so that a dead address is known
/// apart from a slow answer.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(2);

/// How long an unused connection is kept. Peers close theirs after a minute or more, and a connection that we close
/// first cannot break under a request.
const IDLE_TIMEOUT: Duration = Duration::from_secs(30);

/// More than any service that we call answers (DynamoDB: 16 MB before it is written as JSON).
const LONGEST_ANSWER: usize = 64 * 1024 * 1024;

/// Sends requests over the network: one pool of connections and one TLS stack for everything that leaves the process.
///
/// Plain HTTP is possible, for services on this machine. Whether an address may be spoken to without TLS is decided
/// where it is set, in [`Settings`](crate::Settings).
#[derive(Clone)]
pub struct HyperWire {
    client: Client<HttpsConnector<HttpConnector>, Full<Bytes>>,
}

impl HyperWire {
    /// A wire with no connection yet. Called once per process.
    ///
    /// # Errors
    /// When the TLS provider lacks a protocol version, which only another build can cure.
    pub fn new() -> Result<Self, TlsError> {
        let mut tcp = HttpConnector::new();
        tcp.enforce_http(false);
        tcp.set_nodelay(true);
        tcp.set_connect_timeout(Some(CONNECT_TIMEOUT));
        let connector = HttpsConnectorBuilder::new()
            .with_provider_and_webpki_roots(Arc::new(rustls::crypto::ring::default_provider()))
            .map_err(|error| TlsError(error.to_string()))?
            .https_or_http()
            .enable_http1()
            .wrap_connector(tcp);
        let client = Client::builder(TokioExecutor::new())
            .pool_idle_timeout(IDLE_TIMEOUT)
            .pool_timer(TokioTimer::new())
            // A repeat is the caller's to decide, and the caller's to count.
            .retry_canceled_requests(false)
            .build(connector);
        Ok(Self { client })
    }
}

impl fmt::Debug for HyperWire {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("HyperWire")
    }
}

impl Wire for HyperWire {
    fn send(&self, request: http::Request<Bytes>) -> WireFuture {
        let answer = self.client.request(request.map(Full::new));
        Box::pin(async move {
            let (parts, body) = answer.await.map_err(|error| classify(&error))?.into_parts();
            let body = Limited::new(body, LONGEST_ANSWER)
                .collect()
                .await
                .map_err(|error| WireError::Lost(error.to_string()))?;
            Ok(http::Response::from_parts(parts, body.to_bytes()))
        })
    }
}

/// The TLS stack cannot be set up.
#[derive(Debug, Clone, thiserror::Error, PartialEq, Eq)]
#[error("TLS cannot be set up: {0}")]
pub struct TlsError(String);

/// Nothing left the process if no connection was made, or if a pooled one turned out to be closed before the request
/// was handed to it, which hyper calls canceled.
fn classify(error: &hyper_util::client::legacy::Error) -> WireError {
    if error.is_connect() || causes(error).any(is_canceled) {
        WireError::Refused(chain(error))
    } else {
        WireError::Lost(chain(error))
    }
}

fn is_canceled(cause: &(dyn Error + 'static)) -> bool {
    cause.downcast_ref::<hyper::Error>().is_some_and(hyper::Error::is_canceled)
}

fn causes<'a>(error: &'a (dyn Error + 'static)) -> impl Iterator<Item = &'a (dyn Error + 'static)> {
    std::iter::successors(Some(error), |error: &&'a (dyn Error + 'static)| (*error).source())
}

/// The error with its causes, which hyper's own text leaves out.
fn chain(error: &(dyn Error + 'static)) -> String {
    causes(error).map(ToString::to_string).collect::<Vec<_>>().join(": ")
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;
    use tokio::{
        io::{AsyncReadExt, AsyncWriteExt},
        net::TcpListener,
    };

    use super::HyperWire;
    use crate::wire::{Wire, WireError};

    fn request(address: std::net::SocketAddr) -> http::Request<Bytes> {
        http::Request::post(format!("http://{address}/x")).body(Bytes::from_static(b"hello")).expect("a request")
    }

    /// Answers each connection's requests with `answer`, or hangs up where there is none.
    async fn peer(answer: Option<&'static [u8]>) -> (std::net::SocketAddr, tokio::task::JoinHandle<usize>) {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address");
        let task = tokio::spawn(async move {
            let (mut stream, _) = listener.accept().await.expect("a connection");
            let mut requests = 0;
            let mut buffer = [0_u8; 4096];
            while requests < 2 {
                match stream.read(&mut buffer).await {
                    Ok(0) | Err(_) => break,
                    Ok(_) => requests += 1,
                }
                match answer {
                    Some(answer) => stream.write_all(answer).await.expect("a reader"),
                    None => break,
                }
            }
            requests
        });
        (address, task)
    }

    #[tokio::test]
    async fn answers_are_read_whole_and_connections_reused() {
        let (address, task) = peer(Some(b"HTTP/1.1 201 Created\r\ncontent-length: 2\r\n\r\nok")).await;
        let wire = HyperWire::new().expect("a wire");
        for _ in 0..2 {
            let answer = wire.send(request(address)).await.expect("an answer");
            assert_eq!((answer.status().as_u16(), answer.body().as_ref()), (201, b"ok".as_ref()));
        }
        assert_eq!(task.await.expect("the peer"), 2);
    }

    #[tokio::test]
    async fn no_listener_means_refused() {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address");
        drop(listener);
        let error = HyperWire::new().expect("a wire").send(request(address)).await.expect_err("no server listens");
        assert!(matches!(error, WireError::Refused(_)), "{error}");
    }

    #[tokio::test]
    async fn a_hang_up_after_the_request_means_lost() {
        let (address, _task) = peer(None).await;
        let error = HyperWire::new().expect("a wire").send(request(address)).await.expect_err("no answer");
        assert!(matches!(error, WireError::Lost(_)), "{error}");
    }

    #[tokio::test]
    async fn half_an_answer_means_lost() {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address");
        tokio::spawn(async move {
            let (mut stream, _) = listener.accept().await.expect("a connection");
            let mut buffer = [0_u8; 4096];
            assert!(stream.read(&mut buffer).await.expect("a request") > 0);
            stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 99\r\n\r\nhalf").await.expect("a reader");
        });
        let error = HyperWire::new().expect("a wire").send(request(address)).await.expect_err("half an answer");
        assert!(matches!(error, WireError::Lost(_)), "{error}");
    }
}
