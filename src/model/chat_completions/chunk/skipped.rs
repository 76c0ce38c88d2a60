//! Counts what could not be read of an answer, for the log.

use tracing::warn;

/// What was skipped of an answer.
#[derive(Debug, Default)]
pub(super) struct Skipped {
    count: u32,
    /// The keys, but no value, of the first.
    first: String,
}

impl Skipped {
    pub(super) fn note(&mut self, shape: String) {
        if self.count == 0 {
            self.first = shape;
        }
        self.count = self.count.saturating_add(1);
    }

    /// In words, if anything was skipped.
    pub(super) fn take(&mut self) -> Option<String> {
        let Self { count, first } = std::mem::take(self);
        (count > 0).then(|| format!("nothing in {count} chunks could be read; the first is {first}"))
    }

    /// Logs it, once for an answer.
    pub(super) fn log(&mut self, origin: &str) {
        let Self { count, first } = std::mem::take(self);
        if count > 0 {
            warn!(
                model.origin = origin,
                chunks = count,
                shape = first,
                "parts of a model's answer could not be read and were skipped"
            );
        }
    }
}
