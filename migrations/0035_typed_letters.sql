-- The index spells letters such as `œ`, `æ`, `ł` and `ø` as people type them (`oe`, `ae`, `l`, `o`), so every entry is indexed
-- again, from the newest to the oldest. Until then it is found by its former words.
update search_progress set
    newest = coalesce((select max(id) from entries), 0), oldest = coalesce((select max(id) from entries), 0) + 1;
