//! One event as a server-sent frame: serialised once, for clients of every kind and for the store.

use bytes::{BufMut, Bytes, BytesMut};
use serde::Serialize;

use crate::protocol::{ItemId, ItemUpdate, ThreadStreamEvent, error::ErrorParams};

/// How much memory is taken at once for frames.
const ARENA_BYTES: usize = 2 << 10;
/// What stands before an item that is done.
const DONE_HEAD: &[u8] = br#"{"type":"thread.item.done","item":"#;
/// What stands behind an item that is done, to the end of the frame.
const DONE_TAIL: &[u8] = b"}\n\n";

/// One event, ready to be sent: `id: <number>`, then what the reference sends.
///
/// The forms with and without the id, and the item alone, are slices of the same bytes.
#[derive(Debug)]
pub struct Frame {
    bytes: Bytes,
    /// Where the form without the id begins.
    data_start: usize,
    /// Where an item begins that is done; 0 where there is none.
    item_start: usize,
    /// The same event with its code. Errors and notices are rare, and most frames have none.
    coded: Option<Box<Self>>,
}

impl Frame {
    /// How many bytes it has.
    pub fn len(&self) -> usize {
        self.bytes.len()
    }

    /// For clients that asked for numbers.
    pub fn with_id(&self) -> Bytes {
        self.bytes.clone()
    }

    /// For clients that get exactly what the reference sends.
    pub fn without_id(&self) -> Bytes {
        self.bytes.slice(self.data_start..)
    }

    /// The JSON of the item that is done by this event, if it is one of those.
    pub fn item_json(&self) -> Option<Bytes> {
        (self.item_start > 0).then(|| self.bytes.slice(self.item_start..self.bytes.len() - DONE_TAIL.len()))
    }

    /// The frame for clients that asked for codes.
    pub fn with_code(&self) -> &Self {
        self.coded.as_deref().unwrap_or(self)
    }
}

/// Writes the frames of one turn.
#[derive(Debug, Default)]
pub struct FrameWriter {
    arena: BytesMut,
    delta_head: Option<DeltaHead>,
}

impl FrameWriter {
    /// Serialises an event of this number.
    pub fn write(&mut self, number: u64, event: &ThreadStreamEvent) -> Frame {
        let forms = match event {
            ThreadStreamEvent::Error { .. } | ThreadStreamEvent::Notice { .. } => forms_with_code(event),
            _ => None,
        };
        let Some((plain, coded)) = forms else { return self.write_form(number, event) };
        let coded = Some(Box::new(self.write_form(number, &coded)));
        Frame { coded, ..self.write_form(number, &plain) }
    }

    fn write_form(&mut self, number: u64, event: &ThreadStreamEvent) -> Frame {
        if self.arena.capacity() < ARENA_BYTES / 4 {
            self.arena.reserve(ARENA_BYTES);
        }
        self.arena.put_slice(b"id: ");
        self.arena.put_slice(itoa::Buffer::new().format(number).as_bytes());
        self.arena.put_slice(b"\n");
        let data_start = self.arena.len();
        self.arena.put_slice(b"data: ");
        let mut item_start = 0;
        match event {
            ThreadStreamEvent::ItemUpdated {
                item_id,
                update: ItemUpdate::TextDelta { content_index, delta },
            } => self.write_delta(item_id, *content_index, delta),
            ThreadStreamEvent::ItemDone { item: done } => {
                self.arena.put_slice(DONE_HEAD);
                item_start = self.arena.len();
                write_json(&mut self.arena, done);
                self.arena.put_slice(b"}");
            }
            event => write_json(&mut self.arena, event),
        }
        self.arena.put_slice(b"\n\n");
        Frame { bytes: self.arena.split().freeze(), data_start, item_start, coded: None }
    }

    /// Writes a step of a text. Nearly all events are steps, and they differ only in their text, so the bytes
    /// before the text are kept from one step to the next.
    fn write_delta(&mut self, item_id: &ItemId, content_index: usize, delta: &str) {
        let known = self.delta_head.take().filter(|head| head.fits(item_id, content_index));
        let head = known.unwrap_or_else(|| DeltaHead::new(item_id, content_index));
        self.arena.put_slice(&head.json);
        write_json(&mut self.arena, &delta);
        self.arena.put_slice(DeltaHead::TAIL);
        self.delta_head = Some(head);
    }
}

/// An error or a notice with a code, once as the reference sends it and once with the code.
fn forms_with_code(event: &ThreadStreamEvent) -> Option<(ThreadStreamEvent, ThreadStreamEvent)> {
    let (mut plain, mut coded) = (event.clone(), event.clone());
    match (&mut plain, &mut coded) {
        (
            ThreadStreamEvent::Error { ext_code: none, ext_params, .. },
            ThreadStreamEvent::Error { ext_code: Some(code), allow_retry, .. },
        ) => {
            (*none, *ext_params) = (None, ErrorParams::new());
            *allow_retry = *allow_retry && code.retry_helps();
        }
        (
            ThreadStreamEvent::Notice { ext_code: none, ext_params, .. },
            ThreadStreamEvent::Notice { ext_code: Some(_), .. },
        ) => (*none, *ext_params) = (None, ErrorParams::new()),
        _ => return None,
    }
    Some((plain, coded))
}

