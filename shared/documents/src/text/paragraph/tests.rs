use printed::SCRIPTS;
use skrifa::MetadataProvider;

use super::{GlyphLine, Paragraph};
use crate::{
    fonts::{FontFolder, Fonts, Weight},
    text::clean,
};

fn line(text: &str) -> GlyphLine {
    let text = clean(text);
    Paragraph::new(Fonts::of(&FontFolder::default()).unwrap(), &text, Weight::Bold).line(0..text.len())
}

fn glyphs(text: &str) -> Vec<u32> {
    line(text).runs.iter().flat_map(|run| &run.glyphs).map(|glyph| glyph.glyph_id.to_u32()).collect()
}

/// The clusters' texts from left to right.
fn visual(text: &str) -> Vec<String> {
    let line = line(text);
    let glyphs = line.runs.iter().flat_map(|run| &run.glyphs);
    glyphs.map(|glyph| line.text[glyph.text_range.clone()].to_owned()).collect()
}

#[test]
fn every_script_has_its_glyphs() {
    for (script, show, place, name) in SCRIPTS {
        for text in [show, place, name] {
            for weight in [Weight::Regular, Weight::Bold] {
                let text = clean(text);
                let line =
                    Paragraph::new(Fonts::of(&FontFolder::default()).unwrap(), &text, weight).line(0..text.len());
                for run in &line.runs {
                    assert!(run.glyphs.iter().all(|glyph| glyph.glyph_id.to_u32() != 0), "{script}: {text} {run:?}");
                }
                assert!(line.width > 0.5, "{script}: {text}");
            }
        }
    }
}

#[test]
fn all_of_a_text_is_in_its_line() {
    for (script, show, ..) in SCRIPTS {
        let line = line(show);
        let mut shown: Vec<usize> =
            line.runs.iter().flat_map(|run| &run.glyphs).flat_map(|glyph| glyph.text_range.clone()).collect();
        shown.sort_unstable();
        shown.dedup();
        assert_eq!(shown, (0..line.text.len()).collect::<Vec<_>>(), "{script}");
    }
}

#[test]
fn hebrew_runs_from_right_to_left_and_its_numbers_do_not() {
    assert_eq!(visual("אבג 12"), ["1", "2", " ", "ג", "ב", "א"]);
    assert_eq!(visual("ab אב cd"), ["a", "b", " ", "ב", "א", " ", "c", "d"]);
}

#[test]
fn fonts_change_from_right_to_left_too() {
    assert_eq!(visual("אב ت ☆ג"), ["ג", "☆", " ", "ت", " ", "ב", "א"]);
}

#[test]
fn brackets_are_mirrored_from_right_to_left() {
    let line = line("(א)");
    let (left, right) = (line.runs.first().unwrap(), line.runs.last().unwrap());
    let shape = |run: &super::Run, c: char| run.face.tables.charmap().map(c).map(|glyph| glyph.to_u32());
    // The last bracket stands at the left, and opens to the right there.
    assert_eq!(left.glyphs.first().map(|glyph| glyph.glyph_id.to_u32()), shape(left, '('));
    assert_eq!(right.glyphs.last().map(|glyph| glyph.glyph_id.to_u32()), shape(right, ')'));
}

#[test]
fn arabic_letters_join() {
    let alone = glyphs("ب");
    let joined = glyphs("ببب");
    assert_eq!(joined.iter().collect::<std::collections::BTreeSet<_>>().len(), 3, "final, medial and initial form");
    assert!(!joined.contains(&alone[0]));
}

#[test]
fn indic_letters_form_conjuncts() {
    assert!(glyphs("क्ष").len() < "क्ष".chars().count());
    // The vowel sign that is written first comes last in the text.
    assert_ne!(glyphs("कि").first(), glyphs("क").first());
}

#[test]
fn what_no_font_has_is_a_box_and_the_rest_stays() {
    let line = line("A\u{e000}\u{10fffd}B");
    let ids: Vec<u32> = line.runs.iter().flat_map(|run| &run.glyphs).map(|glyph| glyph.glyph_id.to_u32()).collect();
    assert_eq!(ids.len(), 4);
    assert!(ids[0] != 0 && ids[1] == 0 && ids[2] == 0 && ids[3] != 0);
    assert!(line.runs[1].width > 0.3, "the box takes room");
}

#[test]
fn letters_of_other_scripts_get_a_stroke_for_bold() {
    let line = line("Aא🎸");
    assert_eq!(line.runs.iter().map(|run| run.embolden).collect::<Vec<_>>(), [false, true, false]);
}

#[test]
fn ink_above_and_below_is_known() {
    let plain = line("xx");
    assert!(plain.above < 0.65 && plain.below < 0.05, "{plain:?}");
    assert!(line("Ấ").above > line("A").above + 0.1);
    assert!(line("བསྒྲུབས").below > 0.4);
}
