//! Countries and their regions: what may stand after the comma in `Portland, OR`.

use std::{collections::HashMap, sync::LazyLock};

use super::spelling::fold;

/// A country, or a territory with a country code of its own.
#[derive(Debug)]
pub struct Country {
    /// The ISO 3166 code in capitals.
    pub code: &'static str,
    /// The English name.
    pub name: &'static str,
    /// The name of a city in the gazetteer.
    pub capital: &'static str,
    /// Abbreviations, former and native names.
    pub other_names: Vec<&'static str>,
}

/// A state or province of a country where people name cities by it.
#[derive(Debug)]
pub struct Region {
    /// The ISO 3166 code of its country.
    pub country_code: &'static str,
    /// The customary abbreviation, unique in its country.
    pub code: &'static str,
    /// The English name.
    pub name: &'static str,
    /// The IANA name of the time zone of most of its people.
    pub time_zone: &'static str,
}

/// A part of the world with a name.
#[derive(Clone, Copy, Debug)]
pub enum Area {
    /// A country.
    Country(&'static Country),
    /// A part of a country.
    Region(&'static Region),
}

/// How a qualifier, such as the `OR` of `Portland, OR`, goes with a place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fit {
    /// The place lies there.
    Matches,
    /// The qualifier is none of the known areas: it may be a county, or a name in another language.
    Unknown,
    /// The place lies elsewhere.
    Contradicts,
}

static COUNTRIES: LazyLock<Vec<Country>> = LazyLock::new(|| {
    rows(include_str!("data/countries.tsv"))
        .map(|[code, name, capital, other_names]| Country {
            code,
            name,
            capital,
            other_names: names(other_names).collect(),
        })
        .collect()
});

static REGIONS: LazyLock<Vec<Region>> = LazyLock::new(|| {
    rows(include_str!("data/regions.tsv"))
        .map(|[country_code, code, name, time_zone]| Region { country_code, code, name, time_zone })
        .collect()
});

static BY_NAME: LazyLock<HashMap<String, Vec<Area>>> = LazyLock::new(|| {
    let mut by_name: HashMap<String, Vec<Area>> = HashMap::new();
    for country in COUNTRIES.iter() {
        for name in [country.code, country.name].iter().chain(&country.other_names) {
            by_name.entry(fold(name)).or_default().push(Area::Country(country));
        }
    }
    for region in REGIONS.iter() {
        for name in [region.code, region.name] {
            by_name.entry(fold(name)).or_default().push(Area::Region(region));
        }
    }
    by_name
});

/// Territories that people also write with the state they belong to, as in `Hong Kong, China`.
const PART_OF: &[(&str, &str)] = &[("HK", "CN"), ("MO", "CN"), ("PR", "US"), ("GL", "DK"), ("GI", "GB")];

/// All countries.
pub fn countries() -> &'static [Country] {
    &COUNTRIES
}

/// The country of an ISO 3166 code in capitals.
pub fn country(code: &str) -> Option<&'static Country> {
    COUNTRIES.iter().find(|country| country.code == code)
}

/// Every area of that name or code: `CA` is California as well as Canada.
pub fn named(name: &str) -> &'static [Area] {
    BY_NAME.get(&fold(name)).map_or(&[], Vec::as_slice)
}

/// The abbreviation of a region given in full, where its country has customary ones.
pub fn region_code(country_code: &str, region: &str) -> Option<&'static str> {
    let region = fold(region);
    REGIONS
        .iter()
        .find(|known| known.country_code == country_code && fold(known.name) == region)
        .map(|known| known.code)
}

/// Whether a place of that country, in divisions of those names, lies where the qualifier says.
pub fn fit(qualifier: &str, country_code: Option<&str>, divisions: &[&str]) -> Fit {
    let qualifier = fold(qualifier);
    let lies_in = |name: &str| divisions.iter().any(|division| fold(division) == name);
    if lies_in(&qualifier) {
        return Fit::Matches;
    }
    let Some(areas) = BY_NAME.get(&qualifier) else {
        return Fit::Unknown;
    };
    let matches = areas.iter().any(|area| match area {
        Area::Country(country) => {
            country_code.is_some_and(|code| code == country.code || PART_OF.contains(&(code, country.code)))
        }
        Area::Region(region) => country_code == Some(region.country_code) && lies_in(&fold(region.name)),
    });
    if matches { Fit::Matches } else { Fit::Contradicts }
}

/// The rows of a table: tab-separated, `#` starts a comment line.
///
/// The tables are part of the program, and tests read every row of them.
pub(super) fn rows<const COLUMNS: usize>(
    table: &'static str,
) -> impl Iterator<Item = [&'static str; COLUMNS]> {
    table.lines().filter(|line| !line.is_empty() && !line.starts_with('#')).map(|line| {
        let columns: Vec<&str> = line.split('\t').collect();
        columns.try_into().expect("every row has all columns, since the tests read every row")
    })
}

/// The names in one column, separated by semicolons.
pub(super) fn names(column: &'static str) -> impl Iterator<Item = &'static str> {
    column.split(';').filter(|name| !name.is_empty())
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn every_row_can_be_read() {
        assert!(COUNTRIES.len() > 190);
        assert!(REGIONS.len() > 70);
        for country in COUNTRIES.iter() {
            assert!(country.code.len() == 2 && country.code == country.code.to_uppercase());
        }
        let codes: HashSet<_> = COUNTRIES.iter().map(|country| country.code).collect();
        assert_eq!(codes.len(), COUNTRIES.len(), "a country code stands twice");
        for region in REGIONS.iter() {
            assert!(codes.contains(region.country_code), "{}", region.name);
            assert!(super::super::time_zone::named(region.time_zone).is_some(), "{}", region.name);
        }
    }

    #[test]
    fn a_qualifier_fits_by_code_name_or_division() {
        let seattle = |qualifier| fit(qualifier, Some("US"), &["Washington", "King County"]);
        for qualifier in ["WA", "wa", "Washington", "US", "U.S.A.", "America", "king county"] {
            assert_eq!(seattle(qualifier), Fit::Matches, "{qualifier}");
        }
        for qualifier in ["OR", "France", "CA", "Western Australia"] {
            assert_eq!(seattle(qualifier), Fit::Contradicts, "{qualifier}");
        }
        assert_eq!(seattle("Puget Sound"), Fit::Unknown);
    }

    #[test]
    fn one_code_may_mean_two_areas() {
        assert_eq!(fit("CA", Some("CA"), &["Ontario"]), Fit::Matches);
        assert_eq!(fit("CA", Some("US"), &["California"]), Fit::Matches);
        assert_eq!(fit("GA", Some("US"), &["Georgia"]), Fit::Matches);
    }

    #[test]
    fn a_territory_may_be_written_with_its_state() {
        assert_eq!(fit("China", Some("HK"), &["Hong Kong"]), Fit::Matches);
        assert_eq!(fit("Japan", Some("HK"), &["Hong Kong"]), Fit::Contradicts);
    }
}
