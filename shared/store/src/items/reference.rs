//! What several kinds hold: the order that they name.

use domain::OrderId;
use serde::{Deserialize, Serialize};

/// An item that does nothing but name an order.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Reference {
    /// The order.
    pub(crate) order: OrderId,
}

impl Reference {
    pub(crate) fn to(order: &OrderId) -> Self {
        Self { order: order.clone() }
    }
}
