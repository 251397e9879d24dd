//! Tests which keys the entries of one source get in successive polls.

use proptest::prelude::*;

use super::possible_keys::LONGEST_KEY;
use super::*;

/// Time of each poll. No entry is dated so.
const POLLED: Timestamp = Timestamp::from_unix(2_000_000_000);

fn entry<'a>(guid: &'a str, url: &'a str, content_hash: u64) -> EntryIdentity<'a> {
    let some = |text: &'a str| Some(text).filter(|text| !text.is_empty());
    EntryIdentity {
        guid: some(guid),
        url: some(url),
        canonical_url: some(url),
        title: "A title",
        published_at: None,
        updated_at: None,
        content_hash,
        seen_hash: content_hash,
        words: 0,
        duration_s: None,
        texts: [None; 2],
    }
}

/// Returns the stored entries after a poll of `entries` that gave these `keys`.
fn stored(entries: &[EntryIdentity<'_>], keys: &[Key]) -> KnownEntries {
    entries.iter().zip(keys).map(|(entry, key)| stored_entry(entry, key.clone())).collect()
}

/// Returns the stored form of an entry that was given this key.
pub(super) fn stored_entry(entry: &EntryIdentity<'_>, key: Key) -> KnownEntry {
    KnownEntry {
        key,
        guid: entry.guid.map(str::to_owned),
        url: entry.url.map(str::to_owned),
        canonical_url: entry.canonical_url.map(str::to_owned),
        title: entry.title.to_owned(),
        published_at: entry.published_at,
        updated_at: entry.updated_at,
        stated_at: None,
        content_hash: Some(entry.content_hash),
        seen_hash: Some(entry.seen_hash),
        duration_s: entry.duration_s,
    }
}

/// Assigns keys to entries of which none repeats another.
fn assign(
    entries: &[EntryIdentity<'_>],
    scheme: IdentityScheme,
    known: &KnownEntries,
) -> (Vec<Key>, IdentityScheme) {
    let (keys, scheme) = super::assign(entries, scheme, known, POLLED);
    let own = |identity| match identity {
        Identity::Own(key) => key,
        Identity::RepeatOf(key) => panic!("a repeat of {key}"),
    };
    (keys.into_iter().map(own).collect(), scheme)
}

fn texts(keys: &[Key]) -> Vec<&str> {
    keys.iter().map(|key| key.0.as_str()).collect()
}

#[test]
fn a_key_is_the_guid_or_else_the_link_or_else_the_content() {
    let entries = [entry("g1", "u1", 1), entry("", "u2", 2), entry("", "", 3)];
    let (keys, scheme) = assign(&entries, IdentityScheme::Guid, &KnownEntries::default());
    assert_eq!(texts(&keys), ["g1", "u2", "content:0000000000000003"]);
    assert_eq!(scheme, IdentityScheme::Guid);
}

#[test]
fn the_first_entry_with_a_repeated_guid_keeps_it_and_the_others_get_their_link_added() {
    let entries = [entry("g", "u1", 1), entry("g", "u2", 2), entry("g", "u1", 3)];
    let (keys, _) = assign(&entries, IdentityScheme::Guid, &KnownEntries::default());
    assert_eq!(texts(&keys[..2]), ["g", "g u2"]);
    assert_eq!(keys.iter().collect::<HashSet<_>>().len(), 3);
}

#[test]
fn entries_with_one_guid_keep_their_keys_in_whatever_order_they_come() {
    let entries = [entry("g", "u1", 1), entry("g", "u2", 2)];
    let (keys, scheme) = assign(&entries, IdentityScheme::Guid, &KnownEntries::default());
    let known = stored(&entries, &keys);
    let turned = [entries[1], entries[0]];
    let (again, _) = assign(&turned, scheme, &known);
    assert_eq!(texts(&again), [keys[1].0.as_str(), keys[0].0.as_str()]);
}

#[test]
fn a_new_entry_never_takes_the_key_of_a_stored_one() {
    let old = [entry("g", "u1", 1)];
    let (keys, scheme) = assign(&old, IdentityScheme::Guid, &KnownEntries::default());
    let known = stored(&old, &keys);
    let (again, _) = assign(&[entry("g", "u9", 9), old[0]], scheme, &known);
    assert_eq!(again[1].0, "g");
    assert_eq!(again[0].0, "g u9");
}

#[test]
fn a_publisher_that_changes_all_guids_brings_nothing_back_as_new() {
    let urls = ["u1", "u2", "u3", "u4", "u5"];
    let old: Vec<_> = urls.iter().zip(["a", "b", "c", "d", "e"]).map(|(u, g)| entry(g, u, 1)).collect();
    let (keys, _) = assign(&old, IdentityScheme::Guid, &KnownEntries::default());
    let known = stored(&old, &keys);
    let new: Vec<_> = urls.iter().zip(["v", "w", "x", "y", "z"]).map(|(u, g)| entry(g, u, 2)).collect();
    let (again, scheme) = assign(&new, IdentityScheme::Guid, &known);
    assert_eq!(again, keys);
    assert_eq!(scheme, IdentityScheme::Link);
    let (later, scheme) = assign(&new, scheme, &known);
    assert_eq!((later, scheme), (keys, IdentityScheme::Link), "the scheme does not return");
}

#[test]
fn guids_that_are_new_at_each_fetch_change_no_key() {
    let first: Vec<_> =
        ["u1", "u2", "u3", "u4"].iter().zip(["1", "2", "3", "4"]).map(|(u, g)| entry(g, u, 7)).collect();
    let (keys, mut scheme) = assign(&first, IdentityScheme::Guid, &KnownEntries::default());
    let known = stored(&first, &keys);
    for guids in [["5", "6", "7", "8"], ["9", "10", "11", "12"]] {
        let next: Vec<_> = ["u1", "u2", "u3", "u4"].iter().zip(guids).map(|(u, g)| entry(g, u, 7)).collect();
        let (again, now) = assign(&next, scheme, &known);
        assert_eq!(again, keys);
        scheme = now;
    }
}

#[test]
fn many_blank_or_repeated_guids_make_links_identify() {
    let urls: Vec<String> = (0..20).map(|n| format!("u{n}")).collect();
    let entries: Vec<_> = urls.iter().map(|url| entry("same", url, 1)).collect();
    let (keys, scheme) = assign(&entries, IdentityScheme::Guid, &KnownEntries::default());
    assert_eq!(scheme, IdentityScheme::Link);
    assert_eq!(texts(&keys), urls.iter().map(String::as_str).collect::<Vec<_>>());
}

#[test]
fn a_guid_of_a_megabyte_gives_a_short_key_of_its_own() {
    let (long, other) = ("x".repeat(1 << 20), format!("{}y", "x".repeat(1 << 20)));
    let entries = [entry(&long, "u1", 1), entry(&other, "u2", 2)];
    let (keys, _) = assign(&entries, IdentityScheme::Guid, &KnownEntries::default());
    assert!(keys[0] != keys[1] && keys.iter().all(|key| key.0.len() <= LONGEST_KEY));
}

#[test]
fn a_repeated_guid_s_second_entry_keeps_its_key_when_it_comes_alone() {
    let entries = [entry("g", "u1", 1), entry("g", "u2", 2)];
    let (keys, scheme) = assign(&entries, IdentityScheme::Guid, &KnownEntries::default());
    let known = stored(&entries, &keys);
    let edited = entry("g", "u2", 5);
    assert_eq!(assign(&[entries[1]], scheme, &known).0, [keys[1].clone()]);
    assert_eq!(assign(&[edited], scheme, &known).0, [keys[1].clone()], "also after an edit");
}

#[test]
fn an_entry_whose_link_changes_keeps_its_guid() {
    let old = [entry("g", "u1", 1)];
    let (keys, scheme) = assign(&old, IdentityScheme::Guid, &KnownEntries::default());
    let known = stored(&old, &keys);
    assert_eq!(assign(&[entry("g", "u2", 2)], scheme, &known).0, keys);
}

#[test]
fn a_copy_under_a_new_guid_takes_no_key_from_the_entry_that_has_it() {
    let old = [entry("g", "u1", 1)];
    let (keys, scheme) = assign(&old, IdentityScheme::Guid, &KnownEntries::default());
    let known = stored(&old, &keys);
    // The copy comes first in the document, with the content that the stored entry had before its edit.
    let (again, _) = assign(&[entry("new", "u1", 1), entry("g", "u1", 2)], scheme, &known);
    assert_eq!(texts(&again), ["new", "g"]);
}

#[test]
fn new_entries_on_a_page_that_all_share_are_new() {
    let old: Vec<_> = ["a", "b", "c"].into_iter().zip(1..).map(|(g, n)| entry(g, "home", n)).collect();
    let (keys, scheme) = assign(&old, IdentityScheme::Guid, &KnownEntries::default());
    assert_eq!((texts(&keys), scheme), (vec!["a", "b", "c"], IdentityScheme::Guid));
    let known = stored(&old, &keys);
    let new: Vec<_> = ["d", "e", "f", "g"].into_iter().zip(9..).map(|(g, n)| entry(g, "home", n)).collect();
    let (again, scheme) = assign(&new, scheme, &known);
    assert_eq!((texts(&again), scheme), (vec!["d", "e", "f", "g"], IdentityScheme::Guid));
}

#[test]
fn without_guids_and_with_one_link_for_all_date_and_title_identify() {
    let titles = ["one", "two", "three", "four", "five"];
    let old: Vec<_> =
        titles.iter().zip(1..).map(|(t, n)| EntryIdentity { title: t, ..entry("", "home", n) }).collect();
    let (keys, scheme) = assign(&old, IdentityScheme::Guid, &KnownEntries::default());
    assert_eq!(scheme, IdentityScheme::LinkDateTitle);
    let known = stored(&old, &keys);
    let mut next = vec![EntryIdentity { title: "six", ..entry("", "home", 6) }];
    next.extend(old.iter().take(4).copied());
    let (again, _) = assign(&next, scheme, &known);
    assert_eq!(again[1..], keys[..4]);
    assert!(!keys.contains(&again[0]));
    let edited = [EntryIdentity { content_hash: 77, seen_hash: 77, ..old[2] }];
    assert_eq!(assign(&edited, scheme, &known).0, [keys[2].clone()], "an edit keeps it");
}

#[test]
fn without_guids_and_with_one_link_for_all_an_edited_title_in_its_second_is_an_edit() {
    let titles = ["Quay opens at dawn", "Mill shuts for good", "Choir sings on the pier", "Ferry runs late"];
    let dated = |title, at: i64, hash| EntryIdentity {
        title,
        published_at: Some(Timestamp::from_unix(1_790_000_107 + at)),
        ..entry("", "home", hash)
    };
    let old: Vec<_> = titles.iter().zip(1..).map(|(title, n)| dated(title, 5000 * n, n as u64)).collect();
    let (keys, scheme) = assign(&old, IdentityScheme::Guid, &KnownEntries::default());
    let known = stored(&old, &keys);
    let mut next = old.clone();
    next[1] = dated("Mill shuts for good now", 10_000, 77);
    assert_eq!(assign(&next, scheme, &known).0, keys);
    for other in [
        dated("Bakery moves to the square", 10_000, 78),
        dated("Mill shuts for good now", 10_001, 79),
        dated("Mill shuts for 3 days", 10_000, 80),
    ] {
        next[1] = other;
        assert!(!keys.contains(&assign(&next, scheme, &known).0[1]), "{}", other.title);
    }
}

#[test]
fn guids_are_kept_where_links_tell_fewer_entries_apart() {
    let mut entries: Vec<_> = ["a", "b", "c", "d", "e", "f"].iter().map(|g| entry(g, "", 1)).collect();
    entries.extend([entry("", "", 2), entry("", "", 3), entry("", "", 4)]);
    let (keys, scheme) = assign(&entries, IdentityScheme::Guid, &KnownEntries::default());
    assert_eq!((texts(&keys[..6]), scheme), (vec!["a", "b", "c", "d", "e", "f"], IdentityScheme::Guid));
}

#[test]
fn entries_with_neither_link_nor_lasting_guid_are_recognised_by_their_content() {
    let first = [entry("1", "", 11), entry("2", "", 12)];
    let (keys, scheme) = assign(&first, IdentityScheme::Guid, &KnownEntries::default());
    let known = stored(&first, &keys);
    let next = [entry("3", "", 12), entry("4", "", 11)];
    assert_eq!(assign(&next, scheme, &known).0, [keys[1].clone(), keys[0].clone()]);
}

#[test]
fn a_pruned_entry_is_recognised_under_a_new_guid() {
    let old: Vec<_> = ["u1", "u2", "u3"].iter().zip(["a", "b", "c"]).map(|(u, g)| entry(g, u, 1)).collect();
    let (keys, _) = assign(&old, IdentityScheme::Guid, &KnownEntries::default());
    let tombstones: KnownEntries = old
        .iter()
        .zip(&keys)
        .map(|(entry, key)| KnownEntry {
            key: key.clone(),
            url: entry.url.map(str::to_owned),
            ..KnownEntry::default()
        })
        .collect();
    let new: Vec<_> = ["u1", "u2", "u3"].iter().zip(["x", "y", "z"]).map(|(u, g)| entry(g, u, 1)).collect();
    assert_eq!(assign(&new, IdentityScheme::Guid, &tombstones).0, keys);
}

#[test]
fn twenty_thousand_entries_with_one_guid_get_keys_in_linear_time_and_keep_them() {
    let flood: Vec<_> = (0..20_000).map(|text| entry("g", "u", text)).collect();
    let (keys, scheme) = assign(&flood, IdentityScheme::Guid, &KnownEntries::default());
    assert_eq!(keys.iter().collect::<HashSet<_>>().len(), flood.len());
    let known = stored(&flood, &keys);
    let (again, _) = assign(&flood, scheme, &known);
    assert_eq!(again.iter().collect::<HashSet<_>>(), keys.iter().collect::<HashSet<_>>());
}

fn dated<'a>(guid: &'a str, url: &'a str, title: &'a str, second: i64) -> EntryIdentity<'a> {
    EntryIdentity { title, published_at: Some(Timestamp::from_unix(second)), ..entry(guid, url, 1) }
}

