//! The edge on a real port, in front of a small schema.

mod over_http;
mod over_sse;
mod over_websocket;
mod surroundings;
mod trial;
