//! From plain text to lines of glyphs.

mod paragraph;
mod wrap;

use crate::fonts::is_ignorable;
use icu_normalizer::ComposingNormalizerBorrowed;
use unicode_general_category::{GeneralCategory, get_general_category};

pub(crate) use paragraph::{GlyphLine, Paragraph};
pub(crate) use wrap::{Style, TextBlock, wrap};

/// Most characters that one text keeps; a ticket has no room for more, and the work stays bounded.
const MAX_CHARS: usize = 2_000;
/// Most marks on one letter. No language stacks more; more of them would climb over the lines above.
const MAX_MARKS: usize = 6;

/// Text as it can be set: normalized, on one line, without control characters, direction overrides and needless space.
pub(crate) fn clean(text: &str) -> String {
    let mut out = String::with_capacity(text.len().min(4 * MAX_CHARS));
    let mut marks = 0;
    let cut = text.char_indices().nth(4 * MAX_CHARS).map_or(text, |(at, _)| &text[..at]);
    for (count, c) in ComposingNormalizerBorrowed::new_nfc().normalize(cut).chars().enumerate() {
        if count == MAX_CHARS {
            out.push('…');
            break;
        }
        if c.is_whitespace() || c.is_control() {
            if !out.is_empty() && !out.ends_with(' ') {
                out.push(' ');
            }
        } else if is_dropped(c) {
        } else if matches!(
            get_general_category(c),
            GeneralCategory::NonspacingMark | GeneralCategory::SpacingMark | GeneralCategory::EnclosingMark
        ) && !is_ignorable(c)
        {
            marks += 1;
            if marks <= MAX_MARKS {
                out.push(c);
            }
        } else {
            marks = 0;
            out.push(c);
        }
    }
    out.truncate(out.trim_end().len());
    out
}

/// Characters that would only mislead: overrides and isolates of direction, soft hyphens, annotations, non-characters.
fn is_dropped(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff0}'..='\u{fffb}')
        || u32::from(c) & 0xfffe == 0xfffe
}

#[cfg(test)]
mod tests {
    use super::{MAX_CHARS, clean};

    #[test]
    fn text_is_composed_and_on_one_line() {
        assert_eq!(clean("  Zoe\u{308}\r\n\tM\u{0}u\u{308}ller\u{2028} "), "Zoë M üller");
        assert_eq!(clean("\u{1112}\u{1161}\u{11ab}"), "한");
        assert_eq!(clean(""), "");
        assert_eq!(clean(" \u{202e}\n"), "");
    }

    #[test]
    fn directions_cannot_be_forced() {
        assert_eq!(clean("A\u{202e}B\u{2066}C\u{2069}D"), "ABCD");
        assert_eq!(clean("می\u{200c}خواهم"), "می\u{200c}خواهم", "joining is a matter of spelling");
    }

    #[test]
    fn towers_of_marks_are_cut_and_long_texts_too() {
        assert_eq!(clean(&format!("a{}b", "\u{33f}".repeat(50))).chars().count(), 8);
        assert_eq!(clean(&"x".repeat(100_000)).chars().count(), MAX_CHARS + 1);
    }
}
