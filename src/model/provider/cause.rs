//! Which kind of failure a server's words speak of.

use super::words::Told;

/// A kind of failure that servers put into many words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Cause {
    /// The conversation is longer than the model's window.
    ContextFull,
    /// A filter did not let the conversation through.
    Filtered,
    /// The account has no credit left.
    QuotaExhausted,
    /// The model is being loaded.
    Loading,
    /// There is no model of this name.
    UnknownModel,
    /// The key or token was refused.
    Unauthorized,
    /// There is no such service at this address.
    WrongAddress,
    /// Too many requests.
    RateLimited,
    /// The server has more to do than it can.
    Overloaded,
    /// The server failed.
    Failed,
    /// The server does not take the request as it is.
    Rejected,
}

/// Whether what a server told is of a kind.
type Rule = fn(&Told) -> bool;

impl Cause {
    /// The kind of what a server told. More special kinds come first.
    pub(super) fn of(told: &Told) -> Self {
        let rules: [(Rule, Self); 7] = [
            (is_context_full, Self::ContextFull),
            (is_filtered, Self::Filtered),
            (is_quota_exhausted, Self::QuotaExhausted),
            (is_loading, Self::Loading),
            (is_unknown_model, Self::UnknownModel),
            (is_unauthorized, Self::Unauthorized),
            (is_overloaded, Self::Overloaded),
        ];
        if let Some((_, cause)) = rules.into_iter().find(|(rule, _)| rule(told)) {
            return cause;
        }
        match told.status {
            Some(401 | 403 | 407) => Self::Unauthorized,
            Some(300..=399 | 404 | 405 | 410) => Self::WrongAddress,
            Some(429) => Self::RateLimited,
            Some(500..) | None => Self::Failed,
            Some(_) => Self::Rejected,
        }
    }
}

fn is_context_full(told: &Told) -> bool {
    told.is_coded(&["context_length_exceeded", "exceed_context_size_error", "context_window_exceeded"])
        || told.says(&[
            "context_length_exceeded",
            "maximum context length",
            "context length exceeded",
            "available context size",
            "exceeds the context",
            "exceed the context",
            "exceeded the context",
            "exceed context window",
            "exceeds context window",
            "context window exceeded",
            "context overflow",
            "context the overflows",
            "prompt is too long",
            "prompt too long",
            "input is too long",
            "reduce the length of the messages",
            "reduce the length of your prompt",
            "maximum number of tokens allowed",
            "maximum prompt length",
            "max context limit",
            "exceeds the model's maximum",
            "exceeded model token limit",
            // A limit of tokens per minute that one request alone breaks: waiting does not help.
            "request too large for",
        ])
}

fn is_filtered(told: &Told) -> bool {
    let refuses = !matches!(told.status, Some(401 | 404 | 429 | 502..));
    let filters = [
        "content_filter",
        "content_policy_violation",
        "responsibleaipolicyviolation",
        "datainspectionfailed",
        "data_inspection_failed",
        "prohibited_content",
        "invalid_prompt",
    ];
    refuses
        && (told.is_coded(&filters)
            || told.says(&filters)
            || told.says(&[
                "content management policy",
                "content filter",
                "content policy",
                "content exists risk",
                "inappropriate content",
                "input was flagged",
                "prompt was flagged",
                "flagged by moderation",
                "flagged as potentially",
                "requires moderation",
                "moderation_blocked",
                "usage policy",
            ]))
}

fn is_quota_exhausted(told: &Told) -> bool {
    let credit = told.status == Some(402)
        || told.is_coded(&[
            "insufficient_quota",
            "billing_hard_limit_reached",
            "billing_not_active",
            "insufficient_balance",
        ])
        || told.says(&[
            "insufficient_quota",
            "insufficient balance",
            "insufficient credit",
            "not enough credits",
            "requires more credits",
            "credit balance is too low",
            "exceeded your current quota",
            "billing hard limit",
            "out of credits",
        ]);
    // Google words a limit that soon passes in the same way, and says how soon.
    credit && told.wait.is_none()
}

fn is_loading(told: &Told) -> bool {
    matches!(told.status, None | Some(404 | 409 | 425 | 500..))
        && told.says(&[
            "loading model",
            "model is loading",
            "model loading",
            "currently loading",
            "still loading",
            "being loaded",
            "model is not ready",
            "model not ready",
            "warming up",
            "starting up",
        ])
}

fn is_unknown_model(told: &Told) -> bool {
    let named = told.says(&["model", "deployment"]);
    matches!(told.status, None | Some(400 | 403 | 404 | 422 | 500))
        && (told.is_coded(&["model_not_found", "deploymentnotfound", "model_not_available"])
            || told.says(&[
                "deploymentnotfound",
                "model_not_found",
                "no models loaded",
                "try pulling it first",
            ])
            || (named
                && told.field.as_deref().is_none_or(|field| field == "model")
                && told.says(&[
                    "does not exist",
                    "not exist",
                    "unknown model",
                    "no such model",
                    "invalid model",
                    "is not a valid model",
                    "is not found for api version",
                    "do not have access to",
                    "not have access to model",
                ]))
            || (told.status == Some(404)
                && told.says(&["model"])
                && told.says(&["not found", "not available"])))
}

