//! Whether a page fits its screen, and whether fingers can press what is on it.

use serde_json::json;

use crate::tab::Tab;

/// Least height and width of what is pressed, in CSS pixels (WCAG 2.2, 2.5.8). Links within a sentence are exempt there,
/// and so is what is for screen readers alone.
const SCRIPT: &str = "
const wide = document.documentElement.scrollWidth > document.documentElement.clientWidth;
const out = [...document.body.querySelectorAll('*')].filter((e) => {
  const box = e.getBoundingClientRect();
  return box.width && !e.closest('.skip, .hidden, .default') && (box.right > document.documentElement.clientWidth + 1 || box.left < -1);
}).map((e) => e.tagName + '.' + e.className + ' is outside');
const small = [...document.querySelectorAll('a, button, input:not([type=hidden]), select, summary')].filter((e) => {
  const box = e.getBoundingClientRect();
  if (!box.width || e.closest('.skip, .hidden, .default')) return false;
  if (e.matches('a') && getComputedStyle(e).display === 'inline' && !e.matches('nav a')) return false;
  const labels = e.labels ? [...e.labels] : [];
  const height = Math.max(box.height, ...labels.map((l) => e.type === 'radio' ? l.getBoundingClientRect().height : 0));
  return height < 24 || box.width < 20;
}).map((e) => e.outerHTML.slice(0, 120) + ' is small');
return [...(wide ? ['the page scrolls sideways'] : []), ...out, ...small].slice(0, 12);
";

impl Tab {
    /// Expects that nothing is cut off, scrolls sideways or is too small to press.
    pub async fn fits(&self) {
        let wrong = self.eval(SCRIPT).await;
        assert_eq!(wrong, json!([]), "{}", self.path().await);
    }
}
