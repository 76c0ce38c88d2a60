//! Questions the assistant asks in a form, and the answers.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};

/// What became of a structured input.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StructuredInputStatus {
    /// The user has not answered yet.
    #[default]
    Pending,
    /// The user submitted the form.
    Answered,
    /// The user skipped the form.
    Skipped,
}

/// One question.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum StructuredInput {
    /// Options to choose from; the user may also type an answer of their own.
    MultipleChoice {
        /// Tells the questions of one form apart.
        id: String,
        /// The question.
        question: String,
        /// The answer, once given.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        answer: Option<Answer>,
        /// Whether several options may be chosen.
        #[serde(default)]
        multiple: bool,
        /// The options.
        options: Vec<ChoiceOption>,
    },
    /// Free text.
    Freeform {
        /// Tells the questions of one form apart.
        id: String,
        /// The question.
        question: String,
        /// The answer, once given.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        answer: Option<Answer>,
        /// An explanation under the question.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        description: Option<String>,
    },
}

/// One option of a multiple choice.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChoiceOption {
    /// The option's text and value.
    pub value: String,
}

/// The answer to one question.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answer {
    /// The chosen or written values.
    #[serde(default)]
    pub values: Vec<String>,
    /// Whether the question was passed over.
    #[serde(default)]
    pub skipped: bool,
}

/// What the user submits (`threads.add_structured_input`).
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct StructuredInputSubmission {
    /// Whether the form was answered or skipped as a whole.
    #[serde(default)]
    pub status: SubmissionStatus,
    /// The answers by question id.
    #[serde(default)]
    pub answers: HashMap<String, Answer>,
}

/// Whether a form was answered or skipped as a whole.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SubmissionStatus {
    /// Answered.
    #[default]
    Answered,
    /// Skipped.
    Skipped,
}

impl StructuredInput {
    /// Takes over what the submission says of this question.
    ///
    /// A question counts as skipped when the whole form was, when it has no answer, or when its
    /// answer has no value. A single choice keeps the first value only.
    pub fn take_answer(&mut self, submission: &StructuredInputSubmission) {
        let (id, single) = match self {
            Self::MultipleChoice { id, multiple, .. } => (id, !*multiple),
            Self::Freeform { id, .. } => (id, false),
        };
        let given = match submission.status {
            SubmissionStatus::Skipped => None,
            SubmissionStatus::Answered => submission
                .answers
                .get(id.as_str())
                .filter(|answer| !answer.skipped && !answer.values.is_empty()),
        };
        let taken = match given {
            None => Answer { values: Vec::new(), skipped: true },
            Some(given) => {
                let mut values = given.values.clone();
                if single {
                    values.truncate(1);
                }
                Answer { values, skipped: false }
            }
        };
        match self {
            Self::MultipleChoice { answer, .. } | Self::Freeform { answer, .. } => {
                *answer = Some(taken);
            }
        }
    }
}

impl From<SubmissionStatus> for StructuredInputStatus {
    fn from(status: SubmissionStatus) -> Self {
        match status {
            SubmissionStatus::Answered => Self::Answered,
            SubmissionStatus::Skipped => Self::Skipped,
        }
    }
}
