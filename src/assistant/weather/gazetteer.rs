//! The world's capitals and large cities, known without a network.

use std::{
    collections::{HashMap, HashSet},
    sync::LazyLock,
};

use super::{
    areas::{self, Area, Country, Fit},
    place::Place,
    query::{LocationQuery, Reading},
    spelling::{fold, is_slip},
    time_zone,
};

/// How many cities are suggested for an unknown name.
const MAX_SUGGESTIONS: usize = 3;

/// The table of world cities that comes with the program.
pub struct Gazetteer {
    cities: Vec<City>,
    /// Folded name → indexes of cities, best known first. Countries lead to their capitals.
    by_name: HashMap<String, Vec<usize>>,
    /// Lower-case IANA zone → index of the city it is named after, or of the first one in it.
    by_zone: HashMap<String, usize>,
}

/// A city of the [`Gazetteer`].
#[derive(Debug)]
pub struct City {
    name: &'static str,
    other_names: Vec<&'static str>,
    region: Option<&'static str>,
    country: &'static Country,
    latitude: f64,
    longitude: f64,
    elevation_m: f64,
    time_zone: &'static str,
}

impl City {
    /// Where it is.
    #[expect(clippy::missing_panics_doc, reason = "the invariant holds for every row of the table")]
    pub fn place(&self) -> Place {
        Place {
            name: self.name.to_owned(),
            region: self.region.map(str::to_owned),
            country: Some(self.country.name.to_owned()),
            country_code: Some(self.country.code.to_owned()),
            latitude: self.latitude,
            longitude: self.longitude,
            time_zone: time_zone::named(self.time_zone)
                .expect("the bundled time zones hold every zone of the table, as a test shows"),
        }
    }

    /// How high it lies, in metres; 0 near the sea.
    pub fn elevation_m(&self) -> f64 {
        self.elevation_m
    }

    /// How well all qualifiers together fit this city.
    fn fit(&self, qualifiers: &[String]) -> Fit {
        let divisions = [self.region.unwrap_or(self.country.name), self.country.name];
        let mut overall = Fit::Matches;
        for qualifier in qualifiers {
            match areas::fit(qualifier, Some(self.country.code), &divisions) {
                Fit::Matches => {}
                Fit::Unknown => overall = Fit::Unknown,
                Fit::Contradicts => return Fit::Contradicts,
            }
        }
        overall
    }

    fn lies_in(&self, area: &Area) -> bool {
        match area {
            Area::Country(country) => self.country.code == country.code,
            Area::Region(region) => {
                self.country.code == region.country_code && self.region == Some(region.name)
            }
        }
    }
}

