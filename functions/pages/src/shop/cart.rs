//! The cart: what was chosen, what it costs, and who buys it.

use std::collections::BTreeMap;

use axum::{extract::State, response::Response};
use celes::Country;
use domain::{
    DeliveryMode, Kind, ListingId, Minor, Offer, Organization, Presale, PresaleCode, Promo, PromoCode, Quote, Refusal,
    UnitsShown,
    catalog::Attendees,
    order::PaymentMode,
    organization::ShowFees,
    pricing::{self, RequestedLine},
    whole_sums,
};
use engine::EngineError;
use minijinja::{Value, context};
use store::{CatalogItems, CatalogKeys};
use web::{Answer, Problem};

use crate::{
    cart::{Cart, CartLine, Left},
    flash::Wrong,
    form::Form,
    frame::{Frame, explained, render},
    reader::Reader,
    shop::{
        goods::ListingGoods,
        listing::{lines_of, quantity},
    },
    sign_in::person::Person,
    state::Pages,
    times,
    typed::Typed,
    visit::Visit,
};

/// What a cart's things are now, in the order of its lines.
pub(crate) struct Priced<'a> {
    pub(crate) seller: &'a Organization,
    pub(crate) lines: Vec<(&'a CartLine, RequestedLine<'a>)>,
    /// What it costs, or why it cannot be bought.
    pub(crate) quote: Result<Quote, Refusal>,
}

impl Priced<'_> {
    /// The lines as whole prices are reckoned of them.
    fn units(&self, quote: &Quote) -> Vec<UnitsShown> {
        let lines = self.lines.iter().zip(&quote.lines);
        lines
            .map(|((held, line), cost)| UnitsShown {
                kind: line.listing.kind,
                unit: cost.donation.unwrap_or(cost.unit_price),
                quantity: held.quantity,
                discount: cost.discount,
            })
            .collect()
    }
}

/// Reads what is in a cart, in one round trip.
pub(crate) async fn read(pages: &Pages, cart: &Cart, promo: Option<&PromoCode>) -> Answer<CatalogItems> {
    let mut keys =
        CatalogKeys { organization: cart.organization.clone(), promo: promo.cloned(), ..CatalogKeys::default() };
    keys.presale.clone_from(&cart.presale);
    for line in &cart.lines {
        if !keys.listings.contains(&line.listing) {
            keys.listings.push(line.listing.clone());
        }
        keys.offers.push((line.listing.clone(), line.offer.clone()));
    }
    Ok(pages.store.catalog_items(&keys).await.map_err(EngineError::from)?)
}

/// Prices a cart. None if its things are gone.
pub(crate) fn priced<'a>(
    cart: &'a Cart,
    found: &'a CatalogItems,
    promo: Option<&PromoCode>,
    now: jiff::Timestamp,
) -> Option<Priced<'a>> {
    let seller = found.organization.as_ref()?;
    let lines: Option<Vec<_>> = cart.lines.iter().enumerate().map(|line| requested(found, line)).collect();
    let lines = lines?;
    let requested: Vec<RequestedLine<'_>> = lines.iter().map(|(_, line)| line.clone()).collect();
    let promos: &[Promo] = &found.promos;
    let quote = pricing::price(seller, &requested, promo, promos, Minor::ZERO, now);
    Some(Priced { seller, lines, quote })
}

fn requested<'a>(
    found: &'a CatalogItems,
    (index, line): (usize, &'a CartLine),
) -> Option<(&'a CartLine, RequestedLine<'a>)> {
    let listing = found.listings.iter().find(|listing| listing.id == line.listing)?;
    let offer = found.offers.iter().find(|offer| offer.listing == line.listing && offer.id == line.offer)?;
    let donation = line.donation.as_deref();
    let presale = presale_of(&found.presales, offer);
    Some((line, RequestedLine { index, listing, offer, quantity: line.quantity, donation, presale }))
}

fn presale_of<'a>(presales: &'a [Presale], offer: &Offer) -> Option<&'a Presale> {
    presales.iter().find(|presale| presale.listing == offer.listing && presale.offer == offer.id)
}

