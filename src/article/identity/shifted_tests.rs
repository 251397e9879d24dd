//! Tests which entries are recognised if the addresses of a site count and its clock is put forward and back.

use super::events_tests::{DAY, Polled, Post, START, is_same_list, post};

const HOUR: i64 = 3600;

/// Returns a title of its own for each number.
fn title(number: i64) -> String {
    format!("Report {}", String::from(char::from(b'a' + number as u8)).repeat(8))
}

/// A site whose addresses, which are its guids too, are new at every request.
#[derive(Default)]
struct CountingSite {
    requests: usize,
}

impl CountingSite {
    /// Returns a list of the posts with these numbers, `hours` apart, whose dates are shifted by `shift`. `at` is the date of
    /// post 0.
    fn list(&mut self, numbers: impl Iterator<Item = i64>, (at, hours): (i64, i64), shift: i64) -> Vec<Post> {
        let one = |n: i64| {
            self.requests += 1;
            let page = format!("https://quay.example/read?s={}", self.requests);
            post(&page, &page, &title(n), n as u64, at + n * hours * HOUR + shift)
        };
        numbers.map(one).collect()
    }
}

#[test]
fn dates_that_flip_by_an_hour_bring_nothing_back_where_addresses_count() {
    for at in [START, START - START % HOUR, START - START % HOUR + HOUR / 2] {
        for (hours, shift) in [(31, HOUR), (31, -HOUR), (1, HOUR), (9, 2 * HOUR)] {
            let (mut site, mut polled) = (CountingSite::default(), Polled::default());
            for poll in 0..10 {
                let numbers = (poll..poll + 9).rev();
                polled.poll(&site.list(numbers, (at, hours), poll % 2 * shift));
                assert_eq!(polled.known.len() as i64, 9 + poll, "from {at}, {hours} h apart, by {shift} s");
            }
        }
    }
}

#[test]
fn two_posts_with_one_title_stay_two_where_addresses_count_and_dates_flip() {
    let (mut site, mut polled) = (CountingSite::default(), Polled::default());
    let mut list = |poll: i64| {
        let mut list = site.list((0..8).rev(), (START, 31), poll % 2 * HOUR);
        if poll > 1 {
            (list[0].title, list[0].text) = (title(6), 60);
        }
        list
    };
    let counts: Vec<usize> = (0..6).map(|poll| (polled.poll(&list(poll)), polled.known.len()).1).collect();
    assert_eq!(counts, [8, 8, 9, 9, 9, 9], "another text under the title of a post is another post");
}

#[test]
fn notices_that_come_again_an_hour_later_are_new_ones() {
    // Three bulletins an hour, each in the words of the hour before.
    let bulletins = |hour: i64, addresses: &dyn Fn(i64) -> String| -> Vec<Post> {
        let one = |n: i64| {
            let page = addresses(3 * hour + n);
            post(
                &page,
                &page,
                &format!("Bulletin {n}"),
                n as u64,
                START - START % HOUR + hour * HOUR + n * 600,
            )
        };
        (0..3).rev().map(one).collect()
    };
    let counted = |n: i64| format!("https://quay.example/read?s={n}");
    let lists: Vec<Vec<Post>> = (0..3).map(|hour| bulletins(hour, &counted)).collect();
    assert_eq!(Polled::count(&lists), [3, 6, 9]);
}

#[test]
fn a_notice_that_left_the_list_as_the_oldest_does_not_come_back() {
    // The newest one repeats the words of the one that the list no longer has, three hours later.
    let (mut site, mut polled) = (CountingSite::default(), Polled::default());
    let mut list = |first: i64| -> Vec<Post> {
        let mut list = site.list((first..first + 4).rev(), (START, 1), 0);
        for post in &mut list {
            post.title = title(post.text as i64 % 4);
            post.text %= 4;
        }
        list
    };
    let counts: Vec<usize> = (0..4).map(|first| (polled.poll(&list(first)), polled.known.len()).1).collect();
    assert_eq!(counts, [4, 5, 6, 7]);
}

#[test]
fn a_move_that_rounds_the_times_and_takes_local_time_for_gmt_brings_nothing_back() {
    let list = |page: &dyn Fn(i64) -> String, dated: &dyn Fn(i64) -> i64| -> Vec<Post> {
        let one = |n: i64| Post {
            words: 18,
            ..post(&page(n), &page(n), &title(n), n as u64, dated(START - n * (DAY + 431)))
        };
        (0..6).map(one).collect()
    };
    let old = list(&|n| format!("https://a.example/{n}/"), &|at| at);
    let moved = |dated: &dyn Fn(i64) -> i64| list(&|n| format!("https://b.example/post/{}", n + 40), dated);
    for step in [1, 60, 300] {
        for shift in [0, HOUR, -2 * HOUR, 11 * HOUR / 2, 23 * HOUR / 4] {
            assert!(is_same_list(&old, &moved(&|at| at - at % step + shift)), "{step} s, {shift} s");
            let up = moved(&|at| at + (step - at % step) % step + shift);
            assert!(is_same_list(&old, &up), "up to {step} s, {shift} s");
        }
    }
    let in_summer = |at: i64| at - at % 60 + if at < START - 3 * DAY { 2 * HOUR } else { HOUR };
    assert!(is_same_list(&old, &moved(&in_summer)), "two of them were written in summer");
    for (name, shift) in [("not by quarters of an hour", 1000), ("by more than time zones differ", 15 * HOUR)]
    {
        assert_eq!(Polled::count(&[old.clone(), moved(&|at| at + shift)]), [6, 12], "{name}");
    }
    let other_texts: Vec<Post> = moved(&|at| at - at % 60 + HOUR)
        .into_iter()
        .map(|post| Post { text: post.text + 9, ..post })
        .collect();
    assert_eq!(Polled::count(&[old, other_texts]), [6, 12], "other texts");
}
