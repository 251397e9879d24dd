//! The one place that turns the outcome of a poll into the record of it.
