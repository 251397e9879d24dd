//! A merged feed with one article of each kind that is hard to render. The texts are invented.

use riverd::model::{
    AlsoIn, ArticleDetails, ArticleId, ArticleImage, Channel, Chapter, Enclosure, Episode, FeedLinks,
    Funding, GeoPoint, LinkedFile, MergedFeed, MergedItem, PodcastPerson, RiverItem, RiverSource, SafeHtml,
    Show, ShowCategory, Soundbite,
};
use riverd::time::Timestamp;

/// 2026-11-24T06:00:00Z.
pub(crate) const MORNING: i64 = 1_795_500_000;

/// Returns an article with only the fields that every article has.
pub(crate) fn bare(number: i64) -> MergedItem {
    let source = RiverSource {
        name: "courrier".to_owned(),
        title: "Le Courrier du port".to_owned(),
        feed_url: "https://courrier.example/rss".to_owned(),
        site_url: Some("https://courrier.example/".to_owned()),
        rights: Some("© Le Courrier".to_owned()),
        tags: vec!["presse".to_owned()],
        ..RiverSource::default()
    };
    let article = RiverItem {
        id: ArticleId(number),
        guid: format!("urn:uuid:00000000-0000-8000-8000-{number:012}"),
        river_at: Timestamp::from_unix(MORNING - 3600 * number),
        source,
        ..RiverItem::default()
    };
    MergedItem { headline: "Le Courrier du port".to_owned(), excerpt: String::new(), article }
}

/// Returns HTML as the store does, which has sanitised it before.
fn html(text: &str) -> SafeHtml {
    SafeHtml::assume_sanitised(text.to_owned())
}

/// Returns a news article with French quotes, a doubled guillemet, two enclosures and two other sources.
pub(crate) fn dispatch() -> MergedItem {
    let mut item = bare(1);
    "La criée rouvre : « une fête », dit l’équipage".clone_into(&mut item.headline);
    "Fermée depuis l’été, la criée a rouvert mardi.".clone_into(&mut item.excerpt);
    let article = &mut item.article;
    article.title.clone_from(&item.headline);
    article.url = Some("https://courrier.example/criee?édition=matin&page=1".to_owned());
    article.author = Some("Noémie Le Goff".to_owned());
    article.summary = Some(html("<p>Fermée depuis l’été, la criée a rouvert mardi.</p>"));
    article.content = Some(html(
        "<p>« Nous l’avions promis, c’est fait »» a déclaré la maire. « Les bateaux rentrent à 5 h ; \
         d’ici là, on attend. »</p>",
    ));
    article.categories = vec!["Économie".to_owned(), "presse".to_owned()];
    article.enclosures = vec![
        Enclosure {
            url: "https://courrier.example/criée.mp3".to_owned(),
            media_type: "audio/mpeg".to_owned(),
            length: Some(123_456),
            duration_s: Some(754),
            title: None,
        },
        Enclosure {
            url: "https://courrier.example/photo.jpg".to_owned(),
            media_type: "image/jpeg".to_owned(),
            length: None,
            duration_s: None,
            title: Some("La criée à l’aube".to_owned()),
        },
    ];
    article.comments_url = Some("https://courrier.example/criee#avis".to_owned());
    article.details = ArticleDetails {
        authors: Vec::new(),
        contributors: vec!["Bo Brandt".to_owned()],
        image: Some(ArticleImage {
            url: "https://courrier.example/photo.jpg?l=640&h=480".to_owned(),
            alt: Some("Des caisses de \"poisson\" & un quai".to_owned()),
        }),
        podcast: None,
        rights: Some("© Noémie Le Goff & Cie".to_owned()),
        license: Some("https://creativecommons.org/licenses/by/4.0/".to_owned()),
        place: Some(GeoPoint { latitude: degrees(48.39), longitude: degrees(-4.49) }),
        related: vec![
            "https://port.example/plan".to_owned(),
            "https://port.example/tarifs?a=1&b=2".to_owned(),
        ],
        via: vec!["https://veille.example/".to_owned()],
    };
    article.language = Some("fr_FR".to_owned());
    article.also_in = vec![
        AlsoIn {
            source: "Radio Quai & Cie".to_owned(),
            title: "Réouverture de la \"criée\"".to_owned(),
            url: Some("https://radio.example/1?a=1&b=2".to_owned()),
            is_discussion: false,
        },
        AlsoIn {
            source: "Bulletin".to_owned(),
            title: "Port <rouvert>".to_owned(),
            url: None,
            is_discussion: false,
        },
    ];
    item
}

