//! What subscribers and health checks talk to.
