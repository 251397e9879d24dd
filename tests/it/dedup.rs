//! Tests through the real binary what becomes one article of one story in several feeds, what stays apart, and what
//! `why` shows.

use std::collections::HashSet;

use serde_json::Value;

use crate::support::daemon::{Sandbox, until};

const TITLE: &str = "Le pont tournant de Saint-Brec fermé jusqu’à la fin mars";

const LEAD: &str = "Le pont tournant de Saint-Brec restera fermé aux camions jusqu’à la fin du mois de mars, a annoncé \
    mardi la capitainerie, après la découverte de fissures dans deux piles du quai nord.";

const BODY: &str = "Des ingénieurs venus de Lannou ont commencé à mesurer les dégâts à l’aube et pensent en avoir pour \
    onze jours. « Nous préférons perdre une saison plutôt qu’un bateau », a déclaré la cheffe du port, Ingrid Le Floc’h. \
    Les pêcheurs pourront continuer d’utiliser le bassin sud, où une deuxième grue a été dressée dans la nuit. Le conseil \
    se réunira le 14 mars pour décider qui paiera les 3,2 millions d’euros.";

/// Returns an RSS feed with these items.
fn feed(name: &str, items: &[String]) -> String {
    format!(
        "<?xml version=\"1.0\"?><rss version=\"2.0\"><channel><title>{name}</title><link>https://{name}.example/</link>\
         <description>d</description>{}</channel></rss>",
        items.concat()
    )
}

fn item(page: &str, title: &str, text: &str) -> String {
    format!(
        "<item><title>{title}</title><link>{page}</link><guid>{page}</guid>\
         <description><![CDATA[<p>{text}</p>]]></description></item>"
    )
}

/// A sandbox whose sources are files: NAME.xml for each, in this order.
fn sandbox(settings: &str, feeds: &[(&str, &str, String)]) -> Sandbox {
    let source = |(name, more, _): &(&str, &str, String)| {
        format!("[[source]]\nurl = \"file:{name}.xml\"\nname = \"{name}\"\n{more}\n")
    };
    let sources = feeds.iter().map(source).collect::<Vec<_>>().concat();
    let sandbox = Sandbox::new(&format!("{settings}\n[server]\nlisten = [\"127.0.0.1:0\"]\n\n{sources}"));
    for (name, _, feed) in feeds {
        std::fs::write(sandbox.path().join(format!("{name}.xml")), feed).expect("a feed can be written");
    }
    sandbox
}

/// Returns the agency piece of three outlets: whole, retyped under another title, and cut to its lead.
fn three_outlets() -> Vec<(&'static str, &'static str, String)> {
    let retyped = format!("{LEAD} {BODY}")
        .replace('’', "&#39;")
        .replace("« ", "“")
        .replace(" »", "”")
        .replace(", après", " – après");
    vec![
        (
            "phare",
            "",
            feed("phare", &[item("https://phare.example/pont", TITLE, &format!("{LEAD}</p><p>{BODY}"))]),
        ),
        (
            "vigie",
            "",
            feed(
                "vigie",
                &[item(
                    "https://vigie.example/saint-brec-fissures",
                    "Fissures : le pont tournant de Saint-Brec interdit aux camions",
                    &format!(
                        "SAINT-BREC (APB) — {retyped} Anne Morvan avec agence. Lire la suite sur La Vigie"
                    ),
                )],
            ),
        ),
        (
            "dunes",
            "",
            feed(
                "dunes",
                &[item(
                    "https://dunes.example/1234",
                    &format!("{TITLE} - Radio Dunes"),
                    &format!("{LEAD} […]"),
                )],
            ),
        ),
    ]
}

fn poll(sandbox: &Sandbox) -> Vec<Value> {
    sandbox.run(&["poll", "--all", "--json"]).expect_code(0).json_lines()
}

fn why(sandbox: &Sandbox, question: &str) -> Value {
    sandbox.run(&["why", question, "--json"]).expect_code(0).json()
}

/// Returns the river as JSON Feed, once it holds an article.
fn river(sandbox: &Sandbox) -> Vec<Value> {
    let daemon = sandbox.start();
    until("a river", || daemon.get("/feed.xml").text().contains("<item>"));
    let feed: Value = serde_json::from_slice(&daemon.get("/feed.json").body).expect("JSON");
    assert!(daemon.stop().success());
    feed["items"].as_array().expect("items").clone()
}

