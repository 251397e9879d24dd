//! Knows the players whose frames are kept, and the trackers whose images are removed.

use url::Url;

/// Pages that only play a video or sound: the host without `www.`, and how the path begins.
///
/// Lists only services with a fixed host. A PeerTube or Mastodon frame may come from any host and so can't be told from a
/// stranger's page; it is removed like every other frame, and readers follow the article's link instead.
const PLAYERS: [(&str, &str); 17] = [
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
    ("media.ccc.de", "/v/"),
    ("embed.acast.com", "/"),
    ("html5-player.libsyn.com", "/embed/"),
];

/// Returns `url` with https if it is the address of a known player; `None` for every other page.
pub(super) fn player(url: &str) -> Option<String> {
    let url = Url::parse(url).ok().filter(|url| url.port().is_none() && url.username().is_empty())?;
    let host = url.host_str()?;
    let host = host.strip_prefix("www.").unwrap_or(host);
    if let ("youtube.com", Some(video)) = (host, url.path().strip_prefix("/v/")) {
        // Old articles embed the Flash player, whose parameters follow an `&`.
        let video = video.split('&').next().filter(|video| !video.is_empty() && !video.contains('/'))?;
        return Some(format!("https://www.youtube.com/embed/{video}"));
    }
    PLAYERS.iter().any(|(known, path)| host == *known && url.path().starts_with(path)).then_some(())?;
    let (_, after) = url.as_str().split_once(':')?;
    Some(format!("https:{after}"))
}

/// Images that count readers, or are buttons to share or subscribe: how their addresses begin, without the scheme and
/// `www.`.
const TRACKERS: [&str; 39] = [
    "ad.doubleclick.net/",
    "analytics.google.com/",
    "b.scorecardresearch.com/",
    "b.stats.paypal.com/",
    "blogger.googleusercontent.com/tracker/",
    "cpx.golem.de/",
    "da.feedsportal.com/",
    "eotrx.substackcdn.com/open",
    "facebook.com/tr",
    "feedads.g.doubleclick.net/",
    "feedproxy.google.com/~",
    "feeds.feedblitz.com/_/",
    "feeds.feedblitz.com/~/i/",
    "feeds.feedburner.com/~",
    "feeds.wordpress.com/1.0/",
    "google-analytics.com/",
    "googleads.g.doubleclick.net/",
    "hits.theguardian.com/",
    "hubspot.com/__ptq.gif",
    "log.outbrain.com/",
    "medium.com/_/stat",
    "mf.feeds.reuters.com/",
    "open.substack.com/",
    "pagead2.googlesyndication.com/",
    "phx.corporate-ir.net/track",
    "pi.feedsportal.com/",
    "pixel.adsafeprotected.com/",
    "pixel.quantserve.com/",
    "pixel.wp.com/",
    "px.ads.linkedin.com/",
    "res3.feedsportal.com/",
    "rss.buysellads.com/",
    "rss.nytimes.com/c/",
    "segment-pixel.invitemedia.com/",
    "stats.wordpress.com/",
    "stats.wp.com/",
    "track.hubspot.com/",
    "tracking.feedpress.",
    "vg.met.vgwort.de/",
];

/// Returns whether an image at this address counts readers or is a button.
pub(super) fn is_tracker(url: &str) -> bool {
    let Some((_, address)) = url.split_once("://") else {
        return false;
    };
    let address = address.strip_prefix("www.").unwrap_or(address);
    let host = address.split(['/', '?', '#']).next().unwrap_or_default();
    let path = address.get(host.len()..).unwrap_or_default();
    let path = path.split(['?', '#']).next().unwrap_or_default();
    // Comparing the first letter alone rules most of them out.
    let first = address.as_bytes().first();
    let may_be = |tracker: &&&str| tracker.as_bytes().first() == first;
    TRACKERS.iter().filter(may_be).any(|tracker| address.starts_with(tracker))
        // VG Wort, the German authors' collecting society, has many hosts: `vg06.met.vgwort.de`.
        || host.ends_with(".met.vgwort.de")
        || host.starts_with("counter.theconversation.")
        || path.ends_with("/piwik.php")
        || path.ends_with("/matomo.php")
        || (host.ends_with(".list-manage.com") && path.starts_with("/track/open"))
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
            "javascript:alert(1)",
        ] {
            assert_eq!(player(other), None, "{other}");
        }
    }

    #[test]
    fn the_flash_player_of_youtube_becomes_its_frame() {
        for (flash, frame) in [
            ("http://www.youtube.com/v/abc&hl=en&fs=1", Some("https://www.youtube.com/embed/abc")),
            ("http://www.youtube.com/v/", None),
            ("http://www.youtube.com/v/abc/def", None),
            ("https://example.org/v/abc", None),
        ] {
            assert_eq!(player(flash).as_deref(), frame, "{flash}");
        }
    }

    #[test]
    fn trackers_are_recognised_by_their_address() {
        assert!(is_tracker("http://feeds.feedburner.com/~r/blog/~4/abc"));
        assert!(is_tracker("https://ssl-vg03.met.vgwort.de/na/abc"));
        assert!(is_tracker("https://stats.example.org/matomo.php?idsite=1"));
        assert!(!is_tracker("https://example.org/feeds.feedburner.com/~r/x.png"));
        assert!(!is_tracker("https://example.org/photo.jpg?from=pixel.wp.com/"));
    }
}
