//! The edge on a real port, in front of a small schema.

mod exact;
mod flights;
mod happenings;
mod library_service;
mod over_http;
mod over_sse;
mod over_websocket;
mod random_sessions;
mod random_uploads;
mod socket;
mod surroundings;
mod trial;
mod websocket_protocol;
