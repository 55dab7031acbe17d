//! The languages that are spoken here, and their words.

use std::sync::OnceLock;

use fluent_bundle::{FluentArgs, FluentResource, concurrent::FluentBundle};
use jiff::civil::Date;
use unic_langid::LanguageIdentifier;

/// A language that mails and documents are written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Language {
    /// English, which every other one falls back to.
    #[default]
    English,
    /// Tag `de`.
    German,
    /// Tag `fr`.
    French,
    /// Tag `es`.
    Spanish,
    /// Tag `it`.
    Italian,
    /// Tag `pt`.
    Portuguese,
}

type Bundle = FluentBundle<FluentResource>;

impl Language {
    /// All of them.
    pub const ALL: [Self; 6] =
        [Self::English, Self::German, Self::French, Self::Spanish, Self::Italian, Self::Portuguese];

    /// The language of a BCP 47 tag, as `de`, `de-CH` or `pt_BR`. None for one that is not spoken here.
    #[must_use]
    pub fn from_tag(tag: &str) -> Option<Self> {
        let primary = tag.split(['-', '_']).next().unwrap_or_default();
        Self::ALL.into_iter().find(|language| primary.eq_ignore_ascii_case(language.tag()))
    }

    /// Its BCP 47 tag, as mail names it in `lang` and `Content-Language`.
    #[must_use]
    pub fn tag(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::German => "de",
            Self::French => "fr",
            Self::Spanish => "es",
            Self::Italian => "it",
            Self::Portuguese => "pt",
        }
    }

    /// Its files: what mails and documents say, what pages say, and what those for staff and experts say.
    fn sources(self) -> [&'static str; 3] {
        match self {
            Self::English => [
                include_str!("../locales/en.ftl"),
                include_str!("../locales/pages.en.ftl"),
                include_str!("../locales/desk.en.ftl"),
            ],
            Self::German => [
                include_str!("../locales/de.ftl"),
                include_str!("../locales/pages.de.ftl"),
                include_str!("../locales/desk.de.ftl"),
            ],
            Self::French => [
                include_str!("../locales/fr.ftl"),
                include_str!("../locales/pages.fr.ftl"),
                include_str!("../locales/desk.fr.ftl"),
            ],
            Self::Spanish => [
                include_str!("../locales/es.ftl"),
                include_str!("../locales/pages.es.ftl"),
                include_str!("../locales/desk.es.ftl"),
            ],
            Self::Italian => [
                include_str!("../locales/it.ftl"),
                include_str!("../locales/pages.it.ftl"),
                include_str!("../locales/desk.it.ftl"),
            ],
            Self::Portuguese => [
                include_str!("../locales/pt.ftl"),
                include_str!("../locales/pages.pt.ftl"),
                include_str!("../locales/desk.pt.ftl"),
            ],
        }
    }

    /// Its messages, read once per process.
    fn bundle(self) -> &'static Bundle {
        static BUNDLES: [OnceLock<Bundle>; 6] = [const { OnceLock::new() }; 6];
        BUNDLES[self as usize].get_or_init(|| {
            let id: LanguageIdentifier = self.tag().parse().unwrap_or_default();
            let mut bundle = Bundle::new_concurrent(vec![id]);
            // Marks around each value would keep directions apart, and break every search for a word in a mail. Names
            // and titles stand alone in their line instead, where their direction matters.
            bundle.set_use_isolating(false);
            // What a file gets wrong is left out, and a test says so.
            for source in self.sources() {
                let resource = FluentResource::try_new(source.to_owned()).unwrap_or_else(|(resource, _)| resource);
                bundle.add_resource_overriding(resource);
            }
            bundle
        })
    }

    fn own(self, id: &str, args: &FluentArgs<'_>) -> Option<String> {
        let bundle = self.bundle();
        let pattern = bundle.get_message(id)?.value()?;
        let mut errors = Vec::new();
        let text = bundle.format_pattern(pattern, Some(args), &mut errors).into_owned();
        errors.is_empty().then_some(text)
    }

    /// A message of this language, else the English one, else its id, so that a mail or a document is never lost for a word.
    #[must_use]
    pub fn phrase(self, id: &str, args: &[(&'static str, &str)]) -> String {
        let args: FluentArgs<'_> = args.iter().map(|(name, value)| (*name, one_line(value))).collect();
        self.own(id, &args).or_else(|| Self::English.own(id, &args)).unwrap_or_else(|| id.to_owned())
    }

    /// A message of this language alone; none where it has to be said otherwise.
    #[must_use]
    pub fn own_phrase(self, id: &str) -> Option<String> {
        self.own(id, &FluentArgs::new())
    }

    /// A day with its weekday, as `Saturday, 12 June 2027`.
    #[must_use]
    pub fn long_date(self, date: Date) -> String {
        let weekday = self.phrase(&format!("weekday-{}", date.weekday().to_monday_one_offset()), &[]);
        let (day, month, year) = self.parts(date);
        self.phrase("date", &[("weekday", &weekday), ("day", &day), ("month", &month), ("year", &year)])
    }

    /// A day, as `12 June 2027`.
    #[must_use]
    pub fn date(self, date: Date) -> String {
        let (day, month, year) = self.parts(date);
        self.phrase("day", &[("day", &day), ("month", &month), ("year", &year)])
    }

    fn parts(self, date: Date) -> (String, String, String) {
        (date.day().to_string(), self.phrase(&format!("month-{}", date.month()), &[]), date.year().to_string())
    }

    /// As [`Self::phrase`], with a number that decides the form of the words, as one or many.
    #[must_use]
    pub fn count(self, id: &str, (name, n): (&'static str, f64), args: &[(&'static str, &str)]) -> String {
        let mut values: FluentArgs<'_> = args.iter().map(|(name, value)| (*name, one_line(value))).collect();
        values.set(name, n);
        self.own(id, &values).or_else(|| Self::English.own(id, &values)).unwrap_or_else(|| id.to_owned())
    }

    /// As [`Self::count`], with a whole number, which the message may show.
    #[must_use]
    pub fn count_whole(self, id: &str, (name, n): (&'static str, i64), args: &[(&'static str, &str)]) -> String {
        let mut values: FluentArgs<'_> = args.iter().map(|(name, value)| (*name, one_line(value))).collect();
        values.set(name, n);
        self.own(id, &values).or_else(|| Self::English.own(id, &values)).unwrap_or_else(|| id.to_owned())
    }
}

