//! Reads the parameters of a query.

use url::form_urlencoded;

/// Returns the first value of a parameter, decoded. It may be empty.
pub(super) fn parameter(query: Option<&str>, name: &str) -> Option<String> {
    let mut parameters = form_urlencoded::parse(query.unwrap_or_default().as_bytes());
    parameters.find(|(found, _)| found == name).map(|(_, value)| value.into_owned())
}

/// Returns the first value of a parameter, decoded. `None` if the parameter is missing or empty.
pub(super) fn filled_parameter(query: Option<&str>, name: &str) -> Option<String> {
    parameter(query, name).filter(|value| !value.is_empty())
}

/// Returns the number of the page that a query asks for: 1 if it has no `page`, and `None` if its `page` is not a number.
pub(super) fn page_number(query: Option<&str>) -> Option<usize> {
    parameter(query, "page").map_or(Some(1), |number| number.parse().ok())
}
