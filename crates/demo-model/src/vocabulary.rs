//! The words the demo model knows, in lower case and without apostrophes.
//!
//! The lists keep their own line breaks: rustfmt would give every word a line.

/// Words that ask for the weather by themselves.
#[rustfmt::skip]
pub(super) const WEATHER: &[&str] = &[
    "weather", "forecast", "temperature", "temperatures", "umbrella", "rain", "raining", "rainy", "rains",
    "snow", "snowing", "snowy", "snows", "sunny", "sunshine", "cloudy", "windy", "humidity", "humid",
    "foggy", "drizzle", "thunderstorm", "thunderstorms", "météo", "meteo", "clima", "погода", "pogoda",
    "weer", "väder", "날씨", "temp",
];

/// Words that are recognised even with a typing mistake.
#[rustfmt::skip]
pub(super) const WEATHER_LIKE: &[&str] = &[
    "weather", "forecast", "temperature", "umbrella", "humidity", "raining",
];

/// The same in scripts without spaces, to be found inside a word.
#[rustfmt::skip]
pub(super) const WEATHER_INSIDE: &[&str] = &[
    "天気", "天气", "天氣", "気温", "气温", "氣溫", "날씨", "อากาศ",
];

/// Words that ask for the weather only in a question such as "is it …" or "how … is …".
#[rustfmt::skip]
pub(super) const WEATHER_WEAK: &[&str] = &[
    "hot", "cold", "warm", "cool", "chilly", "freezing", "storm", "stormy", "wind", "jacket", "coat",
    "sunscreen", "wear", "sweater", "wet", "dry", "degrees", "wetter", "raincoat", "boots", "pack",
    "packing",
];

/// Questions that make a weak word ask for the weather.
#[rustfmt::skip]
pub(super) const WEATHER_QUESTIONS: &[&str] = &[
    "is it", "will it", "is it going", "should i", "do i need", "to wear", "i wear", "how hot", "how cold",
    "how warm", "how cool", "how chilly", "how wet", "how dry", "how much wind", "how strong",
    "how many degrees", "wie ist das", "is it that", "does it get", "how does it feel", "what is it like",
    "i need a", "wie wird das",
];

/// Questions for the weather in other languages.
#[rustfmt::skip]
pub(super) const WEATHER_PHRASES: &[&str] = &[
    "wetter in", "das wetter", "quel temps", "temps fait", "tiempo hace", "el tiempo", "che tempo",
    "o tempo", "how is it outside", "what is it like outside", "like outside",
];

/// Phrases that ask for the time.
#[rustfmt::skip]
pub(super) const TIME: &[&str] = &[
    "what time", "current time", "the time", "local time", "time in", "time is", "time now", "time zone",
    "timezone", "todays date", "today date", "the date", "what date", "what day is", "which day is", "utc",
    "clock", "time at", "time right now", "current date", "wie spät", "uhrzeit", "quelle heure", "qué hora",
    "que hora", "que horas", "che ore", "time here", "date today", "what is today", "time difference",
];

/// Phrases with "time" that do not ask for it.
#[rustfmt::skip]
pub(super) const NOT_TIME: &[&str] = &[
    "all the time", "the time being", "for the first time", "the time when", "by the time",
];

/// The same in scripts without spaces.
#[rustfmt::skip]
pub(super) const TIME_INSIDE: &[&str] = &[
    "何時", "几点", "幾點", "몇시", "何时", "時間", "时间",
];

/// Words that go on with what was asked before.
#[rustfmt::skip]
pub(super) const LEADS: &[&str] = &[
    "and", "what about", "how about", "also", "what of", "same for", "same in", "then", "or", "but",
    "ok and", "okay and", "now", "same question for", "und", "et", "y",
];

/// Words between a question and its place. Those in [`WEAK_PREPOSITIONS`] need more evidence.
#[rustfmt::skip]
pub(super) const PREPOSITIONS: &[&str] = &[
    "in", "near", "around", "within", "à", "en", "em", "für", "в", "во", "for", "at", "of", "to", "from",
    "between",
];

/// Prepositions that do not show by themselves that a place follows.
#[rustfmt::skip]
pub(super) const WEAK_PREPOSITIONS: &[&str] = &[
    "for", "at", "of", "to", "from",
];

/// Words that separate places.
#[rustfmt::skip]
pub(super) const CONJUNCTIONS: &[&str] = &[
    "and", "or", "vs", "versus", "&", "und", "et", "y", "plus", "than",
];

