-- The hash over what a reader sees now leaves out hidden elements and knows what is struck out, and the hash over the metadata
-- covers the markup of the text. Both are computed anew when an entry is listed next. Until then only the words tell whether
-- it was edited, so the new hashes announce no edit.
update entries set seen_hash = null, metadata_hash = null;