fn is_unauthorized(told: &Told) -> bool {
    told.is_coded(&["invalid_api_key", "api_key_invalid", "unauthenticated"])
        || told.says(&["api_key_invalid", "api key not valid", "invalid api key", "incorrect api key"])
}

fn is_overloaded(told: &Told) -> bool {
    told.status == Some(529)
        || (matches!(told.status, None | Some(429 | 500..))
            && told.says(&[
                "overloaded",
                "server busy",
                "server is busy",
                "at capacity",
                "too busy",
                "no capacity",
            ]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[expect(clippy::too_many_lines, reason = "a table")]
    fn the_words_of_many_servers_are_understood() {
        use Cause::{
            ContextFull, Failed, Filtered, Loading, Overloaded, QuotaExhausted, RateLimited, Rejected,
            Unauthorized, UnknownModel, WrongAddress,
        };
        for (status, body, cause) in [
            (
                400,
                r#"{"error":{"code":400,"type":"exceed_context_size_error","message":"the request exceeds the available context size, try increasing it","n_prompt_tokens":5000,"n_ctx":4096}}"#,
                ContextFull,
            ),
            (
                400,
                r#"{"object":"error","message":"This model's maximum context length is 4096 tokens. However, you requested 5000 tokens","type":"BadRequestError","code":400}"#,
                ContextFull,
            ),
            (
                400,
                r#"{"type":"error","error":{"type":"invalid_request_error","message":"prompt is too long: 210000 tokens > 200000 maximum"}}"#,
                ContextFull,
            ),
            (
                400,
                r#"[{"error":{"code":400,"message":"The input token count (1200000) exceeds the maximum number of tokens allowed (1048576)."}}]"#,
                ContextFull,
            ),
            (
                400,
                r#"{"error":"Trying to keep the first 4958 tokens when context the overflows. However, the model is loaded with context length of only 4096 tokens"}"#,
                ContextFull,
            ),
            (
                413,
                r#"{"error":{"message":"Request too large for model `x` on tokens per minute (TPM): Limit 6000, Requested 7000","code":"rate_limit_exceeded"}}"#,
                ContextFull,
            ),
            (
                400,
                r#"{"error":{"message":"filtered","code":"content_filter","innererror":{"code":"ResponsibleAIPolicyViolation"}}}"#,
                Filtered,
            ),
            (
                403,
                r#"{"error":{"code":403,"message":"Your input was flagged","metadata":{"reasons":["violence"]}}}"#,
                Filtered,
            ),
            (400, r#"{"error":{"message":"Content Exists Risk"}}"#, Filtered),
            (
                429,
                r#"{"error":{"message":"You exceeded your current quota","code":"insufficient_quota"}}"#,
                QuotaExhausted,
            ),
            (402, r#"{"error":{"message":"Insufficient Balance"}}"#, QuotaExhausted),
            (
                429,
                r#"[{"error":{"code":429,"message":"You exceeded your current quota. Please retry in 12.5s."}}]"#,
                RateLimited,
            ),
            (503, r#"{"error":{"code":503,"message":"Loading model","type":"unavailable_error"}}"#, Loading),
            (503, r#"{"error":"Model x is currently loading","estimated_time":20}"#, Loading),
            (
                404,
                r#"{"error":{"message":"model \"m\" not found, try pulling it first","type":"api_error"}}"#,
                UnknownModel,
            ),
            (
                404,
                r#"{"error":{"code":"DeploymentNotFound","message":"The API deployment for this resource does not exist."}}"#,
                UnknownModel,
            ),
            (400, r#"{"error":{"message":"m is not a valid model ID","code":400}}"#, UnknownModel),
            (404, "404 page not found", WrongAddress),
            (405, "", WrongAddress),
            (404, r#"{"detail":"Not Found"}"#, WrongAddress),
            (
                401,
                r#"{"statusCode":401,"message":"Access denied due to missing subscription key"}"#,
                Unauthorized,
            ),
            (
                400,
                r#"[{"error":{"code":400,"message":"API key not valid. Please pass a valid API key.","status":"INVALID_ARGUMENT"}}]"#,
                Unauthorized,
            ),
            (403, "", Unauthorized),
            (429, "", RateLimited),
            (
                529,
                r#"{"type":"error","error":{"type":"overloaded_error","message":"Overloaded"}}"#,
                Overloaded,
            ),
            (503, r#"{"error":{"message":"The engine is currently overloaded"}}"#, Overloaded),
            (
                500,
                r#"{"error":{"code":500,"message":"context shift is disabled","type":"server_error"}}"#,
                Failed,
            ),
            (503, "", Failed),
            (400, r#"{"error":{"message":"messages must not be empty"}}"#, Rejected),
            (422, "", Rejected),
        ] {
            assert_eq!(Cause::of(&Told::of_body(status, body.as_bytes())), cause, "{status} {body}");
        }
    }
}
