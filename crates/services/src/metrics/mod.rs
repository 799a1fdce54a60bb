//! Metrics of published posts.

mod refresh;
