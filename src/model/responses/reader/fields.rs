//! The fields of an item, read without asking that they are there.

use serde_json::Value;

/// The item's type; empty if it says none.
pub(super) fn kind(item: &Value) -> &str {
    text(item, "type").unwrap_or_default()
}

/// A text that is not empty.
pub(super) fn text<'a>(item: &'a Value, name: &str) -> Option<&'a str> {
    item.get(name)?.as_str().filter(|text| !text.is_empty())
}

/// The elements of a list; none if there is no list.
pub(super) fn list<'a>(item: &'a Value, name: &str) -> &'a [Value] {
    item.get(name).and_then(Value::as_array).map_or(&[], Vec::as_slice)
}
