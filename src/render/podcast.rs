//! Describes an article as an episode and a feed as a show, in the RSS namespaces of iTunes, the Podcast Index and Podlove. So
//! a podcast app can subscribe to the river.

use std::collections::BTreeMap;

use ::rss::extension::{Extension, ExtensionMap};

use super::{article_fields, podcast_roles, valid};
use crate::model::{Episode, LinkedFile, PodcastLocation, PodcastPerson, RiverItem, RiverSource, Show};

/// Namespace of iTunes. It must be written exactly like this, because apps compare it letter by letter.
pub(super) const ITUNES_NAMESPACE: &str = "http://www.itunes.com/dtds/podcast-1.0.dtd";
/// Namespace of the Podcast Index.
pub(super) const PODCAST_NAMESPACE: &str = "https://podcastindex.org/namespace/1.0";
/// Namespace of Podlove Simple Chapters.
pub(super) const CHAPTERS_NAMESPACE: &str = "http://podlove.org/simple-chapters";

/// Adds an element, whose name has a prefix, to the extensions of an item or a channel.
pub(super) fn add(extensions: &mut ExtensionMap, element: Extension) {
    let (prefix, local) = element.name.split_once(':').unwrap_or(("", element.name.as_str()));
    let (prefix, local) = (prefix.to_owned(), local.to_owned());
    extensions.entry(prefix).or_default().entry(local).or_default().push(element);
}

/// Returns an element with text.
pub(super) fn text(name: &str, value: impl Into<String>) -> Extension {
    Extension { name: name.to_owned(), value: Some(value.into()), ..Extension::default() }
}

/// Returns an element with attributes. An attribute without a value is left out.
pub(super) fn with_attributes<const N: usize>(
    name: &str,
    attributes: [(&str, Option<String>); N],
) -> Extension {
    let stated = attributes.into_iter().filter_map(|(key, value)| Some((key.to_owned(), value?)));
    Extension { name: name.to_owned(), attrs: stated.collect(), ..Extension::default() }
}

/// Adds the elements of an episode to the extensions of its item. An episode without a picture gets the picture of its show.
pub(super) fn add_episode(extensions: &mut ExtensionMap, article: &RiverItem) {
    if !article_fields::is_episode(article) {
        return;
    }
    let own = article_fields::image(article).map(|image| image.url);
    let of_show = || article.source.show.as_ref().and_then(|show| valid::address(show.image.as_deref()?));
    if let Some(url) = own.or_else(of_show) {
        add(extensions, with_attributes("itunes:image", [("href", Some(url))]));
    }
    if let Some(seconds) = article.enclosures.first().and_then(|file| file.duration_s) {
        add(extensions, text("itunes:duration", seconds.to_string()));
    }
    if let Some(author) = article_fields::author(article) {
        add(extensions, text("itunes:author", author));
    }
    if let Some(episode) = &article.details.podcast {
        let title = episode.title.as_deref().map(valid::line).filter(|title| !title.is_empty());
        if let Some(title) = title {
            add(extensions, text("itunes:title", title));
        }
        add_numbers(extensions, episode);
        add_files(extensions, episode);
        episode.persons.iter().filter_map(person_element).for_each(|person| add(extensions, person));
        episode.locations.iter().for_each(|place| add(extensions, location_element(place)));
        for link in &episode.content_links {
            if let Some(url) = valid::address(&link.url) {
                let element = with_attributes("podcast:contentLink", [("href", Some(url))]);
                add(extensions, Extension { value: Some(valid::line(&link.text)), ..element });
            }
        }
    }
}

fn location_element(place: &PodcastLocation) -> Extension {
    let attributes =
        [("geo", place.geo.as_deref().map(valid::line)), ("osm", place.osm.as_deref().map(valid::line))];
    Extension { value: Some(valid::line(&place.name)), ..with_attributes("podcast:location", attributes) }
}

