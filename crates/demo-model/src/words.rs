//! Cuts a message into words, and knows a keyword even when it is mistyped.

/// How much of a message is read, in characters. Nobody needs more to ask for the weather.
const MAX_CHARS: usize = 2000;

/// The words of a message.
#[derive(Clone, Debug)]
pub(super) struct Words {
    pub(super) list: Vec<Word>,
    /// All in lower case, with a space before and after each.
    joined: String,
}

/// One word, without the punctuation around it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Word {
    /// As it was written, without a possessive `'s`.
    pub(super) text: String,
    pub(super) lower: String,
    /// What stands between this word and the next.
    pub(super) then: Gap,
}

/// What stands between two words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Gap {
    Space,
    Comma,
    /// The sentence ends.
    Stop,
}

impl Words {
    pub(super) fn of(message: &str) -> Self {
        let message = match message.char_indices().nth(MAX_CHARS) {
            // Never cut a word in the middle, because half a name is another name.
            Some((end, _)) => message[..end].rsplit_once(' ').map_or(&message[..end], |(whole, _)| whole),
            None => message,
        };
        let spaced = space_out(message);
        let list: Vec<Word> = spaced.split_whitespace().fold(Vec::new(), |mut list, chunk| {
            let gap = gap_after(chunk);
            match word(chunk, gap) {
                Some(word) => list.push(word),
                // Punctuation that stands alone belongs to the word before it.
                None => {
                    if let Some(last) = list.last_mut().filter(|_| gap != Gap::Space) {
                        last.then = gap;
                    }
                }
            }
            list
        });
        let lower: Vec<&str> = list.iter().map(|word| word.lower.as_str()).collect();
        let joined = format!(" {} ", lower.join(" "));
        Self { list, joined }
    }

    pub(super) fn len(&self) -> usize {
        self.list.len()
    }

    /// Whether one of the words is in the message, exactly.
    pub(super) fn has(&self, words: &[&str]) -> bool {
        self.list.iter().any(|word| words.contains(&word.lower.as_str()))
    }

    /// Whether one of the words is in the message, allowing for a typing mistake.
    pub(super) fn has_like(&self, words: &[&str]) -> bool {
        self.list.iter().any(|word| words.iter().any(|keyword| is_like(&word.lower, keyword)))
    }

    /// Whether one of the phrases (lower case, single spaces, no apostrophes) is in the message.
    pub(super) fn says(&self, phrases: &[&str]) -> bool {
        self.after(phrases).is_some()
    }

    /// Whether the message begins with one of the phrases.
    pub(super) fn begins(&self, phrases: &[&str]) -> bool {
        phrases.iter().any(|phrase| {
            self.joined
                .strip_prefix(' ')
                .and_then(|joined| joined.strip_prefix(phrase))
                .is_some_and(|rest| rest.starts_with(' '))
        })
    }

    /// The words after the first of the phrases that is said.
    pub(super) fn after(&self, phrases: &[&str]) -> Option<&[Word]> {
        phrases.iter().find_map(|phrase| {
            let start = self.joined.find(&format!(" {phrase} "))?;
            let num_before = self.joined[..start].split_whitespace().count();
            Some(&self.list[num_before + phrase.split(' ').count()..])
        })
    }
}

/// Puts a space after punctuation that separates words, so that every word stands alone.
fn space_out(message: &str) -> String {
    /// The first halves of time zones such as `Europe/Berlin`, which stay whole.
    const ZONES: [&str; 10] = [
        "Africa",
        "America",
        "Antarctica",
        "Asia",
        "Atlantic",
        "Australia",
        "Etc",
        "Europe",
        "Indian",
        "Pacific",
    ];
    let mut spaced = String::with_capacity(message.len() + 16);
    for character in message.chars() {
        match character {
            '/' if ZONES.iter().any(|zone| spaced.ends_with(zone)) => spaced.push('/'),
            ',' | '，' | '、' | ';' | '；' | '/' => spaced.push_str(", "),
            '?' | '？' | '!' | '！' | '。' | '…' | '\n' => spaced.push_str("? "),
            '’' | '‘' => spaced.push('\''),
            _ => spaced.push(character),
        }
    }
    spaced
}

