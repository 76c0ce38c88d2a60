//! Questions the assistant asks in a form, and the answers.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};

/// What became of a structured input.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
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
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum StructuredInput {
    /// Options to choose from.
    MultipleChoice(MultipleChoice),
    /// Free text.
    Freeform(Freeform),
}

/// A question with options to choose from; the user may also type an answer of their own.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct MultipleChoice {
    /// Tells the questions of one form apart.
    pub id: String,
    /// The question.
    pub question: String,
    /// The answer, once given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub answer: Option<Answer>,
    /// Whether several options may be chosen.
    #[serde(default)]
    pub multiple: bool,
    /// The options.
    pub options: Vec<ChoiceOption>,
}

/// A question that is answered in the user's own words.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Freeform {
    /// Tells the questions of one form apart.
    pub id: String,
    /// The question.
    pub question: String,
    /// The answer, once given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub answer: Option<Answer>,
    /// An explanation under the question.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
}

/// One option of a multiple choice.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ChoiceOption {
    /// The option's text and value.
    pub value: String,
}

/// The answer to one question.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
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
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
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
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
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
        let single = matches!(self, Self::MultipleChoice(choice) if !choice.multiple);
        let given = match submission.status {
            SubmissionStatus::Skipped => None,
            SubmissionStatus::Answered => submission
                .answers
                .get(self.id())
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
            Self::MultipleChoice(choice) => choice.answer = Some(taken),
            Self::Freeform(freeform) => freeform.answer = Some(taken),
        }
    }

    /// What tells it apart from the other questions of its form.
    pub fn id(&self) -> &str {
        match self {
            Self::MultipleChoice(choice) => &choice.id,
            Self::Freeform(freeform) => &freeform.id,
        }
    }

    /// The question.
    pub fn question(&self) -> &str {
        match self {
            Self::MultipleChoice(choice) => &choice.question,
            Self::Freeform(freeform) => &freeform.question,
        }
    }

    /// The answer, once given.
    pub fn answer(&self) -> Option<&Answer> {
        match self {
            Self::MultipleChoice(choice) => choice.answer.as_ref(),
            Self::Freeform(freeform) => freeform.answer.as_ref(),
        }
    }
}

impl MultipleChoice {
    /// A question with these options, of which one may be chosen.
    pub fn new<O: Into<String>>(
        id: impl Into<String>,
        question: impl Into<String>,
        options: impl IntoIterator<Item = O>,
    ) -> Self {
        let options = options.into_iter().map(|value| ChoiceOption { value: value.into() }).collect();
        Self { id: id.into(), question: question.into(), options, ..Self::default() }
    }

    /// The same question, of whose options several may be chosen.
    #[must_use]
    pub fn multiple(self) -> Self {
        Self { multiple: true, ..self }
    }
}

impl Freeform {
    /// A question.
    pub fn new(id: impl Into<String>, question: impl Into<String>) -> Self {
        Self { id: id.into(), question: question.into(), ..Self::default() }
    }

    /// The same question with an explanation under it.
    #[must_use]
    pub fn with_description(self, description: impl Into<String>) -> Self {
        Self { description: Some(description.into()), ..self }
    }
}

impl From<MultipleChoice> for StructuredInput {
    fn from(choice: MultipleChoice) -> Self {
        Self::MultipleChoice(choice)
    }
}

impl From<Freeform> for StructuredInput {
    fn from(freeform: Freeform) -> Self {
        Self::Freeform(freeform)
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
