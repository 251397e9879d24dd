//! Tests over several polls of entries whose addresses change while the rest of their site moves, or when the next entry takes
//! their address.

use std::collections::HashMap;

use super::events_tests::{DAY, Polled, Post, START, is_same_list, post};

/// A post of a blog on this host, with a guid that is its address.
fn blog(host: &str, n: i64, title: &str, text: u64) -> Post {
    let page = format!("https://{host}/{n}");
    Post { words: 20, ..post(&page, &page, title, text, START + n * DAY) }
}

fn undated(post: Post) -> Post {
    Post { published: None, ..post }
}

#[test]
fn the_newest_post_may_always_have_one_address_and_get_its_own_when_the_next_one_comes() {
    let latest = "https://a.example/untitled/";
    let titles = ["", "An oak", "Some elms", "Firs in snow", "Late ash", "A yew hedge"];
    let own_guid = |n: i64, at: &str| Post { guid: format!("?p={n}"), ..own(n, at, &titles) };
    let own_page = |n: i64, at: &str| own(n, at, &titles);
    for make in [&own_page as &dyn Fn(i64, &str) -> Post, &own_guid] {
        let list = |newest: i64| {
            let older = (1..newest).rev().map(|n| make(n, &format!("https://a.example/{n}")));
            std::iter::once(make(newest, latest)).chain(older).collect::<Vec<_>>()
        };
        let lists: Vec<_> = (1..6).map(list).collect();
        assert_eq!(Polled::count(&lists), [1, 2, 3, 4, 5]);
        let mut polled = Polled::default();
        let mut keys = HashMap::new();
        for list in &lists {
            for (key, post) in polled.poll(list).into_iter().zip(list) {
                let first = keys.entry(post.title.clone()).or_insert_with(|| key.clone());
                assert_eq!(*first, key, "{}", post.title);
            }
        }
    }
}

fn own(n: i64, page: &str, titles: &[&str]) -> Post {
    let words = 60;
    Post { words, ..post(page, page, titles[n as usize], n.unsigned_abs(), START + n * DAY) }
}

#[test]
fn an_entry_with_a_longer_title_is_recognised_if_the_others_moved() {
    let list = |host: &str, edited: &str| {
        (1..6)
            .rev()
            .map(|n| {
                let title =
                    if n == 2 { format!("The report of {n}{edited}") } else { format!("The report of {n}") };
                blog(host, n, &title, n.unsigned_abs() + edited.len() as u64 * u64::from(n == 2))
            })
            .collect::<Vec<_>>()
    };
    assert!(is_same_list(&list("a.example", ""), &list("b.example", " (updated)")));
}

#[test]
fn an_entry_that_came_while_the_addresses_were_those_of_a_preview_gets_its_own() {
    let list = |host: &str, newest: i64| -> Vec<Post> {
        (1..=newest).rev().map(|n| undated(blog(host, n, &format!("Report {n}"), n.unsigned_abs()))).collect()
    };
    let (live, preview) = ("a.example", "preview-12.host.example");
    let lists = [list(live, 8), list(preview, 9), list(live, 9), list(live, 9)];
    assert_eq!(Polled::count(&lists), [8, 9, 9, 9]);
    let one_more = [list(live, 1), list(preview, 2), list(live, 2)];
    assert_eq!(Polled::count(&one_more)[..2], [1, 3], "one entry proves no move");
}

#[test]
fn a_live_report_that_is_closed_may_get_a_longer_address_and_another_title() {
    let report = |path: &str, title: &str, text: u64| {
        let page = format!("https://a.example/live/{path}");
        vec![post(&page, &page, title, text, START)]
    };
    let open = report("storm", "Storm live: latest news", 1);
    assert!(is_same_list(&open, &report("storm-over", "Storm: as it happened", 2)));
    assert!(!is_same_list(&open, &report("storms", "Storm: as it happened", 2)));
    assert!(!is_same_list(&open, &report("storm-2", "Storm: as it happened", 2)));
}

