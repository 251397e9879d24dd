//! Chooses the picture that stands for an article, among those that its entry names and those of its text.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};

use crate::model::{ArticleImage, Enclosure, SafeHtml};
use crate::text::beginning::beginning;
use crate::text::html;
use crate::text::words::on_one_line;

/// Width or height in pixels below which a picture of the text does not stand for the article. Smaller ones are icons,
/// buttons and pixels that count readers.
const SMALLEST: u32 = 64;
/// How many pictures of a text, and how many of its videos, are looked at.
const MOST_LOOKED_AT: usize = 64;
/// How many pictures of a text may stand for the article.
const MOST_OF_TEXT: usize = 4;
/// Longest description, in characters.
const LONGEST_DESCRIPTION: usize = 500;
/// How many entries a document must have before a picture that all of them share is taken to be that of the feed and not that
/// of an entry. Episodes are not counted.
const SHARED_BY: usize = 3;

/// Parts of the addresses of pictures that never stand for an article: portraits of authors, emoji, formulas, badges, buttons,
/// and pixels that count readers.
const NO_PICTURES: [&str; 51] = [
    "/avatar/",
    "/avatars/",
    "//avatars.",
    "gravatar.com/",
    "/emoji/",
    "/smilies/",
    "/smileys/",
    "/smiley/",
    "/profile_images/",
    "yt3.ggpht.com/",
    "/latex.php?",
    "/latex/",
    "codecogs.com/",
    "quicklatex.com",
    "/ql-cache/",
    "/equation?",
    "/equations/",
    "/math/render/",
    "/render/math",
    "zhihu.com/equation",
    "/chart?cht=tx",
    "/mathtex.cgi",
    "/mimetex.cgi",
    "/tex2img",
    "i.upmath.me/",
    "math.now.sh/",
    "img.shields.io/",
    "//shields.io/",
    "badgen.net/",
    "badge.fury.io/",
    "/badge.svg",
    "/badge/",
    "/badges/",
    "/badges.",
    "flattr.com/",
    "/favicon",
    "feedburner.com/~r/",
    "feeds.feedburner.com/~",
    "pixel.wp.com/",
    "stats.wordpress.com/",
    "/pixel.",
    "google.com/s2/favicons",
    "ko-fi.com/img/",
    "ko-fi.com/cdn/",
    "buymeacoffee.com/",
    "paypalobjects.com/",
    "liberapay.com/assets/",
    "licensebuttons.net/",
    "i.creativecommons.org/",
    "/i/adsct",
    "scorecardresearch.com/",
];

/// Words in the name of a file that is an icon.
const ICON_WORDS: [&str; 14] = [
    "icon", "icons", "favicon", "badge", "button", "btn", "sprite", "spacer", "blank", "smiley", "emoticon",
    "avatar", "bullet", "arrow",
];

/// Endings of the names of photos. Such a file is no icon, even if its name has one of [`ICON_WORDS`].
const PHOTO_ENDS: [&str; 4] = ["jpg", "jpeg", "webp", "avif"];

/// Names of pictures that forums show for the type of a file.
const FILE_TYPES: [&str; 12] =
    ["jpg", "jpeg", "png", "gif", "bmp", "pdf", "doc", "xls", "zip", "rar", "txt", "attach"];

/// Beginnings of the descriptions of pictures that show a formula.
const FORMULA_STARTS: [&str; 4] = ["{\\displaystyle", "\\displaystyle", "\\(", "$$"];

/// Beginnings of the descriptions of buttons with which a reader shares an article, in lower case.
const SHARE_STARTS: [&str; 7] =
    ["share on ", "share via ", "share by ", "share to ", "tweet this", "pin on ", "follow us on "];
/// Longest description of a share button, in bytes. A longer one may describe a picture.
const LONGEST_SHARE: usize = 30;

