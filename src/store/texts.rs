//! Packs summary and content of an entry for the `texts` table. Long texts are compressed. Both texts are compressed together,
//! because they mostly use the same words. Unpacking costs little, because the river reads only some hundred entries at a time.

use std::cell::RefCell;

use rusqlite::{Row, Statement};
use zstd::bulk::{Compressor, Decompressor};

/// Summary and content that together have fewer bytes than this stay as they are, because compression would save little.
const LEAST_BYTES: usize = 256;

/// Level of compression. Higher levels take twice the time and save a few percent of texts of this length.
const LEVEL: i32 = 1;

/// Largest length in bytes of unpacked texts. Documents are far smaller, but a damaged row may state any length.
const MOST_BYTES: usize = 256 << 20;

/// Number of bytes before the compressed texts. They hold the length of the summary plus one (0 if there is no summary), and
/// then the length of the content in the same form.
const HEAD: usize = 8;

thread_local! {
    // Each of the two takes some hundred kilobytes, which would otherwise be allocated and cleared for every text.
    static COMPRESSOR: RefCell<Option<Compressor<'static>>> = const { RefCell::new(None) };
    static DECOMPRESSOR: RefCell<Option<Decompressor<'static>>> = const { RefCell::new(None) };
}

/// The texts of an entry as columns of the `texts` table.
#[derive(Debug)]
pub(super) struct TextColumns<'a> {
    /// The summary, if it is not in `packed`.
    pub(super) summary: Option<&'a str>,
    /// The content, if it is not in `packed`.
    pub(super) content: Option<&'a str>,
    /// Both texts, compressed.
    pub(super) packed: Option<Vec<u8>>,
}

impl<'a> TextColumns<'a> {
    /// Packs the texts if that makes them shorter.
    pub(super) fn of(summary: Option<&'a str>, content: Option<&'a str>) -> Self {
        match pack(summary, content) {
            Some(packed) => Self { summary: None, content: None, packed: Some(packed) },
            None => Self { summary, content, packed: None },
        }
    }
}

fn pack(summary: Option<&str>, content: Option<&str>) -> Option<Vec<u8>> {
    let length = summary.map_or(0, str::len) + content.map_or(0, str::len);
    if length < LEAST_BYTES {
        return None;
    }
    let stated = |text: Option<&str>| u32::try_from(text.map_or(0, |text| text.len() + 1)).ok();
    let mut texts = Vec::with_capacity(length);
    texts.extend(summary.unwrap_or_default().as_bytes());
    texts.extend(content.unwrap_or_default().as_bytes());
    let compressed = COMPRESSOR.with_borrow_mut(|kept| {
        if kept.is_none() {
            *kept = compressor().ok();
        }
        kept.as_mut()?.compress(&texts).ok()
    })?;
    let mut packed = Vec::with_capacity(HEAD + compressed.len());
    packed.extend(stated(summary)?.to_le_bytes());
    packed.extend(stated(content)?.to_le_bytes());
    packed.extend(compressed);
    (packed.len() < length).then_some(packed)
}

/// Makes a compressor that adds a checksum to each text. If a bit of the text changes on the disk, the text is then unreadable
/// instead of wrong.
fn compressor() -> std::io::Result<Compressor<'static>> {
    let mut compressor = Compressor::new(LEVEL)?;
    compressor.include_checksum(true)?;
    Ok(compressor)
}

/// Summary and content of an entry.
pub(super) type Texts = (Option<String>, Option<String>);

/// Reads the texts from the columns `summary`, `content` and `packed` of a row, which stand in this order from the place
/// `first` on. Looking for columns by their names takes longer than reading them.
pub(super) fn read_at(row: &Row<'_>, first: usize) -> rusqlite::Result<Texts> {
    match row.get_ref(first + 2)?.as_blob_or_null()? {
        None => Ok((row.get(first)?, row.get(first + 1)?)),
        Some(packed) => unpack(packed).ok_or_else(|| unreadable(first + 2)),
    }
}