fn write_json(arena: &mut BytesMut, value: &impl Serialize) {
    serde_json::to_writer(arena.writer(), value)
        .expect("events have string keys, and memory takes every write");
}

/// How the steps of one text begin.
#[derive(Debug)]
struct DeltaHead {
    item_id: ItemId,
    content_index: usize,
    json: Vec<u8>,
}

impl DeltaHead {
    /// What stands behind the text.
    const TAIL: &[u8] = b"}}";

    fn new(item_id: &ItemId, content_index: usize) -> Self {
        let update = ItemUpdate::TextDelta { content_index, delta: String::new() };
        let empty = ThreadStreamEvent::ItemUpdated { item_id: item_id.clone(), update };
        let mut json = serde_json::to_vec(&empty).expect("events have string keys");
        // The text is the last field of both objects.
        json.truncate(json.len() - b"\"\"".len() - Self::TAIL.len());
        Self { item_id: item_id.clone(), content_index, json }
    }

    fn fits(&self, item_id: &ItemId, content_index: usize) -> bool {
        self.content_index == content_index && self.item_id == *item_id
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use proptest::{collection::vec, prelude::*};

    use super::*;
    use crate::{
        actors::codes,
        protocol::{
            ItemKind, ThreadItem,
            error::{CodedError, ErrorCode},
            event::NoticeLevel,
        },
    };

    proptest! {
        /// The oracle is the whole event through serde.
        #[test]
        fn a_step_of_a_text_is_written_as_any_other_event(
            steps in vec((prop_oneof!["m", "n", "\"\\PC*"], 0..3_usize, any::<String>()), 1..20),
        ) {
            let mut frames = FrameWriter::default();
            for (number, (id, content_index, delta)) in (1..).zip(steps) {
                let update = ItemUpdate::TextDelta { content_index, delta };
                let event = ThreadStreamEvent::ItemUpdated { item_id: id.as_str().into(), update };
                let data = format!("data: {}\n\n", serde_json::to_string(&event).unwrap());
                let frame = frames.write(number, &event);
                prop_assert_eq!(frame.with_id(), format!("id: {number}\n{data}"));
                prop_assert_eq!(frame.without_id(), data);
            }
        }
    }

    #[test]
    fn an_item_that_is_done_is_written_as_any_other_event_and_can_be_had_alone() {
        let mut frames = FrameWriter::default();
        let kind = ItemKind::HiddenContextItem { content: "\"}\n東".into() };
        let item = ThreadItem::new("h".into(), "thr_1".into(), kind);
        let event = ThreadStreamEvent::ItemDone { item: item.clone() };
        let frame = frames.write(1, &event);
        assert_eq!(frame.without_id(), format!("data: {}\n\n", serde_json::to_string(&event).unwrap()));
        assert_eq!(frame.item_json().unwrap(), serde_json::to_string(&item).unwrap());
        assert!(frames.write(2, &ThreadStreamEvent::ItemAdded { item }).item_json().is_none());
    }

    #[test]
    fn errors_and_notices_have_their_code_only_for_clients_that_asked_for_codes() {
        let mut frames = FrameWriter::default();
        let error = CodedError::new(ErrorCode::ModelBusy).with_wait(Duration::from_secs(7));
        let frame = frames.write(3, &codes::worded(&error));
        let message = "The language model is busy. Please try again in 7 seconds.";
        let plain = format!(r#"{{"type":"error","code":"custom","message":"{message}","allow_retry":true}}"#);
        assert_eq!(frame.without_id(), format!("data: {plain}\n\n"));
        let coded = plain.replace("true}", r#"true,"ext_code":"model_busy","ext_params":{"seconds":7}}"#);
        assert_eq!(frame.with_code().with_id(), format!("id: 3\ndata: {coded}\n\n"));

        let frame = frames.write(4, &codes::unworded(&ErrorCode::NotImplemented.into()));
        assert_eq!(
            frame.without_id(),
            "data: {\"type\":\"error\",\"code\":\"stream.error\",\"allow_retry\":true}\n\n"
        );
        assert_eq!(
            frame.with_code().without_id(),
            "data: {\"type\":\"error\",\"code\":\"stream.error\",\"allow_retry\":false,\
             \"ext_code\":\"not_implemented\"}\n\n"
        );

        let notice = ThreadStreamEvent::Notice {
            level: NoticeLevel::Warning,
            message: message.to_owned(),
            title: None,
            ext_code: Some(error.code()),
            ext_params: error.params().clone(),
        };
        let frame = frames.write(5, &notice);
        let plain = format!(r#"{{"type":"notice","level":"warning","message":"{message}"}}"#);
        assert_eq!(frame.without_id(), format!("data: {plain}\n\n"));
        let coded = plain.replace("\"}", r#"","ext_code":"model_busy","ext_params":{"seconds":7}}"#);
        assert_eq!(frame.with_code().without_id(), format!("data: {coded}\n\n"));

        let other = ThreadStreamEvent::ProgressUpdate { text: "x".to_owned(), icon: None };
        let frame = frames.write(6, &other);
        assert_eq!(frame.with_code().with_id(), frame.with_id());
    }

    #[test]
    fn a_frame_takes_little_beside_its_bytes() {
        assert!(size_of::<Frame>() <= size_of::<Bytes>() + 3 * size_of::<usize>());
    }
}
