//! Which servers run, and with which key each of them seals.

use crate::Conn;
use fanfare_domain::clock::Timestamp;
use fanfare_storage::prelude::*;

/// Notes that a server runs and seals with this key.
pub async fn seen(conn: &mut Conn, server: &str, key_id: &str, now: Timestamp) -> QueryResult<()> {
    diesel::insert_into(sealing_servers::table)
        .values((
            sealing_servers::server.eq(server),
            sealing_servers::key_id.eq(key_id),
            sealing_servers::seen_at.eq(now),
        ))
        .on_conflict(sealing_servers::server)
        .do_update()
        .set(sealing_servers::seen_at.eq(now))
        .execute(conn)
        .await?;
    Ok(())
}

/// Notes that a server has ended, and forgets those that have not been seen since `before`.
pub async fn gone(conn: &mut Conn, server: &str, before: Timestamp) -> QueryResult<()> {
    let ended = sealing_servers::server.eq(server).or(sealing_servers::seen_at.lt(before));
    diesel::delete(sealing_servers::table.filter(ended)).execute(conn).await?;
    Ok(())
}

/// The keys that servers which were seen since `after` seal with, each with when it was seen last.
pub async fn keys(conn: &mut Conn, after: Timestamp) -> QueryResult<Vec<(String, Timestamp)>> {
    sealing_servers::table
        .filter(sealing_servers::seen_at.ge(after))
        .order(sealing_servers::seen_at.desc())
        .select((sealing_servers::key_id, sealing_servers::seen_at))
        .load(conn)
        .await
}
