//! `get_weather`: tells the weather of a place, with a card for the user.

use std::sync::Arc;

use async_trait::async_trait;
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::{
    agent::{AgentContext, ToolError, ToolOutput, tools::TypedTool},
    assistant::{
        weather::{Weather, WeatherError, WeatherSource},
        widgets::weather_card,
    },
};

/// Tells the weather.
pub struct GetWeather {
    source: Arc<dyn WeatherSource>,
}

impl GetWeather {
    /// Tells the weather of this source.
    pub fn new(source: Arc<dyn WeatherSource>) -> Self {
        Self { source }
    }
}

/// Where.
#[derive(Debug, Deserialize, JsonSchema)]
pub struct Arguments {
    /// The place, for example "Tokyo", "Paris, France" or "Portland, OR".
    location: String,
}

#[async_trait(?Send)]
impl TypedTool for GetWeather {
    type Arguments = Arguments;
    const NAME: &'static str = "get_weather";
    const DESCRIPTION: &'static str =
        "Tells the current weather of one place, with a short forecast, and shows the user a card with it.";

    async fn run(
        &self,
        context: &AgentContext,
        Arguments { location }: Arguments,
    ) -> Result<ToolOutput, ToolError> {
        // A progress note would only flicker if the answer is already here.
        if self.source.remembered(&location).is_none() {
            let shown: String = location.chars().take(60).collect();
            context
                .progress(format!("Looking up the weather in {shown}…"), Some("globe"))
                .await
                .map_err(|error| ToolError::Failed { reason: error.to_string() })?;
        }
        match self.source.current(&location).await {
            Ok(weather) => {
                Ok(ToolOutput::json(&for_model(&weather))?.with_widget(weather_card::widget(&weather)))
            }
            Err(error) => {
                // Log only the outage, since the error may quote what the user wrote.
                if let WeatherError::Unavailable { reason }
                | WeatherError::UnavailableAndUnknown { reason, .. } = &error
                {
                    tracing::warn!(thread.id = %context.thread_id(), cause = %reason, "no weather");
                }
                ToolOutput::json(&json!({"error": error.advice()}))
            }
        }
    }
}

fn for_model(weather: &Weather) -> Value {
    let forecast: Vec<_> = weather
        .coming_days()
        .map(|day| {
            json!({
                "day": day.date.strftime("%A").to_string(),
                "date": day.date.to_string(),
                "condition": day.condition.label(),
                "high_c": rounded(day.high_c),
                "low_c": rounded(day.low_c),
                "precipitation_percent": day.precipitation_percent,
            })
        })
        .collect();
    json!({
        "location": weather.place.label(),
        "condition": weather.condition.label(),
        "temperature_c": rounded(weather.temperature_c),
        "feels_like_c": weather.feels_like_c.map(rounded),
        "humidity_percent": weather.humidity_percent,
        "wind_kmh": rounded(weather.wind_kmh),
        "observed_at": weather.local_time().strftime("%Y-%m-%dT%H:%M%:z").to_string(),
        "source": weather.source.label(),
        "forecast": forecast,
    })
}

/// One digit after the point; more would be false precision.
fn rounded(value: f64) -> f64 {
    (value * 10.0).round() / 10.0
}
