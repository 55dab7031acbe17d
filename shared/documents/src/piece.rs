//! Pieces of a document, and how they come onto pages one below the other.

use crate::{
    canvas::{Align, Canvas, Ink},
    fonts::Fonts,
    text::{Style, TextBlock, wrap},
};

/// Where a text stands in its piece: where it begins, ends or has its middle, its upper edge, and how much room it has.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Frame {
    pub(crate) x: f32,
    pub(crate) y: f32,
    pub(crate) width: f32,
    pub(crate) height: f32,
    pub(crate) align: Align,
}

impl Frame {
    /// From `x` on to the right.
    pub(crate) fn from(x: f32, y: f32, width: f32, height: f32) -> Self {
        Self { x, y, width, height, align: Align::Left }
    }

    /// From `x` on to the left.
    pub(crate) fn until(x: f32, y: f32, width: f32, height: f32) -> Self {
        Self { x, y, width, height, align: Align::Right }
    }
}

/// How thick a rule is.
const RULE: f32 = 0.75;

/// Something that stays on one page. Its parts are placed from its upper edge.
#[derive(Clone)]
pub(crate) struct Piece {
    fonts: &'static Fonts,
    parts: Vec<Part>,
    height: f32,
    role: Role,
    with_next: bool,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Role {
    /// Stands for itself.
    Plain,
    /// The head of a table: stays with the first row, and stands over the rows on every page.
    Head,
    /// A row of the table whose head came last.
    Row,
}

#[derive(Clone)]
enum Part {
    Text { block: TextBlock, x: f32, y: f32, align: Align, ink: Ink },
    Rects { rects: Vec<(f32, f32, f32, f32)>, ink: Ink },
}

impl Piece {
    pub(crate) fn new(fonts: &'static Fonts) -> Self {
        Self { fonts, parts: Vec::new(), height: 0.0, role: Role::Plain, with_next: false }
    }

    /// Adds a text at a place, in so much room, and says how high it is.
    pub(crate) fn text(&mut self, text: &str, style: Style, place: Frame, ink: Ink) -> f32 {
        let Frame { x, y, width, height, align } = place;
        let block = wrap(self.fonts, text, style, width, height);
        let height = block.height;
        self.height = self.height.max(y + height);
        self.parts.push(Part::Text { block, x, y, align, ink });
        height
    }

    /// Adds a text below everything so far, and white below it.
    pub(crate) fn below(&mut self, text: &str, style: Style, place: Frame, ink: Ink, white: f32) {
        self.text(text, style, Frame { y: self.height, ..place }, ink);
        self.space(white);
    }

    /// Adds dark rectangles, each `(x, y, width, height)`.
    pub(crate) fn rects(&mut self, rects: Vec<(f32, f32, f32, f32)>, ink: Ink) {
        self.height = rects.iter().map(|(_, y, _, height)| y + height).fold(self.height, f32::max);
        self.parts.push(Part::Rects { rects, ink });
    }

    /// Adds white below everything so far.
    pub(crate) fn space(&mut self, height: f32) {
        self.height += height;
    }

    /// Adds a line below everything so far.
    pub(crate) fn rule(&mut self, x: f32, width: f32, ink: Ink) {
        self.rects(vec![(x, self.height, width, RULE)], ink);
    }

    /// How high it is so far.
    pub(crate) fn height(&self) -> f32 {
        self.height
    }

    /// No page ends between this and what follows.
    pub(crate) fn stay_with_next(&mut self) {
        self.with_next = true;
    }

    /// Makes this the head of the rows that follow.
    pub(crate) fn repeat_over_rows(&mut self) {
        self.role = Role::Head;
        self.with_next = true;
    }

    /// Makes this a row.
    pub(crate) fn row(&mut self) {
        self.role = Role::Row;
    }