#[test]
fn titles_may_lose_their_numbers_and_dates_their_seconds_when_a_podcast_moves() {
    let list = |host: &str, is_moved: bool| {
        let episode = |n: i64| {
            let number = if is_moved { String::new() } else { format!("{n}: ") };
            let title = format!("{number}The cranes of quay {}", ["A", "B", "C", "D", "E"][n as usize]);
            let post = blog(host, n, &title, n.unsigned_abs() + 100 * u64::from(is_moved));
            let published = post.published.map(|at| if is_moved { at - at.rem_euclid(60) } else { at });
            Post { page: format!("https://{host}/{}", n + 70 * i64::from(is_moved)), published, ..post }
        };
        (0..5).rev().map(episode).collect::<Vec<_>>()
    };
    assert!(is_same_list(&list("a.example", false), &list("b.example", true)));
}

#[test]
fn an_import_may_give_all_entries_its_own_time_if_nothing_of_the_former_list_is_left() {
    let list = |host: &str, from: i64, step: i64| {
        let name = |n: i64| ["an-oak-tree", "some-elms", "firs-in-snow", "late-ashes"][n as usize];
        let entry = |n: i64| {
            let page = format!("https://{host}/{}", name(n));
            post(&page, &page, &name(n).replace('-', " "), n.unsigned_abs(), START + from + n * step)
        };
        (0..4).rev().map(entry).collect::<Vec<_>>()
    };
    let before = list("a.example", 0, DAY);
    for step in [3, 150] {
        let imported = list("b.example", 40 * DAY, step);
        assert!(is_same_list(&before, &imported));
        let with_old: Vec<_> = imported.into_iter().take(3).chain(before.iter().take(1).cloned()).collect();
        assert_eq!(Polled::count(&[before.clone(), with_old]), [4, 7], "an old entry is left");
    }
}

#[test]
fn a_site_that_states_only_times_of_change_may_be_built_again_under_other_addresses() {
    let list = |path: &str, words: usize, updated: &dyn Fn(i64) -> i64| -> Vec<Post> {
        let names = ["An oak tree", "Some elms", "Firs in snow", "Late ashes"];
        let entry = |n: i64| {
            let page = format!("https://a.example/{path}{n}");
            let post = post(&page, &page, names[n as usize], n.unsigned_abs(), START);
            Post { words, published: None, updated: Some(updated(n)), ..post }
        };
        (0..4).map(entry).collect()
    };
    let before = |words| list("x", words, &|n| START - n * 3 * DAY);
    let after = |words| list("y/", words, &|n| START + 30 * 3600 - 60 * n);
    assert!(is_same_list(&before(60), &after(60)));
    assert!(!is_same_list(&before(12), &after(12)), "a short text may be repeated");
    let published = |list: Vec<Post>| -> Vec<Post> {
        list.into_iter().map(|post| Post { published: post.updated, ..post }).collect()
    };
    assert!(!is_same_list(&published(before(60)), &published(after(60))), "a date of publication");
}

#[test]
fn an_import_may_also_change_all_addresses_if_there_are_some_words() {
    let list = |host: &str, from: i64, words: usize| -> Vec<Post> {
        let names = ["An oak tree", "Some elms", "Firs in snow", "Late ashes"];
        let entry = |n: i64| Post {
            words,
            published: Some(START + from + n * 150),
            ..blog(host, n + from, names[n as usize], n.unsigned_abs())
        };
        (0..4).rev().map(entry).collect()
    };
    let count = |words| Polled::count(&[list("a.example", 0, words), list("b.example", 9 * DAY, words)]);
    assert_eq!((count(20), count(5)), (vec![4, 4], vec![4, 8]));
    let with_files = |host: &str, from: i64, title: &str| -> Vec<Post> {
        let renamed = |post: Post| Post {
            title: format!("{title} {}", post.title),
            text: post.text + from.unsigned_abs(),
            ..post
        };
        list(host, from, 20).into_iter().map(renamed).collect()
    };
    let moved = |title: &str, host: &str| {
        Polled::count(&[with_files("a.example", 0, title), with_files(host, 9 * DAY, title)])
    };
    assert_eq!(moved("A talk about", "b.example"), [4, 4], "the addresses of the files changed as well");
    assert_eq!(moved("A talk about", "a.example"), [4, 8], "the next ones on one host");
    assert_eq!(moved("Talk:", "b.example"), [4, 8], "short titles");
}

