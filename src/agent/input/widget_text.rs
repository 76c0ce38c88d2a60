//! The words of a widget: what of it a model is told.
//!
//! A weather card takes about a thousand tokens as JSON, most of them sizes and colours, and stays in the
//! conversation for good. Its words say the same in a tenth.

use std::borrow::Cow;

use serde_json::{Map, Value};

use crate::agent::shorten::shorten;

/// The most bytes that are told of one widget.
const MAX_BYTES: usize = 8 << 10;
/// How deep a widget is read.
const MAX_DEPTH: usize = 64;

/// The words of a widget, line by line as they stand on the screen; controls are in brackets.
pub(super) fn words(root: &Map<String, Value>) -> String {
    let mut text = of_node(root, 0);
    shorten(&mut text, MAX_BYTES, "…");
    text
}

fn of_node(node: &Map<String, Value>, depth: usize) -> String {
    if depth > MAX_DEPTH {
        return String::new();
    }
    let kind = text_of(node, "type").unwrap_or_default();
    let within = node.get("children").map(|children| of_list(children, between(kind), depth + 1));
    let own = own_words(kind, node);
    let buttons = ["confirm", "cancel"].map(|name| {
        node.get(name)
            .and_then(|button| button.get("label"))
            .and_then(Value::as_str)
            .map(|label| format!("[{label}]"))
    });
    let status = node.get("status").and_then(|status| status.get("text")).and_then(Value::as_str);
    let lines = [status.map(str::to_owned), own, within].into_iter().chain(buttons);
    join(lines.flatten(), "\n")
}

/// What stands between the children of a component.
fn between(kind: &str) -> &'static str {
    match kind {
        "Row" | "Table.Row" => " | ",
        _ => "\n",
    }
}

fn of_list(children: &Value, between: &str, depth: usize) -> String {
    match children {
        Value::Array(children) => {
            let texts = children.iter().map(|child| of_list(child, between, depth));
            if between == "\n" {
                join(texts, between)
            } else {
                join(texts.map(|text| text.replace('\n', " ")), between)
            }
        }
        Value::Object(child) => of_node(child, depth),
        Value::String(text) => text.trim().to_owned(),
        Value::Null | Value::Bool(_) | Value::Number(_) => String::new(),
    }
}

fn own_words(kind: &str, node: &Map<String, Value>) -> Option<String> {
    let labelled = |name: &str| text_of(node, name).map(str::to_owned);
    match kind {
        "Image" => labelled("alt").map(|alt| format!("({alt})")),
        "Icon" | "Spacer" | "Divider" => None,
        "Button" => labelled("label").map(|label| format!("[{label}]")),
        "Checkbox" => {
            let label = labelled("label").or_else(|| labelled("name"))?;
            let ticked = node.get("defaultChecked").and_then(Value::as_bool).unwrap_or_default();
            Some(format!("[{}] {label}", if ticked { "x" } else { " " }))
        }
        "Input" | "Textarea" | "DatePicker" | "Select" | "RadioGroup" => field(node),
        "Chart" => node.get("data").map(Value::to_string),
        _ => ["value", "label", "title", "text"].iter().find_map(|name| labelled(name)),
    }
}

/// A field of a form: its name, what is in it, and what may be chosen.
fn field(node: &Map<String, Value>) -> Option<String> {
    let name = ["label", "name"].iter().find_map(|name| text_of(node, name))?;
    let value =
        ["defaultValue", "placeholder"].iter().find_map(|name| text_of(node, name)).unwrap_or_default();
    let options = node.get("options").and_then(Value::as_array).map(|options| {
        let labels =
            options.iter().filter_map(Value::as_object).filter_map(|option| text_of(option, "label"));
        format!(" ({})", labels.collect::<Vec<_>>().join(", "))
    });
    Some(format!("[{name}: {value}]{}", options.unwrap_or_default()))
}

/// A text of a node, unless it is blank.
fn text_of<'a>(node: &'a Map<String, Value>, name: &str) -> Option<&'a str> {
    node.get(name)?.as_str().map(str::trim).filter(|text| !text.is_empty())
}

fn join(texts: impl IntoIterator<Item = String>, between: &str) -> String {
    let texts: Vec<String> = texts.into_iter().filter(|text| !text.is_empty()).collect();
    texts.join(between)
}

/// An address; of a `data:` URL only what kind of data it holds.
pub(super) fn without_data(url: &str) -> Cow<'_, str> {
    match url.split_once(',') {
        Some((head, _)) if head.starts_with("data:") => format!("{head},…").into(),
        _ => url.into(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn told(widget: &Value) -> String {
        words(widget.as_object().unwrap())
    }

    #[test]
    fn what_is_shown_is_told_and_how_it_looks_is_not() {
        let widget = json!({"type": "Card", "padding": 0, "status": {"text": "Draft"}, "children": [
            {"type": "Row", "gap": 3, "children": [
                {"type": "Title", "value": "Oslo", "size": "lg"},
                {"type": "Image", "src": "data:image/png;base64,AAAA", "alt": "Rain"},
            ]},
            {"type": "Row", "children": [
                {"type": "Col", "children": [{"type": "Text", "value": "Mon"}, {"type": "Text", "value": "4°"}]},
                {"type": "Col", "children": [{"type": "Text", "value": "Tue"}, {"type": "Text", "value": "5°"}]},
            ]},
            {"type": "Divider"},
            {"type": "Checkbox", "name": "daily", "label": "Every day", "defaultChecked": true},
            {"type": "Select", "name": "unit", "options": [
                {"label": "Celsius", "value": "c"}, {"label": "Kelvin", "value": "k"},
            ]},
            {"type": "Button", "label": "More", "onClickAction": {"type": "more"}},
            {"type": "Chart", "data": [{"day": "Mon", "t": 4}], "series": [], "xAxis": "day"},
        ], "confirm": {"label": "Save", "action": {"type": "save"}}});
        assert_eq!(
            told(&widget),
            "Draft\nOslo | (Rain)\nMon 4° | Tue 5°\n[x] Every day\n[unit: ] (Celsius, Kelvin)\n[More]\n\
             [{\"day\":\"Mon\",\"t\":4}]\n[Save]"
        );
    }

    #[test]
    fn a_widget_without_words_or_without_an_end_is_told_in_bounds() {
        assert_eq!(told(&json!({"type": "Card", "children": [{"type": "Icon", "name": "sun"}]})), "");
        let long =
            told(&json!({"type": "Basic", "children": [{"type": "Text", "value": "é".repeat(9_000)}]}));
        assert!(long.len() < MAX_BYTES + 4 && long.ends_with('…'));
        let mut deep = json!({"type": "Text", "value": "deep"});
        for _ in 0..100 {
            deep = json!({"type": "Box", "children": deep});
        }
        assert_eq!(told(&json!({"type": "Card", "children": deep})), "");
    }
}
