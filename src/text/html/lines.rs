//! Splits sanitised HTML into the lines that a reader sees, with the files that each shows.

use super::parts::{is_pixel, strikes};
use super::text::{decode, separates_words};
use super::tokens::{HtmlTag, HtmlToken, HtmlTokens};
use super::trackers;
use crate::text::words::on_one_line;

/// What a reader sees in one line, such as a paragraph, a heading, an item of a list, or a part between two line breaks.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct ShownLine {
    /// The words and the descriptions of pictures, on one line unless they are preformatted. A `~` stands where a strike-out
    /// begins or ends.
    pub text: String,
    /// The words that are in no link.
    pub unlinked: String,
    /// Whether a part of it is a link.
    pub has_links: bool,
    /// The addresses of pictures, sounds, videos and players.
    pub files: Vec<String>,
}

impl ShownLine {
    fn is_blank(&self) -> bool {
        self.text.is_empty() && self.files.is_empty()
    }
}

/// Returns the lines of sanitised HTML. Takes time and memory linear in its length.
pub fn shown_lines(html: &str) -> Vec<ShownLine> {
    let mut lines = LineSplitter::default();
    for token in HtmlTokens::of(html) {
        match token {
            HtmlToken::Text(raw) => lines.add_text(&decode(raw)),
            HtmlToken::Start(tag) => lines.start(tag),
            HtmlToken::End(name) => lines.end(name),
            HtmlToken::Tex(_) | HtmlToken::AddressScript(_) => {}
        }
    }
    lines.finish_line();
    lines.finished
}

#[derive(Default)]
struct LineSplitter {
    finished: Vec<ShownLine>,
    line: ShownLine,
    links: usize,
    preformatted: usize,
}

impl LineSplitter {
    fn start(&mut self, tag: HtmlTag<'_>) {
        if tag.name != "img" && separates_words(tag.name) {
            self.finish_line();
        }
        self.preformatted += usize::from(tag.name == "pre");
        self.links += usize::from(tag.name == "a");
        if strikes(tag.name) {
            self.line.text.push('~');
        }
        for (name, value) in tag.attributes() {
            match name {
                "src" if !value.starts_with("data:") && !trackers::is_tracker(value) && !is_pixel(&tag) => {
                    self.line.files.push(htmlize::unescape_attribute(value).into_owned());
                }
                "alt" if !is_pixel(&tag) => {
                    self.add_text(&format!(" {} ", htmlize::unescape_attribute(value)));
                }
                _ => {}
            }
        }
    }

    fn end(&mut self, name: &str) {
        if strikes(name) {
            self.line.text.push('~');
        }
        if separates_words(name) {
            self.finish_line();
        }
        self.preformatted = self.preformatted.saturating_sub(usize::from(name == "pre"));
        self.links = self.links.saturating_sub(usize::from(name == "a"));
    }

    fn add_text(&mut self, text: &str) {
        self.line.text.push_str(text);
        if self.links > 0 {
            self.line.has_links = true;
        } else {
            self.line.unlinked.push_str(text);
        }
    }

    /// Ends the line, unless it is blank.
    fn finish_line(&mut self) {
        let mut line = std::mem::take(&mut self.line);
        if self.preformatted == 0 {
            line.text = on_one_line(&line.text);
        }
        line.unlinked = on_one_line(&line.unlinked);
        if !line.is_blank() {
            self.finished.push(line);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_and_line_breaks_end_a_line() {
        let lines = shown_lines(
            "<p>One <b>and</b>\n half</p><ul><li>two</li><li>three<br>four</li></ul><p> </p>five",
        );
        let texts: Vec<&str> = lines.iter().map(|line| line.text.as_str()).collect();
        assert_eq!(texts, ["One and half", "two", "three", "four", "five"]);
    }

    #[test]
    fn a_line_knows_its_links_its_files_and_what_is_struck_out() {
        let html = "<p>See <a href=\"https://a.example/\">this <img src=\"https://a.example/b.jpg\" alt=\"Bee\"></a></p>\
                    <pre>a\n  b</pre><p><s>old</s> new <img src=\"https://a.example/p.gif\" width=\"1\" height=\"1\"></p>";
        let [linked, preformatted, struck] = &shown_lines(html)[..] else { panic!("three lines") };
        assert_eq!((linked.text.as_str(), linked.unlinked.as_str()), ("See this Bee", "See"));
        assert!(linked.has_links && linked.files == ["https://a.example/b.jpg"]);
        assert_eq!(preformatted.text, "a\n  b");
        assert_eq!((struck.text.as_str(), struck.files.len()), ("~old~ new", 0));
    }
}
