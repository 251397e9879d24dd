//! Notices edits of stored entries, applies them in place, and keeps what `why` shows of former versions.

use std::cmp::Ordering;
use std::time::Duration;

use rusqlite::{Connection, OptionalExtension as _, named_params, params};

use super::entries::{StoredEntry, replace_texts};
use super::state::json;
use super::storing_context::StoringContext;
use super::{StoreError, near_duplicates, representative, texts};
use crate::article::filter;
use crate::article::fuller::{self, Fullness, WholeVersion};
use crate::article::incidental;
use crate::article::revision::{self, FormerVersion, Revision};
use crate::article::shown_version::{ShownVersion, SplitVersion};
use crate::model::{Article, ArticleDetails, DocumentCopy, Enclosure, SafeHtml};
use crate::text::diff::{self, TextChange};
use crate::text::html;
use crate::time::Timestamp;

/// How many edits of one entry are announced in a row. An edit is announced by a new time of change in the river, and feed
/// readers then show the article as unread. Some pages change at every poll, such as a live report or a counter in a title.
const ANNOUNCEMENTS: u32 = 12;

/// How long it takes until one more edit of an entry may be announced.
const ANNOUNCEMENT_EVERY: Duration = Duration::from_hours(2);

/// How many former versions of one entry are kept.
pub(super) const EDITS_KEPT: i64 = 24;

/// Gives an entry the key and guid of `article`, which is the same entry under another key.
pub(super) fn rename(
    conn: &Connection,
    context: &StoringContext<'_>,
    stored: &StoredEntry,
    article: &Article,
) -> Result<(), StoreError> {
    note_edit(conn, stored, "key", None, context.now)?;
    conn.prepare_cached("update entries set key = ?, guid = ? where id = ?")?.execute(params![
        article.key.0,
        article.guid,
        stored.id
    ])?;
    Ok(())
}

/// What changed in an entry that is listed again.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum EditCause {
    /// What a reader sees, and the feed states a new time of change.
    Updated,
    /// What a reader sees, and the feed states no new time of change.
    Content,
    /// What a reader sees, and readers have seen it before, because the texts of the entry go back and forth.
    Repeated,
    /// Only the metadata around the content.
    Metadata,
    /// Only something that no reader sees, such as a token in an address, or that a page changes by itself, such as a counter.
    /// An unchanged entry that an older riverd stored gets this cause, too, so that its hashes are written.
    Unseen,
}

/// Returns what changed in an entry that is listed again; `None` if nothing did. A new time of change alone is no change,
/// because some publishers renew it whenever they build their site.
fn cause(stored: &StoredEntry, article: &Article) -> Option<EditCause> {
    let has_new_bytes = article.content_hash != stored.content_hash;
    let is_seen = stored.seen_hash.map_or(has_new_bytes, |known| known != article.seen_hash);
    if is_seen {
        let states_it = article.updated_at.is_some() && article.updated_at != stored.updated_at;
        return Some(if states_it { EditCause::Updated } else { EditCause::Content });
    }
    if stored.metadata_hash.is_some_and(|known| known != article.metadata_hash) {
        return Some(EditCause::Metadata);
    }
    (has_new_bytes || stored.seen_hash.is_none()).then_some(EditCause::Unseen)
}

/// What differs between a stored entry and a version that arrives.
#[derive(Clone, Copy, Default)]
struct Difference {
    /// Whether it is only what a page changes by itself.
    is_incidental: bool,
    /// What the version that arrives has more or less.
    fullness: Fullness,
}

/// Returns what differs between a stored entry and `article`.
fn difference(conn: &Connection, stored: &StoredEntry, article: &Article) -> Result<Difference, StoreError> {
    let before = conn
        .prepare_cached(
            "select author, enclosures, details, summary, content, packed from entries join texts on entry_id = id where id = ?",
        )?
        .query_row([stored.id], |row| {
            let files: Vec<Enclosure> = json(row, "enclosures")?;
            let details: ArticleDetails = json(row, "details")?;
            Ok((row.get::<_, Option<String>>("author")?, files, details, texts::read(row)?))
        })
        .optional()?;
    let Some((author, files, details, (summary, content))) = before else { return Ok(Difference::default()) };
    let files: Vec<&str> = files.iter().map(|file| file.url.as_str()).collect();
    let before =
        ShownVersion { title: &stored.title, texts: [summary.as_deref(), content.as_deref()], files: &files };
    let files: Vec<&str> = article.enclosures.iter().map(|file| file.url.as_str()).collect();
    let texts = [&article.summary, &article.content].map(|text| text.as_ref().map(SafeHtml::as_str));
    let after = ShownVersion { title: &article.title, texts, files: &files };
    let [before, after] = [before, after].map(SplitVersion::of);
    let is_incidental = author == article.author && incidental::is_incidental(&before, &after);
    let [before, after] = [(&before, &details), (&after, &*article.details)].map(|(shown, details)| {
        WholeVersion { shown, image: details.image.as_ref().map(|image| image.url.as_str()) }
    });
    Ok(Difference { is_incidental, fullness: fuller::compare(before, after) })
}