/// The pictures that may stand for an entry, the best first.
#[derive(Clone, Default, Debug)]
pub(super) struct PictureCandidates {
    /// The pictures.
    pub(super) list: Vec<ArticleImage>,
    /// Whether the entry is an episode. All episodes of a show may have its cover.
    pub(super) is_episode: bool,
}

impl PictureCandidates {
    /// Returns the pictures that may stand for an entry, in this order: the one that the feed names, the first among the files,
    /// the first few in each of the texts, the poster of a video in each, and a small one that the feed names (second in
    /// `named`).
    pub(super) fn of(
        [named, small]: [Option<ArticleImage>; 2],
        files: &[Enclosure],
        texts: [&Option<SafeHtml>; 2],
        is_of_podcast: bool,
    ) -> Self {
        let of_texts = texts.into_iter().flatten();
        let of_text = of_texts.clone().flat_map(pictures_in).chain(of_texts.filter_map(poster_in));
        let all = named.into_iter().chain(picture_among(files)).chain(of_text).chain(small);
        Self {
            list: all.filter(|image| !is_no_picture(&image.url)).collect(),
            is_episode: is_of_podcast || files.iter().any(Enclosure::is_recording),
        }
    }
}

/// How many pictures that entries had in common are remembered of a source.
const MOST_COMMON: usize = 16;

/// Chooses the picture of each entry of a document. An episode gets its first picture. Any other entry gets its first picture
/// that is not common to all entries, of this document or of an earlier one (`common`). Episodes are not counted among these
/// entries, and a document with fewer than [`SHARED_BY`] others has no common pictures. Adds the common pictures of this
/// document to `common`.
pub(super) fn choose(
    candidates: Vec<PictureCandidates>,
    common: &mut Vec<String>,
) -> Vec<Option<ArticleImage>> {
    let mut counts: HashMap<&str, usize> = HashMap::new();
    for entry in candidates.iter().filter(|entry| !entry.is_episode) {
        let distinct: HashSet<&str> = entry.list.iter().map(|image| image.url.as_str()).collect();
        for url in distinct {
            *counts.entry(url).or_default() += 1;
        }
    }
    let all = candidates.iter().filter(|entry| !entry.is_episode).count().max(SHARED_BY);
    let mut shared: Vec<&str> =
        counts.into_iter().filter(|(_, count)| *count >= all).map(|(url, _)| url).collect();
    shared.retain(|url| common.iter().all(|known| known != url));
    shared.sort_unstable();
    common.extend(shared.into_iter().take(MOST_COMMON).map(str::to_owned));
    common.drain(..common.len().saturating_sub(MOST_COMMON));
    let own = |entry: PictureCandidates| {
        let is_own = |image: &ArticleImage| entry.is_episode || !common.contains(&image.url);
        entry.list.into_iter().find(is_own)
    };
    candidates.into_iter().map(own).collect()
}

/// Returns the first picture among the attached files that has a web address and may stand for an article.
fn picture_among(enclosures: &[Enclosure]) -> Option<ArticleImage> {
    let is_candidate =
        |file: &&Enclosure| file.is_picture() && is_web_address(&file.url) && !is_no_picture(&file.url);
    let file = enclosures.iter().find(is_candidate)?;
    Some(ArticleImage { url: file.url.clone(), alt: file.title.clone() })
}

/// Returns the first picture of a sanitised text that is no icon, with its description, or else the first poster of a video.
pub(super) fn picture_in(text: &SafeHtml) -> Option<ArticleImage> {
    pictures_in(text).next().or_else(|| poster_in(text))
}

/// Returns the first poster of a video in a sanitised text. It stands for an article without another picture.
fn poster_in(text: &SafeHtml) -> Option<ArticleImage> {
    let html = text.as_str();
    let videos = memchr::memmem::find_iter(html.as_bytes(), "<video ").take(MOST_LOOKED_AT);
    let poster = |attributes: &str| {
        let (video, _) = attributes.split_once('>')?;
        let (_, poster) = video.split_once("poster=\"")?;
        let url = htmlize::unescape(poster.split('"').next()?).into_owned();
        (!is_no_picture(&url)).then_some(ArticleImage { url, alt: None })
    };
    videos.filter_map(|at| html.get(at + "<video ".len()..)).find_map(poster)
}