    /// Draws it with its upper edge at `top`.
    pub(crate) fn draw(&self, canvas: &mut Canvas<'_, '_>, top: f32) {
        for part in &self.parts {
            match part {
                Part::Text { block, x, y, align, ink } => canvas.block(block, *x, top + y, *align, *ink),
                Part::Rects { rects, ink } => {
                    canvas.rects(rects.iter().map(|(x, y, width, height)| (*x, top + y, *width, *height)), *ink);
                }
            }
        }
    }
}

/// Puts pieces onto pages, between `top` and `bottom`; each comes with its upper edge.
pub(crate) fn paginate(pieces: Vec<Piece>, top: f32, bottom: f32) -> Vec<Vec<(Piece, f32)>> {
    let mut pages = vec![Vec::new()];
    let mut head: Option<Piece> = None;
    let mut y = top;
    let place = |pages: &mut Vec<Vec<(Piece, f32)>>, piece: Piece, y: &mut f32| {
        let height = piece.height;
        if let Some(page) = pages.last_mut() {
            page.push((piece, *y));
        }
        *y += height;
    };
    let mut pieces = pieces.into_iter().peekable();
    while let Some(first) = pieces.next() {
        let mut group = vec![first];
        while group.last().is_some_and(|piece| piece.with_next) && pieces.peek().is_some() {
            group.extend(pieces.next());
        }
        let height: f32 = group.iter().map(|piece| piece.height).sum();
        if y + height > bottom && pages.last().is_some_and(|page| !page.is_empty()) {
            pages.push(Vec::new());
            y = top;
            if let Some(head) = head.clone().filter(|_| group.first().is_some_and(|piece| piece.role == Role::Row)) {
                place(&mut pages, head, &mut y);
            }
        }
        for piece in group {
            match piece.role {
                Role::Head => head = Some(piece.clone()),
                Role::Row => {}
                Role::Plain => head = None,
            }
            place(&mut pages, piece, &mut y);
        }
    }
    pages
}

#[cfg(test)]
mod tests {
    use super::{Piece, paginate};
    use crate::fonts::{FontFolder, Fonts};

    fn piece(height: f32) -> Piece {
        let mut piece = Piece::new(Fonts::of(&FontFolder::default()).unwrap());
        piece.space(height);
        piece
    }

    fn head(height: f32) -> Piece {
        let mut piece = piece(height);
        piece.repeat_over_rows();
        piece
    }

    fn row(height: f32) -> Piece {
        let mut piece = piece(height);
        piece.row();
        piece
    }

    /// Heights of what came onto each page of 100 points.
    fn heights(pieces: Vec<Piece>) -> Vec<Vec<f32>> {
        let pages = paginate(pieces, 50.0, 150.0);
        for page in &pages {
            let mut y = 50.0;
            for (piece, top) in page {
                assert_eq!(*top, y);
                y += piece.height();
            }
            assert!(y <= 150.0, "a page overflows");
        }
        pages.into_iter().map(|page| page.iter().map(|(piece, _)| piece.height()).collect()).collect()
    }

    #[test]
    fn pages_are_filled_and_heads_repeated() {
        let pieces = vec![piece(30.0), head(10.0), row(40.0), row(40.0), row(40.0), row(20.0), piece(5.0)];
        assert_eq!(heights(pieces), [vec![30.0, 10.0, 40.0], vec![10.0, 40.0, 40.0], vec![10.0, 20.0, 5.0]]);
    }

    #[test]
    fn a_head_never_ends_a_page_and_ends_with_its_table() {
        assert_eq!(heights(vec![piece(80.0), head(10.0), row(40.0)]), [vec![80.0], vec![10.0, 40.0]]);
        assert_eq!(heights(vec![head(10.0), row(40.0), piece(60.0)]), [vec![10.0, 40.0], vec![60.0]]);
    }

    #[test]
    fn what_belongs_together_moves_together() {
        let mut last = row(30.0);
        last.stay_with_next();
        assert_eq!(heights(vec![head(10.0), row(40.0), last, piece(30.0)]), [vec![10.0, 40.0], vec![10.0, 30.0, 30.0]]);
    }
}
