//! Why a document or its variables are not executed.

use super::places::Places;
use async_graphql::Pos;
use fanfare_query_limits::Refusal;
use std::error::Error;
use std::fmt::{self, Display, Formatter};

/// How many faults of a document or of its variables are told.
pub const MAX_FAULTS: usize = 20;

/// A document or variables that are not executed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refused {
    /// `extensions.code` of each fault.
    pub code: &'static str,
    /// At least one, at most [`MAX_FAULTS`].
    pub faults: Vec<Fault>,
}

/// What is wrong in one place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    pub message: String,
    pub locations: Vec<Pos>,
}

impl Fault {
    pub fn new(message: impl Into<String>, at: Pos) -> Self {
        Self { message: message.into(), locations: vec![at] }
    }
}

impl Refused {
    pub(crate) fn syntax(faults: Vec<Fault>) -> Self {
        Self::of("GRAPHQL_PARSE_FAILED", faults)
    }

    pub(crate) fn invalid(faults: Vec<Fault>) -> Self {
        Self::of("GRAPHQL_VALIDATION_FAILED", faults)
    }

    pub(crate) fn input(faults: Vec<Fault>) -> Self {
        Self::of("BAD_USER_INPUT", faults)
    }

    /// A fault of the whole document.
    pub(crate) fn whole(code: &'static str, message: impl Into<String>) -> Self {
        Self { code, faults: vec![Fault { message: message.into(), locations: Vec::new() }] }
    }

    /// What the limits refuse. A limit is passed by the whole document, anything else in one place.
    pub(crate) fn measured(refusal: &Refusal, places: &Places<'_>) -> Self {
        let at = match refusal {
            Refusal::OverLimit { .. } => return Self::whole(refusal.code(), refusal.to_string()),
            Refusal::Syntax { offset, .. } => places.at(*offset),
            Refusal::Invalid { at, .. } => *at,
        };
        Self::of(refusal.code(), vec![Fault::new(refusal.to_string(), at)])
    }

    fn of(code: &'static str, mut faults: Vec<Fault>) -> Self {
        faults.truncate(MAX_FAULTS);
        Self { code, faults }
    }
}

impl Display for Refused {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let first = self.faults.first().map_or("", |fault| fault.message.as_str());
        write!(f, "{}: {first}", self.code)
    }
}

impl Error for Refused {}
