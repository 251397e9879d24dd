//! Tests the store on real SQLite: what it keeps, what it joins and what it refuses.

mod archive;
mod crash;
mod damage;
mod fixture;
mod groups;
mod hubs;
mod incidents;
mod kept_answers;
mod left_out;
mod model;
mod opening;
mod order;
mod pages;
mod parts;
mod polls;
mod properties;
mod purge;
mod same_key;
mod search;
mod sources;
mod subscriber;
mod upgrade;
mod views;
mod why;
