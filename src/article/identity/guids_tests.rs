//! Tests that an entry whose guid changed is recognised by the guid that it has now.

use super::events_tests::{Polled, Post, post, posts};

/// Returns a short entry without a date on its own page.
fn notice(guid: &str, page: &str, title: &str, text: u64) -> Post {
    Post { published: None, words: 6, ..post(guid, page, title, text, 0) }
}

const PAGE: &str = "https://quay.example/opening";

#[test]
fn an_entry_whose_guid_changed_stays_one_entry_when_its_title_changes_later() {
    let first = notice("g1", PAGE, "Quay opens", 1);
    let renamed = Post { guid: "g2".to_owned(), ..first.clone() };
    let edited = notice("g2", PAGE, "New times for visitors", 2);
    let moved = Post { page: "https://quay.example/times".to_owned(), ..edited.clone() };
    let again = Post { guid: "g3".to_owned(), ..moved.clone() };
    let last = notice("g3", &moved.page, "Closed in winter", 3);
    for others in [0, 1, 5] {
        let rest: Vec<Post> = posts(others, |n| format!("https://quay.example/r{n}"), 0);
        let lists = [&first, &renamed, &edited, &moved, &again, &last]
            .map(|entry| [vec![entry.clone()], rest.clone()].concat());
        assert_eq!(Polled::count(&lists), [1 + others as usize; 6], "{others} others");
    }
}

#[test]
fn guids_that_change_one_after_the_other_do_not_make_links_identify() {
    let mut list = posts(6, |n| format!("https://quay.example/{n}"), 0);
    let mut polled = Polled::default();
    let keys = polled.poll(&list);
    for at in 0..6 {
        list[at].guid = format!("urn:{at}");
        assert_eq!(polled.poll(&list), keys);
    }
    // Under the scheme of links this would be a new entry, because its page is new.
    list[3] = Post { page: "https://quay.example/new".to_owned(), ..list[3].clone() };
    list[3].text = 90;
    assert_eq!(polled.poll(&list), keys);
}

#[test]
fn the_guid_that_an_entry_had_last_gives_it_nothing_that_another_entry_has() {
    let first = notice("g1", PAGE, "Quay opens", 1);
    let renamed = Post { guid: "g2".to_owned(), ..first.clone() };
    // The guid is given to another entry, with another page and another date.
    let other = Post {
        published: Some(super::events_tests::START),
        ..notice("g2", "https://quay.example/crane", "Crane returns", 9)
    };
    let dated = |entry: &Post| Post { published: Some(super::events_tests::START - 90_000), ..entry.clone() };
    assert_eq!(Polled::count(&[vec![dated(&first)], vec![dated(&renamed)], vec![other]]), [1, 1, 2]);
    // Two entries had the guid last.
    let twins = [notice("g1", PAGE, "Quay opens", 1), notice("g3", "https://quay.example/b", "Crane", 2)];
    let same = twins.clone().map(|entry| Post { guid: "g2".to_owned(), ..entry });
    let third = notice("g2", "https://quay.example/c", "Pilot", 3);
    assert_eq!(Polled::count(&[twins.to_vec(), same.to_vec(), vec![third]]), [2, 2, 3]);
}

#[test]
fn an_edited_headline_that_changes_the_address_makes_no_new_article() {
    let rest: Vec<Post> = posts(4, |n| format!("https://quay.example/news/r{n}"), 0);
    let at = |page: &str, title: &str, text: u64| {
        let page = format!("https://quay.example/news/{page}");
        Post { words: 18, ..post(&page, &page, title, text, super::events_tests::START + 7) }
    };
    let count = |entries: &[Post]| {
        let lists: Vec<_> =
            entries.iter().map(|entry| [vec![entry.clone()], rest.clone()].concat()).collect();
        Polled::count(&lists)
    };
    let first = at("council-votes-90210", "Council votes on budget", 1);
    let numbered = at("budget-rejected-90210", "Budget rejected", 2);
    assert_eq!(count(&[first.clone(), numbered.clone()]), [5, 5], "the number of the article stays");
    let named = at("council-votes", "Council votes on budget", 1);
    let longer = at("council-votes-mayor", "Council votes on budget, mayor resigns", 2);
    assert_eq!(count(&[named.clone(), longer.clone()]), [5, 5], "the titles are alike");
    let others = [
        at("budget-rejected-90211", "Budget rejected", 2),
        at("council-votes-90211", "Council votes on budget again", 2),
        at("budget-rejected", "Budget rejected", 2),
    ];
    for other in others {
        assert_eq!(count(&[first.clone(), other.clone()]), [5, 6], "{}", other.page);
        assert_eq!(Polled::count(&[vec![first.clone()], vec![first.clone(), numbered.clone()]]), [1, 2]);
    }
    let later = |post: &Post| Post { published: post.published.map(|at| at + 60), ..post.clone() };
    assert_eq!(count(&[first, later(&numbered)]), [5, 6], "another second");
    assert_eq!(count(&[named, later(&longer)]), [5, 6], "another second, titles alike");
}

#[test]
fn another_post_under_a_guid_that_is_known_to_be_shared_overwrites_none() {
    const GUID: &str = "202611280630";
    let at = super::events_tests::START / 60 * 60;
    let words = [
        "Crane lifts its first load",
        "Bakery sells every loaf",
        "Ferry timetable changes",
        "Museum shows old maps",
    ];
    let told = |n: usize, seconds: i64| {
        let page = format!("https://quay.example/story-{n}");
        Post { words: 40, ..post(GUID, &page, words[n], n as u64, at + seconds) }
    };
    for seconds in [0, 20] {
        let third = told(2, seconds);
        let lists = [
            vec![told(0, 0)],
            vec![told(1, seconds), told(0, 0)],
            vec![third.clone()],
            vec![told(3, seconds), third.clone()],
        ];
        assert_eq!(Polled::count(&lists), [1, 2, 3, 4], "{seconds} s apart");
        let renamed = Post { title: "Ferry sails on Sundays".to_owned(), text: 9, ..third };
        let lists = [lists[..3].to_vec(), vec![vec![renamed]]].concat();
        assert_eq!(Polled::count(&lists).last(), Some(&3), "an edit on its own page");
    }
}
