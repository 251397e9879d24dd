//! Parses JSON into a tree whose memory is bounded.
//!
//! A value takes up to a hundred times as much memory as its text: 16 MiB of `{"url":"a"},` would take 690 MB. Such a document
//! is some kilobytes long on its way, because it compresses well.

use std::cell::Cell;
use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value};

use super::MAX_LISTED;
use crate::document::bounds::MAX_ENTRIES;

/// How much memory the values of a document take beside the characters of their texts, in bytes. The items that come after
/// are left out. 20 000 items of ten members take 39 MiB.
const MAX_TREE: usize = 48 << 20;

/// What a value costs beside its characters, in bytes: its place in its list, and its own allocation if it has one.
const VALUE: usize = size_of::<Value>() + 32;

/// What a member of an object costs beside its value: its name, its hash and its place in the index.
const MEMBER: usize = size_of::<String>() + 64;

/// A document as a tree.
pub(super) struct Tree {
    pub(super) value: Value,
    /// How many items the document lists. The tree may have fewer.
    pub(super) listed_items: usize,
}

/// Parses `text`. Of a list, the first [`MAX_LISTED`] elements are kept; of the `items` of the document, the first
/// [`MAX_ENTRIES`].
pub(super) fn parse(text: &str) -> serde_json::Result<Tree> {
    let memory = TreeMemory { left: Cell::new(MAX_TREE), listed_items: Cell::new(0) };
    let mut json = serde_json::Deserializer::from_str(text);
    let value = Node { place: Place::Document, memory: &memory }.deserialize(&mut json)?;
    json.end()?;
    Ok(Tree { value, listed_items: memory.listed_items.get() })
}

/// What is still free for the tree.
struct TreeMemory {
    left: Cell<usize>,
    listed_items: Cell<usize>,
}

impl TreeMemory {
    /// Takes `cost` bytes, and returns whether there was room for them. Once there was none, there is none for anything.
    fn take(&self, cost: usize) -> bool {
        let left = self.left.get().checked_sub(cost);
        self.left.set(left.unwrap_or(0));
        left.is_some()
    }

    fn is_used_up(&self) -> bool {
        self.left.get() == 0
    }
}

/// Where in the document a value is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    Document,
    /// The value of `items`.
    Items,
    Other,
}

/// A value that is about to be read.
#[derive(Clone, Copy)]
struct Node<'m> {
    place: Place,
    memory: &'m TreeMemory,
}

impl Node<'_> {
    fn within(self, place: Place) -> Self {
        Node { place, ..self }
    }
}

impl<'de> DeserializeSeed<'de> for Node<'_> {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Node<'_> {
    type Value = Value;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a JSON value")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(Value::Number(value.into()))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(Value::Number(value.into()))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Value, E> {
        Ok(Number::from_f64(value).map_or(Value::Null, Value::Number))
    }

    fn visit_str<E>(self, text: &str) -> Result<Value, E> {
        Ok(Value::String(text.to_owned()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Value, A::Error> {
        let is_items = self.place == Place::Items;
        let most = if is_items { MAX_ENTRIES } else { MAX_LISTED };
        let mut values = Vec::new();
        let mut listed = 0;
        loop {
            if values.len() < most && self.memory.take(VALUE) {
                let Some(value) = list.next_element_seed(self.within(Place::Other))? else { break };
                // An item that lacks its last members could be taken for another one.
                if !(is_items && self.memory.is_used_up()) {
                    values.push(value);
                }
            } else if list.next_element::<IgnoredAny>()?.is_none() {
                break;
            }
            listed += 1;
        }
        if is_items {
            self.memory.listed_items.set(listed);
        }
        Ok(Value::Array(values))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut object: A) -> Result<Value, A::Error> {
        let mut members = Map::new();
        while let Some(name) = object.next_key::<String>()? {
            let place = match self.place {
                Place::Document if name == "items" => Place::Items,
                _ => Place::Other,
            };
            // The items have a bound of their own, and come after everything else of the feed in many documents.
            if self.memory.take(MEMBER + VALUE) || place == Place::Items {
                let value = object.next_value_seed(self.within(place))?;
                members.insert(name, value);
            } else {
                object.next_value::<IgnoredAny>()?;
            }
        }
        Ok(Value::Object(members))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_small_document_is_read_as_it_is() {
        let text = r#"{"a": [null, true, -1, 18446744073709551615, 1.5, "x\n"], "items": [{"id": 1, "_x": {"y": {}}}, [], 7]}"#;
        let tree = parse(text).unwrap();
        assert_eq!(tree.value, serde_json::from_str::<Value>(text).unwrap());
        assert_eq!(tree.listed_items, 3);
        for broken in ["", "{", r#"{"a": 1} x"#, "[1,]"] {
            assert_eq!(
                parse(broken).err().map(|error| error.to_string()),
                serde_json::from_str::<Value>(broken).err().map(|error| error.to_string()),
                "{broken}"
            );
        }
    }

    #[test]
    fn each_list_is_cut_and_the_items_are_counted() {
        let list = |count: usize, element: &str| vec![element; count].join(",");
        let text =
            format!(r#"{{"items": [{}], "hubs": [{}]}}"#, list(MAX_ENTRIES + 5, "{}"), list(1000, "0"));
        let tree = parse(&text).unwrap();
        assert_eq!(tree.listed_items, MAX_ENTRIES + 5);
        assert_eq!(tree.value["items"].as_array().map(Vec::len), Some(MAX_ENTRIES));
        assert_eq!(tree.value["hubs"], json!(vec![0; MAX_LISTED]));
    }

    #[test]
    fn items_for_which_there_is_no_memory_are_left_out_whole_and_counted() {
        // Each item takes about 100 KB.
        let attachments = vec![r#"{"url": "a", "title": "b"}"#; MAX_LISTED].join(",");
        let item = format!(r#"{{"attachments": [{attachments}], "id": "last"}}"#);
        let tree = parse(&format!(r#"{{"items": [{}], "title": "T"}}"#, vec![item; 600].join(","))).unwrap();
        let items = tree.value["items"].as_array().unwrap();
        assert_eq!(tree.listed_items, 600);
        assert!((100..500).contains(&items.len()), "{}", items.len());
        for item in items {
            assert_eq!(item["id"], "last");
            assert_eq!(item["attachments"].as_array().map(Vec::len), Some(MAX_LISTED));
        }
    }

    #[test]
    fn as_many_items_of_ten_members_as_a_feed_may_have_fit() {
        let members: Vec<String> = (0..10).map(|n| format!(r#""{n}":"a text""#)).collect();
        let items = vec![format!("{{{}}}", members.join(",")); MAX_ENTRIES].join(",");
        let tree = parse(&format!(r#"{{"items": [{items}]}}"#)).unwrap();
        let kept = tree.value["items"].as_array().unwrap();
        assert_eq!((kept.len(), kept[MAX_ENTRIES - 1].as_object().map(Map::len)), (MAX_ENTRIES, Some(10)));
    }

    #[test]
    fn an_object_of_many_members_is_cut() {
        let members: Vec<String> = (0..600_000).map(|n| format!(r#""{n}":0"#)).collect();
        let tree = parse(&format!(r#"{{{}, "items": []}}"#, members.join(","))).unwrap();
        let kept = tree.value.as_object().unwrap();
        assert!((100_000..300_000).contains(&kept.len()), "{}", kept.len());
        assert!(kept.contains_key("items"));
    }
}