/// Returns the first pictures of a sanitised text that are no icons, with their descriptions.
fn pictures_in(text: &SafeHtml) -> impl Iterator<Item = ArticleImage> {
    let html = text.as_str();
    let tags = memchr::memmem::find_iter(html.as_bytes(), "<img ").take(MOST_LOOKED_AT);
    tags.filter_map(|at| html.get(at + 5..)).filter_map(picture_of_tag).take(MOST_OF_TEXT)
}

/// Returns the picture that an `img` shows, unless it is an icon or a formula. `attributes` begins after `<img `. Sanitised
/// HTML has every value in double quotes.
fn picture_of_tag(attributes: &str) -> Option<ArticleImage> {
    let attribute = |name: &str| -> Option<Cow<'_, str>> {
        let mut rest = attributes;
        loop {
            let (key, after) = rest.split_once("=\"")?;
            if key.contains('>') {
                return None;
            }
            let (value, after) = after.split_once('"')?;
            if key.trim() == name {
                return Some(htmlize::unescape(value));
            }
            rest = after;
        }
    };
    let is_small = |name: &str| {
        attribute(name).and_then(|pixels| pixels.parse::<u32>().ok()).is_some_and(|pixels| pixels < SMALLEST)
    };
    let of_set = || attribute("srcset").and_then(|set| html::largest_of_set(&set));
    let url = attribute("src").map(Cow::into_owned).or_else(of_set).filter(|url| is_web_address(url))?;
    let alt = attribute("alt").map(|alt| on_one_line(&alt)).filter(|alt| !alt.is_empty());
    let is_formula =
        alt.as_deref().is_some_and(|alt| FORMULA_STARTS.iter().any(|start| alt.starts_with(start)));
    let is_share = alt.as_deref().is_some_and(is_share_button);
    let is_icon = is_small("width") || is_small("height") || is_icon(&url) || is_formula || is_share;
    (!is_icon).then(|| ArticleImage { url, alt: alt.map(|alt| shortened(&alt)) })
}

fn is_share_button(alt: &str) -> bool {
    let folded = alt.to_ascii_lowercase();
    alt.len() <= LONGEST_SHARE && SHARE_STARTS.iter().any(|start| folded.starts_with(start))
}

fn shortened(text: &str) -> String {
    beginning(text, LONGEST_DESCRIPTION).to_owned()
}

/// Returns whether an address is absolute and has the scheme http or https.
pub(super) fn is_web_address(url: &str) -> bool {
    url.starts_with("http://") || url.starts_with("https://")
}

/// Returns whether an address is that of a picture which never stands for an article, even if the feed names it.
fn is_no_picture(url: &str) -> bool {
    let folded = url.to_ascii_lowercase();
    NO_PICTURES.iter().any(|sign| folded.contains(sign))
}

