//! The integration tests, one binary: each starts the real server or reads the tree.

mod architecture;
