//! Whether there is room on the disk.

use crate::Conn;
use fanfare_domain::clock::Timestamp;
use fanfare_storage::prelude::*;

/// The one row that is written for it.
const ROW: &str = "room";

/// Writes something, so that a disk that has room again is found out.
pub async fn prove(conn: &mut Conn, now: Timestamp) -> QueryResult<()> {
    diesel::insert_into(rate_buckets::table)
        .values((
            rate_buckets::bucket.eq(ROW),
            rate_buckets::tokens.eq(0.0),
            rate_buckets::updated_at.eq(now),
        ))
        .on_conflict(rate_buckets::bucket)
        .do_update()
        .set(rate_buckets::updated_at.eq(now))
        .execute(conn)
        .await?;
    Ok(())
}