fn add_numbers(extensions: &mut ExtensionMap, episode: &Episode) {
    if let Some(season) = episode.season {
        // Apple's numbers begin at 1.
        if season > 0 {
            add(extensions, text("itunes:season", season.to_string()));
        }
        if season == 0 || episode.season_name.is_some() {
            let name = episode.season_name.as_deref().map(valid::line);
            let named = with_attributes("podcast:season", [("name", name)]);
            add(extensions, Extension { value: Some(season.to_string()), ..named });
        }
    }
    if let Some(number) = &episode.episode {
        if number.as_u64().is_some_and(|number| number > 0) {
            add(extensions, text("itunes:episode", number.to_string()));
        }
        if number.as_u64().is_none_or(|number| number == 0) || episode.episode_name.is_some() {
            let display = episode.episode_name.as_deref().map(valid::line);
            let named = with_attributes("podcast:episode", [("display", display)]);
            add(extensions, Extension { value: Some(number.to_string()), ..named });
        }
    }
    if let Some(kind) = &episode.episode_type {
        add(extensions, text("itunes:episodeType", valid::line(kind)));
    }
    if let Some(explicit) = episode.explicit {
        add(extensions, text("itunes:explicit", explicit.to_string()));
    }
}

fn add_files(extensions: &mut ExtensionMap, episode: &Episode) {
    if let Some(element) = episode.chapters.as_ref().and_then(|file| file_element("podcast:chapters", file)) {
        add(extensions, element);
    }
    for file in &episode.transcripts {
        if let Some(element) = file_element("podcast:transcript", file) {
            add(extensions, element);
        }
    }
    for soundbite in &episode.soundbites {
        let times = [
            ("startTime", Some(soundbite.start_s.to_string())),
            ("duration", Some(soundbite.duration_s.to_string())),
        ];
        let title = soundbite.title.as_deref().map(valid::line);
        add(extensions, Extension { value: title, ..with_attributes("podcast:soundbite", times) });
    }
    if !episode.chapter_list.is_empty() {
        let chapters = episode.chapter_list.iter().map(|chapter| {
            with_attributes(
                "psc:chapter",
                [
                    ("start", Some(chapter.start.clone())),
                    ("title", Some(valid::line(&chapter.title))),
                    ("href", chapter.url.as_deref().and_then(valid::address)),
                    ("image", chapter.image.as_deref().and_then(valid::address)),
                ],
            )
        });
        let list = with_attributes("psc:chapters", [("version", Some("1.2".to_owned()))]);
        let children = BTreeMap::from([("chapter".to_owned(), chapters.collect())]);
        add(extensions, Extension { children, ..list });
    }
}

/// Returns an element for a file. The namespace requires a type. If none is known, chapters are taken for JSON, and transcripts
/// for plain text.
fn file_element(name: &str, file: &LinkedFile) -> Option<Extension> {
    let media_type = file.media_type.as_deref().map(valid::media_type);
    let is_chapters = name == "podcast:chapters";
    let fallback = if is_chapters { "application/json+chapters" } else { "text/plain" };
    let attributes = [
        ("url", Some(valid::address(&file.url)?)),
        ("type", Some(media_type.unwrap_or_else(|| fallback.to_owned()))),
        ("language", file.language.as_deref().and_then(valid::language)),
        ("rel", file.rel.as_deref().map(valid::line)),
    ];
    Some(with_attributes(name, attributes))
}

/// Returns an element for a person. `None` if the person has a role that the taxonomy does not know: without a role, readers
/// would take the person for a host.
fn person_element(person: &PodcastPerson) -> Option<Extension> {
    let role = person.role.as_deref().map(valid::line);
    if role.as_deref().is_some_and(|role| !podcast_roles::is_role(role)) {
        return None;
    }
    let attributes = [
        ("role", role),
        ("group", person.group.as_deref().map(valid::line).filter(|group| podcast_roles::is_group(group))),
        ("img", person.image.as_deref().and_then(valid::address)),
        ("href", person.url.as_deref().and_then(valid::address)),
    ];
    let element = with_attributes("podcast:person", attributes);
    Some(Extension { value: Some(valid::line(&person.name)), ..element })
}

