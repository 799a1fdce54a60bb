//! How operations are executed, whatever they ask: by the specification, and the same from memory as from the database.

mod literal;
mod random;
mod random_operations;
mod values;
