//! Workers on a queue in memory, by a clock that stands still until a test lets time pass.

mod leases;
mod looks;
mod memory;
mod work;
