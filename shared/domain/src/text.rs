//! What people type and paste, folded into one form: what cannot be seen goes, what looks alike is the same.
//!
//! Keyboards, mail programs and web pages put other spaces, quotes, hyphens and invisible characters into a text that
//! looks the same. A reader sees no difference, so there must be none.

use icu_normalizer::ComposingNormalizerBorrowed;
use unicode_general_category::{GeneralCategory, get_general_category};

/// A text in Unicode's canonical form NFC.
fn nfc(text: &str) -> String {
    ComposingNormalizerBorrowed::new_nfc().normalize(text).into_owned()
}

/// A text in Unicode's compatibility form NFKC: full-width letters and digits become the usual ones.
fn nfkc(text: &str) -> String {
    ComposingNormalizerBorrowed::new_nfkc().normalize(text).into_owned()
}

/// Whether a character shows nothing: format characters (direction marks, zero-width characters, soft hyphens, the byte
/// order mark) and the few letters and marks that Unicode has shown as nothing. The signs of the category "format" that
/// do show stand before numbers in Arabic and Syriac texts.
pub(crate) fn is_invisible(c: char) -> bool {
    let shows = matches!(
        c,
        '\u{600}'..='\u{605}' | '\u{6dd}' | '\u{70f}' | '\u{890}' | '\u{891}' | '\u{8e2}' | '\u{110bd}' | '\u{110cd}'
    );
    let filler = matches!(c, '\u{34f}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{3164}' | '\u{ffa0}');
    filler || get_general_category(c) == GeneralCategory::Format && !shows
}

/// A space of any width.
pub(crate) fn is_space(c: char) -> bool {
    get_general_category(c) == GeneralCategory::SpaceSeparator
}

/// A letter of any script.
pub(crate) fn is_letter(c: char) -> bool {
    use GeneralCategory as G;
    matches!(
        get_general_category(c),
        G::UppercaseLetter | G::LowercaseLetter | G::TitlecaseLetter | G::ModifierLetter | G::OtherLetter
    )
}

/// A mark that stands on, under or beside a letter.
pub(crate) fn is_mark(c: char) -> bool {
    use GeneralCategory as G;
    matches!(get_general_category(c), G::NonspacingMark | G::SpacingMark | G::EnclosingMark)
}

/// The plain form of an apostrophe, a hyphen, a full stop or a comma that a keyboard made in another one.
pub(crate) fn plain(c: char) -> char {
    match c {
        // Quotes left, right and reversed, acute and grave accents, primes, the modifier letter, full width.
        '\u{2018}' | '\u{2019}' | '\u{201b}' | '\u{b4}' | '`' | '\u{2032}' | '\u{2035}' | '\u{2b9}' | '\u{2bc}'
        | '\u{2c8}' | '\u{2ca}' | '\u{2cb}' | '\u{ff07}' | '\u{ff40}' => '\'',
        // Hyphens, the non-breaking one, dashes, the minus sign, small and full width.
        '\u{2010}'..='\u{2015}' | '\u{2043}' | '\u{2212}' | '\u{fe58}' | '\u{fe63}' | '\u{ff0d}' => '-',
        '\u{2024}' | '\u{fe52}' | '\u{ff0e}' => '.',
        '\u{fe50}' | '\u{ff0c}' => ',',
        c if is_space(c) => ' ',
        c => c,
    }
}

/// Joins the words of a text by one space each.
fn words(text: &str) -> String {
    text.split(' ').filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ")
}

/// Scripts whose letters change shape beside one another, from Arabic to Balinese, their extensions, and Arabic's
/// presentation forms. There, and nowhere else, a joiner between two letters says how a word is written.
fn joins(c: char) -> bool {
    matches!(c, '\u{600}'..='\u{1cff}' | '\u{a800}'..='\u{abff}' | '\u{fb50}'..='\u{feff}' | '\u{10a00}'..='\u{11fff}')
        && (is_letter(c) || is_mark(c))
}