/// What a document changes of a stored entry that it lists.
pub(super) enum Change {
    /// Nothing, also if only a time of change is new.
    Nothing,
    /// The document lists an older version of the entry, as a stale copy does. The stored version stays.
    Older,
    /// The document lists the entry without something that the stored version has, as one of two servers does that answer in
    /// turns. The stored version stays for now.
    Poorer,
    /// The entry was edited.
    Edit(EditCause),
}

/// Returns what a document, which is this `copy` of its feed, changes of an entry that it lists.
pub(super) fn change_of(
    conn: &Connection,
    stored: &StoredEntry,
    article: &Article,
    copy: DocumentCopy,
    now: Timestamp,
) -> Result<Change, StoreError> {
    let Some(cause) = cause(stored, article) else { return Ok(Change::Nothing) };
    let order = revision::order(stored.stated_at.or(stored.updated_at), article.updated_at, copy, now);
    // A feed that states no time of change may state a later time of publication with each change.
    let is_redated = stored.published_at.is_some() && article.published_at > stored.published_at;
    let order = order.or_else(|| is_redated.then_some(Ordering::Greater));
    if order == Some(Ordering::Less) {
        return Ok(Change::Older);
    }
    let is_seen = matches!(cause, EditCause::Updated | EditCause::Content);
    let may_lose_picture = cause == EditCause::Metadata && article.details.image.is_none();
    if !is_seen && !may_lose_picture {
        return Ok(Change::Edit(cause));
    }
    let difference = difference(conn, stored, article)?;
    let former = former_versions(conn, stored.id)?;
    if order.is_none()
        && copy != DocumentCopy::Standing
        && may_be_withheld(stored, &former, difference.fullness)
    {
        let is_over = |since: Timestamp| since > now || now.since(since) >= fuller::LONGEST_POORER;
        let is_removed = stored.poorer_since.is_some_and(is_over);
        return Ok(if is_removed { Change::Edit(cause) } else { Change::Poorer });
    }
    if !is_seen {
        return Ok(Change::Edit(cause));
    }
    if difference.is_incidental {
        return Ok(Change::Edit(EditCause::Unseen));
    }
    let Some(seen_hash) = stored.seen_hash else { return Ok(Change::Edit(cause)) };
    let texts = (seen_hash, article.seen_hash);
    Ok(match revision::revision(&former, texts, order.or(difference.fullness.order), copy, now) {
        Revision::Edit => Change::Edit(cause),
        Revision::Repeated => Change::Edit(EditCause::Repeated),
        Revision::Older => Change::Older,
    })
}

/// Returns whether a version of an entry may be withheld for a while ([`fuller::LONGEST_POORER`]), because it is poorer than
/// the stored one as a program makes it, or poorer and one of those that go back and forth.
fn may_be_withheld(stored: &StoredEntry, former: &[FormerVersion], fullness: Fullness) -> bool {
    let is_poorer = fullness.order == Some(Ordering::Less);
    let go_back_and_forth =
        || stored.seen_hash.is_some_and(|stored| revision::go_back_and_forth(former, stored));
    is_poorer && (fullness.leaves_out || go_back_and_forth())
}

