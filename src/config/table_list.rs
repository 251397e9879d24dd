//! Reads a list of tables, such as `[[source]]`.

use std::ops::Range;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::diagnostics::Diagnostics;
use super::problem::Problem;
use super::values;

/// Properties of a list of tables.
pub(super) struct TableList {
    /// Key of the list without brackets.
    pub key: &'static str,
    /// Maximum number of tables.
    pub max_tables: usize,
    /// Hint for a list with more tables.
    pub too_many_hint: &'static str,
}

/// Returns the tables of the list, each with the span of its header. Anything else is reported. If the list is too long,
/// no table is returned. A single table that is not in a list is reported, but returned all the same.
pub(super) fn read<'t, 'd>(
    value: Option<&'t Spanned<DeValue<'d>>>,
    list: &TableList,
    diagnostics: &mut Diagnostics<'_>,
) -> Vec<(&'t DeTable<'d>, Range<usize>)> {
    let Some(value) = value else { return Vec::new() };
    let key = list.key;
    let type_problem = |span, type_name: &str| {
        let problem = Problem::with_hint(
            format!("`{key}` must be a list of tables, not {type_name}"),
            format!("open each {key} with `[[{key}]]`, in double brackets"),
        );
        (span, problem)
    };
    match value.get_ref() {
        DeValue::Table(table) => {
            let (span, problem) = type_problem(value.span(), "a table");
            diagnostics.add(span, problem);
            vec![(table, value.span())]
        }
        DeValue::Array(items) if items.len() > list.max_tables => {
            let message =
                format!("{} {key}s are given; at most {} are allowed", items.len(), list.max_tables);
            diagnostics.add(value.span(), Problem::with_hint(message, list.too_many_hint));
            Vec::new()
        }
        DeValue::Array(items) => {
            let mut tables = Vec::with_capacity(items.len());
            for item in items {
                if let Some(table) = item.get_ref().as_table() {
                    tables.push((table, item.span()));
                } else {
                    let (span, problem) = type_problem(
                        item.span(),
                        &format!("a list with {}", values::type_of(item.get_ref())),
                    );
                    diagnostics.add(span, problem);
                }
            }
            tables
        }
        other => {
            let (span, problem) = type_problem(value.span(), values::type_of(other));
            diagnostics.add(span, problem);
            Vec::new()
        }
    }
}
