-- Ids are 16 bytes, times are milliseconds as the server stamped them, numbers of the log are integers.
-- A column called model, truth, shown or command holds one value of the protocol as JSON; the columns
-- beside it are what lists and lookups need, and are always written together with it.

-- Whose cache this is and how far it has come. No row: there is no snapshot yet.
CREATE TABLE session (
    one INTEGER PRIMARY KEY NOT NULL CHECK (one = 1),
    workspace_id BLOB NOT NULL,
    agent_id BLOB NOT NULL,
    -- The last event stored.
    cursor INTEGER NOT NULL,
    workspace TEXT NOT NULL,
    choice TEXT NOT NULL,
    presence TEXT NOT NULL
) STRICT;

CREATE TABLE agents (id BLOB PRIMARY KEY NOT NULL, model TEXT NOT NULL) STRICT;
CREATE TABLE agent_groups (id BLOB PRIMARY KEY NOT NULL, model TEXT NOT NULL) STRICT;
CREATE TABLE sites (id BLOB PRIMARY KEY NOT NULL, model TEXT NOT NULL) STRICT;
CREATE TABLE team_presence (id BLOB PRIMARY KEY NOT NULL, model TEXT NOT NULL) STRICT;

CREATE TABLE conversations (
    id BLOB PRIMARY KEY NOT NULL,
    -- As the server said last.
    truth TEXT NOT NULL,
    -- Whether messages older than all that are stored are on the server.
    more INTEGER NOT NULL,
    -- All from here on is derived, and written again in the transaction of every change: the truth
    -- with the unconfirmed commands carried out on it, and what lists show of it.
    shown TEXT NOT NULL DEFAULT '',
    preview_by TEXT NOT NULL DEFAULT '',
    preview TEXT NOT NULL DEFAULT '',
    is_new INTEGER NOT NULL DEFAULT 0,
    is_open INTEGER NOT NULL DEFAULT 0,
    mine INTEGER NOT NULL DEFAULT 0,
    -- Mine or offered to me.
    on_desk INTEGER NOT NULL DEFAULT 0,
    unassigned INTEGER NOT NULL DEFAULT 0,
    group_id BLOB,
    last_message_at INTEGER NOT NULL DEFAULT 0,
    -- Sorts by longest waiting; small numbers are the instant since when somebody waits.
    waiting_key INTEGER NOT NULL DEFAULT 0
) STRICT;

-- One index for each folder and order, so that no list is ever sorted when it is read.
CREATE INDEX all_by_time ON conversations (is_open, last_message_at, id);
CREATE INDEX all_by_waiting ON conversations (is_open, waiting_key, id);
CREATE INDEX mine_by_time ON conversations (is_open, last_message_at, id) WHERE mine = 1;
CREATE INDEX mine_by_waiting ON conversations (is_open, waiting_key, id) WHERE mine = 1;
CREATE INDEX desk_by_time ON conversations (is_open, last_message_at, id) WHERE on_desk = 1;
CREATE INDEX desk_by_waiting ON conversations (is_open, waiting_key, id) WHERE on_desk = 1;
CREATE INDEX unassigned_by_time ON conversations (is_open, last_message_at, id) WHERE unassigned = 1;
CREATE INDEX unassigned_by_waiting ON conversations (is_open, waiting_key, id) WHERE unassigned = 1;
CREATE INDEX group_by_time ON conversations (group_id, is_open, last_message_at, id) WHERE group_id IS NOT NULL;
CREATE INDEX group_by_waiting ON conversations (group_id, is_open, waiting_key, id) WHERE group_id IS NOT NULL;

-- What is stored of a conversation has no gaps: from its oldest message here to its newest.
CREATE TABLE messages (
    number INTEGER PRIMARY KEY NOT NULL,
    id BLOB NOT NULL UNIQUE,
    conversation_id BLOB NOT NULL REFERENCES conversations (id) ON DELETE CASCADE,
    seq INTEGER NOT NULL,
    client_id BLOB NOT NULL,
    author TEXT NOT NULL,
    kind TEXT NOT NULL,
    body TEXT NOT NULL,
    mentions TEXT NOT NULL,
    sent_at INTEGER NOT NULL,
    UNIQUE (conversation_id, seq),
    UNIQUE (conversation_id, client_id)
) STRICT;

-- Without a reference: a mark outlives sight of its conversation.
CREATE TABLE read_marks (
    conversation_id BLOB PRIMARY KEY NOT NULL,
    through INTEGER NOT NULL
) STRICT;

CREATE TABLE drafts (
    conversation_id BLOB PRIMARY KEY NOT NULL REFERENCES conversations (id) ON DELETE CASCADE,
    text TEXT NOT NULL
) STRICT;

-- Commands in the order they were given. Without a reference: what somebody wrote outlives sight of
-- its conversation.
CREATE TABLE outbox (
    position INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    client_id BLOB NOT NULL UNIQUE,
    conversation_id BLOB NOT NULL,
    command TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('message', 'mark_read', 'other')),
    at INTEGER NOT NULL,
    -- confirmed: the server has it, but the cursor has not reached its events yet.
    state TEXT NOT NULL CHECK (state IN ('waiting', 'failed', 'confirmed')),
    -- Of a failed one: the error, as JSON.
    error TEXT NOT NULL DEFAULT '',
    -- Of a confirmed one: the last event it made.
    confirmed_seq INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX outbox_of_conversation ON outbox (conversation_id, position);

-- What may have to be notified of and is not decided yet.
CREATE TABLE intents (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    conversation_id BLOB,
    seq INTEGER NOT NULL,
    kind TEXT NOT NULL,
    payload TEXT NOT NULL,
    at INTEGER NOT NULL
) STRICT;

-- What was decided. Never holds what anybody wrote.
CREATE TABLE ledger (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    conversation_id BLOB,
    kind TEXT NOT NULL,
    at INTEGER NOT NULL,
    decided_at INTEGER NOT NULL,
    shown INTEGER NOT NULL,
    reason TEXT NOT NULL
) STRICT;
