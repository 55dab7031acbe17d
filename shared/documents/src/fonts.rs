//! The fonts, and which of them shows what. They are files of a folder, which are read when a document is first printed.

use std::{
    collections::HashMap,
    fs,
    path::{Path, PathBuf},
    sync::{Mutex, PoisonError},
};

use harfrust::ShaperData;
use krilla::text::Font;
use skrifa::{
    FontRef, GlyphId, MetadataProvider, charmap::Charmap, instance::LocationRef, instance::Size, metrics::GlyphMetrics,
};
use unicode_script::Script;

use crate::DocumentError;

/// How heavy text is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Weight {
    Regular,
    Bold,
}

/// One font, read.
pub(crate) struct Face {
    name: &'static str,
    scripts: &'static [Script],
    /// For the PDF.
    pub(crate) font: Font,
    /// For shaping.
    pub(crate) tables: FontRef<'static>,
    /// For shaping.
    pub(crate) shaper: ShaperData,
    /// Units of one em.
    pub(crate) units: f32,
    /// Whether bold text needs no stroke around its outlines: they are bold, or pictures that a stroke would fill.
    pub(crate) bold: bool,
    charmap: Charmap<'static>,
    metrics: GlyphMetrics<'static>,
}

impl Face {
    /// Reads a font that stays in memory for as long as the process.
    fn read(source: &Source, folder: &Path) -> Result<Self, DocumentError> {
        let file = folder.join(source.name).with_extension("ttf");
        let broken = |problem: String| DocumentError::Font { file: file.clone(), problem };
        let data: &'static [u8] = Vec::leak(fs::read(&file).map_err(|error| broken(error.to_string()))?);
        let tables = FontRef::new(data).map_err(|error| broken(error.to_string()))?;
        let font = Font::new(data.into(), 0).ok_or_else(|| broken("is no font that a PDF can carry".to_owned()))?;
        Ok(Self {
            name: source.name,
            scripts: source.scripts,
            units: font.units_per_em(),
            font,
            shaper: ShaperData::new(&tables),
            bold: matches!(source.name, BOLD | EMOJI),
            charmap: tables.charmap(),
            metrics: tables.glyph_metrics(Size::unscaled(), LocationRef::default()),
            tables,
        })
    }

    /// Whether it shows all of these characters.
    fn covers(&self, cluster: &str) -> bool {
        cluster.chars().filter(|c| !is_ignorable(*c)).all(|c| self.has(c))
    }

    fn has(&self, c: char) -> bool {
        self.charmap.map(c).is_some_and(|glyph| glyph != GlyphId::NOTDEF)
    }

    /// How far a glyph reaches above and below its baseline, in em; both are positive there.
    pub(crate) fn reach(&self, glyph: u32) -> (f32, f32) {
        let bounds = self.metrics.bounds(GlyphId::new(glyph)).unwrap_or_default();
        (bounds.y_max / self.units, -bounds.y_min / self.units)
    }

    /// How wide a glyph is, in em.
    pub(crate) fn advance(&self, glyph: u32) -> f32 {
        self.metrics.advance_width(GlyphId::new(glyph)).unwrap_or_default() / self.units
    }
}

impl std::fmt::Debug for Face {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name)
    }
}

impl PartialEq for Face {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
    }
}

/// A file of the folder, by its name without the ending.
struct Source {
    name: &'static str,
    scripts: &'static [Script],
}

macro_rules! source {
    ($name:literal $(, $script:ident)*) => {
        Source { name: $name, scripts: &[$(Script::$script),*] }
    };
}

const REGULAR: &str = "NotoSans-Regular";
const BOLD: &str = "NotoSans-Bold";
const EMOJI: &str = "NotoEmoji-Regular";

/// In the order in which they are asked for a character that its script's own font lacks.
static SOURCES: &[Source] = &[
    source!("NotoSans-Regular", Latin, Greek, Cyrillic),
    source!("NotoSans-Bold", Latin, Greek, Cyrillic),
    source!("NotoSansArabic-Regular", Arabic),
    source!("NotoSansHebrew-Regular", Hebrew),
    source!("NotoSansDevanagari-Regular", Devanagari),
    source!("NotoSansBengali-Regular", Bengali),
    source!("NotoSansTamil-Regular", Tamil),
    source!("NotoSansTelugu-Regular", Telugu),
    source!("NotoSansKannada-Regular", Kannada),
    source!("NotoSansMalayalam-Regular", Malayalam),
    source!("NotoSansGujarati-Regular", Gujarati),
    source!("NotoSansGurmukhi-Regular", Gurmukhi),
    source!("NotoSansOriya-Regular", Oriya),
    source!("NotoSansSinhala-Regular", Sinhala),
    source!("NotoSansThai-Regular", Thai),
    source!("NotoSansLao-Regular", Lao),
    source!("NotoSansKhmer-Regular", Khmer),
    source!("NotoSansMyanmar-Regular", Myanmar),
    source!("NotoSansGeorgian-Regular", Georgian),
    source!("NotoSansArmenian-Regular", Armenian),
    source!("NotoSansEthiopic-Regular", Ethiopic),
    source!("NotoSerifTibetan-Regular", Tibetan),
    source!("NotoSansThaana-Regular", Thaana),
    source!("DroidSansFallbackFull", Han, Hiragana, Katakana, Bopomofo),
    source!("NanumSquareR", Hangul),
    source!("DejaVuSans"),
    source!("NotoSansSymbols-Regular"),
    source!("NotoEmoji-Regular"),
];

/// Where the fonts are: the folder `fonts` of a Lambda layer, or of this crate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FontFolder(PathBuf);

