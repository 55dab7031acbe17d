//! A small PDF reader: what stands on a page, where its ink is, and which QR codes a scanner finds there.

use hayro_interpret::{
    BlendMode, ClipPath, Context, Device, DrawMode, DrawProps, Image, ImageDrawProps, InterpreterCache,
    InterpreterSettings, Paint, SoftMask, TransformExt,
    font::{Glyph, GlyphRun},
    hayro_cmap::BfString,
    hayro_syntax::Pdf,
    interpret_page,
    kurbo::{self, Affine, BezPath, PathEl, Point, Rect, Shape},
};

/// Pixels of a point; 216 dpi.
const SCALE: f64 = 3.0;

/// From a code's estimated corner well into the code.
const INSIDE: kurbo::Vec2 = kurbo::Vec2::new(5.0, 5.0);

/// One filled shape.
pub struct Ink {
    /// Its outline, in points from the upper left corner.
    pub path: BezPath,
    /// Its box.
    pub bounds: Rect,
    /// Whether it is dark.
    pub dark: bool,
    /// Whether it is a letter.
    pub letter: bool,
}

/// One sheet, with its coordinates from the upper left corner.
#[derive(Default)]
pub struct Page {
    /// Its width and height, in points.
    pub size: (f64, f64),
    /// Its text, line by line, in the order of drawing.
    pub text: String,
    /// What is drawn.
    pub inks: Vec<Ink>,
    last: Point,
}

/// A QR code that was found.
pub struct Found {
    /// What it says.
    pub text: String,
    /// Where it lies, in points.
    pub bounds: Rect,
    /// How many modules a side has.
    pub modules: usize,
}

/// Reads a PDF, page by page.
///
/// # Panics
///
/// Where it is no PDF, or has what no document of ours has: an image, or a color that is not plain.
pub fn read(pdf: Vec<u8>) -> Vec<Page> {
    let pdf = Pdf::new(pdf).expect("a PDF");
    let read_page = |page: &hayro_interpret::hayro_syntax::page::Page<'_>| {
        let (width, height) = page.render_dimensions();
        let size = (f64::from(width), f64::from(height));
        let cache = InterpreterCache::new();
        let mut context = Context::new(
            page.initial_transform(true).to_kurbo(),
            Rect::new(0.0, 0.0, size.0, size.1),
            &cache,
            page.xref(),
            InterpreterSettings::default(),
        );
        let mut read = Page { size, ..Page::default() };
        interpret_page(page, &mut context, &mut read);
        read
    };
    pdf.pages().iter().map(read_page).collect()
}

impl Page {
    /// The page in grey, and how wide it is in pixels.
    fn raster(&self) -> (Vec<bool>, usize, usize) {
        let (width, height) = ((self.size.0 * SCALE).ceil() as usize, (self.size.1 * SCALE).ceil() as usize);
        let mut pixels = vec![false; width * height];
        for ink in &self.inks {
            fill(&ink.path, &mut pixels, width, height, ink.dark);
        }
        (pixels, width, height)
    }

    /// What a scanner finds on the whole page.
    ///
    /// # Panics
    ///
    /// Where a code cannot be read, or corrects fewer or more errors than level M.
    pub fn scan(&self) -> Vec<Found> {
        let (pixels, width, height) = self.raster();
        let grey = |x, y| if pixels[y * width + x] { 0 } else { 255 };
        let mut image = rqrr::PreparedImage::prepare_from_greyscale(width, height, grey);
        let decode = |grid: rqrr::Grid<_>| {
            let (meta, text) = grid.decode().expect("a code that can be read");
            assert_eq!(meta.ecc_level, 0, "error correction M");
            // A scanner only estimates where a code ends; the shape around its first corner is exact.
            let corner = Point::new(f64::from(grid.bounds[0].x), f64::from(grid.bounds[0].y));
            let inside = |ink: &&Ink| !ink.letter && ink.bounds.contains(Affine::scale(1.0 / SCALE) * corner + INSIDE);
            let bounds = self.inks.iter().find(inside).expect("the code's shape").bounds;
            Found { text, bounds, modules: meta.version.to_size() }
        };
        image.detect_grids().into_iter().map(decode).collect()
    }

