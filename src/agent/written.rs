//! Reads calls of tools as models write them: names with prefixes, arguments in a code fence, encoded twice, or with
//! something behind them.

use serde_json::{Map, Value};

/// How many values are looked for in one text of arguments.
const MAX_VALUES: usize = 8;

/// The arguments object of a call. Nothing at all and `null` mean no arguments.
pub(super) fn arguments(written: &str) -> serde_json::Result<Map<String, Value>> {
    let written = written.trim();
    if written.is_empty() {
        return Ok(Map::new());
    }
    let value = match serde_json::from_str(written) {
        Ok(value) => value,
        Err(error) => return object_within(written).ok_or(error),
    };
    match value {
        Value::Object(arguments) => Ok(arguments),
        Value::Null => Ok(Map::new()),
        // Encoded once more. What is no object then is told as the string that it is.
        Value::String(inner) => match object_within(&inner) {
            Some(arguments) => Ok(arguments),
            None => serde_json::from_value(Value::String(inner)),
        },
        other => serde_json::from_value(other),
    }
}

/// The arguments of a call as JSON text, just as the model wrote them if they are an object already.
pub(super) fn arguments_text(written: &str) -> serde_json::Result<String> {
    let arguments = arguments(written)?;
    let is_object = serde_json::from_str::<Map<String, Value>>(written).is_ok();
    Ok(if is_object { written.to_owned() } else { Value::Object(arguments).to_string() })
}

/// The object in a text that holds more than it: a fence around it, garbage behind it. Of several, the last one that
/// says something counts, since some models begin with an empty one.
fn object_within(text: &str) -> Option<Map<String, Value>> {
    let text = &text[text.find('{')?..];
    let mut found = None;
    for value in serde_json::Deserializer::from_str(text).into_iter::<Value>().take(MAX_VALUES) {
        match value {
            Ok(Value::Object(object)) if found.is_none() || !object.is_empty() => found = Some(object),
            Ok(_) => {}
            Err(_) => break,
        }
    }
    found
}

/// The tool that a model means by a name: the name itself if it is one, or what is left of it without what some
/// models put around names, such as `functions.get_weather:0` or `get_weather<|channel|>commentary`.
pub(super) fn tool_name<'a>(
    written: &str,
    mut names: impl Iterator<Item = &'a str> + Clone,
) -> Option<&'a str> {
    if let Some(name) = names.clone().find(|name| *name == written) {
        return Some(name);
    }
    let bare = written.split("<|").next().unwrap_or_default();
    let bare = bare.trim_matches(|character: char| character.is_whitespace() || "\"'`()".contains(character));
    let without_number = match bare.rsplit_once(':') {
        Some((name, number)) if number.bytes().all(|digit| digit.is_ascii_digit()) => name,
        _ => bare,
    };
    let last = without_number.rsplit(['.', '/', ':']).next().unwrap_or_default();
    let same = |name: &str, other: &str| {
        name.len() == other.len()
            && name.bytes().zip(other.bytes()).all(|(one, other)| {
                one.eq_ignore_ascii_case(&other)
                    || (matches!(one, b'-' | b'_') && matches!(other, b'-' | b'_'))
            })
    };
    names.find(|name| [bare, without_number, last].iter().any(|candidate| same(name, candidate)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arguments_are_read_as_they_are_meant() {
        let oslo = r#"{"location":"Oslo"}"#;
        for written in [
            oslo.to_owned(),
            Value::from(oslo).to_string(),
            format!("```json\n{oslo}\n```"),
            Value::from(format!("```\n{oslo}```")).to_string(),
            format!("{oslo}</tool_call>"),
            format!("{oslo}}}"),
            format!("{{}}{oslo}"),
            format!("{oslo}{{}}"),
            format!("json {oslo}"),
            format!("  {oslo}\n"),
        ] {
            assert_eq!(Value::Object(arguments(&written).unwrap()).to_string(), oslo, "{written}");
        }
        for nothing in ["", " \n", "null", "{}", "{}}", "```json\n{}\n```"] {
            assert!(arguments(nothing).unwrap().is_empty(), "{nothing}");
        }
    }

    #[test]
    fn what_cannot_be_meant_is_an_error() {
        for (written, part) in [
            (r#"{"location": "Gre"#, "EOF"),
            (r#""umbrella in Grenoble""#, "invalid type: string"),
            ("[1]", "invalid type: sequence"),
            ("7", "invalid type: integer"),
            ("Oslo", "expected"),
        ] {
            let error = arguments(written).unwrap_err().to_string();
            assert!(error.contains(part), "{written}: {error}");
        }
    }

    #[test]
    fn an_object_goes_on_as_it_was_written_and_anything_else_as_what_it_was_read_as() {
        assert_eq!(arguments_text(r#"{ "a" : 1.0 }"#).unwrap(), r#"{ "a" : 1.0 }"#);
        assert_eq!(arguments_text("null").unwrap(), "{}");
        assert_eq!(arguments_text(r#"{"a":1}}"#).unwrap(), r#"{"a":1}"#);
    }

    #[test]
    fn a_name_is_found_within_what_models_put_around_it() {
        let names = ["get_weather", "get_time", "shop.find"];
        let find = |written| tool_name(written, names.into_iter());
        for written in [
            "get_weather",
            "functions.get_weather",
            "functions.get_weather:0",
            "default_api.get_weather",
            "get_weather<|channel|>commentary",
            " get_weather ",
            "`get_weather`",
            "tools/get_weather",
            "Get-Weather",
        ] {
            assert_eq!(find(written), Some("get_weather"), "{written}");
        }
        assert_eq!(find("shop.find"), Some("shop.find"));
        for unknown in ["", "weather", "get_weather_now", "find", "book_flight"] {
            assert_eq!(find(unknown), None, "{unknown}");
        }
    }
}