#[test]
fn a_story_that_three_outlets_run_is_one_article_that_names_the_others() {
    let sandbox = sandbox("", &three_outlets());
    let outcomes: Vec<Value> = ["phare", "vigie", "dunes"]
        .iter()
        .flat_map(|name| sandbox.run(&["poll", name, "--json"]).expect_code(0).json_lines())
        .filter(|line| line["summary"].is_object())
        .collect();
    let counts: Vec<_> =
        outcomes.iter().map(|line| (&line["summary"]["added"], &line["summary"]["grouped"])).collect();
    assert_eq!(counts, [(&1.into(), &0.into()), (&0.into(), &1.into()), (&0.into(), &1.into())]);

    let items = river(&sandbox);
    assert_eq!(items.len(), 1, "{items:?}");
    assert_eq!(items[0]["url"], "https://phare.example/pont");
    let also = items[0]["_river"]["also_in"].as_array().expect("also in");
    let urls: Vec<&str> = also.iter().filter_map(|place| place["url"].as_str()).collect();
    assert_eq!(urls, ["https://vigie.example/saint-brec-fissures", "https://dunes.example/1234"]);

    let history = why(&sandbox, "https://dunes.example/1234");
    let entries = history["articles"][0]["entries"].as_array().expect("entries");
    let rules: Vec<(&Value, &Value)> =
        entries.iter().map(|entry| (&entry["source"], &entry["joined"][0]["rule"])).collect();
    assert_eq!(rules[0], (&"phare".into(), &Value::Null));
    assert!(rules.contains(&(&"vigie".into(), &"same text".into())), "{rules:?}");
    assert!(rules.contains(&(&"dunes".into(), &"cut from the other".into())), "{rules:?}");
    let text = sandbox.run(&["why", "https://vigie.example/saint-brec-fissures"]).expect_code(0).stdout();
    assert!(text.contains("represented by  phare: it comes first in feeds.toml"), "{text}");
    assert!(text.contains("joined by"), "{text}");
}

#[test]
fn hide_shows_one_article_without_other_places_and_off_shows_all() {
    let hidden = sandbox("[dedup]\nnear_duplicates = \"hide\"\n", &three_outlets());
    poll(&hidden);
    let items = river(&hidden);
    assert_eq!(items.len(), 1);
    assert_eq!(items[0]["_river"]["also_in"], Value::Null, "{items:?}");

    let off = sandbox("[dedup]\nnear_duplicates = \"off\"\n", &three_outlets());
    poll(&off);
    assert_eq!(river(&off).len(), 3);
}

#[test]
fn priority_decides_the_representative() {
    let mut feeds = three_outlets();
    feeds[1].1 = "priority = 5";
    let sandbox = sandbox("", &feeds);
    poll(&sandbox);
    assert_eq!(river(&sandbox)[0]["url"], "https://vigie.example/saint-brec-fissures");
    let text = sandbox.run(&["why", "https://phare.example/pont"]).expect_code(0).stdout();
    assert!(text.contains("vigie: it has the highest priority (5)"), "{text}");
}

#[test]
fn notices_of_one_template_and_the_numbers_of_a_series_all_stay_apart() {
    let towns = ["Arvor", "Brignac", "Kerlouan", "Plouzé", "Saint-Brec", "Trévou"];
    let weather: Vec<String> = towns
        .iter()
        .map(|town| {
            let text = format!(
                "Retrouvez les prévisions de la météo pour la commune de {town} ce vendredi 10 janvier : températures, \
                 vent, pluie et ensoleillement heure par heure, avec les bulletins de vigilance du jour."
            );
            item(&format!("https://meteo.example/{town}"), &format!("{town} : la météo du vendredi 10 janvier"), &text)
        })
        .collect();
    let series: Vec<String> = (41..44)
        .map(|number| {
            let page = format!("https://revue.example/{number}");
            item(&page, &format!("Les liens de la semaine #{number}"), &format!("{LEAD} {BODY}"))
        })
        .collect();
    let again: Vec<String> =
        series.iter().map(|item| item.replace("revue.example", "revue-bis.example")).collect();
    let (first, second) = weather.split_at(3);
    let sandbox = sandbox(
        "",
        &[
            ("ouest", "", feed("ouest", first)),
            ("est", "", feed("est", second)),
            ("revue", "", feed("revue", &series)),
            ("revue-bis", "", feed("revue-bis", &again)),
        ],
    );
    poll(&sandbox);
    let items = river(&sandbox);
    let titles: Vec<&str> = items.iter().filter_map(|item| item["title"].as_str()).collect();
    for town in towns {
        assert!(titles.iter().any(|title| title.starts_with(town)), "{town}: {titles:?}");
    }
    // Each number of the review is one story in two places, and no two numbers are one story.
    for number in 41..44 {
        let of_number: Vec<_> =
            titles.iter().filter(|title| title.ends_with(&format!("#{number}"))).collect();
        assert_eq!(of_number.len(), 1, "{titles:?}");
    }
    assert_eq!(titles.len(), 9, "{titles:?}");
}

