//! Ids, by which a recording and its replay differ, and the placeholders that stand for them.

use std::collections::HashSet;

use serde_json::Value;

/// The ids that were made, each with its placeholder: `{{thread_1}}`, `{{message_2}}`,
/// `{{attachment_1}}`, numbered by kind in the order they were seen.
pub struct Names {
    /// The ids that a script gives itself; they stand for themselves.
    literal: HashSet<String>,
    made: Vec<Made>,
}

struct Made {
    kind: &'static str,
    id: String,
    placeholder: String,
}

impl Names {
    pub fn new(script: &Value) -> Self {
        let mut literal = HashSet::new();
        collect_ids(script, &mut literal);
        Self { literal, made: Vec::new() }
    }

    /// Learns the ids in an answer, or in one of its events.
    pub fn learn(&mut self, value: &Value) {
        if value["type"] == "thread.created" {
            self.learn_id("thread", &value["thread"]["id"]);
        }
        if value["item"].is_object() {
            self.learn_item(&value["item"]);
        }
        if value["mime_type"].is_string() {
            self.learn_id("attachment", &value["id"]);
        }
    }

    /// Learns the id of an item.
    pub fn learn_item(&mut self, item: &Value) {
        let hidden = item["type"] == "sdk_hidden_context";
        self.learn_id(if hidden { "sdk_hidden_context" } else { "message" }, &item["id"]);
    }

    fn learn_id(&mut self, kind: &'static str, id: &Value) {
        let Some(id) = id.as_str() else { return };
        if self.literal.contains(id) || self.made.iter().any(|made| made.id == id) {
            return;
        }
        let number = self.of_kind(kind).count() + 1;
        self.made.push(Made { kind, id: id.to_owned(), placeholder: format!("{{{{{kind}_{number}}}}}") });
    }

    /// The ids of a kind, in the order they were seen.
    pub fn of_kind(&self, kind: &str) -> impl Iterator<Item = &str> {
        self.made.iter().filter(move |made| made.kind == kind).map(|made| made.id.as_str())
    }

    /// A recorded value with ids in the place of placeholders.
    pub fn show(&self, value: &Value) -> Value {
        self.replaced(value, &|text, made| text.replace(&made.placeholder, &made.id))
    }

    /// A value of the replay with placeholders in the place of ids.
    pub fn hide(&self, value: &Value) -> Value {
        self.replaced(value, &|text, made| text.replace(&made.id, &made.placeholder))
    }

    fn replaced(&self, value: &Value, replace: &dyn Fn(&str, &Made) -> String) -> Value {
        let text = |text: &str| self.made.iter().fold(text.to_owned(), |text, made| replace(&text, made));
        match value {
            Value::String(string) => Value::String(text(string)),
            Value::Array(list) => list.iter().map(|value| self.replaced(value, replace)).collect(),
            Value::Object(object) => {
                object.iter().map(|(key, value)| (text(key), self.replaced(value, replace))).collect()
            }
            other => other.clone(),
        }
    }
}

fn collect_ids(value: &Value, ids: &mut HashSet<String>) {
    match value {
        Value::Array(list) => list.iter().for_each(|value| collect_ids(value, ids)),
        Value::Object(object) => {
            if let Some(Value::String(id)) = object.get("id") {
                ids.insert(id.clone());
            }
            object.values().for_each(|value| collect_ids(value, ids));
        }
        _ => {}
    }
}
