//! Tools: functions a model may call.

use async_trait::async_trait;
use schemars::{JsonSchema, generate::SchemaSettings};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::{Map, Value};

use super::{context::AgentContext, written};
use crate::{model::ToolSpec, protocol::item::WidgetItem};

/// A function a model may call.
///
/// Most tools implement [`TypedTool`] instead and get this one for free.
#[async_trait(?Send)]
pub trait Tool: Send + Sync + 'static {
    /// The tool as it is told to the model.
    fn spec(&self) -> ToolSpec;

    /// What a call with these arguments is shown as to the user, for example “Looking up the weather in
    /// Oslo”, where calls are shown ([`ToolLoop::showing_calls`]). None, the default, is the tool's name.
    ///
    /// [`ToolLoop::showing_calls`]: super::tool_loop::ToolLoop::showing_calls
    fn title(&self, _arguments: &str) -> Option<String> {
        None
    }

    /// Whether another call with the same arguments, in the same answer, may give something else. By default it
    /// does not: a model that repeats itself is told what the first call gave, and no second widget is shown.
    fn may_repeat(&self) -> bool {
        false
    }

    /// Calls it with the arguments object the model wrote, as JSON text.
    async fn call(&self, context: &AgentContext, arguments: &str) -> Result<ToolOutput, ToolError>;
}

/// A tool whose arguments have a Rust type; the JSON Schema is made from it.
#[async_trait(?Send)]
pub trait TypedTool: Send + Sync + 'static {
    /// The arguments; their doc comments are told to the model.
    type Arguments: DeserializeOwned + JsonSchema;

    /// The name, unique among an agent's tools.
    const NAME: &'static str;
    /// What it does and when to use it.
    const DESCRIPTION: &'static str;

    /// What a call with these arguments is shown as to the user; see [`Tool::title`].
    fn title(&self, _arguments: &Self::Arguments) -> Option<String> {
        None
    }

    /// Whether it may be called again with the same arguments; see [`Tool::may_repeat`].
    fn may_repeat(&self) -> bool {
        false
    }

    /// Does it.
    async fn run(&self, context: &AgentContext, arguments: Self::Arguments) -> Result<ToolOutput, ToolError>;
}

/// What comes of a call.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ToolOutput {
    /// What the model reads, mostly JSON text.
    pub text: String,
    /// What the user sees, after the answer's text.
    pub widgets: Vec<WidgetItem>,
}

impl ToolOutput {
    /// An output that only the model reads, written as JSON.
    pub fn json(value: &impl Serialize) -> Result<Self, ToolError> {
        let text = serde_json::to_string(value).map_err(|error| ToolError::Failed {
            reason: format!("its result cannot be written: {error}"),
        })?;
        Ok(Self { text, widgets: Vec::new() })
    }

    /// The same output with a widget for the user.
    #[must_use]
    pub fn with_widget(mut self, widget: WidgetItem) -> Self {
        self.widgets.push(widget);
        self
    }
}

/// Why a call failed. The model reads it and may try something else.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ToolError {
    /// There is no such tool.
    #[error("there is no tool named `{name}`")]
    Unknown {
        /// The name the model used.
        name: String,
    },
    /// The arguments are no JSON, or not what the schema asks for.
    #[error("the arguments are not valid: {reason}")]
    InvalidArguments {
        /// What is wrong.
        reason: String,
    },
    /// The tool could not do it.
    #[error("{reason}")]
    Failed {
        /// Why.
        reason: String,
    },
}

impl ToolError {
    /// What happened in words that quote nothing of the conversation, for logs.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Unknown { .. } => "no such tool",
            Self::InvalidArguments { .. } => "the arguments do not fit the schema",
            Self::Failed { .. } => "the tool failed",
        }
    }

    /// What the model reads.
    pub fn for_model(&self) -> String {
        Value::Object(Map::from_iter([("error".to_owned(), Value::from(self.to_string()))])).to_string()
    }
}

/// Reads the arguments that a model wrote.
fn read<T: DeserializeOwned>(arguments: &str) -> serde_json::Result<T> {
    serde_json::from_value(Value::Object(written::arguments(arguments)?))
}

#[async_trait(?Send)]
impl<T: TypedTool> Tool for T {
    fn spec(&self) -> ToolSpec {
        // Not every server follows references within a schema.
        let settings = SchemaSettings::draft2020_12().with(|settings| settings.inline_subschemas = true);
        let arguments = settings.into_generator().into_root_schema_for::<T::Arguments>();
        let mut parameters = arguments.to_value();
        if let Some(schema) = parameters.as_object_mut() {
            // Names of Rust types say nothing to a model, and some providers refuse `$schema`.
            schema.remove("$schema");
            schema.remove("title");
        }
        ToolSpec { name: T::NAME.to_owned(), description: T::DESCRIPTION.to_owned(), parameters }
    }

    fn title(&self, arguments: &str) -> Option<String> {
        TypedTool::title(self, &read(arguments).ok()?)
    }

    fn may_repeat(&self) -> bool {
        TypedTool::may_repeat(self)
    }

    async fn call(&self, context: &AgentContext, arguments: &str) -> Result<ToolOutput, ToolError> {
        let arguments =
            read(arguments).map_err(|error| ToolError::InvalidArguments { reason: error.to_string() })?;
        self.run(context, arguments).await
    }
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;
    use serde_json::json;

    use super::*;

    #[derive(Deserialize, JsonSchema)]
    struct Arguments {
        /// A city.
        #[expect(dead_code, reason = "only its schema is of interest")]
        location: String,
    }

    struct Weather;

    #[async_trait(?Send)]
    impl TypedTool for Weather {
        type Arguments = Arguments;
        const NAME: &'static str = "get_weather";
        const DESCRIPTION: &'static str = "The weather.";

        async fn run(&self, _: &AgentContext, _: Arguments) -> Result<ToolOutput, ToolError> {
            Ok(ToolOutput::default())
        }
    }

    #[test]
    fn the_schema_is_that_of_the_argument_type() {
        assert_eq!(
            Weather.spec().parameters,
            json!({
                "type": "object",
                "properties": {"location": {"type": "string", "description": "A city."}},
                "required": ["location"],
            })
        );
    }
}