#[test]
fn why_shows_a_filtered_entry_and_the_river_shows_it_once_the_filter_is_gone() {
    let feeds = |filter: &'static str| {
        vec![("phare", filter, feed("phare", &[item("https://phare.example/pont", TITLE, LEAD)]))]
    };
    let sandbox = sandbox("", &feeds("drop = [\"saint-brec\"]"));
    let polled = poll(&sandbox);
    assert_eq!(polled[0]["added"], 0);
    let history = why(&sandbox, "https://phare.example/pont");
    assert_eq!(history["articles"][0]["entries"][0]["held_back"], "drop \"saint-brec\"", "{history}");
    let text = sandbox.run(&["why", "https://phare.example/pont"]).expect_code(0).stdout();
    assert!(text.contains("never in the river: every entry is held back by a filter"), "{text}");

    let config = std::fs::read_to_string(sandbox.config()).expect("feeds.toml");
    sandbox.configure(&config.replace("drop = [\"saint-brec\"]", ""));
    assert_eq!(river(&sandbox).len(), 1);
    assert_eq!(
        why(&sandbox, "https://phare.example/pont")["articles"][0]["entries"][0]["held_back"],
        Value::Null
    );
}

#[test]
fn why_says_that_an_unknown_address_is_unknown() {
    let sandbox = sandbox("", &three_outlets());
    let without_database = sandbox.run(&["why", "https://nobody.example/"]).expect_code(1).stderr();
    assert!(without_database.contains("nothing was polled yet"), "{without_database}");
    poll(&sandbox);
    for asked in ["https://nobody.example/", "no such key"] {
        let ran = sandbox.run(&["why", asked]).expect_code(1);
        assert!(ran.stderr().contains(&format!("nothing is known about `{asked}`")), "{}", ran.stderr());
        assert!(ran.stderr().contains("`riverd search` finds words"), "{}", ran.stderr());
        let purged = "of a source that was removed with `--purge`, nothing is kept\n";
        assert!(ran.stderr().contains(purged), "{}", ran.stderr());
    }
    let expected = serde_json::json!({
        "asked": "https://nobody.example/", "articles": [], "pruned": [], "left_out": [], "may_be_among": [],
        "may_be_missed": []
    });
    let answer = sandbox.run(&["why", "https://nobody.example/", "--json"]).expect_code(1).json();
    assert_eq!(answer, expected);
}

#[test]
fn two_entries_are_compared_with_the_rule_and_its_figures() {
    let mut feeds = three_outlets();
    // The lead of the third outlet stands in all texts and would join them.
    feeds.truncate(2);
    let other = BODY.replace("onze jours", "vingt jours").replace("14 mars", "15 mars");
    let text = format!("{LEAD}</p><p>{other}");
    feeds.push(("brume", "", feed("brume", &[item("https://brume.example/pont", TITLE, &text)])));
    let sandbox = sandbox("", &feeds);
    poll(&sandbox);
    let whole = "https://phare.example/pont";
    let compared = |other: &str| {
        let answer = sandbox.run(&["why", whole, other, "--json"]).expect_code(0).json();
        answer["comparison"].clone()
    };
    let same = compared("https://vigie.example/saint-brec-fissures");
    assert_eq!((&same["joined"], &same["rule"]), (&true.into(), &"same text".into()), "{same}");
    let apart = compared("https://brume.example/pont");
    assert_eq!((&apart["joined"], &apart["rule"]), (&false.into(), &"other facts".into()), "{apart}");
    assert_eq!(apart["figures"]["different_facts"], 2, "{apart}");
    assert_eq!(apart["only_in_one"], serde_json::json!(["onze", "14 mars"]), "{apart}");
    let text = sandbox.run(&["why", whole, "https://brume.example/pont"]).expect_code(0).stdout();
    assert!(text.starts_with("two articles: other facts\n"), "{text}");
    for line in [
        "\n  the texts agree otherwise, but at 2 places they have different numbers or names or say opposite things; they may at none\n",
        "\n    other facts     `onze` in the first, `vingt` in the second\n",
        "\n    other facts     `14 mars` in the first, `15 mars` in the second\n",
        " (numbers and names) in common; others at 2 places, and none is allowed\n",
    ] {
        assert!(text.contains(line), "{line}{text}");
    }
    assert!(!text.contains("rule now"), "{text}");
    let unknown = sandbox.run(&["why", whole, "https://nobody.example/"]).expect_code(1);
    assert!(
        unknown.stderr().contains("nothing is known about `https://nobody.example/`"),
        "{}",
        unknown.stderr()
    );
}

