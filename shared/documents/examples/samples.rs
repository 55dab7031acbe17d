//! Writes documents to look at into a directory: `cargo run -p documents --example samples -- DIR`.

use std::{env, error::Error, fs, path::PathBuf};

use printed::{
    SCRIPTS,
    samples::{CODES, in_script, long_ticket, receipt, ticket, tickets},
};

fn main() -> Result<(), Box<dyn Error>> {
    let directory = PathBuf::from(env::args().nth(1).ok_or("where to?")?);
    let fonts = documents::FontFolder::default();
    let mut plain = tickets(CODES.iter().map(|code| ticket(code)).collect());
    if let Some(last) = plain.tickets.last_mut() {
        last.vip = true;
    }
    let mut scripts = tickets(SCRIPTS.iter().map(|script| in_script(*script)).collect());
    scripts.time_zone = Some("Asia/Kolkata".to_owned());
    let mut long = tickets(vec![long_ticket()]);
    long.time_zone = None;
    for (name, document) in [("tickets", plain), ("scripts", scripts), ("long", long)] {
        fs::write(directory.join(name).with_extension("pdf"), documents::tickets_pdf(&document, &fonts)?)?;
    }
    for (name, document) in [("receipt", receipt(3, 2)), ("receipt-long", receipt(10, 100))] {
        fs::write(directory.join(name).with_extension("pdf"), documents::receipt_pdf(&document, &fonts)?)?;
    }
    Ok(())
}
