//! Text into a column: lines that fit, in a size that fits.

use icu_segmenter::{LineSegmenter, options::LineBreakOptions};

use super::{GlyphLine, Paragraph, clean};
use crate::fonts::{Fonts, Weight};

/// How a text is set.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Style {
    /// How heavy.
    pub(crate) weight: Weight,
    /// Sizes to try, in points, from the requested one down to the least that can still be read.
    pub(crate) sizes: &'static [f32],
    /// From baseline to baseline, in em.
    pub(crate) leading: f32,
}

/// Lines of one text, set.
#[derive(Debug, Clone)]
pub(crate) struct TextBlock {
    /// The lines, and how far each baseline lies below the block's upper edge, in points.
    pub(crate) lines: Vec<(GlyphLine, f32)>,
    /// The size, in points.
    pub(crate) size: f32,
    /// The height of all of it, in points.
    pub(crate) height: f32,
    /// Whether it reads from right to left.
    pub(crate) rtl: bool,
}

/// What Latin text needs above and below its baseline, in em. Ink that reaches farther moves lines apart.
const ABOVE: f32 = 0.78;
const BELOW: f32 = 0.24;
/// What accents on capitals may take of the space between lines, in em.
const GRACE: f32 = 0.18;

/// Sets a text into a column of `width` and `height` points: in the largest size in which all of it fits, else in the
/// least one and with an ellipsis at its end. There is one line at least, even where the height is less than that.
pub(crate) fn wrap(fonts: &'static Fonts, text: &str, style: Style, width: f32, height: f32) -> TextBlock {
    let text = clean(text);
    let paragraph = Paragraph::new(fonts, &text, style.weight);
    let breaks: Vec<usize> = LineSegmenter::new_dictionary(LineBreakOptions::default()).segment_str(&text).collect();
    let mut last = TextBlock { lines: Vec::new(), size: 1.0, height: 0.0, rtl: false };
    for size in style.sizes {
        // One more than there is height for tells that not all of it fits; the rest need not be set.
        let most = (height / (style.leading * size)).max(1.0) + 1.0;
        let (lines, ends) = lines(&paragraph, &breaks, width / size, most);
        last = stack(lines, *size, style.leading);
        if last.height <= height {
            break;
        }
        if style.sizes.last() == Some(size) {
            last = cut(&paragraph, &ends, last, style.leading, width, height);
        }
    }
    TextBlock { rtl: paragraph.is_rtl(), ..last }
}

/// Cuts the text into lines of at most `width` em, `most` of them, and says where each ends.
fn lines(paragraph: &Paragraph<'_>, breaks: &[usize], width: f32, most: f32) -> (Vec<GlyphLine>, Vec<usize>) {
    let text = paragraph.text();
    let (mut lines, mut ends) = (Vec::new(), Vec::new());
    let mut start = 0;
    while start < text.len() && lines.len() as f32 <= most {
        let fits = |end: usize| {
            let line = paragraph.line(start..start + text[start..end].trim_end().len());
            (line.width <= width).then_some((line, end))
        };
        let words = breaks.iter().copied().filter(|end| *end > start).map_while(fits).last();
        // A word wider than the column breaks between readers' characters, such a character between its code points,
        // and one code point is taken, however wide it is.
        let clusters = || paragraph.cluster_ends().filter(|end| *end > start).map_while(fits).last();
        let points = || text[start..].char_indices().map(|(at, c)| start + at + c.len_utf8());
        let one = || points().next().map_or_else(Default::default, |end| (paragraph.line(start..end), end));
        let (line, end) = words.or_else(clusters).or_else(|| points().map_while(fits).last()).unwrap_or_else(one);
        lines.push(line);
        ends.push(end);
        start = end;
    }
    (lines, ends)
}

/// Puts lines under each other.
fn stack(lines: Vec<GlyphLine>, size: f32, leading: f32) -> TextBlock {
    let mut y = 0.0;
    let mut below = None;
    let mut block = TextBlock { lines: Vec::with_capacity(lines.len()), size, height: 0.0, rtl: false };
    for line in lines {
        let above = (line.above - ABOVE - GRACE).max(0.0);
        y += match below {
            None => ABOVE + above,
            Some(below) => leading + below + above,
        };
        let under = (line.below - BELOW).max(0.0);
        below = Some(under);
        block.height = (y + BELOW + under) * size;
        block.lines.push((line, y * size));
    }
    block
}

/// Takes lines away until the rest fits, and ends it in an ellipsis.
fn cut(
    paragraph: &Paragraph<'_>,
    ends: &[usize],
    block: TextBlock,
    leading: f32,
    width: f32,
    height: f32,
) -> TextBlock {
    let fitting = block.lines.iter().filter(|(line, baseline)| baseline + line.below.max(BELOW) * block.size <= height);
    let keep = fitting.count().max(1);
    if keep >= block.lines.len() {
        return block;
    }
    let mut lines: Vec<GlyphLine> = block.lines.into_iter().map(|(line, _)| line).take(keep).collect();
    let start = if keep > 1 { ends.get(keep - 2).copied().unwrap_or_default() } else { 0 };
    let end = ends.get(keep - 1).copied().unwrap_or_default();
    // The ellipsis takes the direction of what it follows, so it is shaped together with it.
    let stops = paragraph.cluster_ends().filter(|stop| (start + 1..=end).contains(stop)).collect::<Vec<_>>();
    for stop in stops.into_iter().rev() {
        let text = format!("{}…", paragraph.text()[start..stop].trim_end());
        let ended = Paragraph::new(paragraph.fonts(), &text, paragraph.weight());
        let line = ended.line(0..text.len());
        if line.width * block.size <= width {
            lines.pop();
            lines.push(line);
            break;
        }
    }
    stack(lines, block.size, leading)
}

#[cfg(test)]
mod tests;
