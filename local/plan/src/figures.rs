//! Every figure that a plan is made from, each with its source. `tests/flows/load/planning.rs` holds those that are counted
//! against what requests take, and those of the template against the template.

/// Write units of the table to place an order on Stripe's page. Counted: `load::planning`, `docs/deploy.md`.
pub const PLACING_UNITS: u64 = 24;
/// Write units of the table for all of an order's life, with what its indexes take: placed, paid, settled, mailed. Counted:
/// `load::planning`; `docs/deploy.md`, "What it costs".
pub const ORDER_UNITS: u64 = 60;
/// How often a buyer for whom all is gone has tried to place an order before a read says so, each time for the units of
/// placing. Counted: `load::planning`.
pub const LATE_TRIES: u64 = 3;
/// Read units of a buyer on the pages up to the order, or up to hearing that all is gone, beside the shards. Counted:
/// `load::counting::an_order_on_the_pages_takes_these_requests`.
pub const BUYER_READS: u64 = 35;
/// How often a buyer on the pages reads each shard of an offer: in the listing and, where all is gone, once more. Counted:
/// `load::planning`.
pub const SHARD_READS: u64 = 2;
/// Requests of a buyer on the pages, style and script with them. Counted:
/// `load::counting::an_order_on_the_pages_takes_these_requests`, which has eight.
pub const BUYER_REQUESTS: u64 = 10;
/// How often a buyer reads the listing's own item at the most: once with each request that is not style or script.
pub const LISTING_READS: u64 = 8;
/// Write units that an order takes of one partitioned list or index at the most, in all its life: of the agenda, where an
/// order's place changes twice, each change being two writes. `docs/table.md`.
pub const LIST_UNITS: u64 = 5;
/// Partitions of each of these lists. `docs/table.md`: eight.
pub const LIST_PARTITIONS: u64 = 8;
/// Transactions that one shard takes in a second, planned with: two thirds of the 55 that it takes while each keeps it busy
/// for 18 ms. `docs/performance.md`, "Contention"; shown by `load::planning::a_shard_takes_what_a_plan_gives_it`.
pub const SHARD_TRANSACTIONS: u64 = 36;
/// Transactions of an order at a shard: placed, and settled.
pub const SHARD_TRANSACTIONS_OF_ORDER: u64 = 2;

/// Write units that one partition of DynamoDB takes in a second. AWS, "Best practices for designing partition keys".
pub const PARTITION_WRITES: u64 = 1_000;
/// Read units that one partition of DynamoDB takes in a second. The same page.
pub const PARTITION_READS: u64 = 3_000;
/// Write units a second that a new on-demand table takes, and the least that it can be warmed to. AWS, "Warm throughput".
pub const NEW_TABLE_WRITES: u64 = 4_000;
/// Read units a second that a new on-demand table takes, and the least that it can be warmed to. The same page.
pub const NEW_TABLE_READS: u64 = 12_000;
/// Read or write units a second that an account's quota gives a table. AWS, "Quotas in Amazon DynamoDB".
pub const TABLE_QUOTA: u64 = 40_000;
/// The table and its three indexes, each of which is warmed. `infra/template.yaml`.
pub const WARMED: u64 = 4;

