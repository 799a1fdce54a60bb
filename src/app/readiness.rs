//! What has to answer for the server to be of use.

use crate::db::Db;
use crate::http::health::Readiness;
use async_trait::async_trait;

/// The database.
pub struct DatabaseReadiness(pub Db);

#[async_trait]
impl Readiness for DatabaseReadiness {
    async fn check(&self) -> Vec<(&'static str, Result<(), String>)> {
        let database = self.0.ping().await.map_err(|error| {
            tracing::warn!(%error, "the database does not answer");
            "does not answer".to_owned()
        });
        vec![("database", database)]
    }
}
