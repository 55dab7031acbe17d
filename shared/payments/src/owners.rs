//! Whose object an event is about: asked before anything else of it is read.
//!
//! One account at Stripe serves many products, and an endpoint hears of all of them: subscriptions, invoices, other
//! shops, connected accounts, the other mode. Their objects may have any shape, amount and currency. None of that is our
//! concern, and an endpoint that answers them with failures is switched off (<https://docs.stripe.com/webhooks#retries>).
//!
//! What is ours says so itself: everything that we make carries the order's id in its metadata, which only the account's
//! secret keys can write, and charges have it from their payment. Refunds that are made in the dashboard, and disputes, have
//! no metadata of ours; their payment tells.

use domain::OrderId;
use serde_json::Value;
use stripe_core::{charge::RetrieveCharge, payment_intent::RetrievePaymentIntent};

use crate::{
    CallResult, Stripe,
    events::{About, Envelope},
    objects::{checked, is_id},
};

/// Whose object an event is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Owner {
    /// Its metadata name this order.
    Order(OrderId),
    /// It names no order. What we have noted may know it by its payment.
    Noted {
        /// Stripe's payment intent.
        payment_intent: String,
    },
    /// It has no metadata of ours even if it is: what we have noted may know its payment, or else the payment's own
    /// metadata ([`Stripe::order_of_intent`], [`Stripe::order_of_charge`]).
    OfPayment {
        /// Stripe's payment intent, where the object names it.
        payment_intent: Option<String>,
        /// Stripe's charge, where the object names it.
        charge: Option<String>,
    },
    /// Another product's. The word says how that is known.
    Foreign(&'static str),
}

impl Envelope {
    /// Whose object it is about. `livemode` is our key's mode, where that is known.
    #[must_use]
    pub fn owner(&self, livemode: Option<bool>) -> Owner {
        let Some(about) = self.kind.about() else { return Owner::Foreign("ignored") };
        if self.thin {
            return Owner::Foreign("thin_event");
        }
        if self.account.is_some() || self.object.get("account").is_some_and(|account| !account.is_null()) {
            return Owner::Foreign("connected_account");
        }
        let modes = [self.livemode, self.object.get("livemode").and_then(Value::as_bool)];
        if livemode.is_some_and(|ours| modes.iter().flatten().any(|its| *its != ours)) {
            return Owner::Foreign("other_mode");
        }
        if !self.object.is_object() {
            return Owner::Foreign("no_object");
        }
        owner_of(about, &self.object)
    }
}

fn owner_of(about: About, object: &Value) -> Owner {
    let named = order_named(object);
    if about == About::Session {
        // A buyer who pays by a payment link may choose its reference, so a reference alone makes nothing ours.
        return match (named, object.get("mode").and_then(Value::as_str)) {
            (_, Some(mode)) if mode != "payment" => Owner::Foreign("not_ours"),
            (Some(order), _) if agrees(object, &order) => Owner::Order(order),
            (Some(_), _) => Owner::Foreign("foreign_reference"),
            (None, _) => Owner::Foreign("not_ours"),
        };
    }
    if let Some(order) = named {
        return Owner::Order(order);
    }
    let charge = id(object.get("charge"));
    match about {
        About::Refund | About::Dispute => match (id(object.get("payment_intent")), charge) {
            (None, None) => Owner::Foreign("not_ours"),
            (payment_intent, charge) => Owner::OfPayment { payment_intent, charge },
        },
        About::Intent | About::Charge | About::Session => {
            let named = if about == About::Charge { "payment_intent" } else { "id" };
            id(object.get(named)).map_or(Owner::Foreign("not_ours"), |payment_intent| Owner::Noted { payment_intent })
        }
    }
}

/// The order that an object's metadata name.
fn order_named(object: &Value) -> Option<OrderId> {
    OrderId::parse(object.get("metadata")?.get("order_id")?.as_str()?).ok()
}

/// Whether a session's reference says nothing else than its metadata.
pub(crate) fn agrees(object: &Value, order: &OrderId) -> bool {
    match object.get("client_reference_id") {
        None | Some(Value::Null) => true,
        Some(reference) => reference.as_str() == Some(order.as_str()),
    }
}

/// Another object's id, which may stand there whole.
pub(crate) fn id(reference: Option<&Value>) -> Option<String> {
    let reference = reference?;
    let id = reference.as_str().or_else(|| reference.get("id")?.as_str())?;
    Some(id.to_owned()).filter(|id| is_id(id))
}

impl Stripe {
    /// The order that a payment is for, by its metadata alone: whatever else it says may be foreign.
    ///
    /// # Errors
    /// See [`crate::CallError`]; a missing payment is a refusal.
    pub async fn order_of_intent(&self, intent: &str) -> CallResult<Option<OrderId>> {
        let value = self.ask(&RetrievePaymentIntent::new(checked(intent, "payment intent")?)).await?;
        Ok(order_named(&value))
    }

