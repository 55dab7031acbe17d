//! A ticket's code as a QR code, large enough for a scanner at the door.

use qrcode::{EcLevel, QrCode, render::svg};

/// The side of one module in the drawing's own units; the stylesheet decides how large it is shown.
const MODULE: u32 = 4;

/// The code as a drawing, dark on white also on a dark page, because scanners expect it so. Empty if the text does not fit.
pub(crate) fn svg(text: &str) -> String {
    let Ok(code) = QrCode::with_error_correction_level(text, EcLevel::M) else { return String::new() };
    let drawing = code
        .render()
        .module_dimensions(MODULE, MODULE)
        .dark_color(svg::Color("#000"))
        .light_color(svg::Color("#fff"))
        .build();
    // Inside a page it needs no declaration of its own.
    drawing.find("<svg").map_or_else(String::new, |at| drawing[at..].to_owned())
}

#[cfg(test)]
mod tests {
    use super::svg;

    #[test]
    fn a_code_is_one_drawing() {
        let drawing = svg("HF-3K7Q-9WPA-2M4X");
        assert!(drawing.starts_with("<svg") && drawing.trim_end().ends_with("</svg>"), "{drawing}");
        assert!(!drawing.contains("style="));
        assert_eq!(svg(&"x".repeat(5_000)), "");
    }
}
