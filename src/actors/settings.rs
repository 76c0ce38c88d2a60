//! How threads behave, and how much of them is kept in memory.

use std::time::Duration;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_with::{As, DurationSecondsWithFrac};

/// How thread actors behave. Begin with the default and set what should differ:
///
/// ```
/// use actix_chatkit::actors::ThreadSettings;
///
/// let mut threads = ThreadSettings::default();
/// threads.recent_items = 100;
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
#[non_exhaustive]
pub struct ThreadSettings {
    /// How many turns may wait behind a running one of the same thread.
    ///
    /// Default: 4. That is more than a person with two tabs makes, and few enough that the last one
    /// does not wait for minutes.
    #[schemars(range(max = 1_000))]
    pub max_waiting_turns: usize,
    /// How long a thread's actor stays in memory without work, in seconds.
    ///
    /// Default: 300.
    #[serde(with = "As::<DurationSecondsWithFrac<f64>>")]
    #[schemars(with = "f64", range(min = 0, max = 604_800))]
    pub idle_timeout: Duration,
    /// How often the text of a running answer is saved, in seconds.
    ///
    /// Default: 1.
    #[serde(with = "As::<DurationSecondsWithFrac<f64>>")]
    #[schemars(with = "f64", range(min = 0, max = 60))]
    pub draft_interval: Duration,
    /// The largest size of one turn's events, in bytes; a turn that exceeds it ends with an error.
    ///
    /// Default: 32 MiB.
    #[schemars(range(min = 65_536, max = 4_294_967_295_u64))]
    pub max_turn_bytes: usize,
    /// How many of a thread's newest items a turn sees.
    ///
    /// Default: 500.
    #[schemars(range(min = 1, max = 100_000))]
    pub recent_items: usize,
    /// The largest size of those items together, in bytes of JSON; the oldest are left out first.
    ///
    /// Default: 4 MiB.
    #[schemars(range(min = 65_536, max = 1_073_741_824_u64))]
    pub recent_bytes: usize,
    /// How much memory the items of all threads may take together, in MiB, not counting running turns.
    ///
    /// Default: 64. Beyond it, actors without work retire, the least recently used first. A thread
    /// whose actor has retired is read from the store when it is next asked for. This field counts
    /// bytes; only its serialised form counts MiB.
    #[serde(rename = "memory_mib", with = "mebibytes")]
    #[schemars(with = "usize", range(min = 1, max = 1_048_576))]
    pub memory_budget_bytes: usize,
}

impl Default for ThreadSettings {
    fn default() -> Self {
        Self {
            max_waiting_turns: 4,
            idle_timeout: Duration::from_secs(5 * 60),
            draft_interval: Duration::from_secs(1),
            max_turn_bytes: 32 << 20,
            recent_items: 500,
            recent_bytes: 4 << 20,
            memory_budget_bytes: 64 << 20,
        }
    }
}

/// Writes a number of bytes in MiB, as people set it.
mod mebibytes {
    use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error};

    #[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes references")]
    pub fn serialize<S: Serializer>(bytes: &usize, serializer: S) -> Result<S::Ok, S::Error> {
        (bytes >> 20).serialize(serializer)
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<usize, D::Error> {
        usize::deserialize(deserializer)?
            .checked_mul(1 << 20)
            .ok_or_else(|| D::Error::custom("this is more memory than a machine can have"))
    }
}
