//! An organization's settings: what its admins set, and beside it what the platform alone does. The same use case as the API's.

use std::collections::BTreeMap;

use axum::{extract::State, response::Response};
use domain::{
    Organization, Refusal, TaxBehavior, TaxLiability, TaxTerms,
    catalog::{CancellationTier, PaymentMode},
    free_text, mail_address,
    organization::{Contact, Profile, ShowFees, SummaryParts},
    seller_fields,
};
use minijinja::{Value, context};
use rust_decimal::Decimal;
use web::{Answer, Problem};

use super::{
    filled::{Known, filled, unchanged},
    seat::{AdminForm, AdminVisit, DeskForm},
};
use crate::{frame::explained, state::Pages, typed::Typed};

/// Most characters of a name.
const LONGEST_NAME: usize = 200;

/// How many further tiers of a cancellation policy the form has room for.
const FURTHER_TIERS: usize = 2;

/// What each field says of an organization.
fn known(organization: &Organization) -> Known {
    let Organization { profile, currency, tax, payment_modes, .. } = organization;
    let text = |text: &Option<String>| text.clone().unwrap_or_default();
    let ticked = |is: bool| if is { "on".to_owned() } else { String::new() };
    let tier = |tier: &CancellationTier| format!("{} h: {} %", tier.from_hours_before, tier.percent);
    Known::from([
        ("name", organization.name.clone()),
        ("contact.email", text(&profile.contact.email)),
        ("contact.address", text(&profile.contact.address)),
        ("contact.tax_id", text(&profile.contact.tax_id)),
        ("contact.phone", text(&profile.contact.phone)),
        ("logo_url", text(&profile.logo_url)),
        ("accent_color", text(&profile.accent_color)),
        ("locale", text(&profile.locale)),
        ("time_zone", text(&profile.time_zone)),
        ("check_in_opens_hours_before", profile.check_in_opens_hours_before.to_string()),
        ("show_fees", profile.show_fees.as_str().to_owned()),
        ("remind_of_open_payment", ticked(profile.remind_of_open_payment)),
        ("daily_summary.sales", ticked(profile.daily_summary.sales)),
        ("daily_summary.refunds", ticked(profile.daily_summary.refunds)),
        ("daily_summary.disputes", ticked(profile.daily_summary.disputes)),
        ("daily_summary.reviews", ticked(profile.daily_summary.reviews)),
        ("tax.automatic", ticked(tax.automatic)),
        ("tax.behavior", tax.behavior.as_str().to_owned()),
        ("tax.liability", tax.liability.as_str().to_owned()),
        ("payment_modes.hosted", ticked(payment_modes.contains(&PaymentMode::Hosted))),
        ("payment_modes.intent", ticked(payment_modes.contains(&PaymentMode::Intent))),
        ("max_tickets_per_order", organization.max_tickets_per_order.to_string()),
        ("max_order_amount", currency.format(organization.max_order_amount)),
        ("max_donation_per_ticket", currency.format(organization.max_donation_per_ticket)),
        ("cancellation", organization.cancellation.iter().map(tier).collect::<Vec<_>>().join(", ")),
        ("allowed_origins", organization.allowed_origins.join("\n")),
    ])
}

