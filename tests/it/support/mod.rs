//! What the integration tests stand on: the real server as a process, its databases, and clients that speak to it.

pub mod answer_check;
pub mod database;
pub mod graphql;
pub mod messages_api;
pub mod person;
pub mod postgres;
pub mod process;
pub mod raw;
pub mod redis;
pub mod rest;
pub mod server;
pub mod simulator;
pub mod sql;
pub mod sse;
pub mod tcp_proxy;
pub mod waiting;
pub mod websocket;
