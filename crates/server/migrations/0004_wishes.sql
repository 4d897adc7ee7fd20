-- JSON: who is to answer the visitor's next message (a group's id, or null: nobody in particular), as
-- they chose it while no conversation was open; NULL: they chose nothing.
ALTER TABLE visitors ADD COLUMN wish TEXT;
