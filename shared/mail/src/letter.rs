//! A letter: its content in blocks, laid out by one template for text and one for HTML.

use minijinja::{AutoEscape, Environment, context};
use serde::Serialize;
use words::{Language, one_line};

use crate::error::MailError;

/// One row of a table: what, and how much or which.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Row {
    /// Left.
    pub label: String,
    /// Right.
    pub value: String,
}

impl Row {
    /// A row; each of its parts on one line.
    pub fn new(label: impl AsRef<str>, value: impl AsRef<str>) -> Self {
        Self { label: one_line(label.as_ref()), value: one_line(value.as_ref()) }
    }
}

/// One block of a letter, from top to bottom.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum Block {
    /// A paragraph.
    Text {
        /// Its text, in one line.
        text: String,
    },
    /// When, where and the like.
    Facts {
        /// A label and its value each.
        rows: Vec<Row>,
    },
    /// What was bought, with its sums.
    Sums {
        /// What each line costs, fees and tax.
        rows: Vec<Row>,
        /// Printed last, in bold.
        total: Row,
        /// What is said below the sum, as the tax that it contains.
        notes: Vec<Row>,
    },
    /// Codes of tickets.
    Codes {
        /// What they are.
        heading: String,
        /// The code, and the kind of ticket.
        rows: Vec<Row>,
    },
    /// The way to a page.
    Link {
        /// What it says.
        label: String,
        /// The address.
        url: String,
    },
}

impl Block {
    pub(crate) fn text(text: impl Into<String>) -> Self {
        Self::Text { text: text.into() }
    }
}

/// What a mail says, before it is laid out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Letter {
    /// The language that it is written in.
    pub language: Language,
    /// The subject, on one line.
    pub subject: String,
    /// The first line, in large.
    pub heading: String,
    /// `Hello Ada,`
    pub greeting: String,
    /// What it says.
    pub blocks: Vec<Block>,
    /// Who sent it and about what, in small.
    pub footer: Vec<String>,
    /// The seller's name, at the top.
    pub seller: String,
    /// The address of the seller's picture, where there is one.
    pub logo_url: Option<String>,
}

/// A letter as mail programs show it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rendered {
    /// The subject, on one line.
    pub subject: String,
    /// Plain, one line for each row and sentence.
    pub text: String,
    /// As HTML, with nothing that it would have to fetch but the seller's picture.
    pub html: String,
}

impl Letter {
    /// Lays the letter out.
    ///
    /// # Errors
    /// [`MailError::Template`] when a template of this crate is broken, which tests rule out.
    pub fn render(&self) -> Result<Rendered, MailError> {
        let values = context! {
            lang => self.language.tag(),
            heading => self.heading,
            greeting => self.greeting,
            blocks => self.blocks,
            footer => self.footer,
            seller => self.seller,
            logo_url => self.logo_url,
            subject => self.subject,
        };
        let environment = environment(self.language)?;
        // Blanks that do not break are for lines that do.
        let text = environment.get_template("letter.txt")?.render(&values)?.replace('\u{a0}', " ");
        let html = environment.get_template("letter.html")?.render(&values)?;
        Ok(Rendered { subject: self.subject.clone(), text, html })
    }
}

fn environment(language: Language) -> Result<Environment<'static>, MailError> {
    let mut environment = Environment::new();
    environment.set_trim_blocks(true);
    environment.set_lstrip_blocks(true);
    environment
        .set_auto_escape_callback(|name| if name.ends_with(".html") { AutoEscape::Html } else { AutoEscape::None });
    // What stands before a value on the same line of text: `Date:`, in French with a blank before the colon.
    environment.add_filter("label", move |label: String| language.phrase("label", &[("label", &label)]));
    environment.add_template("letter.txt", include_str!("../templates/letter.txt"))?;
    environment.add_template("letter.html", include_str!("../templates/letter.html"))?;
    Ok(environment)
}

#[cfg(test)]
mod tests {
    use super::{Block, Letter, Row};
    use words::Language;

    fn letter() -> Letter {
        Letter {
            language: Language::English,
            subject: "Subject".to_owned(),
            heading: "<b>Heading</b>".to_owned(),
            greeting: "Hello Ada,".to_owned(),
            blocks: vec![
                Block::text("A & B <script>alert(1)</script>"),
                Block::Facts { rows: vec![Row::new("When", "today"), Row::new("Where", "\"Hall\"")] },
                Block::Sums {
                    rows: vec![Row::new("2 × Ticket", "50.00 USD")],
                    total: Row::new("Total", "54.84 USD"),
                    notes: Vec::new(),
                },
                Block::Codes { heading: "Codes".to_owned(), rows: vec![Row::new("ABCD", "Floor")] },
                Block::Link { label: "View".to_owned(), url: "https://example.com/?a=1&b=2".to_owned() },
            ],
            footer: vec!["Sent by Hall".to_owned()],
            seller: "Hall".to_owned(),
            logo_url: None,
        }
    }

    #[test]
    fn html_escapes_what_people_typed_and_text_says_it_as_it_is() {
        let rendered = letter().render().unwrap();
        assert!(rendered.html.contains("A &amp; B &lt;script&gt;alert(1)&lt;&#x2f;script&gt;"), "{}", rendered.html);
        assert!(!rendered.html.contains("<script"), "{}", rendered.html);
        assert!(rendered.text.contains("A & B <script>alert(1)</script>"), "{}", rendered.text);
        assert!(rendered.text.contains("https://example.com/?a=1&b=2"), "{}", rendered.text);
    }

    /// Outlook ignores `max-width`, and most logos are dark signs on nothing.
    #[test]
    fn the_card_has_a_width_in_outlook_and_a_logo_a_background_on_a_dark_one() {
        let html =
            Letter { logo_url: Some("https://hall.example/a.png".to_owned()), ..letter() }.render().unwrap().html;
        let outlook =
            html.find("<!--[if mso]><table role=\"presentation\" width=\"600\"").expect("a table for Outlook");
        let card = html.find("class=\"card\"").expect("a card");
        let end = html.find("<!--[if mso]></td></tr></table><![endif]-->").expect("its end");
        assert!(outlook < card && card < html.find("class=\"foot\"").expect("a foot") && card < end, "{html}");
        assert!(html.contains("<div class=\"logo\"><img src=\"https:&#x2f;&#x2f;hall.example"), "{html}");
        assert!(html.contains(".logo { display: inline-block; background: #ffffff;"), "{html}");
    }

    #[test]
    fn text_is_laid_out_in_lines() {
        let rendered = letter().render().unwrap();
        insta::assert_snapshot!(rendered.text);
    }
}
