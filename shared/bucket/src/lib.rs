//! A bucket of S3: files are written in parts, and read by links that are good for some minutes. Requests are signed here and go
//! through the process' one wire, so that no SDK of S3 is built into the functions.
//!
//! Every call may be made again: a part of the same number replaces the one before, and a file of the same name the one before.

use std::{fmt, future::Future, time::Duration};

use bytes::Bytes;
use http::{Method, StatusCode, header};
use runtime::{AwsSettings, BucketSettings, Clock, SettingError, Settings, SharedWire};
use rusty_s3::{Credentials, S3Action, UrlStyle, actions::CreateMultipartUpload};
use tokio::time::timeout;
use url::Url;

/// How long one call may take.
const CALL: Duration = Duration::from_secs(10);
/// How long the signature of a call of our own is good.
const SIGNED: Duration = Duration::from_secs(60);

/// What a bucket did not do.
#[derive(Debug, thiserror::Error)]
pub enum BucketError {
    /// There is no such file, or no such upload any more.
    #[error("{operation}: there is none")]
    Missing {
        /// What was tried.
        operation: &'static str,
    },
    /// It refused, or its answer cannot be read.
    #[error("{operation}: {reason}")]
    Refused {
        /// What was tried.
        operation: &'static str,
        /// The status, and what the bucket said.
        reason: String,
    },
    /// There is no answer: it may have been done.
    #[error("{operation}: {reason}")]
    Silent {
        /// What was tried.
        operation: &'static str,
        /// Why not.
        reason: String,
    },
}

/// A bucket, as a function's role may use it. Clones share the wire.
#[derive(Clone)]
pub struct Bucket {
    files: rusty_s3::Bucket,
    credentials: Credentials,
    wire: SharedWire,
    clock: Clock,
}

impl fmt::Debug for Bucket {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Bucket").field("name", &self.files.name()).finish_non_exhaustive()
    }
}

impl Bucket {
    /// The bucket of these settings.
    ///
    /// # Errors
    /// The setting that is missing or wrong.
    pub fn build(settings: &Settings, wire: SharedWire, clock: Clock) -> Result<Self, SettingError> {
        let aws = AwsSettings::parse(settings)?;
        let BucketSettings { name } = BucketSettings::parse(settings)?;
        let wrong = |reason: String| SettingError::new("EXPORTS_BUCKET", reason);
        // An address of one's own is not that of a host for each bucket.
        let (address, style) = match aws.endpoints.s3 {
            Some(address) => (address, UrlStyle::Path),
            None => {
                let address = format!("https://s3.{}.amazonaws.com", aws.region);
                (Url::parse(&address).map_err(|error| wrong(error.to_string()))?, UrlStyle::VirtualHost)
            }
        };
        let files = rusty_s3::Bucket::new(address, style, name, aws.region.clone());
        let files = files.map_err(|error| wrong(error.to_string()))?;
        let (key, secret) = (aws.credentials.access_key_id, aws.credentials.secret_access_key);
        let credentials = match &aws.credentials.session_token {
            Some(token) => Credentials::new_with_token(key, secret.expose(), token.expose()),
            None => Credentials::new(key, secret.expose()),
        };
        Ok(Self { files, credentials, wire, clock })
    }

    /// Begins a file that is written in parts, and gives the upload's id.
    ///
    /// # Errors
    /// [`BucketError`]
    pub async fn begin(&self, file: &str) -> Result<String, BucketError> {
        const OPERATION: &str = "begin a file";
        let action = self.files.create_multipart_upload(Some(&self.credentials), file);
        let answer = self.send(OPERATION, Method::POST, &self.signed(&action), Bytes::new()).await?;
        let text = String::from_utf8_lossy(answer.body()).into_owned();
        let read = CreateMultipartUpload::parse_response(&text);
        let read = read.map_err(|error| BucketError::Refused { operation: OPERATION, reason: error.to_string() })?;
        Ok(read.upload_id().to_owned())
    }

    /// Writes the `n`th part of a file, from 1: five mebibytes at least, but for the last one. Gives its tag.
    ///
    /// # Errors
    /// [`BucketError::Missing`] once the upload is over.
    pub async fn put_part(&self, file: &str, upload: &str, n: u16, bytes: Vec<u8>) -> Result<String, BucketError> {
        const OPERATION: &str = "write a part of a file";
        let action = self.files.upload_part(Some(&self.credentials), file, n, upload);
        let answer = self.send(OPERATION, Method::PUT, &self.signed(&action), bytes.into()).await?;
        let tag = answer.headers().get(header::ETAG).and_then(|tag| tag.to_str().ok()).map(str::to_owned);
        tag.ok_or_else(|| BucketError::Refused { operation: OPERATION, reason: "the part has no tag".to_owned() })
    }

