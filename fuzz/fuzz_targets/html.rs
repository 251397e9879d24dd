//! Any markup: what is left of it is safe, bounded, and stays what it is when it is sanitised again.
#![no_main]

use libfuzzer_sys::fuzz_target;
use riverd::text::html::{from_plain, sanitise, to_plain};
use url::Url;

/// A crude look of its own: it shares no code with what it checks.
fn looks_safe(html: &str) -> bool {
    let forbidden = [
        "<script",
        "<style",
        "<svg",
        "<object",
        "<embed",
        "<form",
        "<input",
        "<base",
        " style=\"",
        " srcdoc=\"",
        " on",
    ];
    let tags =
        html.split('<').skip(1).filter_map(|tag| tag.split_once('>')).map(|(tag, _)| format!("<{tag}"));
    let mut tags = tags.map(|tag| tag.to_lowercase());
    tags.all(|tag| {
        // Values may say anything but a scheme that runs: what stands between quotes is no attribute.
        let outside: String = tag.split('"').step_by(2).collect::<Vec<_>>().join("\"");
        let parts: Vec<&str> = tag.split("=\"").collect();
        let runs = parts.windows(2).any(|pair| {
            // A title or a size may speak of a scheme; nothing follows it.
            [
                "href",
                "src",
                "srcset",
                "poster",
                "cite",
                "data",
                "action",
                "formaction",
                "background",
                "longdesc",
            ]
            .iter()
            .any(|address| pair[0].ends_with(address))
                && ["javascript:", "data:", "vbscript:"]
                    .iter()
                    .any(|scheme| pair[1].trim_start().starts_with(scheme))
        });
        !runs && !forbidden.iter().any(|name| outside.contains(name))
    })
}

fuzz_target!(|markup: &str| {
    let base = Url::parse("https://example.org/a/b").ok();
    if let Some(shown) = sanitise(markup, base.as_ref()) {
        let clean = shown.html.as_str();
        assert!(looks_safe(clean), "{clean}");
        assert!(clean.len() <= 4 << 20);
        let again = sanitise(clean, base.as_ref());
        assert_eq!(again.as_ref().map(|again| again.html.as_str()), Some(clean));
    }
    let plain = to_plain(markup);
    assert_eq!(plain.trim(), plain);
    if let Some(shown) = from_plain(markup) {
        assert_eq!(sanitise(shown.html.as_str(), None), Some(shown));
    }
});
