-- JSON: since when, and why, the conversation is missed; NULL: it is not.
ALTER TABLE conversations ADD COLUMN missed TEXT;
-- When the time for a reply began anew, by assignment or return; it counts if it is later than waiting_since.
ALTER TABLE conversations ADD COLUMN clock_from INTEGER;
-- When the silence began anew, by reopening; it counts if it is later than last_message_at.
ALTER TABLE conversations ADD COLUMN quiet_from INTEGER;

-- Hours of silence after which a conversation closes by itself; NULL: never.
ALTER TABLE workspace ADD COLUMN close_after_hours INTEGER DEFAULT 24;
