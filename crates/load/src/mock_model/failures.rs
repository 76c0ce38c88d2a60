//! Failures on purpose: which answers fail, and how.

use std::{
    str::FromStr,
    sync::atomic::{AtomicU64, Ordering},
};

/// How an answer fails.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Failure {
    /// Status 429 with `Retry-After`.
    TooManyRequests,
    /// Status 500.
    ServerError,
    /// The connection breaks in the middle of the answer.
    Cut,
    /// Nothing more comes after the middle of the answer.
    Stall,
}

impl Failure {
    /// All kinds, in the order they are counted.
    pub const ALL: [Self; 4] = [Self::TooManyRequests, Self::ServerError, Self::Cut, Self::Stall];

    /// Its name on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Self::TooManyRequests => "429",
            Self::ServerError => "500",
            Self::Cut => "cut",
            Self::Stall => "stall",
        }
    }
}

/// How often an answer fails.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Share {
    /// This share of all answers, from 0 to 1.
    Rate(f64),
    /// Every nth answer.
    Every(u64),
}

/// One kind of failure and how often it happens.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct FailureRule {
    failure: Failure,
    share: Share,
}

impl FromStr for FailureRule {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (kind, share) = text.split_once(':').ok_or("expected KIND:SHARE, such as 429:1%")?;
        let failure = Failure::ALL
            .into_iter()
            .find(|failure| failure.name() == kind)
            .ok_or_else(|| format!("`{kind}` is no kind of failure; there are 429, 500, cut and stall"))?;
        let share = match share.strip_prefix("every=") {
            Some(number) => match number.parse() {
                Ok(number) if number > 0 => Share::Every(number),
                _ => return Err(format!("`{number}` is no number from 1")),
            },
            None => {
                let (number, divisor) = match share.strip_suffix('%') {
                    Some(number) => (number, 100.0),
                    None => (share, 1.0),
                };
                match number.parse::<f64>().map(|number| number / divisor) {
                    Ok(rate) if (0.0..=1.0).contains(&rate) => Share::Rate(rate),
                    _ => return Err(format!("`{share}` is no rate from 0 to 1, and not `every=N`")),
                }
            }
        };
        Ok(Self { failure, share })
    }
}

/// Decides for each answer whether it fails.
pub struct FailurePlan {
    rules: Vec<FailureRule>,
    seed: u64,
    answers: AtomicU64,
}

impl FailurePlan {
    /// A plan by these rules; the first that applies wins.
    pub fn new(rules: Vec<FailureRule>, seed: u64) -> Self {
        Self { rules, seed, answers: AtomicU64::new(0) }
    }

    /// Whether and how the next answer fails.
    pub fn next(&self) -> Option<Failure> {
        if self.rules.is_empty() {
            return None;
        }
        let number = self.answers.fetch_add(1, Ordering::Relaxed) + 1;
        let hit = |(index, rule): (usize, &FailureRule)| {
            let fails = match rule.share {
                Share::Every(nth) => number.is_multiple_of(nth),
                // Each rule draws a number of its own.
                Share::Rate(rate) => draw(self.seed ^ ((index as u64 + 1) << 56), number) < rate,
            };
            fails.then_some(rule.failure)
        };
        self.rules.iter().enumerate().find_map(hit)
    }
}

/// A number from 0 to 1 that looks random and is the same for the same answer: SplitMix64.
fn draw(seed: u64, number: u64) -> f64 {
    let mut bits = seed.wrapping_add(number.wrapping_mul(0x9e37_79b9_7f4a_7c15));
    bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    bits ^= bits >> 31;
    (bits >> 11) as f64 / (1_u64 << 53) as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plan(rules: &[&str]) -> FailurePlan {
        FailurePlan::new(rules.iter().map(|rule| rule.parse().unwrap()).collect(), 7)
    }

    #[test]
    fn every_nth_answer_fails_and_no_other() {
        let plan = plan(&["500:every=3"]);
        let failed: Vec<_> = (1..=9).filter(|_| plan.next().is_some()).collect();
        assert_eq!(failed, [3, 6, 9]);
    }

    #[test]
    fn a_rate_is_met_over_many_answers_and_repeats_with_the_seed() {
        let outcomes = || {
            let plan = plan(&["cut:5%", "stall:0.1"]);
            (0..20_000).map(|_| plan.next()).collect::<Vec<_>>()
        };
        let first = outcomes();
        assert_eq!(first, outcomes());
        let share = |kind| first.iter().filter(|failure| **failure == Some(kind)).count() as f64 / 20_000.0;
        assert!((share(Failure::Cut) - 0.05).abs() < 0.005, "{}", share(Failure::Cut));
        assert!((share(Failure::Stall) - 0.095).abs() < 0.008, "{}", share(Failure::Stall));
    }

    #[test]
    fn a_rule_that_makes_no_sense_is_refused() {
        for text in ["429", "404:1%", "429:2", "cut:-1%", "cut:every=0", "stall:often"] {
            assert!(text.parse::<FailureRule>().is_err(), "{text}");
        }
    }
}
