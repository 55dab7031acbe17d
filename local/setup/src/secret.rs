//! `setup secret`: fills and rotates. While a secret is rotated it holds two values, and the functions take both.

use rand::{Rng, distr::Alphanumeric};
use runtime::{Secret, Settings, SharedWire};

use crate::{arguments::SecretAction, terminal::Terminal, vault::Vault};

/// How long a value is that is made here.
const LENGTH: usize = 64;

/// Does one action. Always whole, as it says itself why it is not done.
pub(crate) async fn act(
    action: SecretAction,
    settings: &Settings,
    wire: &SharedWire,
    terminal: &mut Terminal<'_>,
) -> Result<bool, String> {
    let open = |id: &str| Vault::open(id, settings, wire);
    let said = match action {
        SecretAction::Put { id } => {
            let value = read(terminal)?;
            open(&id)?.write(&[value]).await?;
            format!("{id} has this value now, and no other.")
        }
        SecretAction::Add { id, generate } => {
            let vault = open(&id)?;
            let mut values = vault.read().await?;
            if values.len() > 1 {
                return Err(format!("{id} has two values already: `settle` drops the older one"));
            }
            values.insert(0, if generate { made() } else { read(terminal)? });
            vault.write(&values).await?;
            format!("{id} has {} now, the new one first. In five minutes every function knows it.", count(values.len()))
        }
        SecretAction::Settle { id } => {
            let vault = open(&id)?;
            let mut values = vault.read().await?;
            if values.is_empty() {
                return Err(format!("{id} has no value yet"));
            }
            values.truncate(1);
            vault.write(&values).await?;
            format!("{id} has its newest value now, and no other.")
        }
    };
    terminal.line(&said)?;
    Ok(true)
}

fn count(values: usize) -> &'static str {
    if values == 1 { "one value" } else { "two values" }
}

/// A value from standard input: one word.
fn read(terminal: &mut Terminal<'_>) -> Result<Secret, String> {
    let value = terminal.read()?;
    let legal = |c: char| c.is_ascii_graphic() && c != ',';
    if value.is_empty() || !value.chars().all(legal) {
        return Err("standard input must hold the secret: one word, on one line".to_owned());
    }
    Ok(Secret::new(value))
}

fn made() -> Secret {
    Secret::new(rand::rng().sample_iter(Alphanumeric).take(LENGTH).map(char::from).collect::<String>())
}
