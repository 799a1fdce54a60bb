//! What must answer for the server to be of use.

use async_trait::async_trait;
use fanfare_edge::health::Readiness;
use fanfare_storage::Db;

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
