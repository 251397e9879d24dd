//! Tests over several polls which entries of one source are different events, and which are one event that moved.

use super::tests::stored_entry;
use super::*;

const DAY: i64 = 86_400;
/// The first second of a day, plus an odd time that no timetable has.
const START: i64 = 20_000 * DAY + 33_463;

/// What an entry shows, without lifetimes.
#[derive(Clone, Default)]
struct Post {
    guid: String,
    page: String,
    title: String,
    text: u64,
    published: Option<i64>,
    updated: Option<i64>,
    words: usize,
}

fn post(guid: &str, page: &str, title: &str, text: u64, published: i64) -> Post {
    Post {
        guid: guid.to_owned(),
        page: page.to_owned(),
        title: title.to_owned(),
        text,
        published: Some(published),
        ..Post::default()
    }
}

fn identity(post: &Post) -> EntryIdentity<'_> {
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
    }
}

/// A source that is polled: the entries that the store knows, by key.
#[derive(Default)]
struct Polled {
    known: Vec<KnownEntry>,
    scheme: IdentityScheme,
}

impl Polled {
    /// Reads a document, stores its entries, and returns their keys. `None` stands for a repeated entry.
    fn poll(&mut self, document: &[Post]) -> Vec<Option<String>> {
        let entries: Vec<_> = document.iter().map(identity).collect();
        let known = self.known.iter().cloned().collect();
        let (identities, scheme) = super::assign(&entries, self.scheme, &known);
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
    fn count(documents: &[Vec<Post>]) -> Vec<usize> {
        let mut polled = Self::default();
        let count = |document: &Vec<Post>| {
            polled.poll(document);
            polled.known.len()
        };
        documents.iter().map(count).collect()
    }
}

/// Returns whether the entries of `after` are those of `before`, in the same order.
fn is_same_list(before: &[Post], after: &[Post]) -> bool {
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
fn posts(count: i64, page: impl Fn(i64) -> String, shift: i64) -> Vec<Post> {
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
