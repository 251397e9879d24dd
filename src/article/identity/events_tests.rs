//! Tests, over several polls, which entries of one source are different events, and which are one event that moved.

use super::tests::stored_entry;
use super::*;

/// A function that gives a post its dates, by the number of the post.
type Dated<'d> = &'d dyn Fn(i64, Post) -> Post;

pub(super) const DAY: i64 = 86_400;
/// A moment in seconds since 1970, at an odd time of day that no timetable has.
pub(super) const START: i64 = 20_000 * DAY + 33_463;

/// An owned form of [`EntryIdentity`].
#[derive(Clone, Default, Debug)]
pub(super) struct Post {
    pub(super) guid: String,
    pub(super) page: String,
    pub(super) title: String,
    pub(super) text: u64,
    pub(super) published: Option<i64>,
    pub(super) updated: Option<i64>,
    pub(super) words: usize,
}

pub(super) fn post(guid: &str, page: &str, title: &str, text: u64, published: i64) -> Post {
    Post {
        guid: guid.to_owned(),
        page: page.to_owned(),
        title: title.to_owned(),
        text,
        published: Some(published),
        ..Post::default()
    }
}

pub(super) fn identity(post: &Post) -> EntryIdentity<'_> {
    let some = |text: &str| (!text.is_empty()).then_some(());
    EntryIdentity {
        guid: some(&post.guid).map(|()| post.guid.as_str()),
        url: some(&post.page).map(|()| post.page.as_str()),
        canonical_url: some(&post.page).map(|()| post.page.as_str()),
        title: &post.title,
        published_at: post.published.map(Timestamp::from_unix),
        updated_at: post.updated.map(Timestamp::from_unix),
        content_hash: post.text,
        seen_hash: post.text,
        words: post.words,
        duration_s: None,
        texts: [None; 2],
    }
}

/// A source that is polled: the entries that the store knows, by key.
#[derive(Default)]
pub(super) struct Polled {
    pub(super) known: Vec<KnownEntry>,
    scheme: IdentityScheme,
}

impl Polled {
    /// Reads a document, stores its entries, and returns their keys. `None` stands for a repeated entry.
    pub(super) fn poll(&mut self, document: &[Post]) -> Vec<Option<String>> {
        self.poll_after(2 * 3600, document)
    }

    /// Reads a document, as [`poll`](Self::poll) does, so many seconds after the latest date in it.
    fn poll_after(&mut self, seconds: i64, document: &[Post]) -> Vec<Option<String>> {
        let entries: Vec<_> = document.iter().map(identity).collect();
        let known = self.known.iter().cloned().collect();
        let latest = document.iter().filter_map(|post| post.published).max().unwrap_or(START);
        let fetched_at = Timestamp::from_unix(latest + seconds);
        let (identities, scheme) = super::assign(&entries, self.scheme, &known, fetched_at);
        self.scheme = scheme;
        let mut keys = Vec::new();
        for (identity, entry) in identities.into_iter().zip(&entries) {
            let Identity::Own(key) = identity else {
                keys.push(None);
                continue;
            };
            self.known.retain(|known| known.key != key);
            keys.push(Some(key.0.clone()));
            self.known.push(stored_entry(entry, key));
        }
        keys
    }

    /// Polls `documents` one after the other, and returns how many entries are known after each.
    pub(super) fn count(documents: &[Vec<Post>]) -> Vec<usize> {
        Self::count_after(2 * 3600, documents)
    }

    /// Polls `documents` so many seconds after the latest date in each, and returns how many entries are known after each.
    fn count_after(seconds: i64, documents: &[Vec<Post>]) -> Vec<usize> {
        let mut polled = Self::default();
        let count = |document: &Vec<Post>| {
            polled.poll_after(seconds, document);
            polled.known.len()
        };
        documents.iter().map(count).collect()
    }
}

/// Returns whether the entries of `after` are those of `before`, in the same order.
pub(super) fn is_same_list(before: &[Post], after: &[Post]) -> bool {
    let mut polled = Polled::default();
    let first = polled.poll(before);
    polled.poll(after) == first
}

#[test]
fn events_in_one_wording_on_one_page_are_told_apart_by_their_ids_and_dates() {
    let event = |n: i64| {
        let word = if n % 2 == 0 { "up" } else { "down" };
        post(&format!("e{n}"), "https://pump.example/", word, n.unsigned_abs() % 2, START + n * 10_801)
    };
    let lists = |make: &dyn Fn(i64) -> Post| -> Vec<Vec<Post>> {
        (0..4).map(|poll| (0..6).map(|at| make(2 * poll + 6 - at)).collect()).collect()
    };
    assert_eq!(Polled::count(&lists(&event)), [6, 8, 10, 12]);
    let undated = |n| Post { published: None, ..event(n) };
    assert_eq!(Polled::count(&lists(&undated)), [6, 8, 10, 12], "ids alone tell them apart");
    let dates_only = |n| Post { guid: String::new(), ..event(n) };
    assert_eq!(Polled::count(&lists(&dates_only)), [6, 8, 10, 12], "dates alone tell them apart");
    let renumbered = |n: i64| Post { guid: format!("e{}", n % 6), ..event(n) };
    assert_eq!(Polled::count(&lists(&renumbered)), [6, 8, 10, 12], "ids that restart prove nothing");
}

