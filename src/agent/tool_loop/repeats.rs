//! Answers calls that a model repeats from what the first one gave.
//!
//! Small models call the same tool with the same arguments again and again. Each call would cost time and show one
//! more card of the same.

use std::collections::HashMap;

use serde_json::Value;

use crate::{agent::tools::ToolOutput, model::ToolCall};

/// What a model is told beside the result when it repeats a call.
const REPEATED: &str = "You called this function with the same arguments before, and this is what it gave. Do not call \
                        it again: answer the user now.";

/// A tool's name and its arguments, in one form.
type Key = (String, String);

/// What the calls of a run gave.
#[derive(Debug, Default)]
pub(super) struct Repeats {
    answered: HashMap<Key, String>,
    rounds_on_end: usize,
}

impl Repeats {
    /// How many rounds on end had nothing but repeated calls.
    pub(super) fn rounds_on_end(&self) -> usize {
        self.rounds_on_end
    }

    /// The places of the calls that are to be made: those that were not made before, in this round or an earlier
    /// one, or that may be repeated.
    pub(super) fn fresh<'a>(&mut self, calls: impl Iterator<Item = (&'a ToolCall, bool)>) -> Vec<usize> {
        let mut seen = Vec::new();
        let mut fresh = Vec::new();
        for (place, (call, may_repeat)) in calls.enumerate() {
            let key = key(call);
            if may_repeat || !(self.answered.contains_key(&key) || seen.contains(&key)) {
                fresh.push(place);
            }
            seen.push(key);
        }
        self.rounds_on_end = if fresh.is_empty() { self.rounds_on_end + 1 } else { 0 };
        fresh
    }

    /// The outputs of all calls, where those of the fresh ones are given with their places. Only what succeeded is
    /// remembered: what failed may be tried again.
    pub(super) fn all<'a>(
        &mut self,
        calls: impl Iterator<Item = &'a ToolCall>,
        fresh: Vec<(usize, Result<ToolOutput, ToolOutput>)>,
    ) -> Vec<ToolOutput> {
        let calls: Vec<Key> = calls.map(key).collect();
        let mut outputs: Vec<Option<ToolOutput>> = vec![None; calls.len()];
        let mut of_this_round = HashMap::new();
        for (place, output) in fresh {
            if let Ok(output) = &output {
                self.answered.insert(calls[place].clone(), output.text.clone());
            }
            let output = output.unwrap_or_else(|failure| failure);
            of_this_round.insert(calls[place].clone(), output.text.clone());
            outputs[place] = Some(output);
        }
        let repeated = |key: &Key| {
            let text = match of_this_round.get(key) {
                // The model asked for it twice at once: it has not repeated itself yet.
                Some(text) => text.clone(),
                None => self.answered.get(key).map(|text| told_again(text)).unwrap_or_default(),
            };
            ToolOutput { text, widgets: Vec::new() }
        };
        outputs.into_iter().zip(&calls).map(|(output, key)| output.unwrap_or_else(|| repeated(key))).collect()
    }
}

/// A call in one form, whatever blanks and order of fields the model wrote.
fn key(call: &ToolCall) -> Key {
    let arguments = match serde_json::from_str::<Value>(&call.arguments) {
        Ok(mut arguments) => {
            arguments.sort_all_objects();
            arguments.to_string()
        }
        Err(_) => call.arguments.clone(),
    };
    (call.name.clone(), arguments)
}

/// A result that the model has already, with a word about that.
fn told_again(text: &str) -> String {
    match serde_json::from_str::<Value>(text) {
        Ok(Value::Object(mut result)) => {
            result.insert("note".to_owned(), REPEATED.into());
            Value::Object(result).to_string()
        }
        _ => format!("{text}\n({REPEATED})"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn call(arguments: &str) -> ToolCall {
        ToolCall { id: "1".to_owned(), name: "find".to_owned(), arguments: arguments.to_owned() }
    }

    fn output(text: &str) -> ToolOutput {
        ToolOutput { text: text.to_owned(), widgets: Vec::new() }
    }

    fn fresh(repeats: &mut Repeats, calls: &[ToolCall]) -> Vec<usize> {
        repeats.fresh(calls.iter().map(|call| (call, false)))
    }

    #[test]
    fn a_call_is_made_once_however_it_is_written() {
        let mut repeats = Repeats::default();
        let calls = [call(r#"{"a": 1, "b": 2}"#), call(r#"{"b":2,"a":1}"#), call("{}")];
        assert_eq!(fresh(&mut repeats, &calls), [0, 2]);
        let outputs = repeats.all(calls.iter(), vec![(0, Ok(output("{\"n\":1}"))), (2, Err(output("no")))]);
        assert_eq!(outputs, [output("{\"n\":1}"), output("{\"n\":1}"), output("no")]);
        // What failed may be tried again.
        assert_eq!(fresh(&mut repeats, &calls), [2]);
        assert_eq!(repeats.rounds_on_end(), 0);
        let outputs = repeats.all(calls.iter(), vec![(2, Ok(output("yes")))]);
        assert!(outputs[0].text.contains("answer the user now"), "{outputs:?}");
        for round in 1..4 {
            assert_eq!(fresh(&mut repeats, &calls), [0_usize; 0]);
            assert_eq!(repeats.rounds_on_end(), round);
        }
        assert!(repeats.all(calls.iter(), vec![])[2].text.starts_with("yes\n("));
    }

    #[test]
    fn a_call_that_may_be_repeated_is_made_each_time() {
        let mut repeats = Repeats::default();
        let call = call("{}");
        for _ in 0..2 {
            assert_eq!(repeats.fresh([(&call, true)].into_iter()), [0]);
            assert_eq!(repeats.all([&call].into_iter(), vec![(0, Ok(output("now")))]), [output("now")]);
        }
    }
}
