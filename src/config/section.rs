//! Reads one table of feeds.toml and reports its unknown keys and wrong values.

use std::ops::Range;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::diagnostics::Diagnostics;
use super::problem::{Problem, ValueResult};
use super::{schema, values};

/// A table of feeds.toml.
pub(super) struct Section<'t, 'd> {
    table: Option<&'t DeTable<'d>>,
    header: Range<usize>,
}

impl<'t, 'd> Section<'t, 'd> {
    /// Opens `table` and reports each key that the section `name` (`[polling]`, `[[source]]`) does not have.
    pub(super) fn open(
        name: &'static str,
        table: &'t DeTable<'d>,
        header: Range<usize>,
        diagnostics: &mut Diagnostics<'_>,
    ) -> Self {
        for (key, value) in table {
            if !schema::keys_of(name).contains(&key.get_ref().as_ref()) {
                // To compare a key with the known ones takes microseconds, and a file of junk has hundreds of thousands of
                // keys.
                if diagnostics.is_full()
                    || !schema::may_show_value(key.get_ref(), diagnostics.source_text(&value.span()))
                {
                    diagnostics.hide(value);
                }
                diagnostics.add_unknown_key(key.span(), || {
                    let message = format!("unknown key `{}` in `{name}`", values::shorten(key.get_ref()));
                    Problem::with_hint(message, schema::hint_for_key(name, key.get_ref()))
                });
            }
        }
        Self { table: Some(table), header }
    }

    /// Returns a section without keys, for a table that the file does not have.
    pub(super) fn absent() -> Self {
        Self { table: None, header: 0..0 }
    }

    /// Returns the span of the section's header, where missing keys are reported.
    pub(super) fn header(&self) -> Range<usize> {
        self.header.clone()
    }

    /// Returns the span of the key itself, if it is given.
    pub(super) fn key_span(&self, key: &str) -> Option<Range<usize>> {
        self.table?.get_key_value(key).map(|(key, _)| key.span())
    }

    /// Returns the value of `key`, if it is given.
    pub(super) fn get(&self, key: &str) -> Option<&'t Spanned<DeValue<'d>>> {
        self.table?.get(key)
    }

    /// Reads the value of `key` with `read`. Returns `None` if the key is not given or its value is wrong, which is
    /// reported.
    pub(super) fn read<T>(
        &self,
        diagnostics: &mut Diagnostics<'_>,
        key: &str,
        read: impl FnOnce(&DeValue<'d>) -> ValueResult<T>,
    ) -> Option<T> {
        let value = self.get(key)?;
        read(value.get_ref()).map_err(|problem| diagnostics.add_for_key(key, value.span(), problem)).ok()
    }

    /// Reads each element of the list at `key` with `read`. Wrong elements are reported and left out. Returns `None` if the
    /// key is not given. A value that is not a list, or has more than `max_items` elements, is reported and gives `None`,
    /// too.
    pub(super) fn read_list<T>(
        &self,
        diagnostics: &mut Diagnostics<'_>,
        key: &str,
        max_items: usize,
        mut read: impl FnMut(&DeValue<'d>) -> ValueResult<T>,
    ) -> Option<Vec<T>> {
        let value = self.get(key)?;
        let DeValue::Array(items) = value.get_ref() else {
            let type_name = values::type_of(value.get_ref());
            let hint = format!("write it in brackets: `{key} = [\"…\", \"…\"]`");
            let problem = Problem::with_hint(format!("must be a list, not {type_name}"), hint);
            diagnostics.add_for_key(key, value.span(), problem);
            return None;
        };
        if items.len() > max_items {
            let problem =
                Problem::new(format!("contains {} values; at most {max_items} are allowed", items.len()));
            diagnostics.add_for_key(key, value.span(), problem);
            return None;
        }
        let mut elements = Vec::with_capacity(items.len());
        for item in items {
            match read(item.get_ref()) {
                Ok(value) => elements.push(value),
                Err(problem) => diagnostics.add_for_key(key, item.span(), problem),
            }
        }
        Some(elements)
    }
}