#[test]
fn of_two_entries_why_says_which_one_is_left_out_and_by_which_rule() {
    let page = "https://phare.example/pont";
    let first = item(page, TITLE, LEAD);
    let second = item("https://phare.example/quai", TITLE, BODY);
    let items = [first, second, item("https://phare.example/port", "Le port", BODY)];
    let sandbox = sandbox("", &[("phare", "max_entries = 1", feed("phare", &items))]);
    poll(&sandbox);
    let asked = ["why", page, "https://phare.example/quai"];
    let text = sandbox.run(&asked).expect_code(0).stdout();
    for part in [
        "not compared\n  the second is left out (max_entries): `max_entries` of the source excludes it (1); ",
        &format!("\n  first: {TITLE} of phare\n"),
        "\n    titles          the same\n    pages           not the same\n",
    ] {
        assert!(text.contains(part), "{part}\n{text}");
    }
    let answer = sandbox.run(&[&asked[..], &["--json"]].concat()).expect_code(0).json();
    assert_eq!(answer["comparison"], Value::Null);
    let not_compared = &answer["not_compared"];
    assert_eq!(
        (&not_compared["one"]["state"], &not_compared["same_title"]),
        (&"stored".into(), &true.into())
    );
    let other = &not_compared["other"];
    assert_eq!((&other["state"], &other["reason"]), (&"left_out".into(), &"max_entries".into()), "{answer}");
    let both = sandbox.run(&["why", asked[2], "https://phare.example/port"]).expect_code(0).stdout();
    assert!(
        both.contains("the first is left out (max_entries)") && both.contains("; the second is"),
        "{both}"
    );
    let unknown = sandbox.run(&["why", asked[2], "https://nobody.example/", "--json"]).expect_code(1);
    assert!(unknown.stderr().contains("nothing is known about `https://nobody.example/`"));
    assert_eq!(unknown.json()["not_compared"], Value::Null);
}

#[test]
fn why_names_the_entries_through_which_two_are_one_article() {
    let mut feeds = three_outlets();
    feeds.truncate(2);
    let other = BODY.replace("onze jours", "vingt jours").replace("14 mars", "15 mars");
    let text = format!("{LEAD}</p><p>{other}");
    feeds.push(("brume", "", feed("brume", &[item("https://brume.example/pont", TITLE, &text)])));
    feeds.push(("bref", "", feed("bref", &[item("https://bref.example/pont", TITLE, LEAD)])));
    let sandbox = sandbox("", &feeds);
    poll(&sandbox);
    let asked = ["why", "https://phare.example/pont", "https://brume.example/pont"];
    let answer = sandbox.run(&[&asked[..], &["--json"]].concat()).expect_code(0).json();
    let comparison = &answer["comparison"];
    assert_eq!((&comparison["joined"], &comparison["judged"]), (&true.into(), &"other facts".into()));
    assert_eq!(comparison["rule"], "through other entries");
    let through = comparison["through"].as_array().expect("an array");
    let sources: Vec<_> =
        through.iter().map(|pair| [&pair["one"]["source"], &pair["other"]["source"]]).collect();
    assert_eq!(sources, [["phare", "bref"], ["bref", "brume"]], "{comparison}");
    assert!(through.iter().all(|pair| pair["figures"]["score"] == 1.0), "{comparison}");
    let rule = &through[0]["rule"].as_str().expect("a rule");
    let text = sandbox.run(&asked).expect_code(0).stdout();
    let named = format!(
        "`{TITLE}` of phare and `{TITLE}` of bref: {rule}; `{TITLE}` of bref and `{TITLE}` of brume: "
    );
    for part in
        ["one article: through other entries\n", &named, " of phare, and ", " in phrases", "    score "]
    {
        assert!(text.contains(part), "{part}\n{text}");
    }
    assert!(!text.contains("other facts"), "{text}");
    let direct = sandbox.run(&["why", asked[1], "https://bref.example/pont", "--json"]).expect_code(0).json();
    assert_eq!(direct["comparison"]["through"], serde_json::json!([]), "{direct}");
}

