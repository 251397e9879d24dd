//! What stands in a feed outside its entries.

use std::borrow::Cow;
use std::time::Duration;

use url::Url;

use super::Rebuild;
use super::atom_writer::AtomLink;
use super::entry::Best;
use super::links::link_rel;
use super::scan::Content;
use super::tags::XmlTag;
use super::text::Unstated;
use super::vocabulary::{Meaning, Space};
use crate::model::FeedFormat;
use crate::text::url as address;
use crate::time::{DAY, HOUR};

/// The longest interval a feed may ask for between polls; what asks for more means a mistake.
const LONGEST_INTERVAL: Duration = DAY.saturating_mul(366);

/// What is known of the feed so far.
#[derive(Default, Debug)]
pub(super) struct FeedState {
    best: Best,
    /// The `xml:base` in force outside entries.
    pub(super) base: Option<Url>,
    /// The site that a feed links to: the base of relative links in RSS.
    pub(super) site: Option<Url>,
    /// Where a feed says that it is.
    pub(super) itself: Option<Url>,
    xml_lang: Option<String>,
    period: Option<Duration>,
    frequency: Option<u32>,
}

impl<'a> Rebuild<'a, '_> {
    pub(super) fn open_feed(&mut self, tag: &XmlTag<'a>, local: &str) {
        if self.entry.is_some() {
            // A feed in an entry is nothing that any dialect knows.
            return;
        }
        if !self.rooted {
            self.beside.format = match local {
                "feed" | "Feed" => FeedFormat::Atom,
                "RDF" | "rdf" => FeedFormat::Rdf,
                _ => FeedFormat::Rss,
            };
            self.note_odd_root(tag, local);
        }
        self.rooted = true;
        if let Some(base) = self.base_of(tag) {
            self.feed.base = Some(base);
        }
        if let Some(language) = self.attribute(tag, "xml:lang") {
            self.feed.xml_lang = Some(language.into_owned());
        }
        // Microsoft's Channel Definition Format, in which some sites still publish.
        if let Some(href) = self.attribute(tag, "href") {
            self.feed_link(&href, "alternate", None);
        }
        if let Some(modified) = self.attribute(tag, "lastmod") {
            self.feed_date_of(&modified, 1);
        }
    }

    fn note_odd_root(&mut self, tag: &XmlTag<'a>, local: &str) {
        let version = tag.attribute("version").unwrap_or_default();
        if local.eq_ignore_ascii_case("rss") {
            if !matches!(version, "2.0" | "0.91" | "0.92") {
                self.defects.note("odd-rss-version");
            }
        } else if !matches!(local, "RDF" | "feed") {
            self.defects.note("odd-root");
        }
    }

    pub(super) fn feed_element(&mut self, tag: &XmlTag<'a>, meaning: Meaning, space: Space) {
        match meaning {
            Meaning::Title => self.feed_text(tag, "title", 0),
            Meaning::TitleElse => self.feed_text(tag, "title", 1),
            Meaning::Summary => self.feed_text(tag, "subtitle", 0),
            Meaning::SummaryElse => self.feed_text(tag, "subtitle", u8::from(space != Space::Core)),
            Meaning::Rights => self.feed_text(tag, "rights", 0),
            Meaning::AtomLink => self.feed_link_element(tag),
            Meaning::Person => self.person(tag),
            Meaning::Updated => self.feed_date(tag, 0),
            Meaning::Date => self.feed_date(tag, 1),
            Meaning::Published => self.feed_date(tag, 2),
            Meaning::Language => {
                if let Some(language) = self.simple(tag) {
                    self.beside.language.get_or_insert(language.into_owned());
                }
            }
            Meaning::Generator => {
                if let Some(generator) = self.simple(tag) {
                    self.out.simple("generator", &generator);
                }
            }
            Meaning::Ttl | Meaning::UpdatePeriod | Meaning::UpdateFrequency | Meaning::NewFeedUrl => {
                if let Some(text) = self.simple(tag) {
                    self.polling_hint(meaning, &text);
                }
            }
            Meaning::SkipHours | Meaning::SkipDays => self.skips(tag),
            _ => self.scanner.skip(tag),
        }
    }

    fn feed_text(&mut self, tag: &XmlTag<'a>, name: &str, rank: u8) {
        let Some((kind, text)) = self.text(tag, Unstated::Guess) else { return };
        let slot = match name {
            "title" => &mut self.feed.best.title,
            "rights" => &mut self.feed.best.content,
            _ => &mut self.feed.best.summary,
        };
        if slot.improves(rank) {
            self.out.text(name, kind, &text);
        }
    }

    fn feed_date(&mut self, tag: &XmlTag<'a>, rank: u8) {
        if let Some(text) = self.simple(tag) {
            self.feed_date_of(&text, rank);
        }
    }

    fn feed_date_of(&mut self, text: &str, rank: u8) {
        if self.is_readable_date(text) && self.feed.best.updated.equals(rank) {
            self.out.simple("updated", text);
        }
    }

    fn feed_link_element(&mut self, tag: &XmlTag<'a>) {
        if let Some(href) = self.attribute(tag, "href") {
            let rel = link_rel(self.attribute(tag, "rel"));
            let media_type = self.attribute(tag, "type");
            let own = self.base_of(tag);
            let href = match own {
                Some(base) => address::absolute(&href, Some(&base)).map_or(href, Cow::Owned),
                None => href,
            };
            self.feed_link(&href, &rel, media_type.as_deref());
        } else if let Some(href) = self.link_text(tag) {
            self.feed_link(&href, "alternate", None);
        }
    }

    fn feed_link(&mut self, href: &str, rel: &str, media_type: Option<&str>) {
        let base = self.feed.base.as_ref().or(self.url.as_ref());
        let Some(href) = address::absolute(href, base) else { return };
        let known = match rel {
            "alternate" => Some(&mut self.feed.site),
            "self" => Some(&mut self.feed.itself),
            _ => None,
        };
        if let Some(known @ None) = known {
            *known = Url::parse(&href).ok(); // an address that is none is no base
        }
        self.out.link(&AtomLink { href: &href, rel, media_type, length: None });
    }

    fn polling_hint(&mut self, meaning: Meaning, text: &str) {
        match meaning {
            Meaning::Ttl => {
                let minutes = text.parse::<u64>().ok().filter(|minutes| *minutes > 0); // "never": no hint
                let ttl = minutes.map(|minutes| Duration::from_secs(minutes.saturating_mul(60)));
                self.beside.hints.ttl = ttl.map(|ttl| ttl.min(LONGEST_INTERVAL));
            }
            Meaning::UpdatePeriod => self.feed.period = period(text),
            Meaning::UpdateFrequency => {
                self.feed.frequency = text.parse().ok().filter(|frequency| *frequency > 0); // "often": no hint
            }
            _ => {
                let base = self.feed.base.as_ref().or(self.url.as_ref());
                self.beside.hints.new_feed_url = address::absolute(text, base);
            }
        }
    }

    /// `skipHours` and `skipDays` (RSS 2.0): hours of GMT, where 24 is midnight again; English names of days.
    fn skips(&mut self, tag: &XmlTag<'a>) {
        let Content::Markup(raw) = self.content(tag) else { return };
        for (child, content) in Self::children(raw) {
            let meaning = self.child_meaning(&child);
            let Some(text) = self.simple_of(content) else { continue };
            match meaning {
                Meaning::SkipHour => {
                    if let Ok(hour @ 0..=24) = text.parse::<u8>() {
                        self.beside.hints.skip_hours.push(hour % 24);
                    }
                }
                Meaning::SkipDay => self.beside.hints.skip_days.extend(day(&text)),
                _ => {}
            }
        }
        self.beside.hints.skip_hours.sort_unstable();
        self.beside.hints.skip_hours.dedup();
        self.beside.hints.skip_days.sort_unstable();
        self.beside.hints.skip_days.dedup();
    }

    pub(super) fn finish_feed(&mut self) {
        if self.beside.language.is_none() {
            self.beside.language = self.feed.xml_lang.take();
        }
        if self.feed.period.is_some() || self.feed.frequency.is_some() {
            // The module's own defaults: daily, once.
            let period = self.feed.period.unwrap_or(DAY);
            let every = period / self.feed.frequency.unwrap_or(1);
            self.beside.hints.update_every = Some(every.min(LONGEST_INTERVAL));
        }
    }
}

fn period(text: &str) -> Option<Duration> {
    Some(match text.trim().to_ascii_lowercase().as_str() {
        "hourly" => HOUR,
        "daily" => DAY,
        "weekly" => 7 * DAY,
        "monthly" => 30 * DAY,
        "yearly" => 365 * DAY,
        _ => return None,
    })
}

fn day(text: &str) -> Option<u8> {
    const DAYS: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
    let folded = text.trim().to_ascii_lowercase();
    (0..7_u8).zip(DAYS).find(|(_, name)| folded.starts_with(name)).map(|(day, _)| day)
}
