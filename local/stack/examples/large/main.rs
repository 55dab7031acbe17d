//! Large work on a local stack, at Stripe's pace, and its figures.
//!
//! `cargo run --profile quick -p local --example large` runs everything; with names behind it (`slots`, `check`, `holds`,
//! `cancel`, `search`, `export`) only those, and with `cancel=20000` in another size. The stand-in takes 25 calls a second for
//! each endpoint, as Stripe does, and answers 429 above that. Everything shares this process and its cores; time is real.

#![allow(clippy::print_stdout, reason = "figures are what this is for")]
#![allow(clippy::expect_used, reason = "a benchmark that cannot run should say so and stop")]

mod bench;
mod reading;
mod work;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

#[tokio::main]
async fn main() {
    let names: Vec<String> = std::env::args().skip(1).filter(|arg| !arg.starts_with('-')).collect();
    let size = |name: &str, usual: u64| {
        if names.is_empty() {
            return Some(usual);
        }
        let arg = names.iter().find(|arg| arg.split('=').next() == Some(name))?;
        Some(arg.split_once('=').and_then(|(_, size)| size.parse().ok()).unwrap_or(usual))
    };
    println!("cores: {}", std::thread::available_parallelism().map_or(1, usize::from));
    if let Some(slots) = size("slots", 400) {
        work::change_slots(slots).await;
    }
    if let Some(orders) = size("check", 20_000) {
        work::check(orders).await;
    }
    if let Some(orders) = size("holds", 5_000) {
        work::holds(orders).await;
    }
    if let Some(orders) = size("cancel", 5_000) {
        work::cancel(orders).await;
    }
    if let Some(orders) = size("search", 100_000) {
        reading::search(orders).await;
    }
    if let Some(orders) = size("export", 100_000) {
        reading::export(orders).await;
    }
}
