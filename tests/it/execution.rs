//! How operations are executed, whatever they ask: by the specification, and the same from memory as from the database.

mod every_field;
mod literal;
mod random;
mod random_operations;
mod scenario;
mod twins;
mod typed_events;
mod values;
mod variables;
mod whole_answers;
