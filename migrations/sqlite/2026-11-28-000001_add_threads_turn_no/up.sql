-- The number of the thread's newest turn, counted from 1; 0 before the first turn. It never falls.
ALTER TABLE threads ADD COLUMN turn_no BIGINT NOT NULL DEFAULT 0;
