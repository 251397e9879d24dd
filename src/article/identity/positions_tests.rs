//! Tests over several polls of lists whose addresses are positions, of columns with one title, of sites that were rendered anew
//! and of versions under one id.

use std::collections::{HashMap, HashSet};

use super::events_tests::{DAY, Polled, Post, START, assert_each_shown_once, is_same_list, post};

const TITLES: [&str; 12] = [
    "Oak felled",
    "Elm planted",
    "Fir for sale",
    "Ash wanted",
    "Yew clipped",
    "Box hedge",
    "Fig jam",
    "Bay leaves",
    "Sal resin",
    "Tea picked",
    "Pea sown",
    "Rye cut",
];

fn on_tree(n: i64, guid: &str, page: &str, published: Option<i64>) -> Post {
    let at = n.unsigned_abs();
    Post { published, ..post(guid, page, TITLES[at as usize], at, 0) }
}

#[test]
fn addresses_that_are_positions_in_the_list_overwrite_no_article() {
    let ways = ["link", "guid and link", "guid beside a link"];
    for way in ways {
        for form in ["https://a.example/?item=", "https://a.example/", "https://a.example/news.php#"] {
            for hours in [None, Some(9), Some(26)] {
                for new in [1, 2] {
                    let entry = |(at, n): (i64, i64)| {
                        let page = format!("{form}{at}");
                        let guid = match way {
                            "link" => String::new(),
                            "guid and link" => page.clone(),
                            _ => format!("n{at}"),
                        };
                        on_tree(n, &guid, &page, hours.map(|hours| START + n * hours * 3600))
                    };
                    let list = |poll: i64| (1..).zip((new * poll..new * poll + 5).rev()).map(entry).collect();
                    let lists: Vec<Vec<Post>> = (0..3).map(list).collect();
                    assert_each_shown_once(&format!("{way}, {form}, {hours:?} h, {new} new"), &lists);
                }
            }
        }
    }
}

/// Returns the guid and the address of a position.
type PlaceOf = fn(usize) -> [String; 2];

/// Returns a list of notes without dates: note N has the text N, and `place` gives it the guid and the address of its position.
fn notes(
    numbers: impl IntoIterator<Item = i64>,
    title: &str,
    place: impl Fn(usize) -> [String; 2],
) -> Vec<Post> {
    let note = |(at, n): (usize, i64)| {
        let [guid, page] = place(at);
        Post { published: None, words: 15, ..post(&guid, &page, title, n.unsigned_abs(), 0) }
    };
    numbers.into_iter().enumerate().map(note).collect()
}

/// Checks that no key of a source ever shows two texts, and that each text has one key.
fn assert_each_text_has_one_key(name: &str, lists: &[Vec<Post>]) {
    let mut polled = Polled::default();
    let mut shown: HashMap<u64, String> = HashMap::new();
    for (poll, list) in lists.iter().enumerate() {
        for (key, post) in polled.poll(list).into_iter().zip(list) {
            let key = key.unwrap();
            let before = shown.insert(post.text, key.clone());
            assert!(
                before.is_none_or(|before| before == key),
                "{name}, poll {poll}: text {} again",
                post.text
            );
        }
    }
    let keys: HashSet<&String> = shown.values().collect();
    assert_eq!(keys.len(), shown.len(), "{name}: a text was overwritten");
}

#[test]
fn notes_without_titles_of_their_own_whose_keys_are_positions_overwrite_no_article() {
    let places: [(&str, PlaceOf); 4] = [
        ("guids", |at| [at.to_string(), String::new()]),
        ("guids and one page", |at| [at.to_string(), "https://a.example/notes".to_owned()]),
        ("addresses", |at| [String::new(), format!("https://a.example/?item={at}")]),
        ("both", |at| [format!("https://a.example/{at}"), format!("https://a.example/{at}")]),
    ];
    for (place_name, place) in places {
        for title in ["", "Status"] {
            for new in 1..4 {
                let name = format!("{place_name}, title {title:?}, {new} new");
                let list = |poll: i64| notes((new * poll..new * poll + 5).rev(), title, place);
                let lists: Vec<_> = (0..8).map(list).collect();
                assert_each_text_has_one_key(&name, &lists);
                let again: Vec<_> = [0, 1, 1, 2, 2, 2, 3].map(list).into();
                assert_each_text_has_one_key(&format!("{name}, some polls bring none"), &again);
                let all_new = [list(0), list(1), list(9), list(10)];
                assert_each_text_has_one_key(&format!("{name}, then a list of new ones"), &all_new);
            }
            let oldest_first: Vec<_> = (0..4).map(|poll| notes(poll..poll + 5, title, place)).collect();
            assert_each_text_has_one_key(&format!("{place_name}, {title:?}, oldest first"), &oldest_first);
        }
    }
}

#[test]
fn notes_and_figures_with_lasting_guids_are_edited_in_place() {
    let guid = |at: usize| [format!("sensor-{at}"), String::new()];
    for title in ["", "Status"] {
        let list = |texts: [i64; 5]| notes(texts, title, guid);
        assert!(is_same_list(&list([1, 2, 3, 4, 5]), &list([1, 7, 3, 8, 5])), "edited");
        assert!(is_same_list(&list([1, 2, 3, 4, 5]), &list([6, 7, 8, 9, 10])), "all edited");
        assert!(is_same_list(&list([1, 2, 3, 4, 5]), &list([1, 2, 4, 7, 5])), "one text is that of another");
        let figures =
            |texts| -> Vec<Post> { list(texts).into_iter().map(|post| Post { words: 2, ..post }).collect() };
        assert!(
            is_same_list(&figures([1, 2, 3, 4, 5]), &figures([9, 1, 2, 3, 4])),
            "a figure of another sensor"
        );
    }
}

