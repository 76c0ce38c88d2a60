//! What one client may send, and how long what it sent is kept without use.

use std::time::Duration;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_with::{As, DurationSecondsWithFrac};

/// What one client may send, for [`ChatKitBuilder::limits`](crate::ChatKitBuilder::limits).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
#[non_exhaustive]
pub struct Limits {
    /// The largest request to `/chatkit`, in bytes.
    ///
    /// Default: 10 MiB. A larger request is answered 413.
    #[schemars(range(min = 1_024, max = 1_073_741_824))]
    pub max_body_bytes: usize,
    /// The largest text of a message, in bytes.
    ///
    /// Default: 1 MiB. A longer text is answered 413.
    #[schemars(range(min = 1, max = 1_073_741_824))]
    pub max_message_bytes: usize,
    /// The largest uploaded file, in bytes.
    ///
    /// Default: 20 MiB. A larger file is answered 413.
    #[schemars(range(min = 1, max = 68_719_476_736_u64))]
    pub max_upload_bytes: u64,
    /// How long an uploaded file that no message names is kept, in seconds.
    ///
    /// Default: one day. The longest time, a thousand years, means that files stay.
    #[serde(with = "As::<DurationSecondsWithFrac<f64>>")]
    #[schemars(with = "f64", range(min = 1, max = 31_536_000_000_u64))]
    pub upload_expiry: Duration,
    /// How long a stream may be silent before a heartbeat is sent, in seconds, so that proxies keep it open.
    ///
    /// Default: 15.
    #[serde(with = "As::<DurationSecondsWithFrac<f64>>")]
    #[schemars(with = "f64", range(min = 1, max = 3_600))]
    pub heartbeat: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            max_body_bytes: 10 << 20,
            max_message_bytes: 1 << 20,
            max_upload_bytes: 20 << 20,
            upload_expiry: Duration::from_secs(24 * 60 * 60),
            heartbeat: Duration::from_secs(15),
        }
    }
}
