-- The pauses that hosts asked for, by registrable domain: for sources that come to the domain while one is in force. Those
-- that are there have it in their own rows. One that is over goes when the next one comes.
create table pauses (
    domain text primary key,
    until integer not null,
    -- When it was asked for, by our clock.
    asked_at integer not null
) strict, without rowid;
