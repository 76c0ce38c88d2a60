-- One row per thread. Times are microseconds since 1970-01-01T00:00:00Z.
CREATE TABLE threads (
    -- Counts insertions: lists are in this order, whatever the clock said.
    seq INTEGER PRIMARY KEY NOT NULL,
    user_id TEXT NOT NULL,
    -- Unique within its user only: what belongs to another user does not exist.
    id TEXT NOT NULL,
    created_at_us BIGINT NOT NULL,
    title TEXT,
    status_json TEXT NOT NULL CHECK (json_valid(status_json)),
    -- NULL: the thread restricts no hosts.
    allowed_image_domains_json TEXT CHECK (json_valid(allowed_image_domains_json)),
    metadata_json TEXT NOT NULL CHECK (json_valid(metadata_json)),
    -- Still true at start: the turn was cut short by a crash.
    turn_open BOOLEAN NOT NULL DEFAULT FALSE CHECK (turn_open IN (0, 1)),
    UNIQUE (user_id, id)
);

-- Serves the pages of a user's threads.
CREATE INDEX threads_by_user ON threads (user_id, seq);
