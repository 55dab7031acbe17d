//! Where the next page of a list begins, as clients carry it: opaque, and good for the list that gave it alone.
//!
//! A cursor is a place in an index with a code over it and over the list that it is of: which route, whose, filtered how.
//! So nothing that a client makes up, cuts short or carries from another list reaches the table, where odd keys end in
//! errors and foreign ones in other pages than asked for. It hides nothing: what is in it stood on the page before.

use std::{fmt::Display, sync::Arc};

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use domain::{Code, Refusal};
use engine::{StartError, wiring};
use hmac::{Hmac, Mac};
use runtime::{Secret, SecretSource, Secrets, Settings, SharedWire};
use sha2::Sha256;

use crate::problem::{Answer, Problem};

/// Bytes of the code. 128 bits cannot be guessed.
const CODE: usize = 16;

/// The longest cursor that is looked at. Ours are far shorter: keys of the table have at most 1,024 bytes.
const LONGEST: usize = 2_048;

/// Keeps codes over cursors apart from codes that the same secret makes for other things.
const PURPOSE: &[u8] = b"holdfast cursor 1";

/// A list: whose it is and how it is filtered. Two lists that differ in anything take none of each other's cursors.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct List(Vec<u8>);

impl List {
    /// The list that this name is for, unfiltered.
    #[must_use]
    pub fn new(name: &str) -> Self {
        Self(framed(name))
    }

    /// The same, where this field has this value; none is a value of its own.
    #[must_use]
    pub fn by(mut self, field: &str, value: Option<&impl Display>) -> Self {
        self.0.extend(framed(field));
        match value {
            Some(value) => {
                self.0.push(1);
                self.0.extend(framed(&value.to_string()));
            }
            None => self.0.push(0),
        }
        self
    }
}

/// A text behind its length, so that no two sequences of texts are the same bytes.
fn framed(text: &str) -> Vec<u8> {
    let mut bytes = u64::try_from(text.len()).unwrap_or(u64::MAX).to_be_bytes().to_vec();
    bytes.extend_from_slice(text.as_bytes());
    bytes
}

/// Makes and reads cursors under `TOKEN_SECRET`. Of several secrets the first makes them, and all of them read.
#[derive(Debug, Clone)]
pub struct Cursors {
    secrets: Secrets,
    source: Arc<SecretSource>,
}

impl Cursors {
    /// Cursors under the secret of these settings. It is read when the first cursor is made or comes, since most calls of
    /// a function need none.
    ///
    /// # Errors
    /// [`StartError`] names the setting that is missing or wrong.
    pub fn build(settings: &Settings, wire: SharedWire) -> Result<Self, StartError> {
        Ok(Self { secrets: wiring::secrets(settings, wire)?, source: Arc::new(settings.token_secret()?) })
    }

    /// The place that a client's cursor stands for; none for the first page.
    ///
    /// # Errors
    /// 400 at `cursor` for one that this list did not give, 503 while the secret cannot be had.
    pub async fn open(&self, list: &List, cursor: Option<&str>) -> Answer<Option<String>> {
        let Some(cursor) = cursor else { return Ok(None) };
        let secrets = self.secrets().await?;
        let place = secrets.iter().find_map(|secret| open(secret, list, cursor));
        let foreign = || Refusal::field("cursor", "This is no cursor of this list; begin again without one");
        Ok(Some(place.ok_or_else(foreign)?))
    }

    /// The cursor of a place where the next page begins, if there is one.
    ///
    /// # Errors
    /// 503 while the secret cannot be had.
    pub async fn seal(&self, list: &List, place: Option<String>) -> Answer<Option<String>> {
        let Some(place) = place else { return Ok(None) };
        let secrets = self.secrets().await?;
        let first = secrets.first().ok_or_else(unavailable)?;
        Ok(Some(seal(first, list, &place)))
    }

    async fn secrets(&self) -> Answer<Vec<Secret>> {
        self.secrets.read_list(&self.source).await.map_err(|error| {
            tracing::error!(%error, "the secret of cursors cannot be read");
            unavailable()
        })
    }
}

fn unavailable() -> Problem {
    Refusal::new(Code::StoreUnavailable, "The service is busy; please try again").retry_after(5).into()
}

/// The code over a place in a list. Any key makes one: HMAC takes keys of every length.
fn code(secret: &Secret, list: &List, place: &[u8]) -> Option<Hmac<Sha256>> {
    let mut code = Hmac::<Sha256>::new_from_slice(secret.expose().as_bytes()).ok()?;
    for part in [PURPOSE, &list.0, place] {
        code.update(part);
    }
    Some(code)
}

