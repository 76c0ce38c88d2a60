//! How an answer is to be made: what may be asked of any model, and what only some understand.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// How an answer is to be made. What is `None` is left to the provider.
///
/// A model that does not know an option refuses it; the clients then ask again without it, and remember that.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct GenerationOptions {
    /// How freely words are chosen: 0 takes the likeliest, more is freer.
    pub temperature: Option<f64>,
    /// Words are chosen among the likeliest that together have this probability.
    pub top_p: Option<f64>,
    /// The most tokens to be generated, those of reasoning included.
    pub max_output_tokens: Option<u32>,
    /// How long a reasoning model thinks: `none`, `minimal`, `low`, `medium`, `high`, or what else it knows.
    pub reasoning_effort: Option<String>,
    /// How much a model says: `low`, `medium`, `high`.
    pub verbosity: Option<String>,
    /// Which of the provider's queues serves the call: `auto`, `default`, `flex`, `priority`.
    pub service_tier: Option<String>,
    /// Tools that the provider runs itself, as it describes them, for example `{"type": "web_search"}`. Only the
    /// Responses API has them; a title is made without them. An empty list means none.
    pub hosted_tools: Option<Vec<Value>>,
    /// More fields of the request's body, merged last: they win over all others.
    pub extra: Map<String, Value>,
}

impl GenerationOptions {
    /// These options, and for what they do not say those of `others`.
    #[must_use]
    pub fn or(self, others: &Self) -> Self {
        let mut extra = others.extra.clone();
        extra.extend(self.extra);
        Self {
            temperature: self.temperature.or(others.temperature),
            top_p: self.top_p.or(others.top_p),
            max_output_tokens: self.max_output_tokens.or(others.max_output_tokens),
            reasoning_effort: self.reasoning_effort.or_else(|| others.reasoning_effort.clone()),
            verbosity: self.verbosity.or_else(|| others.verbosity.clone()),
            service_tier: self.service_tier.or_else(|| others.service_tier.clone()),
            hosted_tools: self.hosted_tools.or_else(|| others.hosted_tools.clone()),
            extra,
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_a_call_says_wins_over_what_the_settings_say() {
        let extra = |value: Value| value.as_object().unwrap().clone();
        let settings = GenerationOptions {
            temperature: Some(1.0),
            verbosity: Some("low".to_owned()),
            hosted_tools: Some(vec![json!({"type": "web_search"})]),
            extra: extra(json!({"seed": 1, "user": "a"})),
            ..GenerationOptions::default()
        };
        let call = GenerationOptions {
            temperature: Some(0.0),
            hosted_tools: Some(Vec::new()),
            extra: extra(json!({"seed": 2})),
            ..GenerationOptions::default()
        };
        let both = call.or(&settings);
        assert_eq!((both.temperature, both.top_p), (Some(0.0), None));
        assert_eq!(both.verbosity.as_deref(), Some("low"));
        assert_eq!(both.hosted_tools, Some(Vec::new()), "a call may do without them");
        assert_eq!(Value::Object(both.extra), json!({"seed": 2, "user": "a"}));
    }
}
