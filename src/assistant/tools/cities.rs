//! `show_city_selector`: offers cities to choose from.

use async_trait::async_trait;
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::json;

use crate::{
    agent::{AgentContext, ToolError, ToolOutput, tools::TypedTool},
    assistant::widgets::city_selector::{self, CITIES},
};

/// Offers cities to choose from.
pub struct ShowCitySelector;

/// It takes nothing.
#[derive(Debug, Deserialize, JsonSchema)]
pub struct Arguments {}

#[async_trait(?Send)]
impl TypedTool for ShowCitySelector {
    type Arguments = Arguments;
    const NAME: &'static str = "show_city_selector";
    const DESCRIPTION: &'static str = "Shows the user buttons with cities; a click on one tells its weather.";

    async fn run(&self, _: &AgentContext, _: Arguments) -> Result<ToolOutput, ToolError> {
        let names: Vec<_> = CITIES.iter().map(|city| city.label).collect();
        let shown = json!({"shown": true, "cities": names, "note": "The buttons appear below your answer."});
        Ok(ToolOutput::json(&shown)?.with_widget(city_selector::widget()))
    }
}
