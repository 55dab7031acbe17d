//! How a seller is paid: tax, and the ways to pay.

use domain::{Refusal, TaxBehavior, TaxLiability, TaxTerms, order::PaymentMode};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use web::forms::{TaxBehaviorWord, TaxLiabilityWord};

/// How tax is reckoned. What is left out keeps its value.
#[derive(Debug, Clone, Copy, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = TaxRequest)]
pub(crate) struct TaxBody {
    /// Whether Stripe reckons tax. Without it, no tax is charged.
    #[serde(default)]
    automatic: Option<bool>,
    /// `exclusive`: tax comes on top of the total. `inclusive`: prices contain it.
    #[serde(default)]
    #[schema(value_type = Option<TaxBehaviorWord>)]
    behavior: Option<TaxBehavior>,
    /// `platform`: the platform owes the tax and withholds it from the seller. `seller`: the seller owes and keeps it.
    #[serde(default)]
    #[schema(value_type = Option<TaxLiabilityWord>)]
    liability: Option<TaxLiability>,
}

impl TaxBody {
    pub(crate) fn parse(given: Option<&Self>, before: Option<TaxTerms>) -> TaxTerms {
        let before = before.unwrap_or_default();
        let given = given.copied().unwrap_or_default();
        TaxTerms {
            automatic: given.automatic.unwrap_or(before.automatic),
            behavior: given.behavior.unwrap_or(before.behavior),
            liability: given.liability.unwrap_or(before.liability),
        }
    }
}

/// A way to pay.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = PaymentMode)]
pub(crate) enum ModeWord {
    /// On Stripe's page.
    Hosted,
    /// With a payment intent.
    Intent,
}

impl ModeWord {
    /// Each way once, in a fixed order.
    pub(crate) fn parse(given: &[Self]) -> Result<Vec<PaymentMode>, Refusal> {
        let modes = [(Self::Hosted, PaymentMode::Hosted), (Self::Intent, PaymentMode::Intent)];
        let modes: Vec<_> = modes.into_iter().filter(|(mode, _)| given.contains(mode)).map(|(_, mode)| mode).collect();
        if modes.is_empty() || modes.len() != given.len() {
            return Err(Refusal::field("payment_modes", "Must be one or both of hosted and intent, each once"));
        }
        Ok(modes)
    }

    pub(crate) fn words(modes: &[PaymentMode]) -> Vec<&'static str> {
        modes.iter().map(|mode| mode.as_str()).collect()
    }
}

/// How tax is reckoned.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Tax)]
pub(crate) struct TaxView {
    automatic: bool,
    /// `exclusive` or `inclusive`.
    #[schema(value_type = TaxBehaviorWord)]
    behavior: &'static str,
    /// `platform` or `seller`.
    #[schema(value_type = TaxLiabilityWord)]
    liability: &'static str,
}

impl From<TaxTerms> for TaxView {
    fn from(terms: TaxTerms) -> Self {
        Self { automatic: terms.automatic, behavior: terms.behavior.as_str(), liability: terms.liability.as_str() }
    }
}

#[cfg(test)]
mod tests {
    use domain::{TaxBehavior, TaxLiability, TaxTerms, order::PaymentMode};

    use super::{ModeWord, TaxBody};

    #[test]
    fn what_is_left_out_keeps_its_value() {
        let before = TaxTerms { automatic: false, behavior: TaxBehavior::Inclusive, liability: TaxLiability::Seller };
        let part = TaxBody { automatic: Some(true), ..TaxBody::default() };
        assert_eq!(TaxBody::parse(Some(&part), Some(before)), TaxTerms { automatic: true, ..before });
        assert_eq!(TaxBody::parse(None, Some(before)), before);
        assert_eq!(TaxBody::parse(None, None), TaxTerms::default());
    }

    #[test]
    fn ways_to_pay_are_each_named_once() {
        use ModeWord::{Hosted, Intent};
        assert_eq!(ModeWord::parse(&[Intent, Hosted]).expect("both"), [PaymentMode::Hosted, PaymentMode::Intent]);
        assert_eq!(ModeWord::parse(&[Intent]).expect("one"), [PaymentMode::Intent]);
        assert!(ModeWord::parse(&[]).is_err() && ModeWord::parse(&[Intent, Intent]).is_err());
    }
}