/// The cart's page.
pub(crate) async fn cart(State(pages): State<Pages>, visit: Visit) -> Answer<Response> {
    let typed = visit.typed();
    let code = typed.given("promo_code").and_then(|code| PromoCode::parse(code).ok());
    let cart = &visit.session.cart;
    let found = if cart.is_empty() { CatalogItems::default() } else { read(&pages, cart, code.as_ref()).await? };
    let mut shown = priced(cart, &found, code.as_ref(), visit.now);
    let refused = shown.as_ref().and_then(|priced| priced.quote.as_ref().err().cloned());
    if refused.is_some() && code.is_some() {
        // With a code that is not taken the cart costs what it costs without one.
        shown = priced(cart, &found, None, visit.now);
    }
    let priced = shown;
    let first = priced.as_ref().and_then(|priced| priced.lines.first()).map(|(_, line)| line.listing);
    let seller = priced.as_ref().map(|priced| priced.seller);
    let reader = Reader::of(visit.preferred, first, seller);
    let frame = Frame { reader: &reader, seller, listing: None, path: &visit.path, session: Some(&visit.session) };
    let content = content(&reader, &visit, priced.as_ref(), refused.as_ref(), &typed, pages.provider.is_some());
    let page = render(&pages, &frame, visit.status(), "cart.html", content);
    let signs_in = priced.as_ref().is_some_and(|priced| needs_customer(priced, &visit));
    Ok(if signs_in { visit.before_sign_in(page) } else { visit.private(page) })
}

fn content(
    reader: &Reader,
    visit: &Visit,
    priced: Option<&Priced<'_>>,
    refused: Option<&Refusal>,
    typed: &Typed,
    offered: bool,
) -> Value {
    let wrong = visit.wrong();
    let done = visit.flash.as_ref().map(|flash| flash.done.as_str()).filter(|done| !done.is_empty());
    let Some(priced) = priced else {
        return context! { empty => true, done, problem => wrong.map(|wrong| explained(reader, wrong.code, &wrong.detail)) };
    };
    let currency = priced.seller.currency;
    let money = |amount: Minor| reader.money(currency, amount);
    // What is wrong with the cart itself is said before anything is typed.
    let refused = wrong
        .map(|wrong| explained(reader, wrong.code, &wrong.detail))
        .or_else(|| refused.map(|refusal| explained(reader, refusal.code, &refusal.message)));
    let person = visit.session.person.as_ref();
    let sends = priced.lines.iter().any(|(_, line)| line.listing.delivery == DeliveryMode::Address);
    let fields = wrong.map(|wrong| wrong.fields.clone()).unwrap_or_default();
    context! {
        empty => false,
        done,
        problem => refused,
        fields,
        key => visit.session.cart.key,
        lines => priced.lines.iter().map(|line| self::line(reader, priced, line, typed)).collect::<Vec<_>>(),
        sums => priced.quote.as_ref().ok().map(|quote| sums(reader, priced, quote, &money)),
        typed => context! {
            name => typed.given("name").or_else(|| person.and_then(Person::name)).unwrap_or_default(),
            email => typed.given("email").or_else(|| person.and_then(Person::email)).unwrap_or_default(),
            phone => typed.get("phone"),
            company => typed.get("company"),
            promo_code => typed.get("promo_code"),
        },
        kind => priced.lines.first().map(|(_, line)| line.listing.kind.noun()),
        sends,
        delivery => DELIVERY.map(|(name, field, auto)| {
            let field = format!("delivery.{field}");
            context! { name, auto, value => typed.get(&format!("delivery.{name}")), wrong => fields_at(wrong, &field) }
        }),
        countries => sends.then(|| countries(priced.seller, typed)),
        zone => typed.get("zone"),
        // Tickets are sold on Stripe's page alone.
        element => visit.element && priced.lines.iter().all(|(_, line)| {
            line.listing.takes(priced.seller).contains(&PaymentMode::Intent) && line.listing.kind != Kind::Show
        }),
        needs => needs_customer(priced, visit).then_some(if offered { "sign-in" } else { "no-sign-in" }),
    }
}

/// Whether signing in comes first: hours are put on a customer's balance.
fn needs_customer(priced: &Priced<'_>, visit: &Visit) -> bool {
    let hours = priced.lines.iter().any(|(_, line)| line.listing.kind == Kind::Package);
    hours && visit.session.person.is_none()
}

