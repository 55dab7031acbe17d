//! A visitor's browser, as far as the shop needs one: it keeps cookies, follows what it is led to, and fills in forms.

use std::collections::BTreeMap;

use axum::{Router, body::Body};
use http::{HeaderMap, Method, Request, StatusCode, header};
use http_body_util::BodyExt;
use tower::ServiceExt;
use url::form_urlencoded;

use crate::world::World;

/// A page as the browser has it.
#[derive(Debug, Clone)]
pub struct Page {
    /// The path and query that were asked for.
    pub path: String,
    /// The code of HTTP.
    pub status: StatusCode,
    /// As sent, cookies included.
    pub headers: HeaderMap,
    /// The body, as UTF-8.
    pub text: String,
}

impl Page {
    /// Whether it says that.
    #[must_use]
    pub fn says(&self, text: &str) -> bool {
        self.text.contains(text)
    }

    /// The value of a field of its forms, the first of that name; none if there is none.
    #[must_use]
    pub fn value(&self, name: &str) -> Option<String> {
        let tag = self
            .text
            .split("<input")
            .skip(1)
            .find(|tag| tag.split('>').next().is_some_and(|tag| tag.contains(&format!(" name=\"{name}\""))))?;
        let tag = tag.split('>').next()?;
        let value = tag.split(" value=\"").nth(1)?.split('"').next()?;
        Some(unescaped(value))
    }

    /// The same of the first form that is sent there.
    #[must_use]
    pub fn value_of(&self, action: &str, name: &str) -> Option<String> {
        let (_, rest) = self.text.split_once(&format!("action=\"{action}\""))?;
        let form = rest.split("</form>").next()?;
        Self { text: form.to_owned(), ..self.clone() }.value(name)
    }

    /// Where it leads, if it is a redirect.
    #[must_use]
    pub fn location(&self) -> &str {
        self.headers.get(header::LOCATION).and_then(|to| to.to_str().ok()).unwrap_or_default()
    }
}

