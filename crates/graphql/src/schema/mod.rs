//! The schema as a whole.

mod roots;

pub use roots::{Schema, sdl};

#[cfg(test)]
mod tests;
