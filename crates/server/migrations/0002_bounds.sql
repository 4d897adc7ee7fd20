-- Where the log stood when the agent was made. What was for everybody before that was not for them.
ALTER TABLE agents ADD COLUMN joined_after INTEGER NOT NULL DEFAULT 0;

-- The newest message that the writer of a reply had before them.
ALTER TABLE messages ADD COLUMN seen_through INTEGER;

-- When it was carried out, so that a note which no message depends on can be forgotten.
ALTER TABLE carried_out ADD COLUMN at INTEGER NOT NULL DEFAULT 0;
CREATE INDEX carried_out_by_time ON carried_out (at) WHERE message_id IS NULL;
