-- What the agent set for the notices of this computer, as JSON. No row: nothing was set.
CREATE TABLE notice_settings (
    one INTEGER PRIMARY KEY NOT NULL CHECK (one = 1),
    settings TEXT NOT NULL
) STRICT;

-- "Why did I miss it?" is asked of one conversation, or of an absence.
CREATE INDEX ledger_of_conversation ON ledger (conversation_id, id);
CREATE INDEX ledger_by_time ON ledger (at);