impl Gazetteer {
    /// The table, which is read at the first use.
    pub fn bundled() -> &'static Self {
        static BUNDLED: LazyLock<Gazetteer> = LazyLock::new(Gazetteer::read);
        &BUNDLED
    }

    fn read() -> Self {
        let cities: Vec<City> = areas::rows(include_str!("data/cities.tsv")).map(city).collect();

        let mut by_name: HashMap<String, Vec<usize>> = HashMap::new();
        let mut by_zone: HashMap<String, usize> = HashMap::new();
        for (index, city) in cities.iter().enumerate() {
            for name in [city.name].iter().chain(&city.other_names) {
                add_namesake(&mut by_name, name, index);
            }
            let zone = city.time_zone.to_lowercase();
            let names_its_zone = zone.rsplit('/').next().is_some_and(|last| fold(last) == fold(city.name));
            if names_its_zone || !by_zone.contains_key(&zone) {
                by_zone.insert(zone, index);
            }
        }
        for country in areas::countries() {
            let capital = cities
                .iter()
                .position(|city| city.name == country.capital && city.country.code == country.code);
            let capital = capital.expect("every capital is a city of the table, as a test shows");
            for name in [country.name].iter().chain(&country.other_names) {
                add_namesake(&mut by_name, name, capital);
            }
        }
        Self { cities, by_name, by_zone }
    }

    /// All cities, in the order of the table.
    pub fn cities(&self) -> &[City] {
        &self.cities
    }

    /// The city that the query certainly means: its name is spelt correctly, and it lies where the query says.
    /// A country stands for its capital, an IANA zone for the city it is named after.
    pub fn find(&self, query: &LocationQuery) -> Option<&City> {
        query
            .readings()
            .iter()
            .find_map(|reading| self.called(reading, |fit| fit == Fit::Matches))
            .or_else(|| self.by_zone.get(&query.text().to_lowercase()).map(|&index| &self.cities[index]))
    }

    /// The city that the query most likely means. Unlike [`Gazetteer::find`], this forgives a misspelling if
    /// only one city is that close, and a qualifier that nobody knows.
    pub fn find_similar(&self, query: &LocationQuery) -> Option<&City> {
        let readings = query.readings();
        let possible = |fit| fit != Fit::Contradicts;
        self.find(query)
            .or_else(|| readings.iter().find_map(|reading| self.called(reading, possible)))
            .or_else(|| readings.iter().find_map(|reading| self.nearly_called(reading)))
    }

    /// Labels of cities that an unknown location may have meant, best first.
    pub fn suggest(&self, query: &LocationQuery) -> Vec<String> {
        let readings = query.readings();
        let namesakes = readings.iter().flat_map(|reading| self.namesakes(&reading.name));
        let inhabitants = readings.iter().flat_map(|reading| {
            let areas = areas::named(&reading.name);
            self.cities.iter().filter(move |city| areas.iter().any(|area| city.lies_in(area)))
        });
        let similar = readings.iter().flat_map(|reading| self.similar(&fold(&reading.name)));

        let mut suggestions = Vec::with_capacity(MAX_SUGGESTIONS);
        for city in namesakes.chain(inhabitants).chain(similar) {
            let label = city.place().label();
            if !suggestions.contains(&label) {
                suggestions.push(label);
            }
            if suggestions.len() == MAX_SUGGESTIONS {
                break;
            }
        }
        suggestions
    }

    /// The best-known city of exactly this name that the qualifiers fit well enough.
    fn called(&self, reading: &Reading, is_good_enough: impl Fn(Fit) -> bool) -> Option<&City> {
        let fitting =
            || self.namesakes(&reading.name).filter(|city| is_good_enough(city.fit(&reading.qualifiers)));
        // Accents distinguish San José, Costa Rica from San Jose, CA.
        let typed = reading.name.to_lowercase();
        fitting().find(|city| city.name.to_lowercase() == typed).or_else(|| fitting().next())
    }

    /// The city whose name is nearly this one, if there is only one.
    fn nearly_called(&self, reading: &Reading) -> Option<&City> {
        let typed = fold(&reading.name);
        let close: HashSet<usize> = self
            .by_name
            .iter()
            .filter(|(name, _)| is_slip(&typed, name))
            .flat_map(|(_, indexes)| indexes.iter().copied())
            .filter(|&index| self.cities[index].fit(&reading.qualifiers) != Fit::Contradicts)
            .collect();
        let mut close = close.into_iter();
        match (close.next(), close.next()) {
            (Some(only), None) => Some(&self.cities[only]),
            _ => None,
        }
    }

    fn namesakes<'a>(&'a self, name: &str) -> impl Iterator<Item = &'a City> + use<'a> {
        self.by_name.get(&fold(name)).into_iter().flatten().map(|&index| &self.cities[index])
    }

    /// Cities whose names look like this one, closest first.
    fn similar(&self, typed: &str) -> Vec<&City> {
        const LOOKS_ALIKE: f64 = 0.85;
        let mut close: Vec<(f64, usize)> = self
            .by_name
            .iter()
            .map(|(name, indexes)| (strsim::jaro_winkler(typed, name), indexes[0]))
            .filter(|(likeness, _)| *likeness >= LOOKS_ALIKE)
            .collect();
        // The index settles ties, so that the answer does not depend on the map's order.
        close.sort_by(|(left, left_index), (right, right_index)| {
            right.total_cmp(left).then(left_index.cmp(right_index))
        });
        close.into_iter().map(|(_, index)| &self.cities[index]).collect()
    }
}

