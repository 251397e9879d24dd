//! Chooses the content coding of a response (RFC 9110 §12.5.3).

use axum::http::HeaderMap;
use axum::http::header::ACCEPT_ENCODING;

use crate::render::{Coding, Representation};

/// The content codings that a request accepts, from its `Accept-Encoding` header.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct AcceptedCodings {
    /// The quality values of the header. `None` if the request has no such header, which allows every coding.
    qualities: Option<CodingQualities>,
}

/// Quality values in thousandths. `None` means that the header does not name the coding.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
struct CodingQualities {
    identity: Option<u16>,
    gzip: Option<u16>,
    brotli: Option<u16>,
    zstd: Option<u16>,
    /// The quality of `*`: every coding that the header does not name.
    any_other: Option<u16>,
}

impl AcceptedCodings {
    /// Reads every `Accept-Encoding` line of a request.
    pub(super) fn from_headers(headers: &HeaderMap) -> Self {
        if !headers.contains_key(ACCEPT_ENCODING) {
            return Self { qualities: None };
        }
        let mut qualities = CodingQualities::default();
        let values = headers.get_all(ACCEPT_ENCODING).iter().filter_map(|value| value.to_str().ok());
        for member in values.flat_map(|value| value.split(',')) {
            let (name, parameters) = member.split_once(';').unwrap_or((member, ""));
            let quality = parse_quality(parameters);
            match name.trim().to_ascii_lowercase().as_str() {
                "identity" => qualities.identity = Some(quality),
                "gzip" | "x-gzip" => qualities.gzip = Some(quality),
                "br" => qualities.brotli = Some(quality),
                "zstd" => qualities.zstd = Some(quality),
                "*" => qualities.any_other = Some(quality),
                _ => {}
            }
        }
        Self { qualities: Some(qualities) }
    }

    /// Returns whether the reader accepts a coding. It accepts `identity` unless it says otherwise.
    pub(super) fn allows(self, coding: Coding) -> bool {
        let Some(qualities) = self.qualities else { return true };
        match coding {
            Coding::Identity => qualities.identity.or(qualities.any_other) != Some(0),
            compressed => qualities.quality_of(compressed) > 0,
        }
    }

    /// Chooses the coding of the response: the compressed one with the highest quality, and among equals the one with the
    /// smallest body. `identity` is chosen if the header gives it a higher quality than the best compressed one, or if the
    /// reader accepts no compressed coding that the representation has.
    ///
    /// A request without the header gets `identity`, because a client that does not mention codings rarely decodes
    /// them. A reader that refuses every coding also gets `identity`; RFC 9110 leaves this case to the server.
    pub(super) fn choose(self, representation: &Representation) -> Coding {
        let Some(qualities) = self.qualities else { return Coding::Identity };
        let compressed = [Coding::Gzip, Coding::Brotli, Coding::Zstd];
        let best = compressed
            .into_iter()
            .filter_map(|coding| {
                Some((qualities.quality_of(coding), coding, representation.body(coding)?.len()))
            })
            .filter(|(quality, ..)| *quality > 0)
            .max_by_key(|(quality, _, size)| (*quality, std::cmp::Reverse(*size)));
        match best {
            Some((quality, coding, _)) if quality >= qualities.identity.unwrap_or(0) => coding,
            _ => Coding::Identity,
        }
    }
}

impl CodingQualities {
    /// Returns the quality of a coding; 0 if neither its name nor `*` is in the header.
    fn quality_of(self, coding: Coding) -> u16 {
        let quality = match coding {
            Coding::Identity => self.identity,
            Coding::Gzip => self.gzip,
            Coding::Brotli => self.brotli,
            Coding::Zstd => self.zstd,
        };
        quality.or(self.any_other).unwrap_or(0)
    }
}

/// Parses the `q` parameter: `q=0.5` becomes 500. A missing or invalid value counts as 1000, because the reader did
/// name the coding.
fn parse_quality(parameters: &str) -> u16 {
    let quality = parameters.split(';').find_map(|parameter| {
        let (name, value) = parameter.split_once('=')?;
        name.trim().eq_ignore_ascii_case("q").then(|| value.trim().parse::<f32>().ok())?
    });
    quality.filter(|quality| (0.0..=1.0).contains(quality)).map_or(1000, |quality| (quality * 1000.0) as u16)
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    fn accepted(header: &str) -> AcceptedCodings {
        let mut headers = HeaderMap::new();
        headers.insert(ACCEPT_ENCODING, HeaderValue::from_str(header).unwrap());
        AcceptedCodings::from_headers(&headers)
    }

    fn river() -> Representation {
        Representation::new("text/plain", "The river flows. ".repeat(500).into_bytes())
    }

    fn best(header: &str) -> Coding {
        accepted(header).choose(&river())
    }

    #[test]
    fn the_coding_with_the_highest_quality_wins_and_among_equals_the_smallest() {
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
    fn a_quality_of_zero_refuses_a_coding() {
        assert_eq!(best("gzip;q=0"), Coding::Identity);
        assert_eq!(best("gzip; Q=0.000, br"), Coding::Brotli);
        assert_eq!(best("gzip, *;q=0"), Coding::Gzip);
        assert_eq!(best("*, br;q=0, zstd;q=0"), Coding::Gzip);
        assert!(!accepted("gzip, *;q=0").allows(Coding::Identity));
        assert!(!accepted("identity;q=0").allows(Coding::Identity));
        assert!(accepted("gzip").allows(Coding::Identity));
    }

    #[test]
    fn a_reader_that_accepts_no_coding_of_ours_gets_the_plain_bytes() {
        for refuses in ["identity;q=0", "*;q=0", "deflate", "", ";;;,,", "compress;q=abc"] {
            assert_eq!(best(refuses), Coding::Identity, "{refuses}");
        }
        assert_eq!(AcceptedCodings::from_headers(&HeaderMap::new()).choose(&river()), Coding::Identity);
    }

    #[test]
    fn a_coding_that_the_representation_lacks_is_not_chosen() {
        let tiny = Representation::new("text/plain", b"x".to_vec());
        assert_eq!(accepted("gzip, br, zstd").choose(&tiny), Coding::Identity);
    }
}
