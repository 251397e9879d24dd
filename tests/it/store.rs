//! The store on real SQLite: what is kept, what joins, what is refused.

mod crash;
mod fixture;
mod groups;
mod hubs;
mod left_out;
mod opening;
mod order;
mod polls;
mod properties;
mod purge;
mod sources;
mod subscriber;
mod why;
