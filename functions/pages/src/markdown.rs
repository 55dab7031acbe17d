//! What sellers write about their things, as HTML that can do no harm.

use pulldown_cmark::{CowStr, Event, HeadingLevel, Options, Parser, Tag, TagEnd, html};

/// Where links may lead.
const SCHEMES: [&str; 4] = ["https:", "http:", "mailto:", "tel:"];

/// Markdown as HTML. Of HTML in it the text is shown, tags and all. Pictures would tell their host who reads, so their words
/// stand in their place. Headings come right below the page's own, which is the title.
pub(crate) fn render(text: &str) -> String {
    let mut links = Vec::new();
    let events = Parser::new_ext(text, Options::ENABLE_STRIKETHROUGH).filter_map(|event| match event {
        Event::Html(text) | Event::InlineHtml(text) => Some(Event::Text(text)),
        Event::Start(Tag::Image { .. } | Tag::HtmlBlock) | Event::End(TagEnd::Image | TagEnd::HtmlBlock) => None,
        Event::Start(Tag::Link { link_type, dest_url, id, .. }) => {
            let legal = leads_outside(&dest_url);
            links.push(legal);
            legal.then_some(Event::Start(Tag::Link { link_type, dest_url, title: CowStr::Borrowed(""), id }))
        }
        Event::End(TagEnd::Link) => links.pop().unwrap_or_default().then_some(Event::End(TagEnd::Link)),
        Event::Start(Tag::Heading { .. }) => Some(Event::Start(Tag::Heading {
            level: HeadingLevel::H2,
            id: None,
            classes: Vec::new(),
            attrs: Vec::new(),
        })),
        Event::End(TagEnd::Heading(_)) => Some(Event::End(TagEnd::Heading(HeadingLevel::H2))),
        other => Some(other),
    });
    let mut page = String::new();
    html::push_html(&mut page, events);
    page
}

/// Whether an address is a whole one of a kind that browsers only open.
fn leads_outside(address: &str) -> bool {
    let address = address.to_ascii_lowercase();
    SCHEMES.iter().any(|scheme| address.starts_with(scheme))
}

#[cfg(test)]
mod tests {
    use super::render;

    #[test]
    fn markdown_is_rendered_and_nothing_else_gets_through() {
        let list = render("A *fine* **show**.\n\n- one\n- two").replace('\n', "");
        assert_eq!(list, "<p>A <em>fine</em> <strong>show</strong>.</p><ul><li>one</li><li>two</li></ul>");
        assert_eq!(render("# Big").trim(), "<h2>Big</h2>");
        let link = render("[us](https://example.com/?a=1 \"x\")");
        assert_eq!(link.trim(), "<p><a href=\"https://example.com/?a=1\">us</a></p>");
        assert_eq!(
            render("[a](javascript:x) [b](mailto:b@example.com)").trim(),
            "<p>a <a href=\"mailto:b@example.com\">b</a></p>"
        );
        for evil in [
            "<script>alert(1)</script>",
            "<img src=x onerror=alert(1)>",
            "[x](javascript:alert(1))",
            "[x](JavaScript:alert(1))",
            "![x](https://evil.example/pixel.png)",
            "<a href='data:text/html,x'>x</a>",
            "a <b onclick=x()>b</b>",
            "<style>*{display:none}</style>",
            "[x](/orders/1?token=a)",
            "<https://example.com/\"onmouseover=\"x>",
            "<form action='https://evil.example'><input></form>",
        ] {
            let page = render(evil);
            let tags: Vec<&str> = page.split('<').skip(1).filter_map(|tag| tag.split(['>', ' ']).next()).collect();
            assert!(tags.iter().all(|tag| ["p", "/p", "a", "/a"].contains(tag)), "{evil}: {page}");
            for word in ["href=\"javascript", "href=\"data", "href=\"/", "\" on"] {
                assert!(!page.to_lowercase().contains(word), "{evil}: {page}");
            }
        }
    }
}