/// A person's name as it is kept: NFC, with one plain form of space, apostrophe, hyphen, full stop and comma, and
/// nothing that cannot be seen, but for the joiners inside Persian and Indic words.
pub(crate) fn name(text: &str) -> String {
    let typed: Vec<char> = nfc(text).chars().collect();
    let mut kept: Vec<char> = Vec::with_capacity(typed.len());
    for (n, c) in typed.iter().copied().enumerate() {
        let keep = match c {
            '\u{200c}' | '\u{200d}' => {
                let before = kept.last().copied().filter(|before| joins(*before));
                let after = typed[n + 1..].iter().copied().find(|c| !is_invisible(*c)).is_some_and(joins);
                // After a mark it may end a word: so the chillu letters of Malayalam were written once.
                before.is_some_and(|before| after || is_mark(before))
            }
            c => !is_invisible(c),
        };
        if keep {
            kept.push(plain(c));
        }
    }
    // An accent that stood alone is an apostrophe only now, and what stood around something invisible meets.
    words(&nfc(&kept.into_iter().collect::<String>()))
}

/// What tells one thing from another by its name, in any case and any typographic form: `Früh­bucher’s  Ticket` is
/// `frühbucher's ticket`.
#[must_use]
pub fn same(text: &str) -> String {
    // Plain before NFKC, too, which takes an accent that stands alone for a space with an accent.
    let plainly: String = text.to_lowercase().chars().filter(|c| !is_invisible(*c)).map(plain).collect();
    let folded: String = nfkc(&plainly).chars().map(plain).collect();
    words(&folded).to_lowercase()
}

/// A code as it was meant, however it was typed, pasted or scanned: usual letters and digits in capitals, without
/// blanks, line ends, hyphens and what cannot be seen. What else stands in it stays.
pub(crate) fn code(text: &str) -> String {
    let folded: String = nfkc(text)
        .chars()
        .filter(|c| !is_invisible(*c))
        .map(plain)
        .filter(|c| !c.is_whitespace() && !c.is_control() && *c != '-')
        .map(|c| digit(c).unwrap_or(c))
        .collect();
    folded.to_uppercase()
}

/// The ASCII digit of a decimal digit of any script. Unicode keeps the ten of a script in one row from zero up, and
/// whole rows follow one another if they touch (<https://www.unicode.org/policies/stability_policy.html>, property
/// value stability).
fn digit(c: char) -> Option<char> {
    let is_digit = |c: char| get_general_category(c) == GeneralCategory::DecimalNumber;
    if c.is_ascii_digit() || !is_digit(c) {
        return Some(c).filter(char::is_ascii_digit);
    }
    let mut first = u32::from(c);
    while char::from_u32(first - 1).is_some_and(is_digit) {
        first -= 1;
    }
    char::from_digit((u32::from(c) - first) % 10, 10)
}

/// A telephone number as it is kept, at most `most` characters: digits of any script as ASCII's, usual signs, nothing
/// that cannot be seen. Whatever else was typed stays, such as an extension: it is for people to read.
#[must_use]
pub fn phone(text: &str, most: usize) -> String {
    let visible: String = text.chars().filter(|c| !is_invisible(*c)).map(plain).collect();
    let folded = nfkc(&visible);
    let folded = folded.chars().map(|c| if c.is_control() { ' ' } else { plain(digit(c).unwrap_or(c)) });
    cut(&words(&folded.collect::<String>()), most)
}

/// One line of free text as it was typed, at most `most` characters.
pub(crate) fn line(text: &str, most: usize) -> String {
    let text: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    cut(text.trim(), most)
}

fn cut(text: &str, most: usize) -> String {
    text.chars().take(most).collect::<String>().trim_end().to_owned()
}

/// Whether there is nothing to be seen in it that a code could consist of.
#[must_use]
pub fn is_blank(text: &str) -> bool {
    code(text).is_empty()
}

/// Text with full-width characters as the usual ones.
pub(crate) fn wide(text: &str) -> String {
    nfkc(text)
}

