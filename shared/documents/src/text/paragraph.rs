//! One text: its directions, scripts and fonts, and any part of it as a line of glyphs.

use std::ops::Range;

use harfrust::{Direction, Script as ShapingScript, ShapeOptions, Tag, UnicodeBuffer};
use icu_segmenter::GraphemeClusterSegmenter;
use krilla::text::{GlyphId, KrillaGlyph};
use unicode_bidi::BidiInfo;
use unicode_script::{Script, UnicodeScript};

use crate::fonts::{Face, Fonts, Weight};

/// A stretch of glyphs of one font, from left to right.
#[derive(Debug, Clone)]
pub(crate) struct Run {
    /// Whose glyphs they are.
    pub(crate) face: &'static Face,
    /// Whether the outlines need a stroke to look bold.
    pub(crate) embolden: bool,
    /// The glyphs; lengths in em, ranges in the line's text.
    pub(crate) glyphs: Vec<KrillaGlyph>,
    /// How wide they are together, in em.
    pub(crate) width: f32,
}

/// One line of glyphs, from left to right. Lengths are in em.
#[derive(Debug, Clone, Default)]
pub(crate) struct GlyphLine {
    /// What it says, in reading order.
    pub(crate) text: String,
    /// Runs of one font each, from left to right.
    pub(crate) runs: Vec<Run>,
    /// How wide it is.
    pub(crate) width: f32,
    /// How far its ink reaches above the baseline.
    pub(crate) above: f32,
    /// How far its ink reaches below the baseline.
    pub(crate) below: f32,
}

/// What readers see as one character, with the font that shows it.
struct Cluster {
    range: Range<usize>,
    script: Script,
    face: Option<&'static Face>,
}

/// One text that lines are cut from.
pub(crate) struct Paragraph<'t> {
    text: &'t str,
    fonts: &'static Fonts,
    weight: Weight,
    bidi: BidiInfo<'t>,
    clusters: Vec<Cluster>,
}

impl<'t> Paragraph<'t> {
    /// Takes text that [`super::clean`] has been over.
    pub(crate) fn new(fonts: &'static Fonts, text: &'t str, weight: Weight) -> Self {
        let ends: Vec<usize> = GraphemeClusterSegmenter::new().segment_str(text).collect();
        let ranges = ends.windows(2).map(|pair| pair[0]..pair[1]);
        let clusters = scripts(text, ranges)
            .into_iter()
            .map(|(range, script)| Cluster { face: fonts.pick(&text[range.clone()], script, weight), range, script })
            .collect();
        Self { text, fonts, weight, bidi: BidiInfo::new(text, None), clusters }
    }

