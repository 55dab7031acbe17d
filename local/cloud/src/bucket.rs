//! A bucket inside the process, as far as the functions use S3: files that are written at once or in parts, and read by signed
//! links. Each request's signature and its time are checked as S3 checks them.

use std::{
    collections::BTreeMap,
    fmt,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use bytes::Bytes;
use http::{Method, Response, StatusCode, header};
use jiff::{SignedDuration, Timestamp, civil::DateTime, tz::TimeZone};
use runtime::{Clock, Wire, WireError, WireFuture};
use rusty_s3::signing::sign;
use url::Url;

/// The least that a part has, but for the last.
const LEAST_PART: usize = 5 * 1_024 * 1_024;
/// The key that the functions sign with on this machine, and its secret.
const KEY: &str = "local";
/// For how long a file is kept, as the template's bucket has it.
const KEPT: SignedDuration = SignedDuration::from_hours(7 * 24);

#[derive(Debug)]
struct StoredFile {
    bytes: Bytes,
    written_at: Timestamp,
}

/// What an upload has by now: its parts by number.
type UploadParts = BTreeMap<u16, Bytes>;

#[derive(Debug, Default)]
struct BucketState {
    /// By path, the bucket's name included.
    files: BTreeMap<String, StoredFile>,
    /// By path and id.
    uploads: BTreeMap<(String, String), UploadParts>,
    made: u64,
}

/// A bucket in this process, in memory. Clones share it.
#[derive(Clone)]
pub struct EmbeddedBucket {
    state: Arc<Mutex<BucketState>>,
    clock: Clock,
}

impl fmt::Debug for EmbeddedBucket {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("EmbeddedBucket").finish_non_exhaustive()
    }
}

/// Whether a request is one of S3's: its signature stands in its address.
pub(crate) fn is_signed(uri: &http::Uri) -> bool {
    uri.query().is_some_and(|query| query.contains("X-Amz-Signature="))
}

fn refused(status: StatusCode, code: &str) -> Response<Bytes> {
    let text = format!("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Error><Code>{code}</Code></Error>");
    let mut response = Response::new(Bytes::from(text));
    *response.status_mut() = status;
    response
}

fn done(body: impl Into<Bytes>) -> Response<Bytes> {
    Response::new(body.into())
}

/// A part's tag, which says what is in it.
fn tag(bytes: &[u8]) -> String {
    let sum = bytes
        .iter()
        .fold(14_695_981_039_346_656_037_u64, |sum, byte| (sum ^ u64::from(*byte)).wrapping_mul(1_099_511_628_211));
    format!("\"{sum:016x}{:016x}\"", bytes.len())
}

impl EmbeddedBucket {
    /// An empty bucket.
    #[must_use]
    pub fn new(clock: Clock) -> Self {
        Self { state: Arc::default(), clock }
    }

    /// The names of all files, the bucket's name first, as they are kept now.
    #[must_use]
    pub fn files(&self) -> Vec<String> {
        self.state().files.keys().cloned().collect()
    }

    /// How many uploads were begun and are neither finished nor ended.
    #[must_use]
    pub fn open_uploads(&self) -> usize {
        self.state().uploads.len()
    }

