//! The ledger of what was sent to the networks. Every write is fenced by the job's lease.

use crate::Conn;
use crate::repo::jobs;
use crate::repo::update_each::update_each;
use fanfare_domain::clock::Timestamp;
use fanfare_domain::id::{JobId, StepId, TargetId, WorkspaceId};
use fanfare_domain::post::{StepPhase, StepState};
use fanfare_domain::work::Lease;
use fanfare_storage::command::outcome::Settlement;
use fanfare_storage::prelude::*;
use fanfare_storage::rows::{NewStep, ShownStep};
use std::time::Duration;

/// Writes that a step is about to be sent, and how the one before it went; to be committed before the call. The lease is
/// extended by `lease_for`.
pub async fn sent(
    conn: &mut Conn,
    lease: Lease<JobId>,
    lease_for: Duration,
    step: NewStep,
    settlement: Option<Settlement>,
) -> CommandResult<StepId> {
    tx!(conn, {
        jobs::extend(conn, lease, step.sent_at, lease_for).await?;
        if let Some(settlement) = settlement {
            write(conn, settlement, step.sent_at).await?;
        }
        let id = diesel::insert_into(publish_steps::table)
            .values(&step)
            .returning(publish_steps::id)
            .get_result(conn)
            .await?;
        Ok(id)
    })
}

/// Writes that a step is being sent once more under its row. `network_ended_at`: by when that has ended.
pub async fn resent(
    conn: &mut Conn,
    lease: Lease<JobId>,
    lease_for: Duration,
    step: StepId,
    network_ended_at: Option<Timestamp>,
    clock: Timestamp,
) -> CommandResult<()> {
    tx!(conn, {
        jobs::extend(conn, lease, clock, lease_for).await?;
        diesel::update(publish_steps::table.find(step))
            .set((
                publish_steps::state.eq(StepState::Sent),
                publish_steps::deadline_at.eq(clock.plus(lease_for)),
                publish_steps::network_ended_at.eq(network_ended_at),
                publish_steps::settled_at.eq(None::<Timestamp>),
            ))
            .execute(conn)
            .await?;
        Ok(())
    })
}

/// What was prepared on the network is gone: the steps without a public effect are to be taken again.
pub async fn discard_preparation(
    conn: &mut Conn,
    lease: Lease<JobId>,
    target: TargetId,
) -> CommandResult<()> {
    tx!(conn, {
        jobs::fence(conn, lease).await?;
        diesel::update(
            publish_steps::table
                .filter(publish_steps::target_id.eq(target).and(publish_steps::phase.eq(StepPhase::Publish)))
                .filter(
                    publish_steps::public_effect.eq(false).and(publish_steps::state.eq(StepState::Confirmed)),
                ),
        )
        .set((publish_steps::state.eq(StepState::Refused), publish_steps::error.eq("expired on the network")))
        .execute(conn)
        .await?;
        Ok(())
    })
}

/// Writes how a step went.
pub async fn settle(
    conn: &mut Conn,
    lease: Lease<JobId>,
    settlement: Settlement,
    at: Timestamp,
) -> CommandResult<()> {
    tx!(conn, {
        jobs::fence(conn, lease).await?;
        Ok(write(conn, settlement, at).await?)
    })
}

/// Writes how a step went, inside a transaction that has looked at the lease.
pub(in crate::repo) async fn write(
    conn: &mut Conn,
    settlement: Settlement,
    at: Timestamp,
) -> QueryResult<()> {
    if settlement.state == StepState::Unknown {
        // The call has ended here: the read-back need not wait for the deadline.
        diesel::update(publish_steps::table.find(settlement.step_id))
            .set(publish_steps::deadline_at.eq(at))
            .execute(conn)
            .await?;
    }
    if let Some(ended_at) = settlement.network_ended_at {
        diesel::update(publish_steps::table.find(settlement.step_id))
            .set(publish_steps::network_ended_at.eq(Some(ended_at)))
            .execute(conn)
            .await?;
    }
    diesel::update(publish_steps::table.find(settlement.step_id))
        .set((
            publish_steps::state.eq(settlement.state),
            publish_steps::remote_id.eq(settlement.remote_id),
            publish_steps::url.eq(settlement.url),
            publish_steps::evidence.eq(settlement.evidence.map(Json)),
            publish_steps::memory_sealed.eq(settlement.memory_sealed),
            publish_steps::error.eq(settlement.error),
            publish_steps::settled_at.eq((settlement.state != StepState::Sent).then_some(at)),
        ))
        .execute(conn)
        .await?;
    Ok(())
}

/// What most settlements change of a step.
struct StepEnd {
    state: StepState,
    remote_id: Option<String>,
    url: Option<String>,
    evidence: Option<Json>,
    memory_sealed: Option<String>,
    error: Option<String>,
    settled_at: Option<Timestamp>,
}

update_each!(StepEnds: publish_steps by id StepId = StepEnd {
    state, remote_id, url, evidence, memory_sealed, error, settled_at
});

/// The same for the steps of several runs, each with its time; those that say nothing of the call's end by one statement.
pub(in crate::repo) async fn write_many(
    conn: &mut Conn,
    settlements: Vec<(Settlement, Timestamp)>,
) -> QueryResult<()> {
    let is_plain = |(settlement, _): &(Settlement, Timestamp)| {
        settlement.state != StepState::Unknown && settlement.network_ended_at.is_none()
    };
    let (mut plain, mut others): (Vec<_>, Vec<_>) = settlements.into_iter().partition(is_plain);
    if plain.len() == 1 {
        // An ordinary UPDATE.
        others.append(&mut plain);
    }
    if !plain.is_empty() {
        let end = |(settlement, at): (Settlement, Timestamp)| (settlement.step_id, step_end(settlement, at));
        let ends: Vec<(StepId, StepEnd)> = plain.into_iter().map(end).collect();
        StepEnds(&ends).execute(conn).await?;
    }
    for (settlement, at) in others {
        write(conn, settlement, at).await?;
    }
    Ok(())
}

fn step_end(settlement: Settlement, at: Timestamp) -> StepEnd {
    StepEnd {
        state: settlement.state,
        remote_id: settlement.remote_id,
        url: settlement.url,
        evidence: settlement.evidence.map(Json),
        memory_sealed: settlement.memory_sealed,
        error: settlement.error,
        settled_at: (settlement.state != StepState::Sent).then_some(at),
    }
}

/// The ledgers of targets, oldest step first.
pub async fn of_targets(
    conn: &mut Conn,
    workspace: WorkspaceId,
    targets: &[TargetId],
) -> QueryResult<Vec<ShownStep>> {
    publish_steps::table
        .filter(publish_steps::workspace_id.eq(workspace).and(publish_steps::target_id.eq_any(targets)))
        .order((publish_steps::target_id, publish_steps::id))
        .select(ShownStep::as_select())
        .load(conn)
        .await
}
