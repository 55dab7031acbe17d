//! Where mail goes on this machine: a mailbox that stands in for SES and keeps what was sent.

use std::{
    fs,
    io::Write as _,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use bytes::Bytes;
use http::{Method, StatusCode};
use jiff::Timestamp;
use runtime::{Clock, Wire, WireError, WireFuture};
use serde_json::json;

use crate::{
    error::CloudError,
    mail::Mail,
    sending::{self, SendingAccount},
    ses,
};

/// The path of SES v2's `SendEmail`.
const SEND_PATH: &str = "/v2/email/outbound-emails";

/// Whether SES answers at a path.
pub(super) fn is_path(path: &str) -> bool {
    path == SEND_PATH || sending::is_path(path)
}

/// How the next calls fail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MailFault {
    /// Too many mails in too short a time (429).
    Throttled,
    /// An error inside SES (500).
    Internal,
    /// The mail is sent, and the connection breaks before the answer.
    LoseAnswer,
}

/// A stand-in for SES that delivers into memory and, with a file, onto the disk. Clones share it.
#[derive(Debug, Clone)]
pub struct Mailbox {
    state: Arc<Mutex<State>>,
    clock: Clock,
}

#[derive(Debug, Default)]
struct State {
    mails: Vec<Mail>,
    faults: Vec<MailFault>,
    sender: Option<String>,
    account: SendingAccount,
    file: Option<PathBuf>,
}

impl Mailbox {
    /// An empty mailbox, in memory.
    #[must_use]
    pub fn memory(clock: Clock) -> Self {
        Self { state: Arc::default(), clock }
    }

    /// A mailbox that keeps its mails in a file, one JSON object a line.
    ///
    /// # Errors
    /// If the file cannot be read, or is damaged.
    pub fn open(path: &Path, clock: Clock) -> Result<Self, CloudError> {
        let named = || path.display().to_string();
        let text = match fs::read_to_string(path) {
            Ok(text) => text,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => String::new(),
            Err(source) => {
                return Err(CloudError::File { path: named(), source });
            }
        };
        let mails = text
            .lines()
            .enumerate()
            .map(|(index, line)| {
                serde_json::from_str(line).map_err(|source| CloudError::Damaged {
                    path: named(),
                    line: index + 1,
                    source,
                })
            })
            .collect::<Result<_, _>>()?;
        let state = State { mails, file: Some(path.to_owned()), ..State::default() };
        Ok(Self { state: Arc::new(Mutex::new(state)), clock })
    }

    /// Accepts mail from this address alone, as SES does with one verified identity.
    pub fn verify_sender(&self, address: &str) {
        self.state().sender = Some(address.to_owned());
    }

    /// Answers for this account from now on. It changes nothing of what is sent.
    pub fn set_account(&self, account: SendingAccount) {
        self.state().account = account;
    }

    /// The mails so far, oldest first.
    #[must_use]
    pub fn mails(&self) -> Vec<Mail> {
        self.state().mails.clone()
    }

    /// Lets the next calls fail.
    pub fn fail_next(&self, fault: MailFault, times: usize) {
        let mut state = self.state();
        // Faults are taken from the end.
        state.faults.splice(0..0, std::iter::repeat_n(fault, times));
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // A panic in a test that holds the lock leaves nothing half done here.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn receive(&self, request: &http::Request<Bytes>) -> Result<http::Response<Bytes>, WireError> {
        let path = request.uri().path();
        if request.method() == Method::GET && sending::is_path(path) {
            let answer = self.state().account.answer(path);
            return Ok(match answer {
                Some(answer) => response(StatusCode::OK, None, &answer),
                None => refusal(StatusCode::NOT_FOUND, "NotFoundException", "Email identity does not exist."),
            });
        }
        if request.method() != Method::POST || request.uri().path() != SEND_PATH {
            return Ok(refusal(StatusCode::NOT_FOUND, "NotFoundException", "Unknown operation"));
        }
        let mut state = self.state();
        let fault = state.faults.pop();
        match fault {
            Some(MailFault::Throttled) => {
                let message = "Maximum sending rate exceeded.";
                return Ok(refusal(StatusCode::TOO_MANY_REQUESTS, "TooManyRequestsException", message));
            }
            Some(MailFault::Internal) => {
                let message = "The service is not available.";
                return Ok(refusal(StatusCode::INTERNAL_SERVER_ERROR, "InternalFailure", message));
            }
            Some(MailFault::LoseAnswer) | None => {}
        }
        let message = match ses::read(request.body(), state.sender.as_deref()) {
            Ok(message) => message,
            Err(error) => {
                return Ok(refusal(StatusCode::BAD_REQUEST, error.code(), &error.to_string()));
            }
        };
        // SES' ids begin with the time and end with a zero counter.
        let message_id = format!("0100{:012x}-{}-000000", self.clock.now().as_millisecond(), uuid::Uuid::new_v4());
        let mail = Mail {
            raw: as_sent_on(&message.raw, &message_id, self.clock.now()),
            to: message.to.join(", "),
            from: message.from,
            subject: message.subject,
            text: message.text,
            html: message.html,
            attachments: message.attachments,
            message_id,
            sent_at: self.clock.now(),
            configuration_set: message.configuration_set,
            tags: message.tags,
        };
        if let Some(path) = &state.file
            && let Err(error) = append(path, &mail)
        {
            tracing::error!(%error, path = %path.display(), "a mail could not be kept");
            return Ok(refusal(StatusCode::INTERNAL_SERVER_ERROR, "InternalFailure", "The mail could not be kept."));
        }
        let answer = json!({ "MessageId": mail.message_id });
        state.mails.push(mail);
        if fault == Some(MailFault::LoseAnswer) {
            return Err(WireError::Lost("the answer was lost on purpose".to_owned()));
        }
        Ok(response(StatusCode::OK, None, &answer))
    }
}