    fn state(&self) -> MutexGuard<'_, BucketState> {
        // A panic in a test that holds the lock leaves nothing half done here.
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let now = self.clock.now();
        state.files.retain(|_, file| file.written_at + KEPT > now);
        state
    }

    fn answer(&self, request: &http::Request<Bytes>) -> Response<Bytes> {
        let Ok(url) = Url::parse(&request.uri().to_string()) else {
            return refused(StatusCode::BAD_REQUEST, "InvalidURI");
        };
        if let Err(code) = self.check(request.method(), &url) {
            return refused(StatusCode::FORBIDDEN, code);
        }
        let query: BTreeMap<String, String> = url.query_pairs().into_owned().collect();
        let path = url.path().to_owned();
        let upload = query.get("uploadId").cloned();
        match (request.method().clone(), upload) {
            (Method::POST, None) if query.contains_key("uploads") => self.begin(path),
            (Method::PUT, Some(upload)) => self.part(path, upload, query.get("partNumber"), request.body()),
            (Method::POST, Some(upload)) => self.complete(path, upload, request.body()),
            (Method::PUT, None) => {
                let file = StoredFile { bytes: request.body().clone(), written_at: self.clock.now() };
                self.state().files.insert(path, file);
                done("")
            }
            (Method::GET | Method::HEAD, None) => self.read(request.method(), &path, &query),
            _ => refused(StatusCode::METHOD_NOT_ALLOWED, "MethodNotAllowed"),
        }
    }

    fn begin(&self, path: String) -> Response<Bytes> {
        let mut state = self.state();
        state.made += 1;
        let upload = format!("upload-{}", state.made);
        state.uploads.insert((path, upload.clone()), UploadParts::new());
        done(format!(
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
             <InitiateMultipartUploadResult xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\">\
             <UploadId>{upload}</UploadId></InitiateMultipartUploadResult>"
        ))
    }

    fn part(&self, path: String, upload: String, number: Option<&String>, body: &Bytes) -> Response<Bytes> {
        let number =
            number.and_then(|number| number.parse::<u16>().ok()).filter(|number| (1..=10_000).contains(number));
        let Some(number) = number else { return refused(StatusCode::BAD_REQUEST, "InvalidArgument") };
        let mut state = self.state();
        let Some(parts) = state.uploads.get_mut(&(path, upload)) else {
            return refused(StatusCode::NOT_FOUND, "NoSuchUpload");
        };
        parts.insert(number, body.clone());
        let mut response = done("");
        if let Ok(tag) = tag(body).parse() {
            response.headers_mut().insert(header::ETAG, tag);
        }
        response
    }

    fn complete(&self, path: String, upload: String, body: &Bytes) -> Response<Bytes> {
        let named = String::from_utf8_lossy(body).replace("&quot;", "\"");
        let written_at = self.clock.now();
        let mut state = self.state();
        let Some(parts) = state.uploads.get(&(path.clone(), upload.clone())) else {
            return refused(StatusCode::NOT_FOUND, "NoSuchUpload");
        };
        let count = named.matches("<PartNumber>").count();
        let known = parts.values().take(count).all(|part| named.contains(&tag(part)));
        if count == 0 || count > parts.len() || !known {
            return refused(StatusCode::BAD_REQUEST, "InvalidPart");
        }
        if parts.values().take(count - 1).any(|part| part.len() < LEAST_PART) {
            return refused(StatusCode::BAD_REQUEST, "EntityTooSmall");
        }
        let bytes: Vec<u8> = parts.values().take(count).flat_map(|part| part.to_vec()).collect();
        state.uploads.remove(&(path.clone(), upload));
        state.files.insert(path, StoredFile { bytes: bytes.into(), written_at });
        done("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<CompleteMultipartUploadResult/>")
    }

    fn read(&self, method: &Method, path: &str, query: &BTreeMap<String, String>) -> Response<Bytes> {
        let state = self.state();
        let Some(file) = state.files.get(path) else { return refused(StatusCode::NOT_FOUND, "NoSuchKey") };
        let body = if method == Method::HEAD { Bytes::new() } else { file.bytes.clone() };
        let mut response = done(body);
        for (name, header) in [
            ("response-content-type", header::CONTENT_TYPE),
            ("response-content-disposition", header::CONTENT_DISPOSITION),
        ] {
            if let Some(value) = query.get(name).and_then(|value| value.parse().ok()) {
                response.headers_mut().insert(header, value);
            }
        }
        response
    }

    /// Whether the signature in an address is the one of its method, its host, its path and the rest of its query, and still good.
    fn check(&self, method: &Method, url: &Url) -> Result<(), &'static str> {
        let query: BTreeMap<String, String> = url.query_pairs().into_owned().collect();
        let text = |name: &str| query.get(name).map(String::as_str).ok_or("AuthorizationQueryParametersError");
        let mut scope = text("X-Amz-Credential")?.split('/');
        let (Some(key), Some(_), Some(region)) = (scope.next(), scope.next(), scope.next()) else {
            return Err("AuthorizationQueryParametersError");
        };
        if key != KEY {
            return Err("InvalidAccessKeyId");
        }
        let date = DateTime::strptime("%Y%m%dT%H%M%SZ", text("X-Amz-Date")?);
        let date = date.and_then(|date| date.to_zoned(TimeZone::UTC)).map(|date| date.timestamp());
        let date = date.map_err(|_| "AuthorizationQueryParametersError")?;
        let seconds: u32 = text("X-Amz-Expires")?.parse().map_err(|_| "AuthorizationQueryParametersError")?;
        if self.clock.now() > date + SignedDuration::from_secs(seconds.into()) {
            return Err("AccessDenied");
        }
        let method = match *method {
            Method::GET => rusty_s3::Method::Get,
            Method::HEAD => rusty_s3::Method::Head,
            Method::PUT => rusty_s3::Method::Put,
            Method::POST => rusty_s3::Method::Post,
            _ => return Err("AccessDenied"),
        };
        let mut plain = url.clone();
        plain.set_query(None);
        let rest = query.iter().filter(|(name, _)| !name.starts_with("X-Amz-"));
        let rest = rest.map(|(name, value)| (name.as_str(), value.as_str()));
        let token = query.get("X-Amz-Security-Token").map(String::as_str);
        let signed = sign(&date, method, plain, KEY, KEY, token, region, seconds.into(), rest, std::iter::empty());
        let signature = signed.query_pairs().find(|(name, _)| name == "X-Amz-Signature");
        match signature {
            Some((_, expected)) if expected == text("X-Amz-Signature")? => Ok(()),
            _ => Err("SignatureDoesNotMatch"),
        }
    }
}

impl Wire for EmbeddedBucket {
    fn send(&self, request: http::Request<Bytes>) -> WireFuture {
        let answer = self.answer(&request);
        Box::pin(async move { Ok::<_, WireError>(answer) })
    }
}

#[cfg(test)]
mod tests;
