//! Writes the subscriptions as OPML 2.0, for other feed readers and for `riverd import`.

use std::collections::HashMap;
use std::hash::BuildHasher;
use std::sync::Arc;

use crate::model::{Cadence, Location, RIVER_NAMESPACE, Source, SubscriptionInfo, secret_address};
use crate::time;

/// One subscription as it is written.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct Subscription {
    /// Address of the feed.
    pub url: String,
    /// Name of the source in feeds.toml.
    pub name: String,
    /// Title from feeds.toml.
    pub own_title: Option<String>,
    /// Title that the feed gives itself.
    pub feed_title: Option<String>,
    /// Address of the site.
    pub site: Option<String>,
    /// Tags of the source.
    pub tags: Vec<String>,
    /// Fixed interval, such as `30m`.
    pub every: Option<String>,
    /// Cron expression of the polls.
    pub schedule: Option<String>,
    /// Whether the source is not polled.
    pub is_disabled: bool,
    /// Whether the operator forbids that the address is published.
    pub is_private: bool,
}

/// Returns the sources as subscriptions. `links` is what their feeds say, by the name of the source.
///
/// Local files are left out. Sources that are `private` or whose address holds a secret are left out too, unless `with_private`
/// is set.
pub fn subscriptions<S: BuildHasher>(
    sources: &[Arc<Source>],
    links: &HashMap<String, SubscriptionInfo, S>,
    with_private: bool,
) -> Vec<Subscription> {
    let may_be_shown = |source: &Source| with_private || secret_address::published_address(source).is_some();
    let shown =
        sources.iter().filter(|source| matches!(source.location, Location::Http(_)) && may_be_shown(source));
    let subscription = |source: &Arc<Source>| {
        let links = links.get(&source.name);
        Subscription {
            url: source.location.as_url_text(),
            name: source.name.clone(),
            own_title: source.title.clone(),
            feed_title: links.and_then(|links| links.title.clone()),
            site: links.and_then(|links| links.site.clone()),
            tags: source.tags.clone(),
            every: match source.cadence {
                Cadence::Every(every) => Some(time::human(every)),
                Cadence::Adaptive { .. } | Cadence::Schedule(_) => None,
            },
            schedule: match &source.cadence {
                Cadence::Schedule(cron) => Some(cron.as_str().to_owned()),
                Cadence::Adaptive { .. } | Cadence::Every(_) => None,
            },
            is_disabled: !source.enabled,
            is_private: source.private,
        }
    };
    shown.map(subscription).collect()
}

/// Returns an OPML document. A source stands in a folder for its first tag, or outside of folders if it has none. The folders
/// are in the order of their first sources. `category` has all tags of a source.
pub fn opml(title: &str, subscriptions: &[Subscription]) -> String {
    let mut out = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<opml version=\"2.0\" xmlns:river=\"{RIVER_NAMESPACE}\">\n\
         <head>\n<title>{}</title>\n</head>\n<body>\n",
        escaped(title)
    );
    let mut folders: Vec<(&str, Vec<&Subscription>)> = Vec::new();
    for subscription in subscriptions {
        let folder = subscription.tags.first().map_or("", String::as_str);
        match folders.iter_mut().find(|(name, _)| *name == folder) {
            Some((_, members)) => members.push(subscription),
            None => folders.push((folder, vec![subscription])),
        }
    }
    for (folder, members) in folders {
        if !folder.is_empty() {
            let name = escaped(folder);
            out.extend(["<outline text=\"", &name, "\" title=\"", &name, "\">\n"]);
        }
        for subscription in members {
            outline(&mut out, subscription);
        }
        if !folder.is_empty() {
            out.push_str("</outline>\n");
        }
    }
    out.push_str("</body>\n</opml>\n");
    out
}

