//! Reads the elements of a feed outside its entries.

use std::borrow::Cow;
use std::time::Duration;

use url::Url;

use super::AtomConverter;
use super::atom_writer::AtomLink;
use super::links::link_rel;
use super::ranks::FieldRanks;
use super::scan::Content;
use super::tags::XmlTag;
use super::text::DefaultTextType;
use super::vocabulary::{Meaning, Namespace};
use crate::model::FeedFormat;
use crate::text::url as address;
use crate::time::{DAY, HOUR};

/// Longest interval between polls that a feed can ask for. A longer one must be a mistake: one from `sy:updatePeriod` is
/// shortened to this, and a longer `ttl` is ignored.
const LONGEST_INTERVAL: Duration = DAY.saturating_mul(366);

/// What was read of the feed itself so far.
#[derive(Default, Debug)]
pub(super) struct FeedState {
    ranks: FieldRanks,
    /// The `xml:base` of the feed. It also applies to an entry that has no `xml:base` of its own.
    pub(super) base: Option<Url>,
    /// Address of the site that the feed links to. It is the base of relative links in RSS.
    pub(super) site: Option<Url>,
    /// Address that the feed gives as its own (`rel="self"`).
    pub(super) self_link: Option<Url>,
    /// Absolute address of the picture that RSS gives a channel.
    pub(super) image: Option<String>,
    xml_lang: Option<String>,
    period: Option<Duration>,
    frequency: Option<u32>,
}

