//! How much of the server each user and each workspace may use.

use super::error::ConfigError;
use super::reader::Reader;
use super::setting::{self, Setting};
use fanfare_domain::quota::{PostQuota, WorkspaceQuota};

/// Limits on what is stored and done; `None`: no limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Quotas {
    /// Workspaces of a user.
    pub workspaces: WorkspaceQuota,
    /// Bytes of media that a workspace may store.
    pub storage_per_workspace: Option<i64>,
    /// Posts of a workspace.
    pub posts: PostQuota,
}

impl Quotas {
    pub(super) fn read(reader: &Reader<'_>) -> Result<Self, ConfigError> {
        Ok(Self {
            workspaces: WorkspaceQuota {
                belong: limit(reader, &setting::WORKSPACES_PER_USER)?,
                own: limit(reader, &setting::OWNED_WORKSPACES_PER_USER)?,
            },
            storage_per_workspace: limit(reader, &setting::WORKSPACE_STORAGE_BYTES)?,
            posts: PostQuota {
                open: limit(reader, &setting::WORKSPACE_OPEN_POSTS)?,
                per_day: limit(reader, &setting::WORKSPACE_POSTS_PER_DAY)?,
            },
        })
    }
}

/// A limit; 0 means that there is none.
fn limit(reader: &Reader<'_>, row: &Setting) -> Result<Option<i64>, ConfigError> {
    let most: i64 = reader.whole(row)?;
    Ok((most > 0).then_some(most))
}
