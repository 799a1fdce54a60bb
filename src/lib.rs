//! Fanfare: publishes a post to social networks and brings back what happens there.
//!
//! Layers are folders and imports run one way (a test holds it):
//! `main -> app -> {http, jobs} -> rest -> graphql -> {services, publishing} -> {db, platforms, events, cache, auth, ai} -> net -> domain`.
//!
//! - [`domain`]: types, states and rules, without I/O.
//! - [`net`]: the only outgoing HTTP client.
//! - [`platforms`]: one client for each network, behind one trait.
//! - [`simulator`]: the networks' dialects as a server, for trials and tests.
//! - [`db`]: all SQL, written once and compiled for SQLite and PostgreSQL.
//! - [`events`]: the durable log's fan-out to subscribers and the wake-up between nodes.
//! - [`cache`]: answers to reads, kept in memory and in Redis.
//! - [`auth`]: passwords, tokens, policy, sealing of secrets.
//! - [`ai`]: writing aids, by a language model or by rules.
//! - [`services`]: one file a noun: authorise, validate, run one command in one transaction.
//! - [`publishing`]: the engine that takes due targets to the networks.
//! - [`jobs`]: the periodic work.
//! - [`graphql`]: the schema. [`rest`]: routes as data, each an operation of the schema. [`http`]: the server's edge.
//! - [`app`]: the only place that wires them together. [`config`], [`telemetry`].

// The roots of the schema are chains of the nouns' own: each noun makes the type of a resolver deeper.
#![recursion_limit = "256"]

pub mod ai;
pub mod app;
pub mod auth;
pub mod cache;
pub mod config;
pub mod db;
pub mod domain;
pub mod events;
pub mod graphql;
pub mod http;
pub mod jobs;
pub mod net;
pub mod platforms;
pub mod publishing;
pub mod rest;
pub mod services;
pub mod simulator;
pub mod telemetry;
