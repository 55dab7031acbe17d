//! One whole system, and one way to talk to it.

use std::{
    collections::BTreeMap,
    sync::{
        Mutex,
        atomic::{AtomicU32, AtomicUsize, Ordering},
    },
};

use audit::Everything;
use axum::{Router, body::Body};
use http::{Method, header};
use local::{Options, Stack, TokenFields, aws::Mail};
use serde_json::{Value, json};
use tower::ServiceExt;

use crate::{
    answer::Answer,
    call::{Call, token},
    capture,
    constants::SHOW,
    sign,
};

/// A system of its own.
#[derive(Debug)]
pub struct World {
    /// The stack, for what HTTP does not reach.
    pub stack: Stack,
    api: Router,
    count: AtomicU32,
    /// How much mail is forgotten, see [`World::forget_mail`].
    forgotten: AtomicUsize,
    /// How many slots begin so many seconds from the start, see [`World::slot`].
    pub(crate) slots: Mutex<BTreeMap<i64, Vec<String>>>,
}

impl World {
    /// A system without any data.
    pub async fn empty(options: Options) -> Self {
        capture::listen();
        let stack = Stack::start(options).await.expect("the stack starts");
        let api = stack.api();
        Self { stack, api, count: AtomicU32::new(0), forgotten: AtomicUsize::new(0), slots: Mutex::default() }
    }

    /// Every setting of every function, as this stack has it.
    #[must_use]
    pub fn settings(&self) -> BTreeMap<String, String> {
        let template = local::template::Template::embedded().expect("the template is whole");
        let declared = template.functions.iter().flat_map(|function| &function.environment);
        let names = declared.flat_map(|variable| {
            let plain = variable.name.strip_suffix("_ARN").unwrap_or(&variable.name);
            [variable.name.clone(), plain.to_owned()]
        });
        let ambient = ["AWS_REGION", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"].map(str::to_owned);
        let names = names.chain(ambient);
        names.filter_map(|name| Some((name.clone(), self.stack.setting(&name)?.to_owned()))).collect()
    }

    /// Another handle on a running stack, without data being added.
    #[must_use]
    pub fn on(stack: Stack) -> Self {
        let api = stack.api();
        Self { stack, api, count: AtomicU32::new(0), forgotten: AtomicUsize::new(0), slots: Mutex::default() }
    }

    /// A number that this world gives once.
    pub fn next(&self) -> u32 {
        self.count.fetch_add(1, Ordering::Relaxed)
    }

    /// Any request.
    pub fn call(&self, method: Method, path: &str) -> Call<'_> {
        Call::new(&self.stack, &self.api, method, path)
    }

    /// `GET`s a path.
    pub fn get(&self, path: &str) -> Call<'_> {
        self.call(Method::GET, path)
    }

    /// `POST`s to a path.
    pub fn post(&self, path: &str) -> Call<'_> {
        self.call(Method::POST, path)
    }

    /// `PUT`s to a path.
    pub fn put(&self, path: &str) -> Call<'_> {
        self.call(Method::PUT, path)
    }

    /// `DELETE`s a path.
    pub fn delete(&self, path: &str) -> Call<'_> {
        self.call(Method::DELETE, path)
    }

    /// A token of a caller with that role.
    #[must_use]
    pub fn token(&self, role: &str, organization: Option<&str>) -> String {
        token(&self.stack, role, organization)
    }

    /// A customer's token.
    #[must_use]
    pub fn customer(&self, subject: &str) -> String {
        self.stack.token(&TokenFields { sub: subject.to_owned(), ..TokenFields::default() })
    }

    /// Lets webhooks and queue run until nothing moves.
    pub async fn settle(&self) {
        self.stack.settle().await.expect("the queue answers");
    }

    /// Runs the cleanup function as its schedule does.
    pub async fn sweep(&self) -> engine::SweepReport {
        self.stack.sweep().await.expect("the agenda can be read")
    }

    /// Moves the clock of all parts.
    pub async fn advance(&self, seconds: i64) {
        self.stack.advance(seconds).await;
    }

    /// What one of the offers of [`SHOW`] has: available, held, sold.
    pub async fn stock(&self, offer: &str) -> (u32, u32, u32) {
        self.stock_of(SHOW, offer).await
    }

    /// What any offer has: available, held, sold.
    pub async fn stock_of(&self, listing: &str, offer: &str) -> (u32, u32, u32) {
        let all = self.everything().await;
        let shards = all.shards.iter().filter(|s| s.listing.as_str() == listing && s.offer.as_str() == offer);
        shards.fold((0, 0, 0), |sum, shard| (sum.0 + shard.available, sum.1 + shard.held, sum.2 + shard.sold))
    }

    /// Everything in the table.
    pub async fn everything(&self) -> Everything {
        audit::everything(self.stack.engine().store()).await.expect("the table answers")
    }

    /// Controls the stand-in for Stripe, as `POST /_test/{path}`.
    pub async fn at_stripe(&self, path: &str, body: &Value) -> Value {
        let request = http::Request::post(format!("/_test/{path}"))
            .header(header::CONTENT_TYPE, "application/json")
            .body(Body::from(body.to_string()))
            .expect("a request that can be sent");
        let router = self.stack.stripe().router();
        let response = router.oneshot(request).await.unwrap_or_else(|never| match never {});
        Answer::read(response).await.expect(200)
    }

    /// The bank gives back a refund that Stripe had accepted; `refund` is an answer of the API.
    pub async fn fail_refund(&self, refund: &Value) {
        let id = refund["stripe_refund_id"].as_str().expect("Stripe has it");
        self.at_stripe(&format!("refunds/{id}/fail"), &json!({})).await;
    }

    /// Hands an event to the webhook, signed as Stripe signs it.
    pub async fn event(&self, event: &Value) -> Answer {
        let body = event.to_string();
        let now = self.stack.clock().now().as_second();
        self.webhook(&body, Some(&sign::header(sign::SECRET, now, &body))).await
    }

    /// Sends the webhook any body with any signature.
    pub async fn webhook(&self, body: &str, signature: Option<&str>) -> Answer {
        let mut call = self.post("/webhooks/stripe").bytes("application/json; charset=utf-8", body.to_owned());
        if let Some(signature) = signature {
            call = call.header("stripe-signature", signature);
        }
        call.await
    }

    /// Stripe's events so far of one type, oldest first.
    #[must_use]
    pub fn events(&self, kind: &str) -> Vec<Value> {
        self.stack.stripe().objects("event").into_iter().filter(|event| event["type"] == kind).collect()
    }

    /// An object of the stand-in.
    #[must_use]
    #[track_caller]
    pub fn object(&self, id: &str) -> Value {
        self.stack.stripe().object(id).expect("Stripe has it")
    }

    /// All mail so far that is not forgotten.
    #[must_use]
    pub fn mails(&self) -> Vec<Mail> {
        let mut mails = self.stack.mails();
        mails.split_off(self.forgotten.load(Ordering::Relaxed).min(mails.len()))
    }

    /// Forgets all mail so far, as the table does when it is set back.
    pub fn forget_mail(&self) {
        self.forgotten.store(self.stack.mails().len(), Ordering::Relaxed);
    }

    /// The subjects of all mail so far, by recipient.
    #[must_use]
    pub fn mail(&self) -> BTreeMap<String, Vec<String>> {
        let mut by_recipient = BTreeMap::<String, Vec<String>>::new();
        for mail in self.mails() {
            by_recipient.entry(mail.to).or_default().push(mail.subject);
        }
        by_recipient
    }
}
