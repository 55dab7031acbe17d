//! Says what an on-sale needs: `cargo run -p plan -- --tickets 50000 --buyers 200000 --minutes 10`. `docs/deploy.md` says
//! when.

use std::{io::Write as _, process::ExitCode};

use clap::Parser;
use plan::{Given, OnSale, figures, plan, table};
use rust_decimal::Decimal;

/// Prints what an on-sale needs of AWS and Stripe, from the figures that the tests count; or why it cannot be.
#[derive(Debug, Parser)]
#[command(name = "plan")]
struct Arguments {
    /// Tickets for sale
    #[arg(long, allow_negative_numbers = true)]
    tickets: i64,
    /// People who try to buy
    #[arg(long, allow_negative_numbers = true)]
    buyers: i64,
    /// Within how many minutes from the opening all of them are answered
    #[arg(long, allow_negative_numbers = true)]
    minutes: i64,
    /// Tickets of an order
    #[arg(long, allow_negative_numbers = true, default_value_t = figures::PER_ORDER.cast_signed())]
    per_order: i64,
    /// Offers that the tickets are spread over evenly
    #[arg(long, allow_negative_numbers = true, default_value_t = 1)]
    offers: i64,
    /// Calls a second that Stripe has agreed to take for making sessions; without it the plan says how many to ask for
    #[arg(long, allow_negative_numbers = true)]
    stripe_per_second: Option<i64>,
    /// How long Stripe takes to make a session
    #[arg(long, allow_negative_numbers = true, default_value_t = figures::STRIPE_MS.cast_signed())]
    stripe_milliseconds: i64,
    /// How long each buyer takes to pay
    #[arg(long, allow_negative_numbers = true, default_value_t = figures::MINUTES_TO_PAY.cast_signed())]
    minutes_to_pay: i64,
    /// What one ticket costs, as 25.00, for what Stripe keeps
    #[arg(long, allow_negative_numbers = true)]
    listing_price: Option<Decimal>,
    /// Print JSON instead of a table
    #[arg(long)]
    json: bool,
}

fn main() -> ExitCode {
    match run(&Arguments::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            let _written = writeln!(std::io::stderr(), "plan: {message}");
            ExitCode::FAILURE
        }
    }
}

fn run(arguments: &Arguments) -> Result<(), String> {
    let given = Given {
        tickets: arguments.tickets,
        buyers: arguments.buyers,
        minutes: arguments.minutes,
        per_order: arguments.per_order,
        offers: arguments.offers,
        stripe_per_second: arguments.stripe_per_second,
        stripe_milliseconds: arguments.stripe_milliseconds,
        minutes_to_pay: arguments.minutes_to_pay,
        listing_price: arguments.listing_price,
    };
    let plan = OnSale::new(&given).and_then(|on_sale| plan(&on_sale)).map_err(|impossible| impossible.to_string())?;
    let text = if arguments.json {
        serde_json::to_string(&plan).map_err(|error| error.to_string())? + "\n"
    } else {
        table(&plan)
    };
    write!(std::io::stdout(), "{text}").map_err(|error| error.to_string())
}
