-- The servers (scheme, host and port) that answered ordinary requests wrongly and plain ones with the document, in the polls of
-- their sources. A right answer to an ordinary request deletes the row.
create table plain_servers (
    server text primary key,
    -- How many polls in a row showed that, and the last of them.
    proofs integer not null,
    proved_at integer not null,
    -- The source whose poll showed it first, and whether that of another source did so since.
    first_source integer not null,
    is_shared integer not null check (is_shared in (0, 1)),
    -- When one of the sources sends an ordinary request again, to see whether the server answers it rightly now.
    next_try_at integer not null
) strict, without rowid;