fn degrees(number: f64) -> serde_json::Number {
    serde_json::Number::from_f64(number).unwrap()
}

/// Returns an episode of a podcast with everything that an episode can have.
pub(crate) fn episode() -> MergedItem {
    let mut item = bare(6);
    "Marée de morte-eau".clone_into(&mut item.headline);
    "On mesure la jetée.".clone_into(&mut item.excerpt);
    let file = |url: &str, media_type: &str, rel: Option<&str>| LinkedFile {
        url: url.to_owned(),
        media_type: Some(media_type.to_owned()),
        language: rel.map(|_| "fr".to_owned()),
        rel: rel.map(str::to_owned),
    };
    let article = &mut item.article;
    article.title.clone_from(&item.headline);
    article.content = Some(html("<p>On mesure la jetée.</p>"));
    article.enclosures = vec![Enclosure {
        url: "https://cdn.example/6.mp3".to_owned(),
        media_type: "audio/mpeg".to_owned(),
        length: Some(31_415),
        duration_s: Some(3723),
        title: None,
    }];
    article.details.podcast = Some(Episode {
        title: Some("Morte-eau".to_owned()),
        season: Some(2),
        season_name: Some("L’hiver".to_owned()),
        episode: Some(6.into()),
        episode_name: Some("Six & demi".to_owned()),
        episode_type: Some("full".to_owned()),
        explicit: Some(false),
        chapters: Some(file("https://cdn.example/6.json", "application/json+chapters", None)),
        chapter_list: vec![
            Chapter { start: "00:00:00".to_owned(), title: "Salut".to_owned(), ..Chapter::default() },
            Chapter {
                start: "00:01:30.500".to_owned(),
                title: "La \"corde\" & le nœud".to_owned(),
                url: Some("https://corde.example/?a=1&b=2".to_owned()),
                image: Some("https://corde.example/1.jpg".to_owned()),
            },
        ],
        transcripts: vec![
            file("https://cdn.example/6.vtt", "text/vtt", Some("captions")),
            file("https://cdn.example/6.txt", "text/plain", None),
        ],
        soundbites: vec![Soundbite {
            start_s: degrees(73.5),
            duration_s: 20.into(),
            title: Some("Les mouettes".to_owned()),
        }],
        persons: vec![PodcastPerson {
            name: "Bo Mât".to_owned(),
            role: Some("guest".to_owned()),
            group: Some("cast".to_owned()),
            image: Some("https://bo.example/bo.jpg".to_owned()),
            url: Some("https://bo.example/".to_owned()),
        }],
        locations: Vec::new(),
        content_links: Vec::new(),
    });
    item
}

/// Returns what a podcast says about itself.
pub(crate) fn show() -> Show {
    Show {
        guid: Some("0a6f9d5e-1111-5222-8333-444455556666".to_owned()),
        author: Some("Radio du port".to_owned()),
        owner_name: Some("La rédaction".to_owned()),
        owner_email: Some("redaction@port.example".to_owned()),
        image: Some("https://port.example/pochette.jpg?t=1400&q=80".to_owned()),
        explicit: Some(false),
        show_type: Some("serial".to_owned()),
        complete: true,
        block: false,
        locked: Some(true),
        medium: Some("podcast".to_owned()),
        categories: vec![
            ShowCategory { name: "Science".to_owned(), subcategories: vec!["Nature".to_owned()] },
            ShowCategory { name: "News & More".to_owned(), subcategories: Vec::new() },
        ],
        funding: vec![Funding { url: "https://port.example/don".to_owned(), text: "Un don".to_owned() }],
        persons: vec![PodcastPerson { name: "Ada Quai".to_owned(), ..PodcastPerson::default() }],
        locations: Vec::new(),
        license: None,
        license_url: None,
        update_frequency: None,
        update_rule: None,
    }
}

