//! Finds what a fragment contains but no reader sees, by the same styles and attributes as the sanitiser. (Buttons count
//! as seen here, though the sanitiser removes most of them.)

use super::attributes::is_hidden;
use super::elements::{self, Nesting};
use super::style::Style;
use super::tag_attributes::lower;
use super::tokens::{HtmlTag, HtmlToken, HtmlTokens};

/// Texts of which nearly every fragment with hidden content contains one. A fragment that contains none, as most do, is not
/// read an extra time.
const SIGNS: [&str; 8] =
    ["hidden", "none", "dialog", "font-size:0", "font-size: 0", "mso-hide", "opacity", "absolute"];

/// Follows the tags of a fragment and says what is inside a hidden element.
#[derive(Default)]
pub(super) struct HiddenContent<'a> {
    /// Name of the hidden element that is open.
    open: Option<&'a str>,
    /// How many elements of that name are open, from the hidden one inwards.
    depth: usize,
    /// Whether nothing counts as hidden, because the fragment hides nothing or its hidden elements count as shown.
    shows_all: bool,
}

impl<'a> HiddenContent<'a> {
    /// Prepares to follow `html`. Its hidden elements count as shown if they contain more than the visible ones or if
    /// one of them has no end tag, because then the sanitiser keeps them.
    pub(super) fn of(html: &'a str) -> Self {
        let may_hide = SIGNS.iter().any(|sign| html.contains(sign));
        let shows_all = !may_hide || {
            let (mut hidden, mut bytes) = (Self::default(), [0_usize; 2]);
            for token in HtmlTokens::of(html) {
                let is_hidden = hidden.hides(&token);
                if let (HtmlToken::Text(text), [shown, concealed]) = (token, &mut bytes) {
                    *(if is_hidden { concealed } else { shown }) += text.trim().len();
                }
            }
            let [shown, concealed] = bytes;
            concealed > shown || hidden.open.is_some()
        };
        Self { shows_all, ..Self::default() }
    }

    /// Returns whether `token`, which must be the next one of the fragment, is hidden.
    pub(super) fn hides(&mut self, token: &HtmlToken<'a>) -> bool {
        if self.shows_all {
            return false;
        }
        match (token, self.open) {
            (HtmlToken::Start(tag), Some(open)) => {
                if !tag.name.eq_ignore_ascii_case(open) {
                    return true;
                }
                // A paragraph ends where the next one begins.
                if open.eq_ignore_ascii_case("p") {
                    self.open = None;
                    return self.begins(tag);
                }
                self.depth += 1;
                true
            }
            (HtmlToken::Start(tag), None) => self.begins(tag),
            (HtmlToken::End(name), Some(open)) => {
                if name.eq_ignore_ascii_case(open) {
                    self.depth -= 1;
                    self.open = self.open.filter(|_| self.depth > 0);
                }
                true
            }
            (_, open) => open.is_some(),
        }
    }

    fn begins(&mut self, tag: &HtmlTag<'a>) -> bool {
        if !is_hidden(*tag, Style::of(*tag)) {
            return false;
        }
        let element = elements::by_name(&lower(tag.name));
        let is_void = element.is_some_and(|element| matches!(element.nesting, Nesting::Void | Nesting::Rule))
            || tag.name.eq_ignore_ascii_case("input");
        if !is_void {
            (self.open, self.depth) = (Some(tag.name), 1);
        }
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(html: &str) -> String {
        let mut hidden = HiddenContent::of(html);
        let texts = HtmlTokens::of(html).filter_map(|token| match (hidden.hides(&token), token) {
            (false, HtmlToken::Text(text)) => Some(text),
            _ => None,
        });
        texts.collect()
    }

    #[test]
    fn hidden_elements_hide_what_they_contain_and_nothing_after_them() {
        for (html, text) in [
            ("The article<div style=\"display:none\">x<div>y</div>z</div> ends", "The article ends"),
            ("<p>One</p><p hidden>x<p>Two", "OneTwo"),
            ("The article<img hidden src=a.png> ends", "The article ends"),
            ("The article <span style='visibility:hidden'>x</span>ends", "The article ends"),
            ("<div hidden>The article</div> x", "The article x"),
            ("a<div hidden>The article never ends", "aThe article never ends"),
            ("<p style='color:red'>The article</p>", "The article"),
        ] {
            assert_eq!(shown(html), text, "{html}");
        }
    }
}
