//! How much of the language model each workspace has used in a day, shared by all nodes.

use super::Conn;
use fanfare_domain::id::WorkspaceId;
use fanfare_storage::prelude::*;

/// Takes a request out of a day's budget; `false`: its requests or its tokens are spent. `day` counts from 1970, in UTC.
pub async fn reserve(
    conn: &mut Conn,
    workspace: WorkspaceId,
    day: i64,
    requests_per_day: i64,
    tokens_per_day: i64,
) -> CommandResult<bool> {
    tx!(conn, {
        diesel::insert_into(ai_usage::table)
            .values((
                ai_usage::workspace_id.eq(workspace),
                ai_usage::day.eq(day),
                ai_usage::requests.eq(0_i64),
                ai_usage::tokens.eq(0_i64),
            ))
            .on_conflict_do_nothing()
            .execute(conn)
            .await?;
        let within = ai_usage::requests.lt(requests_per_day).and(ai_usage::tokens.lt(tokens_per_day));
        let taken = diesel::update(ai_usage::table.find((workspace, day)).filter(within))
            .set(ai_usage::requests.eq(ai_usage::requests + 1_i64))
            .execute(conn)
            .await?;
        Ok(taken == 1)
    })
}

/// Adds what a request has cost.
pub async fn spend(conn: &mut Conn, workspace: WorkspaceId, day: i64, tokens: i64) -> QueryResult<()> {
    diesel::update(ai_usage::table.find((workspace, day)))
        .set(ai_usage::tokens.eq(ai_usage::tokens + tokens))
        .execute(conn)
        .await?;
    Ok(())
}
