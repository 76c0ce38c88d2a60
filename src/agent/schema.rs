//! Writes the schema of a tool's arguments so that every model server takes it.

use serde_json::{Map, Value, json};

/// The formats that every server knows; others are a fault to some, and tell a model nothing.
const FORMATS: [&str; 6] = ["date-time", "enum", "int32", "int64", "float", "double"];

/// The one argument of a tool that takes none.
const NO_ARGUMENT: &str = "reason";

/// The same schema in the words that all servers and templates understand.
///
/// A list of types is refused by Gemini and by a good part of the templates of local models, so `["string", "null"]`
/// is written as `"string"`: whoever leaves an argument out need not say null. An object without properties is
/// refused by Gemini if they are empty and by OpenAI if they are absent, so it gets one that may be left out.
pub(super) fn portable(schema: &Value) -> Value {
    let mut schema = schema.clone();
    if let Some(object) = schema.as_object_mut() {
        // Names of Rust types say nothing to a model, and some servers refuse `$schema`.
        object.remove("$schema");
        object.remove("title");
        simplify(object);
        object.entry("type").or_insert_with(|| "object".into());
        if takes_nothing(object) {
            let reason = json!({"type": "string", "description": "Why it is called. May be left out."});
            object.insert("properties".to_owned(), json!({ NO_ARGUMENT: reason }));
        }
    }
    schema
}

/// The arguments of a tool that takes none, without the one that [`portable`] gave it.
pub(super) fn without_reason(arguments: String) -> String {
    let Ok(mut object) = serde_json::from_str::<Map<String, Value>>(&arguments) else { return arguments };
    if object.remove(NO_ARGUMENT).is_some() { Value::Object(object).to_string() } else { arguments }
}

/// Whether this is the schema of a tool without arguments.
pub(super) fn takes_nothing(schema: &Map<String, Value>) -> bool {
    let is_open = ["$ref", "anyOf", "oneOf", "allOf"].iter().any(|name| schema.contains_key(*name))
        || schema.get("additionalProperties").is_some_and(|more| *more != Value::Bool(false));
    let no_properties = schema.get("properties").and_then(Value::as_object).is_none_or(Map::is_empty);
    no_properties && !is_open
}

fn simplify(schema: &mut Map<String, Value>) {
    one_type(schema);
    without_null(schema);
    if let Some(constant) = schema.remove("const") {
        schema.insert("enum".to_owned(), json!([constant]));
    }
    if schema.get("default").is_some_and(Value::is_null) {
        schema.remove("default");
    }
    if schema.get("format").and_then(Value::as_str).is_some_and(|format| !FORMATS.contains(&format)) {
        schema.remove("format");
    }
    for (name, value) in schema.iter_mut() {
        match (name.as_str(), value) {
            ("properties" | "$defs" | "definitions" | "patternProperties", Value::Object(named)) => {
                named.values_mut().filter_map(Value::as_object_mut).for_each(simplify);
            }
            ("items" | "additionalProperties" | "not", Value::Object(within)) => simplify(within),
            ("anyOf" | "oneOf" | "allOf" | "prefixItems", Value::Array(list)) => {
                list.iter_mut().filter_map(Value::as_object_mut).for_each(simplify);
            }
            _ => {}
        }
    }
}

/// Writes one type in place of a list of them.
fn one_type(schema: &mut Map<String, Value>) {
    let Some(Value::Array(types)) = schema.get_mut("type") else { return };
    let mut types = std::mem::take(types);
    types.retain(|kind| kind != "null");
    match types.as_slice() {
        [] => drop(schema.remove("type")),
        [one] => drop(schema.insert("type".to_owned(), one.clone())),
        several => {
            let alternatives: Vec<_> = several.iter().map(|kind| json!({ "type": kind })).collect();
            schema.remove("type");
            schema.entry("anyOf").or_insert(Value::Array(alternatives));
        }
    }
}

/// Takes null out of the alternatives. A single one that is left stands for itself.
fn without_null(schema: &mut Map<String, Value>) {
    if let Some(alternatives) = schema.remove("oneOf") {
        schema.entry("anyOf").or_insert(alternatives);
    }
    let Some(Value::Array(alternatives)) = schema.get_mut("anyOf") else { return };
    alternatives.retain(|alternative| alternative.get("type").is_none_or(|kind| kind != "null"));
    if let [Value::Object(only)] = alternatives.as_slice() {
        let only = only.clone();
        schema.remove("anyOf");
        for (name, value) in only {
            schema.entry(name).or_insert(value);
        }
        one_type(schema);
        without_null(schema);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_of_types_and_null_are_written_in_simple_words() {
        let schema = json!({
            "$schema": "x", "title": "Arguments", "type": "object",
            "properties": {
                "place": {"type": ["string", "null"], "default": null, "description": "Where."},
                "unit": {"anyOf": [{"oneOf": [{"const": "c"}, {"const": "k"}]}, {"type": "null"}]},
                "count": {"type": ["integer", "null"], "format": "uint32", "minimum": 0},
                "either": {"type": ["integer", "string"]},
                "many": {"type": "array", "items": {"type": ["number", "null"], "format": "double"}},
            },
        });
        assert_eq!(
            portable(&schema),
            json!({
                "type": "object",
                "properties": {
                    "place": {"type": "string", "description": "Where."},
                    "unit": {"anyOf": [{"enum": ["c"]}, {"enum": ["k"]}]},
                    "count": {"type": "integer", "minimum": 0},
                    "either": {"anyOf": [{"type": "integer"}, {"type": "string"}]},
                    "many": {"type": "array", "items": {"type": "number", "format": "double"}},
                },
            })
        );
    }

    #[test]
    fn a_property_may_have_the_name_of_a_keyword() {
        let schema = json!({"type": "object", "properties": {
            "type": {"type": ["string", "null"]}, "format": {"type": "string"}, "const": {"type": "string"},
        }});
        assert_eq!(
            portable(&schema)["properties"],
            json!({"type": {"type": "string"}, "format": {"type": "string"}, "const": {"type": "string"}})
        );
    }

    #[test]
    fn a_tool_without_arguments_has_one_that_may_be_left_out() {
        for schema in [json!({}), json!({"type": "object"}), json!({"type": "object", "properties": {}})] {
            let portable = portable(&schema);
            assert_eq!(portable["type"], "object");
            assert_eq!(portable["properties"]["reason"]["type"], "string");
            assert_eq!(portable.get("required"), None);
        }
        assert_eq!(without_reason(r#"{"reason": "Why not.", "a": 1}"#.to_owned()), r#"{"a":1}"#);
        let open = json!({"type": "object", "additionalProperties": true});
        assert_eq!(portable(&open), open);
    }
}