impl Wire for Mailbox {
    fn send(&self, request: http::Request<Bytes>) -> WireFuture {
        let mailbox = self.clone();
        Box::pin(async move {
            tokio::task::yield_now().await;
            mailbox.receive(&request)
        })
    }
}

/// A message as SES sends it on: with a `Message-ID` and a `Date` of its own in the place of those that it came with
/// (<https://docs.aws.amazon.com/ses/latest/dg/header-fields.html>).
fn as_sent_on(raw: &str, id: &str, at: Timestamp) -> String {
    let Some((headers, body)) = raw.split_once("\r\n\r\n") else { return raw.to_owned() };
    let replaced = |line: &str| {
        let name = line.split(':').next().unwrap_or_default();
        name.eq_ignore_ascii_case("message-id") || name.eq_ignore_ascii_case("date")
    };
    let date = at.strftime("%a, %d %b %Y %H:%M:%S +0000");
    let mut sent = format!("Message-ID: <{id}@email.amazonses.com>\r\nDate: {date}\r\n");
    let mut left_out = false;
    for line in headers.split("\r\n") {
        // What begins with a blank goes on with the header before it.
        if !line.starts_with([' ', '\t']) {
            left_out = replaced(line);
        }
        if !left_out {
            sent.push_str(line);
            sent.push_str("\r\n");
        }
    }
    format!("{sent}\r\n{body}")
}

fn append(path: &Path, mail: &Mail) -> std::io::Result<()> {
    let mut line = serde_json::to_vec(mail)?;
    line.push(b'\n');
    fs::OpenOptions::new().create(true).append(true).open(path)?.write_all(&line)
}

fn refusal(status: StatusCode, code: &'static str, message: &str) -> http::Response<Bytes> {
    response(status, Some(code), &json!({ "message": message }))
}

fn response(status: StatusCode, code: Option<&'static str>, body: &serde_json::Value) -> http::Response<Bytes> {
    let mut response = http::Response::new(Bytes::from(body.to_string()));
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert("content-type", http::HeaderValue::from_static("application/json"));
    if let Some(code) = code {
        headers.insert("x-amzn-errortype", http::HeaderValue::from_static(code));
    }
    if let Ok(id) = http::HeaderValue::from_str(&uuid::Uuid::new_v4().to_string()) {
        headers.insert("x-amzn-requestid", id);
    }
    response
}

#[cfg(test)]
mod tests {
    use super::as_sent_on;

    #[test]
    fn ses_puts_its_own_id_and_date_in_the_place_of_ours() {
        let raw = "From: a@example.com\r\nMessage-ID:\r\n <ours@example.com>\r\nDATE: Fri, 1 Jan 2027 12:00:00 +0000\r\n\
                   X-Holdfast-Notification: ord_1-confirmation\r\n\r\nDate: of the show\r\n\r\nBye";
        let sent = as_sent_on(raw, "0100-1", "2027-01-02T08:05:00Z".parse().unwrap());
        assert_eq!(
            sent,
            "Message-ID: <0100-1@email.amazonses.com>\r\nDate: Sat, 02 Jan 2027 08:05:00 +0000\r\nFrom: a@example.com\r\n\
             X-Holdfast-Notification: ord_1-confirmation\r\n\r\nDate: of the show\r\n\r\nBye"
        );
        assert_eq!(as_sent_on("", "0100-1", jiff::Timestamp::UNIX_EPOCH), "", "it came in parts");
    }
}