fn city(
    [name, other_names, region, country, latitude, longitude, time_zone, elevation]: [&'static str; 8],
) -> City {
    City {
        name,
        other_names: areas::names(other_names).collect(),
        region: (!region.is_empty()).then_some(region),
        country: areas::country(country)
            .expect("every country of the table is known, since the tests read every row"),
        latitude: number(latitude),
        longitude: number(longitude),
        elevation_m: if elevation.is_empty() { 0.0 } else { number(elevation) },
        time_zone,
    }
}

/// Adds a city behind its better-known namesakes, once.
fn add_namesake(by_name: &mut HashMap<String, Vec<usize>>, name: &str, city: usize) {
    let namesakes = by_name.entry(fold(name)).or_default();
    if !namesakes.contains(&city) {
        namesakes.push(city);
    }
}

fn number(column: &str) -> f64 {
    column.parse().expect("every number of the table is one, since the tests read every row")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn query(text: &str) -> LocationQuery {
        LocationQuery::parse(text).unwrap()
    }

    fn found(text: &str) -> Option<String> {
        Gazetteer::bundled().find(&query(text)).map(|city| city.place().label())
    }

    fn similar(text: &str) -> Option<String> {
        Gazetteer::bundled().find_similar(&query(text)).map(|city| city.place().label())
    }

    #[test]
    fn every_row_is_sound() {
        let cities = Gazetteer::bundled().cities();
        assert!(cities.len() >= 300);
        let mut seen = HashSet::new();
        for city in cities {
            let name = city.name;
            assert!(!name.is_empty());
            assert!((-90.0..=90.0).contains(&city.latitude), "{name}");
            assert!((-180.0..=180.0).contains(&city.longitude), "{name}");
            assert!((0.0..=4000.0).contains(&city.elevation_m()), "{name}");
            assert!(time_zone::named(city.time_zone).is_some(), "{name}: {}", city.time_zone);
            assert!(seen.insert((fold(name), city.country.code)), "{name} stands twice");
            if matches!(city.country.code, "US" | "CA" | "AU" | "GB") {
                let region = city.region.expect(name);
                assert!(areas::region_code(city.country.code, region).is_some(), "{name}");
            }
        }
    }

    #[test]
    fn every_zone_lies_where_its_city_does() {
        // A zone is at most a few hours off the sun, so a swapped sign or zone shows.
        let noon: jiff::Timestamp = "2026-01-15T12:00:00Z".parse().unwrap();
        for city in Gazetteer::bundled().cities() {
            let place = city.place();
            let clock_hours = f64::from(place.time_zone.to_offset(noon).seconds()) / 3600.0;
            let sun_hours = place.longitude / 15.0;
            let apart = (clock_hours - sun_hours + 36.0).rem_euclid(24.0) - 12.0;
            assert!(apart.abs() < 3.6, "{}: {apart} h", city.name);
        }
    }

    #[test]
    fn the_cities_of_the_selector_are_known_by_their_labels() {
        for label in [
            "Seattle, WA",
            "New York, NY",
            "San Francisco, CA",
            "Chicago, IL",
            "Miami, FL",
            "Austin, TX",
            "Boston, MA",
            "Denver, CO",
            "Portland, OR",
            "Atlanta, GA",
        ] {
            assert_eq!(found(label).as_deref(), Some(label));
        }
    }

    #[test]
    fn cities_are_found_however_people_write_them() {
        for (text, label) in [
            ("Tokyo", "Tokyo, Japan"),
            ("tokyo", "Tokyo, Japan"),
            ("in tokyo", "Tokyo, Japan"),
            ("TOKYO, JAPAN", "Tokyo, Japan"),
            ("東京", "Tokyo, Japan"),
            ("東京, 日本", "Tokyo, Japan"),
            ("トーキョー", "Tokyo, Japan"),
            ("北京", "Beijing, China"),
            ("Peking", "Beijing, China"),
            ("Москва", "Moscow, Russia"),
            ("القاهرة", "Cairo, Egypt"),
            ("서울", "Seoul, South Korea"),
            ("Αθήνα", "Athens, Greece"),
            ("दिल्ली", "New Delhi, India"),
            ("กรุงเทพ", "Bangkok, Thailand"),
            ("München", "Munich, Germany"),
            ("munchen", "Munich, Germany"),
            ("Muenchen", "Munich, Germany"),
            ("Munich, Germany", "Munich, Germany"),
            ("Köln", "Cologne, Germany"),
            ("Zurich", "Zürich, Switzerland"),
            ("são paulo", "São Paulo, Brazil"),
            ("SAO PAULO, BR", "São Paulo, Brazil"),
            ("New York City", "New York, NY"),
            ("NYC", "New York, NY"),
            ("New York, New York", "New York, NY"),
            ("Seattle WA", "Seattle, WA"),
            ("Seattle, Washington, United States", "Seattle, WA"),
            ("washington, d.c.", "Washington, DC"),
            ("Washington", "Washington, DC"),
            ("LA", "Los Angeles, CA"),
            ("Paris", "Paris, France"),
            ("Paris, FR", "Paris, France"),
            ("London, UK", "London, United Kingdom"),
            ("London, England", "London, United Kingdom"),
            ("Edinburgh, Scotland", "Edinburgh, United Kingdom"),
            ("Birmingham", "Birmingham, United Kingdom"),
            ("Birmingham, AL", "Birmingham, AL"),
            ("Hyderabad, Pakistan", "Hyderabad, Pakistan"),
            ("San José", "San José, Costa Rica"),
            ("San Jose", "San Jose, CA"),
            ("St Petersburg", "Saint Petersburg, Russia"),
            ("the hague", "The Hague, Netherlands"),
            ("Hong Kong, China", "Hong Kong"),
            ("Sydney, NSW", "Sydney, Australia"),
            ("Japan", "Tokyo, Japan"),
            ("UK", "London, United Kingdom"),
            ("the Netherlands", "Amsterdam, Netherlands"),
            ("Deutschland", "Berlin, Germany"),
            ("Georgia", "Tbilisi, Georgia"),
            ("Singapore", "Singapore"),
            ("Asia/Tokyo", "Tokyo, Japan"),
            ("America/New_York", "New York, NY"),
            ("europe/paris", "Paris, France"),
        ] {
            assert_eq!(found(text).unwrap_or_default(), label, "{text}");
        }
    }

    #[test]
    fn a_city_elsewhere_is_not_the_one_that_was_meant() {
        for text in ["Portland, ME", "Paris, Texas", "London, Ontario", "Paris Texas", "Moscow, ID"] {
            assert_eq!(similar(text), None, "{text}");
        }
    }

    #[test]
    fn a_slip_is_forgiven_where_one_city_is_that_close() {
        for (text, label) in [
            ("Sydny", "Sydney, Australia"),
            ("Chciago", "Chicago, IL"),
            ("Copenhagan", "Copenhagen, Denmark"),
            ("Torronto, Canada", "Toronto, Canada"),
            ("San Fransisco", "San Francisco, CA"),
            ("Munich, Bayern", "Munich, Germany"),
        ] {
            assert_eq!(found(text), None, "{text}");
            assert_eq!(similar(text).as_deref(), Some(label), "{text}");
        }
        for text in ["Atlantis", "Bolton", "York", "Torronto, Japan", "xyzzy", "東"] {
            assert_eq!(similar(text), None, "{text}");
        }
    }

    #[test]
    fn suggestions_are_namesakes_then_inhabitants_then_lookalikes() {
        let suggest = |text| Gazetteer::bundled().suggest(&query(text));
        assert_eq!(suggest("Paris, Texas")[0], "Paris, France");
        assert_eq!(suggest("Texas"), ["Austin, TX", "Houston, TX", "Dallas, TX"]);
        assert!(suggest("Bolton").contains(&"Boston, MA".to_owned()));
        assert!(suggest("Tokyp").contains(&"Tokyo, Japan".to_owned()));
        assert_eq!(suggest("Qqqqq"), Vec::<String>::new());
    }
}
