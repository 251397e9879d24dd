//! Tests over several polls of feeds that list only their newest entry, whose title and page are the same for ever.

use super::events_tests::{DAY, Polled, Post, START, is_same_list, post};

const HOUR: i64 = 3600;
const PAGES: [&str; 2] = ["https://radio.example/", "https://radio.example/newscast"];

/// Returns a document that lists the newscast with this guid and this audio file. Each document has other dates.
fn newscast(guid: &str, page: &str, file: u64, published: Option<i64>) -> Vec<Post> {
    vec![Post { published, words: 6, ..post(guid, page, "Latest news", file, 0) }]
}

#[test]
fn the_next_entry_of_a_list_of_one_has_a_new_guid_and_another_text_or_file() {
    let noon = START - START % DAY + DAY / 2;
    let dates = [
        ("each hour on the second", Some((START, HOUR))),
        ("each full hour", Some((noon, HOUR))),
        ("at odd times", Some((START, 2_713))),
        ("each day", Some((noon, DAY))),
        ("only the day", Some((noon, 0))),
        ("none", None),
    ];
    for page in PAGES {
        for (name, dates) in dates {
            let list = |n: i64| {
                let date = dates.map(|(first, step)| first + n * step);
                newscast(&format!("uuid-{n}"), page, n.unsigned_abs(), date)
            };
            let lists: Vec<_> = (0..5).map(list).collect();
            assert_eq!(Polled::count(&lists), [1, 2, 3, 4, 5], "{page}, dates: {name}");
            let unchanged = [list(0), list(1), list(1), list(1), list(2), list(2)];
            assert_eq!(Polled::count(&unchanged), [1, 2, 2, 2, 3, 3], "{page}, dates: {name}");
        }
    }
}

#[test]
fn a_list_of_one_with_a_new_guid_at_each_fetch_stays_one_article_also_after_an_edit() {
    for date in [None, Some(START)] {
        let fetched = |n: i64, text: u64| newscast(&format!("fetch-{n}"), PAGES[1], text, date);
        let lists = [fetched(0, 1), fetched(1, 1), fetched(2, 1), fetched(3, 2), fetched(4, 2)];
        assert_eq!(Polled::count(&lists), [1; 5], "{date:?}");
    }
}

#[test]
fn an_edit_of_the_only_entry_keeps_its_key() {
    let page = PAGES[1];
    let before = newscast("uuid-0", page, 1, Some(START));
    for (name, after) in [
        ("the guid stays", newscast("uuid-0", page, 2, Some(START + HOUR))),
        ("the second stays", newscast("uuid-1", page, 2, Some(START))),
    ] {
        assert!(is_same_list(&before, &after), "{name}");
    }
    for guid in ["", page] {
        let hourly = [0, 1, 2].map(|n: i64| newscast(guid, page, n.unsigned_abs(), Some(START + n * HOUR)));
        assert_eq!(
            Polled::count(&hourly),
            [1; 3],
            "a figure that is renewed each hour under no guid of its own, {guid:?}"
        );
    }
    let with_guid = newscast("uuid-0", page, 2, None);
    assert!(is_same_list(&newscast("", page, 1, None), &with_guid), "a guid was added");
}