/// Returns whether a picture of a text does not stand for the article, by its address: an icon, a button, or what
/// [`is_no_picture`] excludes.
fn is_icon(url: &str) -> bool {
    let folded = url.to_ascii_lowercase();
    let path = folded.split(['?', '#']).next().unwrap_or_default();
    let name = path.rsplit('/').next().unwrap_or_default();
    let (stem, end) = name.rsplit_once('.').unwrap_or((name, ""));
    let has_icon_word = || stem.split(|c: char| !c.is_alphanumeric()).any(|word| ICON_WORDS.contains(&word));
    is_no_picture(url)
        || end == "ico"
        || end == "gif" && FILE_TYPES.contains(&stem)
        || !PHOTO_ENDS.contains(&end) && (has_icon_word() || path.contains("/icons/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn picture(html: &str) -> Option<(String, Option<String>)> {
        let image = picture_in(&SafeHtml::assume_sanitised(html.to_owned()))?;
        Some((image.url, image.alt))
    }

    #[test]
    fn the_first_picture_of_a_text_that_is_no_icon_stands_for_the_article() {
        let html = r#"<p>Text <img src="https://a.example/dot.gif" width="1" height="1">
            <img alt="" src="https://a.example/wp/emoji/1f600.png"><img src="data:image/png;base64,AA">
            <img alt="Two &quot;boats&quot; &amp; a crane" src="https://a.example/1.jpg?a=1&amp;b=2" width="640"></p>"#;
        let found =
            ("https://a.example/1.jpg?a=1&b=2".to_owned(), Some("Two \"boats\" & a crane".to_owned()));
        assert_eq!(picture(html), Some(found));
        assert_eq!(picture("<p>No picture, only <code>&lt;img src=</code>.</p>"), None);
    }

    #[test]
    fn the_first_picture_of_a_video_stands_for_an_article_without_another() {
        let video =
            r#"<video src="https://a.example/v" poster="https://a.example/p.jpg?a=1&amp;b=2"></video>"#;
        let url = |html: &str| picture(html).map(|(url, _)| url);
        assert_eq!(url(video).as_deref(), Some("https://a.example/p.jpg?a=1&b=2"));
        let both = format!(r#"{video}<img src="https://a.example/1.jpg">"#);
        assert_eq!(url(&both).as_deref(), Some("https://a.example/1.jpg"));
        assert_eq!(url(r#"<video src="https://a.example/v"></video><p>poster="x"</p>"#), None);
        let later = format!(r#"<video src="https://a.example/w"></video><p>and</p>{video}"#);
        assert_eq!(url(&later), url(video), "the first video has no poster");
    }

    #[test]
    fn formulas_badges_icons_and_authors_are_no_pictures_of_an_article() {
        for address in [
            "https://s0.wp.com/latex.php?latex=x%5E2&bg=ffffff",
            "https://latex.codecogs.com/svg.latex?a",
            "https://wikimedia.org/api/rest_v1/media/math/render/svg/ab12",
            "https://www.zhihu.com/equation?tex=x",
            "https://img.shields.io/crates/v/x.svg",
            "https://licensebuttons.net/l/by-sa/4.0/88x31.png",
            "https://i.creativecommons.org/l/by/4.0/88x31.png",
            "https://t.co/1/i/adsct?bci=3",
            "https://sb.scorecardresearch.com/p?c1=2",
            "https://ci.example/jo/x/badge.svg",
            "https://ko-fi.com/img/githubbutton_sm.svg",
            "https://www.buymeacoffee.com/assets/img/custom_images/orange_img.png",
            "https://a.example/sd/twitter_icon_large.png",
            "https://a.example/favicon.ico",
            "https://a.example/images/attach/jpg.gif",
            "https://avatars.githubusercontent.com/u/1?s=30",
            "https://secure.gravatar.com/avatar/ab",
            "https://api.flattr.com/button/flattr-badge-large.png",
        ] {
            let html = format!(
                "<p><img alt=\"\" src=\"{address}\"><img alt=\"\" src=\"https://a.example/quay.jpg\"></p>"
            );
            assert_eq!(
                picture(&html).map(|found| found.0).as_deref(),
                Some("https://a.example/quay.jpg"),
                "{address}"
            );
        }
        for address in ["https://a.example/style-icon-dies.jpg", "https://a.example/button-factory.webp"] {
            let html = format!("<img alt=\"\" src=\"{address}\">");
            assert_eq!(picture(&html).map(|found| found.0).as_deref(), Some(address));
        }
        for button in ["Share on Facebook", "Pin on Pinterest"] {
            let html = format!("<img alt=\"{button}\" src=\"https://a.example/fb.png\">");
            assert_eq!(picture(&html), None, "{button}");
        }
        let words = "Share on the market of a company that sells buttons";
        let photo = format!("<img alt=\"{words}\" src=\"https://a.example/m.jpg\">");
        assert_eq!(picture(&photo).and_then(|found| found.1).as_deref(), Some(words));
        let by_description = "<img alt=\"{\\displaystyle x}\" src=\"https://a.example/f.png\">";
        assert_eq!(picture(by_description), None);
    }

    #[test]
    fn an_image_without_a_source_has_the_widest_of_its_set() {
        let html = "<img alt=\"Quay\" srcset=\"https://a.example/s.jpg 300w, https://a.example/l.jpg 900w\">";
        assert_eq!(picture(html), Some(("https://a.example/l.jpg".to_owned(), Some("Quay".to_owned()))));
    }

    #[test]
    fn a_picture_that_all_entries_share_is_that_of_none_but_a_cover_is_that_of_every_episode() {
        let image = |name: &str| ArticleImage { url: format!("https://a.example/{name}.png"), alt: None };
        let entry = |names: &[&str], is_episode: bool| PictureCandidates {
            list: names.iter().map(|name| image(name)).collect(),
            is_episode,
        };
        let names = |found: Vec<Option<ArticleImage>>| -> Vec<String> {
            found.into_iter().map(|image| image.map_or_else(|| "-".to_owned(), |image| image.url)).collect()
        };
        let url = |name: &str| image(name).url;
        let entries =
            || vec![entry(&["share", "a"], false), entry(&["share"], false), entry(&["share", "b"], false)];
        assert_eq!(names(choose(entries(), &mut Vec::new())), [url("a"), "-".to_owned(), url("b")]);
        assert_eq!(
            names(choose(entries()[..2].to_vec(), &mut Vec::new())),
            [url("share"), url("share")],
            "two show no habit"
        );
        let episodes = vec![entry(&["cover"], true); 4];
        assert_eq!(
            names(choose(episodes, &mut Vec::new())),
            [url("cover"), url("cover"), url("cover"), url("cover")]
        );
        let series =
            vec![entry(&["a"], false), entry(&["a"], false), entry(&["a"], false), entry(&["b"], false)];
        assert_eq!(names(choose(series, &mut Vec::new()))[0], url("a"), "not all have it");
    }

    #[test]
    fn a_picture_that_all_entries_once_had_in_common_stays_that_of_none_when_entries_leave_the_list() {
        let entry = |names: &[&str]| PictureCandidates {
            list: names.iter().map(|name| ArticleImage { url: (*name).to_owned(), alt: None }).collect(),
            is_episode: false,
        };
        let mut common = Vec::new();
        let before = choose(vec![entry(&["all", "a"]), entry(&["all"]), entry(&["all"])], &mut common);
        assert_eq!(common, ["all"]);
        assert_eq!(choose(vec![entry(&["all", "a"]), entry(&["all"])], &mut common), before[..2]);
        for number in 0..40 {
            choose(vec![entry(&[&number.to_string()]); 3], &mut common);
        }
        assert_eq!((common.len(), common.last().map(String::as_str)), (MOST_COMMON, Some("39")));
    }

    #[test]
    fn a_picture_among_the_files_has_the_title_of_its_file() {
        let file = |url: &str, media_type: &str| Enclosure {
            url: url.to_owned(),
            media_type: media_type.to_owned(),
            length: None,
            duration_s: None,
            title: Some("The quay".to_owned()),
        };
        let files =
            [file("https://a.example/1.mp3", "audio/mpeg"), file("https://a.example/1.png", "image/png")];
        let found = picture_among(&files).unwrap();
        assert_eq!((found.url.as_str(), found.alt.as_deref()), ("https://a.example/1.png", Some("The quay")));
    }
}
