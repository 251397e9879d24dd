//! Finds the link that is shown in place of a frame whose page is no known player, but a map, a chart or a form.

use url::Url;

use super::attribute_values::value;
use super::frame_addresses::addresses;
use super::style::Style;
use super::tokens::HtmlTag;
use super::{attributes, players, trackers};

/// How the addresses of frames that show nothing of the article begin after the scheme and `www.`. They are
/// advertisements, comments, captchas, counters, and buttons to share or follow.
const NOT_OF_THE_ARTICLE: [&str; 14] = [
    "apis.google.com/",
    "disqus.com/",
    "facebook.com/plugins/follow",
    "facebook.com/plugins/like",
    "facebook.com/plugins/page",
    "facebook.com/plugins/share",
    "facebook.com/widgets/like",
    "google.com/recaptcha/",
    "googletagmanager.com/",
    "platform.twitter.com/widgets/follow_button",
    "platform.twitter.com/widgets/tweet_button",
    "rcm-",
    "slashdot.org/slashdot-it.pl",
    "stumbleupon.com/badge",
];

/// Part of the addresses of WordPress's previews of other pages. A preview is not needed, because a quote before its
/// frame has the same link.
const PREVIEW: &str = "/embed/#?secret=";

/// How the hosts of advertisements end.
const ADVERTISERS: [&str; 3] = [".doubleclick.net", ".googlesyndication.com", ".amazon-adsystem.com"];

/// Returns the address and the text of the link for the frame of `tag`. `None` if the frame stays because it is a player,
/// if it has no address, is hidden, too small or shows nothing of the article, or if it has no title and shows a front page.
pub(super) fn frame_link(tag: HtmlTag<'_>, base: Option<&Url>) -> Option<(String, String)> {
    let addresses = addresses(tag, base);
    if addresses.iter().any(|address| players::player(address).is_some()) {
        return None;
    }
    let address = addresses.into_iter().next().filter(|address| !is_unwanted(address))?;
    if attributes::is_hidden(tag, Style::of(tag)) || attributes::is_too_small(tag) {
        return None;
    }
    let label = value(tag, &["title", "aria-label"]).or_else(|| label_of_frame(&address))?;
    Some((address, label))
}

/// Returns whether a frame at this address shows nothing of the article.
pub(super) fn is_unwanted(address: &str) -> bool {
    let rest = without_scheme(address);
    let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
    trackers::is_tracker(address)
        || rest.contains(PREVIEW)
        || NOT_OF_THE_ARTICLE.iter().any(|known| rest.starts_with(known))
        || ADVERTISERS.iter().any(|known| host.ends_with(known))
}

/// Returns the text of a link to a frame without a title. `None` for the front page of a site, because its address says
/// nothing about what the frame shows.
pub(super) fn label_of_frame(address: &str) -> Option<String> {
    let label = host_and_path(address);
    (label.contains('/') || address.contains('?')).then(|| label.to_owned())
}

/// Returns the host and the path of an address: the text of a link without a title.
pub(super) fn host_and_path(address: &str) -> &str {
    let rest = without_scheme(address);
    rest.split(['?', '#']).next().unwrap_or(rest).trim_end_matches('/')
}

fn without_scheme(address: &str) -> &str {
    let rest = address.split_once("://").map_or(address, |(_, rest)| rest);
    rest.strip_prefix("www.").unwrap_or(rest)
}
