//! What the page of an article says about it as an episode: season and number, people, transcripts, and short passages
//! (`podcast:soundbite`).

use serde_json::Number;

use super::page::host_of;
use super::page_frame::PageLink;
use super::{article_fields, valid};
use crate::model::{Episode, LinkedFile, PodcastPerson, RiverItem};

/// The lines about an episode. All are empty for any other article.
#[derive(Default)]
pub(super) struct EpisodeLines {
    /// Season, number and kind: `Season 2, episode 7`.
    pub(super) number: String,
    /// People and their roles. The address of a person without a page is empty.
    pub(super) people: Vec<PageLink>,
    /// Transcripts, and the file with the chapters.
    pub(super) files: Vec<PageLink>,
    /// Short passages: the start, and the title or the length.
    pub(super) passages: Vec<(String, String)>,
}

/// Returns what a page says about an article as an episode.
pub(super) fn episode_lines(article: &RiverItem) -> EpisodeLines {
    let Some(episode) = article.details.podcast.as_ref().filter(|_| article_fields::is_episode(article))
    else {
        return EpisodeLines::default();
    };
    let transcripts = episode.transcripts.iter().map(|file| ("Transcript", file));
    let files = transcripts.chain(episode.chapters.iter().map(|file| ("Chapters", file)));
    EpisodeLines {
        number: number(episode),
        people: episode.persons.iter().map(person).collect(),
        files: files.filter_map(|(label, file)| linked_file(label, file)).collect(),
        passages: episode
            .soundbites
            .iter()
            .map(|passage| {
                let title = passage.title.as_deref().map(valid::line).filter(|title| !title.is_empty());
                let length = || format!("{} seconds", passage.duration_s);
                (clock(&passage.start_s), title.unwrap_or_else(length))
            })
            .collect(),
    }
}

fn number(episode: &Episode) -> String {
    let named = |label: &str, number: Option<String>, name: Option<&String>| {
        let name = name.map(|name| valid::line(name)).filter(|name| !name.is_empty());
        match (number, name) {
            (Some(number), Some(name)) => Some(format!("{label} {number} ({name})")),
            (Some(number), None) => Some(format!("{label} {number}")),
            (None, name) => name,
        }
    };
    let season =
        named("season", episode.season.map(|season| season.to_string()), episode.season_name.as_ref());
    let number =
        named("episode", episode.episode.as_ref().map(Number::to_string), episode.episode_name.as_ref());
    let kind = episode.episode_type.clone().filter(|kind| kind != "full");
    let parts: Vec<String> = [season, number, kind].into_iter().flatten().collect();
    let line = parts.join(", ");
    let first = line.chars().next().map(|first| first.to_uppercase().to_string()).unwrap_or_default();
    line.chars().next().map_or_else(String::new, |c| first + line.get(c.len_utf8()..).unwrap_or_default())
}

fn person(person: &PodcastPerson) -> PageLink {
    PageLink {
        url: person.url.as_deref().and_then(valid::address).unwrap_or_default(),
        label: valid::line(&person.name),
        about: person.role.as_deref().map(valid::line).unwrap_or_default(),
    }
}

fn linked_file(label: &str, file: &LinkedFile) -> Option<PageLink> {
    let url = valid::address(&file.url)?;
    let about = [file.language.as_deref(), file.media_type.as_deref()];
    let about: Vec<String> = about.into_iter().flatten().map(valid::line).collect();
    Some(PageLink { label: format!("{label} at {}", host_of(&url)), about: about.join(", "), url })
}

/// Returns a time in seconds as a clock shows it: `1:02:03`.
fn clock(seconds: &Number) -> String {
    let seconds = seconds.as_f64().unwrap_or_default() as u64;
    let (hours, minutes, seconds) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    if hours > 0 { format!("{hours}:{minutes:02}:{seconds:02}") } else { format!("{minutes}:{seconds:02}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_episode_is_numbered_in_words() {
        let line = |season: Option<u32>, episode: Option<u64>, kind: &str, name: Option<&str>| {
            number(&Episode {
                season,
                season_name: name.map(str::to_owned),
                episode: episode.map(Into::into),
                episode_type: Some(kind.to_owned()),
                ..Episode::default()
            })
        };
        assert_eq!(line(Some(2), Some(7), "full", None), "Season 2, episode 7");
        assert_eq!(
            line(Some(2), Some(7), "bonus", Some("The quay")),
            "Season 2 (The quay), episode 7, bonus"
        );
        assert_eq!(line(None, None, "trailer", None), "Trailer");
        assert_eq!(line(None, None, "full", None), "");
        assert_eq!(clock(&Number::from(3723)), "1:02:03");
        assert_eq!(clock(&Number::from(7)), "0:07");
    }
}
