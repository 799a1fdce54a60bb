//! HTTP status codes of answers at `/graphql`.

use super::super::answer::Answer;
use super::super::gateway::RequestScope;
use super::super::media_type::MediaType;
use super::super::options::StatusCodes;
use super::super::problem::Problem;
use axum::http::StatusCode;

/// "Partial Success" of the GraphQL-over-HTTP draft: executed, and some fields failed.
const PARTIAL_SUCCESS: u16 = 294;

/// The status of an answer to a single request.
pub fn of_answer(answer: &Answer, media: MediaType, scope: &RequestScope, codes: StatusCodes) -> StatusCode {
    if answer.is_unavailable() {
        return StatusCode::SERVICE_UNAVAILABLE;
    }
    // Clients renew a token that was not accepted by this status.
    if scope.refused.is_some() && answer.is_unauthenticated() {
        return StatusCode::UNAUTHORIZED;
    }
    if media == MediaType::Json {
        return StatusCode::OK;
    }
    match codes {
        StatusCodes::Stable if answer.is_refused() => StatusCode::BAD_REQUEST,
        StatusCodes::Draft if answer.is_invalid() => StatusCode::UNPROCESSABLE_ENTITY,
        StatusCodes::Draft if answer.is_refused() => StatusCode::BAD_REQUEST,
        StatusCodes::Draft if !answer.errors.is_empty() => {
            StatusCode::from_u16(PARTIAL_SUCCESS).unwrap_or(StatusCode::OK)
        }
        StatusCodes::Stable | StatusCodes::Draft => StatusCode::OK,
    }
}

/// The problem with its status: in the draft, a document that can be parsed and is not valid is 422.
pub fn of_problem(problem: Problem, codes: StatusCodes) -> Problem {
    if codes == StatusCodes::Draft && problem.document && problem.code != "GRAPHQL_PARSE_FAILED" {
        return Problem { status: StatusCode::UNPROCESSABLE_ENTITY, ..problem };
    }
    problem
}
