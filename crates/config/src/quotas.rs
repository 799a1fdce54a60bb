//! How much of the server each user and each workspace may use.

use super::error::ConfigError;
use super::reader::Reader;
use super::setting::{self, Setting};

/// Limits on what is stored and done; `None`: no limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Quotas {
    /// Workspaces that a user may belong to.
    pub workspaces_per_user: Option<i64>,
}

impl Quotas {
    pub(super) fn read(reader: &Reader<'_>) -> Result<Self, ConfigError> {
        Ok(Self { workspaces_per_user: limit(reader, &setting::WORKSPACES_PER_USER)? })
    }
}

/// A limit; 0 means that there is none.
fn limit(reader: &Reader<'_>, row: &Setting) -> Result<Option<i64>, ConfigError> {
    let most: i64 = reader.whole(row)?;
    Ok((most > 0).then_some(most))
}
