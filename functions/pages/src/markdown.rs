//! What sellers write about their things, as HTML that can do no harm.

use std::{collections::HashSet, sync::LazyLock};

use ammonia::Builder;
use pulldown_cmark::{Options, Parser, html};

/// What a description may be made of: text, lists and links. Pictures would tell their host who reads, and headings would
/// come in between the page's own.
const TAGS: [&str; 14] =
    ["p", "br", "em", "strong", "del", "ul", "ol", "li", "blockquote", "code", "pre", "a", "h3", "h4"];

static CLEANER: LazyLock<Builder<'static>> = LazyLock::new(|| {
    let mut cleaner = Builder::default();
    cleaner
        .tags(HashSet::from(TAGS))
        .url_schemes(HashSet::from(["https", "http", "mailto", "tel"]))
        .url_relative(ammonia::UrlRelative::Deny)
        .link_rel(Some("noopener noreferrer nofollow ugc"));
    cleaner
});

/// Markdown as HTML, sanitized.
pub(crate) fn render(text: &str) -> String {
    let mut page = String::new();
    html::push_html(&mut page, Parser::new_ext(text, Options::ENABLE_STRIKETHROUGH));
    CLEANER.clean(&page).to_string()
}

#[cfg(test)]
mod tests {
    use super::render;

    #[test]
    fn markdown_is_rendered_and_nothing_else_gets_through() {
        assert_eq!(
            render("A *fine* **show**.\n\n- one\n- two").replace('\n', ""),
            "<p>A <em>fine</em> <strong>show</strong>.</p><ul><li>one</li><li>two</li></ul>"
        );
        let link = render("[us](https://example.com/?a=1)");
        assert_eq!(
            link.trim(),
            "<p><a href=\"https://example.com/?a=1\" rel=\"noopener noreferrer nofollow ugc\">us</a></p>"
        );
        for evil in [
            "<script>alert(1)</script>",
            "<img src=x onerror=alert(1)>",
            "[x](javascript:alert(1))",
            "![x](https://evil.example/pixel.png)",
            "<a href='data:text/html,x'>x</a>",
            "<style>*{display:none}</style>",
            "<p onclick='x()' style='color:red'>x</p>",
            "[x](/orders/1?token=a)",
            "<form action='https://evil.example'><input></form>",
        ] {
            let page = render(evil);
            for word in [
                "<script",
                "<img",
                "javascript:",
                "data:",
                "onerror",
                "onclick",
                "style",
                "<form",
                "<input",
                "href=\"/",
            ] {
                assert!(!page.contains(word), "{evil}: {page}");
            }
        }
    }
}
