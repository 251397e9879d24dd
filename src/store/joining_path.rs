//! Finds the pairs of entries by which two entries of one story were joined, one pair after another.

use std::collections::hash_map::Entry;
use std::collections::{HashMap, VecDeque};

use rusqlite::{Connection, params};

use super::StoreError;

/// How many pairs of a story are read at most. An article has up to 256 entries, and of each up to 16 pairs are kept.
const PAIRS: i64 = 8192;

/// Two entries that a rule joined.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct JoinedEntries {
    pub(super) one: i64,
    pub(super) other: i64,
    pub(super) rule: String,
}

/// Returns the shortest chain of pairs from entry `one` to entry `other` of a story: the entries of the article `root`, and of
/// those that were merged into it. It is empty if an entry on the way was deleted.
pub(super) fn between(
    conn: &Connection,
    root: i64,
    one: i64,
    other: i64,
) -> Result<Vec<JoinedEntries>, StoreError> {
    let mut query = conn.prepare_cached(
        "select entry_id, other_id, rule from articles
             join entries on article_id = articles.id join links on entry_id = entries.id
         where (articles.id = ?1 or merged_into = ?1) and exists (select 1 from entries where id = other_id) limit ?2",
    )?;
    let rows = query.query_map(params![root, PAIRS], |row| {
        Ok(JoinedEntries { one: row.get(0)?, other: row.get(1)?, rule: row.get(2)? })
    })?;
    let pairs: Vec<JoinedEntries> = rows.collect::<Result<_, _>>()?;
    Ok(shortest_path(pairs, one, other))
}

/// Returns the shortest chain of `pairs` from one entry to another, each pair in the direction of the chain.
fn shortest_path(pairs: Vec<JoinedEntries>, one: i64, other: i64) -> Vec<JoinedEntries> {
    let mut from: HashMap<i64, Vec<JoinedEntries>> = HashMap::new();
    for pair in pairs {
        let back = JoinedEntries { one: pair.other, other: pair.one, rule: pair.rule.clone() };
        from.entry(back.one).or_default().push(back);
        from.entry(pair.one).or_default().push(pair);
    }
    let mut reached_by: HashMap<i64, &JoinedEntries> = HashMap::new();
    let mut waiting = VecDeque::from([one]);
    while let Some(entry) = waiting.pop_front() {
        for pair in from.get(&entry).into_iter().flatten().filter(|pair| pair.other != one) {
            if let Entry::Vacant(place) = reached_by.entry(pair.other) {
                place.insert(pair);
                waiting.push_back(pair.other);
            }
        }
    }
    let mut path = Vec::new();
    let mut end = other;
    while end != one {
        let Some(pair) = reached_by.get(&end) else { return Vec::new() };
        path.push((*pair).clone());
        end = pair.one;
    }
    path.reverse();
    path
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shortest_chain_of_pairs_is_found_in_either_direction() {
        let pair = |one, other| JoinedEntries { one, other, rule: format!("{one} and {other}") };
        let pairs = vec![pair(2, 1), pair(3, 2), pair(4, 3), pair(4, 2), pair(6, 5)];
        let path = |one, other| {
            let path = shortest_path(pairs.clone(), one, other);
            path.into_iter().map(|pair| (pair.one, pair.other, pair.rule)).collect::<Vec<_>>()
        };
        assert_eq!(path(1, 4), [(1, 2, "2 and 1".to_owned()), (2, 4, "4 and 2".to_owned())]);
        assert_eq!(path(4, 1), [(4, 2, "4 and 2".to_owned()), (2, 1, "2 and 1".to_owned())]);
        assert_eq!(path(3, 4).len(), 1);
        assert_eq!(path(1, 6), []);
    }
}
