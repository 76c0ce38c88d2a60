//! Reads JSON into a value without building more of it than a request may have.
//!
//! A few megabytes of `[],` are a value of a hundred megabytes, so the limits are looked at while the
//! value grows.

use std::fmt;

use serde::de::{self, DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value};

use super::refusal::RequestError;

/// The most values of a request, those within lists and objects counted one by one.
pub const MAX_VALUES: u32 = 100_000;
/// How deep values may lie within each other. What is stored lies a little deeper, and must be read again
/// by a reader that takes 128.
pub const MAX_DEPTH: u32 = 100;

/// Reads the bytes of a body.
pub(super) fn read(body: &[u8]) -> Result<Value, RequestError> {
    let mut room = Room { values: MAX_VALUES, depth: MAX_DEPTH, is_full: false };
    let mut source = serde_json::Deserializer::from_slice(body);
    match room.deserialize(&mut source).and_then(|value| source.end().map(|()| value)) {
        Ok(value) => Ok(value),
        Err(_) if room.is_full => Err(RequestError::TooManyValues { max_values: MAX_VALUES }),
        Err(error) => Err(RequestError::InvalidJson { reason: error.to_string() }),
    }
}

/// What may still be built.
struct Room {
    values: u32,
    depth: u32,
    /// Whether there was no room for a value.
    is_full: bool,
}

impl<'de> DeserializeSeed<'de> for &mut Room {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, source: D) -> Result<Value, D::Error> {
        match self.values.checked_sub(1) {
            Some(left) => self.values = left,
            None => {
                self.is_full = true;
                return Err(de::Error::custom("too many values"));
            }
        }
        source.deserialize_any(self)
    }
}

impl Room {
    /// Reads what lies within a list or an object.
    fn within<T, E: de::Error>(&mut self, read: impl FnOnce(&mut Self) -> Result<T, E>) -> Result<T, E> {
        self.depth = self
            .depth
            .checked_sub(1)
            .ok_or_else(|| E::custom(format_args!("it is nested deeper than {MAX_DEPTH} levels")))?;
        let read = read(self);
        self.depth += 1;
        read
    }
}

impl<'de> Visitor<'de> for &mut Room {
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
        Ok(value.into())
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_f64<E>(self, value: f64) -> Result<Value, E> {
        Ok(Number::from_f64(value).map_or(Value::Null, Value::Number))
    }

    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(Value::String(value.to_owned()))
    }

    fn visit_string<E>(self, value: String) -> Result<Value, E> {
        Ok(Value::String(value))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Value, A::Error> {
        self.within(|room| {
            let mut values = Vec::new();
            while let Some(value) = list.next_element_seed(&mut *room)? {
                values.push(value);
            }
            Ok(Value::Array(values))
        })
    }

    /// Of duplicate keys the last wins, as in the reference.
    fn visit_map<A: MapAccess<'de>>(self, mut object: A) -> Result<Value, A::Error> {
        self.within(|room| {
            let mut values = Map::new();
            while let Some(key) = object.next_key::<String>()? {
                let value = object.next_value_seed(&mut *room)?;
                values.insert(key, value);
            }
            Ok(Value::Object(values))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_is_read_as_serde_json_reads_it() {
        for text in [
            r#"{"b":[1,-2,2.5,1e300,18446744073709551615,true,null,"é\u0000"],"a":{"x":{}},"b":[]}"#,
            "[]",
            " 5 ",
        ] {
            let expected = serde_json::from_str::<Value>(text).unwrap();
            assert_eq!(read(text.as_bytes()).unwrap().to_string(), expected.to_string());
        }
        // To serde_json this key means something else.
        let raw = r#"{"$serde_json::private::RawValue":"1"}"#;
        assert_eq!(read(raw.as_bytes()).unwrap().to_string(), raw);
        for text in ["", "[1] x", "[1,]", "{\"a\":1,}", "nul", "\"\u{1}\"", "[1e999]"] {
            assert_eq!(
                read(text.as_bytes()).is_err(),
                serde_json::from_str::<Value>(text).is_err(),
                "{text}"
            );
        }
    }

    #[test]
    fn values_and_depth_are_bounded_and_the_limits_themselves_are_fine() {
        let list = |values: u32| format!("[{}]", vec!["[]"; values as usize - 1].join(","));
        assert!(read(list(MAX_VALUES).as_bytes()).is_ok());
        let refused = read(list(MAX_VALUES + 1).as_bytes());
        assert_eq!(refused, Err(RequestError::TooManyValues { max_values: MAX_VALUES }));
        // It is told before the rest is looked at.
        let endless = format!("[{}", "[],".repeat(1 << 20));
        assert_eq!(read(endless.as_bytes()), Err(RequestError::TooManyValues { max_values: MAX_VALUES }));
        let deep = |depth: u32| format!("{}{}", "[".repeat(depth as usize), "]".repeat(depth as usize));
        assert!(read(deep(MAX_DEPTH).as_bytes()).is_ok());
        let Err(RequestError::InvalidJson { reason }) = read(deep(MAX_DEPTH + 1).as_bytes()) else {
            panic!("it is too deep")
        };
        assert!(reason.contains("deeper than 100"), "{reason}");
        let objects = format!("{}1{}", "{\"a\":".repeat(101), "}".repeat(101));
        assert!(matches!(read(objects.as_bytes()), Err(RequestError::InvalidJson { .. })));
    }
}