fn seal(secret: &Secret, list: &List, place: &str) -> String {
    let code = code(secret, list, place.as_bytes()).map(|code| code.finalize().into_bytes()).unwrap_or_default();
    let mut bytes = code[..CODE].to_vec();
    bytes.extend_from_slice(place.as_bytes());
    URL_SAFE_NO_PAD.encode(bytes)
}

fn open(secret: &Secret, list: &List, cursor: &str) -> Option<String> {
    if cursor.len() > LONGEST {
        return None;
    }
    let bytes = URL_SAFE_NO_PAD.decode(cursor).ok()?;
    let (found, place) = bytes.split_at_checked(CODE)?;
    code(secret, list, place)?.verify_truncated_left(found).ok()?;
    String::from_utf8(place.to_vec()).ok()
}

#[cfg(test)]
mod tests {
    use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
    use runtime::Secret;

    use super::{List, open, seal};

    mod fuzz {
        use proptest::prelude::*;
        use runtime::Secret;

        use super::super::{LONGEST, List, open, seal};

        proptest! {
            #[test]
            fn any_place_comes_back_and_nothing_else_opens(
                place in any::<String>(),
                other in any::<String>(),
                filter in prop::option::of(any::<String>()),
                at in any::<prop::sample::Index>(),
                letter in "[A-Za-z0-9_=-]",
            ) {
                let secret = Secret::new("s");
                let list = List::new("orders").by("status", filter.as_ref());
                let cursor = seal(&secret, &list, &place);
                prop_assume!(cursor.len() <= LONGEST);
                let opened = open(&secret, &list, &cursor);
                prop_assert_eq!(opened.as_ref(), Some(&place));
                prop_assert_eq!(open(&secret, &list, &other), None);
                if filter.as_ref() != Some(&other) {
                    prop_assert_eq!(open(&secret, &List::new("orders").by("status", Some(&other)), &cursor), None);
                }
                // One letter another, one more, one less.
                let at = at.index(cursor.len());
                let (before, after) = cursor.split_at(at);
                for changed in [format!("{before}{letter}{}", &after[1..]), format!("{before}{letter}{after}"), format!("{before}{}", &after[1..])] {
                    prop_assert!(changed == cursor || open(&secret, &list, &changed).is_none(), "{changed}");
                }
            }
        }
    }

    fn list() -> List {
        List::new("orders").by("organization", Some(&"riverside")).by("status", None::<&String>)
    }

    #[test]
    fn a_cursor_brings_its_place_back() {
        let secret = Secret::new("s");
        for place in ["", "riverside#show", "2026-11-25T10:00:00.000000000Z#ord_1", "é\u{0}\n"] {
            let cursor = seal(&secret, &list(), place);
            assert!(cursor.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_".contains(&b)), "{cursor}");
            assert_eq!(open(&secret, &list(), &cursor).as_deref(), Some(place));
        }
    }

    #[test]
    fn it_is_good_for_its_own_list_alone() {
        let secret = Secret::new("s");
        let cursor = seal(&secret, &list(), "place");
        for other in [
            List::new("orders"),
            List::new("listings").by("organization", Some(&"riverside")).by("status", None::<&String>),
            List::new("orders").by("organization", Some(&"globex")).by("status", None::<&String>),
            List::new("orders").by("organization", Some(&"riverside")).by("status", Some(&"")),
            List::new("orders").by("organization", Some(&"riverside")).by("status", Some(&"paid")),
            List::new("orders").by("organization", Some(&"riversidestatus")),
            List::new("orders").by("status", None::<&String>).by("organization", Some(&"riverside")),
        ] {
            assert_eq!(open(&secret, &other, &cursor), None, "{other:?}");
        }
        assert_eq!(open(&Secret::new("t"), &list(), &cursor), None);
    }

    #[test]
    fn nothing_made_up_is_a_cursor() {
        let secret = Secret::new("s");
        let cursor = seal(&secret, &list(), "place");
        let bytes = URL_SAFE_NO_PAD.decode(&cursor).expect("ours");
        for at in 0..bytes.len() {
            let mut changed = bytes.clone();
            changed[at] ^= 1;
            assert_eq!(open(&secret, &list(), &URL_SAFE_NO_PAD.encode(changed)), None, "byte {at}");
            assert_eq!(open(&secret, &list(), &URL_SAFE_NO_PAD.encode(&bytes[..at])), None, "cut at {at}");
        }
        let long = "A".repeat(5_000);
        for text in ["é", "", "riverside#show", "\u{0}", " ", "=", &format!("{cursor}="), &long] {
            assert_eq!(open(&secret, &list(), text), None, "{text}");
        }
    }
}