/// Text without what cannot be seen, and without spaces of any kind around it.
#[must_use]
pub fn visible(text: &str) -> String {
    let text: String = text.chars().filter(|c| !is_invisible(*c)).collect();
    text.trim().to_owned()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{code, digit, is_blank, name, phone, same};

    #[test]
    fn what_has_nothing_to_see_is_blank() {
        for blank in ["", " ", "\u{200b}\u{feff}", "\u{a0}"] {
            assert!(is_blank(blank), "{blank:?}");
        }
        assert!(!is_blank("a") && !is_blank(" 7 "));
    }

    #[test]
    fn names_have_one_form() {
        for (typed, kept) in [
            ("山田\u{3000}太郎", "山田 太郎"),
            ("Ada\u{a0}Lovelace", "Ada Lovelace"),
            ("  Ada \u{2009}\u{202f} Lovelace ", "Ada Lovelace"),
            ("O\u{2018}Brien", "O'Brien"),
            ("O\u{2019}Brien", "O'Brien"),
            ("O\u{b4}Brien", "O'Brien"),
            ("O`Brien", "O'Brien"),
            ("O\u{ff07}Neill", "O'Neill"),
            ("O\u{2bc}Neill", "O'Neill"),
            ("Jean\u{2013}Luc", "Jean-Luc"),
            ("Jean\u{2011}Luc", "Jean-Luc"),
            ("Jean\u{ff0d}Luc", "Jean-Luc"),
            ("Dr\u{ff0e} Ann", "Dr. Ann"),
            ("Lovelace\u{ff0c} Ada", "Lovelace, Ada"),
            ("Zoe\u{308}", "Zoë"),
            ("\u{202e}Ada\u{202c}", "Ada"),
            ("\u{200e}Ada\u{200b} Love\u{ad}lace\u{feff}", "Ada Lovelace"),
            ("Ada\u{200d}Lovelace", "AdaLovelace"),
            ("\u{3164}", ""),
        ] {
            assert_eq!(name(typed), kept, "{typed:?}");
        }
    }

    #[test]
    fn joiners_and_marks_of_scripts_that_need_them_stay() {
        for kept in [
            // Persian with a non-joiner, Sinhala with a joiner, Malayalam's old chillu, a Japanese variant of a sign.
            "علی\u{200c}رضا",
            "ශ\u{dca}\u{200d}රී",
            "അവന\u{d4d}\u{200d}",
            "葛\u{e0100}城",
            "विकास",
        ] {
            assert_eq!(name(kept), kept, "{kept:?}");
        }
        assert_eq!(name("علی\u{200c}"), "علی", "at a word's end it says nothing");
        assert_eq!(name("علی\u{200c}\u{200c}رضا"), "علی\u{200c}رضا");
    }

    #[test]
    fn digits_of_any_script_are_digits() {
        for (typed, value) in
            [('٣', '3'), ('۳', '3'), ('३', '3'), ('３', '3'), ('𝟛', '3'), ('𝟿', '9'), ('๙', '9'), ('0', '0')]
        {
            assert_eq!(digit(typed), Some(value), "{typed}");
        }
        assert_eq!((digit('x'), digit('Ⅷ'), digit('¾')), (None, None, None));
    }

    #[test]
    fn telephone_numbers_have_one_form() {
        for (typed, kept) in [
            ("\u{202a}+44 20 7946 0000\u{202c}", "+44 20 7946 0000"),
            ("+44\u{a0}20\u{a0}7946", "+44 20 7946"),
            ("\u{200e}+79022222222", "+79022222222"),
            ("+49 30\u{2013}1234567", "+49 30-1234567"),
            ("+1 555 123 4567 ext. 89", "+1 555 123 4567 ext. 89"),
            ("＋８１（３）１２３４", "+81(3)1234"),
            ("٠١٢٣٤", "01234"),
            ("+1-555;ext=89", "+1-555;ext=89"),
            ("12\r\n34", "12 34"),
        ] {
            assert_eq!(phone(typed, 40), kept, "{typed:?}");
        }
        assert_eq!(phone(&"1".repeat(100), 40).len(), 40);
    }

    #[test]
    fn codes_have_one_form() {
        for typed in [
            "summer20",
            "summer20\u{200b}",
            "\u{feff}summer20",
            "SUMMER\u{ad}20",
            "ＳＵＭＭＥＲ２０",
            "sum mer\u{2011}20\r\n",
            "SUMMER٢٠",
        ] {
            assert_eq!(code(typed), "SUMMER20", "{typed:?}");
        }
        assert_eq!(code("50%"), "50%");
    }

    #[test]
    fn names_of_things_are_the_same_in_any_form() {
        assert_eq!(same("  Fru\u{308}h\u{ad}bucher\u{2019}s\u{3000}Ticket "), "frühbucher's ticket");
        assert_eq!(same("ＶＩＰ"), same("vip"));
        assert_ne!(same("VIP 1"), same("VIP1"));
    }

    proptest! {
        #[test]
        fn folding_twice_is_folding_once(text in "\\PC{0,40}") {
            prop_assert_eq!(name(&name(&text)), name(&text));
            let code = code(&text);
            prop_assert!(!code.is_ascii() || super::code(&code) == code);
        }

        #[test]
        fn a_number_never_grows_beyond_its_limit(text in any::<String>(), most in 0_usize..60) {
            prop_assert!(phone(&text, most).chars().count() <= most);
        }
    }
}
