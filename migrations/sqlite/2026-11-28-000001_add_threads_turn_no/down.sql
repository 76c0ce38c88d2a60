ALTER TABLE threads DROP COLUMN turn_no;
