-- The next change of one's status that comes by itself, and one's own settings.
ALTER TABLE session ADD COLUMN next TEXT NOT NULL DEFAULT 'null';
ALTER TABLE session ADD COLUMN settings TEXT NOT NULL DEFAULT '{}';

-- What is stored was written in the words of an earlier protocol. Without this row a fresh snapshot is
-- taken; what is unsent stays.
DELETE FROM session;
