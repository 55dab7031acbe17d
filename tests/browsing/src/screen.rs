//! What a visitor's browser is like.

/// Light or dark.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scheme {
    /// Dark ink on light paper.
    Light,
    /// The other way round.
    Dark,
}

impl Scheme {
    /// The name that stylesheets have for it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }
}

/// The window that a page is shown in, and its colors.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Screen {
    /// In CSS pixels.
    pub width: u32,
    /// Light or dark.
    pub scheme: Scheme,
}

/// A small phone, a usual one and a desk, light and dark.
pub const SCREENS: [Screen; 6] = {
    const fn screen(width: u32, scheme: Scheme) -> Screen {
        Screen { width, scheme }
    }
    [
        screen(320, Scheme::Light),
        screen(320, Scheme::Dark),
        screen(390, Scheme::Light),
        screen(390, Scheme::Dark),
        screen(1280, Scheme::Light),
        screen(1280, Scheme::Dark),
    ]
};

/// Whether pages may run their script.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Script {
    /// They may, as in most browsers.
    On,
    /// The visitor does not let them.
    Off,
}