/// Returns a short post without a title.
pub(crate) fn short_post() -> MergedItem {
    let mut item = bare(2);
    "Ciel clair ce matin sur la rade, vent d’ouest.".clone_into(&mut item.headline);
    item.excerpt.clone_from(&item.headline);
    item.article.summary = Some(html("<p>Ciel clair ce matin sur la rade, vent d’ouest.</p>"));
    item.article.url = Some("https://courrier.example/notes/7".to_owned());
    item
}

/// Returns what an attacker would publish. Only the HTML is harmless, because it was sanitised before.
pub(crate) fn hostile() -> MergedItem {
    let mut item = bare(3);
    "<script>alert(1)</script> & \u{b}\u{0}]]> \"quoted\"".clone_into(&mut item.headline);
    "<img src=x onerror=alert(1)> \u{1b}".clone_into(&mut item.excerpt);
    let article = &mut item.article;
    article.title.clone_from(&item.headline);
    article.url = Some("https://evil.example/\"onmouseover=\"alert(1)".to_owned());
    article.author = Some("<b>Mallory</b>\u{c}".to_owned());
    article.content = Some(html("<p>]]&gt; and ]]> and a \u{8}bell &lt;script&gt;</p>"));
    article.comments_url = Some("javascript:alert(1)".to_owned());
    article.language = Some("en\" onload=\"x".to_owned());
    article.categories = vec!["a\u{0}\"b<c>".to_owned(), " ".to_owned()];
    article.enclosures = vec![Enclosure {
        url: "https://evil.example/a b.mp3".to_owned(),
        media_type: "audio/\"mpeg".to_owned(),
        length: Some(u64::MAX),
        duration_s: None,
        title: Some("<b>\u{0}".to_owned()),
    }];
    article.also_in = vec![AlsoIn {
        source: "\"><script>\u{1}".to_owned(),
        title: "</p><script>alert(1)</script>".to_owned(),
        url: Some("javascript:alert(1)".to_owned()),
        is_discussion: false,
    }];
    article.source = RiverSource {
        name: "local".to_owned(),
        title: "\u{7}<i>Local</i>".to_owned(),
        feed_url: "file:/home/me/private/feed.xml".to_owned(),
        site_url: Some("javascript:alert(1)".to_owned()),
        ..RiverSource::default()
    };
    item
}

/// Returns an article that was edited after its publication, with right-to-left text and emoji.
pub(crate) fn edited() -> MergedItem {
    let mut item = bare(4);
    "הרכבת חוזרת לפעול 👩‍👩‍👧".clone_into(&mut item.headline);
    "שלום עולם".clone_into(&mut item.excerpt);
    let article = &mut item.article;
    article.title.clone_from(&item.headline);
    article.url = Some("https://בלוג.example/רכבת".to_owned());
    article.summary = Some(html("<p>שלום עולם</p>"));
    article.updated_at = Some(Timestamp::from_unix(MORNING - 3600));
    article.published_at = Some(Timestamp::from_unix(MORNING - 90_000));
    article.language = Some("he".to_owned());
    item
}

/// Returns a feed of these articles and a bare one, newest first.
pub(crate) fn river() -> MergedFeed {
    let items = vec![dispatch(), short_post(), hostile(), edited(), bare(5)];
    MergedFeed {
        channel: Channel {
            title: "Rivière du matin".to_owned(),
            description: "Ce que je lis & plus".to_owned(),
            path: String::new(),
            query: String::new(),
            ttl_minutes: 30,
        },
        updated: items.iter().map(|item| item.article.changed_at()).max(),
        items,
        show: None,
        links: FeedLinks::default(),
    }
}