/// Words that are no part of a place's name.
#[rustfmt::skip]
pub(super) const STOP: &[&str] = &[
    "right", "now", "today", "todays", "tonight", "tomorrow", "tomorrows", "yesterday", "currently",
    "please", "pls", "plz", "this", "next", "on", "during", "is", "are", "was", "were", "will", "would",
    "be", "been", "being", "compared", "like", "look", "looks", "looking", "feel", "feels", "time", "date",
    "hour", "hours", "minutes", "clock", "utc", "gmt", "what", "whats", "how", "hows", "when", "where",
    "why", "who", "which", "the", "a", "an", "my", "your", "our", "it", "its", "that", "thats", "these",
    "those", "there", "here", "i", "im", "ill", "you", "we", "me", "us", "he", "she", "they", "them", "do",
    "does", "did", "dont", "can", "could", "should", "shall", "may", "might", "have", "has", "had", "get",
    "gets", "give", "tell", "show", "let", "know", "want", "need", "check", "see", "find", "say", "says",
    "with", "about", "also", "too", "again", "then", "just", "really", "very", "much", "so", "if", "going",
    "go", "gonna", "outside", "inside", "moment", "degrees", "degree", "celsius", "fahrenheit", "hello",
    "hi", "hey", "thanks", "thank", "thx", "ok", "okay", "yes", "no", "not", "sure", "good", "morning",
    "afternoon", "evening", "night", "noon", "midnight", "week", "weekend", "weekends", "month", "year",
    "day", "days", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday", "january",
    "february", "march", "april", "june", "july", "august", "september", "october", "november", "december",
    "summer", "winter", "spring", "autumn", "current", "local", "zone", "timezone", "conditions",
    "condition", "report", "update", "info", "information", "details", "detail", "latest", "any", "some",
    "every", "all", "both", "each", "city", "cities", "town", "area", "place", "places", "country",
    "region", "world", "general", "total", "advance", "mind", "short", "home", "bring", "take", "taking",
    "visiting", "visit", "travelling", "traveling", "travel", "trip", "flying", "later", "soon", "early",
    "late", "mean", "think", "difference", "different", "better", "worse", "worst", "versus", "one", "ones",
    "expected", "expect", "happening", "compare", "comparison", "many", "few", "only", "more", "less",
    "most", "as", "well", "off", "up", "out", "into", "over", "under", "was", "colder", "warmer", "hotter",
    "cooler", "windier", "wetter", "wettest", "sunnier", "hottest", "coldest", "warmest", "coolest",
    "windiest", "sunniest", "humidest", "describe", "explain", "write", "make", "create", "translate",
    "calculate", "help", "try", "use", "question", "answer", "instead", "rather", "actually", "by", "ist",
    "das", "wie", "der", "die", "heute", "morgen", "est", "il", "quel", "quelle", "fait", "temps",
    "aujourdhui", "qué", "que", "hace", "tiempo", "el", "hoy", "está", "esta", "como", "cómo", "o", "tempo",
    "hoje", "che", "fa", "oggi", "wetter", "spät", "es", "uhrzeit", "heure", "hora", "horas", "сейчас",
    "какая", "сегодня", "weathers", "cloud", "clouds", "rainfall", "sun", "everyone", "someone", "anything",
    "something", "image", "picture", "photo", "same", "still", "already", "yet", "ever", "never", "least",
    "even", "maybe", "perhaps", "however", "wow", "cool", "great", "best",
];

/// Ordinary words that are also towns: they are taken for one only after a preposition.
#[rustfmt::skip]
pub(super) const SELDOM_PLACES: &[&str] = &[
    "nice", "reading", "bath", "mobile", "orange", "split", "cork", "hull", "male", "moss", "lol", "haha",
    "wait", "love",
];

/// Words that are no place alone, and begin the names of some: Great Yarmouth, Sun Valley.
#[rustfmt::skip]
pub(super) const NAME_BEGINNINGS: &[&str] = &[
    "great", "spring", "sun", "winter", "cold", "snow",
];

/// Words that end the names of some: Cape Town, Mexico City.
#[rustfmt::skip]
pub(super) const NAME_ENDINGS: &[&str] = &[
    "city", "town",
];

/// Names that begin with "the".
#[rustfmt::skip]
pub(super) const WITH_ARTICLE: &[&str] = &[
    "hague", "netherlands", "bahamas", "bronx", "philippines", "maldives", "gambia", "hamptons", "vatican",
    "seychelles", "azores",
];

