//! The reasons why there is no weather to tell.

use thiserror::Error;

use super::query::QueryProblem;

/// Why a question about the weather has no answer.
///
/// `Display` says what happened, for logs and for the model; it may quote the question, so a log
/// line carries the [`Outage`] instead. [`WeatherError::advice`] tells the user what to do next.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum WeatherError {
    /// The location is not the name of a place.
    #[error("the location {0}")]
    InvalidQuery(#[from] QueryProblem),

    /// Nobody knows a place of that name.
    #[error("no place called `{query}` was found")]
    PlaceNotFound {
        /// The location as it was understood.
        query: String,
        /// Labels of places that may have been meant, best first.
        suggestions: Vec<String>,
    },

    /// The weather service gives no answer.
    #[error("the weather service is unavailable: {reason}")]
    Unavailable {
        /// What happened.
        reason: Outage,
    },

    /// The weather service gives no answer, and the offline table does not know the place.
    #[error("the weather service is unavailable ({reason}), and there is no sample data for `{query}`")]
    UnavailableAndUnknown {
        /// The location as it was understood.
        query: String,
        /// Labels of places with sample data that may have been meant, best first.
        suggestions: Vec<String>,
        /// What happened to the service.
        reason: Outage,
    },
}

impl WeatherError {
    /// A sentence or two for the user: what is wrong in plain words, and what to do next.
    pub fn advice(&self) -> String {
        match self {
            Self::InvalidQuery(_) => "Please name a city, for example “Paris” or “Seattle, WA”.".to_owned(),
            Self::PlaceNotFound { query, suggestions } => match one_of(suggestions) {
                Some(places) => {
                    format!("I could not find a place called “{query}”. Did you mean {places}?")
                }
                None => format!(
                    "I could not find a place called “{query}”. Please check the spelling, or add \
                     the country, as in “Paris, France”."
                ),
            },
            Self::Unavailable { .. } => {
                "The weather service does not answer at the moment. Please try again in a minute.".to_owned()
            }
            Self::UnavailableAndUnknown { query, suggestions, .. } => {
                let elsewhere = match one_of(suggestions) {
                    Some(places) => format!(", ask for {places}"),
                    None => ", ask for a large city nearby".to_owned(),
                };
                format!(
                    "The weather service does not answer at the moment, and there is no sample \
                     data for “{query}”. Please check the spelling{elsewhere}, or try again in a \
                     minute."
                )
            }
        }
    }
}

/// `A`, `A or B`, `A, B or C`.
fn one_of(labels: &[String]) -> Option<String> {
    let (last, others) = labels.split_last()?;
    Some(if others.is_empty() {
        last.clone()
    } else {
        // Labels contain commas, so semicolons separate them: `Paris, France; Paris, TX or …`.
        format!("{} or {last}", others.join("; "))
    })
}

/// The reason why the weather service does not answer. It contains nothing that the user wrote.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum Outage {
    /// There was no connection, or it broke.
    #[error("no connection: {0}")]
    Unreachable(String),
    /// No answer came in time.
    #[error("no answer in time")]
    TimedOut,
    /// The answer was not a success.
    #[error("it answered with status {0}")]
    Refused(u16),
    /// The answer was larger than any real one.
    #[error("its answer is longer than {limit_bytes} bytes")]
    TooLong {
        /// The largest size that is read.
        limit_bytes: usize,
    },
    /// The answer made no sense.
    #[error("its answer cannot be read: {0}")]
    Unreadable(String),
}

impl From<Outage> for WeatherError {
    fn from(reason: Outage) -> Self {
        Self::Unavailable { reason }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn advice_names_what_may_have_been_meant() {
        let suggestions = ["Paris, France", "Parma, Italy"].map(str::to_owned).to_vec();
        let error = WeatherError::PlaceNotFound { query: "Parsi".to_owned(), suggestions };
        assert_eq!(
            error.advice(),
            "I could not find a place called “Parsi”. Did you mean Paris, France or Parma, Italy?"
        );
    }

    #[test]
    fn advice_does_not_show_internals() {
        let reason = Outage::Unreachable("dns error".to_owned());
        let error = WeatherError::Unavailable { reason };
        assert!(error.to_string().contains("dns error"));
        assert!(!error.advice().contains("dns"));
    }
}