impl<'a> AtomConverter<'a, '_> {
    /// Starts a feed at its root element or its channel.
    pub(super) fn open_feed(&mut self, tag: &XmlTag<'a>, local: &str) {
        if self.entry.is_some() {
            // No dialect has a feed inside an entry.
            return;
        }
        if !self.feed_started {
            self.extras.format = match local {
                "feed" | "Feed" => FeedFormat::Atom,
                "RDF" | "rdf" => FeedFormat::Rdf,
                _ => FeedFormat::Rss,
            };
            self.note_odd_root(tag, local);
        }
        self.feed_started = true;
        if let Some(base) = self.base_of(tag) {
            self.feed.base = Some(base);
        }
        if let Some(language) = self.attribute(tag, "xml:lang") {
            self.feed.xml_lang = Some(language.into_owned());
        }
        // Microsoft's Channel Definition Format (CDF) has these attributes. Some sites still publish it.
        if let Some(href) = self.attribute(tag, "href") {
            self.write_feed_link(&href, "alternate", None);
        }
        if let Some(modified) = self.attribute(tag, "lastmod") {
            self.write_feed_date(&modified, 1);
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

    /// Reads one element of the feed by its meaning.
    pub(super) fn read_feed_element(&mut self, tag: &XmlTag<'a>, meaning: Meaning, namespace: Namespace) {
        match meaning {
            Meaning::Title => self.read_feed_text(tag, "title", 0),
            Meaning::FallbackTitle => self.read_feed_text(tag, "title", 1),
            Meaning::Summary => self.read_feed_text(tag, "subtitle", 0),
            Meaning::FallbackSummary => {
                self.read_feed_text(tag, "subtitle", u8::from(namespace != Namespace::Core));
            }
            Meaning::Rights => self.read_feed_text(tag, "rights", 0),
            Meaning::Link => self.read_feed_link(tag),
            Meaning::Person => self.read_feed_person(tag, namespace),
            Meaning::Image => self.read_feed_image(tag, namespace),
            Meaning::Podcast(meaning) => self.read_show_element(tag, meaning),
            Meaning::Updated => self.read_feed_date(tag, 0),
            Meaning::Date => self.read_feed_date(tag, 1),
            Meaning::Published => self.read_feed_date(tag, 2),
            Meaning::Language => {
                if let Some(language) = self.read_value(tag) {
                    self.extras.language.get_or_insert(language.into_owned());
                }
            }
            Meaning::Generator => {
                if let Some(generator) = self.read_value(tag) {
                    self.out.write_value("generator", &generator);
                }
            }
            Meaning::Ttl | Meaning::UpdatePeriod | Meaning::UpdateFrequency | Meaning::NewFeedUrl => {
                if let Some(text) = self.read_value(tag) {
                    self.read_polling_hint(meaning, &text);
                }
            }
            Meaning::SkipHours | Meaning::SkipDays => self.read_skipped_times(tag),
            _ => self.scanner.skip(tag),
        }
    }

    fn read_feed_person(&mut self, tag: &XmlTag<'a>, namespace: Namespace) {
        let content = self.read_content(tag);
        let people = self.people_in_content(content);
        if namespace.is_of_podcasts() {
            let names: Vec<_> = people.iter().filter_map(|person| person.name.as_deref()).collect();
            if !names.is_empty() {
                self.show().author = Some(names.join(", "));
            }
        }
        for person in people {
            self.out.write_person(person.elements());
        }
    }

    fn read_feed_text(&mut self, tag: &XmlTag<'a>, name: &str, rank: u8) {
        let Some((kind, text)) = self.read_text(tag, DefaultTextType::Title) else { return };
        // A feed has no content, so the rank of the content is used for its rights.
        let rank_so_far = match name {
            "title" => &mut self.feed.ranks.title,
            "rights" => &mut self.feed.ranks.content,
            _ => &mut self.feed.ranks.summary,
        };
        if rank_so_far.accept_better(rank) {
            self.out.write_text(name, kind, text);
        }
    }

    fn read_feed_date(&mut self, tag: &XmlTag<'a>, rank: u8) {
        if let Some(text) = self.read_value(tag) {
            self.write_feed_date(&text, rank);
        }
    }

    fn write_feed_date(&mut self, text: &str, rank: u8) {
        if self.check_date(text) && self.feed.ranks.updated.accept_not_worse(rank) {
            self.out.write_value("updated", text);
        }
    }

    fn read_feed_link(&mut self, tag: &XmlTag<'a>) {
        if let Some(href) = self.attribute(tag, "href") {
            let rel = link_rel(self.attribute(tag, "rel"));
            let media_type = self.attribute(tag, "type");
            let base = self.base_of(tag);
            let href = match base {
                Some(base) => address::absolute(&href, Some(&base)).map_or(href, Cow::Owned),
                None => href,
            };
            self.write_feed_link(&href, &rel, media_type.as_deref());
        } else if let Some(href) = self.link_text(tag) {
            self.write_feed_link(&href, "alternate", None);
        }
    }

    fn write_feed_link(&mut self, href: &str, rel: &str, media_type: Option<&str>) {
        let base = self.feed.base.as_ref().or(self.url.as_ref());
        let Some(href) = address::absolute(href, base) else { return };
        let address_of = match rel {
            "alternate" => Some(&mut self.feed.site),
            "self" => Some(&mut self.feed.self_link),
            _ => None,
        };
        if let Some(unset @ None) = address_of {
            *unset = Url::parse(&href).ok(); // an invalid address is no base
        }
        self.out.write_link(&AtomLink { href: &href, rel, media_type });
    }

    fn read_polling_hint(&mut self, meaning: Meaning, text: &str) {
        match meaning {
            Meaning::Ttl => {
                self.extras.hints.ttl = time_to_live(text); // a text such as "never" is no hint
            }
            Meaning::UpdatePeriod => self.feed.period = period(text),
            Meaning::UpdateFrequency => {
                self.feed.frequency = frequency(text); // a text such as "often" is no hint
            }
            _ => {
                // A text with white space in it and one that would need a base are words, such as "see our website".
                let is_one_word = !text.trim().contains(char::is_whitespace);
                self.extras.hints.new_feed_url = is_one_word.then(|| address::absolute(text, None)).flatten();
            }
        }
    }

    /// Reads `skipHours` and `skipDays` (RSS 2.0). Hours are in GMT, and 24 is midnight, like 0. Days have their
    /// English names.
    fn read_skipped_times(&mut self, tag: &XmlTag<'a>) {
        let Content::Markup(raw) = self.read_content(tag) else { return };
        for (child, content) in Self::children(raw) {
            let meaning = self.meaning_of_child(&child);
            let Some(text) = self.value_in(content) else { continue };
            match meaning {
                Meaning::SkipHour => {
                    if let Ok(hour @ 0..=24) = text.parse::<u8>() {
                        self.extras.hints.skip_hours.push(hour % 24);
                    }
                }
                Meaning::SkipDay => self.extras.hints.skip_days.extend(day(&text)),
                _ => {}
            }
        }
        self.extras.hints.skip_hours.sort_unstable();
        self.extras.hints.skip_hours.dedup();
        self.extras.hints.skip_days.sort_unstable();
        self.extras.hints.skip_days.dedup();
    }

    /// Completes the extras of the feed at the end of the document.
    pub(super) fn finish_feed(&mut self) {
        if self.extras.language.is_none() {
            self.extras.language = self.feed.xml_lang.take();
        }
        if let Some(show) = &mut self.extras.show {
            show.image = show.image.take().or(self.feed.image.take());
        }
        if let Some(language) = &self.extras.language {
            self.extras.date_style = self.extras.date_style.with_language(language);
        }
        if self.feed.period.is_some() || self.feed.frequency.is_some() {
            // The defaults of the syndication module: `daily` and 1.
            let period = self.feed.period.unwrap_or(DAY);
            let every = period / self.feed.frequency.unwrap_or(1);
            self.extras.hints.update_every = Some(every.min(LONGEST_INTERVAL));
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

/// Parses a `ttl`: minutes, unless it names another unit (`1 hour`, `3600s`, `PT1H`). The time is rounded up to a second. A
/// time of more than a year is no interval: some feeds write the moment of the next update.
fn time_to_live(text: &str) -> Option<Duration> {
    let lower = text.trim().to_ascii_lowercase();
    let text = lower.strip_prefix("pt").unwrap_or(&lower);
    let digits = text.find(|c: char| !c.is_ascii_digit() && !matches!(c, '.' | ',')).unwrap_or(text.len());
    let (_, rest) = text.split_at_checked(digits)?;
    let (number, unit) = text.split_at_checked(digits + exponent_length(rest))?;
    let unit = unit.trim();
    let seconds_each = match unit.chars().next() {
        None | Some('m') if !unit.starts_with("ms") => 60.0,
        Some('s') => 1.0,
        Some('h') => 3600.0,
        Some('d') => 86_400.0,
        _ => return None,
    };
    let seconds = number.replace(',', ".").parse::<f64>().ok()? * seconds_each;
    let is_interval = seconds > 0.0 && seconds <= LONGEST_INTERVAL.as_secs_f64();
    is_interval.then(|| Duration::from_secs(seconds.ceil() as u64))
}

/// Returns the length of the exponent at the start of `text`, such as `e2` in `1.2e2`; 0 if there is none.
fn exponent_length(text: &str) -> usize {
    let digits = text.strip_prefix('e').map_or("", |rest| rest.strip_prefix(['+', '-']).unwrap_or(rest));
    let count = digits.bytes().take_while(u8::is_ascii_digit).count();
    if count == 0 { 0 } else { text.len() - digits.len() + count }
}

/// Parses a `sy:updateFrequency`, rounded to a whole number. Some feeds write `2.0`.
fn frequency(text: &str) -> Option<u32> {
    let number = text.trim().parse::<f64>().ok()?.round();
    (1.0..=f64::from(u32::MAX)).contains(&number).then_some(number as u32)
}

fn day(text: &str) -> Option<u8> {
    const DAYS: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
    let folded = text.trim().to_ascii_lowercase();
    (0..7_u8).zip(DAYS).find(|(_, name)| folded.starts_with(name)).map(|(day, _)| day)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_ttl_is_in_minutes_unless_it_names_another_unit() {
        let table = [
            ("60", 3600),
            ("60.0", 3600),
            ("1.2e2", 7200),
            ("2E0 hours", 7200),
            ("6e+1", 3600),
            (" 1,5 ", 90),
            ("0.001", 1),
            ("30 minutes", 1800),
            ("1 hour", 3600),
            ("3600s", 3600),
            ("PT1H", 3600),
            ("2d", 172_800),
            ("527040", LONGEST_INTERVAL.as_secs()),
        ];
        for (text, seconds) in table {
            assert_eq!(time_to_live(text), Some(Duration::from_secs(seconds)), "{text}");
        }
        for text in ["", "0", "0.0", "-5", "1795700000", "99999999999", "never", "60 apples", "1.2.3", "."] {
            assert_eq!(time_to_live(text), None, "{text}");
        }
        let frequencies = ["2", "2.0", "0", "often", "inf"].map(frequency);
        assert_eq!(frequencies, [Some(2), Some(2), None, None, None]);
    }
}
