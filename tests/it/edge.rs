//! What surrounds the schema, through the real server: what is refused before it is read, and what every answer carries.

mod credentials;
mod entity_tags;
mod expiry;
mod exposure;
mod foreign_bytes;
mod headers;
mod production;
mod revocation;
mod simple_requests;
mod status_codes;
mod streamed_answers;
mod unknown;
