-- When a conditional request last failed although a request without conditions brought the document: the server then gets no
-- conditions for a while.
alter table sources add column conditions_hurt_at integer;
