//! Which content coding a reader gets (RFC 9110 §12.5.3).

use axum::http::HeaderMap;
use axum::http::header::ACCEPT_ENCODING;

use crate::render::{Coding, Representation};

/// What a request's `Accept-Encoding` says, as quality values in thousandths.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Accepted {
    /// `None`: there was no such header, and anything goes.
    named: Option<Qualities>,
}

#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
struct Qualities {
    identity: Option<u16>,
    gzip: Option<u16>,
    brotli: Option<u16>,
    zstd: Option<u16>,
    any_other: Option<u16>,
}

impl Accepted {
    pub(super) fn of(headers: &HeaderMap) -> Self {
        if !headers.contains_key(ACCEPT_ENCODING) {
            return Self { named: None };
        }
        let mut found = Qualities::default();
        let values = headers.get_all(ACCEPT_ENCODING).iter().filter_map(|value| value.to_str().ok());
        for member in values.flat_map(|value| value.split(',')) {
            let (name, parameters) = member.split_once(';').unwrap_or((member, ""));
            let quality = quality(parameters);
            match name.trim().to_ascii_lowercase().as_str() {
                "identity" => found.identity = Some(quality),
                "gzip" | "x-gzip" => found.gzip = Some(quality),
                "br" => found.brotli = Some(quality),
                "zstd" => found.zstd = Some(quality),
                "*" => found.any_other = Some(quality),
                _ => {}
            }
        }
        Self { named: Some(found) }
    }

    /// Whether the reader can use a coding. It may use `identity` unless it says otherwise.
    pub(super) fn allows(self, coding: Coding) -> bool {
        let Some(named) = self.named else { return true };
        match coding {
            Coding::Identity => named.identity.or(named.any_other) != Some(0),
            coded => named.of(coded) > 0,
        }
    }

    /// The coding to answer with: the best liked, and of those the smallest. Without the header, none: a client that does
    /// not mention codings rarely decodes them. A reader that refuses everything gets the plain bytes, which RFC 9110
    /// leaves to the server.
    pub(super) fn best_of(self, representation: &Representation) -> Coding {
        let Some(named) = self.named else { return Coding::Identity };
        let coded = [Coding::Gzip, Coding::Brotli, Coding::Zstd];
        let best = coded
            .into_iter()
            .filter_map(|coding| Some((named.of(coding), coding, representation.body(coding)?.len())))
            .filter(|(quality, ..)| *quality > 0)
            .max_by_key(|(quality, _, size)| (*quality, std::cmp::Reverse(*size)));
        match best {
            Some((quality, coding, _)) if quality >= named.identity.unwrap_or(0) => coding,
            _ => Coding::Identity,
        }
    }
}

impl Qualities {
    fn of(self, coding: Coding) -> u16 {
        let named = match coding {
            Coding::Identity => self.identity,
            Coding::Gzip => self.gzip,
            Coding::Brotli => self.brotli,
            Coding::Zstd => self.zstd,
        };
        named.or(self.any_other).unwrap_or(0)
    }
}

/// `q=0.5` as 500; 1 where there is none, and where it is nonsense: the reader named the coding after all.
fn quality(parameters: &str) -> u16 {
    let stated = parameters.split(';').find_map(|parameter| {
        let (name, value) = parameter.split_once('=')?;
        name.trim().eq_ignore_ascii_case("q").then(|| value.trim().parse::<f32>().ok())?
    });
    stated.filter(|quality| (0.0..=1.0).contains(quality)).map_or(1000, |quality| (quality * 1000.0) as u16)
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    fn accepted(header: &str) -> Accepted {
        let mut headers = HeaderMap::new();
        headers.insert(ACCEPT_ENCODING, HeaderValue::from_str(header).unwrap());
        Accepted::of(&headers)
    }

    fn river() -> Representation {
        Representation::new("text/plain", "The river flows. ".repeat(500).into_bytes())
    }

    fn best(header: &str) -> Coding {
        accepted(header).best_of(&river())
    }

    #[test]
    fn the_best_liked_coding_wins_and_the_smallest_of_those() {
        assert_eq!(best("gzip"), Coding::Gzip);
        assert_eq!(best("GZIP, deflate"), Coding::Gzip);
        assert_eq!(best("br;q=0.5, gzip;q=0.8"), Coding::Gzip);
        assert_eq!(best("identity;q=0.9, br;q=0.1"), Coding::Identity);
        assert_eq!(best("identity, br"), Coding::Brotli);
        let river = river();
        let smallest = [Coding::Gzip, Coding::Brotli, Coding::Zstd]
            .into_iter()
            .min_by_key(|coding| river.body(*coding).unwrap().len())
            .unwrap();
        for all in ["gzip, deflate, br, zstd", "*"] {
            assert_eq!(best(all), smallest, "{all}");
        }
    }

    #[test]
    fn a_quality_of_zero_refuses() {
        assert_eq!(best("gzip;q=0"), Coding::Identity);
        assert_eq!(best("gzip; Q=0.000, br"), Coding::Brotli);
        assert_eq!(best("gzip, *;q=0"), Coding::Gzip);
        assert_eq!(best("*, br;q=0, zstd;q=0"), Coding::Gzip);
        assert!(!accepted("gzip, *;q=0").allows(Coding::Identity));
        assert!(!accepted("identity;q=0").allows(Coding::Identity));
        assert!(accepted("gzip").allows(Coding::Identity));
    }

    #[test]
    fn nobody_goes_away_empty() {
        for refuses in ["identity;q=0", "*;q=0", "deflate", "", ";;;,,", "compress;q=abc"] {
            assert_eq!(best(refuses), Coding::Identity, "{refuses}");
        }
        assert_eq!(Accepted::of(&HeaderMap::new()).best_of(&river()), Coding::Identity);
    }

    #[test]
    fn a_coding_that_is_not_there_is_not_chosen() {
        let tiny = Representation::new("text/plain", b"x".to_vec());
        assert_eq!(accepted("gzip, br, zstd").best_of(&tiny), Coding::Identity);
    }
}
