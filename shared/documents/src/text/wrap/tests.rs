use super::{Style, TextBlock, wrap};
use crate::fonts::{FontFolder, Fonts, Weight};

const STYLE: Style = Style { weight: Weight::Regular, sizes: &[20.0, 10.0], leading: 1.25 };

fn set(text: &str, width: f32, height: f32) -> TextBlock {
    let block = wrap(Fonts::of(&FontFolder::default()).unwrap(), text, STYLE, width, height);
    for (line, _) in &block.lines {
        assert!(line.width * block.size <= width + 0.01, "{:?} is wider than {width}", line.text);
    }
    block
}

fn texts(block: &TextBlock) -> Vec<&str> {
    block.lines.iter().map(|(line, _)| line.text.as_str()).collect()
}

#[test]
fn words_stay_whole_where_they_can() {
    let block = set("The quick brown fox jumps over the lazy dog", 130.0, 1_000.0);
    assert!(block.lines.len() > 2);
    assert_eq!(texts(&block).join(" "), "The quick brown fox jumps over the lazy dog");
}

#[test]
fn overlong_words_break_and_lose_nothing() {
    let word = "Donaudampfschifffahrtsgesellschaftskapitän";
    let block = set(word, 60.0, 1_000.0);
    assert!(block.lines.len() > 3);
    assert_eq!(texts(&block).concat(), word);
}

#[test]
fn thai_breaks_between_words() {
    let block = set("ค่ำคืนแห่งเสียงเพลงและการแสดงที่ยิ่งใหญ่", 180.0, 1_000.0);
    let words = ["ค่ำคืน", "แห่ง", "เสียง", "เพลง", "และ", "การ", "แสดง", "ที่", "ยิ่งใหญ่"];
    assert!(block.lines.len() > 1);
    for line in texts(&block) {
        let begins = words.iter().any(|word| line.starts_with(word));
        assert!(begins, "{line}");
    }
}

#[test]
fn chinese_breaks_between_characters_but_not_before_a_comma() {
    let block = set("音乐之夜,经典歌曲,现代舞蹈,晚会", 85.0, 1_000.0);
    assert!(block.lines.len() > 3);
    assert!(texts(&block).iter().all(|line| !line.starts_with(',')), "{:?}", texts(&block));
}

#[test]
fn what_does_not_fit_gets_smaller_and_then_ends_in_an_ellipsis() {
    let text = "one two three four five six seven eight nine ten eleven";
    let large = set(text, 100.0, 200.0);
    let small = set(text, 100.0, 45.0);
    let cut = set(text, 100.0, 25.0);
    assert!(large.size == 20.0 && small.size == 10.0 && cut.size == 10.0);
    assert_eq!(texts(&small).join(" "), text);
    assert_eq!(cut.lines.len(), 2);
    assert!(texts(&cut).last().is_some_and(|line| line.ends_with('…')), "{:?}", texts(&cut));
    assert!(cut.height <= 25.0 && small.height <= 45.0);
}

#[test]
fn one_line_is_never_cut_for_want_of_height() {
    assert_eq!(texts(&set("Starts", 100.0, 0.0)), ["Starts"]);
    assert!(set("", 100.0, 0.0).lines.is_empty());
}

#[test]
fn one_character_wider_than_the_column_breaks_between_its_code_points() {
    let text = "\u{903}".repeat(6);
    let block = set(&text, 40.0, 1_000.0);
    assert!(block.lines.len() > 1);
    assert_eq!(texts(&block).concat(), text);
}

#[test]
fn tall_ink_moves_lines_apart() {
    let distance = |block: &TextBlock| block.lines[1].1 - block.lines[0].1;
    let plain = set("aaaa aaaa", 50.0, 1_000.0);
    let tall = set("aaaa ཨོཾཨོཾ", 50.0, 1_000.0);
    assert!(distance(&tall) >= distance(&plain));
    assert!(tall.height > plain.height);
}

#[test]
fn direction_is_that_of_the_first_letter() {
    assert!(set("123 אב ab", 500.0, 100.0).rtl);
    assert!(!set("123 ab אב", 500.0, 100.0).rtl);
}
