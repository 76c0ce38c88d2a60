-- One row per attachment; the bytes are elsewhere, found by the id alone, so ids are unique
-- across users.
CREATE TABLE attachments (
    id TEXT PRIMARY KEY NOT NULL,
    user_id TEXT NOT NULL,
    -- The thread of the message that names it. A deleted attachment belongs to none.
    thread_seq BIGINT REFERENCES threads (seq),
    -- pending: bytes awaited. uploaded: bytes there. deleted: gone for users, bytes to be removed.
    state TEXT NOT NULL CHECK (state IN ('pending', 'uploaded', 'deleted')),
    name TEXT NOT NULL,
    mime_type TEXT NOT NULL,
    announced_size_bytes BIGINT NOT NULL CHECK (announced_size_bytes >= 0),
    -- What was received; both NULL before.
    size_bytes BIGINT CHECK (size_bytes >= 0),
    sha256 TEXT,
    created_at_us BIGINT NOT NULL,
    CHECK ((size_bytes IS NULL) = (sha256 IS NULL)),
    CHECK (state <> 'pending' OR size_bytes IS NULL),
    CHECK (state <> 'uploaded' OR size_bytes IS NOT NULL),
    CHECK (thread_seq IS NULL OR state = 'uploaded')
);

-- Serves the deletion of a thread, and the search for bytes that may go (no thread, by state and age).
CREATE INDEX attachments_by_thread ON attachments (thread_seq, state, created_at_us);
