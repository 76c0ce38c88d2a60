-- One row per finished item of a thread.
CREATE TABLE items (
    thread_seq BIGINT NOT NULL REFERENCES threads (seq) ON DELETE CASCADE,
    -- The item's place in its thread, counted from 1; gaps are fine.
    position BIGINT NOT NULL CHECK (position > 0),
    id TEXT NOT NULL,
    -- The `type` of the item on the wire.
    kind TEXT NOT NULL,
    -- Only for the model; never in a page.
    hidden BOOLEAN NOT NULL CHECK (hidden IN (0, 1)),
    created_at_us BIGINT NOT NULL,
    -- The whole item as it is sent.
    payload_json TEXT NOT NULL CHECK (json_valid(payload_json)),
    PRIMARY KEY (thread_seq, position),
    UNIQUE (thread_seq, id)
);

-- Serves pages: a run of visible items, however many hidden ones stand between them.
CREATE INDEX items_by_visibility ON items (thread_seq, hidden, position);
