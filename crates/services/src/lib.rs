//! One service a noun: authorise, validate, run one command in one transaction, or answer a query.

pub mod account;
pub mod analytics;
pub mod api_key;
pub mod audit;
pub mod calendar;
pub mod campaign;
mod context;
pub mod cost;
pub mod event;
pub mod export;
pub mod import;
pub mod inbox;
pub mod media;
pub mod metrics;
pub mod parted;
pub mod person;
pub mod place;
pub mod post;
pub mod publication;
pub mod sealing;
mod services;
pub mod session;
pub mod settings;
pub mod template;
pub mod workspace;
pub mod writing;

pub use context::{
    Committed, Freshness, List, Listed, MutationKey, Order, PublicError, Query, ServiceError, ServiceOptions,
    ServiceResult, Window,
};
pub use services::{Parts, Services};
