//! Writes the exports that are asked for.

use super::parts::{InParts, PartRunner};
use fanfare_services::export::ExportAtWork;
use fanfare_services::{ServiceResult, Services};

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
        services.exports().resume().await
    }

    async fn claim(services: &Services) -> ServiceResult<Option<ExportAtWork>> {
        services.exports().claim().await
    }

    async fn advance(services: &Services, work: &mut ExportAtWork) -> ServiceResult<bool> {
        services.exports().write(work).await
    }

    async fn release(services: &Services, work: ExportAtWork) -> ServiceResult<()> {
        services.exports().release(work).await
    }
}
