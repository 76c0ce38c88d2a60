//! Keeps prepared files up to a limit of bytes. The least recently used ones go first.

use std::collections::VecDeque;

use crate::{
    model::{ContentPart, FileContent},
    protocol::AttachmentId,
};

/// The memory that an entry takes besides the bytes it holds.
const ENTRY_BYTES: usize = 512;

/// The most recently used files, newest last.
#[derive(Default)]
pub(super) struct Cache {
    entries: VecDeque<(AttachmentId, ContentPart)>,
    bytes: usize,
}

impl Cache {
    pub(super) fn get(&mut self, id: &AttachmentId) -> Option<ContentPart> {
        let place = self.entries.iter().position(|(known, _)| known == id)?;
        let entry = self.entries.remove(place)?;
        let part = entry.1.clone();
        self.entries.push_back(entry);
        Some(part)
    }

    pub(super) fn insert(&mut self, id: AttachmentId, part: ContentPart, limit: usize) {
        if self.entries.iter().any(|(known, _)| *known == id) {
            return;
        }
        self.bytes += size(&part);
        self.entries.push_back((id, part));
        while self.bytes > limit {
            let Some((_, oldest)) = self.entries.pop_front() else { break };
            self.bytes -= size(&oldest);
        }
    }
}

fn size(part: &ContentPart) -> usize {
    let held = match part {
        ContentPart::Text(text) | ContentPart::Note(text) => text.len(),
        ContentPart::Image(image) => image.data.len(),
        ContentPart::File(file) => match &file.content {
            FileContent::Text(content) => content.text.len(),
            FileContent::Pdf(data) => data.len(),
            FileContent::Withheld { .. } => 0,
        },
    };
    ENTRY_BYTES + held
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_used_longest_ago_goes_first() {
        let text = |length: usize| ContentPart::Text("x".repeat(length));
        let limit = 3 * (ENTRY_BYTES + 10);
        let mut cache = Cache::default();
        for id in ["a", "b", "c"] {
            cache.insert(id.into(), text(10), limit);
        }
        assert_eq!(cache.get(&"a".into()), Some(text(10)));
        cache.insert("d".into(), text(10), limit);
        assert_eq!(cache.get(&"b".into()), None);
        cache.insert("too large".into(), text(limit), limit);
        for id in ["a", "c", "d", "too large"] {
            assert_eq!(cache.get(&id.into()), None);
        }
        assert_eq!(cache.bytes, 0);
    }
}
