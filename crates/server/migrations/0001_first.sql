-- One row: the workspace itself, and where its log stands.
CREATE TABLE workspace (
    only_one        INTEGER NOT NULL PRIMARY KEY CHECK (only_one = 1),
    id              TEXT NOT NULL,
    name            TEXT NOT NULL,
    idle_minutes    INTEGER,
    demo_site_id    TEXT,
    log_end         INTEGER NOT NULL DEFAULT 0,
    pruned_through  INTEGER NOT NULL DEFAULT 0
) STRICT;

CREATE TABLE agents (
    id              TEXT NOT NULL PRIMARY KEY,
    name            TEXT NOT NULL,
    -- In lower case.
    email           TEXT NOT NULL UNIQUE,
    role            TEXT NOT NULL,
    password_hash   TEXT NOT NULL,
    created_at      INTEGER NOT NULL,
    -- JSON: the choice in force, when it was made, and what was last told to others.
    choice          TEXT NOT NULL,
    choice_made_at  INTEGER NOT NULL,
    published       TEXT NOT NULL,
    -- How the last lease ended; NULL: it ran out.
    goodbye         TEXT
) STRICT;

CREATE TABLE devices (
    id              TEXT NOT NULL PRIMARY KEY,
    agent_id        TEXT NOT NULL REFERENCES agents (id) ON DELETE CASCADE,
    name            TEXT NOT NULL,
    token_hash      BLOB NOT NULL UNIQUE,
    signed_in_at    INTEGER NOT NULL,
    last_seen_at    INTEGER NOT NULL,
    -- Whether it held a lease when it was last heard of, and what it had reported (JSON).
    leased          INTEGER NOT NULL DEFAULT 0,
    activity        TEXT NOT NULL
) STRICT;
CREATE INDEX devices_by_agent ON devices (agent_id);

CREATE TABLE invitations (
    id              TEXT NOT NULL PRIMARY KEY,
    code_hash       BLOB NOT NULL UNIQUE,
    email           TEXT NOT NULL,
    role            TEXT NOT NULL,
    expires_at      INTEGER NOT NULL,
    used_at         INTEGER
) STRICT;

CREATE TABLE agent_groups (
    id              TEXT NOT NULL PRIMARY KEY,
    name            TEXT NOT NULL
) STRICT;

CREATE TABLE group_members (
    group_id        TEXT NOT NULL REFERENCES agent_groups (id) ON DELETE CASCADE,
    agent_id        TEXT NOT NULL REFERENCES agents (id) ON DELETE CASCADE,
    PRIMARY KEY (group_id, agent_id)
) STRICT;

CREATE TABLE sites (
    id              TEXT NOT NULL PRIMARY KEY,
    name            TEXT NOT NULL,
    -- JSON list of origins.
    origins         TEXT NOT NULL,
    when_nobody     TEXT NOT NULL
) STRICT;

CREATE TABLE visitors (
    id              TEXT NOT NULL PRIMARY KEY,
    site_id         TEXT NOT NULL REFERENCES sites (id),
    token_hash      BLOB NOT NULL UNIQUE,
    name            TEXT,
    email           TEXT,
    created_at      INTEGER NOT NULL
) STRICT;

CREATE TABLE conversations (
    id              TEXT NOT NULL PRIMARY KEY,
    site_id         TEXT NOT NULL REFERENCES sites (id),
    visitor_id      TEXT NOT NULL REFERENCES visitors (id),
    group_id        TEXT REFERENCES agent_groups (id),
    state           TEXT NOT NULL,
    -- JSON list of agent ids, in the order they joined.
    assigned        TEXT NOT NULL,
    created_at      INTEGER NOT NULL,
    last_message_at INTEGER NOT NULL,
    waiting_since   INTEGER
) STRICT;
CREATE INDEX conversations_by_visitor ON conversations (visitor_id);
CREATE INDEX conversations_by_group ON conversations (group_id);

CREATE TABLE messages (
    id              TEXT NOT NULL PRIMARY KEY,
    conversation_id TEXT NOT NULL REFERENCES conversations (id) ON DELETE CASCADE,
    -- The event that added it.
    seq             INTEGER NOT NULL UNIQUE,
    author          TEXT NOT NULL,
    kind            TEXT NOT NULL,
    body            TEXT NOT NULL,
    sent_at         INTEGER NOT NULL,
    client_id       TEXT NOT NULL,
    mentions        TEXT NOT NULL
) STRICT;
CREATE INDEX messages_in_order ON messages (conversation_id, seq);

CREATE TABLE read_marks (
    agent_id        TEXT NOT NULL REFERENCES agents (id) ON DELETE CASCADE,
    conversation_id TEXT NOT NULL REFERENCES conversations (id) ON DELETE CASCADE,
    through         INTEGER NOT NULL,
    PRIMARY KEY (agent_id, conversation_id)
) STRICT;

-- What was carried out already, so that a repetition gets the first answer again.
CREATE TABLE carried_out (
    -- The agent or visitor.
    sender          TEXT NOT NULL,
    client_id       TEXT NOT NULL,
    seq             INTEGER NOT NULL,
    message_id      TEXT,
    PRIMARY KEY (sender, client_id)
) STRICT;

CREATE TABLE events (
    seq             INTEGER PRIMARY KEY AUTOINCREMENT,
    at              INTEGER NOT NULL,
    -- '*' for everybody, otherwise agent ids, each with a space before and after it.
    audience        TEXT NOT NULL,
    payload         TEXT NOT NULL
) STRICT;
CREATE INDEX events_by_time ON events (at);
