//! What is kept over restarts beside the table and the mail: how far the clock was moved, and the Stripe stand-in's state.

use std::{
    fs::{self, File, TryLockError},
    io::ErrorKind,
    path::{Path, PathBuf},
};

use jiff::Timestamp;
use runtime::Clock;
use serde::{Deserialize, Serialize};
use stripe_stand_in::StandIn;

use crate::options::StackError;

/// A data directory, locked for this process.
#[derive(Debug)]
pub(crate) struct Keeper {
    directory: PathBuf,
    /// Two processes in one directory would overwrite each other's files.
    _lock: File,
}

#[derive(Debug, Serialize, Deserialize)]
struct Kept {
    clock_offset_seconds: i64,
}

impl Keeper {
    /// Makes the directory if it is not there, and locks it.
    pub(crate) fn open(directory: PathBuf) -> Result<Self, StackError> {
        fs::create_dir_all(&directory).map_err(|error| problem(&directory, error))?;
        let path = directory.join("lock");
        let lock = File::create(&path).map_err(|error| problem(&path, error))?;
        match lock.try_lock() {
            Ok(()) => Ok(Self { directory, _lock: lock }),
            Err(TryLockError::WouldBlock) => Err(problem(&directory, "another process is using it")),
            Err(TryLockError::Error(error)) => Err(problem(&path, error)),
        }
    }

    /// Restores clock and Stripe.
    pub(crate) fn restore(&self, clock: &Clock, stripe: &StandIn) -> Result<(), StackError> {
        let (path, text) = self.read("clock.json")?;
        if let Some(text) = text {
            let kept: Kept = serde_json::from_str(&text).map_err(|error| problem(&path, error))?;
            clock.advance(kept.clock_offset_seconds);
        }
        let (path, text) = self.read("stripe.json")?;
        match text {
            Some(text) => stripe.restore(&text).map_err(|error| problem(&path, error)),
            None => Ok(()),
        }
    }

    /// Writes both.
    pub(crate) fn save(&self, clock: &Clock, stripe: &StandIn) -> Result<(), StackError> {
        let offset = clock.now().as_second() - Timestamp::now().as_second();
        let kept = Kept { clock_offset_seconds: offset };
        let path = self.directory.join("clock.json");
        self.write(&path, &serde_json::to_string(&kept).map_err(|error| problem(&path, error))?)?;
        let path = self.directory.join("stripe.json");
        self.write(&path, &stripe.snapshot().map_err(|error| problem(&path, error))?)
    }

    fn read(&self, name: &str) -> Result<(PathBuf, Option<String>), StackError> {
        let path = self.directory.join(name);
        match fs::read_to_string(&path) {
            Ok(text) => Ok((path, Some(text))),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok((path, None)),
            Err(error) => Err(problem(&path, error)),
        }
    }

    /// Replaces the file as a whole, so that a crash leaves the old one or the new one.
    fn write(&self, path: &Path, text: &str) -> Result<(), StackError> {
        let new = path.with_extension("new");
        fs::write(&new, text).map_err(|error| problem(&new, error))?;
        fs::rename(&new, path).map_err(|error| problem(path, error))
    }
}

fn problem(path: &Path, reason: impl std::fmt::Display) -> StackError {
    StackError::Data { path: path.display().to_string(), reason: reason.to_string() }
}
