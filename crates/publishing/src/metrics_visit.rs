//! Asks networks for the numbers of publications and accounts: politely, and never in the way of publishing.
//!
//! A visit is to one account, by one node at a time. It gives way to what the account is about to publish, keeps to a
//! budget of calls of its own for the app and the account, stays away while the network's breaker is open, and comes back
//! no sooner than the network asks. Its failures do not open the breaker: a network whose numbers are out of order may
//! well publish.

use crate::Engine;
use crate::calls::{CallError, Calls, IfLost, call};
use fanfare_domain::account::AccountStatus;
use fanfare_domain::budget::BudgetRule;
use fanfare_domain::clock::Timestamp;
use fanfare_domain::id::AccountId;
use fanfare_domain::metrics::{AccountNumbers, PostNumbers};
use fanfare_domain::retry::backoff;
use fanfare_domain::work::Lease;
use fanfare_leased_work::Held;
use fanfare_platform_api::{MetricsClient, PlatformError};
use fanfare_storage::DbError;
use fanfare_storage::command::measured::{DueTarget, Measured, Measurement, Visit, VisitEnd};
use fanfare_storage::rows::Account;
use std::collections::BTreeMap;
use std::time::Duration;

/// Publications asked for in one visit; the rest waits for the next.
const PUBLICATIONS: i64 = 200;
/// Written in one transaction, so that nobody waits long for it.
const WRITTEN_AT_ONCE: usize = 25;
/// A call may take this long.
const CALL: Duration = Duration::from_secs(20);
/// The simulator costs nobody anything: its numbers are looked at this often.
const SIMULATED: Duration = Duration::from_mins(1);
/// Publishing that begins within this time comes first.
const PUBLISHING_SOON: Duration = Duration::from_secs(30);
/// How long a visit gives way, and how long a network that does not say is left alone.
const GIVE_WAY: Duration = Duration::from_mins(1);
const WAIT_UNTOLD: Duration = Duration::from_mins(15);
/// Accounts that cannot be asked are looked at again after this.
const NOT_ACTIVE: Duration = Duration::from_hours(1);
const FAILED_BASE: Duration = Duration::from_mins(2);
const FAILED_CAP: Duration = Duration::from_hours(6);
const DAY_MICROS: i64 = 24 * 3_600 * 1_000_000;

/// Why a visit stops before its end.
enum Stop {
    End(VisitEnd),
    Database(DbError),
}

impl From<DbError> for Stop {
    fn from(error: DbError) -> Self {
        Self::Database(error)
    }
}

/// Asks the account's network for what is due, and writes what it tells.
pub async fn visit(engine: &Engine, turn: &Visit, held: &Held<AccountId>) -> Result<VisitEnd, DbError> {
    let now = engine.clock.now();
    let account = engine.db.accounts().by_ids(turn.workspace_id, &[turn.account_id]).await?.pop();
    let Some(account) = &account else { return Ok(VisitEnd::Wait(now.plus(NOT_ACTIVE))) };
    let wait = |time| Ok(VisitEnd::Wait(now.plus(time)));
    if account.status != AccountStatus::Active {
        return wait(NOT_ACTIVE);
    }
    let Some(source) = engine.registry.metrics(account.platform) else {
        return wait(NOT_ACTIVE);
    };
    let zone = engine.db.metrics_queue().workspace(account.workspace_id).await?.time_zone;
    let interval = engine.options.metrics_interval;
    let base = if account.simulated { interval.min(SIMULATED) } else { interval };
    let zone = zone.parse().unwrap_or(chrono_tz::UTC);
    let calls = Calls::new(engine, account, held);
    let mut talk = Talk { engine, account, source, zone, base, lease: turn.lease, calls };
    match talk.run(turn).await {
        Ok(()) => Ok(VisitEnd::Done),
        Err(Stop::End(end)) => Ok(end),
        Err(Stop::Database(error)) => Err(error),
    }
}

/// A visit at its work.
struct Talk<'a> {
    engine: &'a Engine,
    account: &'a Account,
    source: &'a dyn MetricsClient,
    zone: chrono_tz::Tz,
    base: Duration,
    lease: Lease<AccountId>,
    calls: Calls<'a, AccountId>,
}

