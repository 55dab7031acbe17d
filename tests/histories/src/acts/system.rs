//! What the platform does: schedules, queues, the table's deletions, rotations.

use std::sync::Arc;

use aws_lambda_events::event::sqs::{SqsBatchResponse, SqsEvent};
use serde_json::json;

use super::doing::Doing;
use crate::{
    client::time_of,
    dice::Dice,
    process::Process,
    services::Message,
    step::{Function, SecretOf},
    world::{Instance, World, name_of},
};

/// The queues, each with its function and the size of its batches.
const QUEUES: [(&str, Function, usize); 2] = [("notifications", Function::Notify, 10), ("work", Function::Worker, 1)];

impl World {
    /// Runs the sweeper once, as its schedule does.
    pub(crate) async fn sweep(&self, process: Arc<Process>) {
        let run = async {
            match self.instance(Function::Cleanup).await {
                Some(Instance::Sweeper(sweeper)) => sweeper.run(cleanup::SCHEDULED).await.ok(),
                _ => None,
            }
        };
        let report = process.run(run).await;
        if report.is_none() {
            self.stop(Function::Cleanup);
        }
        self.remark(|| format!("swept: {report:?}"));
    }

    /// Hands a batch of messages out, and says whether there were any.
    pub(crate) async fn hand_out(
        &self,
        (name, function, size): (&str, Function, usize),
        process: Arc<Process>,
        dice: &mut Dice,
        (lost, twice): (u8, u8),
    ) -> bool {
        let taken = {
            let mut inner = self.outside.inner();
            let Some(queue) = inner.services.queues.get_mut(name) else { return false };
            if queue.is_empty() {
                return false;
            }
            queue.take(size, |messages| dice.shuffle(messages))
        };
        let taken: Vec<_> = taken.into_iter().filter(|_| !dice.percent(lost.into())).collect();
        let answer = process.run(self.handle(function, &taken)).await;
        if answer.is_none() {
            self.stop(function);
        }
        let failed = |message: &Message| match answer.as_ref().and_then(Option::as_ref) {
            Some(answer) => answer.batch_item_failures.iter().any(|failure| failure.item_identifier == message.id),
            None => true,
        };
        self.remark(|| {
            format!("{name}: {} messages, {} failed", taken.len(), taken.iter().filter(|m| failed(m)).count())
        });
        for message in taken {
            let again = failed(&message) || dice.percent(twice.into());
            if let Some(queue) = self.outside.inner().services.queues.get_mut(name).filter(|_| again) {
                queue.put_back(message);
            }
        }
        true
    }

    async fn handle(&self, function: Function, messages: &[Message]) -> Option<SqsBatchResponse> {
        let record = |message: &Message| json!({ "messageId": message.id, "body": message.body });
        let records: Vec<_> = messages.iter().map(record).collect();
        let event: SqsEvent = serde_json::from_value(json!({ "Records": records })).ok()?;
        match self.instance(function).await? {
            Instance::Mailer(notify) => Some(notify.handle(event).await),
            Instance::Jobs(worker) => Some(worker.handle(event).await),
            _ => None,
        }
    }

    /// Hands out all that is in the queues.
    pub(crate) async fn drain(&self, salt: u64) {
        let mut dice = Dice::new(salt);
        for _ in 0..20 {
            let mut any = false;
            for queue in QUEUES {
                let process = Process::new(0, &[], salt, time_of(queue.1));
                any |= self.hand_out(queue, process, &mut dice, (0, 0)).await;
            }
            if !any {
                return;
            }
        }
    }
}

impl Doing<'_> {
    /// The schedule fires, so many times at once.
    pub(super) async fn sweep(&self, times: u8) {
        let runs = (0..u16::from(times)).map(|n| self.world.sweep(self.process(n, Function::Cleanup)));
        all(runs).await;
    }

    pub(super) async fn sweep_by_hand(&self) {
        let secrets = self.world.outside.inner().services.secrets[name_of(SecretOf::Cron)].clone();
        let secret = secrets.split(',').next().unwrap_or_default();
        let ask = self.world.ask(Function::Cleanup, "POST", "/v1/maintenance/cleanup").token(secret);
        ask.by(self.process(0, Function::Cleanup)).await;
    }

    pub(super) async fn queues(&self, lost: u8, twice: u8) {
        let mut dice = Dice::new(self.salt ^ 0x99);
        let mut n = 0;
        for queue in QUEUES {
            for _ in 0..3 {
                let process = self.process(n, queue.1);
                n += 1;
                if !self.world.hand_out(queue, process, &mut dice, (lost, twice)).await {
                    break;
                }
            }
        }
    }

    pub(super) fn ttl(&self, percent: u8) {
        let mut dice = Dice::new(self.salt ^ 0x55);
        let (second, now) = (self.world.now().as_second(), self.world.outside.now_ms());
        let gone = self.world.outside.inner().table.expire(second, now, || dice.percent(percent.into()));
        self.world.remark(|| format!("the table forgot {gone}"));
    }

    /// Rotates a secret. With an overlap the older one is honoured as well.
    pub(super) fn rotate(&self, secret: SecretOf, overlaps: bool) {
        let name = name_of(secret);
        let before = self.world.outside.inner().services.secrets[name].clone();
        let first = before.split(',').next().unwrap_or_default().to_owned();
        let base = match secret {
            SecretOf::Stripe => "sk_test_",
            SecretOf::Webhook => "whsec_",
            SecretOf::Cron => "cron-secret-",
            SecretOf::Token => "token-secret-",
        };
        let new = format!("{base}{}", 1_000 + self.step.id);
        if secret == SecretOf::Stripe {
            let accepted = if overlaps { vec![new.clone(), first] } else { vec![new.clone()] };
            self.world.outside.stripe.set_accepted_keys(Some(accepted));
            self.world.outside.inner().services.secrets.insert(name.to_owned(), new);
            return;
        }
        let value = if overlaps { format!("{new},{first}") } else { new };
        self.world.outside.inner().services.secrets.insert(name.to_owned(), value);
    }
}

/// Runs all of them at once, on this task.
async fn all(runs: impl Iterator<Item = impl Future<Output = ()>>) {
    let mut runs: Vec<_> = runs.map(Box::pin).collect();
    std::future::poll_fn(|context| {
        runs.retain_mut(|run| run.as_mut().poll(context).is_pending());
        if runs.is_empty() { std::task::Poll::Ready(()) } else { std::task::Poll::Pending }
    })
    .await;
}
