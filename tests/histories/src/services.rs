//! Queues, secrets and mail, in memory and without any life of their own.

use std::collections::BTreeMap;

use bytes::Bytes;
use http::Response;
use serde_json::{Value, json};

/// How often a message is handed out before it goes to the dead letters.
const RECEIVED: u8 = 5;

/// A body, with how often it was handed out.
#[derive(Debug, Clone)]
pub(crate) struct Message {
    pub(crate) id: String,
    pub(crate) body: String,
    pub(crate) received: u8,
}

/// What functions have sent to one of SQS' queues and no function has deleted.
#[derive(Debug, Default)]
pub(crate) struct Queue {
    messages: Vec<Message>,
    next: u64,
    /// How many messages went to the dead letters.
    pub(crate) dead: u32,
}

impl Queue {
    fn put(&mut self, body: &str) -> String {
        self.next += 1;
        let id = format!("message-{}", self.next);
        self.messages.push(Message { id: id.clone(), body: body.to_owned(), received: 0 });
        id
    }

    /// Takes messages that are handed out, by the order in which they lie after `pick`. What fails is put back.
    pub(crate) fn take(&mut self, most: usize, pick: impl FnOnce(&mut Vec<Message>)) -> Vec<Message> {
        pick(&mut self.messages);
        let rest = self.messages.split_off(self.messages.len().min(most));
        std::mem::replace(&mut self.messages, rest)
    }

    /// Takes a message back whose handling failed; after too many times it goes to the dead letters.
    pub(crate) fn put_back(&mut self, message: Message) {
        if message.received + 1 >= RECEIVED {
            self.dead += 1;
            return;
        }
        self.messages.push(Message { received: message.received + 1, ..message });
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.messages.is_empty()
    }
}

/// All of AWS but the table.
#[derive(Debug, Default)]
pub(crate) struct Services {
    /// By the last part of their addresses.
    pub(crate) queues: BTreeMap<String, Queue>,
    /// Values of secrets by name.
    pub(crate) secrets: BTreeMap<String, String>,
    /// How many mails left.
    pub(crate) mails: u32,
}

fn answer(body: &Value) -> Response<Bytes> {
    let mut answer = Response::new(Bytes::from(body.to_string()));
    answer.headers_mut().insert("content-type", http::HeaderValue::from_static("application/x-amz-json-1.0"));
    answer
}

impl Services {
    /// Answers a call to SQS.
    pub(crate) fn queue(&mut self, operation: &str, request: &Value) -> Response<Bytes> {
        let name = request["QueueUrl"].as_str().and_then(|url| url.rsplit('/').next()).unwrap_or_default();
        let queue = self.queues.entry(name.to_owned()).or_default();
        let entry = |queue: &mut Queue, of: &Value| {
            let id = queue.put(of["MessageBody"].as_str().unwrap_or_default());
            json!({ "Id": of["Id"], "MessageId": id, "MD5OfMessageBody": "d41d8cd98f00b204e9800998ecf8427e" })
        };
        match operation {
            "SendMessageBatch" => {
                let entries = request["Entries"].as_array().into_iter().flatten();
                let done: Vec<_> = entries.map(|of| entry(queue, of)).collect();
                answer(&json!({ "Successful": done, "Failed": [] }))
            }
            "SendMessage" => answer(&entry(queue, request)),
            other => {
                let mut refused =
                    answer(&json!({ "__type": "com.amazonaws.sqs#UnsupportedOperation", "message": other }));
                *refused.status_mut() = http::StatusCode::BAD_REQUEST;
                refused
            }
        }
    }

    /// Answers a call to Secrets Manager.
    pub(crate) fn secret(&self, request: &Value) -> Response<Bytes> {
        let name = request["SecretId"].as_str().unwrap_or_default();
        match self.secrets.get(name) {
            Some(value) => answer(&json!({ "ARN": name, "Name": name, "SecretString": value, "VersionId": "v" })),
            None => {
                let mut refused = answer(&json!({ "__type": "ResourceNotFoundException", "message": name }));
                *refused.status_mut() = http::StatusCode::BAD_REQUEST;
                refused
            }
        }
    }

    /// Answers a call to SES.
    pub(crate) fn mail(&mut self) -> Response<Bytes> {
        self.mails += 1;
        answer(&json!({ "MessageId": format!("mail-{}", self.mails) }))
    }
}
