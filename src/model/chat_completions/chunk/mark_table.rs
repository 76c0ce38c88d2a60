//! The marks that models are trained to write, and what they mean.

use crate::model::ToolSpec;

/// A mark.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Mark {
    pub(super) text: &'static str,
    pub(super) meaning: Meaning,
}

/// What a mark in the text means.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Meaning {
    /// A thought begins, which ends with one of these.
    Thought(&'static [&'static str]),
    /// A thought ends.
    ThoughtEnd,
    /// A call begins, which ends with this; with the answer, if it is empty.
    Call(&'static str),
    /// A header begins, which says what follows (the format of gpt-oss).
    Header,
    /// The answer ends.
    End,
    /// Nothing that a reader should see.
    Nothing,
}

const fn mark(text: &'static str, meaning: Meaning) -> Mark {
    Mark { text, meaning }
}

use Meaning::{Call, End, Header, Nothing, Thought, ThoughtEnd};

#[rustfmt::skip]
const MARKS: &[Mark] = &[
    // DeepSeek, Qwen and those who learnt from them.
    mark("<think>", Thought(&["</think>"])),
    mark("</think>", ThoughtEnd),
    mark("<thinking>", Thought(&["</thinking>"])),
    mark("</thinking>", ThoughtEnd),
    mark("<thought>", Thought(&["</thought>"])),
    mark("</thought>", ThoughtEnd),
    mark("<reasoning>", Thought(&["</reasoning>"])),
    mark("</reasoning>", ThoughtEnd),
    // Mistral, ByteDance Seed, Kimi, OpenThinker, Command, Gemma 4.
    mark("[THINK]", Thought(&["[/THINK]"])),
    mark("[/THINK]", ThoughtEnd),
    mark("<seed:think>", Thought(&["</seed:think>"])),
    mark("</seed:think>", ThoughtEnd),
    mark("◁think▷", Thought(&["◁/think▷"])),
    mark("◁/think▷", ThoughtEnd),
    mark("<|begin_of_thought|>", Thought(&["<|end_of_thought|>"])),
    mark("<|end_of_thought|>", ThoughtEnd),
    mark("<|begin_of_solution|>", Nothing),
    mark("<|end_of_solution|>", End),
    mark("<|START_THINKING|>", Thought(&["<|END_THINKING|>"])),
    mark("<|END_THINKING|>", ThoughtEnd),
    mark("<|START_RESPONSE|>", Nothing),
    mark("<|END_RESPONSE|>", End),
    mark("<|channel>thought", Thought(&["<channel|>"])),
    // gpt-oss.
    mark("<|channel|>", Header),
    mark("<|start|>", Header),
    // Hermes, Qwen, GLM.
    mark("<tool_call>", Call("</tool_call>")),
    mark("<tool_calls>", Call("</tool_calls>")),
    mark("<function_call>", Call("</function_call>")),
    mark("<functioncall>", Call("</functioncall>")),
    // Llama, Qwen Coder, MiniMax.
    mark("<function=", Call("</function>")),
    mark("<invoke name=", Call("</invoke>")),
    mark("<minimax:tool_call>", Call("</minimax:tool_call>")),
    mark("<function_calls>", Call("</function_calls>")),
    mark("<|python_tag|>", Call("")),
    // Mistral, Granite, Phi, Command, DeepSeek, Kimi.
    mark("[TOOL_CALLS]", Call("")),
    mark("<|tool_call|>", Call("<|/tool_call|>")),
    mark("<|START_ACTION|>", Call("<|END_ACTION|>")),
    mark("<｜tool▁calls▁begin｜>", Call("<｜tool▁calls▁end｜>")),
    mark("<|tool_calls_section_begin|>", Call("<|tool_calls_section_end|>")),
    // The ends of a turn in the templates of many models.
    mark("<|im_end|>", End),
    mark("<|eot_id|>", End),
    mark("<|eom_id|>", End),
    mark("<|end_of_text|>", End),
    mark("<|endoftext|>", End),
    mark("<|end|>", End),
    mark("<|return|>", End),
    mark("<|END_OF_TURN_TOKEN|>", End),
    mark("<end_of_turn>", End),
    mark("<turn|>", End),
    mark("<eos>", End),
    mark("</s>", End),
    mark("<｜end▁of▁sentence｜>", End),
];

/// Whether a mark may begin with this byte, or the text quotes with it.
pub(super) fn may_begin_mark(byte: u8) -> bool {
    // The last is the first byte of `◁`.
    matches!(byte, b'<' | b'[' | b'`' | 0xe2)
}

/// The first mark at or behind `from`, with its place. Without one: the place from which on the text may become a mark,
/// which is the text's end if it cannot. Calls are looked for only where there are tools.
pub(super) fn find(text: &str, from: usize, tools: &[ToolSpec]) -> (usize, Option<Mark>) {
    let bytes = text.as_bytes();
    for at in from..bytes.len() {
        if !matches!(bytes[at], b'<' | b'[' | 0xe2) {
            continue;
        }
        let rest = &bytes[at..];
        let mut may_become = false;
        for mark in MARKS {
            if tools.is_empty() && matches!(mark.meaning, Call(_)) {
                continue;
            }
            if rest.starts_with(mark.text.as_bytes()) {
                return (at, Some(*mark));
            }
            may_become |= mark.text.as_bytes().starts_with(rest);
        }
        if may_become {
            return (at, None);
        }
    }
    (text.len(), None)
}
