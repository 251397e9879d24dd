//! Finds the article of any web page, and of the part to which a fragment leads. What is found can be sanitised. riverd catches
//! panics of dom_smoothie, so they are no findings here either.
#![no_main]

use std::panic::{AssertUnwindSafe, catch_unwind};

use libfuzzer_sys::fuzz_target;
use riverd::document::{RawDocument, article_of};
use riverd::text::html::sanitise;
use url::Url;

fuzz_target!(|input: (&str, &str, &[u8])| {
    let (title, fragment, body) = input;
    let url = Url::parse("https://blog.example.org/a/page").ok();
    let document = RawDocument { body, content_type: Some("text/html"), url: url.as_ref() };
    for fragment in [None, Some(fragment)] {
        let found = catch_unwind(AssertUnwindSafe(|| article_of(document, title, fragment)));
        if let Ok(Ok(article)) = found {
            let _clean = sanitise(&article.unsafe_html, article.base.as_ref());
        }
    }
});
