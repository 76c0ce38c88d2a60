//! Moments as ChatKit writes them: RFC 3339, UTC, six fraction digits.

use std::fmt;

use jiff::{civil, fmt::temporal::DateTimePrinter, tz::TimeZone};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// A moment with microsecond precision.
///
/// Written as `2025-01-02T03:04:05.678901Z`. Read with `Z`, with an offset, or naive; a naive one
/// is local to the reader, as the reference writes it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(with = "String", inline))]
pub struct Timestamp(jiff::Timestamp);

const PRINTER: DateTimePrinter = DateTimePrinter::new().precision(Some(6));

impl Timestamp {
    /// The present moment.
    pub fn now() -> Self {
        Self::from_microsecond(jiff::Timestamp::now().as_microsecond())
            .unwrap_or(Self(jiff::Timestamp::UNIX_EPOCH))
    }

    /// Microseconds since 1970-01-01T00:00:00Z.
    pub fn as_microsecond(self) -> i64 {
        self.0.as_microsecond()
    }

    /// The moment that many microseconds after 1970-01-01T00:00:00Z, if a calendar reaches it.
    pub fn from_microsecond(microsecond: i64) -> Option<Self> {
        jiff::Timestamp::from_microsecond(microsecond).ok().map(Self)
    }
}

impl From<jiff::Timestamp> for Timestamp {
    fn from(timestamp: jiff::Timestamp) -> Self {
        Self::from_microsecond(timestamp.as_microsecond()).unwrap_or(Self(timestamp))
    }
}

impl From<Timestamp> for jiff::Timestamp {
    fn from(timestamp: Timestamp) -> Self {
        timestamp.0
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        PRINTER.print_timestamp(&self.0, jiff::fmt::StdFmtWrite(formatter)).map_err(|_| fmt::Error)
    }
}

impl std::str::FromStr for Timestamp {
    type Err = jiff::Error;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text.parse::<jiff::Timestamp>() {
            Ok(aware) => Ok(aware.into()),
            Err(_) => {
                let naive: civil::DateTime = text.parse()?;
                Ok(naive.to_zoned(TimeZone::system())?.timestamp().into())
            }
        }
    }
}

impl Serialize for Timestamp {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Timestamp {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn always_six_fraction_digits_and_z() {
        let read = |text: &str| text.parse::<Timestamp>().unwrap().to_string();
        assert_eq!(read("2025-01-02T03:04:05Z"), "2025-01-02T03:04:05.000000Z");
        assert_eq!(read("2025-01-02T03:04:05.678901Z"), "2025-01-02T03:04:05.678901Z");
        assert_eq!(read("2025-01-02T05:04:05.6+02:00"), "2025-01-02T03:04:05.600000Z");
    }

    #[test]
    fn naive_times_are_local_to_the_reader() {
        let naive: Timestamp = "2025-01-02T03:04:05.678901".parse().unwrap();
        let local = jiff::Timestamp::from(naive).to_zoned(TimeZone::system()).datetime();
        assert_eq!(local.to_string(), "2025-01-02T03:04:05.678901");
    }

    #[test]
    fn now_survives_a_round_trip() {
        let now = Timestamp::now();
        assert_eq!(now.to_string().parse::<Timestamp>().unwrap(), now);
        assert_eq!(Timestamp::from_microsecond(now.as_microsecond()), Some(now));
    }
}
