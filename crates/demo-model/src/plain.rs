//! Foreign text, made harmless.

/// How many characters of a file's name or of a camera's text are repeated.
const MAX_CHARS: usize = 60;

/// Foreign text without what Markdown or a terminal would act on, at most 60 characters of it.
pub fn plain(text: &str) -> String {
    let harmless: String = text
        .chars()
        .filter(|character| !character.is_control())
        .map(|character| if "*_`[]<>|\\#~".contains(character) { '-' } else { character })
        .take(MAX_CHARS)
        .collect();
    harmless.trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_of_a_name_is_markup_and_a_long_one_is_cut() {
        assert_eq!(plain(" **a**\n_b_<i>\u{1b}[31m"), "--a---b--i--31m");
        assert_eq!(plain(&"語".repeat(500)).chars().count(), MAX_CHARS);
    }
}