fn outline(out: &mut String, subscription: &Subscription) {
    let shown = subscription.own_title.as_ref().or(subscription.feed_title.as_ref());
    let text = shown.filter(|title| !title.trim().is_empty()).unwrap_or(&subscription.name);
    let tags: Vec<String> = subscription.tags.iter().map(|tag| tag.replace(',', " ")).collect();
    let tags = Some(tags.join(",")).filter(|tags| !tags.is_empty());
    let attributes = [
        ("type", Some("rss")),
        ("text", Some(text.as_str())),
        ("title", subscription.own_title.as_deref()),
        ("xmlUrl", Some(subscription.url.as_str())),
        ("htmlUrl", subscription.site.as_deref()),
        ("category", tags.as_deref()),
        ("river:name", Some(subscription.name.as_str())),
        ("river:every", subscription.every.as_deref()),
        ("river:schedule", subscription.schedule.as_deref()),
        ("river:enabled", subscription.is_disabled.then_some("false")),
        ("river:private", subscription.is_private.then_some("true")),
    ];
    out.push_str("<outline");
    for (name, value) in attributes {
        if let Some(value) = value {
            out.extend([" ", name, "=\"", &escaped(value), "\""]);
        }
    }
    out.push_str("/>\n");
}

/// Escapes text for an attribute or an element. Replaces tabs and line breaks by spaces, and leaves out other control
/// characters and what XML forbids.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\n' | '\t' | '\r' => escaped.push(' '),
            c if c.is_control() || matches!(c, '\u{fffe}' | '\u{ffff}') => {}
            c => escaped.push(c),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::opml::parse;

    fn subscription(name: &str, tags: &[&str]) -> Subscription {
        Subscription {
            url: format!("https://{name}.example/feed?a=1&b=<2>"),
            name: name.to_owned(),
            tags: tags.iter().map(|tag| (*tag).to_owned()).collect(),
            ..Subscription::default()
        }
    }

    #[test]
    fn what_is_written_reads_back_as_it_was() {
        let mut titled = subscription("a", &["news \"now\"", "fr"]);
        titled.own_title = Some("L’<i>A</i> & co".to_owned());
        titled.every = Some("15m".to_owned());
        (titled.is_disabled, titled.is_private) = (true, true);
        let mut known = subscription("b", &[]);
        known.feed_title = Some("The B".to_owned());
        known.site = Some("https://b.example/".to_owned());
        known.schedule = Some("0 */6 * * *".to_owned());
        let written = [titled, known, subscription("c", &["news \"now\""]), subscription("d", &["fr"])];
        let document = opml("Mine & yours", &written);
        let read = parse(document.as_bytes());
        assert_eq!(read.problems, []);
        let mut read: Vec<Subscription> = read
            .feeds
            .into_iter()
            .map(|feed| Subscription {
                url: feed.url,
                name: feed.name.unwrap(),
                own_title: feed.title,
                tags: feed.tags,
                every: feed.every,
                schedule: feed.schedule,
                is_disabled: feed.is_disabled,
                is_private: feed.is_private,
                ..Subscription::default()
            })
            .collect();
        read.sort_by(|one, other| one.name.cmp(&other.name));
        let expected =
            written.map(|subscription| Subscription { feed_title: None, site: None, ..subscription });
        assert_eq!(read, expected);
        assert!(document.contains("text=\"The B\" xmlUrl="), "{document}");
    }

    #[test]
    fn the_document_is_well_formed_whatever_the_titles_are() {
        let mut odd = subscription("a", &["\u{1}]]>", "a,b"]);
        odd.own_title = Some("\u{0}<&\">'\u{ffff}\n".to_owned());
        let document = opml("<", &[odd]);
        let mut reader = quick_xml::Reader::from_str(&document);
        loop {
            match reader.read_event().unwrap() {
                quick_xml::events::Event::Eof => break,
                quick_xml::events::Event::Empty(tag) => {
                    assert!(tag.attributes().all(|attribute| attribute.is_ok()));
                }
                _ => {}
            }
        }
    }
}
