//! Recognises the addresses of the players whose frames are kept.

use url::Url;

/// Pages that only play a video or sound: the host without `www.`, and how the path begins.
///
/// Only services with a fixed host are listed. A frame of PeerTube or Mastodon may come from any host, so it looks like any
/// other page. It becomes a link, like other frames that show something of the article (`frames::frame_link`).
const PLAYERS: [(&str, &str); 18] = [
    ("youtube.com", "/embed/"),
    ("youtube-nocookie.com", "/embed/"),
    ("player.vimeo.com", "/video/"),
    ("dailymotion.com", "/embed/"),
    ("geo.dailymotion.com", "/player"),
    ("w.soundcloud.com", "/player"),
    ("bandcamp.com", "/EmbeddedPlayer"),
    ("open.spotify.com", "/embed"),
    ("embed.podcasts.apple.com", "/"),
    ("player.twitch.tv", "/"),
    ("clips.twitch.tv", "/embed"),
    ("archive.org", "/embed/"),
    ("embed.ted.com", "/talks/"),
    ("player.bilibili.com", "/player.html"),
    ("bilibili.com", "/blackboard/html5mobileplayer.html"),
    ("media.ccc.de", "/v/"),
    ("embed.acast.com", "/"),
    ("html5-player.libsyn.com", "/embed/"),
];

/// Returns the address of a known player with https. Returns `None` for every other page, and for an address with a port, a
/// user name or a password. The address of an old Flash player of YouTube, Vimeo or Dailymotion becomes that of the present
/// player.
pub(super) fn player(url: &str) -> Option<String> {
    let url = Url::parse(url).ok()?;
    if url.port().is_some() || !url.username().is_empty() || url.password().is_some() {
        return None;
    }
    let host = url.host_str()?;
    let host = host.strip_prefix("www.").unwrap_or(host);
    // Old articles embed the Flash player at `/v/`. Its parameters follow an `&`.
    if let ("youtube.com", Some(video)) = (host, url.path().strip_prefix("/v/")) {
        let video = video.split('&').next().filter(|video| !video.is_empty() && !video.contains('/'))?;
        return Some(format!("https://www.youtube.com/embed/{video}"));
    }
    if let Some(present) = present_address(host, &url) {
        return Some(present);
    }
    PLAYERS.iter().any(|(known, path)| host == *known && url.path().starts_with(path)).then_some(())?;
    let (_, after) = url.as_str().split_once(':')?;
    Some(format!("https:{after}"))
}

/// Returns the address of the present player of Vimeo or Dailymotion, if `url` leads to the old Flash player.
fn present_address(host: &str, url: &Url) -> Option<String> {
    let (service, video) = match (host, url.path()) {
        ("vimeo.com", "/moogaloop.swf") => {
            let (_, video) = url.query_pairs().find(|(name, _)| name == "clip_id")?;
            ("https://player.vimeo.com/video/", video.into_owned())
        }
        ("dailymotion.com", path) => {
            let video = path.strip_prefix("/swf/")?;
            (
                "https://www.dailymotion.com/embed/video/",
                video.strip_prefix("video/").unwrap_or(video).to_owned(),
            )
        }
        _ => return None,
    };
    let is_id = !video.is_empty() && video.bytes().all(|byte| byte.is_ascii_alphanumeric());
    is_id.then(|| format!("{service}{video}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_frames_of_known_players_are_kept_and_load_by_https() {
        assert_eq!(
            player("http://www.youtube.com/embed/abc?rel=0").as_deref(),
            Some("https://www.youtube.com/embed/abc?rel=0")
        );
        assert!(player("https://player.vimeo.com/video/1").is_some());
        for other in [
            "https://youtube.com.evil.example/embed/x",
            "https://www.youtube.com/redirect?q=x",
            "https://evil.example/?youtube.com/embed/",
            "https://www.youtube.com:8443/embed/x",
            "https://evil@www.youtube.com/embed/x",
            "https://:evil@www.youtube.com/embed/x",
            "javascript:alert(1)",
        ] {
            assert_eq!(player(other), None, "{other}");
        }
    }

    #[test]
    fn an_old_flash_player_becomes_the_present_frame() {
        for (flash, frame) in [
            ("http://www.youtube.com/v/abc&hl=en&fs=1", Some("https://www.youtube.com/embed/abc")),
            (
                "http://vimeo.com/moogaloop.swf?clip_id=17&server=vimeo.com",
                Some("https://player.vimeo.com/video/17"),
            ),
            ("http://www.dailymotion.com/swf/video/x1a", Some("https://www.dailymotion.com/embed/video/x1a")),
            ("https://vimeo.com/moogaloop.swf?clip_id=%2e%2e", None),
            ("http://www.youtube.com/v/", None),
            ("http://www.youtube.com/v/abc/def", None),
            ("https://example.org/v/abc", None),
        ] {
            assert_eq!(player(flash).as_deref(), frame, "{flash}");
        }
    }
}