/// Returns the former versions of an entry that are kept, the oldest first.
fn former_versions(conn: &Connection, entry: i64) -> Result<Vec<FormerVersion>, StoreError> {
    let mut query = conn.prepare_cached(
        "select seen_hash, edited_at from edits where entry_id = ? and seen_hash is not null order by number",
    )?;
    let rows = query.query_map([entry], |row| {
        let seen_hash = row.get::<_, i64>(0)?.cast_unsigned();
        Ok(FormerVersion { seen_hash, replaced_at: Timestamp::from_unix(row.get(1)?) })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Returns how many announcements of an entry count towards the limit once one more is made now. Returns `None` if one more
/// would exceed the limit.
fn announced(stored: &StoredEntry, now: Timestamp) -> Option<u32> {
    let since = stored.edited_at.map_or(Duration::ZERO, |last| now.since(last));
    let refilled = u32::try_from(since.as_secs() / ANNOUNCEMENT_EVERY.as_secs()).unwrap_or(u32::MAX);
    let used = stored.announcements.min(ANNOUNCEMENTS).saturating_sub(refilled);
    (used < ANNOUNCEMENTS).then_some(used + 1)
}

/// Stores the newest version of an entry in place. If its article is published, the article keeps its guid and its place. A
/// change that a reader sees is announced, as long as the limit allows. The former version is kept for `why`, unless the cause
/// is [`EditCause::Unseen`].
pub(super) fn apply(
    conn: &Connection,
    context: &StoringContext<'_>,
    stored: &StoredEntry,
    article: &Article,
    cause: EditCause,
) -> Result<(), StoreError> {
    let (word, is_seen) = match cause {
        EditCause::Updated => ("updated", true),
        EditCause::Content | EditCause::Repeated => ("content", true),
        EditCause::Metadata => ("metadata", false),
        EditCause::Unseen => ("unseen", false),
    };
    let is_news = is_seen && cause != EditCause::Repeated;
    let announced = is_news.then(|| announced(stored, context.now)).flatten();
    if cause != EditCause::Unseen {
        note_edit(conn, stored, word, change(conn, stored, article)?.as_ref(), context.now)?;
    }
    let held_back = filter::held_back_article(&context.filter, article);
    // Dates that change without a visible edit are not shown, so that the river stays the same byte for byte.
    let published_at = if is_seen { article.published_at } else { stored.published_at };
    let (updated_at, stated_at) = times_of_change(stored, article, announced.is_some());
    conn.prepare_cached(
        "update entries set guid = :guid, url = :url, canonical_url = :canonical_url, title = :title,
             author = :author, published_at = :published_at, updated_at = coalesce(:updated_at, updated_at),
             stated_at = :stated_at,
             content_hash = :content_hash, seen_hash = :seen_hash, metadata_hash = :metadata_hash,
             edited_at = coalesce(:edited_at, edited_at), hash_edits = coalesce(:announced, hash_edits),
             held_back = :held_back, poorer_since = null
         where id = :id",
    )?
    .execute(named_params! {
        ":guid": article.guid,
        ":url": article.url,
        ":canonical_url": article.canonical_url.as_ref().map(|url| &url.0),
        ":title": article.title,
        ":author": article.author,
        ":published_at": published_at.map(Timestamp::unix),
        ":updated_at": updated_at.map(Timestamp::unix),
        ":stated_at": stated_at.map(Timestamp::unix),
        ":content_hash": article.content_hash.cast_signed(),
        ":seen_hash": article.seen_hash.cast_signed(),
        ":metadata_hash": article.metadata_hash.cast_signed(),
        ":edited_at": announced.map(|_| context.now.unix()),
        ":announced": announced,
        ":held_back": held_back,
        ":id": stored.id,
    })?;
    replace_texts(conn, stored.id, article)?;
    if stored.held_back.is_some() && held_back.is_none() {
        place_shown(conn, context, stored.id, article)?;
    }
    if announced.is_some() {
        near_duplicates::insert_edited(conn, context, stored, article)?;
    }
    if held_back != stored.held_back {
        representative::choose(conn, stored.article)?;
    }
    Ok(())
}

/// Returns the time of change that is shown from now on, if it is a new one, and the one that the feed states, if it is
/// another.
fn times_of_change(
    stored: &StoredEntry,
    article: &Article,
    is_announced: bool,
) -> (Option<Timestamp>, Option<Timestamp>) {
    let updated_at = article.updated_at.filter(|_| is_announced);
    (updated_at, article.updated_at.filter(|at| updated_at.or(stored.updated_at) != Some(*at)))
}

/// Places an entry that the river shows for the first time now, as if it had arrived now.
fn place_shown(
    conn: &Connection,
    context: &StoringContext<'_>,
    entry: i64,
    article: &Article,
) -> Result<(), StoreError> {
    let place = context.place_of_shown(article);
    conn.prepare_cached("update entries set river_at = ?, placed_at = ? where id = ?")?.execute(params![
        place.river_at.unix(),
        place.placed_at.unix(),
        entry
    ])?;
    Ok(())
}

/// Returns where the text of a stored entry differs from that of `article`, in plain text.
fn change(
    conn: &Connection,
    stored: &StoredEntry,
    article: &Article,
) -> Result<Option<TextChange>, StoreError> {
    if article.content_hash == stored.content_hash {
        return Ok(None);
    }
    let before = stored_words(conn, stored)?;
    Ok(before.and_then(|before| diff::between(&before, &words_of(article))))
}

/// Returns the texts of a stored entry as plain text.
pub(super) fn stored_words(conn: &Connection, stored: &StoredEntry) -> Result<Option<String>, StoreError> {
    let texts = stored_texts(conn, stored)?;
    Ok(texts.map(|(summary, content)| plain([summary.as_deref(), content.as_deref()])))
}

/// Returns the texts of a stored entry as plain text, without what they quote.
pub(super) fn stored_own_words(
    conn: &Connection,
    stored: &StoredEntry,
) -> Result<Option<String>, StoreError> {
    let texts = stored_texts(conn, stored)?;
    Ok(texts.map(|(summary, content)| plain_without_quotes([summary.as_deref(), content.as_deref()])))
}

/// Returns the summary and the content of a stored entry.
fn stored_texts(conn: &Connection, stored: &StoredEntry) -> Result<Option<texts::Texts>, StoreError> {
    let sql = "select summary, content, packed from texts where entry_id = ?";
    Ok(conn.prepare_cached(sql)?.query_row([stored.id], texts::read).optional()?)
}

/// Returns whether a stored entry has files.
pub(super) fn has_files(conn: &Connection, stored: &StoredEntry) -> Result<bool, StoreError> {
    let files = conn
        .prepare_cached("select enclosures <> '[]' from texts where entry_id = ?")?
        .query_row([stored.id], |row| row.get(0))
        .optional()?;
    Ok(files.unwrap_or(false))
}

/// Returns the texts of `article` as plain text.
pub(super) fn words_of(article: &Article) -> String {
    plain([&article.summary, &article.content].map(|text| text.as_ref().map(SafeHtml::as_str)))
}

/// Returns the texts of `article` as plain text, without what they quote.
pub(super) fn own_words_of(article: &Article) -> String {
    plain_without_quotes([&article.summary, &article.content].map(|text| text.as_ref().map(SafeHtml::as_str)))
}

fn plain_without_quotes(texts: [Option<&str>; 2]) -> String {
    let own = texts.map(|text| text.map(html::without_quotes));
    plain(own.each_ref().map(Option::as_deref))
}

fn plain(texts: [Option<&str>; 2]) -> String {
    texts.into_iter().flatten().map(html::to_plain).collect::<Vec<_>>().join("\n")
}

/// Keeps the present version of an entry as a former one, and deletes the oldest beyond [`EDITS_KEPT`].
fn note_edit(
    conn: &Connection,
    stored: &StoredEntry,
    cause: &str,
    change: Option<&TextChange>,
    edited_at: Timestamp,
) -> Result<(), StoreError> {
    let last: i64 = conn
        .prepare_cached("select coalesce(max(number), 0) from edits where entry_id = ?")?
        .query_row([stored.id], |row| row.get(0))?;
    conn.prepare_cached(
        "insert into edits (entry_id, number, edited_at, cause, title, content_hash, updated_at, url, guid, text_before,
                            text_after, seen_hash)
         values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
    )?
    .execute(params![
        stored.id,
        last + 1,
        edited_at.unix(),
        cause,
        stored.title,
        stored.content_hash.cast_signed(),
        stored.updated_at.map(Timestamp::unix),
        stored.url,
        stored.guid,
        change.map(|change| &change.before),
        change.map(|change| &change.after),
        stored.seen_hash.map(u64::cast_signed),
    ])?;
    conn.prepare_cached("delete from edits where entry_id = ? and number <= ?")?
        .execute(params![stored.id, last + 1 - EDITS_KEPT])?;
    Ok(())
}
