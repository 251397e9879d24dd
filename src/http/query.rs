//! Reads the parameters of a query.

use url::form_urlencoded;

use crate::model::EntryPlace;
use crate::publish::FeedPart;

/// Returns the first value of a parameter, decoded. It may be empty.
pub(super) fn parameter(query: Option<&str>, name: &str) -> Option<String> {
    let mut parameters = form_urlencoded::parse(query.unwrap_or_default().as_bytes());
    parameters.find(|(found, _)| found == name).map(|(_, value)| value.into_owned())
}

/// Returns the first value of a parameter, decoded. `None` if the parameter is missing or empty.
pub(super) fn filled_parameter(query: Option<&str>, name: &str) -> Option<String> {
    parameter(query, name).filter(|value| !value.is_empty())
}

/// Which web page of a selection a query asks for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum WantedPage {
    /// One of the numbered pages; the first is 1.
    Number(usize),
    /// The page of the next articles before a place.
    Before(EntryPlace),
}

impl WantedPage {
    /// Returns the page that a query asks for: the first one if it has neither `before` nor `page`. If it has both, `page` is
    /// ignored. Returns `None` if `before` is no place in the river, or if there is no `before` and `page` is no number.
    pub(super) fn of(query: Option<&str>) -> Option<Self> {
        match parameter(query, "before") {
            Some(place) => EntryPlace::parse(&place).map(Self::Before),
            None => page_number(query).map(Self::Number),
        }
    }

    /// Returns the part of the feed that has the page, and the number of the page in that part.
    pub(super) fn in_part(self) -> (FeedPart, usize) {
        match self {
            Self::Number(number) => (FeedPart::Newest, number),
            Self::Before(place) => (FeedPart::Before(place), 1),
        }
    }
}

/// Returns the number of the page that a query asks for: 1 if it has no `page`, and `None` if its `page` is not a number.
pub(super) fn page_number(query: Option<&str>) -> Option<usize> {
    parameter(query, "page").map_or(Some(1), |number| number.parse().ok())
}
