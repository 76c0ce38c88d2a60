//! The sky in one word.

use std::fmt;

use serde::Serialize;

/// What the weather looks like.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Condition {
    /// Clear or mostly clear, by day.
    Sunny,
    /// Clear or mostly clear, by night.
    ClearNight,
    /// Sun or stars between clouds.
    PartlyCloudy,
    /// Overcast.
    Cloudy,
    /// Fog, mist or haze.
    Foggy,
    /// Light, fine rain.
    Drizzle,
    /// Rain or showers of rain.
    Rainy,
    /// Rain or drizzle that freezes on the ground.
    FreezingRain,
    /// Snow, or showers of snow.
    Snowy,
    /// Thunderstorms.
    Stormy,
}

impl Condition {
    /// Every condition, fair weather first.
    pub const ALL: [Self; 10] = [
        Self::Sunny,
        Self::ClearNight,
        Self::PartlyCloudy,
        Self::Cloudy,
        Self::Foggy,
        Self::Drizzle,
        Self::Rainy,
        Self::FreezingRain,
        Self::Snowy,
        Self::Stormy,
    ];

    /// Reads a weather code of the WMO (table 4677, "present weather") as Open-Meteo sends it.
    ///
    /// Open-Meteo documents about twenty codes. Whole decades around them are accepted too, so that a server
    /// with finer codes is understood. None: the code says nothing about the sky.
    pub fn from_wmo(code: u8, is_day: bool) -> Option<Self> {
        Some(match code {
            0 | 1 if is_day => Self::Sunny,
            0 | 1 => Self::ClearNight,
            2 => Self::PartlyCloudy,
            3 => Self::Cloudy,
            4 | 5 | 10..=12 | 40..=49 => Self::Foggy,
            50..=55 | 58 | 59 => Self::Drizzle,
            56 | 57 | 66 | 67 => Self::FreezingRain,
            60..=65 | 80..=82 => Self::Rainy,
            68..=79 | 83..=86 => Self::Snowy,
            17 | 87..=99 => Self::Stormy,
            _ => return None,
        })
    }

    /// The word for people.
    pub fn label(self) -> &'static str {
        match self {
            Self::Sunny => "Sunny",
            Self::ClearNight => "Clear",
            Self::PartlyCloudy => "Partly cloudy",
            Self::Cloudy => "Cloudy",
            Self::Foggy => "Foggy",
            Self::Drizzle => "Drizzle",
            Self::Rainy => "Rainy",
            Self::FreezingRain => "Freezing rain",
            Self::Snowy => "Snowy",
            Self::Stormy => "Stormy",
        }
    }
}

impl fmt::Display for Condition {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.label())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_that_open_meteo_documents_is_read() {
        let documented = [
            (0, Condition::Sunny),
            (1, Condition::Sunny),
            (2, Condition::PartlyCloudy),
            (3, Condition::Cloudy),
            (45, Condition::Foggy),
            (48, Condition::Foggy),
            (51, Condition::Drizzle),
            (53, Condition::Drizzle),
            (55, Condition::Drizzle),
            (56, Condition::FreezingRain),
            (57, Condition::FreezingRain),
            (61, Condition::Rainy),
            (63, Condition::Rainy),
            (65, Condition::Rainy),
            (66, Condition::FreezingRain),
            (67, Condition::FreezingRain),
            (71, Condition::Snowy),
            (73, Condition::Snowy),
            (75, Condition::Snowy),
            (77, Condition::Snowy),
            (80, Condition::Rainy),
            (81, Condition::Rainy),
            (82, Condition::Rainy),
            (85, Condition::Snowy),
            (86, Condition::Snowy),
            (95, Condition::Stormy),
            (96, Condition::Stormy),
            (99, Condition::Stormy),
        ];
        for (code, condition) in documented {
            assert_eq!(Condition::from_wmo(code, true), Some(condition), "code {code}");
        }
    }

    #[test]
    fn the_sun_does_not_shine_at_night() {
        assert_eq!(Condition::from_wmo(0, false), Some(Condition::ClearNight));
        assert_eq!(Condition::from_wmo(61, false), Some(Condition::Rainy));
    }

    #[test]
    fn a_code_beyond_the_table_is_no_condition() {
        assert_eq!(Condition::from_wmo(100, true), None);
    }
}
