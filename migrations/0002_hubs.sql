-- Subscriptions at hubs (WebSub): who tells us of a source's news, so that it need not be polled for them.

-- When a poll last found what its hub had not told of; until the hub tells of something again, it is not relied on.
alter table sources add column push_missed_at integer;

create table subscriptions (
    -- Unguessable: the last part of the callback. Whoever knows it can't make us poll, for news must be signed too.
    token text primary key,
    -- Null once the source is gone: the hub still has to be told that we leave.
    source_id integer references sources (id) on delete set null,
    hub text not null,
    topic text not null,
    callback text not null,
    secret text not null,
    -- The hub is to be told that we leave; the row goes when it has confirmed, or has not after three times of asking.
    leaving integer not null default 0 check (leaving in (0, 1)),
    -- When the hub is asked next (for the first time, again, or to renew), and how often it was in vain since it last
    -- confirmed. Written before it is asked, so that a crash asks nobody twice.
    ask_at integer not null,
    asked integer not null default 0,
    lease_until integer,
    pushed_at integer
) strict, without rowid;

-- A source has one subscription that it keeps; those it leaves are beside it.
create unique index subscriptions_kept on subscriptions (source_id) where leaving = 0;
-- For the foreign key.
create index subscriptions_source on subscriptions (source_id) where source_id is not null;
create index subscriptions_due on subscriptions (ask_at);
