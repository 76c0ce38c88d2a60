-- What users think of items. An item may be gone, its feedback stays as long as the thread does:
-- a thumbs-down followed by a retry is the most telling one.
CREATE TABLE feedback (
    -- Counts what was said; a later word on an item gets a new number.
    seq INTEGER PRIMARY KEY NOT NULL,
    thread_seq BIGINT NOT NULL REFERENCES threads (seq) ON DELETE CASCADE,
    item_id TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('positive', 'negative')),
    created_at_us BIGINT NOT NULL,
    UNIQUE (thread_seq, item_id)
);

-- Serves the list of a thread's feedback, oldest first.
CREATE INDEX feedback_by_thread ON feedback (thread_seq, seq);
