//! Reads the question of `why`: an address, a key or a guid.

use super::former_addresses::HAD_ADDRESS;
use crate::article::placement;
use crate::text::url::{self, TrackingParameters};

/// What the stored articles are compared with.
pub(super) struct HistoryQuery {
    /// The address, key or guid as it was asked for.
    pub(super) text: String,
    /// The address in the form that is compared. If `text` is no address, this is the same as `text`.
    pub(super) canonical: String,
    /// The guid that riverd gave the article, if `text` is the address of its page (`/articles/ID`).
    pub(super) guid_of_page: Option<String>,
}

impl HistoryQuery {
    /// Returns the query for an address, a key or a guid. An address may stand in angle brackets, and its scheme may be
    /// missing.
    pub(super) fn new(text: &str, tracking: &TrackingParameters) -> Self {
        let text = text.trim();
        let text = text.strip_prefix('<').and_then(|text| text.strip_suffix('>')).unwrap_or(text);
        let canonical = |text: &str| url::canonical(text, None, tracking).map(|url| url.0);
        let with_scheme = || canonical(&format!("https://{text}")).filter(|_| lacks_scheme(text));
        let canonical = canonical(text).or_else(with_scheme).unwrap_or_else(|| text.to_owned());
        let id = text.rsplit_once("/articles/").map(|(_, id)| format!("urn:uuid:{id}"));
        let guid_of_page = id.filter(|guid| placement::is_river_guid(guid));
        Self { text: text.to_owned(), canonical, guid_of_page }
    }
}

/// Returns whether a text looks like an address without its scheme: `quay.example/crane`.
fn lacks_scheme(text: &str) -> bool {
    let host = text.split(['/', '?', '#']).next().unwrap_or_default();
    host.contains('.') && !text.contains(char::is_whitespace) && !host.contains(':')
}

/// Returns an SQL query for the entries that match a question in columns without an index: `?1` is its text, and `?2` its
/// address. Such columns are searched only if the others have nothing. That takes up to a second, and only a person waits.
pub(super) fn entries_by_other_columns() -> String {
    format!(
        "select id from entries where guid = ?1 or url = ?1 or {HAD_ADDRESS}
         union select entry_id from edits where guid = ?1 or url = ?1 or {} = {}
         union select entry_id from texts
             where comments_url = ?1 or instr(enclosures, json_quote(?1)) > 0 or instr(details, json_quote(?1)) > 0",
        bare_address("url"),
        bare_address("?2")
    )
}

/// Returns an SQL expression for an address without what its canonical form lacks or has in one way. Of a former address only
/// the published form is stored.
fn bare_address(address: &str) -> String {
    format!("rtrim(replace(replace(replace({address}, 'https://', ''), 'http://', ''), 'www.', ''), '/')")
}
