//! Writes the exports that are asked for.

use super::parts::{InParts, PartRunner};
use fanfare_services::{ExportAtWork, ServiceResult, Services};

/// See the file.
pub struct Exports;

/// The loop over the exports.
pub type ExportRunner = PartRunner<Exports>;

impl InParts for Exports {
    type Work = ExportAtWork;

    const NOUN: &'static str = "export";

    fn id(work: &ExportAtWork) -> i64 {
        work.id().0
    }

    async fn resume(services: &Services) -> ServiceResult<()> {
        services.resume_exports().await
    }

    async fn claim(services: &Services) -> ServiceResult<Option<ExportAtWork>> {
        services.claim_export().await
    }

    async fn advance(services: &Services, work: &mut ExportAtWork) -> ServiceResult<bool> {
        services.write_export(work).await
    }

    async fn release(services: &Services, work: ExportAtWork) -> ServiceResult<()> {
        services.release_export(work).await
    }
}