/// The page.
pub(super) async fn form(State(pages): State<Pages>, AdminVisit(desk): AdminVisit) -> Answer<Response> {
    let (reader, visit, seller) = (desk.reader(), &desk.visit, &desk.seller);
    let (fields, was) = filled(visit, &known(seller));
    let money = |amount| reader.money(seller.currency, amount);
    let percent = (seller.processing_percent * Decimal::ONE_HUNDRED).normalize();
    let undeliverable = seller.profile.summary_undeliverable;
    let content = context! {
        path => Value::from_safe_string(desk.path("/settings")),
        name => seller.name,
        fields,
        was,
        tiers => tiers(visit.wrong().map(|_| visit.typed()).as_ref(), &seller.cancellation),
        most_tickets => domain::catalog::MAX_TICKETS,
        undeliverable => undeliverable.is_some(),
        fixed => context! {
            account => seller.stripe_account,
            currency => seller.currency.code().to_uppercase(),
            per_ticket => money(seller.platform_fee_per_ticket),
            percent => percent.to_string(),
            processing => money(seller.processing_fixed),
        },
        done => visit.flash.as_ref().map(|flash| flash.done.as_str()).filter(|done| !done.is_empty()),
        problem => visit.wrong().map(|wrong| explained(&reader, wrong.code, &wrong.detail)),
        wrong => visit.wrong().map(|wrong| at_fields(&wrong.fields)).unwrap_or_default(),
    };
    Ok(desk.render(&pages, visit.status(), "desk-settings.html", content))
}

/// What was wrong, by the fields of the form: one of them may be a list of the contract's.
fn at_fields(wrong: &BTreeMap<String, String>) -> BTreeMap<String, String> {
    let form = |field: &String| field.split('[').next().unwrap_or_default().to_owned();
    wrong.iter().map(|(field, message)| (form(field), message.clone())).collect()
}

/// The rows of the cancellation policy, with room for some more.
fn tiers(typed: Option<&Typed>, known: &[CancellationTier]) -> Vec<Value> {
    let row = |(hours, percent): (String, String)| context! { hours, percent };
    let mut rows: Vec<(String, String)> = match typed {
        Some(typed) => {
            typed_tiers(typed).into_iter().map(|(hours, percent)| (hours.to_owned(), percent.to_owned())).collect()
        }
        None => known.iter().map(|tier| (tier.from_hours_before.to_string(), tier.percent.to_string())).collect(),
    };
    rows.extend((0..FURTHER_TIERS).map(|_| (String::new(), String::new())));
    rows.into_iter().map(row).collect()
}

/// The rows of the policy that were filled in, as far as there can be any.
fn typed_tiers(typed: &Typed) -> Vec<(&str, &str)> {
    let rows = (0..64).map(|n| (typed.get(&format!("tier.{n}.hours")), typed.get(&format!("tier.{n}.percent"))));
    rows.filter(|(hours, percent)| !hours.is_empty() || !percent.is_empty()).collect()
}

/// Changes them.
pub(super) async fn change(State(pages): State<Pages>, AdminForm(form): AdminForm) -> Answer<Response> {
    let DeskForm { desk, typed } = form;
    let make = |before: Option<&Organization>| {
        let before = before.ok_or_else(|| Refusal::not_found("organization"))?;
        let next = changed(&typed, before)?;
        unchanged(&typed, &known(before), &known(&next))?;
        Ok(next)
    };
    let put = pages.catalog.put_organization(&desk.seller.id, &desk.identity.staff(), make).await;
    let made = put.map(drop).map_err(Problem::from);
    Ok(desk.visit.answered(&desk.path("/settings"), typed, made, "page-done-settings"))
}

fn changed(typed: &Typed, before: &Organization) -> Result<Organization, Refusal> {
    let most_tickets = typed.number("max_tickets_per_order")?;
    let most_tickets = most_tickets.ok_or_else(|| Refusal::field("max_tickets_per_order", "Must be a whole number"))?;
    let modes = [("payment_modes.hosted", PaymentMode::Hosted), ("payment_modes.intent", PaymentMode::Intent)];
    let modes: Vec<_> = modes.into_iter().filter(|(field, _)| typed.ticked(field)).map(|(_, mode)| mode).collect();
    if modes.is_empty() {
        return Err(Refusal::field("payment_modes", "Buyers need one way to pay at least"));
    }
    let origins: Vec<String> = typed.text("allowed_origins").split_whitespace().map(str::to_owned).collect();
    Ok(Organization {
        name: free_text("name", typed.get("name"), LONGEST_NAME, true)?,
        profile: profile(typed, &before.profile)?,
        tax: tax(typed)?,
        payment_modes: modes,
        max_tickets_per_order: seller_fields::max_tickets(most_tickets)?,
        max_order_amount: typed.amount("max_order_amount", before.currency)?,
        max_donation_per_ticket: typed.amount("max_donation_per_ticket", before.currency)?,
        cancellation: cancellation(typed)?,
        allowed_origins: seller_fields::allowed_origins(&origins)?,
        version: before.version + 1,
        ..before.clone()
    })
}

