//! Keeps the addresses that the files, the picture and the comments page of an entry had before, for `why`. (Those of its own
//! page are kept with its edits.)

use rusqlite::{Connection, OptionalExtension as _, params};

use super::StoreError;
use super::state::json;
use crate::model::{Article, ArticleDetails, Enclosure};

/// How many addresses of one entry are kept, the latest ones. Some feeds write a new token into an address at each poll.
const KEPT: usize = 16;
/// How long an address is that is kept, in bytes.
const LONGEST: usize = 2048;

/// SQL condition that an entry had the address `?1` before.
pub(super) const HAD_ADDRESS: &str =
    "instr(char(10) || former_addresses || char(10), char(10) || ?1 || char(10)) > 0";

/// Notes which addresses of a stored entry `article`, which is about to replace its texts, no longer has.
pub(super) fn note(conn: &Connection, entry: i64, article: &Article) -> Result<(), StoreError> {
    let stored = conn
        .prepare_cached(
            "select former_addresses, enclosures, comments_url, details from entries join texts on entry_id = id where id = ?",
        )?
        .query_row([entry], |row| {
            let (former, comments_url): (Option<String>, Option<String>) = (row.get(0)?, row.get(2)?);
            let (files, details): (Vec<Enclosure>, ArticleDetails) = (json(row, "enclosures")?, json(row, "details")?);
            Ok((former, addresses(&files, comments_url.as_deref(), &details)))
        })
        .optional()?;
    let Some((former, before)) = stored else { return Ok(()) };
    let now = addresses(&article.enclosures, article.comments_url.as_deref(), &article.details);
    let gone: Vec<&str> =
        before.iter().filter(|address| !now.contains(address)).map(String::as_str).collect();
    if gone.is_empty() {
        return Ok(());
    }
    let mut kept: Vec<&str> = lines(former.as_deref()).filter(|address| !gone.contains(address)).collect();
    kept.extend(gone);
    let kept = kept.split_off(kept.len().saturating_sub(KEPT));
    conn.prepare_cached("update entries set former_addresses = ? where id = ?")?
        .execute(params![kept.join("\n"), entry])?;
    Ok(())
}

/// Returns the addresses in the column, the latest last.
pub(super) fn lines(column: Option<&str>) -> impl Iterator<Item = &str> {
    column.unwrap_or_default().lines()
}

/// Returns the addresses that can be kept, each once.
fn addresses(files: &[Enclosure], comments_url: Option<&str>, details: &ArticleDetails) -> Vec<String> {
    let files = files.iter().map(|file| file.url.as_str());
    let all = files.chain(comments_url).chain(details.image.as_ref().map(|image| image.url.as_str()));
    let mut kept: Vec<String> = Vec::new();
    for address in all.filter(|address| address.len() <= LONGEST && !address.contains('\n')) {
        if !kept.iter().any(|known| known == address) {
            kept.push(address.to_owned());
        }
    }
    kept
}
