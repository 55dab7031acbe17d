//! A table in the making.

use csv::{Terminator, WriterBuilder};
use domain::{Order, SheetKind};

use crate::rows::{columns, rows};

/// By which spreadsheets know that a file is UTF-8.
const MARK: &[u8] = "\u{feff}".as_bytes();

/// Why a row is in no table: it has another number of cells than the row of names.
#[derive(Debug, thiserror::Error)]
#[error("a row of {kind:?} is none of its table: {reason}")]
pub struct SheetError {
    kind: SheetKind,
    reason: String,
}

/// A table in the making, or a part of one.
#[derive(Debug)]
pub struct Sheet {
    kind: SheetKind,
    bytes: Vec<u8>,
}

impl Sheet {
    /// A table from its beginning: the mark and the row of names.
    ///
    /// # Errors
    /// [`SheetError`], never for a kind of ours.
    pub fn new(kind: SheetKind) -> Result<Self, SheetError> {
        let mut sheet = Self { kind, bytes: MARK.to_vec() };
        let names = columns(kind).iter().map(|name| (*name).to_owned()).collect();
        sheet.write(&[names])?;
        Ok(sheet)
    }

    /// A further part of a table that was begun elsewhere.
    #[must_use]
    pub fn further(kind: SheetKind) -> Self {
        Self { kind, bytes: Vec::new() }
    }

    /// A table, or a part of one, that is gone on with: `bytes` are what it had.
    #[must_use]
    pub fn continued(kind: SheetKind, bytes: Vec<u8>) -> Self {
        Self { kind, bytes }
    }

    /// Adds an order's rows.
    ///
    /// # Errors
    /// [`SheetError`], never for a kind of ours.
    pub fn add(&mut self, order: &Order) -> Result<(), SheetError> {
        self.write(&rows(self.kind, order))
    }

    /// How many bytes it has by now.
    #[must_use]
    pub fn len(&self) -> usize {
        self.bytes.len()
    }

    /// Whether it has none: a further part without rows.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.bytes.is_empty()
    }

    /// The file, or this part of it.
    #[must_use]
    pub fn bytes(self) -> Vec<u8> {
        self.bytes
    }

    fn write(&mut self, written: &[Vec<String>]) -> Result<(), SheetError> {
        let kind = self.kind;
        let mut writer = WriterBuilder::new().terminator(Terminator::CRLF).from_writer(&mut self.bytes);
        for row in written {
            if row.len() != columns(kind).len() {
                let reason = format!("{} cells for {} columns", row.len(), columns(kind).len());
                return Err(SheetError { kind, reason });
            }
            writer.write_record(row).map_err(|error| SheetError { kind, reason: error.to_string() })?;
        }
        writer.flush().map_err(|error| SheetError { kind, reason: error.to_string() })
    }
}
