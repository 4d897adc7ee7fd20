-- The waiting that has lasted for too long: the value of `waiting_since` it was found for. A waiting that
-- begins anew is another one.
ALTER TABLE conversations ADD COLUMN late_for INTEGER;
-- Derived: mine, or offered to me and late.
ALTER TABLE conversations ADD COLUMN on_late_desk INTEGER NOT NULL DEFAULT 0;
UPDATE conversations SET on_late_desk = mine;
CREATE INDEX late_desk_by_time ON conversations (is_open, last_message_at, id) WHERE on_late_desk = 1;
CREATE INDEX late_desk_by_waiting ON conversations (is_open, waiting_key, id) WHERE on_late_desk = 1;
