//! Completes an article with what its other entries and the page behind it offer, such as files, a picture, a page of comments
//! or a fuller text.
//!
//! The guid, the place in the river, the title and the address stay those of the entry that represents the article.

use std::collections::HashSet;

use unicode_segmentation::UnicodeSegmentation as _;

use super::incidental::is_same_file;
use super::pictures;
use crate::model::{ArticleDetails, ArticleImage, Enclosure, RiverItem, SafeHtml};
use crate::text::{html, words};
use crate::time::Timestamp;

/// A text counts as fuller than another one, which is not a stub, only if it has at least this many more letters. An added
/// agency tag or by-line is shorter than this.
const FULLER_BY_LETTERS: usize = 200;
/// How many letters a fuller text must also have, in percent of the letters of the other one.
const FULLER_PERCENT: usize = 125;
/// A text with fewer letters is a stub, which only names a link ("Comments"). Beside a stub, every text with more than this
/// many letters counts as fuller.
const STUB_LETTERS: usize = 60;
/// A longer text must have this share of the different words of the text that it replaces, in percent, unless that is a teaser.
/// A longer text with other words is a comment on the article, as link blogs write.
const COMMON_WORDS_PERCENT: usize = 60;
/// A text with fewer letters counts as a teaser, which may have words of its own.
const TEASER_LETTERS: usize = 400;
/// A text of the feed that has fewer words outside its links, such as "Comments" or "submitted by", does not summarise the
/// article on the page.
const FEWEST_WORDS: usize = 3;

/// What another entry of an article offers.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct OtherEntry {
    /// The short text.
    pub summary: Option<SafeHtml>,
    /// The whole text.
    pub content: Option<SafeHtml>,
    /// Attached files.
    pub enclosures: Vec<Enclosure>,
    /// Address of the page with comments.
    pub comments_url: Option<String>,
    /// Language as a BCP 47 tag.
    pub language: Option<String>,
    /// Names of the authors.
    pub author: Option<String>,
    /// Further details, such as its picture, its data as an episode of a podcast, and its rights.
    pub details: ArticleDetails,
    /// When this entry was edited, if its text is newer than that of the entry that is shown. That is so if both entries have
    /// the same page, the one that is shown changed earlier, this one still is in its feed, and either the other one no longer
    /// is, or both feeds are of the site of the page.
    pub newest_since: Option<Timestamp>,
    /// Whether its newer text counts only if it has the whole text of the entry that is shown, word for word, because the feed
    /// of that one still lists it.
    pub must_keep_text: bool,
    /// Whether it has not changed since the entry that is shown was edited.
    pub is_older_than_edit: bool,
}

/// Which texts an article may have.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum TextChoice {
    /// The fullest text of all its entries, or the one that was edited last.
    Fullest,
    /// The text of the entry that is shown, unless it has none. The feed of one source uses this.
    Own,
}

/// Fills the gaps of `item`: each part that it lacks comes from the first of `others` that has this part.
///
/// With [`TextChoice::Fullest`], the text that was edited last ([`OtherEntry::newest_since`]) replaces the text of `item`,
/// unless it is only a teaser of that text, or lacks some of it and must not ([`OtherEntry::must_keep_text`]). If no text was
/// edited later, or it is not taken, the fullest text of `others` replaces the text of `item`, provided that it is fuller. With
/// [`TextChoice::Own`], `item` takes the fullest text only if it has no text of its own.
pub fn complete(item: &mut RiverItem, others: Vec<OtherEntry>, texts: TextChoice) {
    for other in &others {
        describe_files(&mut item.enclosures, &other.enclosures);
        add_files(&mut item.enclosures, &other.enclosures);
        item.comments_url = item.comments_url.take().or_else(|| other.comments_url.clone());
        if item.author.is_none() {
            item.author.clone_from(&other.author);
            item.details.authors.clone_from(&other.details.authors);
        }
        add_details(&mut item.details, &other.details);
    }
    let is_newer = |other: &&OtherEntry| {
        other.newest_since.is_some() && (!other.must_keep_text || has_whole_text_of(item, other))
    };
    if texts == TextChoice::Fullest
        && let Some(newest) = others.iter().filter(is_newer).max_by_key(|other| other.newest_since)
        && take_newest_text(item, newest)
    {
        return;
    }
    let has_no_text = item.summary.is_none() && item.content.is_none();
    if texts == TextChoice::Fullest || has_no_text {
        take_fullest_text(item, others);
    }
}

