ALTER TABLE threads DROP COLUMN payload_encoded;
ALTER TABLE threads DROP COLUMN payload_version;
ALTER TABLE items DROP COLUMN payload_encoded;
ALTER TABLE items DROP COLUMN payload_version;
ALTER TABLE drafts DROP COLUMN payload_encoded;
ALTER TABLE drafts DROP COLUMN payload_version;
ALTER TABLE draft_pieces DROP COLUMN payload_encoded;
ALTER TABLE draft_pieces DROP COLUMN payload_version;