/// Adds the elements of a show to the extensions of a channel.
pub(super) fn add_show(extensions: &mut ExtensionMap, source: &RiverSource, show: &Show) {
    if let Some(url) = show.image.as_deref().and_then(valid::address) {
        add(extensions, with_attributes("itunes:image", [("href", Some(url))]));
    }
    add(extensions, text("itunes:explicit", show.explicit.unwrap_or(false).to_string()));
    let author = show.author.as_deref().map_or_else(|| article_fields::source_title(source), valid::line);
    add(extensions, text("itunes:author", author));
    add_owner(extensions, show);
    for category in &show.categories {
        let element = |name: &str| with_attributes("itunes:category", [("text", Some(valid::line(name)))]);
        let subcategories: Vec<_> = category.subcategories.iter().map(|name| element(name)).collect();
        let mut children = BTreeMap::new();
        if !subcategories.is_empty() {
            children.insert("category".to_owned(), subcategories);
        }
        add(extensions, Extension { children, ..element(&category.name) });
    }
    for (name, value) in [
        ("itunes:type", show.show_type.as_deref().map(valid::line)),
        ("itunes:complete", show.complete.then(|| "Yes".to_owned())),
        ("itunes:block", show.block.then(|| "Yes".to_owned())),
        ("podcast:guid", show.guid.as_deref().map(valid::line)),
        ("podcast:medium", show.medium.as_deref().map(valid::line)),
        ("podcast:locked", show.locked.map(|locked| if locked { "yes" } else { "no" }.to_owned())),
    ] {
        if let Some(value) = value.filter(|value| !value.is_empty()) {
            add(extensions, text(name, value));
        }
    }
    for funding in &show.funding {
        if let Some(url) = valid::address(&funding.url) {
            let element = with_attributes("podcast:funding", [("url", Some(url))]);
            add(extensions, Extension { value: Some(valid::line(&funding.text)), ..element });
        }
    }
    show.persons.iter().filter_map(person_element).for_each(|person| add(extensions, person));
    show.locations.iter().for_each(|place| add(extensions, location_element(place)));
    if let Some(license) = show.license.as_deref().map(valid::line) {
        let url = show.license_url.as_deref().and_then(valid::address);
        let element = with_attributes("podcast:license", [("url", url)]);
        add(extensions, Extension { value: Some(license), ..element });
    }
    if let Some(words) = show.update_frequency.as_deref().map(valid::line) {
        let element = with_attributes("podcast:updateFrequency", [("rrule", show.update_rule.clone())]);
        add(extensions, Extension { value: Some(words), ..element });
    }
}

/// Adds the owner of a show. Without an e-mail address, which iTunes requires, nothing is added.
fn add_owner(extensions: &mut ExtensionMap, show: &Show) {
    let Some(email) = show.owner_email.as_deref().map(valid::line).filter(|email| email.contains('@')) else {
        return;
    };
    let mut children = BTreeMap::from([("email".to_owned(), vec![text("itunes:email", email)])]);
    if let Some(name) = show.owner_name.as_deref().map(valid::line) {
        children.insert("name".to_owned(), vec![text("itunes:name", name)]);
    }
    add(extensions, Extension { name: "itunes:owner".to_owned(), children, ..Extension::default() });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_places_and_the_licence_of_a_show_are_elements_of_its_channel() {
        let place =
            PodcastLocation { name: "Oslo".to_owned(), geo: Some("geo:59.9,10.7".to_owned()), osm: None };
        let show = Show {
            locations: vec![place],
            license: Some("cc-by-4.0".to_owned()),
            update_frequency: Some("Weekly".to_owned()),
            update_rule: Some("FREQ=WEEKLY".to_owned()),
            ..Show::default()
        };
        let mut extensions = ExtensionMap::new();
        add_show(&mut extensions, &RiverSource::default(), &show);
        let podcast = &extensions["podcast"];
        let element = |name: &str| {
            let element = &podcast[name][0];
            (element.value.clone().unwrap(), element.attrs.values().cloned().collect::<Vec<_>>())
        };
        assert_eq!(element("location"), ("Oslo".to_owned(), vec!["geo:59.9,10.7".to_owned()]));
        assert_eq!(element("license"), ("cc-by-4.0".to_owned(), Vec::new()));
        assert_eq!(element("updateFrequency"), ("Weekly".to_owned(), vec!["FREQ=WEEKLY".to_owned()]));
    }
}
