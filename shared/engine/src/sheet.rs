//! An organization's orders as a table for spreadsheets. It only reads.

use std::time::Duration;

use domain::{Order, OrganizationId, SheetKind};
use sheets::{Sheet, SheetError};
use store::OrderFilter;
use tokio::time::Instant;

use crate::{
    base::Engine,
    error::{EngineError, broken},
};

/// From how many bytes on a table gets no further page of orders: with a last one it is smaller than five megabytes, which is what
/// Lambda lets through.
const LARGEST: usize = 4_500_000;

/// A table, or the first part of one.
#[derive(Debug)]
pub struct SheetPage {
    /// The file.
    pub bytes: Vec<u8>,
    /// Where the rest begins in the list of orders, if there is more than fits.
    pub cursor: Option<String>,
}

impl From<SheetError> for EngineError {
    fn from(error: SheetError) -> Self {
        broken(error)
    }
}

impl Engine {
    /// A table of all orders of an organization that the filter takes, the newest first, from the cursor of that list on: up to
    /// five megabytes, and as much as is read in `time`.
    ///
    /// # Errors
    /// [`EngineError::Store`] when the table gives no answer.
    pub async fn sheet(
        &self,
        organization: &OrganizationId,
        filter: &OrderFilter,
        kind: SheetKind,
        cursor: Option<&str>,
        time: Duration,
    ) -> Result<SheetPage, EngineError> {
        let until = Instant::now() + time;
        let mut sheet = Sheet::new(kind)?;
        let mut cursor = cursor.map(str::to_owned);
        loop {
            let page = self.store.orders_of(organization, filter, cursor.as_deref()).await?;
            for order in &page.orders {
                sheet.add(order)?;
            }
            cursor = page.cursor;
            if cursor.is_none() || sheet.len() >= LARGEST || Instant::now() >= until {
                return Ok(SheetPage { bytes: sheet.bytes(), cursor });
            }
        }
    }

    /// A table of these orders.
    ///
    /// # Errors
    /// [`EngineError::Broken`], never for an order that the domain made.
    pub fn sheet_of(&self, orders: &[Order], kind: SheetKind) -> Result<Vec<u8>, EngineError> {
        let mut sheet = Sheet::new(kind)?;
        for order in orders {
            sheet.add(order)?;
        }
        Ok(sheet.bytes())
    }
}