#[test]
fn a_reminder_in_the_same_words_is_another_one_each_week() {
    let reminder =
        |week: i64| post(&format!("r{week}"), "https://town.example/bins", "Bins", 1, START + week * 7 * DAY);
    let lists: Vec<Vec<Post>> =
        (0..4).map(|week| (0..3).map(|back| reminder(week - back)).collect()).collect();
    assert_eq!(Polled::count(&lists), [3, 4, 5, 6]);
    let single: Vec<Vec<Post>> = (0..3).map(|week| vec![reminder(week)]).collect();
    assert_eq!(Polled::count(&single), [1, 2, 3]);
}

#[test]
fn entries_that_share_guid_and_link_never_show_one_another() {
    let titles = ["oak", "elm", "fir", "ash", "yew", "box", "fig", "bay", "sal", "tea", "pea", "rye"];
    for listed in [3, 5, 8] {
        for (guid, page) in [("g", "https://town.example/qa"), ("g", ""), ("", "https://town.example/qa")] {
            let question = |n: usize| post(guid, page, titles[n], n as u64, START + n as i64 * DAY);
            let mut polled = Polled::default();
            let mut shown: HashMap<String, String> = HashMap::new();
            for poll in 0..4 {
                let list: Vec<Post> = (0..listed).map(|at| question(poll + listed - 1 - at)).collect();
                for (key, post) in polled.poll(&list).into_iter().zip(&list) {
                    let before = shown.insert(key.unwrap(), post.title.clone());
                    assert!(before.is_none_or(|before| before == post.title));
                }
                assert_eq!(polled.known.len(), listed + poll, "{listed} listed, {guid} {page}");
            }
        }
    }
}

#[test]
fn guids_that_are_positions_in_the_list_move_no_article() {
    let strip = |n: i64, at: i64| {
        let page = format!("https://strip.example/{n}");
        post(&format!("item-{at}"), &page, &format!("The daily strip {n}"), n.unsigned_abs(), START + n * DAY)
    };
    for step in [1, 2, 5] {
        let mut polled = Polled::default();
        let mut pages: HashMap<String, String> = HashMap::new();
        for poll in 0..4 {
            let list: Vec<Post> = (0..5).map(|at| strip(100 + step * poll - at, at)).collect();
            for (key, post) in polled.poll(&list).into_iter().zip(&list) {
                let before = pages.insert(key.unwrap(), post.page.clone());
                assert!(before.is_none_or(|before| before == post.page), "{step} new at each poll");
            }
            assert_eq!(polled.known.len() as i64, 5 + step * poll);
        }
    }
}

/// Returns a list of posts with texts of their own.
pub(super) fn posts(count: i64, page: impl Fn(i64) -> String, shift: i64) -> Vec<Post> {
    let one = |n: i64| {
        let page = page(n);
        post(&page, &page, &format!("Title {n}"), n.unsigned_abs(), START - n * 5 * DAY + shift)
    };
    (0..count).map(one).collect()
}

#[test]
fn a_site_that_moves_keeps_its_articles_with_dates_shifted_rounded_or_missing() {
    let old = posts(8, |n| format!("https://old.example/?p={n}"), 0);
    let new = posts(8, |n| format!("https://new.example/{n}/"), 0);
    assert!(is_same_list(&old, &new));
    assert!(is_same_list(&old, &posts(8, |n| format!("https://new.example/{n}/"), -3600)), "by an hour");
    let rounded = |posts: &[Post]| -> Vec<Post> {
        posts
            .iter()
            .map(|post| Post { published: post.published.map(|at| at - at % 60), ..post.clone() })
            .collect()
    };
    assert!(is_same_list(&old, &rounded(&new)), "to the minute");
    let undated = |posts: &[Post]| -> Vec<Post> {
        posts.iter().map(|post| Post { published: None, ..post.clone() }).collect()
    };
    assert!(is_same_list(&undated(&old), &undated(&new)), "undated");
    let notes = |posts: &[Post]| -> Vec<Post> {
        undated(posts).into_iter().map(|post| Post { title: String::new(), words: 12, ..post }).collect()
    };
    assert!(is_same_list(&notes(&old), &notes(&new)), "undated and untitled");
    let two_again =
        [&notes(&new)[..2], &notes(&posts(9, |n| format!("https://new.example/{n}/"), 0))[8..]].concat();
    assert_eq!(Polled::count(&[notes(&old), two_again]), [8, 11], "two texts may be a coincidence");
    let side_by_side = [notes(&new), notes(&old)].concat();
    assert_eq!(Polled::count(&[notes(&old), side_by_side]), [8, 16], "both are listed");
    let mut one_stays = old.clone();
    one_stays[1..].clone_from_slice(&new[1..]);
    assert!(is_same_list(&old, &one_stays), "one page stays");
}

#[test]
fn one_page_whose_slug_changes_is_the_same_article() {
    let old = posts(5, |n| format!("https://quay.example/{n}"), 0);
    let mut new = old.clone();
    new[2].guid = "https://quay.example/two".to_owned();
    new[2].page = new[2].guid.clone();
    assert!(is_same_list(&old, &new), "the second and the text are the same");
    let at_midnight = |posts: &[Post], words: usize| -> Vec<Post> {
        posts.iter().map(|post| Post { published: Some(START - 33_463), words, ..post.clone() }).collect()
    };
    assert!(is_same_list(&at_midnight(&old, 80), &at_midnight(&new, 80)), "a long text");
    assert!(
        !is_same_list(&at_midnight(&old, 5), &at_midnight(&new, 5)),
        "a few words of one day prove nothing"
    );
    let both = [new, vec![old[2].clone()]].concat();
    assert_eq!(Polled::count(&[old, both]), [5, 6], "both are listed side by side");
}

