//! One service a noun: authorise, validate, run one command in one transaction, or answer a query.

#![expect(clippy::module_name_repetitions, reason = "the noun is in the file's name and in the type's")]
#![expect(clippy::needless_pass_by_value, reason = "errors are taken whole, as `map_err` gives them")]
#![expect(clippy::similar_names, reason = "a `new` row and the time `now`: the plain words")]
#![cfg_attr(test, expect(clippy::unnecessary_wraps, reason = "functions of one kind keep one form"))]

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
pub mod invitation;
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
pub mod whole_answer;
pub mod workspace;
pub mod writing;

pub use context::{
    Committed, Freshness, List, Listed, MutationKey, Order, PublicError, Query, ServiceError, ServiceOptions,
    ServiceResult, Window,
};
pub use services::{Parts, Services};
