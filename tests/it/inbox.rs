//! The inbox, through the real server and the simulated networks as a process of their own.

mod auto_reply;
mod leases;
mod lists;
mod live;
mod looks;
mod replies;
mod review;
pub mod scene;
