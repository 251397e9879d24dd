-- How often in a row a request without conditions brought the document after one with them had failed. `conditions_hurt_at` is
-- when that happened last. One such observation was enough before, so what was noted then is proved anew.
alter table sources add column plain_proofs integer not null default 0;
