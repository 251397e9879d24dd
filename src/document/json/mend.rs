//! JSON that is not quite JSON: commas too many or too few, comments, quotes and line ends in strings, an item that can't
//! be read, a missing end.
//!
//! What is JSON is read as it is. All else is written anew in one pass that only goes forwards, so its time is linear:
//! what can be mended is, an item that can't be is left out up to its brace, and what is open at the end is closed.

mod strings;

use serde_json::{Deserializer, Number, Value};

use crate::document::defects::Defects;
use crate::document::sniff;

/// Deeper than serde_json reads: not worth mending.
const MAX_DEPTH: usize = 127;

/// The first JSON value in `text`; mended only where it can't be read as it is.
pub(super) fn value(text: &str, defects: &mut Defects) -> serde_json::Result<Value> {
    let unguarded = sniff::past_guard(text);
    if unguarded.len() < text.len() {
        defects.note("leading-junk");
    }
    match first_value(unguarded) {
        Ok((value, rest)) => {
            if !rest.trim().is_empty() {
                defects.note("trailing-junk");
            }
            Ok(with_exact_ids(unguarded, value, defects))
        }
        Err(error) => match Mend::new(unguarded, defects).written() {
            Some(mended) => serde_json::from_str(&mended),
            None => Err(error),
        },
    }
}

fn first_value(text: &str) -> serde_json::Result<(Value, &str)> {
    let mut values = Deserializer::from_str(text).into_iter::<Value>();
    match values.next() {
        Some(Ok(value)) => Ok((value, text.get(values.byte_offset()..).unwrap_or_default())),
        Some(Err(error)) => Err(error),
        None => Ok((Value::Null, "")),
    }
}

/// An id that is a number of twenty digits is another one once it went through a floating-point number, perhaps its
/// neighbour's: then the numbers are read as they are written.
fn with_exact_ids(text: &str, value: Value, defects: &mut Defects) -> Value {
    let items = value.get("items").and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
    let inexact = items.iter().filter(|item| item.get("id").is_some_and(Value::is_f64)).count();
    if inexact == 0 {
        return value;
    }
    defects.note_many("number-for-id", inexact);
    // It is JSON, so that nothing is found in it.
    let written = Mend::new(text, &mut Defects::default()).written();
    written.and_then(|text| serde_json::from_str(&text).ok()).unwrap_or(value)
}

/// What may come next.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Expects {
    /// A key or an element; or the end.
    Member,
    Colon,
    Value,
    /// Or the end.
    Comma,
}

/// An object or a list that is open.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
struct Open {
    end: char,
    /// Something is in it, so that a comma is due before more.
    is_filled: bool,
}

/// A document on its way to being JSON.
struct Mend<'a, 'd> {
    rest: &'a str,
    out: String,
    open: Vec<Open>,
    expects: Expects,
    /// Where the member begins in `out` that was begun last, with its comma; and the last item.
    member_at: usize,
    item_at: usize,
    in_items: bool,
    whole_items: usize,
    items_left_out: usize,
    defects: &'d mut Defects,
}

impl<'a, 'd> Mend<'a, 'd> {
    fn new(text: &'a str, defects: &'d mut Defects) -> Self {
        Self {
            rest: text.trim_end(),
            out: String::with_capacity(text.len()),
            open: Vec::new(),
            expects: Expects::Value,
            member_at: 0,
            item_at: 0,
            in_items: false,
            whole_items: 0,
            items_left_out: 0,
            defects,
        }
    }

    /// The document as JSON; `None` where too little of it makes sense.
    fn written(mut self) -> Option<String> {
        while !(self.open.is_empty() && self.expects == Expects::Comma) {
            let after = sniff::past_comments(self.rest);
            if after.len() < self.rest.trim_start().len() {
                self.defects.note("comment");
            }
            self.rest = after;
            let Some(next) = self.rest.chars().next() else {
                return self.cut_off();
            };
            if self.step(next).is_none() && self.leave_out_item().is_none() {
                return self.cut_off();
            }
        }
        if !self.rest.trim().is_empty() {
            self.defects.note("trailing-junk");
        }
        self.holds_something().then_some(self.out)
    }

    /// A document that has items never comes out without them.
    fn holds_something(&self) -> bool {
        self.whole_items > 0 || self.items_left_out == 0
    }

    /// Takes what begins with `next`; `None` where it can't stand here.
    fn step(&mut self, next: char) -> Option<()> {
        match (self.expects, next) {
            (_, '}' | ']') => return self.close(next),
            (Expects::Colon, _) => {
                self.rest = self.rest.strip_prefix(':')?;
                self.expects = Expects::Value;
            }
            (Expects::Comma, ',') => {
                self.take(1);
                self.expects = Expects::Member;
            }
            (Expects::Member, ',') => {
                self.take(1);
                self.defects.note("stray-comma");
            }
            (Expects::Value, ',') => self.write_null(),
            (Expects::Comma, _) => {
                self.defects.note("missing-comma");
                self.expects = Expects::Member;
            }
            (Expects::Member, _) if self.in_object() => return self.key(next),
            (_, '"') => {
                self.begin_element();
                self.string(strings::Place::Value);
                self.expects = Expects::Comma;
            }
            (_, '{' | '[') => return self.descend(next),
            _ => return self.word(),
        }
        Some(())
    }