impl FontFolder {
    /// That folder. It is looked into when a document is printed, and not before.
    #[must_use]
    pub fn new(folder: PathBuf) -> Self {
        Self(folder)
    }
}

/// This crate's own, where it was built.
impl Default for FontFolder {
    fn default() -> Self {
        Self(Path::new(env!("CARGO_MANIFEST_DIR")).join("layer/fonts"))
    }
}

/// The faces of the folder, read once in a process.
#[derive(Debug)]
pub(crate) struct Fonts {
    faces: Vec<Face>,
    regular: usize,
    bold: usize,
    emoji: usize,
}

/// The folders that were read, each once in a process.
static READ: Mutex<Option<HashMap<PathBuf, &'static Fonts>>> = Mutex::new(None);

impl Fonts {
    /// The fonts of a folder. What could not be read is tried again with the next document.
    ///
    /// # Errors
    /// [`DocumentError::Font`] names the file that is missing or cannot be read.
    pub(crate) fn of(folder: &FontFolder) -> Result<&'static Self, DocumentError> {
        // Held while they are read, so that two documents at once read them once.
        let mut read = READ.lock().unwrap_or_else(PoisonError::into_inner);
        let read = read.get_or_insert_default();
        if let Some(fonts) = read.get(&folder.0) {
            return Ok(fonts);
        }
        let fonts: &'static Self = Box::leak(Box::new(Self::read(&folder.0)?));
        read.insert(folder.0.clone(), fonts);
        Ok(fonts)
    }

    fn read(folder: &Path) -> Result<Self, DocumentError> {
        let faces: Vec<Face> = SOURCES.iter().map(|source| Face::read(source, folder)).collect::<Result<_, _>>()?;
        let place = |name: &str| {
            let problem = "is none of those that are read".to_owned();
            let missing = || DocumentError::Font { file: folder.join(name), problem };
            faces.iter().position(|face| face.name == name).ok_or_else(missing)
        };
        let (regular, bold, emoji) = (place(REGULAR)?, place(BOLD)?, place(EMOJI)?);
        Ok(Self { faces, regular, bold, emoji })
    }

    /// The font of our own words; its first glyph is the box for what no font has.
    pub(crate) fn main(&self, weight: Weight) -> &Face {
        &self.faces[if weight == Weight::Bold { self.bold } else { self.regular }]
    }

    /// The font that shows one cluster of characters best. None has it: None.
    pub(crate) fn pick(&self, cluster: &str, script: Script, weight: Weight) -> Option<&Face> {
        let emoji = cluster.chars().any(|c| c == '\u{fe0f}' || c >= '\u{1f000}').then(|| &self.faces[self.emoji]);
        let main = self.main(weight);
        let own = if main.scripts.contains(&script) {
            Some(main)
        } else {
            self.faces.iter().find(|face| face.scripts.contains(&script))
        };
        let order: Vec<&Face> = emoji.into_iter().chain(own).chain([main]).chain(&self.faces).collect();
        let first = cluster.chars().find(|c| !is_ignorable(*c));
        // A mark that no font has beside its letter must not take the letter away.
        order
            .iter()
            .find(|face| face.covers(cluster))
            .or_else(|| order.iter().find(|face| first.is_some_and(|c| face.has(c))))
            .copied()
    }
}

/// Characters that steer shaping and show nothing themselves; no font needs to have them.
pub(crate) fn is_ignorable(c: char) -> bool {
    matches!(c, '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{180b}'..='\u{180f}')
        || matches!(c, '\u{200b}'..='\u{200f}' | '\u{3164}' | '\u{fe00}'..='\u{fe0f}' | '\u{ffa0}')
        || matches!(c, '\u{e0000}'..='\u{e0fff}')
}

#[cfg(test)]
mod tests {
    use std::fs;

    use unicode_script::Script;

    use super::{FontFolder, Fonts, Weight};

    fn fonts() -> &'static Fonts {
        Fonts::of(&FontFolder::default()).unwrap()
    }

    #[test]
    fn all_fonts_can_be_read_and_are_what_the_folder_holds() {
        let FontFolder(folder) = FontFolder::default();
        let files = fs::read_dir(folder).unwrap().map(|file| file.unwrap());
        let fonts = files.filter(|file| file.path().extension().is_some_and(|ending| ending == "ttf"));
        let sizes: Vec<u64> = fonts.map(|file| file.metadata().unwrap().len()).collect();
        assert_eq!(sizes.len(), self::fonts().faces.len(), "a font that is not read, or is missing");
        assert!(sizes.iter().sum::<u64>() < 12_000_000, "{sizes:?}");
        assert!(std::ptr::eq(self::fonts(), self::fonts()), "they are read once");
    }

    #[test]
    fn the_box_for_what_is_missing_can_be_seen() {
        for weight in [Weight::Regular, Weight::Bold] {
            let (above, _) = fonts().main(weight).reach(0);
            assert!(above > 0.5, "{weight:?}");
        }
    }

    #[test]
    fn bold_is_used_where_there_is_one() {
        let fonts = fonts();
        let name = |text, script, weight| fonts.pick(text, script, weight).map(|face| face.name);
        assert_eq!(name("a", Script::Latin, Weight::Bold), Some("NotoSans-Bold"));
        assert_eq!(name("a", Script::Latin, Weight::Regular), Some("NotoSans-Regular"));
        assert_eq!(name("א", Script::Hebrew, Weight::Bold), Some("NotoSansHebrew-Regular"));
        assert_eq!(name("❤\u{fe0f}", Script::Common, Weight::Bold), Some("NotoEmoji-Regular"));
        assert_eq!(name("♫", Script::Common, Weight::Regular), Some("DejaVuSans"));
        assert_eq!(name("\u{e000}", Script::Unknown, Weight::Regular), None);
    }
}
