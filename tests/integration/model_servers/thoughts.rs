//! Thoughts in the text: they become reasoning, and are in no title.

use super::{
    case, play,
    wire::{DONE, answer, finish, sse, text},
};

#[actix_web::test]
async fn a_closing_mark_makes_thoughts_of_what_came_before() {
    let bare = case("R17", |_| {
        sse([
            text("Let me think about rain. "),
            text("Enough.</think>\n\nIt rains."),
            finish("stop"),
            DONE.to_owned(),
        ])
    })
    .titles(|_| answer("Okay, the user wants a title…</think>\n\nRain today"));
    play([bare
        .say("Hello")
        .says("It rains.")
        .thinks("Let me think about rain. Enough.")
        .title("Rain today")])
    .await;
}

/// Texts, what is said of them, and what is thought.
const MARKED: [(&str, &str, &str, &str); 7] = [
    (
        "R18 harmony",
        "<|channel|>analysis<|message|>User wants X.<|end|><|start|>assistant<|channel|>final<|message|>Hello",
        "Hello",
        "User wants X.",
    ),
    ("R18 thinking", "<thinking>Hm.</thinking>\n\nIt rains.", "It rains.", "Hm."),
    ("R18 THINK", "[THINK]Hm.[/THINK]It rains.", "It rains.", "Hm."),
    ("R18 thought", "<thought>\nHm.\n</thought>\nIt rains.", "It rains.", "Hm."),
    ("R18 think", "<think>Hm.</think>It rains.", "It rains.", "Hm."),
    ("R18 stop mark", "It rains.<|im_end|>", "It rains.", ""),
    ("R18 no mark", "1 < 2 and [THIS] is a <b>word</b>.", "1 < 2 and [THIS] is a <b>word</b>.", ""),
];

#[actix_web::test]
async fn every_known_mark_is_read_whole_and_letter_by_letter() {
    let mut cases = Vec::new();
    for (name, words, said, thought) in MARKED {
        let letters = move |_: &_| {
            let letters = words.chars().map(|letter| text(&letter.to_string()));
            sse(letters.chain([finish("stop"), DONE.to_owned()]))
        };
        cases.push(case(name, move |_| answer(words)).say("Hello").says(said).thinks(thought));
        cases.push(case(name, letters).say("Hello").says(said).thinks(thought));
    }
    let twice = "<think>one</think>First. <think>two</think>Second.";
    let twice = case("R18 twice", move |_| answer(twice));
    cases.push(
        twice.say("Hello").says_part("First.").says_part("Second.").thinks("one").thinks("two").passes(),
    );
    play(cases).await;
}
