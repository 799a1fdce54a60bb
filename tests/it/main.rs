//! The integration tests, one binary: each starts the real server or reads the tree.

#![expect(clippy::duration_suboptimal_units, reason = "limits are written in the unit of their source")]
#![expect(clippy::match_same_arms, reason = "a table of cases reads row by row")]
#![expect(clippy::module_name_repetitions, reason = "the noun is in the file's name and in the type's")]
#![expect(clippy::needless_pass_by_value, reason = "errors are taken whole, as `map_err` gives them")]
#![expect(
    clippy::similar_names,
    reason = "a `stage` and a `state`, a `new` row and the time `now`: the plain words"
)]
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a test says by a panic that something is not as promised"
)]

mod architecture;
mod attack;
mod authorization;
mod clocks;
mod databases;
mod docs;
mod edge;
mod execution;
mod graphql;
mod inbox;
mod keys;
mod licences;
mod operation;
mod platforms;
mod publishing;
mod reads;
mod rest;
mod secrets;
#[expect(dead_code, reason = "clients for what the server is going to answer")]
mod support;
mod wakeup;
