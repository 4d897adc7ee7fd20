-- The card of what happened while the agent was away, as JSON. No row: there is none.
CREATE TABLE away (
    one INTEGER PRIMARY KEY NOT NULL CHECK (one = 1),
    card TEXT NOT NULL
) STRICT;
