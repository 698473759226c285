-- What was changed at run time, one row per thing: its kind, its id, and what it is now (JSON), or
-- nothing if it is there no longer, whether it was made here or stands in the configuration.
-- `position` orders the rows by their last change. A further kind of thing needs no further layout.
CREATE TABLE records (
    position INTEGER PRIMARY KEY AUTOINCREMENT,
    kind     TEXT NOT NULL,
    id       TEXT NOT NULL COLLATE NOCASE,
    body     TEXT CHECK (body IS NULL OR json_valid(body)),
    UNIQUE (kind, id)
) STRICT;

INSERT INTO records (kind, id, body)
SELECT 'role-assignment', id,
       CASE state WHEN 'granted' THEN json_object(
           'principal', principal, 'principalKind', principal_kind, 'role', role, 'scope', scope,
           'condition', condition, 'created', created, 'starts', starts, 'ends', ends,
           'eligible', json(CASE eligible WHEN 1 THEN 'true' ELSE 'false' END))
       END
FROM changes ORDER BY position;

DROP TABLE changes;