fn unescaped(text: &str) -> String {
    let mut text = text.to_owned();
    for (entity, character) in
        [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&#x27;", "'"), ("&#x2f;", "/"), ("&amp;", "&")]
    {
        text = text.replace(entity, character);
    }
    text
}

/// A browser with its cookies.
#[derive(Debug, Clone)]
pub struct Browser {
    api: Router,
    /// Its cookies by their names.
    pub cookies: BTreeMap<String, String>,
    /// The languages that it asks for.
    pub languages: String,
}

impl Browser {
    /// One without cookies.
    #[must_use]
    pub fn new(world: &World) -> Self {
        Self::at(world.stack.api())
    }

    /// A new one, before this host.
    #[must_use]
    pub fn at(host: Router) -> Self {
        Self { api: host, cookies: BTreeMap::new(), languages: "en".to_owned() }
    }

    /// The same one with its cookies, before another host of that name.
    #[must_use]
    pub fn before(self, host: Router) -> Self {
        Self { api: host, ..self }
    }

    /// One request, without following where it leads.
    pub async fn send(&mut self, method: Method, path: &str, fields: Option<&[(&str, &str)]>) -> Page {
        self.send_from(None, method, path, fields).await
    }

    /// The same from a page, which browsers name where it is of the same site.
    async fn send_from(
        &mut self,
        from: Option<&Page>,
        method: Method,
        path: &str,
        fields: Option<&[(&str, &str)]>,
    ) -> Page {
        let cookies: Vec<String> = self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let mut request = Request::builder().method(method).uri(path).header("accept-language", &self.languages);
        if !cookies.is_empty() {
            request = request.header(header::COOKIE, cookies.join("; "));
        }
        if let Some(from) = from {
            let page = format!("http://127.0.0.1:3000{}", from.path);
            request = request.header("sec-fetch-site", "same-origin").header(header::REFERER, page);
        }
        let body = match fields {
            Some(fields) => {
                request = request.header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
                Body::from(form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish())
            }
            None => Body::empty(),
        };
        let answer = self.api.clone().oneshot(request.body(body).unwrap()).await.unwrap();
        let (parts, body) = answer.into_parts();
        for set in parts.headers.get_all(header::SET_COOKIE) {
            let set = set.to_str().unwrap();
            let (name, value) = set.split(';').next().unwrap().split_once('=').unwrap();
            if set.contains("Max-Age=0") {
                self.cookies.remove(name);
            } else {
                self.cookies.insert(name.to_owned(), value.to_owned());
            }
        }
        let text = String::from_utf8_lossy(&body.collect().await.unwrap().to_bytes()).into_owned();
        // A message that no file has is shown by its id.
        assert!(!text.contains("page-") && !text.contains("refused-"), "{path}: {text}");
        Page { path: path.to_owned(), status: parts.status, headers: parts.headers, text }
    }

    /// Opens a page, and where it leads within the shop.
    pub async fn open(&mut self, path: &str) -> Page {
        let mut page = self.send(Method::GET, path, None).await;
        for _ in 0..5 {
            let to = page.location().to_owned();
            if page.status != StatusCode::SEE_OTHER || !to.starts_with('/') {
                break;
            }
            page = self.send(Method::GET, &to, None).await;
        }
        page
    }

    /// Sends a form of a page with these fields beside its hidden ones, and opens where it leads within the shop. A form is
    /// always answered by a redirect.
    pub async fn submit(&mut self, page: &Page, action: &str, fields: &[(&str, &str)]) -> Page {
        let hidden: Vec<(&str, String)> = ["csrf", "key", "listing", "percent"]
            .into_iter()
            .filter_map(|name| Some((name, page.value(name)?)))
            .chain(page.value_of(action, "was").map(|was| ("was", was)))
            .collect();
        let given: Vec<&str> = fields.iter().map(|(name, _)| *name).collect();
        let mut all: Vec<(&str, &str)> = hidden
            .iter()
            .filter(|(name, _)| !given.contains(name))
            .map(|(name, value)| (*name, value.as_str()))
            .collect();
        all.extend_from_slice(fields);
        let answer = self.send_from(Some(page), Method::POST, action, Some(&all)).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{action}: {}", answer.text);
        assert_eq!(answer.headers[header::CACHE_CONTROL], "private, no-store");
        if answer.location().starts_with('/') { self.open(answer.location()).await } else { answer }
    }

    /// Puts so many of an offer into the cart, and shows the cart.
    pub async fn choose(&mut self, listing: &str, fields: &[(&str, &str)]) -> Page {
        let page = self.open(&format!("/listings/{listing}")).await;
        assert_eq!(page.status, StatusCode::OK, "{}", page.text);
        self.submit(&page, "/cart", fields).await
    }

    /// Orders what is in the cart, as Ada Lovelace.
    pub async fn order(&mut self, cart: &Page, more: &[(&str, &str)]) -> Page {
        let mut fields = vec![("name", "Ada Lovelace"), ("email", "ada@example.com")];
        fields.retain(|(name, _)| !more.iter().any(|(other, _)| other == name));
        fields.extend_from_slice(more);
        self.submit(cart, "/checkout", &fields).await
    }

    /// Pays on Stripe's page, which the visitor was led to, and comes back from it to the order's page.
    pub async fn pay(&mut self, world: &World, led: &Page, card: &str) -> Page {
        let session = led.location().rsplit('/').next().unwrap().split(['?', '#']).next().unwrap();
        world.stack.stripe().pay_session(session, card).expect("the card is good");
        world.settle().await;
        let success = world.object(session)["success_url"].as_str().unwrap().replace("{CHECKOUT_SESSION_ID}", session);
        let url = url::Url::parse(&success).unwrap();
        let back = self.send(Method::GET, &success[success.find(url.path()).unwrap()..], None).await;
        let to = url::Url::parse("http://127.0.0.1").unwrap().join(back.location()).unwrap();
        self.open(&format!("{}?{}", to.path(), to.query().unwrap_or_default())).await
    }
}
