//! The session: what a browser carries from page to page, sealed, so that it reads and changes nothing of it.
//!
//! There is no item for it in the table. Its key is made of `TOKEN_SECRET`, of which there may be several while one is
//! rotated: the first seals, and all of them open.

use std::{fmt, sync::Arc};

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use cookie::{Cookie, CookieJar, Key};
use domain::{Code, OrderId, Refusal};
use engine::{StartError, wiring};
use hmac::{Hmac, Mac};
use jiff::Timestamp;
use runtime::{Chance, Secret, SecretSource, Secrets, Settings, SharedWire};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use sha2::Sha512;
use web::{Answer, Problem};

use crate::{cart::Cart, sign_in::person::Person};

/// How long a browser keeps a session that is not used, in seconds: 30 days.
pub(crate) const KEEP: i64 = 30 * 24 * 3_600;

/// Orders that a session opens, the latest first. Older ones are opened by the link in their mail again.
const MOST_ORDERS: usize = 12;

/// Keeps keys of cookies apart from other keys that the same secret makes.
const PURPOSE: &[u8] = b"holdfast session 1";

/// What a browser carries.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct BrowserSession {
    /// What each form of this session holds, so that no other site's form is taken for one of ours.
    pub(crate) csrf: String,
    /// Orders that it opens, with their tokens.
    orders: Vec<(OrderId, String)>,
    /// Things that are not ordered yet.
    #[serde(skip_serializing_if = "Cart::is_empty")]
    pub(crate) cart: Cart,
    /// The key of the cart that was ordered last, and its order.
    #[serde(skip_serializing_if = "Option::is_none")]
    ordered: Option<(String, OrderId)>,
    /// Who is signed in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) person: Option<Person>,
}

impl BrowserSession {
    /// An empty one with a new secret, for a browser that brings none.
    pub(crate) fn new(chance: &Chance) -> Self {
        Self { csrf: secret(chance), ..Self::default() }
    }

    /// Signs a person in. Forms that were loaded before are not theirs, and what is in the cart becomes another order.
    pub(crate) fn sign_in(&mut self, person: Person, chance: &Chance) {
        self.csrf = secret(chance);
        if !self.cart.is_empty() {
            self.cart.renew(chance);
        }
        self.person = Some(person);
    }

    /// The same at that time: without a person whose token has expired.
    pub(crate) fn at(mut self, now: Timestamp) -> Self {
        self.person = self.person.filter(|person| person.is_signed_in(now));
        self
    }

    /// The token of an order that it opens.
    pub(crate) fn token_of(&self, order: &OrderId) -> Option<Secret> {
        self.orders.iter().find(|(id, _)| id == order).map(|(_, token)| Secret::new(token.clone()))
    }

    /// The order that a cart with this key became, if it is the last one.
    pub(crate) fn ordered_by(&self, key: &str) -> Option<&OrderId> {
        self.ordered.as_ref().filter(|(ordered, _)| ordered == key).map(|(_, order)| order)
    }

    /// Empties the cart: it became this order.
    pub(crate) fn order(&mut self, order: &OrderId, token: &str) {
        self.ordered = Some((self.cart.key.clone(), order.clone()));
        self.cart = Cart::default();
        self.open_order(order, token);
    }

    /// Opens one order more.
    pub(crate) fn open_order(&mut self, order: &OrderId, token: &str) {
        self.orders.retain(|(id, _)| id != order);
        self.orders.insert(0, (order.clone(), token.to_owned()));
        self.orders.truncate(MOST_ORDERS);
    }
}

fn secret(chance: &Chance) -> String {
    URL_SAFE_NO_PAD.encode(chance.bytes::<16>())
}

/// Seals what browsers carry, and opens it.
#[derive(Debug, Clone)]
pub(crate) struct Sealer {
    secrets: Secrets,
    source: Arc<SecretSource>,
}

impl Sealer {
    /// A sealer under the secret of these settings, which is read when it is first needed.
    ///
    /// # Errors
    /// [`StartError`] names the setting that is missing or wrong.
    pub(crate) fn build(settings: &Settings, wire: SharedWire) -> Result<Self, StartError> {
        Ok(Self { secrets: wiring::secrets(settings, wire)?, source: Arc::new(settings.token_secret()?) })
    }

    /// The keys of now.
    ///
    /// # Errors
    /// 503 while the secret cannot be had.
    pub(crate) async fn keys(&self) -> Answer<Keys> {
        let secrets = self.secrets.read_list(&self.source).await.map_err(|error| {
            tracing::error!(%error, "the secret of sessions cannot be read");
            unavailable()
        })?;
        let keys: Vec<Key> = secrets.iter().filter_map(key).collect();
        if keys.is_empty() { Err(unavailable()) } else { Ok(Keys(keys)) }
    }
}

