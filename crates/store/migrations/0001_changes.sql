-- What was changed at run time, one row per role assignment id: it is granted (with all its fields)
-- or revoked (with none). One row per id is what makes a grant lift a revocation and the reverse.
-- `position` orders the rows by their last change.
CREATE TABLE changes (
    position       INTEGER PRIMARY KEY AUTOINCREMENT,
    id             TEXT    NOT NULL COLLATE NOCASE UNIQUE,
    state          TEXT    NOT NULL CHECK (state IN ('granted', 'revoked')),
    principal      TEXT,
    principal_kind TEXT,
    role           TEXT,
    scope          TEXT,
    condition      TEXT,
    created        INTEGER, -- seconds since the Unix epoch, as are the next two
    starts         INTEGER,
    ends           INTEGER,
    eligible       INTEGER CHECK (eligible IN (0, 1)),
    CHECK (
        state = 'revoked'
        OR (principal IS NOT NULL AND principal_kind IS NOT NULL AND role IS NOT NULL
            AND scope IS NOT NULL AND eligible IS NOT NULL)
    )
) STRICT;
