//! Sanitises any markup. The result must be safe and bounded, and must not change when it is sanitised again.
#![no_main]

use libfuzzer_sys::fuzz_target;
use riverd::text::html::{from_plain, sanitise, to_plain};
use url::Url;

/// Checks sanitised HTML crudely, sharing no code with the sanitiser.
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
        // Text between quotes is a value and not an attribute. A value may hold anything but a scheme that runs scripts.
        let outside: String = tag.split('"').step_by(2).collect::<Vec<_>>().join("\"");
        let parts: Vec<&str> = tag.split("=\"").collect();
        let runs_script = parts.windows(2).any(|pair| {
            // Only these attributes hold addresses. A title may mention a scheme, which no browser follows.
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
        !runs_script && !forbidden.iter().any(|name| outside.contains(name))
    })
}

fuzz_target!(|markup: &str| {
    let base = Url::parse("https://example.org/a/b").ok();
    if let Some(sanitised) = sanitise(markup, base.as_ref()) {
        let clean = sanitised.html.as_str();
        assert!(looks_safe(clean), "{clean}");
        assert!(clean.len() <= 4 << 20);
        let again = sanitise(clean, base.as_ref());
        assert_eq!(again.as_ref().map(|again| again.html.as_str()), Some(clean));
    }
    let plain = to_plain(markup);
    assert_eq!(plain.trim(), plain);
    if let Some(sanitised) = from_plain(markup) {
        assert_eq!(sanitise(sanitised.html.as_str(), None), Some(sanitised));
    }
});
