-- What users and assistants wrote may go through a codec of the application, which encrypts it for example.
-- payload_encoded holds the codec's bytes; the readable columns of such a row hold placeholders.
-- payload_version tells the layout of the text: 1 is JSON as it is sent.
ALTER TABLE threads ADD COLUMN payload_version INTEGER NOT NULL DEFAULT 1;
ALTER TABLE threads ADD COLUMN payload_encoded BLOB;
ALTER TABLE items ADD COLUMN payload_version INTEGER NOT NULL DEFAULT 1;
ALTER TABLE items ADD COLUMN payload_encoded BLOB;
ALTER TABLE drafts ADD COLUMN payload_version INTEGER NOT NULL DEFAULT 1;
ALTER TABLE drafts ADD COLUMN payload_encoded BLOB;
ALTER TABLE draft_pieces ADD COLUMN payload_version INTEGER NOT NULL DEFAULT 1;
ALTER TABLE draft_pieces ADD COLUMN payload_encoded BLOB;
