-- When a list was last replaced as a whole that may have lasted no longer than list_lasted, which is the shortest life of such
-- lists, in time weighted by the hours of the source. Null for a life that was measured before this column: it is measured
-- anew.
alter table sources add column list_lasted_at integer;
