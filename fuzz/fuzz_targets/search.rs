//! Reads any text as a search. A search that is understood reads back from its shown form, if the quotes that this adds do not
//! make it too long, and can mark any text.
#![no_main]

use libfuzzer_sys::fuzz_target;
use riverd::text::search::{QueryError, SearchField, SearchQuery, excerpt, mark};

fuzz_target!(|text: &str| {
    if let Ok(query) = SearchQuery::parse(text) {
        match SearchQuery::parse(&query.to_string()) {
            Err(QueryError::TooLong(_)) => {}
            again => assert_eq!(again.as_ref(), Ok(&query)),
        }
        let marked: String =
            mark(text, &query, SearchField::Title).into_iter().map(|part| part.text).collect();
        assert!(marked.len() <= 4 * text.len());
        excerpt(text, &query, 40);
    }
});
