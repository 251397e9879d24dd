//! Putting the chosen articles into one feed.
