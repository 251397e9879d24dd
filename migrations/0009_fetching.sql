-- When a conditional request last failed although a request without conditions brought the document: the server then gets no
-- conditions for a while.
alter table sources add column conditions_hurt_at integer;
-- The new address that a document named (`itunes:new-feed-url`) and that led nowhere, or back: it is not tried again.
alter table sources add column refused_move text;
-- 1: the operator forbids to publish the address. Written by `sync_sources` alone.
alter table sources add column private integer not null default 0 check (private in (0, 1));
-- The pauses that WebSub hubs asked for, by host and port. They hold for the subscriptions of all sources there.
create table hub_pauses (
    hub text primary key,
    until integer not null
) strict, without rowid;