/// All countries by their English names, for the script to say in the reader's language, and which one is chosen: as typed before,
/// else the seller's own.
fn countries(seller: &Organization, typed: &Typed) -> Value {
    let own = seller.profile.locale.as_deref().and_then(|locale| locale.rsplit_once('-')).map(|(_, region)| region);
    let chosen = typed.given("delivery.country").or(own).unwrap_or_default();
    let mut all = Country::get_countries().to_vec();
    all.sort_by_key(|country| country.long_name.trim_start_matches("The "));
    let option = |country: &Country| {
        let chosen = country.alpha2.eq_ignore_ascii_case(chosen);
        context! { code => country.alpha2, name => country.long_name, chosen }
    };
    all.iter().map(option).collect::<Vec<_>>().into()
}

/// The fields of an address: their names in the form, in the API, and for browsers that fill them in.
const DELIVERY: [(&str, &str, &str); 7] = [
    ("name", "name", "shipping name"),
    ("line1", "address.line1", "shipping address-line1"),
    ("line2", "address.line2", "shipping address-line2"),
    ("postal_code", "address.postal_code", "shipping postal-code"),
    ("city", "address.city", "shipping address-level2"),
    ("state", "address.state", "shipping address-level1"),
    ("country", "address.country", "shipping country"),
];

fn fields_at<'a>(wrong: Option<&'a Wrong>, field: &str) -> Option<&'a String> {
    wrong.and_then(|wrong| wrong.fields.get(field))
}

fn line(reader: &Reader, priced: &Priced<'_>, (held, line): &(&CartLine, RequestedLine<'_>), typed: &Typed) -> Value {
    let listing = line.listing;
    let index = line.index;
    let by_clock = Reader::of(Some(reader.language), Some(listing), Some(priced.seller));
    let at = line.offer.starts_at.or(listing.starts_at);
    let cost = priced.quote.as_ref().ok().and_then(|quote| quote.lines.get(index));
    let full = cost.map(|cost| cost.donation.unwrap_or(cost.unit_price).times(held.quantity));
    let people: Vec<Value> = match line.offer.attendees {
        Attendees::None => Vec::new(),
        Attendees::Optional | Attendees::Required => (0..held.quantity)
            .map(|n| {
                let typed = |part: &str| typed.get(&format!("attendee.{index}.{n}.{part}")).to_owned();
                context! { n => i64::from(n) + 1, place => n, name => typed("name"), email => typed("email") }
            })
            .collect(),
    };
    context! {
        index,
        listing => listing.id.as_str(),
        title => listing.title,
        name => line.offer.name,
        kind => listing.kind.noun(),
        at => at.map(|at| times::span(&by_clock, at, line.offer.ends_at.or(listing.ends_at))),
        venue => listing.venue,
        quantity => held.quantity,
        each => cost.map(|cost| reader.money(priced.seller.currency, cost.donation.unwrap_or(cost.unit_price))),
        full => full.map(|full| reader.money(priced.seller.currency, full)),
        people,
        names => line.offer.attendees == Attendees::Required,
        alone => held.alone,
    }
}

/// The sums as they stand below the lines, so that the column adds up.
fn sums(reader: &Reader, priced: &Priced<'_>, quote: &Quote, money: &dyn Fn(Minor) -> String) -> Value {
    let totals = quote.totals;
    let shown = |amount: Minor| (!amount.is_zero()).then(|| money(amount));
    let named = priced.seller.profile.show_fees == ShowFees::Named;
    let whole = whole_sums(priced.seller, &priced.units(quote), &totals);
    context! {
        whole => (!named).then(|| whole.lines.iter().map(|line| money(*line)).collect::<Vec<_>>()),
        discount => shown(if named { totals.discount } else { whole.discount }),
        code => quote.promo.as_ref().map(|promo| promo.code.to_string()),
        platform_fees => shown(totals.platform_fees).filter(|_| named),
        processing_fees => shown(totals.processing_fees).filter(|_| named),
        rest => shown(whole.rest).filter(|_| !named),
        total => if totals.total.is_zero() { reader.phrase("page-free", &[]) } else { money(totals.total) },
        free => totals.total.is_zero(),
        tax => priced.seller.tax.automatic && !totals.total.is_zero()
            && priced.seller.tax.behavior == domain::TaxBehavior::Exclusive,
    }
}