/// Reads the texts from the columns `summary`, `content` and `packed` of a row, which stand in this order somewhere in it.
pub(super) fn read(row: &Row<'_>) -> rusqlite::Result<Texts> {
    let statement: &Statement<'_> = row.as_ref();
    read_at(row, statement.column_index("summary")?)
}

fn unreadable(column: usize) -> rusqlite::Error {
    let error = "the texts can't be unpacked".into();
    rusqlite::Error::FromSqlConversionFailure(column, rusqlite::types::Type::Blob, error)
}

fn unpack(packed: &[u8]) -> Option<Texts> {
    let (head, compressed) = packed.split_at_checked(HEAD)?;
    let ([summary, content], []) = head.as_chunks::<4>() else { return None };
    let [summary, content] = [summary, content].map(|length| u32::from_le_bytes(*length) as usize);
    let length = summary.saturating_sub(1) + content.saturating_sub(1);
    if length > MOST_BYTES {
        return None;
    }
    let texts = DECOMPRESSOR.with_borrow_mut(|kept| {
        if kept.is_none() {
            *kept = Decompressor::new().ok();
        }
        kept.as_mut()?.decompress(compressed, length).ok()
    })?;
    let texts = String::from_utf8(texts).ok()?;
    let (first, second) = texts.split_at_checked(summary.saturating_sub(1))?;
    let text = |text: &str, stated: usize| (stated > 0).then(|| text.to_owned());
    (second.len() == content.saturating_sub(1)).then(|| (text(first, summary), text(second, content)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn unpacked(columns: &TextColumns<'_>) -> Texts {
        match &columns.packed {
            Some(packed) => unpack(packed).unwrap(),
            None => (columns.summary.map(str::to_owned), columns.content.map(str::to_owned)),
        }
    }

    #[test]
    fn texts_are_unpacked_as_they_were_packed() {
        let long = "<p>Überall steht <b>dasselbe</b> auf der Tafel.</p>".repeat(40);
        for (summary, content) in [
            (None, Some(long.as_str())),
            (Some(long.as_str()), None),
            (Some(""), Some(long.as_str())),
            (Some("short ü"), Some(long.as_str())),
            (Some(long.as_str()), Some("")),
            (Some("short"), Some("text")),
            (None, None),
        ] {
            let columns = TextColumns::of(summary, content);
            let is_long = summary.into_iter().chain(content).any(|text| text == long);
            assert_eq!(columns.packed.is_some(), is_long, "{summary:?} {content:?}");
            assert_eq!(unpacked(&columns), (summary.map(str::to_owned), content.map(str::to_owned)));
        }
    }

    #[test]
    fn no_flipped_bit_of_a_text_gives_another_text() {
        let text = (0..200).map(|number| format!("{number} gulls on the quay, ")).collect::<String>();
        let packed = pack(None, Some(&text)).unwrap();
        let expected = Some((None, Some(text)));
        for bit in HEAD * 8..packed.len() * 8 {
            let mut flipped = packed.clone();
            flipped[bit / 8] ^= 1 << (bit % 8);
            let found = unpack(&flipped);
            assert!(found.is_none() || found == expected, "bit {bit}");
        }
    }

    #[test]
    fn damaged_bytes_are_no_texts() {
        let packed = pack(None, Some(&"words and words ".repeat(40))).unwrap();
        assert!(unpack(&packed).is_some());
        assert_eq!(unpack(&packed[..packed.len() - 3]), None);
        assert_eq!(unpack(&packed[..5]), None);
        let mut longer = packed.clone();
        longer[..4].copy_from_slice(&u32::MAX.to_le_bytes());
        assert_eq!(unpack(&longer), None);
        let mut other = packed;
        other[..4].copy_from_slice(&700_u32.to_le_bytes());
        assert_eq!(unpack(&other), None);
    }
}
