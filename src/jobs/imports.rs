//! Goes through the files that posts are created from.

use super::parts::{InParts, PartRunner};
use fanfare_services::import::ImportAtWork;
use fanfare_services::{ServiceResult, Services};

/// See the file.
pub struct Imports;

/// The loop over the imports.
pub type ImportRunner = PartRunner<Imports>;

impl InParts for Imports {
    type Work = ImportAtWork;

    const NOUN: &'static str = "import";

    fn id(work: &ImportAtWork) -> i64 {
        work.id().0
    }

    async fn resume(services: &Services) -> ServiceResult<()> {
        services.imports().resume().await
    }

    async fn claim(services: &Services) -> ServiceResult<Option<ImportAtWork>> {
        services.imports().claim().await
    }

    async fn advance(services: &Services, work: &mut ImportAtWork) -> ServiceResult<bool> {
        services.imports().advance(work).await
    }

    async fn release(services: &Services, work: ImportAtWork) -> ServiceResult<()> {
        services.imports().release(work).await
    }
}
