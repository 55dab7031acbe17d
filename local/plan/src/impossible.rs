//! Why there is no plan.

use rust_decimal::Decimal;

/// Why an on-sale cannot be as it was said. Each tells what would be possible.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Impossible {
    /// A number that must be above zero is not.
    #[error("{what}: {given}, where there has to be at least one")]
    NotPositive {
        /// Which number.
        what: &'static str,
        /// As it was said.
        given: i64,
    },
    /// A number is beyond a limit.
    #[error("{what}: {given}, where {most} is the most")]
    TooMany {
        /// Which number.
        what: &'static str,
        /// As it was said.
        given: u64,
        /// The limit.
        most: u64,
    },
    /// An offer would have no ticket.
    #[error("{tickets} tickets cannot be spread over {offers} offers")]
    EmptyOffers {
        /// Offers that were said.
        offers: u64,
        /// Tickets that were said.
        tickets: u64,
    },
    /// A price that no ticket can have.
    #[error("a price of {price}: it has to be above zero, {most} at the most, with two decimals at the most")]
    Price {
        /// As it was said.
        price: Decimal,
        /// The limit, in whole units.
        most: u32,
    },
    /// Stripe takes too few calls for all to be answered in time.
    #[error(
        "{buyers} buyers are {needed} a second, and Stripe takes {pace} sessions a second: ask Stripe for {needed}, or give \
         the sale {minutes} minutes"
    )]
    Pace {
        /// Who are to be answered.
        buyers: u64,
        /// Sessions a second that would do.
        needed: u64,
        /// Sessions a second that Stripe takes.
        pace: u64,
        /// Minutes that would do.
        minutes: u64,
    },
    /// The stock of an offer cannot be spread thinly enough.
    #[error(
        "{per_second} orders a second need {needed} shards for each offer, and an offer has {most} at the most: spread the \
         tickets over {offers} offers, or give the sale {minutes} minutes"
    )]
    Shards {
        /// Orders a second.
        per_second: u64,
        /// Shards of each offer that would do.
        needed: u64,
        /// The limit of the code.
        most: u64,
        /// Offers that would do.
        offers: u64,
        /// Minutes that would do.
        minutes: u64,
    },
    /// All buyers meet in one place of the table, which no shards spread.
    #[error(
        "{per_second} buyers a second are {units} {what} a second, and DynamoDB takes {most}: give the sale {minutes} minutes"
    )]
    Partition {
        /// Buyers a second.
        per_second: u64,
        /// What they do there, in words.
        what: &'static str,
        /// Units a second of that place.
        units: u64,
        /// DynamoDB's limit.
        most: u64,
        /// Minutes that would do.
        minutes: u64,
    },
    /// Lambda would still be adding executions when the sale is over.
    #[error(
        "{executions} executions of one function are there after {after} seconds at the soonest, and all is to be over in \
         {seconds}"
    )]
    LambdaSteps {
        /// Executions of the busiest function at once.
        executions: u64,
        /// Seconds until Lambda has added them.
        after: u64,
        /// Seconds that the sale has.
        seconds: u64,
    },
}