fn listed(entries: &[EntryIdentity<'_>], known: &KnownEntries) -> Vec<Option<String>> {
    let (keys, _) = super::assign(entries, IdentityScheme::Guid, known, POLLED);
    let own = |identity| match identity {
        Identity::Own(key) => Some(key.0),
        Identity::RepeatOf(_) => None,
    };
    keys.into_iter().map(own).collect()
}

#[test]
fn a_repeated_entry_names_the_entry_that_it_repeats() {
    let entries = [entry("g", "u", 1), entry("h", "v", 2), entry("g", "u", 1)];
    let (identities, _) = super::assign(&entries, IdentityScheme::Guid, &KnownEntries::default(), POLLED);
    assert_eq!(identities[2], Identity::RepeatOf(Key("g".to_owned())));
    let keys = ["g", "h"].map(|key| Key(key.to_owned()));
    let known = stored(&entries[..2], &keys);
    let (again, _) = super::assign(&entries, IdentityScheme::Guid, &known, POLLED);
    assert_eq!(again, identities, "also once they are stored");
}

#[test]
fn an_entry_that_a_document_repeats_gets_one_key() {
    let once = |key: &str| vec![Some(key.to_owned()), None, None];
    assert_eq!(listed(&[entry("g", "u", 1); 3], &KnownEntries::default()), once("g"));
    assert_eq!(listed(&[entry("", "u", 1); 3], &KnownEntries::default()), once("u"));
    assert_eq!(listed(&[entry("", "", 1); 3], &KnownEntries::default()), once("content:0000000000000001"));
}

#[test]
fn one_page_under_two_guids_is_one_entry_where_title_second_and_text_are_the_same() {
    let twice = [dated("g1", "u", "Harbour closed", 7), dated("g2", "u", "Harbour closed", 7)];
    let (first, second) = (Some("g1".to_owned()), Some("g2".to_owned()));
    assert_eq!(listed(&twice, &KnownEntries::default()), [first.clone(), None]);
    let known = stored(&twice[..1], &[Key("g1".to_owned())]);
    assert_eq!(listed(&[twice[1], twice[0]], &known), [None, first.clone()], "the stored one keeps its key");
    for other in [
        EntryIdentity { published_at: Some(Timestamp::from_unix(8)), ..twice[1] },
        EntryIdentity { title: "Harbour open", ..twice[1] },
        EntryIdentity { content_hash: 2, seen_hash: 2, ..twice[1] },
        EntryIdentity { url: Some("u2"), canonical_url: Some("u2"), ..twice[1] },
    ] {
        assert_eq!(listed(&[twice[0], other], &KnownEntries::default()), [first.clone(), second.clone()]);
    }
    let undated = twice.map(|entry| EntryIdentity { published_at: None, ..entry });
    assert_eq!(listed(&undated, &KnownEntries::default()), [first, second]);
}

#[test]
fn a_guid_that_is_given_to_another_article_is_a_new_entry() {
    let post = |url: &'static str, title: &'static str, second, text| EntryIdentity {
        content_hash: text,
        seen_hash: text,
        ..dated("today", url, title, second)
    };
    let monday = post("u/monday", "Monday strip", 7, 1);
    let known = stored(&[monday], &[Key("today".to_owned())]);
    let key = |entry| listed(&[entry], &known).remove(0);
    let tuesday = post("u/tuesday", "Tuesday strip", 8, 2);
    assert_eq!(key(tuesday).as_deref(), Some("today u/tuesday"));
    let both = stored(&[monday, tuesday], &[Key("today".to_owned()), Key("today u/tuesday".to_owned())]);
    assert_eq!(listed(&[tuesday], &both), [Some("today u/tuesday".to_owned())]);
    for edited in [
        EntryIdentity { url: monday.url, canonical_url: monday.canonical_url, ..tuesday },
        EntryIdentity { title: "Monday strip, corrected", ..tuesday },
        EntryIdentity { published_at: monday.published_at, ..tuesday },
        EntryIdentity { published_at: None, ..tuesday },
        EntryIdentity { content_hash: monday.content_hash, seen_hash: monday.seen_hash, ..tuesday },
    ] {
        assert_eq!(key(edited).as_deref(), Some("today"), "{edited:?}");
    }
}

#[test]
fn a_site_that_moves_to_another_address_brings_nothing_back_as_new() {
    let titles = ["Quay", "Crane", "Pilot"];
    let at = |host: &str| -> Vec<String> {
        titles.iter().map(|title| format!("https://{host}/{title}")).collect()
    };
    let document = |pages: &'static [String]| -> Vec<EntryIdentity<'static>> {
        let posts = titles.iter().zip(pages).zip(1..);
        posts.map(|((title, page), second)| dated(page, page, title, second)).collect()
    };
    let old = document(at("norvik.blog.example").leak());
    let corrected = |post| EntryIdentity { content_hash: 2, seen_hash: 2, ..post };
    let new: Vec<_> = document(at("norvik.example").leak()).into_iter().map(corrected).collect();
    let (keys, _) = assign(&old, IdentityScheme::Guid, &KnownEntries::default());
    assert_eq!(assign(&new, IdentityScheme::Guid, &stored(&old, &keys)).0, keys);
    let fewer = assign(&new[..2], IdentityScheme::Guid, &stored(&old, &keys)).0;
    assert_eq!(fewer[0].0, "https://norvik.example/Quay", "two may be a coincidence");
    let later: Vec<_> =
        new.iter().map(|post| EntryIdentity { published_at: Some(Timestamp::MAX), ..*post }).collect();
    assert_ne!(assign(&later, IdentityScheme::Guid, &stored(&old, &keys)).0[0], keys[0]);
    let beside = [new.clone(), old[..1].to_vec()].concat();
    assert_ne!(
        assign(&beside, IdentityScheme::Guid, &stored(&old, &keys)).0[1],
        keys[1],
        "the site has not moved"
    );
}

/// The guid, page, title and date of an entry, as numbers.
type EntryShape = (Option<u8>, Option<u8>, u8, Option<u8>);

/// Entries of one source: guids and pages may be missing or shared, contents never are.
fn documents() -> impl Strategy<Value = Vec<EntryShape>> {
    let one = (
        proptest::option::weighted(0.8, 0_u8..12),
        proptest::option::weighted(0.8, 0_u8..12),
        0_u8..3,
        proptest::option::of(0_u8..3),
    );
    proptest::collection::vec(one, 1..14)
}

proptest! {
    #[test]
    fn keys_are_unique_and_stay_with_their_entries_whatever_the_order_and_whichever_are_listed(
        document in documents(),
        polls in proptest::collection::vec(proptest::collection::vec(any::<(bool, u16)>(), 14), 1..4),
    ) {
        let texts: Vec<[String; 3]> = document
            .iter()
            .map(|(guid, page, title, _)| [format!("g{guid:?}"), format!("u{page:?}"), format!("t{title}")])
            .collect();
        let entries: Vec<EntryIdentity<'_>> = document
            .iter()
            .zip(&texts)
            .zip(1..)
            .map(|(((guid, page, _, date), [guid_text, page_text, title]), words)| EntryIdentity {
                guid: guid.map(|_| guid_text.as_str()),
                url: page.map(|_| page_text.as_str()),
                canonical_url: page.map(|_| page_text.as_str()),
                title,
                published_at: date.map(|day| Timestamp::from_unix(86_400 * i64::from(day))),
                updated_at: None,
                content_hash: words,
                seen_hash: words,
                words: 0,
                duration_s: None,
                texts: [None; 2],
            })
            .collect();
        let (keys, mut scheme) = assign(&entries, IdentityScheme::Guid, &KnownEntries::default());
        prop_assert_eq!(keys.iter().collect::<HashSet<_>>().len(), entries.len());
        let known = stored(&entries, &keys);
        for poll in polls {
            let mut chosen: Vec<usize> = (0..entries.len()).filter(|at| poll[*at].0).collect();
            chosen.sort_by_key(|at| poll[*at].1);
            let again: Vec<_> = chosen.iter().map(|at| entries[*at]).collect();
            let (found, fallen) = assign(&again, scheme, &known);
            scheme = fallen;
            for (at, key) in chosen.iter().zip(found) {
                prop_assert_eq!(&key, &keys[*at], "entry {} under {:?}", at, scheme);
            }
        }
    }

    #[test]
    fn entries_with_their_own_guid_and_link_keep_their_keys_when_they_are_edited_and_others_arrive(
        polls in proptest::collection::vec(proptest::collection::vec(any::<(bool, u8, u16)>(), 10), 1..6),
    ) {
        let texts: Vec<[String; 2]> = (0..10).map(|n| [format!("g{n}"), format!("u{n}")]).collect();
        let mut known: HashMap<usize, KnownEntry> = HashMap::new();
        let mut scheme = IdentityScheme::Guid;
        for poll in polls {
            let mut chosen: Vec<usize> = (0..10).filter(|at| poll[*at].0).collect();
            chosen.sort_by_key(|at| poll[*at].2);
            let entries: Vec<_> =
                chosen.iter().map(|at| entry(&texts[*at][0], &texts[*at][1], u64::from(poll[*at].1))).collect();
            let (keys, fallen) = assign(&entries, scheme, &known.values().cloned().collect());
            scheme = fallen;
            prop_assert_eq!(scheme, IdentityScheme::Guid);
            for ((at, key), entry) in chosen.iter().zip(keys).zip(&entries) {
                prop_assert_eq!(&key.0, &texts[*at][0]);
                known.insert(*at, KnownEntry {
                    key,
                    guid: entry.guid.map(str::to_owned),
                    url: entry.url.map(str::to_owned),
                    canonical_url: entry.canonical_url.map(str::to_owned),
                    title: entry.title.to_owned(),
                    published_at: None,
                    updated_at: None,
                    stated_at: None,
                    content_hash: Some(entry.content_hash),
                    seen_hash: Some(entry.seen_hash),
                    duration_s: None,
                });
            }
        }
    }
}
