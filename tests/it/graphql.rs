//! The schema, asked as clients ask it.

mod subscriptions;
