//! What must hold after every single write, not only at the end: no counter of stock ever leaves its bounds, and no order
//! ever contradicts itself.

use domain::Order;

use crate::table::Table;

/// Looks at each item that was written.
#[derive(Debug, Default)]
pub(crate) struct Watch {
    /// What did not hold.
    pub(crate) findings: Vec<String>,
}

impl Watch {
    /// Looks at what was written since the last look.
    pub(crate) fn check_written(&mut self, table: &mut Table) {
        for (pk, sk) in table.take_changed() {
            let Some(item) = table.item(&pk, &sk) else { continue };
            let number = |name: &str| item.get(name).and_then(|value| value["N"].as_str()?.parse::<i64>().ok());
            if item.get("entity").and_then(|value| value["S"].as_str()) == Some("stock") {
                let of = |name| number(name).unwrap_or(-1);
                let (available, held, sold, capacity) = (of("available"), of("held"), of("sold"), of("capacity"));
                if available < 0 || held < 0 || sold < 0 || available + held + sold != capacity {
                    self.findings.push(format!("stock: {pk} {sk} has {available} + {held} + {sold} of {capacity}"));
                }
            }
            let entity = item.get("entity").and_then(|value| value["S"].as_str()).unwrap_or_default();
            if let ("balance", Some(below)) = (entity, number("hundredths").filter(|hundredths| *hundredths < 0)) {
                self.findings.push(format!("balance: {pk} has {below} hundredths of an hour"));
            }
            if let ("order", Some(text)) = (entity, item.get("order").and_then(|value| value["S"].as_str())) {
                match serde_json::from_str::<Order>(text) {
                    Ok(mut order) => {
                        // Stripe's ids stand beside the order.
                        let beside =
                            |name: &str| item.get(name).and_then(|value| value["S"].as_str()).map(str::to_owned);
                        order.payment.session_id = beside("session_id");
                        order.payment.checkout_url = beside("checkout_url");
                        order.payment.payment_intent_id = beside("payment_intent_id");
                        self.findings.extend(order.violations());
                    }
                    Err(error) => self.findings.push(format!("order: {pk} cannot be read: {error}")),
                }
            }
        }
    }
}
