-- `store::entries::insert` puts the article of a new entry into the queue of the views. Because of the trigger, SQLite kept a
-- copy of each page that the insertion of an entry changed, so that it could undo the statement.
drop trigger entries_added_to_view_queue;
