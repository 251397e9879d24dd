-- How long the lists of the source were seen to last that were then replaced as a whole, in seconds: the shortest of the last
-- ones. Null if its list was not replaced as a whole. A feed that lists only its latest edition needs no more polls than two in
-- that time.
alter table sources add column list_lasted integer;
-- How many lists in a row were replaced as a whole.
alter table sources add column lists_in_a_row integer not null default 0;
