//! The outcomes of services as payloads show them.

use super::context::ContextExt as _;
use super::errors::{UserError, top_level};
use async_graphql::Context;
use fanfare_domain::user_error::{UserError as Refusal, UserErrorCode};
use fanfare_services::{Committed, ServiceError, ServiceResult};

/// The result of a mutation's service as its payload shows it: the object, or user errors. Whatever the user cannot fix
/// in the input is a top-level error.
pub fn settle<T>(outcome: ServiceResult<T>) -> async_graphql::Result<(Option<T>, Vec<UserError>)> {
    match outcome {
        Ok(value) => Ok((Some(value), Vec::new())),
        Err(ServiceError::User(errors)) => Ok((None, errors.into_iter().map(UserError::from).collect())),
        Err(ServiceError::NotFound) => Ok((None, vec![Refusal::not_found("id", "object").into()])),
        Err(error) => Err(top_level(error)),
    }
}

/// Whether an update was refused because its object has changed since the caller read it. The payload then has the newer
/// object.
pub fn is_conflict(errors: &[UserError]) -> bool {
    errors.iter().any(|error| error.code == UserErrorCode::Conflict)
}

/// The same for a command: reports to the client how far the log is after it (`X-Fanfare-Seq`).
pub fn committed<T>(
    ctx: &Context<'_>,
    outcome: ServiceResult<Committed<T>>,
) -> async_graphql::Result<(Option<T>, Vec<UserError>)> {
    let (done, errors) = settle(outcome)?;
    let done = done.map(|done| ctx.told(done)).transpose()?;
    Ok((done, errors))
}
