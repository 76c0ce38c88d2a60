//! Which scenarios a run is made of, and how often each comes.

use std::{collections::BTreeMap, fs, io::Read};

use clap::ValueEnum;
use serde::{Deserialize, Serialize};

/// What a turn is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, ValueEnum, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Scenario {
    /// A message in a thread of its own.
    Create,
    /// A message in a thread that is there.
    Continue,
    /// A question in a new thread that calls for a tool and is answered with a widget.
    Weather,
    /// A click on a city in a thread that shows the selector.
    CityAction,
    /// An upload and a question about it in a new thread.
    Image,
    /// A message in a new thread whose stream is kept open to its end.
    Hold,
}

/// What `--scenario` may say.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum ScenarioChoice {
    /// A message in a new thread
    #[default]
    Create,
    /// A message in a thread that is there
    Continue,
    /// A question in a new thread that calls for a tool and is answered with a widget
    Weather,
    /// A click on a city in a thread that shows the selector
    CityAction,
    /// An upload and a question about it in a new thread
    Image,
    /// Streams that are all held open at once, one turn each
    Hold,
    /// Several of these, by the weights in a file
    Mixed,
}

impl Scenario {
    /// Its name on the command line and in results.
    pub fn name(self) -> &'static str {
        match self {
            Self::Create => "create",
            Self::Continue => "continue",
            Self::Weather => "weather",
            Self::CityAction => "city-action",
            Self::Image => "image",
            Self::Hold => "hold",
        }
    }

    /// What is said in it.
    pub fn message(self) -> &'static str {
        match self {
            Self::Create | Self::Continue | Self::Hold => "Tell me something.",
            Self::Weather => "What's the weather like in Tokyo?",
            Self::CityAction => "Show me available cities",
            Self::Image => "What do you see in this image?",
        }
    }
}

/// A scenario's part of a run.
#[derive(Clone, Debug, PartialEq)]
pub struct Part {
    /// The scenario.
    pub scenario: Scenario,
    /// Its weight among the parts.
    pub weight: f64,
    /// What is said in it.
    pub message: String,
}

/// The parts of a run.
#[derive(Clone, Debug, PartialEq)]
pub struct Mix {
    parts: Vec<Part>,
}

impl Mix {
    /// One scenario alone. `None` for `mixed`.
    pub fn of(choice: ScenarioChoice) -> Option<Self> {
        let scenario = match choice {
            ScenarioChoice::Create => Scenario::Create,
            ScenarioChoice::Continue => Scenario::Continue,
            ScenarioChoice::Weather => Scenario::Weather,
            ScenarioChoice::CityAction => Scenario::CityAction,
            ScenarioChoice::Image => Scenario::Image,
            ScenarioChoice::Hold => Scenario::Hold,
            ScenarioChoice::Mixed => return None,
        };
        Some(Self { parts: vec![Part { scenario, weight: 1.0, message: scenario.message().to_owned() }] })
    }

    /// Reads the file of a mixed run.
    pub fn read(path: &str) -> Result<Self, String> {
        let mut text = String::new();
        let mut file = fs::File::open(path).map_err(|error| format!("{path}: {error}"))?;
        file.read_to_string(&mut text).map_err(|error| format!("{path}: {error}"))?;
        Self::parse(&text).map_err(|reason| format!("{path}: {reason}"))
    }

    fn parse(text: &str) -> Result<Self, String> {
        #[derive(Deserialize)]
        #[serde(untagged)]
        enum Entry {
            Weight(f64),
            Whole(Whole),
        }
        #[derive(Deserialize)]
        #[serde(deny_unknown_fields)]
        struct Whole {
            weight: f64,
            message: Option<String>,
        }
        let entries: BTreeMap<Scenario, Entry> = serde_json::from_str(text)
            .map_err(|error| format!("expected scenarios with their weights: {error}"))?;
        let mut parts = Vec::new();
        for (scenario, entry) in entries {
            let (weight, message) = match entry {
                Entry::Weight(weight) => (weight, None),
                Entry::Whole(whole) => (whole.weight, whole.message),
            };
            if scenario == Scenario::Hold {
                return Err("`hold` is a run of its own".to_owned());
            }
            if !(weight.is_finite() && weight >= 0.0) {
                return Err(format!("`{}`: a weight is a number from 0", scenario.name()));
            }
            if weight > 0.0 {
                let message = message.unwrap_or_else(|| scenario.message().to_owned());
                parts.push(Part { scenario, weight, message });
            }
        }
        if parts.is_empty() {
            return Err("no scenario has a weight above 0".to_owned());
        }
        Ok(Self { parts })
    }

    /// The same, with other words in every part.
    #[must_use]
    pub fn saying(mut self, message: &str) -> Self {
        for part in &mut self.parts {
            message.clone_into(&mut part.message);
        }
        self
    }

    /// The parts.
    pub fn parts(&self) -> &[Part] {
        &self.parts
    }

    /// The part of the nth turn. Parts are spread evenly instead of coming in blocks, and any long run of turns
    /// contains each in its share, because the multiples of the golden ratio fill the range from 0 to 1 evenly.
    pub fn pick(&self, number: u64) -> &Part {
        if let [part] = self.parts.as_slice() {
            return part;
        }
        let total: f64 = self.parts.iter().map(|part| part.weight).sum();
        let bits = number.wrapping_mul(0x9e37_79b9_7f4a_7c15);
        let mut rest = (bits >> 11) as f64 / (1_u64 << 53) as f64 * total;
        for part in &self.parts {
            rest -= part.weight;
            if rest < 0.0 {
                return part;
            }
        }
        self.parts.last().expect("a mix has a part")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn turns_come_in_the_shares_the_file_says() {
        let mix = Mix::parse(
            r#"{"continue": 7, "weather": {"weight": 2, "message": "Oslo?"}, "image": 1, "create": 0}"#,
        )
        .unwrap();
        let mut counts = BTreeMap::new();
        for number in 0..1_000 {
            *counts.entry(mix.pick(number).scenario).or_insert(0_u32) += 1;
        }
        for (scenario, expected) in
            [(Scenario::Continue, 700), (Scenario::Weather, 200), (Scenario::Image, 100)]
        {
            assert!(counts[&scenario].abs_diff(expected) <= 3, "{counts:?}");
        }
        assert_eq!(counts.len(), 3);
        assert_eq!(
            mix.parts().iter().find(|part| part.scenario == Scenario::Weather).unwrap().message,
            "Oslo?"
        );
    }

    #[test]
    fn a_file_that_makes_no_sense_is_refused() {
        for text in [
            "",
            "{}",
            r#"{"continue": 0}"#,
            r#"{"fly": 1}"#,
            r#"{"create": -1}"#,
            r#"{"hold": 1}"#,
            r#"{"create": {"weight": 1, "messages": "x"}}"#,
        ] {
            assert!(Mix::parse(text).is_err(), "{text}");
        }
    }
}
