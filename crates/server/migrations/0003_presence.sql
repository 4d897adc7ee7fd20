-- JSON: the latest pick with what it leads to, how the last lease ended, and what was last told. It
-- takes the place of four columns.
ALTER TABLE agents ADD COLUMN standing TEXT NOT NULL DEFAULT '{}';
UPDATE agents SET standing = json_object(
    'pick', json_object(
        'status', choice ->> '$.status',
        'at', choice ->> '$.at',
        'made', choice_made_at,
        'source', choice -> '$.source',
        'plan', json_object('plan', 'none')),
    'held', json('false'),
    'away', json('false'),
    'goodbye', goodbye,
    'told', json_object(
        'presence', published -> '$.presence',
        'status_since', published ->> '$.status_since',
        'choice', json(choice),
        'next', NULL));

-- The load last told: open conversations that they are assigned to.
ALTER TABLE agents ADD COLUMN open INTEGER NOT NULL DEFAULT 0;
UPDATE agents SET open = (SELECT count(*) FROM conversations
    WHERE state = 'open' AND assigned LIKE '%"' || agents.id || '"%');

-- Which statuses may be picked beside Online and Invisible, and who reads the log of status changes.
ALTER TABLE workspace ADD COLUMN busy INTEGER NOT NULL DEFAULT 0;
ALTER TABLE workspace ADD COLUMN offline_by_hand INTEGER NOT NULL DEFAULT 1;
ALTER TABLE workspace ADD COLUMN status_log_for_admins INTEGER NOT NULL DEFAULT 0;

-- JSON list of the groups that answer the site, in the order visitors choose from.
ALTER TABLE sites ADD COLUMN answering_groups TEXT NOT NULL DEFAULT '[]';

-- JSON: what the agent set for themselves; NULL: nothing yet.
ALTER TABLE agents ADD COLUMN settings TEXT;

-- What others got of an agent, from when on: for the agent's own day, and for admins where allowed.
CREATE TABLE status_log (
    number          INTEGER PRIMARY KEY AUTOINCREMENT,
    agent_id        TEXT NOT NULL REFERENCES agents (id) ON DELETE CASCADE,
    at              INTEGER NOT NULL,
    -- JSON.
    presence        TEXT NOT NULL,
    choice          TEXT NOT NULL
) STRICT;
CREATE INDEX status_log_of_agent ON status_log (agent_id, at, number);
-- The log begins with what holds now.
INSERT INTO status_log (agent_id, at, presence, choice)
SELECT id, published ->> '$.presence.since', published -> '$.presence', choice FROM agents;

-- For the load of agents and the end of a wind-down.
CREATE INDEX conversations_open ON conversations (id) WHERE state = 'open';

ALTER TABLE agents DROP COLUMN choice;
ALTER TABLE agents DROP COLUMN choice_made_at;
ALTER TABLE agents DROP COLUMN published;
ALTER TABLE agents DROP COLUMN goodbye;
