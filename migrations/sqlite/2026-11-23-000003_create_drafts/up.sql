-- One row per unfinished item of a running turn, so that a crash loses little of it.
CREATE TABLE drafts (
    thread_seq BIGINT NOT NULL REFERENCES threads (seq) ON DELETE CASCADE,
    -- In which order the drafts were first saved, counted from 1.
    position BIGINT NOT NULL CHECK (position > 0),
    id TEXT NOT NULL,
    -- The whole item as it is sent, as far as it has come.
    payload_json TEXT NOT NULL CHECK (json_valid(payload_json)),
    PRIMARY KEY (thread_seq, position),
    UNIQUE (thread_seq, id)
);