    /// Whether nothing dark lies in a rectangle, given in points.
    ///
    /// # Panics
    ///
    /// Where the rectangle leaves the page.
    pub fn is_white(&self, area: Rect) -> bool {
        let (pixels, width, _) = self.raster();
        assert!(area.x0 >= 0.0 && area.y0 >= 0.0 && area.x1 <= self.size.0 && area.y1 <= self.size.1, "{area:?}");
        let range = |from: f64, to: f64| (from * SCALE) as usize..(to * SCALE) as usize;
        range(area.y0, area.y1).all(|y| range(area.x0, area.x1).all(|x| !pixels[y * width + x]))
    }

    fn ink(&mut self, path: BezPath, props: &DrawProps<'_>, letter: bool) {
        let Paint::Color(color) = &props.paint else { panic!("only plain colors are in use") };
        let [red, ..] = color.to_rgba().to_rgba8();
        let bounds = path.bounding_box();
        if bounds.area() > 0.0 {
            self.inks.push(Ink { path, bounds, dark: red < 128, letter });
        }
    }
}

/// Fills a path, with the winding rule that all our shapes use.
fn fill(path: &BezPath, pixels: &mut [bool], width: usize, height: usize, dark: bool) {
    let mut edges: Vec<(Point, Point)> = Vec::new();
    let (mut start, mut at) = (Point::ZERO, Point::ZERO);
    kurbo::flatten(Affine::scale(SCALE) * path, 0.1, |element| match element {
        PathEl::MoveTo(to) => (start, at) = (to, to),
        PathEl::LineTo(to) => {
            edges.push((at, to));
            at = to;
        }
        _ => {
            edges.push((at, start));
            at = start;
        }
    });
    let bounds = (Affine::scale(SCALE) * path).bounding_box();
    for row in bounds.y0.max(0.0) as usize..(bounds.y1.ceil() as usize).min(height) {
        let y = row as f64 + 0.5;
        let mut crossings: Vec<(f64, i32)> = Vec::new();
        for (a, b) in &edges {
            if (a.y <= y) != (b.y <= y) {
                crossings.push((a.x + (y - a.y) / (b.y - a.y) * (b.x - a.x), if a.y < b.y { 1 } else { -1 }));
            }
        }
        crossings.sort_by(|a, b| a.0.total_cmp(&b.0));
        let mut winding = 0;
        for pair in crossings.windows(2) {
            winding += pair[0].1;
            if winding != 0 {
                let (from, to) = ((pair[0].0 + 0.5).max(0.0) as usize, (pair[1].0 + 0.5).max(0.0) as usize);
                pixels[row * width + from.min(width)..row * width + to.min(width)].fill(dark);
            }
        }
    }
}

impl<'a> Device<'a> for Page {
    fn draw_path(&mut self, path: &BezPath, props: DrawProps<'a>, _: &DrawMode) {
        self.ink(props.transform * path, &props, false);
    }

    fn draw_glyph_run(&mut self, run: &GlyphRun<'_, 'a>, props: DrawProps<'a>, _: &DrawMode) {
        for glyph in run.glyphs() {
            let transform = props.transform * glyph.transform();
            let at = transform * Point::ZERO;
            if (at.y - self.last.y).abs() > 0.01 || at.x < self.last.x {
                self.text.push('\n');
            }
            self.last = at;
            match glyph.as_unicode() {
                Some(BfString::Char(c)) => self.text.push(c),
                Some(BfString::String(text)) => self.text.push_str(&text),
                None => {}
            }
            if let Glyph::Outline(outline) = &**glyph {
                self.ink(transform * outline.outline(), &props, true);
            }
        }
    }

    fn push_clip_path(&mut self, _: &ClipPath) {}
    fn push_transparency_group(&mut self, _: f32, _: Option<SoftMask<'a>>, _: BlendMode) {}
    fn draw_image(&mut self, _: Image<'a, '_>, _: ImageDrawProps<'a>) {
        panic!("no document has images");
    }
    fn pop_clip(&mut self) {}
    fn pop_transparency_group(&mut self) {}
}
