use super::id::GlobalId as _;
use crate::db::rows;
use async_graphql::{ID, Object};

#[derive(Clone)]
pub struct Account(pub rows::Account);

/// Minimal.
#[Object]
impl Account {
    /// Opaque, unique among all objects.
    pub async fn id(&self) -> ID {
        self.0.id.global()
    }
}
