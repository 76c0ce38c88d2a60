//! Turning speech into text.

use actix_web::HttpResponse;
use base64::{Engine, engine::general_purpose::STANDARD};
use serde_json::json;

use super::Call;
use crate::{agent::Audio, http::error::ApiError, protocol::request::Transcribe};

/// `input.transcribe`.
pub(super) async fn transcribe(
    call: Call<'_>,
    Transcribe { audio_base64, mime_type }: Transcribe,
) -> Result<HttpResponse, ApiError> {
    let data = STANDARD.decode(audio_base64).map_err(|error| {
        ApiError::invalid(format!("`params.audio_base64` is no base64: {error}"))
            .with_param("params.audio_base64")
    })?;
    let audio = Audio { data: data.into(), mime_type };
    let text = call.services.hooks.transcribe(call.context, audio).await?;
    Ok(HttpResponse::Ok().json(json!({"text": text})))
}
