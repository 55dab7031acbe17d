//! The one form in which texts are searched: what people type to find an order, and what an order is found by.

use icu_normalizer::DecomposingNormalizerBorrowed;

use crate::text;

/// How many characters of a text count: more than any name that is typed, and less than a key of the table may have.
const MOST: usize = 100;

/// A text as it is searched: without marks, in lower case, its words joined by underscores, without apostrophes. `Zoë
/// O'Neill-Łuk` is `zoe_oneill_luk`, and `zoe@box-office.example` is `zoe@box_office_example`. A beginning of the text has a
/// beginning of the form.
#[must_use]
pub fn search_form(typed: &str) -> String {
    let lower = typed.to_lowercase();
    let apart = DecomposingNormalizerBorrowed::new_nfkd().normalize(&lower).into_owned().to_lowercase();
    let mut form = String::with_capacity(apart.len());
    let mut gap = false;
    for c in apart.chars() {
        if text::is_mark(c) || text::is_invisible(c) || text::plain(c) == '\'' {
            continue;
        }
        if !(text::is_letter(c) || c.is_numeric() || c == '@') {
            gap = !form.is_empty();
            continue;
        }
        if std::mem::take(&mut gap) {
            form.push('_');
        }
        match plain_letters(c) {
            Some(letters) => form.push_str(letters),
            None => form.push(c),
        }
    }
    form.chars().take(MOST).collect()
}

/// Letters that are no letter with a mark to Unicode, and that people type without it all the same.
fn plain_letters(c: char) -> Option<&'static str> {
    Some(match c {
        'ß' => "ss",
        'æ' => "ae",
        'œ' => "oe",
        'ø' => "o",
        'ł' => "l",
        'đ' | 'ð' => "d",
        'þ' => "th",
        'ı' => "i",
        'ς' => "σ",
        _ => return None,
    })
}

/// A name by each of its words: the whole of it, and what begins with each further word.
pub(crate) fn by_words(name: &str) -> Vec<String> {
    let form = search_form(name);
    let begins = std::iter::once(0).chain(form.match_indices('_').map(|(at, _)| at + 1));
    begins.filter_map(|at| form.get(at..)).filter(|term| !term.is_empty()).map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{by_words, search_form};

    #[test]
    fn what_seems_alike_is_found_alike() {
        for (typed, form) in [
            ("Ada Lovelace", "ada_lovelace"),
            ("  ADA\u{a0} Lovelace ", "ada_lovelace"),
            ("Zoë O\u{2019}Neill-Łuk", "zoe_oneill_luk"),
            ("zoe\u{308} o'neill", "zoe_oneill"),
            ("Straße", "strasse"),
            ("İbrahim Işık", "ibrahim_isik"),
            ("ada.lovelace+x@Example.com", "ada_lovelace_x@example_com"),
            ("cs_test_a1B2", "cs_test_a1b2"),
            ("Ａｄａ", "ada"),
            ("山田 太郎", "山田_太郎"),
            (" - ' ", ""),
        ] {
            assert_eq!(search_form(typed), form, "{typed}");
        }
    }

    #[test]
    fn a_name_is_found_by_each_of_its_words() {
        assert_eq!(by_words("Ada King Lovelace"), ["ada_king_lovelace", "king_lovelace", "lovelace"]);
        assert_eq!(by_words(" "), Vec::<String>::new());
    }

    proptest! {
        #[test]
        fn a_form_is_a_form_already_and_holds_no_sign_of_a_key(typed in any::<String>()) {
            let form = search_form(&typed);
            prop_assert!(!form.contains('#') && !form.contains(' '), "{form:?}");
            prop_assert!(form.chars().count() <= super::MOST);
            prop_assert_eq!(&search_form(&form), form.trim_end_matches('_'));
        }
    }
}
