//! An error as it is told: its code, and what the words for it need.

use std::{fmt, time::Duration};

use super::{ErrorCode, ErrorParams};

/// An error as it is told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CodedError {
    code: ErrorCode,
    params: ErrorParams,
    /// English words that say more than the table's.
    message: Option<String>,
}

impl CodedError {
    /// An error of this code.
    pub fn new(code: ErrorCode) -> Self {
        Self { code, params: ErrorParams::new(), message: None }
    }

    /// The same with a number that its words need.
    #[must_use]
    pub fn with(mut self, param: &str, value: u64) -> Self {
        self.params.insert(param.to_owned(), value);
        self
    }

    /// The same with the largest number of bytes that is allowed.
    #[must_use]
    pub fn with_max_bytes(self, bytes: u64) -> Self {
        self.with("max_bytes", bytes)
    }

    /// The same with the time after which another try may succeed, rounded up to whole seconds.
    #[must_use]
    pub fn with_wait(self, wait: Duration) -> Self {
        let seconds = wait.as_secs() + u64::from(wait.subsec_nanos() > 0);
        self.with("seconds", seconds)
    }

    /// The same in English words that say more than those of the table.
    #[must_use]
    pub fn with_message(mut self, message: impl Into<String>) -> Self {
        self.message = Some(message.into());
        self
    }

    /// The code.
    pub fn code(&self) -> ErrorCode {
        self.code
    }

    /// What the words for it need.
    pub fn params(&self) -> &ErrorParams {
        &self.params
    }

    /// After how many seconds another try may succeed, if that is known.
    pub fn wait_seconds(&self) -> Option<u64> {
        self.params.get("seconds").copied()
    }
}

impl From<ErrorCode> for CodedError {
    fn from(code: ErrorCode) -> Self {
        Self::new(code)
    }
}

impl fmt::Display for CodedError {
    /// Writes what went wrong and what to do, in English.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(message) = &self.message {
            return formatter.write_str(message);
        }
        formatter.write_str(&self.filled_in(self.code.text()))?;
        match self.code.advice() {
            "" => Ok(()),
            advice => write!(formatter, " {}", self.filled_in(advice)),
        }
    }
}

impl CodedError {
    fn filled_in(&self, text: &str) -> String {
        self.code.params().iter().fold(text.to_owned(), |text, name| {
            let value = self.params.get(*name).copied().unwrap_or_default();
            let value = if *name == "seconds" { in_words(value) } else { value.to_string() };
            text.replace(&format!("{{{name}}}"), &value)
        })
    }
}

/// A wait as people say it, rather too long than too short.
fn in_words(seconds: u64) -> String {
    match seconds {
        0..=1 => "a moment".to_owned(),
        2..90 => format!("{seconds} seconds"),
        90..5_400 => format!("{} minutes", seconds.div_ceil(60)),
        _ => format!("{} hours", seconds.div_ceil(3_600)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_filled_in_from_the_params() {
        let large = CodedError::new(ErrorCode::FileTooLarge).with_max_bytes(4_096);
        assert_eq!(
            large.to_string(),
            "The file is larger than the allowed 4096 bytes. Please choose a smaller one."
        );
        let waits = [
            (0, "a moment"),
            (1_000, "a moment"),
            (1_001, "2 seconds"),
            (89_000, "89 seconds"),
            (89_001, "2 minutes"),
            (5_399_000, "90 minutes"),
            (5_399_001, "2 hours"),
        ];
        for (millis, words) in waits {
            let busy = CodedError::new(ErrorCode::ModelBusy).with_wait(Duration::from_millis(millis));
            assert_eq!(busy.to_string(), format!("The language model is busy. Please try again in {words}."));
        }
    }

    #[test]
    fn words_that_say_more_come_first() {
        let error = CodedError::new(ErrorCode::ThreadNotFound).with_message("thread `t` not found");
        assert_eq!(error.to_string(), "thread `t` not found");
    }
}