fn profile(typed: &Typed, before: &Profile) -> Result<Profile, Refusal> {
    let given =
        |field: &str, parse: &dyn Fn(&str) -> Result<String, Refusal>| typed.given(field).map(parse).transpose();
    let contact = Contact {
        email: given("contact.email", &|text| mail_address("contact.email", text))?,
        address: given("contact.address", &|_| seller_fields::contact_address(&typed.text("contact.address")))?,
        tax_id: given("contact.tax_id", &seller_fields::tax_id)?,
        phone: given("contact.phone", &seller_fields::contact_phone)?,
    };
    let hours = typed.number("check_in_opens_hours_before")?;
    let hours = hours.ok_or_else(|| Refusal::field("check_in_opens_hours_before", "Must be a whole number"))?;
    // Another address is written to, and one that took no mail once more if the admin says so.
    let tried_again = typed.ticked("try_again") || contact.email != before.contact.email;
    Ok(Profile {
        contact,
        logo_url: given("logo_url", &seller_fields::logo_url)?,
        accent_color: given("accent_color", &seller_fields::accent_color)?,
        locale: given("locale", &|tag| domain::locale("locale", tag))?,
        time_zone: given("time_zone", &|name| domain::time_zone("time_zone", name))?,
        check_in_opens_hours_before: seller_fields::check_in_hours(hours)?,
        show_fees: one_of(
            typed,
            "show_fees",
            &[ShowFees::Included, ShowFees::Named].map(|known| (known.as_str(), known)),
        )?,
        remind_of_open_payment: typed.ticked("remind_of_open_payment"),
        daily_summary: SummaryParts {
            sales: typed.ticked("daily_summary.sales"),
            refunds: typed.ticked("daily_summary.refunds"),
            disputes: typed.ticked("daily_summary.disputes"),
            reviews: typed.ticked("daily_summary.reviews"),
        },
        summary_undeliverable: before.summary_undeliverable.filter(|_| !tried_again),
    })
}

fn tax(typed: &Typed) -> Result<TaxTerms, Refusal> {
    let behaviors = [TaxBehavior::Exclusive, TaxBehavior::Inclusive].map(|known| (known.as_str(), known));
    let liabilities = [TaxLiability::Platform, TaxLiability::Seller].map(|known| (known.as_str(), known));
    Ok(TaxTerms {
        automatic: typed.ticked("tax.automatic"),
        behavior: one_of(typed, "tax.behavior", &behaviors)?,
        liability: one_of(typed, "tax.liability", &liabilities)?,
    })
}

fn one_of<T: Copy>(typed: &Typed, field: &str, words: &[(&str, T)]) -> Result<T, Refusal> {
    let chosen = words.iter().find(|(word, _)| *word == typed.get(field)).map(|(_, value)| *value);
    chosen.ok_or_else(|| Refusal::field(field, "Choose one"))
}

fn cancellation(typed: &Typed) -> Result<Vec<CancellationTier>, Refusal> {
    let tier = |(hours, percent): (&str, &str)| {
        let both = hours.parse().ok().zip(percent.parse().ok());
        let tier = both.map(|(from_hours_before, percent)| CancellationTier { from_hours_before, percent });
        tier.ok_or_else(|| Refusal::field("cancellation", "Each row is a whole number of hours and of percent"))
    };
    seller_fields::cancellation(typed_tiers(typed).into_iter().map(tier).collect::<Result<_, _>>()?)
}
