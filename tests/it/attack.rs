//! What clients can hold of the server that mean no good. Each bound is looked at where the server counts it.

mod connections;
mod crowd;
mod held_bodies;
mod late_bodies;