#[test]
fn why_of_two_ids_that_one_entry_had_says_what_stayed_the_same() {
    let page = "https://phare.example/pont";
    let with_id = |id: &str| {
        let item = item(page, TITLE, LEAD);
        feed("phare", &[item.replace(&format!("<guid>{page}"), &format!("<guid isPermaLink=\"false\">{id}"))])
    };
    let sandbox = sandbox("", &[("phare", "", with_id("pont-1"))]);
    let compared = |one: &str, other: &str| {
        let answer = sandbox.run(&["why", one, other, "--json"]).expect_code(0).json();
        assert_eq!(answer["comparison"]["rule"], "same entry", "{answer}");
        answer["comparison"]["explanation"].as_str().unwrap_or_default().to_owned()
    };
    poll(&sandbox);
    assert_eq!(compared("pont-1", page), "both questions mean one entry");
    std::fs::write(sandbox.path().join("phare.xml"), with_id("pont-2")).expect("a feed can be written");
    poll(&sandbox);
    let explanation = compared("pont-1", "pont-2");
    assert!(explanation.ends_with("is page and title and text"), "{explanation}");
}

#[test]
fn lists_of_one_entry_and_guids_that_are_positions_lose_no_entry() {
    let with_guid =
        |guid: &str, rest: &str| format!("<item><guid isPermaLink=\"false\">{guid}</guid>{rest}</item>");
    let newscast = |poll: usize| {
        let file = format!(
            "<title>Latest news</title><link>https://radio.example/news</link><description>The news in five minutes.</description>\
             <enclosure url=\"https://radio.example/{poll}.mp3\" type=\"audio/mpeg\" length=\"1\"/>"
        );
        feed("radio", &[with_guid(&format!("news-{poll}"), &file)])
    };
    let notes = |poll: usize| {
        let words = ["oak", "elm", "fir", "ash", "yew", "box", "fig"];
        let note = |at: usize| {
            let tree = words[poll + 3 - at];
            with_guid(
                &at.to_string(),
                &format!("<description>The {tree} by the gate has new leaves.</description>"),
            )
        };
        feed("notes", &(0..4).map(note).collect::<Vec<_>>())
    };
    let sandbox = sandbox("", &[("radio", "", newscast(0)), ("notes", "", notes(0))]);
    poll(&sandbox);
    for at in 1..4 {
        for (name, document) in [("radio", newscast(at)), ("notes", notes(at))] {
            std::fs::write(sandbox.path().join(format!("{name}.xml")), document)
                .expect("a feed can be written");
        }
        poll(&sandbox);
    }
    let items = river(&sandbox);
    let texts: HashSet<&str> = items.iter().filter_map(|item| item["content_html"].as_str()).collect();
    let files: HashSet<&str> =
        items.iter().filter_map(|item| item["attachments"][0]["url"].as_str()).collect();
    assert_eq!((items.len(), texts.len(), files.len()), (4 + 7, 1 + 7, 4), "{items:#?}");
}

#[test]
fn a_page_that_shows_other_words_under_one_title_on_a_later_day_is_another_article() {
    let dated = |page: &str, title: &str, day: u32, text: &str| {
        let date = format!("<pubDate>{day} Nov 2026 06:0{day}:11 GMT</pubDate></item>");
        item(page, title, text).replace("</item>", &date)
    };
    let of_day = |day: u32, text: &str| {
        let page = dated("https://stars.example/horoscope", "Today’s horoscope", day, text);
        feed("stars", &[page, dated("https://stars.example/about", "About the stars", 1, "Who we are.")])
    };
    let (first, second, third) = (
        "Aries: a calm day, and good news in the evening. Taurus: be careful with money until Friday.",
        "Aries: somebody calls from a far country. Taurus: a long walk does more than any medicine now.",
        "Aries: rest at home, others will manage. Taurus: the letter for which you waited comes at last.",
    );
    let edited = second.replace("a far country", "far away");
    let sandbox = sandbox("", &[("stars", "", of_day(2, first))]);
    poll(&sandbox);
    for (day, text, articles) in [
        (3, second, 3),
        (3, second, 3),
        (3, &edited, 3),
        (4, third, 4),
        (4, third, 4),
        (4, &third.replace("at last", "today"), 4),
    ] {
        std::fs::write(sandbox.path().join("stars.xml"), of_day(day, text)).expect("a feed can be written");
        poll(&sandbox);
        let items = river(&sandbox);
        assert_eq!(items.len(), articles, "day {day}: {items:#?}");
    }
    let shown: Vec<Value> = river(&sandbox).into_iter().map(|item| item["content_html"].clone()).collect();
    let shown = Value::from(shown).to_string();
    for words in ["a calm day", "far away", "comes today."] {
        assert!(shown.contains(words), "{words}: {shown}");
    }
}
