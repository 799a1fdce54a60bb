//! Targets that are due, as leased work.

use crate::Engine;
use crate::before_sending::before_sending;
use crate::deletion;
use crate::ending::Ending;
use crate::fault::fault;
use crate::publication::Publication;
use crate::work::Work;
use fanfare_domain::account::AccountStatus;
use fanfare_domain::id::JobId;
use fanfare_domain::post::{JobKind, Outcome, TargetErrorCode};
use fanfare_leased_work::{
    Claims, Held, Lapsed, Lease, Overdue, Queue, Settled, Unfinished, WorkError, WorkKind,
};
use fanfare_storage::DbError;
use fanfare_storage::command::claim::{Claim, ClaimRequest};
use fanfare_storage::rows::Job;
use std::collections::HashMap;
use std::sync::Arc;

/// The publications and deletions that are due.
pub struct PublishJobs(pub Arc<Engine>);

impl Queue for PublishJobs {
    type Id = JobId;
    type Ticket = Job;
    type Work = Work;
    type Outcome = Ending;

    const KIND: WorkKind = WorkKind::Publish;

    async fn claim(&self, room: usize) -> Result<Claims<JobId, Job>, WorkError> {
        let engine = &self.0;
        let now = engine.clock.now();
        let request = ClaimRequest {
            now,
            limit: i64::try_from(room).unwrap_or(1),
            lease: engine.options.lease,
            resting: engine.breakers.resting(now),
            budgets: engine.budgets(),
            give_up_after: engine.options.give_up_after,
        };
        let claims = engine.db.jobs().claim(request).await.map_err(fault)?;
        engine.hub.committed_all(&claims.events);
        let claim = |claim: Claim| {
            engine.breakers.probing(claim.job.platform, claim.job.account_id, now);
            metrics::histogram!("fanfare_publish_lateness_seconds").record(claim.lateness.as_secs_f64());
            fanfare_leased_work::Claim { lease: claim.lease, lateness: claim.lateness, ticket: claim.job }
        };
        Ok(Claims { claimed: claims.claimed.into_iter().map(claim).collect(), more: claims.more })
    }

    async fn load(&self, claimed: Vec<(Lease<JobId>, Job)>) -> Result<Vec<(Lease<JobId>, Work)>, WorkError> {
        let leases: HashMap<JobId, Lease<JobId>> =
            claimed.iter().map(|(lease, job)| (job.id, *lease)).collect();
        let jobs = claimed.into_iter().map(|(_, job)| job).collect();
        let rows = self.0.db.claimed().rows(jobs).await.map_err(fault)?;
        let work = rows.into_iter().filter_map(|rows| {
            let lease = leases.get(&rows.job.id)?;
            Some((*lease, Work::new(&self.0, rows)))
        });
        Ok(work.collect())
    }

    async fn extend(&self, lease: Lease<JobId>) -> Result<(), WorkError> {
        let (now, lease_for) = (self.0.clock.now(), self.0.options.lease);
        self.0.db.jobs().extend(lease, now, lease_for).await.map_err(fault)
    }

    async fn run(&self, work: &Work, held: &Held<JobId>) -> Result<Ending, Unfinished> {
        Ok(run(&self.0, held, work).await.map_err(fault)?)
    }

    async fn finish(&self, work: &Work, held: &Held<JobId>, outcome: &Ending) -> Result<Settled, WorkError> {
        let (engine, now) = (&self.0, self.0.clock.now());
        let Ending { settlement, outcome } = outcome.clone();
        let (platform, word) = (work.job.platform.as_str(), outcome.as_str());
        let settled = settled(&outcome);
        let written = engine.runs.ended(held.lease(), work.post.id, (settlement, outcome), now);
        let (workspace, seq) = written.await.map_err(fault)?;
        engine.hub.committed(workspace, seq);
        metrics::counter!("fanfare_publish_outcomes_total", "platform" => platform, "outcome" => word)
            .increment(1);
        tracing::info!(post = %work.post.id, target = %work.target.id, platform, outcome = word, "run ended");
        Ok(settled)
    }

    async fn lapsed(&self, overdue: Overdue, limit: i64) -> Result<Vec<Lease<JobId>>, WorkError> {
        self.0.db.jobs().lapsed(overdue, limit, self.0.clock.now()).await.map_err(fault)
    }

    async fn retake(&self, lapsed: Lapsed<JobId>) -> Result<usize, WorkError> {
        let retaken = self.0.db.jobs().retake(lapsed, self.0.clock.now()).await.map_err(fault)?;
        self.0.hub.committed_all(&retaken.events);
        Ok(retaken.jobs)
    }
}

fn settled(outcome: &Outcome) -> Settled {
    match outcome {
        Outcome::Published { .. } | Outcome::Deleted => Settled::Done,
        Outcome::Failed { .. } | Outcome::NeedsReview { .. } => Settled::Failed,
        Outcome::Again { .. } => Settled::Again,
    }
}

async fn run(engine: &Engine, held: &Held<JobId>, work: &Work) -> Result<Ending, DbError> {
    let Some(client) = engine.registry.publishing(work.job.platform) else {
        let message = format!("This server has no client for {}.", work.job.platform.display_name());
        let code = TargetErrorCode::Internal;
        return Ok(Outcome::Failed { code, message, step: None, counted: false }.into());
    };
    match work.job.kind {
        // Its tokens are refused: no call is made with them.
        JobKind::PublishTarget if work.account.status == AccountStatus::ReconnectRequired => {
            Ok(engine.awaits_reconnection(work.account.status_reason.as_deref().unwrap_or_default()).into())
        }
        JobKind::PublishTarget => match before_sending(engine, client, work) {
            Some(outcome) => Ok(outcome.into()),
            None => Publication::new(engine, client, held, work).run().await,
        },
        JobKind::DeleteTarget => deletion::delete(engine, client, held, work).await,
    }
}