fn unavailable() -> Problem {
    Refusal::new(Code::StoreUnavailable, "The service is busy; please try again").retry_after(5).into()
}

/// HMAC takes keys of every length, and gives the 64 bytes that a key of cookies has.
fn key(secret: &Secret) -> Option<Key> {
    let mut code = Hmac::<Sha512>::new_from_slice(secret.expose().as_bytes()).ok()?;
    code.update(PURPOSE);
    Key::try_from(&code.finalize().into_bytes()[..]).ok()
}

/// Keys that seal and open, the newest first.
#[derive(Clone)]
pub(crate) struct Keys(Vec<Key>);

impl fmt::Debug for Keys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Keys").field(&self.0.len()).finish()
    }
}

impl Keys {
    /// A value for the cookie of that name, which alone it is good for.
    pub(crate) fn seal<T: Serialize>(&self, name: &str, value: &T) -> String {
        let (Some(key), Ok(text)) = (self.0.first(), serde_json::to_string(value)) else { return String::new() };
        let mut jar = CookieJar::new();
        jar.private_mut(key).add(Cookie::new(name.to_owned(), text));
        jar.get(name).map(|cookie| cookie.value().to_owned()).unwrap_or_default()
    }

    /// The same for a session, in so many bytes. Browsers drop what is too long without a word; an order that it opens no more opens by
    /// the link in its mail.
    pub(crate) fn seal_session(&self, name: &str, session: &BrowserSession, longest: usize) -> String {
        let mut session = session.clone();
        loop {
            let sealed = self.seal(name, &session);
            if sealed.len() <= longest || session.orders.pop().is_none() {
                return sealed;
            }
        }
    }

    /// What was sealed. None for what we did not seal, or not under a key that still counts.
    pub(crate) fn open<T: DeserializeOwned>(&self, name: &str, sealed: &str) -> Option<T> {
        let mut jar = CookieJar::new();
        jar.add_original(Cookie::new(name.to_owned(), sealed.to_owned()));
        let opened = self.0.iter().find_map(|key| jar.private(key).get(name))?;
        serde_json::from_str(opened.value()).ok()
    }
}

#[cfg(test)]
mod tests {
    use domain::OrderId;
    use runtime::{Chance, Secret};

    use super::{BrowserSession, Keys, MOST_ORDERS, key};

    fn keys(secrets: &[&str]) -> Keys {
        Keys(secrets.iter().map(|text| key(&Secret::new((*text).to_owned())).expect("a key")).collect())
    }

    #[test]
    fn a_session_is_opened_by_old_keys_and_under_its_own_name_alone() {
        let session = BrowserSession::new(&Chance::new());
        let sealed = keys(&["old"]).seal("a", &session);
        assert!(!sealed.contains(&session.csrf));
        assert_eq!(keys(&["new", "old"]).open::<BrowserSession>("a", &sealed), Some(session.clone()));
        assert_eq!(keys(&["new"]).open::<BrowserSession>("a", &sealed), None);
        assert_eq!(keys(&["old"]).open::<BrowserSession>("b", &sealed), None);
        assert_eq!(keys(&["old"]).open::<BrowserSession>("a", &sealed[1..]), None);
    }

    #[test]
    fn a_session_opens_the_latest_orders() {
        let mut session = BrowserSession::new(&Chance::new());
        let id = |n: usize| OrderId::parse(format!("ord_{n:026}")).expect("an id");
        for n in 0..=MOST_ORDERS {
            session.open_order(&id(n), &format!("token-{n}"));
        }
        session.open_order(&id(5), "another");
        assert!(session.token_of(&id(0)).is_none());
        assert_eq!(session.token_of(&id(5)).expect("a token").expose(), "another");
        assert_eq!(session.orders.len(), MOST_ORDERS);
        let keys = keys(&["one"]);
        let whole = keys.seal("a", &session);
        assert_eq!(
            keys.open::<BrowserSession>("a", &keys.seal_session("a", &session, whole.len())),
            Some(session.clone())
        );
        let kept: BrowserSession =
            keys.open("a", &keys.seal_session("a", &session, whole.len() - 1)).expect("a session");
        assert_eq!(kept.orders, session.orders[..MOST_ORDERS - 1], "the oldest goes");
        assert_eq!(kept.csrf, session.csrf);
    }
}
