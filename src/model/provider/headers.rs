//! Headers that the settings add to every call: what a gateway wants besides the key.

use std::{fmt, str::FromStr};

use reqwest::header::{
    AUTHORIZATION, CONTENT_LENGTH, CONTENT_TYPE, HOST, HeaderMap, HeaderName, HeaderValue,
};

/// How many headers may be added.
const MAX_HEADERS: usize = 32;

/// Headers for every call, which may hold keys and are therefore never printed.
///
/// As text, each stands on a line of its own or is parted from the next by `;`: `Name: value; Other: value`.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct ExtraHeaders(Vec<(HeaderName, HeaderValue)>);

/// Why headers cannot be added. The values are not shown, because they may be keys.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ExtraHeadersError {
    /// It is not `Name: value`.
    #[error("header number {0} is not written as `Name: value`")]
    Form(usize),
    /// The client sets this header itself.
    #[error("the header `{0}` is set by the client itself")]
    Reserved(HeaderName),
    /// The value holds characters that no header may hold.
    #[error("the value of the header `{0}` has characters that cannot be sent")]
    Value(HeaderName),
    /// There are more than can be meant.
    #[error("there are more than {MAX_HEADERS} headers")]
    TooMany,
}

impl ExtraHeaders {
    /// Adds a header; a header of the same name is replaced.
    pub fn insert(&mut self, name: HeaderName, value: &str) -> Result<(), ExtraHeadersError> {
        // Authorization may be set: some gateways want another scheme than `Bearer`.
        if [CONTENT_LENGTH, CONTENT_TYPE, HOST].contains(&name) {
            return Err(ExtraHeadersError::Reserved(name));
        }
        let mut value = HeaderValue::from_str(value).map_err(|_| ExtraHeadersError::Value(name.clone()))?;
        value.set_sensitive(true);
        self.0.retain(|(other, _)| *other != name);
        if self.0.len() >= MAX_HEADERS {
            return Err(ExtraHeadersError::TooMany);
        }
        self.0.push((name, value));
        Ok(())
    }

    pub(super) fn names(&self, name: &HeaderName) -> bool {
        self.0.iter().any(|(other, _)| other == name)
    }

    pub(super) fn to_map(&self) -> HeaderMap {
        self.0.iter().cloned().collect()
    }

    /// The values, none of which may be logged, and of `Scheme key` the key alone too.
    pub(super) fn secrets(&self) -> impl Iterator<Item = &str> {
        self.0.iter().filter_map(|(name, value)| {
            let value = value.to_str().ok()?;
            let key = value.split_once(' ').filter(|_| *name == AUTHORIZATION).map_or(value, |(_, key)| key);
            Some(key.trim())
        })
    }
}

impl FromStr for ExtraHeaders {
    type Err = ExtraHeadersError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let mut headers = Self::default();
        let lines = text.split(['\n', ';']).map(str::trim).filter(|line| !line.is_empty());
        for (number, line) in (1..).zip(lines) {
            let (name, value) = line.split_once(':').ok_or(ExtraHeadersError::Form(number))?;
            let name = name.trim().parse().map_err(|_| ExtraHeadersError::Form(number))?;
            headers.insert(name, value.trim())?;
        }
        Ok(headers)
    }
}

impl fmt::Debug for ExtraHeaders {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_list().entries(self.0.iter().map(|(name, _)| name)).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_are_read_from_lines_or_between_semicolons_and_never_printed() {
        let text = "Ocp-Apim-Subscription-Key: secret-1; X-Team: a:b\nAuthorization: Basic secret-2\n";
        let headers: ExtraHeaders = text.parse().unwrap();
        let map = headers.to_map();
        assert_eq!(map["ocp-apim-subscription-key"], "secret-1");
        assert_eq!(
            (&map["x-team"], &map["authorization"]),
            (&"a:b".parse().unwrap(), &"Basic secret-2".parse().unwrap())
        );
        assert!(map.values().all(HeaderValue::is_sensitive));
        assert_eq!(headers.secrets().collect::<Vec<_>>(), ["secret-1", "a:b", "secret-2"]);
        assert!(!format!("{headers:?}").contains("secret"), "{headers:?}");
        assert_eq!("".parse(), Ok(ExtraHeaders::default()));
    }

    #[test]
    fn a_header_that_cannot_be_added_is_told_without_its_value() {
        for (text, wanted) in [
            ("X: 1; no-colon-secret", "header number 2 is not written as `Name: value`"),
            ("b ad: secret", "header number 1 is not"),
            ("Host: secret", "`host` is set by the client"),
            ("content-TYPE: secret", "`content-type` is set by the client"),
            ("x: sec\u{7}ret", "the value of the header `x`"),
        ] {
            let error = text.parse::<ExtraHeaders>().unwrap_err().to_string();
            assert!(error.contains(wanted) && !error.contains("secret\""), "{error}");
        }
        let many: Vec<String> = (0..40).map(|number| format!("x-{number}: 1")).collect();
        assert_eq!(many.join("\n").parse::<ExtraHeaders>(), Err(ExtraHeadersError::TooMany));
    }
}