    /// The order that a charge is for, by its metadata or its payment's.
    ///
    /// # Errors
    /// See [`crate::CallError`]; a missing charge is a refusal.
    pub async fn order_of_charge(&self, charge: &str) -> CallResult<Option<OrderId>> {
        let request = RetrieveCharge::new(checked(charge, "charge")?).expand(["payment_intent".to_owned()]);
        let value = self.ask(&request).await?;
        Ok(order_named(&value).or_else(|| order_named(value.get("payment_intent")?)))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::Owner;
    use crate::events::Envelope;

    fn owner(kind: &str, object: &Value, more: &Value) -> Owner {
        let mut event = json!({ "id": "evt_1", "object": "event", "type": kind, "created": 1, "livemode": false,
            "data": { "object": object } });
        if let (Some(event), Some(more)) = (event.as_object_mut(), more.as_object()) {
            event.extend(more.clone());
        }
        Envelope::parse(event.to_string().as_bytes()).expect("an event").owner(Some(false))
    }

    fn order(id: &str) -> Owner {
        Owner::Order(domain::OrderId::parse(id).expect("an id"))
    }

    #[test]
    fn metadata_make_an_object_ours_and_a_reference_alone_does_not() {
        let session = "checkout.session.completed";
        let ours = json!({ "metadata": { "order_id": "ord_1" }, "client_reference_id": "ord_1", "mode": "payment" });
        assert_eq!(owner(session, &ours, &json!({})), order("ord_1"));
        for (object, word) in [
            (json!({ "client_reference_id": "ord_1" }), "not_ours"),
            (json!({ "client_reference_id": "ord_1", "metadata": null }), "not_ours"),
            (json!({ "client_reference_id": "ord_1", "metadata": [] }), "not_ours"),
            (json!({ "client_reference_id": "ord_1", "metadata": { "order_id": 7 } }), "not_ours"),
            (json!({ "client_reference_id": "ord_2", "metadata": { "order_id": "ord_1" } }), "foreign_reference"),
            (json!({ "client_reference_id": 7, "metadata": { "order_id": "ord_1" } }), "foreign_reference"),
            (json!({ "mode": "subscription", "metadata": { "order_id": "ord_1" } }), "not_ours"),
        ] {
            assert_eq!(owner(session, &object, &json!({})), Owner::Foreign(word), "{object}");
        }
    }

    #[test]
    fn the_envelope_may_name_another_owner() {
        let ours = json!({ "metadata": { "order_id": "ord_1" } });
        for (more, word) in [
            (json!({ "account": "acct_1" }), "connected_account"),
            (json!({ "livemode": true }), "other_mode"),
            (json!({ "object": "v2.core.event" }), "thin_event"),
            (json!({ "type": "invoice.paid" }), "ignored"),
            (json!({ "data": null }), "no_object"),
            (json!({ "data": { "object": "pi_1" } }), "no_object"),
            (json!({ "data": { "object": { "livemode": true, "metadata": { "order_id": "ord_1" } } } }), "other_mode"),
        ] {
            assert_eq!(owner("payment_intent.succeeded", &ours, &more), Owner::Foreign(word), "{more}");
        }
        assert_eq!(owner("payment_intent.succeeded", &ours, &json!({ "account": null })), order("ord_1"));
    }

    #[test]
    fn what_carries_no_metadata_is_known_by_its_payment() {
        let of = |intent: Option<&str>, charge: Option<&str>| Owner::OfPayment {
            payment_intent: intent.map(str::to_owned),
            charge: charge.map(str::to_owned),
        };
        let none = json!({});
        let dispute = json!({ "id": "dp_1", "payment_intent": "pi_1", "charge": { "id": "ch_1" }, "metadata": {} });
        assert_eq!(owner("charge.dispute.created", &dispute, &none), of(Some("pi_1"), Some("ch_1")));
        let old = json!({ "id": "re_1", "charge": "ch_1" });
        assert_eq!(owner("refund.created", &old, &none), of(None, Some("ch_1")));
        assert_eq!(owner("refund.created", &json!({ "id": "re_1" }), &none), Owner::Foreign("not_ours"));
        let noted = Owner::Noted { payment_intent: "pi_1".to_owned() };
        assert_eq!(owner("payment_intent.succeeded", &json!({ "id": "pi_1" }), &none), noted);
        assert_eq!(owner("charge.succeeded", &json!({ "id": "ch_1", "payment_intent": "pi_1" }), &none), noted);
        assert_eq!(owner("charge.succeeded", &json!({ "id": "ch_1" }), &none), Owner::Foreign("not_ours"));
    }
}
