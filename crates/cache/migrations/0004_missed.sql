-- Derived: red.
ALTER TABLE conversations ADD COLUMN is_missed INTEGER NOT NULL DEFAULT 0;

-- What is stored was written in the words of an earlier protocol. Without this row a fresh snapshot is
-- taken; what is unsent stays.
DELETE FROM session;
