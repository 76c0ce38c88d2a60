//! Talk that no tool is needed for: greetings, thanks, questions about the conversation itself.

use super::{Recall, Small, Wish};
use crate::words::{Gap, Word, Words};

#[expect(clippy::too_many_lines, reason = "a table of phrases")]
pub(super) fn recall(words: &Words) -> Option<Recall> {
    const RECALLS: [(Recall, &[&str]); 6] = [
        (
            Recall::Name,
            &["is my name", "whats my name", "what my name", "who am i", "remember my name", "know my name"],
        ),
        (
            Recall::FirstQuestion,
            &[
                "did i ask first",
                "i ask first",
                "my first question",
                "my first message",
                "first thing i asked",
                "first thing i said",
                "did i say first",
                "was the first question",
            ],
        ),
        (
            Recall::Places,
            &[
                "cities did i ask",
                "places did i ask",
                "cities have i asked",
                "places have i asked",
                "which cities i asked",
                "which city did i ask",
                "cities did we",
                "what city did i ask",
            ],
        ),
        (Recall::NumQuestions, &["how many questions", "how many messages", "how many times did i"]),
        (
            Recall::LastQuestion,
            &[
                "did i just ask",
                "my last question",
                "my previous question",
                "my last message",
                "did i ask before",
                "did i ask last",
                "did i ask you",
                "what did i ask",
                "what did i say",
            ],
        ),
        (
            Recall::LastAnswer,
            &[
                "did you say",
                "did you just say",
                "repeat that",
                "say that again",
                "repeat your answer",
                "your last answer",
                "repeat please",
                "come again",
            ],
        ),
    ];
    RECALLS.iter().find(|(_, phrases)| words.says(phrases)).map(|(recall, _)| *recall)
}

#[expect(clippy::too_many_lines, reason = "a table of phrases")]
pub(super) fn small(words: &Words) -> Option<Wish> {
    if let Some(name) = introduction(words) {
        return Some(Wish::Introduction(name));
    }
    let is_short = words.len() <= 6;
    let small = if words
        .has(&["thank", "thanks", "thankyou", "thx", "ty", "merci", "danke", "gracias", "cheers"])
    {
        Small::Thanks
    } else if words.says(&[
        "who are you",
        "what are you",
        "are you a",
        "are you an",
        "are you real",
        "are you human",
        "which model",
        "what model",
        "are you chatgpt",
        "are you gpt",
        "your name",
    ]) {
        Small::Identity
    } else if words.says(&[
        "what can you",
        "what do you do",
        "how do you work",
        "what else can",
        "can you help",
        "help me",
        "how does this work",
        "what can i ask",
        "your capabilities",
        "your features",
        "how do i use",
    ]) || (words.has(&["help"]) && is_short)
    {
        Small::Help
    } else if words.says(&[
        "how are you",
        "hows it going",
        "how is it going",
        "how it going",
        "how do you do",
        "whats up",
        "what up",
    ]) {
        Small::WellBeing
    } else if is_short && (words.has(&["bye", "goodbye", "ciao"]) || words.says(&["see you", "good night"])) {
        Small::Farewell
    } else if is_short
        && (words.begins(&[
            "hi",
            "hello",
            "hey",
            "hallo",
            "hola",
            "bonjour",
            "howdy",
            "greetings",
            "yo",
            "moin",
            "servus",
        ]) || words.says(&["good morning", "good afternoon", "good evening", "good day", "guten tag"]))
    {
        Small::Greeting
    } else if is_short
        && words.begins(&[
            "ok", "okay", "cool", "great", "nice", "perfect", "good", "awesome", "wow", "yes", "yeah", "no",
            "nope", "sure", "alright", "got it", "i see", "lol", "haha",
        ])
    {
        Small::Acknowledgement
    } else {
        return None;
    };
    Some(Wish::Small(small))
}

/// "My name is Ada", "I'm Ada", "call me Ada".
fn introduction(words: &Words) -> Option<String> {
    let said = words.after(&["my name is", "my names", "call me", "my name"]);
    // Less certain words must be followed by a name and nothing else: "I am cold" is none.
    let maybe = words.after(&["i am", "im", "this is"]).filter(|rest| rest.len() <= 2);
    let is_name = |rest: &&[Word]| {
        rest.first().is_some_and(|word| {
            word.text.starts_with(|first: char| first.is_uppercase() || !first.is_ascii())
        })
    };
    let rest = said.or(maybe.filter(is_name))?;
    let num_words = rest
        .iter()
        .take(3)
        .enumerate()
        .take_while(|(position, word)| *position == 0 || word.text.starts_with(char::is_uppercase))
        .count();
    // The name ends where its sentence or clause does.
    let end = rest.iter().take(num_words).position(|word| word.then != Gap::Space);
    let name: Vec<&str> =
        rest[..end.map_or(num_words, |end| end + 1)].iter().map(|word| word.text.as_str()).collect();
    (!name.is_empty()).then(|| name.join(" "))
}
