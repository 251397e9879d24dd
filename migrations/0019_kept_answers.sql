-- Answers that verbs (`add`, `check --online`) got before the source was polled. The next poll of the source uses the answer instead
-- of a request. An address can stand here before feeds.toml names it.
create table kept_answers (
    url text primary key,
    asked_at integer not null,
    -- The answer without its body, as JSON.
    outcome text not null,
    body blob not null
) strict;