    fn take(&mut self, count: usize) -> &'a str {
        let (taken, rest) = self.rest.split_at_checked(count).unwrap_or((self.rest, ""));
        self.rest = rest;
        taken
    }

    fn in_object(&self) -> bool {
        self.open.last().is_some_and(|open| open.end == '}')
    }

    /// Before a member of what is open.
    fn begin_member(&mut self) {
        self.member_at = self.out.len();
        if let Some(open) = self.open.last_mut() {
            if open.is_filled {
                self.out.push(',');
            }
            open.is_filled = true;
        }
    }

    /// Before a value: it is a member by itself in a list, and stands behind its key elsewhere.
    fn begin_element(&mut self) {
        if self.expects == Expects::Member {
            self.begin_member();
        }
    }

    fn key(&mut self, next: char) -> Option<()> {
        if next != '"' {
            return None;
        }
        self.begin_member();
        let at = self.out.len();
        self.string(strings::Place::Key);
        if self.open.len() == 1 {
            let key = self.out.get(at..).unwrap_or_default();
            self.in_items = key.trim_start_matches(',') == "\"items\"";
        }
        self.out.push(':');
        self.expects = Expects::Colon;
        Some(())
    }

    fn descend(&mut self, bracket: char) -> Option<()> {
        if self.open.len() >= MAX_DEPTH {
            return None;
        }
        if self.in_items && self.open.len() == 2 {
            self.item_at = self.out.len();
        }
        self.begin_element();
        self.take(1);
        self.out.push(bracket);
        self.open.push(Open { end: if bracket == '{' { '}' } else { ']' }, is_filled: false });
        self.expects = Expects::Member;
        Some(())
    }

    fn close(&mut self, end: char) -> Option<()> {
        let open = *self.open.last().filter(|open| open.end == end)?;
        match self.expects {
            Expects::Colon => return None,
            Expects::Value => self.write_null(),
            Expects::Member if open.is_filled => self.defects.note("stray-comma"),
            Expects::Member | Expects::Comma => {}
        }
        self.take(1);
        self.out.push(end);
        self.open.pop();
        self.whole_items += usize::from(self.in_items && self.open.len() == 2);
        self.expects = Expects::Comma;
        Some(())
    }

    /// Templates leave the place of a value empty that is not there, and JavaScript has words for it.
    fn write_null(&mut self) {
        self.defects.note("missing-value");
        self.out.push_str("null");
        self.expects = Expects::Comma;
    }

    /// A number, or a name for a value. Numbers that no machine word holds become strings: as an id each digit counts.
    fn word(&mut self) -> Option<()> {
        let end =
            self.rest.find(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.' | '_')));
        let word = self.rest.get(..end.unwrap_or(self.rest.len())).filter(|word| !word.is_empty())?;
        let is_known = matches!(word, "true" | "false" | "null");
        let is_null = matches!(word, "NaN" | "Infinity" | "-Infinity" | "+Infinity" | "undefined" | "None");
        let is_number = word.starts_with(|c: char| c.is_ascii_digit() || matches!(c, '-' | '+' | '.'));
        // The last word of a document that breaks off.
        let is_cut = end.is_none();
        if !(is_known || is_null || is_number || is_cut) {
            return None;
        }
        self.begin_element();
        self.take(word.len());
        self.expects = Expects::Comma;
        if is_known || is_number && serde_json::from_str::<Number>(word).is_ok_and(|number| !number.is_f64())
        {
            self.out.push_str(word);
        } else if is_null || is_cut {
            self.write_null();
        } else {
            self.out.extend(["\"", word, "\""]);
        }
        Some(())
    }

    /// Past the item that can't be mended, by its brackets and strings. `None` where nothing of an item is open.
    fn leave_out_item(&mut self) -> Option<()> {
        if !self.in_items || self.open.len() <= 2 {
            return None;
        }
        while let (3.., Some(next)) = (self.open.len(), self.rest.chars().next()) {
            match next {
                '"' => {
                    self.string(strings::Place::Unknown);
                    continue;
                }
                '{' | '[' if self.open.len() >= MAX_DEPTH => return None,
                '{' => self.open.push(Open { end: '}', is_filled: false }),
                '[' => self.open.push(Open { end: ']', is_filled: false }),
                // The nearest that it can close; not the list of items, which closes in its turn.
                '}' | ']' => match self.open.iter().rposition(|open| open.end == next) {
                    Some(1) => break,
                    Some(at) if at > 1 => self.open.truncate(at),
                    _ => {}
                },
                _ => {}
            }
            self.take(next.len_utf8());
        }
        self.items_left_out += 1;
        self.defects.note("unreadable-entry");
        self.drop_item();
        Some(())
    }

    fn drop_item(&mut self) {
        self.out.truncate(self.item_at);
        self.open.truncate(2);
        if let Some(items) = self.open.last_mut() {
            items.is_filled = !self.out.ends_with('[');
        }
        self.expects = Expects::Comma;
    }

    /// The document breaks off, or stops making sense behind its items. An item that is cut is left out unless it is the
    /// only one: at the next poll it would come back whole, perhaps as another.
    fn cut_off(mut self) -> Option<String> {
        let in_item = self.in_items && self.open.len() > 2;
        if in_item && self.whole_items > 0 {
            self.drop_item();
        } else if in_item {
            self.whole_items += 1;
        }
        match self.expects {
            Expects::Colon => self.out.truncate(self.member_at),
            Expects::Value => self.out.push_str("null"),
            Expects::Member | Expects::Comma => {}
        }
        self.defects.note("cut-off");
        let ends: String = self.open.iter().rev().map(|open| open.end).collect();
        self.out.push_str(&ends);
        (self.whole_items > 0).then_some(self.out)
    }
}

#[cfg(test)]
mod tests;
