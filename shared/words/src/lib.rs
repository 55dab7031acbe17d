//! What readers of mails and documents read, in six languages: sentences, dates and amounts.
//!
//! Words come from Fluent files (`locales/`), one a language; what a language lacks is said in English, and a test lists it.
//! Pure: there is no clock and no network in it.

mod language;
pub mod money;
mod reader;
mod zone;

pub use language::{Language, one_line};
pub use reader::{DocumentReader, seller_locale};
pub use zone::{Zone, clock};
