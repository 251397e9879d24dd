//! Reads the language that a document states.

/// Returns a language as a BCP 47 tag. Programs write names of POSIX locales: `en_US`, `de_DE.UTF-8`.
pub(in crate::document) fn language_tag(stated: &str) -> String {
    let stated = stated.trim();
    let locale = stated.split(['.', '@']).next().unwrap_or_default();
    locale.replace('_', "-")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_name_of_a_locale_becomes_a_language_tag() {
        for (stated, tag) in [
            ("en_US", "en-US"),
            ("de_DE.UTF-8", "de-DE"),
            ("ca_ES@valencia", "ca-ES"),
            (" zh-Hant-TW ", "zh-Hant-TW"),
        ] {
            assert_eq!(language_tag(stated), tag);
        }
    }
}
