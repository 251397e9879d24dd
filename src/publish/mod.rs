//! Rebuilds the river's snapshot when something changed, after a short quiet time.
