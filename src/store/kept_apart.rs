//! Keeps entries apart that one source lists side by side, although an entry of another source tells the same story as each of
//! them.
//!
//! Within one source the judge is stricter than between two: a notice in the same words is another notice. A third entry that
//! equals both would join them, and a reader would lose one.

use std::cmp::Reverse;
use std::collections::BTreeSet;

use rusqlite::{Connection, OptionalExtension as _, params};

use super::StoreError;
use super::document_index::DocumentIndex;
use super::entry_match::EntryMatch;
use super::groups::root_of;
use super::near_duplicates::{self, NearEntry, distance};
use super::storing_context::StoringContext;
use crate::article::dedup::{self, Difference, JudgedEntry, Verdict};
use crate::model::{Article, SourceId};

/// How many entries of an article are compared at most, the newest first.
const MEMBERS: i64 = 32;

/// An article that a new entry matches, with those of its entries that their sources list.
struct MatchedArticle {
    root: i64,
    members: Vec<NearEntry>,
}

/// Returns those of the matches `found` of the new entry `article` that join no two entries of one list which the judge keeps
/// apart as two things, and to which no other entry of its document has a better claim. `index` is the index of that document.
/// Matches by the page are all kept. Of two articles with similar texts that must not become one, the entry joins that with the
/// higher score, then the same text, then the nearer date, then the older row.
pub(super) fn without_chains(
    conn: &Connection,
    context: &StoringContext<'_>,
    index: &DocumentIndex<'_>,
    article: &Article,
    found: Vec<EntryMatch>,
) -> Result<Vec<EntryMatch>, StoreError> {
    let found = without_namesakes(conn, context, index, article, found)?;
    if found.iter().all(|found| found.score.is_none()) {
        return Ok(found);
    }
    let own = near_duplicates::judged_new(context, article);
    let matched: BTreeSet<i64> = found.iter().map(|found| found.entry).collect();
    let mut kept: Vec<MatchedArticle> = Vec::new();
    let mut refused: BTreeSet<i64> = BTreeSet::new();
    let ranked = best_first(conn, &own, &found)?;
    // One article conflicts with no other one, so there only the entries of the own source matter.
    let of_source = (ranked.len() == 1).then_some(context.source);
    for (root, is_on_page) in ranked {
        let members = listed_members(conn, (context, index), root, of_source)?;
        let candidate = MatchedArticle { root, members };
        let is_of_own = |member: &&NearEntry| member.source == context.source;
        let own_list: Vec<&NearEntry> = candidate.members.iter().filter(is_of_own).collect();
        // A source that sent an entry again is no chain through another one.
        let is_chain = !own_list.iter().any(|member| matched.contains(&member.entry));
        let similarity = context.dedup.similarity;
        let has_own_conflict =
            is_chain && own_list.iter().any(|member| are_two_things(&own, &member.judged(true), similarity));
        let conflicts = |other: &MatchedArticle| {
            let mut of_others = candidate.members.iter().filter(|member| !is_of_own(member));
            of_others.any(|here| {
                let mut of_source = other.members.iter().filter(|there| there.source == here.source);
                of_source.any(|there| are_two_things(&here.judged(true), &there.judged(true), similarity))
            })
        };
        if !is_on_page && (has_own_conflict || kept.iter().any(conflicts)) {
            refused.insert(candidate.root);
        } else {
            kept.push(candidate);
        }
    }
    let mut joining = Vec::with_capacity(found.len());
    for found in found {
        if !refused.contains(&root_of(conn, found.article)?) {
            joining.push(found);
        }
    }
    Ok(joining)
}

/// Returns those of the matches `found` of the new entry `article` that no other entry of its document has a better claim to:
/// of two entries with one text, a copy in another source belongs to the one with the title of the copy, whichever is stored
/// first.
fn without_namesakes(
    conn: &Connection,
    context: &StoringContext<'_>,
    index: &DocumentIndex<'_>,
    article: &Article,
    mut found: Vec<EntryMatch>,
) -> Result<Vec<EntryMatch>, StoreError> {
    let mut query = conn.prepare_cached("select title from entries where id = ? and source_id <> ?")?;
    let mut of_others = BTreeSet::new();
    for similar in found.iter().filter(|found| found.score.is_some()) {
        let title: Option<String> =
            query.query_row(params![similar.entry, context.source.0], |row| row.get(0)).optional()?;
        if title.is_some_and(|title| title != article.title && index.has_title(&title)) {
            of_others.insert(similar.entry);
        }
    }
    found.retain(|found| !of_others.contains(&found.entry));
    Ok(found)
}

/// Returns the articles that the matches lead to, the best match first, each with whether an entry on the page of the new one
/// leads to it. Those come before all others.
fn best_first(
    conn: &Connection,
    own: &JudgedEntry<'_>,
    found: &[EntryMatch],
) -> Result<Vec<(i64, bool)>, StoreError> {
    let dated = |entry: &JudgedEntry<'_>| entry.published_at.unwrap_or(entry.arrived_at);
    let mut ranked = Vec::with_capacity(found.len());
    for found in found {
        let other = near_duplicates::load(conn, found.entry)?;
        let is_other_text = other.as_ref().is_some_and(|other| other.sketch != own.sketch);
        let apart = other.map(|other| distance(dated(&other.judged(true)), dated(own)));
        let score = found.score.map(|score| Reverse((score * 1e6) as u64));
        ranked.push((score, is_other_text, apart, found.entry, root_of(conn, found.article)?));
    }
    // Matches without a score, which are those by the page, come first.
    ranked.sort_unstable();
    let mut seen = BTreeSet::new();
    let articles = ranked.into_iter().map(|(score, .., root)| (root, score.is_none()));
    Ok(articles.filter(|(root, _)| seen.insert(*root)).collect())
}

/// Returns the entries of an article that their sources list now, that no filter holds back, and that have a sketch. With a
/// source, returns only those of that source.
fn listed_members(
    conn: &Connection,
    (context, index): (&StoringContext<'_>, &DocumentIndex<'_>),
    article: i64,
    of_source: Option<SourceId>,
) -> Result<Vec<NearEntry>, StoreError> {
    let mut query = conn.prepare_cached(
        "select id from entries where article_id = ?1 and unlisted_at is null and held_back is null
             and (?3 is null or source_id = ?3)
         order by id desc limit ?2",
    )?;
    let of_source = of_source.map(|source| source.0);
    let entries: Vec<i64> =
        query.query_map(params![article, MEMBERS, of_source], |row| row.get(0))?.collect::<Result<_, _>>()?;
    let mut members = Vec::new();
    for entry in entries {
        let member = near_duplicates::load(conn, entry)?;
        let is_listed = |member: &NearEntry| {
            member.source != context.source || index.still_lists(&member.key, member.unlisted_at)
        };
        members.extend(member.filter(is_listed));
    }
    Ok(members)
}

/// Returns whether one source lists two entries as two things: each has a page and a date of its own, or the judge finds a
/// series, other facts or other files. Other titles alone say little there, because within one source they are compared more
/// strictly.
fn are_two_things(here: &JudgedEntry<'_>, there: &JudgedEntry<'_>, similarity: f64) -> bool {
    let is_thing =
        |difference| matches!(difference, Difference::Series(_) | Difference::Facts | Difference::Media);
    match dedup::judge(here, there, similarity).verdict {
        Verdict::Different(Difference::Title(_)) => dedup::are_listed_as_two(here, there),
        Verdict::Different(difference) => is_thing(difference),
        Verdict::Same(_) => false,
    }
}
