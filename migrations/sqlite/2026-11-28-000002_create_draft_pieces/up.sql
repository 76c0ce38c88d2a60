-- What unfinished messages have gained since their drafts were written whole, so that a long answer is not
-- written again every second.
CREATE TABLE draft_pieces (
    thread_seq BIGINT NOT NULL REFERENCES threads (seq) ON DELETE CASCADE,
    -- The draft's item. A piece without a draft means nothing; it goes when the draft goes.
    id TEXT NOT NULL,
    -- In which order the pieces are appended, counted from 1.
    number BIGINT NOT NULL CHECK (number > 0),
    payload_json TEXT NOT NULL CHECK (json_valid(payload_json)),
    PRIMARY KEY (thread_seq, id, number)
    -- One tree instead of a table and an index: most pieces are small and write a page less.
) WITHOUT ROWID;
