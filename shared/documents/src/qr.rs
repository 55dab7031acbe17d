//! QR codes as rectangles.

use qrcode::{Color, EcLevel, QrCode};

/// A QR code, error correction M. Readers need four modules of white around it.
pub(crate) struct Qr {
    /// Modules of one side, without the quiet zone.
    pub(crate) modules: usize,
    colors: Vec<Color>,
}

impl Qr {
    /// Makes a code of a text. None: the text is empty or too long.
    pub(crate) fn new(text: &str) -> Option<Self> {
        if text.is_empty() {
            return None;
        }
        let code = QrCode::with_error_correction_level(text, EcLevel::M).ok()?;
        Some(Self { modules: code.width(), colors: code.into_colors() })
    }

    /// Its dark parts, each `(x, y, width, height)`, when its upper left module lies at `(x, y)` and a module is `module` wide.
    /// Dark modules beside each other are one rectangle.
    pub(crate) fn rects(&self, x: f32, y: f32, module: f32) -> Vec<(f32, f32, f32, f32)> {
        let at = |n: usize| n as f32 * module;
        let mut rects = Vec::new();
        for (row, colors) in self.colors.chunks(self.modules).enumerate() {
            let mut column = 0;
            for same in colors.chunk_by(|a, b| a == b) {
                if same.first() == Some(&Color::Dark) {
                    rects.push((x + at(column), y + at(row), at(same.len()), module));
                }
                column += same.len();
            }
        }
        rects
    }
}
