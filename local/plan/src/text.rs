//! A plan as people read it.

use std::fmt::Display;

use crate::{bill::Dollars, needs::Plan};

/// How wide the names of rows are.
const WIDTH: usize = 56;

/// The plan as a table of plain text: a row a line, each with what it is, its figure, and where it is set.
#[must_use]
pub fn table(plan: &Plan) -> String {
    let mut rows = Rows::default();
    rows.title("The sale");
    rows.row("orders", &plan.orders, "");
    rows.row("tickets that are sold", &plan.tickets, "");
    rows.row("buyers who are admitted each second", &plan.per_second, "");
    rows.title("Stock");
    let default = if plan.shards.by_default { "by itself" } else { "the offer's `shards`, before its first sale" };
    rows.row("shards of each offer", &plan.shards.each, default);
    rows.title("Table and its indexes");
    rows.row("write units in the worst second", &plan.warm.write_load, "");
    rows.row("read units in the worst second", &plan.warm.read_load, "");
    let warm = if plan.warm.write_units == 0 { "a new table takes it" } else { "with a deployment, before the sale" };
    rows.row("WarmWriteUnits", &plan.warm.write_units, warm);
    rows.row("WarmReadUnits", &plan.warm.read_units, warm);
    rows.title("Gateway and functions");
    rows.row("ThrottleRate", &plan.gateway.rate, "requests a second");
    rows.row("ThrottleBurst", &plan.gateway.burst, "");
    rows.row("CheckoutThrottleRate", &plan.gateway.checkout_rate, "requests a second");
    rows.row("CheckoutThrottleBurst", &plan.gateway.checkout_burst, "");
    rows.row("Lambda, concurrent executions", &plan.executions, "");
    rows.row("MailConcurrency", &plan.mail_functions, "");
    rows.title("Limits to ask for");
    for limit in &plan.limits {
        let given = if limit.given == 0 { "by account".to_owned() } else { format!("instead of {}", limit.given) };
        rows.row(&format!("{}: {}", limit.of, limit.what), &limit.needed, &given);
    }
    rows.title("Time from the opening");
    rows.row("the last order is placed", &time(plan.times.placed), "");
    rows.row("all buyers are answered", &time(plan.times.answered), "");
    rows.row("all have paid", &time(plan.times.paid), "");
    rows.row("at the latest, or their orders are over", &time(plan.times.paid_at_the_latest), "");
    rows.row("all have paid, if Stripe is not asked for more", &time(plan.times.paid_without_asking), "");
    rows.title("Dollars, us-east-1");
    let parts: [(&str, Dollars); 7] = [
        ("API Gateway", plan.bill.gateway),
        ("Lambda", plan.bill.lambda),
        ("DynamoDB, reads and writes", plan.bill.table),
        ("DynamoDB, warm throughput, once", plan.bill.warming),
        ("SQS and SES", plan.bill.mail),
        ("CloudWatch Logs", plan.bill.logs),
        ("all", plan.bill.all),
    ];
    for (name, dollars) in parts {
        rows.row(name, &dollars, "");
    }
    if let Some(stripe) = &plan.stripe {
        rows.title("Stripe, in the listing's currency");
        rows.row("what buyers pay", &stripe.turnover, "");
        rows.row("what Stripe keeps of it, by its list of prices", &stripe.fees, "");
    }
    rows.text
}

/// Minutes and seconds.
fn time(seconds: u64) -> String {
    format!("{}:{:02}", seconds / 60, seconds % 60)
}

#[derive(Default)]
struct Rows {
    text: String,
}

impl Rows {
    fn title(&mut self, title: &str) {
        if !self.text.is_empty() {
            self.text.push('\n');
        }
        self.text.push_str(title);
        self.text.push('\n');
    }

    fn row(&mut self, name: &str, figure: &dyn Display, note: &str) {
        let figure = figure.to_string();
        let line = format!("  {name:WIDTH$} {figure:>14}  {note}");
        self.text.push_str(line.trim_end());
        self.text.push('\n');
    }
}
