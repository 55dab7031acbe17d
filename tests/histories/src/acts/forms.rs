//! What visitors do on the pages: they carry sealed cookies from page to page, and fill in forms.

use super::doing::Doing;
use crate::{
    client::Answer,
    dice::Dice,
    shop::{LISTINGS, OFFERS, PRESALE, PROMO, company},
    step::{Act, Function},
    world::Bought,
};

/// Fields of a form.
type Fields = Vec<(String, String)>;

fn fields<const N: usize>(pairs: [(&str, &str); N]) -> Fields {
    pairs.into_iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect()
}

impl Doing<'_> {
    /// One request of a step's browser, which keeps the cookies that come with the answer.
    async fn visit(&self, of: u32, n: u16, path: &str, form: Option<&[(String, String)]>) -> Option<Answer> {
        let ask = self.world.ask(Function::Pages, if form.is_some() { "POST" } else { "GET" }, path);
        let cookies = self.world.cookies(of);
        let ask = if cookies.is_empty() { ask } else { ask.header("cookie", &cookies) };
        let ask = if let Some(form) = form { ask.form(form) } else { ask };
        let answer = ask.by(self.process(n, Function::Pages)).await?;
        self.world.keep_cookies(of, &answer.cookies);
        if answer.status != 303 && !answer.page.contains("</html>") && !path.ends_with("/version") {
            self.world.find(format!("pages: {path} answered {} with no page", answer.status));
        }
        Some(answer)
    }

    /// Puts into the cart what the step buys, and orders it.
    pub(super) async fn choose(&self) {
        let Act::Buy { offer, also, quantity, promo, buyer, .. } = self.step.act else { return };
        let of = self.step.id;
        let sold = &OFFERS[offer];
        let listing = LISTINGS[sold.listing].0;
        let email = format!("buyer-{buyer}@example.com");
        let company = company(of);
        let mut form = fields([("name", "Ada Lovelace"), ("email", &email), ("company", &company)]);
        if promo {
            form.extend(fields([("promo_code", PROMO)]));
        }
        self.world.note_bought(of, Bought { buyer, form, ..Bought::default() });
        let Some(page) = self.visit(of, 3, &format!("/listings/{listing}"), None).await else { return };
        let Some(csrf) = page.field("csrf") else { return };
        let mut chosen = fields([("csrf", &csrf), ("listing", listing), ("presale_code", PRESALE)]);
        let count = quantity.to_string();
        if LISTINGS[sold.listing].1 == "expert" {
            chosen.extend(fields([("slot", sold.id), ("places", &count)]));
        } else {
            chosen.push((format!("quantity.{}", sold.id), count));
            chosen.extend(also.map(|also| (format!("quantity.{}", OFFERS[also].id), "1".to_owned())));
        }
        let Some(answer) = self.visit(of, 2, "/cart", Some(&chosen)).await else { return };
        if answer.to != "/cart" {
            return;
        }
        if Dice::new(self.salt ^ 0x33).percent(30) {
            let changed = fields([("csrf", &csrf), ("quantity.0", "1")]);
            self.visit(of, 4, "/cart/change", Some(&changed)).await;
        }
        self.press(of).await;
    }

    /// Loads the cart, and sends its form.
    async fn press(&self, of: u32) {
        let Some(cart) = self.visit(of, 1, "/cart", None).await else { return };
        let (Some(csrf), Some(key), Some(mut bought)) = (cart.field("csrf"), cart.field("key"), self.world.bought(of))
        else {
            return;
        };
        bought.form.retain(|(name, _)| name != "csrf" && name != "key");
        bought.form.extend(fields([("csrf", &csrf), ("key", &key)]));
        self.world.note_bought(of, bought.clone());
        self.send_form(of, &bought.form).await;
    }

    /// Sends the form of a tab that was left open, or loads the cart first.
    pub(super) async fn press_again(&self, of: u32, bought: &Bought) {
        let open = bought.form.iter().any(|(name, _)| name == "key");
        if open && Dice::new(self.salt ^ 0x44).percent(60) {
            self.send_form(of, &bought.form).await;
        } else {
            self.press(of).await;
        }
    }

    async fn send_form(&self, of: u32, form: &[(String, String)]) {
        let Some(answer) = self.visit(of, 0, "/checkout", Some(form)).await else { return };
        let id = match answer.to.strip_prefix("/orders/") {
            Some(id) => Some(id.to_owned()),
            None => self.order_of_page(&answer.to),
        };
        let Some((id, mut bought)) = id.zip(self.world.bought(of)) else { return };
        // Each order that one cart leads to is the same.
        if !bought.id.is_empty() && bought.id != id && self.goes_on(&bought.id).await {
            self.world.find(format!("one cart led to order {} and to order {id}", bought.id));
        }
        // The mail has a link with the token.
        if let Ok(id) = domain::OrderId::parse(id.as_str())
            && let Ok(Some(order)) = self.world.store().order(&id).await
        {
            bought.token = order.access_token();
        }
        bought.id = id;
        self.world.note_bought(of, bought);
    }

    /// Whether an order is neither over nor refused.
    async fn goes_on(&self, id: &str) -> bool {
        let Ok(id) = domain::OrderId::parse(id) else { return false };
        let order = self.world.store().order(&id).await.ok().flatten();
        order.is_some_and(|order| !order.status.is_released())
    }

    /// The order of a page of Stripe's.
    fn order_of_page(&self, address: &str) -> Option<String> {
        let session = address.contains("/pay/").then(|| address.rsplit('/').next())??.split(['?', '#']).next()?;
        let sessions = self.world.outside.stripe.objects("checkout.session");
        let found = sessions.into_iter().find(|known| known["id"] == session)?;
        found["metadata"]["order_id"].as_str().map(str::to_owned)
    }

    /// Opens an order's page: with the session, or by the link of the mail.
    async fn order_page(&self, of: u32, n: u16) -> Option<Answer> {
        let bought = self.world.bought(of).filter(|bought| !bought.token.is_empty())?;
        let path = format!("/orders/{}", bought.id);
        let page = self.visit(of, n, &path, None).await?;
        if page.status == 200 {
            return Some(page);
        }
        self.visit(of, n, &format!("{path}?token={}", bought.token), None).await?;
        self.visit(of, n, &path, None).await
    }

    pub(super) async fn open_page(&self, of: u32) {
        if self.order_page(of, 0).await.is_some()
            && let Some(bought) = self.world.bought(of)
        {
            self.visit(of, 1, &format!("/orders/{}/version", bought.id), None).await;
        }
    }

    /// Sends a form of an order's page, with fields of the page and some of one's own.
    async fn send_of_order(&self, of: u32, what: &str, shown: &[&str], own: Fields) {
        let Some(page) = self.order_page(of, 1).await else { return };
        let Some(bought) = self.world.bought(of) else { return };
        let mut form = own;
        for name in shown {
            let Some(value) = page.field(name) else { return };
            form.push(((*name).to_owned(), value));
        }
        self.visit(of, 0, &format!("/orders/{}/{what}", bought.id), Some(&form)).await;
    }

    pub(super) async fn cancel_by_form(&self, of: u32) {
        self.send_of_order(of, "cancel", &["csrf", "percent"], Vec::new()).await;
    }

    pub(super) async fn resend_by_form(&self, of: u32) {
        self.send_of_order(of, "resend", &["csrf"], Vec::new()).await;
    }

    pub(super) async fn attendee_by_form(&self, of: u32, code: &str, name: &str) {
        let own = fields([("code", code), ("name", name), ("email", "mary@example.com")]);
        self.send_of_order(of, "attendee", &["csrf"], own).await;
    }

    pub(super) async fn hand_over_by_form(&self, of: u32, code: &str, name: &str) {
        let own = fields([("code", code), ("name", name), ("email", "mary@example.com"), ("over", "1")]);
        self.send_of_order(of, "hand-over", &["csrf"], own).await;
    }
}