/// Adds a picture, the data of an episode and a place on the earth, if the article has none. Rights and the pages that a text
/// refers to are not added, because they belong to the text of their entry.
fn add_details(details: &mut ArticleDetails, offered: &ArticleDetails) {
    details.image = details.image.take().or_else(|| offered.image.clone());
    details.podcast = details.podcast.take().or_else(|| offered.podcast.clone());
    details.place = details.place.take().or_else(|| offered.place.clone());
}

/// Adds files of the kinds (audio, video, image) of which the article has none. If it has pictures, no other pictures are
/// added, because outlets attach copies of one picture. Each comes before the article's own files that rank behind it
/// ([`Enclosure::rank`]), because an RSS item has room for one enclosure.
fn add_files(files: &mut Vec<Enclosure>, offered: &[Enclosure]) {
    let known: Vec<String> = files.iter().map(|file| kind(file).to_owned()).collect();
    let is_new = |file: &&Enclosure| !known.iter().any(|known| known == kind(file));
    for file in offered.iter().filter(is_new) {
        let at = files.iter().position(|own| own.rank() > file.rank()).unwrap_or(files.len());
        files.insert(at, file.clone());
    }
}

/// Adds the size and the playing time to files that lack them and that another entry offers, too, perhaps through a counter.
/// Blogs state a size of 0 for the file whose size the podcast's host knows.
fn describe_files(files: &mut [Enclosure], offered: &[Enclosure]) {
    for file in files {
        let is_same = |other: &&Enclosure| kind(other) == kind(file) && is_same_file(&file.url, &other.url);
        let stated = |number: Option<u64>| number.filter(|number| *number > 0);
        if let Some(same) = offered.iter().find(is_same) {
            file.length = stated(file.length).or(same.length);
            file.duration_s = stated(file.duration_s).or(same.duration_s);
        }
    }
}

fn kind(file: &Enclosure) -> &str {
    file.media_type.split('/').next().unwrap_or_default()
}

/// Gives an article the text of the entry that was edited last, unless that entry has no text or only a teaser of the text of
/// the article. Returns whether the text was replaced.
fn take_newest_text(item: &mut RiverItem, newest: &OtherEntry) -> bool {
    let text = |summary: &Option<SafeHtml>, content: &Option<SafeHtml>| {
        letters(content.as_ref().or(summary.as_ref()))
    };
    let own = text(&item.summary, &item.content);
    let has_text = newest.summary.is_some() || newest.content.is_some();
    let is_taken = has_text && !is_longer(text(&newest.summary, &newest.content), own);
    if is_taken {
        (item.summary, item.content) = (newest.summary.clone(), newest.content.clone());
        item.updated_at = newest.newest_since;
    }
    is_taken
}

fn take_fullest_text(item: &mut RiverItem, others: Vec<OtherEntry>) {
    let own = letters(item.content.as_ref().or(item.summary.as_ref()));
    let mut fullest: Option<(usize, OtherEntry)> = None;
    for other in others {
        let length = letters(other.content.as_ref().or(other.summary.as_ref()));
        let is_longest = fullest.as_ref().is_none_or(|(longest, _)| length > *longest);
        if is_longest && length > own && is_fuller_telling(item, own, &other, length) {
            fullest = Some((length, other));
        }
    }
    let Some((_, other)) = fullest else { return };
    // An entry that has no content has its whole text as its summary.
    let (summary, content) = match other.content {
        Some(content) => (other.summary, Some(content)),
        None => (None, other.summary),
    };
    if own < STUB_LETTERS {
        item.summary = summary;
    }
    item.content = content;
    item.language = other.language.or_else(|| item.language.take());
}

/// Returns whether the longer text of another entry tells what an article tells, and more. `own` and `length` are the letters
/// of both. A text that is older than an edit of the article is its fuller telling only if it has the edited text word for
/// word; otherwise it would hide a correction. A teaser, with less than half the letters, gives way all the same.
fn is_fuller_telling(item: &RiverItem, own: usize, other: &OtherEntry, length: usize) -> bool {
    let may_lack_edit = other.is_older_than_edit && own * 2 >= length;
    if is_longer(own, length) && own < TEASER_LETTERS && !may_lack_edit {
        return true;
    }
    let (text, longer) = both_plain(item, other);
    if !is_longer(own, length) {
        is_cut_from(&text, &longer)
    } else if may_lack_edit {
        longer.contains(&text)
    } else {
        has_words_of(&longer, &text)
    }
}

