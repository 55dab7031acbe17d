//! Where buyers find us.

use runtime::SettingError;
use url::Url;

use crate::base::BaseUrls;

/// Where buyers find us, as far as it is known before a request comes.
///
/// A deployed function behind the gateway cannot be told the gateway's own address, since the gateway is made of its functions.
/// Unless there is a domain that is a setting, the address is the one that the gateway itself names with each request. It
/// never comes from a header: Stripe sends buyers to what is built on it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Addresses {
    api: Option<String>,
    pages: Option<String>,
}

impl Addresses {
    /// `api` is the API's own address, and `pages` that of the pages for people, each if it is a setting. Without one the
    /// pages are at the API's own address.
    #[must_use]
    pub fn new(api: Option<&Url>, pages: Option<&Url>) -> Self {
        Self { api: api.map(base), pages: pages.map(base) }
    }

    /// The addresses for a request that the gateway took at that domain, none for work that no request asked for.
    ///
    /// # Errors
    /// That `PUBLIC_URL` is needed.
    pub fn pages(&self, domain: Option<&str>) -> Result<BaseUrls, SettingError> {
        let named = || domain.and_then(|domain| Url::parse(&format!("https://{domain}")).ok()).filter(is_domain);
        let api = self.api.clone().or_else(|| named().as_ref().map(base));
        let api = api.ok_or_else(|| SettingError::new("PUBLIC_URL", "is missing, and no gateway names our address"))?;
        let pages = self.pages.clone().unwrap_or_else(|| api.clone());
        Ok(BaseUrls { api, pages })
    }
}

fn base(url: &Url) -> String {
    url.as_str().trim_end_matches('/').to_owned()
}

/// Whether an address is that of a host and of nothing else.
fn is_domain(url: &Url) -> bool {
    url.domain().is_some()
        && url.path() == "/"
        && url.username().is_empty()
        && url.query().is_none()
        && url.port().is_none()
}

#[cfg(test)]
mod tests {
    use url::Url;

    use super::Addresses;

    #[test]
    fn a_setting_goes_before_what_the_gateway_names() {
        let url = |text| Url::parse(text).expect("an address");
        let (api, pages) = (url("https://api.shop.example/"), url("https://shop.example/show/"));
        let set = Addresses::new(Some(&api), Some(&pages));
        for domain in [None, Some("a1.execute-api.eu-central-1.amazonaws.com")] {
            let known = set.pages(domain).expect("it is set");
            assert_eq!(
                (known.api.as_str(), known.pages.as_str()),
                ("https://api.shop.example", "https://shop.example/show")
            );
        }
        let unset = Addresses::new(None, Some(&pages));
        let known = unset.pages(Some("a1.execute-api.eu-central-1.amazonaws.com")).expect("the gateway names it");
        assert_eq!(known.api, "https://a1.execute-api.eu-central-1.amazonaws.com");
        let own = Addresses::new(Some(&api), None).pages(None).expect("it is set");
        assert_eq!(own.pages, "https://api.shop.example");
        for wrong in
            [None, Some(""), Some("a b"), Some("evil.example/path"), Some("u@evil.example"), Some("x:99"), Some("::1")]
        {
            let error = unset.pages(wrong).expect_err("no address").to_string();
            assert!(error.contains("PUBLIC_URL"), "{wrong:?}: {error}");
        }
    }
}