    /// Makes a file of its parts, by their tags.
    ///
    /// # Errors
    /// [`BucketError::Missing`] once the upload is over.
    pub async fn complete(&self, file: &str, upload: &str, tags: &[String]) -> Result<(), BucketError> {
        const OPERATION: &str = "finish a file";
        let tags = || tags.iter().map(String::as_str);
        let action = self.files.complete_multipart_upload(Some(&self.credentials), file, upload, tags());
        let url = self.signed(&action);
        let answer = self.send(OPERATION, Method::POST, &url, action.body().into()).await?;
        // S3 begins its answer before it has put the parts together, and may say afterwards that it could not.
        let text = String::from_utf8_lossy(answer.body()).into_owned();
        if text.contains("<Error>") {
            return Err(BucketError::Refused { operation: OPERATION, reason: text });
        }
        Ok(())
    }

    /// Writes a file at once.
    ///
    /// # Errors
    /// [`BucketError`]
    pub async fn put(&self, file: &str, bytes: Vec<u8>) -> Result<(), BucketError> {
        let action = self.files.put_object(Some(&self.credentials), file);
        self.send("write a file", Method::PUT, &self.signed(&action), bytes.into()).await.map(drop)
    }

    /// Reads a file.
    ///
    /// # Errors
    /// [`BucketError::Missing`] where there is none.
    pub async fn get(&self, file: &str) -> Result<Vec<u8>, BucketError> {
        let action = self.files.get_object(Some(&self.credentials), file);
        let answer = self.send("read a file", Method::GET, &self.signed(&action), Bytes::new()).await?;
        Ok(answer.into_body().into())
    }

    /// Whether there is such a file.
    ///
    /// # Errors
    /// [`BucketError`], but for a file that is not there.
    pub async fn has(&self, file: &str) -> Result<bool, BucketError> {
        let action = self.files.head_object(Some(&self.credentials), file);
        match self.send("find a file", Method::HEAD, &self.signed(&action), Bytes::new()).await {
            Ok(_) => Ok(true),
            Err(BucketError::Missing { .. }) => Ok(false),
            Err(error) => Err(error),
        }
    }

    /// A link to a file, by which anyone reads it for so long. The browser keeps it under `name`.
    #[must_use]
    pub fn link(&self, file: &str, name: &str, good_for: Duration) -> Url {
        let mut action = self.files.get_object(Some(&self.credentials), file);
        let disposition = format!("attachment; filename=\"{name}\"");
        action.query_mut().insert("response-content-disposition", disposition);
        action.query_mut().insert("response-content-type", "text/csv; charset=utf-8; header=present");
        action.sign_with_time(good_for, &self.clock.now())
    }

    fn signed<'a>(&self, action: &impl S3Action<'a>) -> Url {
        action.sign_with_time(SIGNED, &self.clock.now())
    }

    fn send(
        &self,
        operation: &'static str,
        method: Method,
        url: &Url,
        body: Bytes,
    ) -> impl Future<Output = Result<http::Response<Bytes>, BucketError>> + Send + use<> {
        let reads = [Method::GET, Method::HEAD].contains(&method);
        let silent = move |reason: String| BucketError::Silent { operation, reason };
        let request = http::Request::builder()
            .method(method)
            .uri(url.as_str())
            .header(header::CONTENT_LENGTH, body.len())
            .body(body);
        let wire = self.wire.clone();
        async move {
            let refused = |reason: String| BucketError::Refused { operation, reason };
            let request = request.map_err(|error| refused(error.to_string()))?;
            let answer = timeout(CALL, wire.send(request)).await;
            let answer = answer.map_err(|_| silent("no answer in time".to_owned()))?;
            let answer = answer.map_err(|error| silent(error.to_string()))?;
            match answer.status() {
                status if status.is_success() => Ok(answer),
                StatusCode::NOT_FOUND => Err(BucketError::Missing { operation }),
                // Who may not list a bucket reads so that a file is not there.
                StatusCode::FORBIDDEN if reads => Err(BucketError::Missing { operation }),
                status => Err(refused(format!("{status}: {}", String::from_utf8_lossy(answer.body())))),
            }
        }
    }
}
