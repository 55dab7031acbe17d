//! One page to draw on. Lengths are in points, from the upper left corner.

use krilla::{
    Document, SerializeSettings,
    color::luma,
    geom::{PathBuilder, Point, Rect},
    metadata::Metadata,
    page::PageSettings,
    paint::{Fill, LineJoin, Stroke},
    surface::Surface,
};

use crate::{
    DocumentError,
    text::{GlyphLine, TextBlock, clean},
};

/// Points of a millimetre.
pub(crate) const MM: f32 = 72.0 / 25.4;
/// The width of the stroke that makes regular outlines look bold, in em.
const EMBOLDEN: f32 = 0.028;

/// A shade of grey.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Ink {
    Black,
    /// For what explains: it still prints well.
    Grey,
    /// For rules.
    Light,
    White,
}

impl Ink {
    fn color(self) -> luma::Color {
        luma::Color::new(match self {
            Self::Black => 0,
            Self::Grey => 88,
            Self::Light => 190,
            Self::White => 255,
        })
    }
}

/// Where a line's `x` lies.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Align {
    Left,
    Center,
    Right,
}

/// A document that is being written.
pub(crate) struct Paper {
    document: Document,
    width: f32,
    height: f32,
}

impl Paper {
    pub(crate) fn new(title: &str, author: &str, width: f32, height: f32) -> Self {
        let (title, author) = (clean(title), clean(author));
        let mut document = Document::new_with(SerializeSettings::default());
        document.set_metadata(Metadata::new().title(title).authors(vec![author]).language("en".to_owned()));
        Self { document, width, height }
    }

    /// Draws one more page.
    pub(crate) fn page(&mut self, draw: impl FnOnce(&mut Canvas<'_, '_>)) -> Result<(), DocumentError> {
        let settings = PageSettings::from_wh(self.width, self.height)
            .ok_or_else(|| DocumentError::Pdf("a page has no such size".to_owned()))?;
        let mut page = self.document.start_page_with(settings);
        let mut surface = page.surface();
        draw(&mut Canvas { surface: &mut surface });
        surface.finish();
        page.finish();
        Ok(())
    }

    /// The finished PDF.
    pub(crate) fn finish(self) -> Result<Vec<u8>, DocumentError> {
        self.document.finish().map_err(|error| DocumentError::Pdf(error.to_string()))
    }
}

/// One page.
pub(crate) struct Canvas<'c, 's> {
    surface: &'c mut Surface<'s>,
}

impl Canvas<'_, '_> {
    /// Draws a block of lines whose upper edge is `y`.
    pub(crate) fn block(&mut self, block: &TextBlock, x: f32, y: f32, align: Align, ink: Ink) {
        let widest = block.lines.iter().map(|(line, _)| line.width).fold(0.0, f32::max);
        for (line, baseline) in &block.lines {
            let shift = match align {
                // Text from right to left keeps its own straight edge, while the block stands where others do.
                Align::Left if block.rtl => widest - line.width,
                Align::Left => 0.0,
                Align::Center => -line.width / 2.0,
                Align::Right => -line.width,
            };
            self.line(line, block.size, x + shift * block.size, y + baseline, ink);
        }
    }

    fn line(&mut self, line: &GlyphLine, size: f32, mut x: f32, baseline: f32, ink: Ink) {
        let fill = Fill { paint: ink.color().into(), ..Fill::default() };
        for run in &line.runs {
            let stroke = run.embolden.then(|| Stroke {
                paint: ink.color().into(),
                width: EMBOLDEN * size,
                line_join: LineJoin::Round,
                ..Stroke::default()
            });
            self.surface.set_fill(Some(fill.clone()));
            self.surface.set_stroke(stroke);
            let start = Point::from_xy(x, baseline);
            self.surface.draw_glyphs(start, &run.glyphs, run.face.font.clone(), &line.text, size, false);
            x += run.width * size;
        }
        self.surface.set_stroke(None);
    }

    /// Fills rectangles, each `(x, y, width, height)`, as one shape: no hair lines between those that touch.
    pub(crate) fn rects(&mut self, rects: impl IntoIterator<Item = (f32, f32, f32, f32)>, ink: Ink) {
        let mut path = PathBuilder::new();
        for (x, y, width, height) in rects {
            if let Some(rect) = Rect::from_ltrb(x, y, x + width, y + height) {
                path.push_rect(rect);
            }
        }
        if let Some(path) = path.finish() {
            self.surface.set_stroke(None);
            self.surface.set_fill(Some(Fill { paint: ink.color().into(), ..Fill::default() }));
            self.surface.draw_path(&path);
        }
    }
}