/// Returns the words of a text on one line.
fn plain(text: Option<&SafeHtml>) -> String {
    text.map(|text| words::on_one_line(&html::to_plain(text.as_str()))).unwrap_or_default()
}

/// Returns the words of an article and those of another entry: of the content, or else of the summary.
fn both_plain(item: &RiverItem, other: &OtherEntry) -> (String, String) {
    let own = item.content.as_ref().or(item.summary.as_ref());
    let offered = other.content.as_ref().or(other.summary.as_ref());
    (plain(own), plain(offered))
}

/// Returns whether the text of another entry has the whole text of an article, word for word, and more.
fn has_whole_text_of(item: &RiverItem, other: &OtherEntry) -> bool {
    let (text, longer) = both_plain(item, other);
    longer.len() > text.len() && longer.contains(&text)
}

/// Returns whether a text breaks off within a sentence, and a longer text begins with it.
fn is_cut_from(text: &str, longer: &str) -> bool {
    let ends_sentence = text.ends_with(|c: char| !c.is_alphanumeric() && !matches!(c, ',' | ';' | ':' | '-'));
    !text.is_empty() && !ends_sentence && longer.starts_with(text)
}

/// Returns whether a text has most of the different words of another one ([`COMMON_WORDS_PERCENT`]).
fn has_words_of(longer: &str, text: &str) -> bool {
    let [longer, text] = [longer, text].map(|text| text.unicode_words().collect::<HashSet<_>>());
    text.intersection(&longer).count() * 100 >= text.len() * COMMON_WORDS_PERCENT
}

/// Returns whether a text of `length` letters is fuller than one of `own` letters.
fn is_longer(own: usize, length: usize) -> bool {
    if own < STUB_LETTERS {
        length > own.max(STUB_LETTERS)
    } else {
        length >= own + FULLER_BY_LETTERS && length * 100 >= own * FULLER_PERCENT
    }
}

/// Returns whether `other` is so much longer than `text` that it is shown instead.
pub fn is_fuller(text: Option<&SafeHtml>, other: &SafeHtml) -> bool {
    is_longer(letters(text), letters(Some(other)))
}

/// Replaces the content that the feed gave with the article of the page behind the entry, if that is fuller. The summary of the
/// feed, or else its content, stays as the summary, unless the text of the feed says only where to read on
/// ([`only_names_links`]). Returns the first picture of the article of the page, if this is used and has one.
pub fn use_page(
    summary: &mut Option<SafeHtml>,
    content: &mut Option<SafeHtml>,
    page: Option<SafeHtml>,
) -> Option<ArticleImage> {
    let page = page?;
    let given = content.as_ref().or(summary.as_ref());
    if !is_fuller(given, &page) {
        return None;
    }
    let picture = pictures::picture_in(&page);
    if given.is_none_or(only_names_links) {
        *summary = None;
    } else if summary.is_none() {
        *summary = content.take();
    }
    *content = Some(page);
    picture
}

/// Returns whether a text says nothing but where to read on: outside its links it has hardly a word.
fn only_names_links(text: &SafeHtml) -> bool {
    let mut outside = String::new();
    let mut rest = text.as_str();
    while let Some((before, after)) = rest.split_once("<a ") {
        outside.push_str(before);
        rest = after.split_once("</a>").map_or("", |(_, behind)| behind);
    }
    outside.push_str(rest);
    html::to_plain(&outside).unicode_words().count() < FEWEST_WORDS
}