/// Puts what was chosen on a listing's page into the cart.
pub(crate) async fn put(State(pages): State<Pages>, form: Form) -> Answer<Response> {
    let Form { mut visit, typed } = form;
    let id = ListingId::parse(typed.get("listing")).map_err(|_| Refusal::not_found("listing"))?;
    let goods = ListingGoods::read(&pages, &id).await?;
    let page = format!("/listings/{id}");
    let lines = match lines_of(&goods, &typed) {
        Ok(lines) if lines.is_empty() && !visit.session.cart.lines.iter().any(|line| line.listing == id) => {
            let none = Refusal::field("items", "Choose how many you would like");
            return Ok(visit.refused(&page, typed, &none.into()));
        }
        Ok(lines) => lines,
        Err(refusal) => return Ok(visit.refused(&page, typed, &refusal.into())),
    };
    let code = typed.given("presale_code").and_then(|code| PresaleCode::parse(code).ok());
    let code = code.or_else(|| visit.session.cart.presale.clone());
    let presales = match &code {
        Some(code) => {
            pages.store.presales(&needed(&goods, &lines, visit.now), code).await.map_err(EngineError::from)?
        }
        None => Vec::new(),
    };
    if let Err(refusal) = check(&goods, &lines, &presales, visit.now) {
        return Ok(visit.refused(&page, typed, &refusal.into()));
    }
    visit.session.cart.presale = code;
    match visit.session.cart.put(&goods.listing.organization, &id, lines, pages.clock.chance()) {
        Left::All => Ok(visit.go("/cart")),
        Left::Nothing => Ok(visit.done("/cart", "page-cart-replaced")),
    }
}

/// The chosen offers that only a presale code buys now.
fn needed(goods: &ListingGoods, lines: &[CartLine], now: jiff::Timestamp) -> Vec<Offer> {
    let chosen = |offer: &&Offer| lines.iter().any(|line| line.offer == offer.id);
    goods.offers.iter().filter(chosen).filter(|offer| offer.needs_presale(now)).cloned().collect()
}

/// Limits, said before they are hit at the end: what one listing's lines break of the rules of an order.
fn check(goods: &ListingGoods, lines: &[CartLine], presales: &[Presale], now: jiff::Timestamp) -> Result<(), Refusal> {
    let mut requested = Vec::new();
    for line in lines {
        let offers = goods.offers.iter().enumerate();
        for (index, offer) in offers.filter(|(_, offer)| offer.id == line.offer) {
            if goods.left(offer).is_some_and(|left| left < u64::from(line.quantity)) {
                return Err(few(index, goods.left(offer).unwrap_or_default()));
            }
            let donation = line.donation.as_deref();
            let (listing, quantity, presale) = (&goods.listing, line.quantity, presale_of(presales, offer));
            requested.push(RequestedLine { index, listing, offer, quantity, donation, presale });
        }
    }
    if requested.is_empty() {
        return Ok(());
    }
    pricing::price(&goods.seller, &requested, None, &[], Minor::ZERO, now).map(drop)
}

fn few(index: usize, left: u64) -> Refusal {
    let message = if left == 0 { "None are left".to_owned() } else { format!("Only {left} left") };
    Refusal::new(domain::Code::InsufficientStock, message.clone()).at(format!("items[{index}].quantity"))
}

/// Changes how many of each there are, and what a promo code takes off.
pub(crate) async fn change(State(pages): State<Pages>, form: Form) -> Answer<Response> {
    let Form { mut visit, typed } = form;
    match quantities(&typed) {
        Ok(quantities) => {
            visit.session.cart.change(&quantities, pages.clock.chance());
            Ok(visit.keep("/cart", typed))
        }
        Err(refusal) => Ok(visit.refused("/cart", typed, &Problem::from(refusal))),
    }
}

/// How many of each line were typed, by its place. A line's own button takes it out.
pub(crate) fn quantities(typed: &Typed) -> Result<BTreeMap<usize, u32>, Refusal> {
    let mut quantities = BTreeMap::new();
    for (place, text) in typed.below("quantity.") {
        let Ok(place) = place.parse::<usize>() else { continue };
        let text = if text.is_empty() { "0" } else { text };
        quantities.insert(place, quantity(&format!("items[{place}].quantity"), text)?);
    }
    if let Some(place) = typed.given("remove").and_then(|place| place.parse().ok()) {
        quantities.insert(place, 0);
    }
    Ok(quantities)
}
