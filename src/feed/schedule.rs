//! When to poll next: interval, raisers, backoff, jitter.
