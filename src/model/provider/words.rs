//! Reads what a server says went wrong, in whatever form it says it.

use serde_json::Value;

/// What a server says went wrong, from the body of an error response.
///
/// Knows `{"error": {"message"}}`, `{"error": "text"}`, `{"message"}` and `{"detail"}`.
pub(super) fn error_text(body: &[u8]) -> Option<String> {
    let body: Value = serde_json::from_slice(body).ok()?;
    let text = ["error", "message", "detail"]
        .into_iter()
        .filter_map(|field| body.get(field))
        .find(|value| !value.is_null())
        .map(error_value_text)?;
    Some(text)
}

/// What an error object says.
pub(in crate::model) fn error_value_text(error: &Value) -> String {
    let message = error.get("message").and_then(Value::as_str).or_else(|| error.as_str());
    let code = error.get("code").and_then(Value::as_str);
    match (message, code) {
        (Some(message), Some(code)) => format!("{message} ({code})"),
        (Some(message), None) => message.to_owned(),
        (None, Some(code)) => code.to_owned(),
        (None, None) => "an error without a message".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn error_bodies_of_many_servers_give_their_message() {
        for (body, expected) in [
            (
                r#"{"error":{"message":"bad key","code":"invalid_api_key"}}"#,
                Some("bad key (invalid_api_key)"),
            ),
            (r#"{"error":{"code":"DeploymentNotFound"}}"#, Some("DeploymentNotFound")),
            (r#"{"error":"model not found"}"#, Some("model not found")),
            (r#"{"object":"error","message":"too long"}"#, Some("too long")),
            (r#"{"detail":"Not Found"}"#, Some("Not Found")),
            ("<html>", None),
        ] {
            assert_eq!(error_text(body.as_bytes()).as_deref(), expected);
        }
    }
}