/// Returns how many letters and digits of a text a reader sees.
fn letters(text: Option<&SafeHtml>) -> usize {
    text.map_or(0, |text| html::to_plain(text.as_str()).chars().filter(|c| c.is_alphanumeric()).count())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Episode;

    fn text(words: usize) -> SafeHtml {
        SafeHtml::assume_sanitised(format!("<p>{}.</p>", "anchor ".repeat(words).trim_end()))
    }

    /// So many different words.
    fn numbered(word: &str, count: usize) -> String {
        (0..count).map(|number| format!("{word}{number}")).collect::<Vec<_>>().join(" ")
    }

    fn file(media_type: &str) -> Enclosure {
        Enclosure {
            url: format!("https://a.example/{media_type}"),
            media_type: media_type.to_owned(),
            length: None,
            duration_s: None,
            title: None,
        }
    }

    fn with_text(words: usize) -> OtherEntry {
        OtherEntry { content: Some(text(words)), ..OtherEntry::default() }
    }

    #[test]
    fn files_comments_and_author_come_from_whichever_entry_has_them() {
        let mut item = RiverItem { enclosures: vec![file("image/jpeg")], ..RiverItem::default() };
        let audio =
            OtherEntry { enclosures: vec![file("audio/mpeg"), file("image/png")], ..OtherEntry::default() };
        let discussed = OtherEntry {
            comments_url: Some("https://b.example/talk".to_owned()),
            author: Some("Ada".to_owned()),
            enclosures: vec![file("audio/ogg")],
            details: ArticleDetails {
                image: Some(ArticleImage { url: "https://b.example/1.png".to_owned(), alt: None }),
                podcast: Some(Episode { season: Some(2), ..Episode::default() }),
                rights: Some("B".to_owned()),
                ..ArticleDetails::default()
            },
            ..OtherEntry::default()
        };
        complete(&mut item, vec![audio, discussed], TextChoice::Own);
        assert_eq!(item.enclosures, [file("audio/mpeg"), file("image/jpeg")]);
        assert_eq!(item.comments_url.as_deref(), Some("https://b.example/talk"));
        assert_eq!(item.author.as_deref(), Some("Ada"));
        assert_eq!(item.details.image.map(|image| image.url).as_deref(), Some("https://b.example/1.png"));
        assert_eq!(item.details.podcast.and_then(|episode| episode.season), Some(2));
        assert_eq!(item.details.rights, None, "they belong to the other text");
    }

    #[test]
    fn size_and_playing_time_come_from_whichever_entry_states_them_of_the_same_file() {
        let at = |url: &str, length, duration_s| Enclosure {
            url: url.to_owned(),
            length,
            duration_s,
            ..file("audio/mpeg")
        };
        let own = "https://media.a.example/5.mp3";
        let shown = |length, duration_s, offered: Enclosure| {
            let mut item =
                RiverItem { enclosures: vec![at(own, length, duration_s)], ..RiverItem::default() };
            let other = OtherEntry { enclosures: vec![offered], ..OtherEntry::default() };
            complete(&mut item, vec![other], TextChoice::Own);
            assert_eq!((item.enclosures.len(), item.enclosures[0].url.as_str()), (1, own));
            (item.enclosures[0].length, item.enclosures[0].duration_s)
        };
        let counted = "https://counter.example/e/media.a.example/5.mp3";
        for url in [own, counted, "https://media.a.example/5.mp3?from=rss"] {
            for unknown in [None, Some(0)] {
                let known = at(url, Some(4_711_000), Some(3_125));
                assert_eq!(shown(unknown, unknown, known), (Some(4_711_000), Some(3_125)), "{url}");
            }
        }
        assert_eq!(shown(Some(9), Some(8), at(own, Some(1), Some(2))), (Some(9), Some(8)), "its own");
        let another = at("https://media.a.example/6.mp3", Some(1), Some(2));
        assert_eq!(shown(None, None, another), (None, None));
    }

    #[test]
    fn the_recording_of_another_entry_comes_before_pictures_and_documents() {
        let files = |own: &[&str], offered: &[&str]| -> Vec<String> {
            let all = |types: &[&str]| types.iter().map(|media_type| file(media_type)).collect();
            let mut item = RiverItem { enclosures: all(own), ..RiverItem::default() };
            let other = OtherEntry { enclosures: all(offered), ..OtherEntry::default() };
            complete(&mut item, vec![other], TextChoice::Own);
            item.enclosures.into_iter().map(|file| file.media_type).collect()
        };
        assert_eq!(files(&["application/pdf"], &["audio/mpeg"]), ["audio/mpeg", "application/pdf"]);
        assert_eq!(
            files(&["image/png"], &["video/mp4", "application/pdf"]),
            ["video/mp4", "application/pdf", "image/png"]
        );
        assert_eq!(files(&["audio/mpeg"], &["image/png"]), ["audio/mpeg", "image/png"]);
        assert_eq!(
            files(&["application/pdf", "audio/mpeg"], &["image/png"]),
            ["application/pdf", "audio/mpeg", "image/png"],
            "its own files keep their order"
        );
    }

    #[test]
    fn the_text_that_was_edited_last_is_shown_but_no_teaser() {
        let at = Timestamp::from_unix(1_800_000_000);
        let shown = |words, texts| {
            let mut shown = RiverItem { content: Some(text(90)), ..RiverItem::default() };
            complete(
                &mut shown,
                vec![OtherEntry { newest_since: Some(at), ..with_text(words) }, with_text(95)],
                texts,
            );
            (shown.content, shown.updated_at)
        };
        assert_eq!(shown(80, TextChoice::Fullest), (Some(text(80)), Some(at)));
        assert_eq!(shown(20, TextChoice::Fullest), (Some(text(90)), None), "a teaser");
        assert_eq!(shown(80, TextChoice::Own), (Some(text(90)), None), "the feed of one source");
    }

    #[test]
    fn a_newer_text_beside_a_listed_one_is_shown_if_it_has_the_whole_of_it() {
        let (html, at) = (
            |text: &str| Some(SafeHtml::assume_sanitised(format!("<p>{text}</p>"))),
            Some(Timestamp::from_unix(1)),
        );
        let own = "The storm hit the coast. Trees fell.";
        for (newer, must_keep_text, taken) in [
            ("The storm hit the coast. Trees fell. Three were hurt.", true, true),
            ("The storm hit the coast. Trees bent. Three were hurt.", true, false),
            ("The storm hit the coast. Trees bent. Three were hurt.", false, true),
            (own, true, false),
        ] {
            let mut item = RiverItem { content: html(own), ..RiverItem::default() };
            let content = html(newer);
            let edited = OtherEntry { content, newest_since: at, must_keep_text, ..OtherEntry::default() };
            complete(&mut item, vec![edited], TextChoice::Fullest);
            assert_eq!(item.content, html(if taken { newer } else { own }), "{newer}");
            assert_eq!(item.updated_at, at.filter(|_| taken), "{newer}");
        }
    }

    #[test]
    fn an_edited_entry_without_a_text_takes_none_away() {
        let mut shown = RiverItem { content: Some(text(2)), ..RiverItem::default() };
        let edited = OtherEntry { newest_since: Some(Timestamp::from_unix(1)), ..OtherEntry::default() };
        complete(&mut shown, vec![edited], TextChoice::Fullest);
        assert_eq!((shown.content, shown.updated_at), (Some(text(2)), None));
    }

    #[test]
    fn a_fuller_text_replaces_a_teaser_and_a_stub_but_no_equal_text() {
        for (own, offered, taken) in
            [(30, 300, true), (1, 30, true), (300, 310, false), (300, 30, false), (1, 2, false)]
        {
            let mut item = RiverItem { content: Some(text(own)), ..RiverItem::default() };
            complete(&mut item, vec![with_text(offered)], TextChoice::Fullest);
            assert_eq!(item.content == Some(text(offered)), taken, "{own} words, {offered} offered");
        }
    }

    #[test]
    fn a_text_that_ends_within_a_sentence_gives_way_to_one_that_begins_with_it() {
        let whole = "The council of the town of Arvik voted on Tuesday to close the whole coast road for a year and to build a \
            ramp beside it, its speaker said.";
        for (own, offered, taken) in [
            (
                "The council of the town of Arvik voted on Tuesday to close the whole coast road for a year and",
                whole,
                true,
            ),
            (
                "The council of the town of Arvik voted on Tuesday to close the whole coast road.",
                whole,
                false,
            ),
            (
                "The parish of the town of Arvik voted on Tuesday to close the whole coast road for a year and",
                whole,
                false,
            ),
            (
                whole,
                "The council of the town of Arvik voted on Tuesday to close the whole coast road for a year and",
                false,
            ),
        ] {
            let html = |text: &str| Some(SafeHtml::assume_sanitised(format!("<p>{text}</p>")));
            let mut item = RiverItem { content: html(own), ..RiverItem::default() };
            let other = OtherEntry { content: html(offered), ..OtherEntry::default() };
            complete(&mut item, vec![other], TextChoice::Fullest);
            assert_eq!(item.content == html(offered), taken, "{own}");
            let mut short = RiverItem { summary: html(own), ..RiverItem::default() };
            let other = OtherEntry { summary: html(offered), ..OtherEntry::default() };
            complete(&mut short, vec![other], TextChoice::Fullest);
            assert_eq!((short.summary, short.content), (html(own), html(offered).filter(|_| taken)));
        }
    }

    #[test]
    fn a_longer_text_of_other_words_is_no_fuller_telling() {
        let own = numbered("anchor", 80);
        let html = |text: &str| Some(SafeHtml::assume_sanitised(format!("<p>{text}</p>")));
        for (offered, taken) in [
            (numbered("comment", 200), false),
            (format!("{own} {}", numbered("comment", 60)), true),
            (format!("{} {}", numbered("anchor", 50), numbered("comment", 200)), true),
            (format!("{} {}", numbered("anchor", 40), numbered("comment", 200)), false),
        ] {
            let mut item = RiverItem { content: html(&own), ..RiverItem::default() };
            let other = OtherEntry { content: html(&offered), ..OtherEntry::default() };
            complete(&mut item, vec![other], TextChoice::Fullest);
            assert_eq!(item.content == html(&offered), taken, "{offered}");
        }
    }

    #[test]
    fn a_correction_is_not_hidden_behind_an_older_copy() {
        let html = |text: &str| Some(SafeHtml::assume_sanitised(format!("<p>{text}</p>")));
        let corrected = format!("Five people died. {}", numbered("anchor", 80));
        for (own, is_older_than_edit, taken) in [
            (corrected.as_str(), true, false),
            (corrected.as_str(), false, true),
            ("Five people died.", true, true),
        ] {
            let copy =
                html(&format!("Three people died. {} {}", numbered("anchor", 80), numbered("agency", 60)));
            let mut item = RiverItem { content: html(own), ..RiverItem::default() };
            let other = OtherEntry { content: copy.clone(), is_older_than_edit, ..OtherEntry::default() };
            complete(&mut item, vec![other], TextChoice::Fullest);
            assert_eq!(item.content == copy, taken, "{own} {is_older_than_edit}");
        }
    }

    #[test]
    fn a_teaser_stays_as_summary_and_a_stub_goes() {
        let with_summary = |words| RiverItem { summary: Some(text(words)), ..RiverItem::default() };
        let (mut teaser, mut stub) = (with_summary(30), with_summary(1));
        complete(&mut teaser, vec![with_text(300)], TextChoice::Fullest);
        complete(&mut stub, vec![with_text(300)], TextChoice::Fullest);
        assert_eq!((teaser.summary, teaser.content), (Some(text(30)), Some(text(300))));
        assert_eq!((stub.summary, stub.content), (None, Some(text(300))));
    }

    #[test]
    fn the_article_of_a_page_replaces_a_shorter_content_and_a_teaser_stays_as_summary() {
        for (summary, content, page, expected) in [
            (Some(30), None, 300, (Some(30), Some(300))),
            (None, Some(30), 300, (Some(30), Some(300))),
            (Some(20), Some(30), 300, (Some(20), Some(300))),
            (Some(1), None, 300, (None, Some(300))),
            (None, None, 300, (None, Some(300))),
            (None, Some(300), 310, (None, Some(300))),
            (Some(30), Some(400), 300, (Some(30), Some(400))),
        ] {
            let (mut own_summary, mut own_content) = (summary.map(text), content.map(text));
            use_page(&mut own_summary, &mut own_content, Some(text(page)));
            let expected = (expected.0.map(text), expected.1.map(text));
            assert_eq!((own_summary, own_content), expected, "{summary:?} {content:?} {page}");
        }
    }

    #[test]
    fn the_feed_of_one_source_keeps_its_own_text() {
        let mut item = RiverItem { summary: Some(text(30)), ..RiverItem::default() };
        complete(&mut item, vec![with_text(300)], TextChoice::Own);
        assert_eq!((item.summary, item.content), (Some(text(30)), None));
    }
}