#[test]
fn undated_titles_may_get_the_name_of_a_section_when_everything_else_changes() {
    let list = |section: &str, path: i64, text: u64| -> Vec<Post> {
        let names = ["An oak falls", "The elm is back", "A fir for the square", "Late ashes"];
        let entry = |n: i64| {
            let title = format!("{section}{}", names[n as usize]);
            undated(blog("a.example", path + n, &title, text + n.unsigned_abs()))
        };
        (0..4).rev().map(entry).collect()
    };
    for section in ["News: ", "📰 News | "] {
        assert!(is_same_list(&list("", 0, 0), &list(section, 70, 100)), "{section}");
    }
    let days = [list("Monday: ", 0, 0), list("Tuesday: ", 70, 100)];
    assert_eq!(Polled::count(&days), [4, 8], "the words before them are those of a day");
    assert_eq!(Polled::count(&[list("", 0, 0), list("", 70, 100)]), [4, 8], "the same titles");
    let old_is_left = [list("", 0, 0), [list("News: ", 70, 100), list("", 0, 0)[..1].to_vec()].concat()];
    assert_eq!(Polled::count(&old_is_left), [4, 8]);
}

#[test]
fn a_post_that_was_deleted_and_published_again_on_the_page_that_is_named_after_it_is_the_same() {
    let post = |guid: &str, page: &str, days: i64, words: usize| {
        let title = "Crane loads heavy turbines at night";
        let other = blog("a.example", -30, "Elms", 9);
        vec![Post { words, ..post(guid, page, title, 1, START + days * DAY) }, other]
    };
    let page = "https://a.example/crane-loads-heavy-turbines-at-night/";
    assert!(is_same_list(&post("?p=3", page, 0, 20), &post("?p=77", page, 5, 20)));
    assert!(!is_same_list(&post("?p=3", page, 0, 8), &post("?p=77", page, 5, 8)), "a few words");
    let alone = |posts: Vec<Post>| posts[..1].to_vec();
    let again = [alone(post("?p=3", page, 0, 20)), alone(post("?p=77", page, 5, 20))];
    assert_eq!(Polled::count(&again), [1, 2], "a list of one may repeat a notice");
    let page = "https://a.example/crane/";
    assert!(!is_same_list(&post("?p=3", page, 0, 20), &post("?p=77", page, 5, 20)), "the page of a column");
}

#[test]
fn the_next_reports_of_a_timetable_are_no_reports_whose_clock_was_shifted() {
    let list = |hour: i64| {
        let report = |station: i64| {
            let name = ["harbour", "station", "market", "hill"][station as usize];
            let number = 1_000 + 4 * hour + station;
            let page = format!("https://air.example/report/{number}");
            post(&format!("r{number}"), &page, &format!("Air quality at {name}"), 7, START + hour * 3_600)
        };
        (0..4).map(report).collect::<Vec<_>>()
    };
    assert_eq!(Polled::count(&[list(0), list(1), list(3), list(9)]), [4, 8, 12, 16]);
}

/// Returns a post without a date, whose guid is its address on this host.
fn on_host(host: &str, n: i64) -> Post {
    let page = format!(
        "https://{host}/post-about-{}/",
        ["oak", "elm", "fir", "ash", "yew", "box", "fig", "bay"][n as usize]
    );
    undated(Post { words: 12, ..post(&page, &page, &format!("Tree {n}"), n.unsigned_abs(), START - n * DAY) })
}

#[test]
fn an_undated_post_that_was_edited_while_its_site_moved_is_the_same() {
    let list = |host: &str, edited: u64| -> Vec<Post> {
        let post = |n: i64| on_host(host, n);
        (0..5)
            .map(post)
            .map(|post| Post { text: post.text + if post.text == 1 { edited } else { 0 }, ..post })
            .collect()
    };
    assert!(is_same_list(&list("one.example", 0), &list("two.example", 50)));
    let few = |host: &str, edited: u64| list(host, edited)[..2].to_vec();
    assert!(!is_same_list(&few("one.example", 0), &few("two.example", 50)), "only one other moved");
}