/// Pairs that an "and" joins into one name.
#[rustfmt::skip]
pub(super) const JOINED: &[(&str, &str)] = &[
    ("trinidad", "tobago"), ("bosnia", "herzegovina"), ("antigua", "barbuda"), ("brighton", "hove"),
    ("kitts", "nevis"), ("turks", "caicos"), ("newfoundland", "labrador"), ("tyne", "wear"),
];

/// Short names people use for cities.
#[rustfmt::skip]
pub(super) const ALIASES: &[(&str, &str)] = &[
    ("nyc", "New York, NY"), ("new york city", "New York, NY"), ("ny", "New York, NY"),
    ("la", "Los Angeles, CA"), ("l.a", "Los Angeles, CA"), ("sf", "San Francisco, CA"),
    ("dc", "Washington, DC"), ("d.c", "Washington, DC"), ("philly", "Philadelphia, PA"),
    ("vegas", "Las Vegas, NV"), ("cdmx", "Mexico City"), ("bcn", "Barcelona"),
];

/// The postal codes of US states.
#[rustfmt::skip]
pub(super) const STATE_CODES: &[&str] = &[
    "AL", "AK", "AZ", "AR", "CA", "CO", "CT", "DE", "DC", "FL", "GA", "HI", "ID", "IL", "IN", "IA", "KS",
    "KY", "LA", "ME", "MD", "MA", "MI", "MN", "MS", "MO", "MT", "NE", "NV", "NH", "NJ", "NM", "NY", "NC",
    "ND", "OH", "OK", "OR", "PA", "RI", "SC", "SD", "TN", "TX", "UT", "VT", "VA", "WA", "WV", "WI", "WY",
];

/// States and countries that follow a city and a comma: "Paris, France". A city of that name as
/// well (Singapore, Luxembourg, New York) is not here: in a list it is its own place.
#[rustfmt::skip]
pub(super) const REGIONS: &[&str] = &[
    "alabama", "alaska", "arizona", "arkansas", "california", "colorado", "connecticut", "delaware",
    "florida", "georgia", "hawaii", "idaho", "illinois", "indiana", "iowa", "kansas", "kentucky",
    "louisiana", "maine", "maryland", "massachusetts", "michigan", "minnesota", "mississippi", "missouri",
    "montana", "nebraska", "nevada", "new hampshire", "new jersey", "new mexico", "north carolina",
    "north dakota", "ohio", "oklahoma", "oregon", "pennsylvania", "rhode island", "south carolina",
    "south dakota", "tennessee", "texas", "utah", "vermont", "virginia", "west virginia", "wisconsin",
    "wyoming", "usa", "us", "u.s", "u.s.a", "united states", "uk", "u.k", "united kingdom", "england",
    "scotland", "wales", "northern ireland", "ireland", "france", "germany", "deutschland", "italy",
    "spain", "portugal", "switzerland", "austria", "belgium", "netherlands", "the netherlands", "denmark",
    "norway", "sweden", "finland", "iceland", "estonia", "latvia", "lithuania", "poland", "czechia",
    "czech republic", "slovakia", "hungary", "romania", "bulgaria", "greece", "croatia", "slovenia",
    "serbia", "turkey", "ukraine", "russia", "canada", "ontario", "quebec", "british columbia", "alberta",
    "nova scotia", "manitoba", "mexico", "brazil", "brasil", "argentina", "chile", "peru", "colombia",
    "ecuador", "venezuela", "uruguay", "bolivia", "cuba", "jamaica", "japan", "china", "south korea",
    "korea", "taiwan", "vietnam", "thailand", "malaysia", "indonesia", "philippines", "india", "pakistan",
    "bangladesh", "nepal", "sri lanka", "iran", "iraq", "israel", "jordan", "lebanon", "saudi arabia",
    "uae", "united arab emirates", "qatar", "egypt", "morocco", "tunisia", "algeria", "kenya", "ethiopia",
    "nigeria", "ghana", "senegal", "tanzania", "uganda", "south africa", "australia", "new south wales",
    "victoria", "queensland", "new zealand", "bavaria", "cuba", "malta", "cyprus",
];

/// What follows a place's name in Japanese and Chinese.
#[rustfmt::skip]
pub(super) const CJK_AFTER_PLACE: &[&str] = &[
    "の", "は", "で", "的", "今日", "明日", "今天", "明天", "現在", "现在", "天気", "天气", "天氣", "気温", "气温", "氣溫", "何時", "几点",
    "幾點", "时间", "時間", "怎么", "怎麼",
];