/// Executions at once that Lambda lets an account have. AWS, "Lambda quotas"; a new account may have 10.
pub const LAMBDA_CONCURRENCY: u64 = 1_000;
/// Executions that Lambda adds to one function within [`LAMBDA_STEP_SECONDS`]. AWS, "Lambda scaling behavior".
pub const LAMBDA_STEP: u64 = 1_000;
/// How long one step of [`LAMBDA_STEP`] takes, in seconds. The same page.
pub const LAMBDA_STEP_SECONDS: u64 = 10;
/// Memory of each function, in MB. `infra/template.yaml`.
pub const MEMORY_MB: u64 = 512;
/// Milliseconds of a page that is shown: two round trips of the table at 8 ms, and the page. `docs/performance.md`, "Mail".
pub const PAGE_MS: u64 = 40;
/// Milliseconds of placing, beside Stripe's: half of a crowd has lost to others for that long at shards that are busy for 18 ms.
/// `docs/performance.md`, "Contention".
pub const PLACING_MS: u64 = 300;
/// Milliseconds of a buyer who hears that all is gone: the tries and a read, 18 ms each, and the page.
pub const LATE_MS: u64 = 150;
/// Milliseconds of an event of Stripe's; one of an order's settles it, at a busy shard.
pub const EVENT_MS: u64 = 300;
/// Events of Stripe's for an order. `docs/deploy.md`, "What it costs".
pub const ORDER_EVENTS: u64 = 3;
/// Milliseconds of a function's time for a mail with tickets and receipt. `docs/performance.md`, "Mail".
pub const MAIL_MS: u64 = 56;
/// Functions that send mail, unless the template is told otherwise: `MailConcurrency` in `infra/template.yaml`.
pub const MAIL_FUNCTIONS: u64 = 5;
/// Executions of the sweeper and the worker at once.
pub const BESIDE: u64 = 4;
/// Of the executions that are reckoned, so many more are asked for, in percent: requests come in clusters.
pub const SPARE_PERCENT: u64 = 25;

/// Calls a second that Stripe takes for one endpoint. <https://docs.stripe.com/rate-limits>
pub const STRIPE_ENDPOINT: u64 = 25;
/// Calls a second that Stripe takes in live mode, all endpoints together. The same page.
pub const STRIPE_LIVE: u64 = 100;
/// Requests a second that API Gateway takes of an account in a region. AWS, "API Gateway quotas".
pub const GATEWAY_QUOTA: u64 = 10_000;
/// Milliseconds that making a session takes Stripe, where nothing else is said.
pub const STRIPE_MS: u64 = 1_000;
/// Most milliseconds that Stripe may take: then the function's own time is over. `checkout::TIME`.
pub const STRIPE_MS_MOST: u64 = 28_000;
/// Minutes in which a buyer pays, where nothing else is said.
pub const MINUTES_TO_PAY: u64 = 5;
/// Tickets of an order, where nothing else is said.
pub const PER_ORDER: u64 = 2;

/// Prices in billionths of a dollar, of us-east-1 at the time of writing, as in `docs/deploy.md`, "What it costs".
pub mod prices {
    /// A request at API Gateway's HTTP API.
    pub const REQUEST: u64 = 1_000;
    /// An invocation of Lambda.
    pub const INVOCATION: u64 = 200;
    /// A second of Lambda with one GB, on arm64.
    pub const GB_SECOND: u64 = 13_333;
    /// A write unit, on demand.
    pub const WRITE: u64 = 625;
    /// A read unit, on demand.
    pub const READ: u64 = 125;
    /// A write unit a second of warm throughput beyond a new table's, once.
    pub const WARM_WRITE: u64 = 650_000;
    /// A read unit a second of warm throughput beyond a new table's, once.
    pub const WARM_READ: u64 = 130_000;
    /// A request at SQS.
    pub const QUEUE: u64 = 400;
    /// A mail of SES.
    pub const MAIL: u64 = 100_000;
    /// A KB of CloudWatch Logs.
    pub const LOG_KB: u64 = 500;
    /// Stripe's share of a payment by card, in ten-thousandths. <https://stripe.com/pricing>, United States.
    pub const STRIPE_SHARE: u32 = 290;
    /// Stripe's fixed part of a payment by card, in cents. The same page.
    pub const STRIPE_CENTS: u32 = 30;
}

/// Requests at SQS for an order: its notification is put in and taken out. `docs/deploy.md`, "What it costs".
pub const ORDER_QUEUE_REQUESTS: u64 = 2;
/// KB of logs for an invocation: 10 GB for the six million of a million orders. `docs/deploy.md`, "What it costs".
pub const LOG_KB: u64 = 2;
