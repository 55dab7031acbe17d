//! What Stripe's key may do. A restricted key needs these rights, and `docs/deploy.md` lists them by the same names.

use http::Method;

use crate::{
    report::Report,
    stripe::{NoObject, StripeApi},
};

/// A right as Stripe's dashboard names it, with a call that needs it.
struct Right {
    /// The dashboard's name.
    name: &'static str,
    /// Whether objects are made or changed, too.
    writes: bool,
    /// Lists that reading opens.
    reads: &'static [&'static str],
    /// A path that objects are made at.
    made_at: &'static str,
}

/// Everything that the functions ask of Stripe.
const RIGHTS: [Right; 8] = [
    Right {
        name: "Checkout Sessions",
        writes: true,
        reads: &["v1/checkout/sessions"],
        made_at: "v1/checkout/sessions",
    },
    Right { name: "PaymentIntents", writes: true, reads: &["v1/payment_intents"], made_at: "v1/payment_intents" },
    Right { name: "Charges and Refunds", writes: true, reads: &["v1/charges", "v1/refunds"], made_at: "v1/refunds" },
    Right { name: "Transfers", writes: true, reads: &["v1/transfers"], made_at: "v1/transfers" },
    Right {
        name: "Application Fees",
        writes: true,
        reads: &["v1/application_fees"],
        made_at: "v1/application_fees/fee_none/refunds",
    },
    Right { name: "Tax Calculations and Transactions", writes: true, reads: &[], made_at: "v1/tax/calculations" },
    Right { name: "Disputes", writes: false, reads: &["v1/disputes"], made_at: "" },
    Right { name: "Events", writes: false, reads: &["v1/events"], made_at: "" },
];

/// A parameter that no call has: Stripe refuses it before anything is made, and refuses the key before that.
const UNKNOWN: (&str, &str) = ("holdfast_setup", "1");

/// Reads one object of each kind, and has one of each kind refused by its form. Nothing is made.
pub(crate) async fn check(report: &mut Report, stripe: &StripeApi) {
    let kind = if stripe.is_restricted() { "restricted" } else { "secret" };
    let mode = if stripe.is_live() { "live" } else { "test" };
    let mut lacking = Vec::new();
    for right in &RIGHTS {
        let mut answers = Vec::new();
        for path in right.reads {
            answers.push(stripe.call(Method::GET, path, &[("limit", "1")]).await.map(drop));
        }
        if right.writes {
            answers.push(stripe.call(Method::POST, right.made_at, &[UNKNOWN]).await.map(drop));
        }
        let refused = answers.into_iter().filter_map(Result::err).find(|no| !is_about_form(no));
        match refused {
            None => {}
            Some(NoObject::Refused(401, _)) => {
                let remedy = "Take the key from Stripe's dashboard under Developers, API keys; it may have been rolled or deleted.";
                return report.missing(format!("Stripe does not know the {mode} key"), remedy);
            }
            Some(NoObject::Refused(403, _)) => {
                let level = if right.writes { "Write" } else { "Read" };
                lacking.push(right.name);
                report.missing(
                    format!("Stripe's key has no right to {}", right.name),
                    format!("In Stripe's dashboard, give the key \"{}\": {level}.", right.name),
                );
            }
            Some(other) => {
                lacking.push(right.name);
                let remedy = "Try again; if it stays, see status.stripe.com.";
                report
                    .missing(format!("It is not known whether the key has a right to {}. {other}", right.name), remedy);
            }
        }
    }
    if lacking.is_empty() {
        report.good(format!("Stripe's {kind} {mode} key has all rights that the functions need"));
    }
    if !stripe.is_restricted() {
        report.note(
            "The key may do everything at Stripe; a restricted one with the rights that docs/deploy.md lists is better",
        );
    }
}

/// Whether Stripe minds the form of a call, or the object that it names, and so let the key pass.
fn is_about_form(no: &NoObject) -> bool {
    matches!(no, NoObject::Refused(400 | 404, _))
}
