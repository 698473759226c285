-- What happened, in a chain: `mac` binds a row to the one before it, under a key that is not in this file.
-- Rows are only ever added.
CREATE TABLE journal (
    sequence INTEGER PRIMARY KEY, -- from 1, without gaps
    body     TEXT NOT NULL,       -- a JSON object
    mac      BLOB NOT NULL CHECK (length(mac) = 32)
) STRICT;

CREATE TRIGGER journal_is_not_edited BEFORE UPDATE ON journal
BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;

CREATE TRIGGER journal_is_not_shortened BEFORE DELETE ON journal
BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;

-- The explanations of the newest refusals, so that an id opens one after a restart too.
CREATE TABLE explanations (
    position INTEGER PRIMARY KEY AUTOINCREMENT,
    id       TEXT NOT NULL UNIQUE,
    body     TEXT NOT NULL -- a JSON object
) STRICT;