#[test]
fn a_site_that_counts_anew_after_it_lost_its_database_overwrites_no_article() {
    let list = |first: i64, days: i64| -> Vec<Post> {
        let entry = |n: i64| {
            let (guid, page) = (format!("post-{n}"), format!("https://a.example/post/{n}"));
            on_tree(first + n, &guid, &page, Some(START + days * DAY + n * 7_201))
        };
        (0..5).map(entry).collect()
    };
    assert_each_shown_once("all at once", &[list(0, 0), list(6, 8), list(6, 8)]);
    let without_guids = |list: Vec<Post>| -> Vec<Post> {
        list.into_iter().map(|post| Post { guid: String::new(), ..post }).collect()
    };
    assert_each_shown_once("without guids", &[without_guids(list(0, 0)), without_guids(list(6, 8))]);
    assert!(is_same_list(&list(0, 0), &list(6, 0)), "a translation keeps the dates");
}

#[test]
fn an_address_that_is_given_to_one_other_entry_is_edited_in_place() {
    let list = |titles: [i64; 4]| -> Vec<Post> {
        let entry =
            |(at, n): (i64, i64)| on_tree(n, "", &format!("https://a.example/{at}"), Some(START + at));
        (1..).zip(titles).map(entry).collect()
    };
    assert!(is_same_list(&list([1, 2, 3, 4]), &list([1, 7, 3, 4])), "a page was written anew");
    assert_eq!(Polled::count(&[list([1, 2, 3, 4]), list([2, 1, 3, 4])]), [4, 4], "two pages were exchanged");
}

#[test]
fn a_column_with_one_title_and_no_page_of_its_own_is_new_each_day() {
    let day = |n: i64, page: &str, hours: i64| {
        vec![Post { text: n as u64, ..post("", page, "Word of the day", 0, START + n * hours * 3600) }]
    };
    for page in ["", "https://a.example/", "https://a.example"] {
        for hours in [24, 84] {
            let days: Vec<_> = (0..4).map(|n| day(n, page, hours)).collect();
            assert_eq!(Polled::count(&days), [1, 2, 3, 4], "{page:?}, {hours} h");
        }
    }
    let hourly: Vec<_> = (0..4).map(|n| day(n, "https://a.example/", 1)).collect();
    assert_eq!(Polled::count(&hourly), [1; 4], "a figure that is renewed each hour");
}

#[test]
fn a_site_that_is_rendered_anew_with_midnight_in_another_zone_brings_nothing_back() {
    let midnight = |n: i64| 20_000 * DAY - n * DAY;
    let slug = |n: i64| TITLES[n as usize].to_lowercase().replace(' ', "-");
    let list = |page: &dyn Fn(i64) -> String, hours: i64, text: u64| -> Vec<Post> {
        let entry = |n: i64| Post {
            words: 60,
            text: text + n as u64,
            ..post(&page(n), &page(n), TITLES[n as usize], 0, midnight(n) + hours * 3600)
        };
        (0..6).map(entry).collect()
    };
    let old = list(&|n| format!("https://a.example/2026/{}.html", slug(n)), 0, 0);
    let posts = |n| format!("https://a.example/posts/{}/", slug(n));
    assert!(is_same_list(&old, &list(&posts, 5, 100)), "the name in the address stays");
    assert!(
        is_same_list(&old, &list(&|n| format!("https://a.example/{}x/", slug(n)), 5, 0)),
        "the text stays"
    );
    let next = list(&|n| format!("https://a.example/{}x/", slug(n)), 6, 100);
    assert_eq!(Polled::count(&[old, next]), [6, 12], "a timetable: neither stays");
}

#[test]
fn versions_that_only_state_their_change_are_one_entry_under_any_titles() {
    let rest = (0..4).map(|n| on_tree(n, &format!("tag:{n}"), &format!("https://a.example/{n}"), None));
    let version = |title: &str, page: &str, updated: i64| Post {
        published: None,
        updated: Some(updated),
        ..post("tag:road", page, title, updated as u64, 0)
    };
    let both = |page: &str| {
        let versions = [version("Road closed", page, START), version("[Update] Road open", page, START + 60)];
        versions.into_iter().chain(rest.clone()).collect::<Vec<_>>()
    };
    assert_eq!(Polled::count(&[both("https://a.example/road")]), [5]);
    assert_eq!(Polled::count(&[both("https://a.example/")]), [6], "the front page is the page of several");
    let without_others = both("https://a.example/road").into_iter().take(2).collect::<Vec<_>>();
    assert_eq!(Polled::count(&[without_others]), [2], "one id for all entries says nothing");
}

#[test]
fn an_entry_whose_title_and_text_were_corrected_keeps_its_own_page_though_guids_are_positions() {
    let list = |newest: i64, edited: &str| -> Vec<Post> {
        let entry = |(at, n): (i64, i64)| {
            let page = format!("https://a.example/{}", TITLES[n as usize].replace(' ', "-"));
            let entry = on_tree(n, &format!("item-{at}"), &page, Some(START + n * DAY));
            if n == 3 && !edited.is_empty() {
                Post { title: format!("{} {edited}", entry.title), text: 103, ..entry }
            } else {
                entry
            }
        };
        (0..).zip((newest - 4..=newest).rev()).map(entry).collect()
    };
    let lists = [list(5, ""), list(6, "(corrected)"), list(6, "(corrected)"), list(7, "(corrected)")];
    assert_eq!(Polled::count(&lists), [5, 6, 6, 7]);
    let mut polled = Polled::default();
    for list in &lists {
        polled.poll(list);
    }
    let shown = polled.known.iter().filter(|known| known.title.starts_with(TITLES[3]));
    assert_eq!(shown.map(|known| known.content_hash).collect::<Vec<_>>(), [Some(103)]);
}