#[test]
fn ids_and_links_of_some_entries_change_where_only_changes_are_dated() {
    let topics = |form: &dyn Fn(i64) -> String| -> Vec<Post> {
        let changed = |post: Post| Post { updated: post.published, published: None, ..post };
        posts(6, form, 0).into_iter().map(changed).collect()
    };
    let before = topics(&|n| format!("https://forum.example/topic?t=7{n}&p=9{n}"));
    let after = topics(&|n| {
        if n < 3 {
            format!("https://forum.example/topic?p=9{n}")
        } else {
            format!("https://forum.example/topic?t=7{n}&p=9{n}")
        }
    });
    assert!(is_same_list(&before, &after));
}

#[test]
fn endings_and_session_ids_of_one_address_make_no_new_article() {
    let old = vec![Post { published: None, ..post("", "https://quay.example/a.html", "A", 1, 0) }];
    for page in ["https://quay.example/a/", "https://quay.example/a.html?PHPSESSID=0123456789abcdef0123"] {
        let new = vec![Post { page: page.to_owned(), ..old[0].clone() }];
        assert!(is_same_list(&old, &new), "{page}");
    }
    let other = vec![Post {
        page: "https://quay.example/a/".to_owned(),
        title: "B".to_owned(),
        text: 2,
        ..old[0].clone()
    }];
    assert!(!is_same_list(&old, &other), "another text on it");
}

#[test]
fn of_two_versions_under_one_id_the_newest_stands() {
    let version = |updated, text| Post {
        updated: Some(updated),
        ..post("tag:a", "https://quay.example/1", "Crane", text, START)
    };
    let rest = posts(4, |n| format!("https://quay.example/r{n}"), 0);
    let list = |versions: &[Post]| [versions, &rest].concat();
    let mut polled = Polled::default();
    polled.poll(&list(&[version(START + 60, 1)]));
    let keys = polled.poll(&list(&[version(START + 60, 1), version(START + 7_200, 2)]));
    assert_eq!((keys[0].as_deref(), keys[1].as_deref()), (None, Some("tag:a")));
    let newest = polled.known.iter().find(|known| known.key.0 == "tag:a").unwrap();
    assert_eq!(newest.content_hash, Some(2));
    assert_eq!(Polled::count(&[list(&[version(START + 7_200, 2), version(START + 60, 1)])]), [5]);
    let other =
        Post { title: "Pilot".to_owned(), published: Some(START + DAY), ..version(START + 90_000, 3) };
    assert_eq!(Polled::count(&[list(&[version(START + 60, 1), other])]), [6], "two entries under one id");
}

/// Returns a list whose guids are positions in it and whose entries have no page of their own. `dated` gives an
/// entry its dates, by its number.
fn positions(numbers: &[i64], page: &str, dated: impl Fn(i64, Post) -> Post) -> Vec<Post> {
    const TITLES: [&str; 12] =
        ["oak", "elm", "fir", "ash", "yew", "box", "fig", "bay", "sal", "tea", "pea", "rye"];
    let entry = |(at, n): (usize, &i64)| {
        dated(*n, post(&format!("item{at}"), page, TITLES[n.unsigned_abs() as usize], *n as u64, 0))
    };
    numbers.iter().enumerate().map(entry).collect()
}

/// Checks that no key of a source ever shows two titles, and that each title has a key.
pub(super) fn assert_each_shown_once(name: &str, lists: &[Vec<Post>]) {
    let mut polled = Polled::default();
    let mut shown: HashMap<String, String> = HashMap::new();
    for list in lists {
        for (key, post) in polled.poll(list).into_iter().zip(list) {
            let before = shown.insert(key.unwrap(), post.title.clone());
            assert!(before.is_none_or(|before| before == post.title), "{name}: {} overwrites", post.title);
        }
    }
    let titles: HashSet<&str> = lists.iter().flatten().map(|post| post.title.as_str()).collect();
    assert_eq!(shown.len(), titles.len(), "{name}");
}

