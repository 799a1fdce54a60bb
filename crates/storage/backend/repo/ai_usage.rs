//! How much of the language model each workspace, and the whole server, has used in a day, shared by all nodes.

use super::Conn;
use fanfare_domain::id::WorkspaceId;
use fanfare_domain::writing::ModelBudget;
use fanfare_storage::prelude::*;

/// Takes a request out of a day's budgets; `false`: the requests or the tokens of one are spent. `day` counts from 1970,
/// in UTC.
pub async fn reserve(
    conn: &mut Conn,
    workspace: WorkspaceId,
    day: i64,
    of_workspace: ModelBudget,
    of_server: ModelBudget,
) -> CommandResult<bool> {
    tx!(conn, {
        // Always in this order, so that no two requests wait for each other's rows.
        if !take_of_workspace(conn, workspace, day, of_workspace).await? {
            return Ok(false);
        }
        if take_of_server(conn, day, of_server).await? {
            return Ok(true);
        }
        diesel::update(ai_usage::table.find((workspace, day)))
            .set(ai_usage::requests.eq(ai_usage::requests - 1_i64))
            .execute(conn)
            .await?;
        Ok(false)
    })
}

async fn take_of_workspace(
    conn: &mut Conn,
    workspace: WorkspaceId,
    day: i64,
    budget: ModelBudget,
) -> QueryResult<bool> {
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
    let within = ai_usage::requests.lt(budget.requests).and(ai_usage::tokens.lt(budget.tokens));
    let taken = diesel::update(ai_usage::table.find((workspace, day)).filter(within))
        .set(ai_usage::requests.eq(ai_usage::requests + 1_i64))
        .execute(conn)
        .await?;
    Ok(taken == 1)
}

async fn take_of_server(conn: &mut Conn, day: i64, budget: ModelBudget) -> QueryResult<bool> {
    diesel::insert_into(ai_server_usage::table)
        .values((
            ai_server_usage::day.eq(day),
            ai_server_usage::requests.eq(0_i64),
            ai_server_usage::tokens.eq(0_i64),
        ))
        .on_conflict_do_nothing()
        .execute(conn)
        .await?;
    let within = ai_server_usage::requests.lt(budget.requests).and(ai_server_usage::tokens.lt(budget.tokens));
    let taken = diesel::update(ai_server_usage::table.find(day).filter(within))
        .set(ai_server_usage::requests.eq(ai_server_usage::requests + 1_i64))
        .execute(conn)
        .await?;
    Ok(taken == 1)
}

/// Adds what a request has cost.
pub async fn spend(conn: &mut Conn, workspace: WorkspaceId, day: i64, tokens: i64) -> CommandResult<()> {
    tx!(conn, {
        diesel::update(ai_usage::table.find((workspace, day)))
            .set(ai_usage::tokens.eq(ai_usage::tokens + tokens))
            .execute(conn)
            .await?;
        diesel::update(ai_server_usage::table.find(day))
            .set(ai_server_usage::tokens.eq(ai_server_usage::tokens + tokens))
            .execute(conn)
            .await?;
        Ok(())
    })
}
