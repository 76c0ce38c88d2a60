//! Gives each failure of a responder, of its model and of a transcription its code.

use super::responder::ResponderError;
use crate::{
    model::{FinishReason, ModelError, transcription::TranscriptionError},
    protocol::error::{CodedError, ErrorCode},
};

impl From<&ResponderError> for CodedError {
    fn from(error: &ResponderError) -> Self {
        match error {
            ResponderError::Known { error, .. } => error.clone(),
            ResponderError::Custom { message, .. } => Self::new(ErrorCode::Custom).with_message(message),
            ResponderError::NotImplemented { what } => {
                let code = if what.starts_with("transcription") {
                    ErrorCode::TranscriptionOff
                } else {
                    ErrorCode::NotImplemented
                };
                Self::new(code).with_message(error.to_string())
            }
            ResponderError::Transcription(error) => error.into(),
            ResponderError::Coded { .. } | ResponderError::Failed(_) => ErrorCode::AssistantFailed.into(),
        }
    }
}

impl From<ModelError> for ResponderError {
    fn from(error: ModelError) -> Self {
        Self::known(&error).with_source(error)
    }
}

impl From<&ModelError> for CodedError {
    fn from(error: &ModelError) -> Self {
        match error {
            ModelError::Unreachable { .. } => ErrorCode::ModelUnreachable.into(),
            ModelError::Unauthorized { .. } => ErrorCode::ModelMisconfigured.into(),
            ModelError::WrongAddress { .. } => ErrorCode::ModelAddressWrong.into(),
            ModelError::UnknownModel { .. } => ErrorCode::ModelUnknown.into(),
            ModelError::QuotaExhausted { .. } => ErrorCode::ModelQuotaExhausted.into(),
            ModelError::RateLimited { retry_after, .. } | ModelError::Overloaded { retry_after, .. } => {
                Self::new(ErrorCode::ModelBusy).with_wait(retry_after.unwrap_or_default())
            }
            ModelError::Loading { .. } => ErrorCode::ModelLoading.into(),
            ModelError::ContextFull { .. } => ErrorCode::ModelContextFull.into(),
            ModelError::InputFiltered { .. } => ErrorCode::ModelInputFiltered.into(),
            ModelError::Rejected { .. } => ErrorCode::ModelRejected.into(),
            ModelError::Provider { .. } => ErrorCode::ModelFailed.into(),
            ModelError::Timeout { .. } => ErrorCode::ModelTimeout.into(),
            ModelError::Garbage { .. } => ErrorCode::ModelUnreadable.into(),
            ModelError::Interrupted { .. } => ErrorCode::ModelInterrupted.into(),
        }
    }
}

/// Why an answer that a model finished is not a whole one, if it is not.
pub(super) fn of_finish(finish: &FinishReason, is_empty: bool) -> Option<ErrorCode> {
    match finish {
        FinishReason::Length => Some(ErrorCode::AnswerCutOff),
        FinishReason::ContentFilter => Some(ErrorCode::AnswerFiltered),
        FinishReason::Other(_) => Some(ErrorCode::ModelInterrupted),
        _ if is_empty => Some(ErrorCode::AnswerEmpty),
        _ => None,
    }
}

impl From<&TranscriptionError> for CodedError {
    fn from(error: &TranscriptionError) -> Self {
        match error {
            TranscriptionError::Empty => ErrorCode::RecordingEmpty.into(),
            TranscriptionError::TooLarge { max_bytes } => {
                Self::new(ErrorCode::RecordingTooLarge).with_max_bytes(*max_bytes as u64)
            }
            TranscriptionError::UnsupportedType => ErrorCode::RecordingTypeUnsupported.into(),
            TranscriptionError::Unreadable { .. } => ErrorCode::RecordingUnreadable.into(),
            TranscriptionError::Model(
                ModelError::RateLimited { retry_after, .. } | ModelError::Overloaded { retry_after, .. },
            ) => Self::new(ErrorCode::TranscriptionBusy).with_wait(retry_after.unwrap_or_default()),
            TranscriptionError::Model(ModelError::Timeout { .. }) => ErrorCode::TranscriptionTimeout.into(),
            TranscriptionError::Model(
                ModelError::Unauthorized { .. }
                | ModelError::WrongAddress { .. }
                | ModelError::UnknownModel { .. }
                | ModelError::QuotaExhausted { .. }
                | ModelError::Rejected { .. },
            ) => ErrorCode::TranscriptionMisconfigured.into(),
            TranscriptionError::Model(_) => ErrorCode::TranscriptionFailed.into(),
        }
    }
}