#[test]
fn a_post_that_was_not_listed_while_its_site_moved_is_recognised_when_it_comes_back() {
    let list = |host: &str, numbers: std::ops::Range<i64>, shift: Option<i64>| -> Vec<Post> {
        let dated = |n: i64| Post { published: shift.map(|by| START - n * DAY + by), ..on_host(host, n) };
        numbers.map(dated).collect()
    };
    for (before, after) in [(None, None), (Some(0), Some(0)), (Some(0), Some(-7_200))] {
        let moved = [
            list("one.example", 0..8, before),
            list("two.example", 0..6, after),
            list("two.example", 1..7, after),
            list("two.example", 0..8, after),
        ];
        assert_eq!(Polled::count(&moved), [8; 4], "{before:?} {after:?}");
        let other = |post: &Post| Post { title: format!("{} again", post.title), text: 99, ..post.clone() };
        let mut others = moved.to_vec();
        others[2][5] = other(&moved[2][5]);
        assert_eq!(Polled::count(&others[..3]), [8, 8, 9], "under another title: {before:?} {after:?}");
    }
}

/// A list without dates whose posts have long titles and pages that were made of them, one after the other.
fn named_posts(words: usize) -> Vec<Post> {
    let subjects = ["turbines", "harbours", "lighthouses", "bicycles", "orchards", "railways"];
    let named = |(n, subject): (u64, &&str)| {
        let page = format!("https://a.example/garden/heavy-{subject}-come-back-every-winter");
        let title = format!("Heavy {subject} come back every winter");
        Post { words, ..undated(post(&page, &page, &title, n, 0)) }
    };
    (1..).zip(&subjects).map(named).collect()
}

#[test]
fn a_post_without_a_date_that_is_edited_while_the_addresses_change_on_one_host_comes_once() {
    let before = named_posts(18);
    for (from, to) in [("/garden/", "/"), ("/garden/", "/en/garden/"), ("winter", "winter?lang=en")] {
        let mut after = before.clone();
        for post in &mut after {
            post.page = post.page.replace(from, to);
            post.guid.clone_from(&post.page);
        }
        after[1].text = 99;
        assert!(is_same_list(&before, &after), "{to}");
        after[1].title = "Another post about something else entirely".to_owned();
        assert_eq!(Polled::count(&[before.clone(), after]), [6, 7], "other words");
    }
}

#[test]
fn an_address_that_is_mended_in_its_place_in_a_list_without_dates_makes_no_new_entry() {
    let before = named_posts(9);
    let slug = |at: usize| {
        let mut after = before.clone();
        let page = "https://a.example/garden/a-better-name".to_owned();
        after[at] = Post { guid: page.clone(), page, ..after[at].clone() };
        after
    };
    for at in [0, 2, 5] {
        assert!(is_same_list(&before, &slug(at)), "{at}");
    }
    let mut at_the_top = slug(2);
    at_the_top[..=2].rotate_right(1);
    assert_eq!(
        Polled::count(&[before.clone(), at_the_top]),
        [6, 7],
        "a notice that comes again stands on top"
    );
    let mut other_text = slug(2);
    other_text[2].text = 99;
    assert_eq!(Polled::count(&[before.clone(), other_text]), [6, 7], "another text");
    let mut numbered = slug(2);
    let mut numbers = before.clone();
    for (list, page) in
        [(&mut numbers, "https://a.example/notice/8"), (&mut numbered, "https://a.example/notice/9")]
    {
        list[2].page = page.to_owned();
        list[2].guid = page.to_owned();
    }
    assert_eq!(Polled::count(&[numbers, numbered]), [6, 7], "another number");
}

#[test]
fn a_guid_that_is_made_of_the_content_brings_no_edited_headline_back() {
    let mut list = named_posts(40);
    for (n, post) in list.iter_mut().enumerate() {
        post.guid = format!("hash-{n}");
    }
    let edited = |title: &str, guid: &str| {
        let mut list = list.clone();
        list[1] = Post { title: title.to_owned(), guid: guid.to_owned(), text: 90, ..list[1].clone() };
        list
    };
    let lists = [
        list.clone(),
        edited("Heavy harbours come home every winter", "hash-a"),
        edited("Heavy harbours come home every winter – sold", "hash-b"),
    ];
    assert_eq!(Polled::count(&lists), [6, 6, 6]);
    let lists = [list.clone(), edited("Who may sail in the summer", "hash-a")];
    assert_eq!(Polled::count(&lists), [6, 7], "another headline");
}
