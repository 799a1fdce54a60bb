//! The small bodies of the routes next to GraphQL.

use super::graphql::read_json;
use super::site::BODY_BYTES;
use crate::rest::RestError;
use axum::body::Bytes;
use axum::extract::{FromRequest, Request};

/// A whole body of at most [`BODY_BYTES`]. Its rejection is JSON: 413, or 408 where it does not arrive in time.
pub struct WholeBody(pub Bytes);

impl<S: Send + Sync> FromRequest<S> for WholeBody {
    type Rejection = RestError;

    async fn from_request(request: Request, _: &S) -> Result<Self, RestError> {
        Ok(Self(read_json(request.into_body(), BODY_BYTES).await?))
    }
}
