use crate::scalars::DateTime;
use async_graphql::Object;
use fanfare_services::parted;

/// The fields that every object of such work has alike: flattened into each of them, and no type of the schema.
pub struct Progress<'a>(pub &'a parted::Progress);

#[Object(crate = "crate::execution")]
impl Progress<'_> {
    /// Why it FAILED.
    async fn error(&self) -> Option<&str> {
        self.0.error.as_deref()
    }

    /// When it was asked for.
    async fn created_at(&self) -> DateTime {
        self.0.created_at.into()
    }
}