impl Talk<'_> {
    async fn run(&mut self, turn: &Visit) -> Result<(), Stop> {
        let (engine, account) = (self.engine, self.account);
        let now = engine.clock.now();
        let workspace = account.workspace_id;
        let due = engine.db.metrics_queue().due_targets(workspace, account.id, now, PUBLICATIONS).await?;
        for part in due.chunks(self.source.batch().max(1)) {
            let told = self.ask_for(part).await.map_err(|error| self.stop(turn, error))?;
            self.write(part, told).await?;
        }
        let asked = due.into_iter().map(|due| due.target_id).collect::<Vec<_>>();
        engine.db.metrics_queue().retire(workspace, turn.lease, now, asked).await?;
        if turn.next_account_look_at <= now {
            let numbers = self.ask_for_account().await.map_err(|error| self.stop(turn, error))?;
            let (of, next) = (self.measurement(), self.next_account_look());
            let seq = engine.db.metrics().record_account(of, numbers, next).await?;
            seq.inspect(|seq| engine.hub.committed(workspace, *seq));
        }
        Ok(())
    }

    async fn ask_for(&mut self, part: &[DueTarget]) -> Result<BTreeMap<String, PostNumbers>, Refused> {
        let ids: Vec<String> = part.iter().map(|due| due.external_id.clone()).collect();
        let source = self.source;
        let told = call!(
            self.calls,
            CALL,
            IfLost::Transient,
            before { self.admit().await? },
            |call| source.post_metrics(&call, &ids)
        );
        Ok(told?)
    }

    async fn ask_for_account(&mut self) -> Result<AccountNumbers, Refused> {
        let source = self.source;
        let told = call!(
            self.calls,
            CALL,
            IfLost::Transient,
            before { self.admit().await? },
            |call| source.account_metrics(&call)
        );
        Ok(told?)
    }

    /// Whether a call may be made now: nothing is about to be published, the breaker is closed, the budgets have a call
    /// left.
    async fn admit(&self) -> Result<(), Refused> {
        let (engine, account, now) = (self.engine, self.account, self.engine.clock.now());
        if let Some(wait) = engine.breakers.resting(now).wait(account.platform, account.id) {
            return Err(Refused::NotBefore(now.plus(wait)));
        }
        let soon = now.plus(PUBLISHING_SOON);
        let (workspace, id) = (account.workspace_id, account.id);
        if engine.db.metrics_queue().is_publishing(workspace, id, soon).await? {
            return Err(Refused::NotBefore(now.plus(GIVE_WAY.min(self.base))));
        }
        let rule = |(capacity, per)| BudgetRule { capacity, per };
        let buckets = vec![
            (format!("metrics:app:{}", account.platform), rule(self.source.app_budget())),
            (format!("metrics:account:{}", account.id), rule(self.source.account_budget())),
        ];
        engine.db.budgets().take_call(buckets, now).await?.map_err(Refused::NotBefore)
    }

    async fn write(&self, part: &[DueTarget], told: BTreeMap<String, PostNumbers>) -> Result<(), DbError> {
        for part in part.chunks(WRITTEN_AT_ONCE) {
            let measured: Vec<Measured> = part
                .iter()
                .map(|due| Measured { due: due.clone(), numbers: told.get(&due.external_id).copied() })
                .collect();
            let of = self.measurement();
            let seq = self.engine.db.metrics().record_posts(of, measured).await?;
            seq.inspect(|seq| self.engine.hub.committed(self.account.workspace_id, *seq));
        }
        Ok(())
    }

    fn measurement(&self) -> Measurement {
        Measurement {
            lease: self.lease,
            workspace_id: self.account.workspace_id,
            account_id: self.account.id,
            account_name: self.account.name.clone(),
            platform: self.account.platform,
            zone: self.zone,
            base: self.base,
            now: self.engine.clock.now(),
        }
    }

    /// Once a UTC day, each account at an hour of its own, so that the networks are not asked for all at once.
    fn next_account_look(&self) -> Timestamp {
        let now = self.engine.clock.now();
        let own = (self.account.id.0 % 360).saturating_mul(60_000_000);
        let midnight = now.micros() - now.micros().rem_euclid(DAY_MICROS);
        Timestamp::from_micros(midnight + DAY_MICROS + own).unwrap_or(now)
    }

    fn stop(&self, turn: &Visit, error: Refused) -> Stop {
        let error = match error {
            Refused::Database(error) => return Stop::Database(error),
            Refused::NotBefore(at) => return Stop::End(VisitEnd::Wait(at)),
            Refused::Network(error) => error,
        };
        let now = self.engine.clock.now();
        if let PlatformError::RateLimited { retry_after, .. } = &error {
            return Stop::End(VisitEnd::Wait(now.plus(retry_after.unwrap_or(WAIT_UNTOLD))));
        }
        tracing::warn!(account = %self.account.id, platform = %self.account.platform, %error, "no numbers");
        let failures = u32::try_from(turn.failures).unwrap_or(0).saturating_add(1);
        // At least half of the wait, so that a network in trouble is left alone.
        let random = 0.5 + rand::random::<f64>() / 2.0;
        Stop::End(VisitEnd::Failed(now.plus(backoff(failures, FAILED_BASE, FAILED_CAP, random, None))))
    }
}

/// Why a call was not made, or had no answer.
enum Refused {
    NotBefore(Timestamp),
    Network(PlatformError),
    Database(DbError),
}

impl From<DbError> for Refused {
    fn from(error: DbError) -> Self {
        Self::Database(error)
    }
}

impl From<CallError> for Refused {
    fn from(error: CallError) -> Self {
        error.of_network().map_or_else(Self::Database, Self::Network)
    }
}
