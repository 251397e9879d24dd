//! Reads decades: `1990s`, `’90s`, `nineties`, `90er-Jahre`, `années 90`, `anni Novanta`.

/// Words after which a multiple of ten is a decade.
const BEFORE_DECADES: [&str; 6] = ["annees", "anos", "anni", "jaren", "lata", "latach"];

/// Returns the first year of the decade that a number of two digits means, by the letters after it and the word before it.
/// Without a century, a decade is one of the twentieth.
pub(super) fn of(figures: &str, ending: &str, before: &str) -> Option<String> {
    let is_multiple = matches!(figures.as_bytes(), [b'2'..=b'9', b'0']);
    let is_decade = matches!(ending, "s" | "er") || ending.is_empty() && BEFORE_DECADES.contains(&before);
    (is_multiple && is_decade).then(|| format!("19{figures}"))
}

/// Returns the first year of the decade that an English, a German or a Polish word says.
pub(super) fn in_one_word(word: &str) -> Option<&'static str> {
    let german = || word.strip_suffix("jahren").or_else(|| word.strip_suffix("jahre")).unwrap_or(word);
    let stem = match word.as_bytes() {
        [.., b't', b'i', b'e', b's'] => word.strip_suffix("ties")?,
        [.., b'e', b'r'] | [.., b'r', b'e'] | [.., b'r', b'e', b'n'] => german().strip_suffix("er")?,
        // Polish: `w latach siedemdziesiątych`.
        [.., b'y', b'c', b'h'] => word.strip_suffix("ych")?,
        _ => return None,
    };
    Some(match stem {
        "twen" | "zwanzig" | "dwudziest" => "1920",
        "thir" | "dreissig" | "trzydziest" => "1930",
        "for" | "vierzig" | "czterdziest" => "1940",
        "fif" | "funfzig" | "piecdziesiat" => "1950",
        "six" | "sechzig" | "szescdziesiat" => "1960",
        "seven" | "siebzig" | "siedemdziesiat" => "1970",
        "eigh" | "achtzig" | "osiemdziesiat" => "1980",
        "nine" | "neunzig" | "dziewiecdziesiat" => "1990",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::super::token::words_of;

    #[test]
    fn a_decade_is_one_number_however_it_is_written() {
        for texts in [
            &["in the 1990s we", "in the ’90s we", "in the 90s we", "in the nineties we"][..],
            &["den 1990er-Jahren", "den 90er-Jahren", "den 90er Jahren", "den neunziger Jahren"],
            &["des années 1990", "des années 90", "des années quatre-vingt-dix"],
            &["los años 1990", "los años 90", "los años noventa"],
            &["w latach 70. nikt", "w latach siedemdziesiątych nikt"],
            &["gli anni 90", "gli anni ’90", "gli anni Novanta"],
        ] {
            for text in texts {
                assert_eq!(words_of(text), words_of(texts[0]), "`{text}` and `{}`", texts[0]);
            }
        }
        assert_ne!(words_of("for 90 days"), words_of("for 1990 days"));
    }
}