    /// In reading order.
    pub(crate) fn text(&self) -> &'t str {
        self.text
    }

    /// Where its glyphs come from.
    pub(crate) fn fonts(&self) -> &'static Fonts {
        self.fonts
    }

    /// How heavy it is.
    pub(crate) fn weight(&self) -> Weight {
        self.weight
    }

    /// Whether it reads from right to left.
    pub(crate) fn is_rtl(&self) -> bool {
        self.bidi.paragraphs.first().is_some_and(|paragraph| paragraph.level.is_rtl())
    }

    /// Where a reader's characters end.
    pub(crate) fn cluster_ends(&self) -> impl Iterator<Item = usize> {
        self.clusters.iter().map(|cluster| cluster.range.end)
    }

    /// Shapes a part of the text as one line.
    pub(crate) fn line(&self, range: Range<usize>) -> GlyphLine {
        let mut line = GlyphLine { text: self.text[range.clone()].to_owned(), ..GlyphLine::default() };
        // Cleaned text has no paragraph separators, so there is one paragraph at most.
        let Some(paragraph) = self.bidi.paragraphs.first().filter(|_| !range.is_empty()) else { return line };
        let (levels, runs) = self.bidi.visual_runs(paragraph, range.clone());
        for run in runs {
            let rtl = levels.get(run.start).is_some_and(unicode_bidi::Level::is_rtl);
            let mut pieces = self.pieces(&run);
            if rtl {
                pieces.reverse();
            }
            for (piece, script, face) in pieces {
                line.push(self.shape(piece, range.start, script, face, rtl));
            }
        }
        line
    }

    /// Splits a stretch of one direction where script or font change, in reading order.
    fn pieces(&self, run: &Range<usize>) -> Vec<(Range<usize>, Script, Option<&'static Face>)> {
        let mut pieces: Vec<(Range<usize>, Script, Option<&'static Face>)> = Vec::new();
        let from = self.clusters.partition_point(|cluster| cluster.range.end <= run.start);
        for cluster in self.clusters[from..].iter().take_while(|cluster| cluster.range.start < run.end) {
            let range = cluster.range.start.max(run.start)..cluster.range.end.min(run.end);
            match pieces.last_mut() {
                // Boxes stay alone: one for each character.
                Some((piece, script, face)) if *script == cluster.script && *face == cluster.face && face.is_some() => {
                    piece.end = range.end;
                }
                _ => pieces.push((range, cluster.script, cluster.face)),
            }
        }
        pieces
    }

    fn shape(&self, range: Range<usize>, base: usize, script: Script, face: Option<&'static Face>, rtl: bool) -> Run {
        let Some(face) = face else { return self.missing(range.start - base..range.end - base) };
        let text = &self.text[range.clone()];
        let mut buffer = UnicodeBuffer::new();
        buffer.push_str(text);
        buffer.set_direction(if rtl { Direction::RightToLeft } else { Direction::LeftToRight });
        if let Some(script) = shaping_script(script) {
            buffer.set_script(script);
        }
        buffer.guess_segment_properties();
        let shaped = face.shaper.shaper(&face.tables).build().shape(buffer, ShapeOptions::new());

        // A cluster ends where the next one begins, whichever way the glyphs run.
        let mut starts: Vec<usize> = shaped.glyph_infos().iter().map(|info| info.cluster as usize).collect();
        starts.push(text.len());
        starts.sort_unstable();
        starts.dedup();
        let em = |units: i32| units as f32 / face.units;
        let offset = range.start - base;
        let glyphs: Vec<KrillaGlyph> = shaped
            .glyph_infos()
            .iter()
            .zip(shaped.glyph_positions())
            .map(|(info, position)| {
                let start = info.cluster as usize;
                let end = starts.get(starts.partition_point(|at| *at <= start)).copied().unwrap_or(text.len());
                KrillaGlyph::new(
                    GlyphId::new(info.glyph_id),
                    em(position.x_advance),
                    em(position.x_offset),
                    em(position.y_offset),
                    em(position.y_advance),
                    offset + start..offset + end,
                    None,
                )
            })
            .collect();
        let width = glyphs.iter().map(|glyph| glyph.x_advance).sum();
        Run { face, embolden: self.weight == Weight::Bold && !face.bold, glyphs, width }
    }

    /// The box for what no font has.
    fn missing(&self, range: Range<usize>) -> Run {
        let face = self.fonts.main(self.weight);
        let width = face.advance(0);
        let glyphs = vec![KrillaGlyph::new(GlyphId::new(0), width, 0.0, 0.0, 0.0, range, None)];
        Run { face, embolden: false, glyphs, width }
    }
}

impl GlyphLine {
    fn push(&mut self, run: Run) {
        for glyph in &run.glyphs {
            let (above, below) = run.face.reach(glyph.glyph_id.to_u32());
            self.above = self.above.max(above + glyph.y_offset);
            self.below = self.below.max(below - glyph.y_offset);
        }
        self.width += run.width;
        self.runs.push(run);
    }
}

/// The script of each cluster. What belongs to no script (spaces, digits, signs) goes with what stands before it, and
/// at the beginning with what comes after.
fn scripts(text: &str, ranges: impl Iterator<Item = Range<usize>>) -> Vec<(Range<usize>, Script)> {
    let own = |range: &Range<usize>| {
        let mut scripts = text[range.clone()].chars().map(|c| c.script());
        scripts.find(|script| !matches!(script, Script::Common | Script::Inherited))
    };
    let found: Vec<(Range<usize>, Option<Script>)> = ranges.map(|range| (range.clone(), own(&range))).collect();
    let mut last = found.iter().find_map(|(_, script)| *script).unwrap_or(Script::Common);
    let resolve = |(range, script): (Range<usize>, Option<Script>)| {
        last = script.unwrap_or(last);
        (range, last)
    };
    found.into_iter().map(resolve).collect()
}

fn shaping_script(script: Script) -> Option<ShapingScript> {
    let tag: [u8; 4] = script.short_name().as_bytes().try_into().ok()?;
    let known = !matches!(script, Script::Common | Script::Inherited | Script::Unknown);
    known.then(|| ShapingScript::from_iso15924_tag(Tag::new(&tag))).flatten()
}

#[cfg(test)]
mod tests;
