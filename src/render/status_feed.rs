//! Renders `/status/feed.xml`: an RSS feed with one item when an incident is noticed, and one when it is over.

use ::rss::extension::atom::{AtomExtension, Link};
use ::rss::{Category, Channel, Guid, Item};

use super::base_url::BaseUrl;
use super::status_report::StatusReport;
use super::{Format, RenderError, Representation, article_fields, valid};
use crate::article::placement;
use crate::model::{Incident, IncidentKind, Key};
use crate::time::Timestamp;

/// How many items the feed has at most. A reader that polls once a day misses an item only if there are more items than this in
/// a day.
const MAX_ITEMS: usize = 100;
/// How many minutes a subscriber may wait between two requests.
const TTL_MINUTES: u32 = 5;

/// An item of the feed: the beginning or the end of an incident.
struct IncidentItem<'a> {
    incident: &'a Incident,
    at: Timestamp,
    guid: String,
    is_end: bool,
}

/// Renders the feed. riverd's own links begin with `base`. The same incidents always give the same bytes.
pub fn status_feed(report: &StatusReport, base: &BaseUrl) -> Result<Representation, RenderError> {
    let items = items(&report.incidents);
    let own_address = base.join("status/feed.xml");
    let channel = Channel {
        title: article_fields::rss_title(&format!("{} – status", report.title)),
        link: base.join("status"),
        description: "Sources that fail, move, fall silent or recover".to_owned(),
        language: Some("en".to_owned()),
        last_build_date: items.first().map(|item| item.at.to_rfc2822()),
        ttl: Some(TTL_MINUTES.to_string()),
        atom_ext: Some(AtomExtension {
            links: vec![Link {
                rel: "self".to_owned(),
                href: own_address,
                mime_type: Some("application/rss+xml".to_owned()),
                ..Link::default()
            }],
        }),
        items: items.iter().map(|item| rss_item(item, base)).collect(),
        ..Channel::default()
    };
    let failed = |why: ::rss::Error| RenderError { format: Format::Rss, why: why.to_string() };
    let bytes = channel.write_to(Vec::new()).map_err(failed)?;
    Ok(Representation::new(Format::Rss.media_type(), bytes))
}

/// Returns the items of the incidents, the newest first. An incident that ended without a recovery, because its source was
/// disabled, taken out or is gone, has no second item.
fn items(incidents: &[Incident]) -> Vec<IncidentItem<'_>> {
    let mut items: Vec<IncidentItem<'_>> = Vec::new();
    for incident in incidents {
        let (at, guid) = (incident.noticed_at, incident.guid.clone());
        items.push(IncidentItem { incident, at, guid, is_end: false });
        if let Some(end) = incident.end.filter(|end| end.recovered) {
            let guid = placement::guid(&incident.guid, &Key("end".to_owned()), 0);
            items.push(IncidentItem { incident, at: end.at, guid, is_end: true });
        }
    }
    // If an incident began and ended in the same second, its end is the newer item.
    items.sort_by(|one, other| {
        let (one_at, other_at) = ((one.at, one.is_end), (other.at, other.is_end));
        other_at.cmp(&one_at).then_with(|| one.guid.cmp(&other.guid))
    });
    items.truncate(MAX_ITEMS);
    items
}

fn rss_item(item: &IncidentItem<'_>, base: &BaseUrl) -> Item {
    let incident = item.incident;
    Item {
        title: Some(article_fields::rss_title(&title(incident, item.is_end))),
        link: Some(base.join("status")),
        description: Some(description(incident, item.is_end)),
        categories: vec![Category { name: incident.kind.as_str().to_owned(), domain: None }],
        guid: Some(Guid { value: item.guid.clone(), permalink: false }),
        pub_date: Some(item.at.to_rfc2822()),
        ..Item::default()
    }
}

/// Returns in a few words what began or ended.
pub(super) fn title(incident: &Incident, is_end: bool) -> String {
    let source = incident.source.as_deref().map_or_else(|| "feeds.toml".to_owned(), valid::line);
    let what = match (incident.kind, is_end) {
        (IncidentKind::ConfigBroken, false) => "is broken",
        (IncidentKind::ConfigBroken, true) => "is fixed",
        (IncidentKind::Gone, false) => "is gone for ever",
        (IncidentKind::Gone, true) => "is back",
        (IncidentKind::Failing, false) => "fails",
        (IncidentKind::Failing, true) => "works again",
        (IncidentKind::Missed, false) => "may have lost entries",
        (IncidentKind::Missed, true) => "has lost no entries for a week",
        (IncidentKind::Moved, false) => "moved",
        (IncidentKind::Moved, true) => "is at its address in feeds.toml again",
        (IncidentKind::Silent, false) => "is silent",
        (IncidentKind::Silent, true) => "publishes again",
    };
    format!("{source} {what}")
}

fn description(incident: &Incident, is_end: bool) -> String {
    let escaped = |text: &str| htmlize::escape_text(valid::line(text)).into_owned();
    let since = incident.since;
    if is_end {
        return format!("<p>It began at {since}.</p>");
    }
    let mut html = format!("<p>Since {since}: {}</p>", escaped(&incident.detail));
    if let Some(hint) = &incident.hint {
        html.extend(["<p>What to do: ", &escaped(hint), "</p>"]);
    }
    html
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::IncidentEnd;

    #[test]
    fn what_ended_in_the_second_in_which_it_began_stands_before_its_beginning() {
        let at = Timestamp::from_unix(1_800_000_000);
        for guid in
            ["urn:uuid:00000000-0000-8000-8000-000000000000", "urn:uuid:ffffffff-ffff-8fff-8fff-ffffffffffff"]
        {
            let incident = Incident {
                guid: guid.to_owned(),
                kind: IncidentKind::ConfigBroken,
                source: None,
                since: at,
                noticed_at: at,
                detail: String::new(),
                hint: None,
                end: Some(IncidentEnd { at, recovered: true }),
            };
            let ends: Vec<bool> =
                items(std::slice::from_ref(&incident)).iter().map(|item| item.is_end).collect();
            assert_eq!(ends, [true, false]);
        }
    }
}