#[test]
fn positions_and_rows_without_a_page_of_their_own_overwrite_no_article() {
    let grows = |new: i64| -> Vec<Vec<i64>> {
        (0..3).map(|poll| (0..5).map(|at| 4 + new * poll - at).collect()).collect()
    };
    let deleted_row = vec![vec![4, 3, 2, 1, 0], vec![4, 2, 1, 0], vec![5, 4, 2, 1, 0]];
    let changes = [("one new", grows(1)), ("two new", grows(2)), ("a deleted row", deleted_row)];
    for (change, lists) in &changes {
        for page in ["", "https://quay.example/", "https://quay.example/list"] {
            for hours in [1, 6, 12, 24, 30] {
                let published =
                    |n: i64, post: Post| Post { published: Some(START + n * hours * 3600), ..post };
                let updated = |n: i64, post: Post| Post {
                    published: None,
                    updated: Some(START + n * hours * 3600),
                    ..post
                };
                let on_day = |n: i64, post: Post| Post { published: Some(DAY * (20_000 + n / 2)), ..post };
                let kinds: [(&str, Dated<'_>); 3] =
                    [("published", &published), ("updated", &updated), ("a day", &on_day)];
                for (kind, dated) in kinds {
                    let lists: Vec<_> = lists.iter().map(|list| positions(list, page, dated)).collect();
                    assert_each_shown_once(&format!("{change}, {page:?}, {hours} h, {kind}"), &lists);
                }
            }
        }
    }
}

#[test]
fn an_edit_of_an_entry_without_a_page_keeps_its_key() {
    let entry = |n: i64| {
        let title = ["Oak felled", "Elm planted", "Fir for sale"][n as usize];
        post(&format!("tag:{n}"), "", title, n as u64, START + n * DAY)
    };
    let before: Vec<Post> = (0..3).map(entry).collect();
    let edits: [(&str, &dyn Fn(Post) -> Post); 4] = [
        ("the text", &|post| Post { text: 90, updated: Some(START + 9 * DAY), ..post }),
        ("title and text", &|post| Post { title: "Storm".to_owned(), text: 90, ..post }),
        ("the date by an hour", &|post| Post { published: Some(START + DAY + 3600), ..post }),
        ("a word of the title, text and date", &|post| Post {
            title: "Elm planted again".to_owned(),
            text: 90,
            published: Some(START + DAY + 3600),
            ..post
        }),
    ];
    for (name, edit) in edits {
        let mut after = before.clone();
        after[1] = edit(after[1].clone());
        assert!(is_same_list(&before, &after), "{name}");
    }
}

#[test]
fn ids_that_restart_on_another_site_overwrite_no_article() {
    let site = |host: &str, words: [&str; 4], hours: i64| -> Vec<Post> {
        let one = |(n, title): (i64, &str)| {
            let page = format!("https://{host}/{n}");
            post(
                &n.to_string(),
                &page,
                title,
                title.len() as u64 + 100 * n as u64,
                START - n * DAY - hours * 3600,
            )
        };
        (0..).zip(words).map(one).collect()
    };
    let old = site("old.example", ["Quay", "Crane", "Pilot", "Locks"], 0);
    for hours in [0, 1, 7, 300] {
        let new = site("new.example", ["Bread rises", "Oven cold", "Salt and rye", "Yeast for all"], hours);
        assert_eq!(Polled::count(&[old.clone(), new]), [4, 8], "{hours} h");
    }
    let moved = site("new.example", ["Quay", "Crane", "Pilot", "Locks"], 7);
    assert_eq!(Polled::count(&[old.clone(), moved]), [4, 4], "the same posts on a new host");
    let mut edited = old.clone();
    edited[1] = post("1", "https://old.example/cranes", "No crane", 99, START - DAY);
    assert!(is_same_list(&old, &edited), "one post with a new slug and title");
}

#[test]
fn a_version_whose_slug_and_title_were_corrected_is_no_entry_of_its_own() {
    let rest = posts(6, |n| format!("https://quay.example/r{n}"), 0);
    let version = |slug: &str, title: &str, published, updated, text| Post {
        updated: Some(updated),
        ..post("tag:a", &format!("https://quay.example/{slug}"), title, text, published)
    };
    let old = version("report-on-watr", "Report on watr", START, START + 60, 70);
    let new = version("report-on-water", "Report on water", START, START + 7_200, 71);
    for versions in [[old.clone(), new.clone()], [new.clone(), old.clone()]] {
        let mut polled = Polled::default();
        polled.poll(&[versions.to_vec(), rest.clone()].concat());
        assert_eq!(polled.known.len(), 7);
        assert!(polled.known.iter().any(|known| known.title == "Report on water"));
    }
    let undated = |post: &Post, page: &str| Post { page: page.to_owned(), published: None, ..post.clone() };
    for (before, now) in [("", ""), ("https://quay.example/r?rev=1", "https://quay.example/r?rev=2")] {
        let lists = [vec![undated(&old, before), undated(&new, now)], rest.clone()].concat();
        assert_eq!(Polled::count(&[lists]), [7], "only times of change, {before}");
    }
    for other in [
        version("tides", "Tides of May", START, START + 7_200, 72),
        version("report-2", "Report on watr 2", START, START + 7_200, 73),
        version("report-on-water", "Report on water", START + 5, START + 7_200, 74),
    ] {
        assert_eq!(Polled::count(&[[vec![old.clone(), other], rest.clone()].concat()]), [8], "another entry");
    }
}

#[test]
fn a_site_that_is_built_anew_under_other_addresses_brings_nothing_back() {
    let long = |n: i64, page: String, updated: i64| Post {
        published: None,
        updated: Some(updated),
        words: 90,
        ..post(&page, &page, &format!("On tree {n}"), n as u64, 0)
    };
    let old: Vec<Post> =
        (0..8).map(|n| long(n, format!("https://a.example/{}/05/x{n}", 2010 + n), START - n * DAY)).collect();
    let rebuilt = |page: &dyn Fn(i64) -> String| -> Vec<Post> {
        (0..8).map(|n| long(n, page(n), START + 5 * DAY + n % 2)).collect()
    };
    assert!(is_same_list(&old, &rebuilt(&|n| format!("https://a.example/y{n}/"))), "other paths");
    let letters = |n: i64| char::from(b'a' + n as u8);
    let named: Vec<Post> =
        (0..8).map(|n| long(n, format!("https://a.example/{}.html", letters(n)), START - n * DAY)).collect();
    assert!(
        is_same_list(&named, &rebuilt(&|n| format!("https://b.example/{}/", letters(n)))),
        "another host"
    );
    let grown: Vec<Post> = (0..8)
        .map(|n| Post {
            text: 500 + n as u64,
            updated: None,
            ..long(n, format!("https://a.example/posts/{}/", letters(n)), 0)
        })
        .collect();
    let undated: Vec<Post> = named.iter().map(|post| Post { updated: None, ..post.clone() }).collect();
    assert!(is_same_list(&undated, &grown), "teasers became full texts");
    let daily = |day: i64| -> Vec<Post> {
        ["tides", "surf", "wind"]
            .iter()
            .zip(0..)
            .map(|(name, n)| {
                let page = format!("https://sea.example/2026-11-{day}/{name}");
                Post { title: (*name).to_owned(), ..long(n, page, START + day * DAY) }
            })
            .collect()
    };
    assert_eq!(Polled::count(&[daily(25), daily(26)]), [3, 6], "bulletins of two days in the same words");
}

#[test]
fn a_bare_list_that_is_dated_at_each_request_stays_the_same_list() {
    let list = |poll: i64| -> Vec<Post> {
        let dated = |n| START + poll * 5 * 3600 - n;
        (0..5).map(|n| post("", "", &format!("Shelf {n}"), n as u64, dated(n))).collect()
    };
    let lists: Vec<_> = (0..6).map(list).collect();
    assert_eq!(Polled::count(&lists), [5; 6]);
    let weekly = |week: i64| -> Vec<Post> {
        (0..5).map(|n| post("", "", "Bins", 1, START + week * 7 * DAY + n * DAY)).collect()
    };
    assert_eq!(Polled::count(&[weekly(0), weekly(1)]), [5, 10], "dates of their own");
}

#[test]
fn a_page_with_a_long_text_that_is_built_anew_each_day_is_one_article() {
    let built = |day: i64, words| {
        let page = "https://arch.example/about.html";
        vec![Post { words, ..post(&format!("build-{day}"), page, "About", 1, START + day * DAY) }]
    };
    let lists = |words| -> Vec<Vec<Post>> { (0..4).map(|day| built(day, words)).collect() };
    assert_eq!(Polled::count(&lists(150)), [1; 4]);
    assert_eq!(Polled::count(&lists(8)), [1, 2, 3, 4], "a short notice may be repeated");
}

#[test]
fn events_that_state_only_their_day_are_told_apart_by_their_ids() {
    let event = |n: i64| {
        let page = "https://grid.example/faults";
        post(&format!("st{n}"), page, "Fault repaired", 1, (START + n * 40_000) / DAY * DAY)
    };
    let lists: Vec<Vec<Post>> = (3..6).map(|count| (0..count).rev().map(event).collect()).collect();
    assert_eq!(Polled::count(&lists), [3, 4, 5]);
    let sent_twice =
        |n: i64| Post { words: 60, ..post(&format!("s{n}"), "https://a.example/x", "Fair", 1, 0) };
    assert_eq!(Polled::count(&[vec![sent_twice(1), sent_twice(2)]]), [1], "a long text on a page of its own");
}

#[test]
fn numbers_that_a_site_gives_again_one_by_one_are_other_posts() {
    let titles = ["oak", "elm", "fir", "ash", "yew", "box"];
    let page = |n: usize| format!("https://forum.example/?p={}", n % 3);
    for with_guid in [true, false] {
        let made = |n: usize| {
            let guid = if with_guid { page(n) } else { String::new() };
            Post { words: 60, ..post(&guid, &page(n), titles[n], n as u64, START + n as i64 * 3 * DAY) }
        };
        let lists: Vec<Vec<Post>> = vec![
            vec![made(2), made(1), made(0)],
            vec![made(3)],
            vec![made(4), made(3)],
            vec![made(5), made(4), made(3)],
        ];
        assert_eq!(Polled::count(&lists), [3, 4, 5, 6], "guid {with_guid}");
        let titled = |title: &str| Post { title: title.to_owned(), ..made(0) };
        let updated = Post { text: 77, published: Some(START + 9 * DAY), ..titled("The oak fell") };
        let lists = [vec![titled("An oak fell")], vec![updated]];
        assert_eq!(Polled::count(&lists), [1, 1], "an edit that keeps most of the title");
    }
}

#[test]
fn the_menu_of_the_day_on_one_page_is_another_one_each_day() {
    for guid in ["", "https://inn.example/menu"] {
        let menu = |day: i64, text: u64| {
            vec![Post { words: 9, ..post(guid, "https://inn.example/menu", "Menu", text, START + day * DAY) }]
        };
        let lists = [menu(0, 1), menu(1, 2), menu(1, 3), menu(2, 4), menu(3, 5), menu(3, 5)];
        assert_eq!(Polled::count(&lists), [1, 2, 2, 3, 4, 4], "{guid}");
        let long = |day: i64, text: u64| {
            menu(day, text).into_iter().map(|post| Post { words: 90, ..post }).collect::<Vec<_>>()
        };
        assert_eq!(Polled::count(&[long(0, 1), long(1, 2)]), [1, 1], "a long page that is kept up to date");
        let later = |hours: i64, text: u64| {
            vec![Post { published: Some(START + DAY + hours * 3_600), ..menu(1, text).remove(0) }]
        };
        let lists = [menu(0, 1), menu(1, 2), later(3, 3), later(5, 4), later(5, 4), later(26, 5)];
        assert_eq!(Polled::count(&lists), [1, 2, 2, 2, 2, 3], "edits of one day that get new dates, {guid}");
    }
}

#[test]
fn the_next_of_several_equal_things_takes_the_place_of_none_that_left_the_list() {
    let rehearsal = |date: Option<i64>, own_page: bool, own_text: bool| {
        move |n: i64| {
            let page = if own_page {
                format!("https://choir.example/{n}")
            } else {
                "https://choir.example/dates".to_owned()
            };
            let text = if own_text { n as u64 } else { 1 };
            Post { published: date, words: 7, ..post(&format!("u{n}"), &page, "Rehearsal", text, 0) }
        }
    };
    for (date, own_page, own_text) in [
        (Some(START), false, true),
        (Some(START / DAY * DAY), false, true),
        (None, false, true),
        (Some(START), true, false),
    ] {
        let make = rehearsal(date, own_page, own_text);
        let lists: Vec<Vec<Post>> = (0..4).map(|from| (from..from + 4).map(&make).collect()).collect();
        assert_eq!(Polled::count(&lists), [4, 5, 6, 7], "{date:?}, {own_page}, {own_text}");
    }
}

#[test]
fn a_site_that_moved_and_adds_its_name_to_every_title_is_the_same_list() {
    let made = |page: &dyn Fn(i64) -> String, title: &dyn Fn(&str) -> String, text: i64| -> Vec<Post> {
        let names = ["An oak falls", "The elm is back", "A fir for the square", "Ash trees in danger"];
        let one = |(n, name): (i64, &&str)| {
            post(&page(n), &page(n), &title(name), (text + n) as u64, START - n * 3 * DAY)
        };
        (0..).zip(&names).map(one).collect()
    };
    let old = made(&|n| format!("https://a.example/{n}"), &str::to_owned, 0);
    let page = |n: i64| format!("https://a.example/posts/{n}/");
    for title in [|name: &str| format!("{name} - Tree News"), |name: &str| format!("Blog: {name}")] {
        assert!(is_same_list(&old, &made(&page, &title, 100)));
    }
    let other = |name: &str| format!("{} in the park", name.split(' ').next().unwrap());
    assert_eq!(Polled::count(&[old, made(&page, &other, 100)]), [4, 8], "other titles");
}

#[test]
fn new_ids_at_each_build_with_a_counter_in_the_title_or_new_dates_make_no_new_list() {
    let names = ["An oak falls", "The elm is back", "A fir for the square", "Ash trees in danger"];
    let counted = |poll: i64| -> Vec<Post> {
        let one = |(n, name): (i64, &&str)| {
            let title = format!("{name} ({} comments)", 10 * n + poll);
            post(&format!("{poll}-{n}"), "", &title, (100 * poll + n) as u64, START - n * DAY)
        };
        (0..).zip(&names).map(one).collect()
    };
    assert_eq!(Polled::count(&[counted(0), counted(1), counted(2)]), [4; 3]);
    let restamped = |poll: i64| -> Vec<Post> {
        let one = |(n, name): (i64, &&str)| {
            let dated = START + poll * 9 * 3600 + n;
            Post { words: 60, ..post(&format!("{poll}-{n}"), "https://tree.example/", name, n as u64, dated) }
        };
        (0..).zip(&names).map(one).collect()
    };
    let with_token = |poll: i64| -> Vec<Post> {
        let one = |(n, post): (i64, Post)| {
            let token = format!("1b4e28ba-2fa1-11d2-883f-{:012x}", 1000 * poll + n);
            Post { words: 3, guid: String::new(), page: format!("https://tree.example/go/{token}"), ..post }
        };
        (0..).zip(restamped(poll)).map(one).collect()
    };
    let short = |poll| restamped(poll).into_iter().map(|post| Post { words: 3, ..post }).collect::<Vec<_>>();
    let undated = |poll| -> Vec<Post> {
        let undated =
            |post| Post { published: None, words: 60, page: "https://tree.example/".to_owned(), ..post };
        counted(poll).into_iter().map(undated).collect()
    };
    assert_eq!(Polled::count(&[restamped(0), restamped(1), restamped(4)]), [4; 3]);
    let lists = [short(0), short(1), short(4)];
    assert_eq!(Polled::count_after(60, &lists), [4; 3], "dated by the request");
    assert_eq!(Polled::count(&lists), [4, 4, 8], "dated a day later");
    assert_eq!(Polled::count(&[with_token(0), with_token(1), with_token(4)]), [4; 3]);
    let other_words = with_token(4).into_iter().map(|post| Post { text: post.text + 50, ..post }).collect();
    assert_eq!(Polled::count(&[with_token(0), other_words]), [4, 8], "the news of the next day");
    assert_eq!(Polled::count(&[undated(0), undated(1), undated(2)]), [4; 3]);
}

#[test]
fn another_title_text_and_day_under_a_key_that_is_only_the_page_or_the_title_is_another_entry() {
    let titles = ["oak", "elm", "fir"];
    let stable = posts(3, |n| format!("https://daily.example/stable{n}"), 0);
    let daily = |guid: &str, page: &dyn Fn(i64) -> String, title: &dyn Fn(i64) -> String| -> Vec<Vec<Post>> {
        let made = |day: i64| Post {
            words: 60,
            ..post(guid, &page(day), &title(day), 70 + day as u64, START + day * DAY)
        };
        (0..3).map(|day| vec![made(day)]).collect()
    };
    let with_stable = |lists: Vec<Vec<Post>>| -> Vec<Vec<Post>> {
        lists.into_iter().map(|list| [list, stable.clone()].concat()).collect()
    };
    let one_page = |_: i64| "https://daily.example/today".to_owned();
    let own_page = |day: i64| format!("https://daily.example/{}", titles[day as usize]);
    let own_title = |day: i64| titles[day as usize].to_owned();
    let one_title = |_: i64| "Weekly digest".to_owned();
    for guid in ["", "https://daily.example/today"] {
        let lists = daily(guid, &one_page, &own_title);
        assert_eq!(Polled::count(&lists), [1, 2, 3], "alone, {guid}");
        assert_eq!(Polled::count(&with_stable(lists)), [4, 5, 6], "beside others, {guid}");
    }
    assert_eq!(Polled::count(&daily("now", &one_page, &own_title)), [1, 2, 3], "one guid, alone");
    assert_eq!(Polled::count(&with_stable(daily("now", &one_page, &own_title))), [4; 3], "a live report");
    assert_eq!(
        Polled::count(&daily("weekly-digest", &own_page, &one_title)),
        [1, 2, 3],
        "a guid of the title"
    );
}

/// Returns what a page shows on each day under these titles, dated a week apart, beside three posts.
fn weekly(guid: &str, page: &str, titles: &[&str]) -> Vec<Vec<Post>> {
    let rest = posts(3, |n| format!("https://cook.example/about/{n}"), -9 * DAY);
    let one = |(week, title): (i64, &&str)| {
        let shown = post(guid, page, title, 70 + week as u64, START + week * 7 * DAY);
        [vec![Post { words: 60, ..shown }], rest.clone()].concat()
    };
    (0..).zip(titles).map(one).collect()
}

#[test]
fn a_page_whose_titles_have_only_the_name_of_a_column_in_common_shows_another_article_each_week() {
    let recipes =
        ["Recipe of the week: Onion soup", "Recipe of the week: Apple pie", "Recipe of the week: Stew"];
    let page = "https://cook.example/recipe-of-the-week";
    for guid in ["", page] {
        let lists = weekly(guid, page, &recipes);
        assert_eq!(Polled::count(&lists), [4, 5, 6], "{guid}");
        assert_each_shown_once(guid, &lists);
    }
    assert_eq!(Polled::count(&weekly("live", page, &recipes)), [4; 3], "a guid of its own");
    for page in ["https://cook.example/recipes/onion-soup", "https://cook.example/recipes/4711-of-the-week"] {
        assert_eq!(
            Polled::count(&weekly(page, page, &recipes[..2])),
            [4; 2],
            "the page of one recipe: {page}"
        );
    }
    let corrected =
        ["Recipe of the week: Onion soup with chese", "Recipe of the week: Onion soup with cheese"];
    assert_eq!(Polled::count(&weekly(page, page, &corrected)), [4; 2], "a corrected title");
    let hourly: Vec<Vec<Post>> = weekly(page, page, &recipes)
        .into_iter()
        .zip(0..)
        .map(|(mut list, n)| {
            list[0].published = Some(START + n * 3600);
            list
        })
        .collect();
    assert_eq!(Polled::count(&hourly), [4; 3], "a report that is kept up to date all day");
}

#[test]
fn two_commits_of_one_second_in_the_same_words_are_two() {
    let commit = |n: u64, second: i64, words: usize| {
        let hash = 0x9e37_79b9_7f4a_7c15_u64.wrapping_mul(n);
        let page = format!("https://git.example/quay/commit/{hash:016x}{:08x}", n * 7);
        let guid = page.replace("https://git.example/quay/commit/", "tag:git.example,2008:Commit/");
        Post { words, ..post(&guid, &page, "Update README.md", 1, START + second) }
    };
    let lists = |words| {
        [
            vec![commit(3, 60, words), commit(2, 0, words), commit(1, 0, words)],
            vec![commit(5, 900, words), commit(4, 60, words)],
        ]
    };
    assert_eq!(Polled::count(&lists(4)), [3, 5]);
    let without_guids = lists(4)
        .map(|list| list.into_iter().map(|post| Post { guid: String::new(), ..post }).collect::<Vec<_>>());
    assert_eq!(Polled::count(&without_guids), [3, 4], "the token may be one of the request");
}

#[test]
fn the_page_of_a_running_story_keeps_its_entry_and_the_page_of_a_column_does_not() {
    let other = post("https://a.example/o", "https://a.example/o", "Ferries", 9, START - DAY);
    let days = |page: &str, titles: [&str; 3]| {
        let day =
            |n: usize| vec![post(page, page, titles[n], n as u64, START + n as i64 * DAY), other.clone()];
        Polled::count(&[day(0), day(1), day(2)])
    };
    let story = ["Fire in Leeds mill", "Two held after blaze", "Mill owner is charged"];
    for page in ["2026/11/27/leeds-blaze", "news/articles/cq8e7d9k12po", "news/9021077", "live/mill-fire"] {
        assert_eq!(days(&format!("https://a.example/{page}"), story), [2; 3], "{page}");
    }
    for page in ["latest", "pictures/day", "?p=7"] {
        assert_eq!(days(&format!("https://a.example/{page}"), story), [2, 3, 4], "{page}");
    }
}

#[test]
fn the_same_words_of_a_list_of_one_on_a_later_day_tell_another_event() {
    let page = "https://weather.example/warning";
    let warning =
        |text: u64, at: i64| vec![post(page, page, ["None", "Yellow: wind"][text as usize], text, at)];
    let (first, hour) = (START, 3_600);
    let lists = [
        warning(0, first),
        warning(1, first + 2 * DAY),
        warning(0, first + 3 * DAY),
        warning(0, first + 3 * DAY + hour),
        warning(0, first + 5 * DAY),
        warning(1, first + 9 * DAY),
        warning(1, first + 9 * DAY),
    ];
    assert_eq!(Polled::count(&lists), [1, 2, 3, 3, 3, 4, 4]);
}

/// Returns an edition of a list that is replaced as a whole: a new guid, date and text under each of these titles, each with a
/// page that stays.
fn edition(number: i64, titles: &[&str], dated: impl Fn(i64) -> i64) -> Vec<Post> {
    let one = |(at, title): (i64, &&str)| {
        let page = format!("https://radio.example/{}", title.to_lowercase().replace(' ', "-"));
        let guid = format!("bc-{number}-{at}");
        Post { words: 20, ..post(&guid, &page, title, (10 * number + at).unsigned_abs(), dated(at)) }
    };
    (0..).zip(titles).map(one).collect()
}

#[test]
fn a_list_of_programmes_that_is_replaced_as_a_whole_brings_new_ones_each_day() {
    let titles = ["Breakfast", "Lunchtime", "Drive"];
    let lists = |step: i64, apart: i64, text: &dyn Fn(Post) -> Post| -> Vec<Vec<Post>> {
        let list = |n: i64| edition(n, &titles, |at| START + n * step + at * apart);
        (0..4).map(|n| list(n).into_iter().map(text).collect()).collect()
    };
    let same = |post: Post| post;
    for (step, apart) in [(DAY, 4 * 3600), (DAY, 180), (7 * DAY, 3600), (DAY, 0), (DAY - 600, 7)] {
        assert_eq!(Polled::count(&lists(step, apart, &same)), [3, 6, 9, 12], "{step} {apart}");
        let standing = |post: Post| Post { text: post.title.len() as u64, ..post };
        assert_eq!(Polled::count(&lists(step, apart, &standing)), [3, 6, 9, 12], "{step} {apart}, same text");
    }
    let fallen_back = |post: Post| post;
    let mut polled = Polled { scheme: IdentityScheme::Link, ..Polled::default() };
    for (list, expected) in lists(DAY, 3600, &fallen_back).iter().zip([3, 6, 9, 12]) {
        polled.poll(list);
        polled.poll(list);
        assert_eq!(polled.known.len(), expected, "links were the keys before");
    }
    let other_titles = ["oak falls", "elm is back", "fir for sale", "ash in danger", "yew cut", "box moth"];
    let retitled = |n: usize| -> Vec<Post> {
        let list = edition(n as i64, &titles, |at| START + n as i64 * DAY + at * 660);
        let titled = |(post, title): (Post, &&str)| Post { title: (*title).to_owned(), ..post };
        list.into_iter().zip(&other_titles[3 * n..]).map(titled).collect()
    };
    assert_eq!(
        Polled::count(&[retitled(0), retitled(1)]),
        [3, 6],
        "other titles on the pages of their topics"
    );
}

#[test]
fn a_list_under_new_guids_with_the_same_texts_or_pages_of_its_titles_is_no_new_edition() {
    let titles =
        ["Old crane loads heavy turbines", "Grey seals rest near harbour", "Night ferry waits for pilots"];
    let restamped = |n: i64, step: i64| edition(n, &titles, |at| START + n * step + at);
    let lists = |step: i64, change: &dyn Fn(Post) -> Post| -> Vec<Vec<Post>> {
        (0..5).map(|n| restamped(n, step).into_iter().map(change).collect()).collect()
    };
    let same_text = |post: Post| Post { text: post.title.len() as u64, ..post };
    assert_eq!(Polled::count(&lists(DAY, &same_text)), [3; 5], "a build each day");
    assert_eq!(Polled::count_after(60, &lists(3 * 3600, &same_text)), [3; 5], "the time of the request");
    assert_eq!(Polled::count(&lists(DAY, &|post| post)), [3; 5], "with a note under each text");
    let kept = |post: Post| {
        let at = titles.iter().position(|title| *title == post.title).unwrap_or_default();
        Post { published: Some(START - at as i64 * DAY), ..post }
    };
    assert_eq!(Polled::count(&lists(DAY, &kept)), [3; 5], "with their dates and edited texts");
}

#[test]
fn a_reminder_without_a_guid_that_is_alone_in_its_list_is_another_one_each_week() {
    let reminder = |at: i64| vec![post("", "https://town.example/bins", "Bins", 1, START + at)];
    let weekly: Vec<Vec<Post>> = (0..4).map(|week| reminder(week * 7 * DAY)).collect();
    assert_eq!(Polled::count(&weekly), [1, 2, 3, 4]);
    assert_eq!(Polled::count_after(60, &weekly), [1; 4], "the time of the request is no date");
    let twice: Vec<Vec<Post>> = weekly.iter().flat_map(|list| [list.clone(), list.clone()]).collect();
    assert_eq!(Polled::count(&twice), [1, 1, 2, 2, 3, 3, 4, 4]);
    let built: Vec<Vec<Post>> = (0..4).map(|n| reminder(n * 5 * 3600)).collect();
    assert_eq!(Polled::count(&built), [1; 4], "built every five hours");
    let long = |list: &Vec<Post>| list.iter().map(|post| Post { words: 60, ..post.clone() }).collect();
    assert_eq!(Polled::count(&weekly.iter().map(long).collect::<Vec<_>>()), [1; 4], "a long text");
    let on_page = |list: &Vec<Post>| {
        list.iter()
            .map(|post| Post { page: "https://town.example/news/77".to_owned(), ..post.clone() })
            .collect()
    };
    assert_eq!(
        Polled::count(&weekly.iter().map(on_page).collect::<Vec<_>>()),
        [1; 4],
        "the page of one story"
    );
}

#[test]
fn entries_side_by_side_under_ids_of_their_own_on_the_page_of_all_are_different_ones() {
    for page in ["https://goal.example/", "https://goal.example/live"] {
        let goals: Vec<Post> = (0..4).map(|n| post(&format!("ev-{n}"), page, "Goal!", 1, START)).collect();
        assert_eq!(Polled::count(&[goals.clone(), goals]), [4, 4], "{page}");
    }
    let twice: Vec<Post> =
        (0..2).map(|n| post(&format!("ev-{n}"), "https://goal.example/7", "Goal!", 1, START)).collect();
    assert_eq!(Polled::count(&[twice]), [1], "a page of its own under two guids");
}