/// What people typed, on one line: a sentence and a subject are one, whatever a title holds.
#[must_use]
pub fn one_line(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use fluent_bundle::FluentResource;

    use super::Language;

    fn ids(language: Language) -> BTreeSet<String> {
        let lines = language.sources().into_iter().flat_map(str::lines);
        let entries = lines.filter(|line| line.starts_with(|c: char| c.is_ascii_lowercase()));
        entries.filter_map(|line| Some(line.split_once(" =")?.0.to_owned())).collect()
    }

    fn variables(language: Language, id: &str) -> BTreeSet<String> {
        let source = language.sources().join("\n\n");
        let start = source.find(&format!("\n{id} =")).expect("a message");
        let rest = &source[start + 1..];
        let end = rest.find("\n\n").map_or(rest.len(), |end| end);
        let mut entry = rest[..end].lines();
        let first = entry.next().unwrap_or_default().to_owned();
        let own: String = std::iter::once(first)
            .chain(entry.take_while(|line| line.starts_with([' ', '}', '*'])).map(str::to_owned))
            .collect();
        own.split('$').skip(1).map(|at| at.chars().take_while(char::is_ascii_alphanumeric).collect()).collect()
    }

    /// Messages that a language lacks, which are said in English there: `de: some-message`. There are none.
    const LACKING: [&str; 0] = [];

    #[test]
    fn every_file_is_read_whole_and_what_it_lacks_is_listed() {
        let english = ids(Language::English);
        assert!(english.len() > 80, "{}", english.len());
        let mut lacking = Vec::new();
        for language in Language::ALL {
            for source in language.sources() {
                let read = FluentResource::try_new(source.to_owned());
                assert!(read.is_ok(), "{language:?}: {:?}", read.err().map(|(_, errors)| errors));
            }
            let own = ids(language);
            let unknown: Vec<_> = own.difference(&english).collect();
            assert!(unknown.is_empty(), "{language:?} has what English lacks: {unknown:?}");
            lacking.extend(english.difference(&own).map(|id| format!("{}: {id}", language.tag())));
        }
        assert_eq!(lacking, LACKING);
    }

    #[test]
    fn days_are_said_in_each_language() {
        let date = jiff::civil::date(2026, 12, 5);
        let said: Vec<_> = Language::ALL.map(|language| (language.long_date(date), language.date(date))).into();
        let expected = [
            ("Saturday, 5 December 2026", "5 December 2026"),
            ("Samstag, 5. Dezember 2026", "5. Dezember 2026"),
            ("samedi 5 décembre 2026", "5 décembre 2026"),
            ("sábado, 5 de diciembre de 2026", "5 de diciembre de 2026"),
            ("sabato 5 dicembre 2026", "5 dicembre 2026"),
            ("sábado, 5 de dezembro de 2026", "5 de dezembro de 2026"),
        ];
        assert_eq!(said, expected.map(|(long, short)| (long.to_owned(), short.to_owned())));
    }

    #[test]
    fn every_translation_says_the_same_values() {
        for id in ids(Language::English) {
            let english = variables(Language::English, &id);
            for language in Language::ALL {
                assert_eq!(variables(language, &id), english, "{id} in {language:?}");
            }
        }
    }

    #[test]
    fn tags_name_languages_and_unknown_ones_do_not() {
        assert_eq!(Language::from_tag("de-CH"), Some(Language::German));
        assert_eq!(Language::from_tag("PT_br"), Some(Language::Portuguese));
        assert_eq!(Language::from_tag("fr"), Some(Language::French));
        assert_eq!(Language::from_tag("ja"), None);
        assert_eq!(Language::from_tag(""), None);
    }

    #[test]
    fn an_unknown_message_is_named_and_breaks_nothing() {
        assert_eq!(Language::German.phrase("no-such-message", &[]), "no-such-message");
        assert_eq!(Language::Italian.phrase("greeting", &[("name", "Ada")]), "Ciao Ada,");
    }

    #[test]
    fn one_and_many_differ() {
        let hours = |n| Language::English.count("hours-added", ("hours", n), &[("amount", "2.5")]);
        assert_eq!(hours(1.0), "One hour was added to your balance.");
        assert_eq!(hours(2.5), "2.5 hours were added to your balance.");
    }
}