fn gap_after(chunk: &str) -> Gap {
    let bare = chunk.trim_end_matches(['"', '\'', ')', '*', '”']);
    let is_abbreviation = || {
        let before = bare.trim_end_matches('.');
        before.chars().count() < 2
            || before.contains('.')
            || ["st", "mt", "ft"].contains(&before.to_lowercase().as_str())
    };
    match bare.chars().last() {
        Some(',') => Gap::Comma,
        Some('?' | ':') => Gap::Stop,
        Some('.') if !is_abbreviation() => Gap::Stop,
        _ => Gap::Space,
    }
}

fn word(chunk: &str, then: Gap) -> Option<Word> {
    let text = chunk.trim_matches(|character: char| {
        !character.is_alphanumeric() && !matches!(character, '&' | '+') && !is_accent(character)
    });
    let text = text.strip_suffix("'s").unwrap_or(text);
    let lower = text.to_lowercase().replace('\'', "");
    (!text.is_empty()).then(|| Word { text: text.to_owned(), lower, then })
}

/// Marks that belong to the letter before them: combining accents, and vowel signs of Thai and Hindi.
fn is_accent(character: char) -> bool {
    matches!(character, '\u{300}'..='\u{36f}' | '\u{900}'..='\u{97f}' | '\u{e00}'..='\u{e7f}')
}

/// Whether a word is the keyword or close enough to it: one mistake in six letters, two in nine.
pub(super) fn is_like(word: &str, keyword: &str) -> bool {
    if word == keyword {
        return true;
    }
    let slips = match keyword.chars().count() {
        0..=5 => return false,
        6..=8 => 1,
        _ => 2,
    };
    // The first letter is hardly ever the wrong one; `leather` is not `weather`.
    word.chars().next() == keyword.chars().next() && distance(word, keyword) <= slips
}

/// How many letters must be changed, added, left out or swapped with their neighbour.
fn distance(one: &str, other: &str) -> usize {
    let one: Vec<char> = one.chars().collect();
    let other: Vec<char> = other.chars().collect();
    let mut rows = vec![(0..=other.len()).collect::<Vec<usize>>()];
    for row in 1..=one.len() {
        let mut current = vec![row];
        for column in 1..=other.len() {
            let differs = usize::from(one[row - 1] != other[column - 1]);
            let mut best = (rows[row - 1][column] + 1)
                .min(current[column - 1] + 1)
                .min(rows[row - 1][column - 1] + differs);
            let swapped = row > 1
                && column > 1
                && one[row - 1] == other[column - 2]
                && one[row - 2] == other[column - 1];
            if swapped {
                best = best.min(rows[row - 2][column - 2] + 1);
            }
            current.push(best);
        }
        rows.push(current);
    }
    rows[one.len()][other.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slips_are_forgiven_and_other_words_are_not() {
        for slip in ["wether", "weathr", "wheather", "waether", "weahter", "weather"] {
            assert!(is_like(slip, "weather"), "{slip}");
        }
        for other in ["leather", "feather", "whether", "water", "wealthy"] {
            assert!(!is_like(other, "weather"), "{other}");
        }
        assert!(is_like("temprature", "temperature") && is_like("tempature", "temperature"));
        assert!(!is_like("ran", "rain"));
    }

    #[test]
    fn words_stand_without_their_punctuation() {
        let words = Words::of("¿Qué? What’s \"Tokyo's\" weather,St. Louis/Paris... Europe/Berlin!");
        let texts: Vec<(&str, Gap)> = words.list.iter().map(|word| (word.text.as_str(), word.then)).collect();
        assert_eq!(
            texts,
            [
                ("Qué", Gap::Stop),
                ("What", Gap::Space),
                ("Tokyo", Gap::Space),
                ("weather", Gap::Comma),
                ("St", Gap::Space),
                ("Louis", Gap::Comma),
                ("Paris", Gap::Stop),
                ("Europe/Berlin", Gap::Stop),
            ]
        );
    }

    #[test]
    fn phrases_are_found_whole() {
        let words = Words::of("Well, my name is Ada.");
        assert!(words.says(&["name is"]) && !words.says(&["name i"]));
        assert!(words.begins(&["well"]) && !words.begins(&["we"]));
        assert_eq!(words.after(&["my name is"]).unwrap()[0].text, "Ada");
    }
}
