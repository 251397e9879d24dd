//! Repairs the texts of a JSON Feed that are encoded twice.

use serde_json::Value;

use crate::document::defects::Defects;
use crate::document::mojibake::Mojibake;

/// Keys of the values that are texts or names. Addresses and ids stay as they are.
const TEXTS: [&str; 7] = ["content_html", "content_text", "description", "name", "summary", "tags", "title"];

/// Repairs the texts of `feed`, which was read from `document`. `is_settled` says whether earlier documents of the source were
/// encoded twice. Returns whether the next one is likely to be.
pub(super) fn repair(feed: &mut Value, document: &str, is_settled: bool, defects: &mut Defects) -> bool {
    let mut mojibake = Mojibake::after(is_settled, document);
    let repaired = repair_value(feed, false, &mut mojibake);
    defects.note_many("encoded-twice", repaired);
    mojibake.is_settled()
}

/// Repairs the texts in a value, and returns how many it repaired. serde_json has limited the depth of the recursion.
fn repair_value(value: &mut Value, is_text: bool, mojibake: &mut Mojibake<'_>) -> usize {
    match value {
        Value::String(text) if is_text => match mojibake.undo(text) {
            Some(meant) => {
                *text = meant;
                1
            }
            None => 0,
        },
        Value::Array(values) => values.iter_mut().map(|value| repair_value(value, is_text, mojibake)).sum(),
        Value::Object(members) => members
            .iter_mut()
            .map(|(key, value)| repair_value(value, TEXTS.contains(&&**key), mojibake))
            .sum(),
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_and_names_are_repaired_and_addresses_stay() {
        let document = r#"{"title": "CafÃ©", "items": [{"id": "cafÃ©", "url": "https://a.example/cafÃ©",
            "content_text": "Itâ€™s open", "tags": ["thÃ©"], "authors": [{"name": "ZoÃ«"}]}]}"#;
        let mut feed: Value = serde_json::from_str(document).unwrap();
        repair(&mut feed, document, false, &mut Defects::default());
        let expected = serde_json::json!({"title": "Café", "items": [{"id": "cafÃ©", "url": "https://a.example/cafÃ©",
            "content_text": "It’s open", "tags": ["thé"], "authors": [{"name": "Zoë"}]}]});
        assert_eq!(feed, expected);
    }
}
