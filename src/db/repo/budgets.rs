//! Rate budgets: app-wide and per account, shared by all nodes.

use super::Conn;
use crate::db::claim::{Candidate, ClaimRequest, Verdict};
use crate::db::prelude::*;
use crate::db::rows::Bucket;
use crate::domain::budget::{BudgetRule, take};
use crate::domain::clock::Timestamp;
use crate::domain::post::JobKind;
use std::collections::BTreeMap;

/// Decides on each candidate, and charges the budgets of those that run. A job is charged once for a publication,
/// however often it is taken up.
pub async fn judge(
    conn: &mut Conn,
    candidates: &[Candidate],
    request: &ClaimRequest,
    now: Timestamp,
) -> QueryResult<Vec<(Candidate, Verdict)>> {
    let keys: Vec<String> = candidates.iter().flat_map(|candidate| keys(candidate).into_iter()).collect();
    let rows = rate_buckets::table
        .filter(rate_buckets::bucket.eq_any(keys))
        .order(rate_buckets::bucket)
        .select(Bucket::as_select());
    pg_only! { let rows = rows.for_no_key_update(); }
    let rows: Vec<Bucket> = rows.load(conn).await?;
    let mut buckets: BTreeMap<String, Bucket> =
        rows.into_iter().map(|row| (row.bucket.clone(), row)).collect();
    let mut charged: BTreeMap<String, Bucket> = BTreeMap::new();
    let mut verdicts = Vec::with_capacity(candidates.len());
    for candidate in candidates {
        let verdict = judge_one(candidate, request, now, &mut buckets, &mut charged);
        verdicts.push((candidate.clone(), verdict));
    }
    for row in charged.into_values() {
        store(conn, &row).await?;
    }
    Ok(verdicts)
}

fn keys(candidate: &Candidate) -> [String; 2] {
    [format!("app:{}", candidate.job.platform), format!("account:{}", candidate.job.account_id)]
}

fn judge_one(
    candidate: &Candidate,
    request: &ClaimRequest,
    now: Timestamp,
    buckets: &mut BTreeMap<String, Bucket>,
    charged: &mut BTreeMap<String, Bucket>,
) -> Verdict {
    let job = &candidate.job;
    if job.kind == JobKind::PublishTarget && now.since(job.due_at) > request.give_up_after {
        return Verdict::Expire;
    }
    if let Some(until) = request.resting.get(&job.platform).filter(|until| **until > now) {
        return Verdict::Defer(*until);
    }
    let Some(rules) = request.budgets.get(&job.platform) else { return Verdict::Run };
    if job.kind != JobKind::PublishTarget || job.budget_taken {
        return Verdict::Run;
    }
    let mut taken: Vec<Bucket> = Vec::with_capacity(2);
    for (key, rule) in keys(candidate).into_iter().zip([rules.app, rules.account]) {
        let bucket = buckets.get(&key).cloned().unwrap_or_else(|| full(key, rule, now));
        match take(rule, bucket.tokens, bucket.updated_at, now) {
            Ok(tokens) => taken.push(Bucket { tokens, updated_at: now, ..bucket }),
            Err(at) => return Verdict::Defer(at),
        }
    }
    for bucket in taken {
        buckets.insert(bucket.bucket.clone(), bucket.clone());
        charged.insert(bucket.bucket.clone(), bucket);
    }
    Verdict::Run
}

fn full(bucket: String, rule: BudgetRule, now: Timestamp) -> Bucket {
    Bucket { bucket, tokens: f64::from(rule.capacity), updated_at: now }
}

/// Takes one token from each bucket, or none from any: `Err` says when there will be one in all of them.
pub async fn take_call(
    conn: &mut Conn,
    wanted: Vec<(String, BudgetRule)>,
    now: Timestamp,
) -> CommandResult<Result<(), Timestamp>> {
    tx!(conn, async move |conn| {
        let keys: Vec<&str> = wanted.iter().map(|(key, _)| key.as_str()).collect();
        let rows = rate_buckets::table
            .filter(rate_buckets::bucket.eq_any(keys))
            .order(rate_buckets::bucket)
            .select(Bucket::as_select());
        pg_only! { let rows = rows.for_no_key_update(); }
        let rows: Vec<Bucket> = rows.load(conn).await?;
        let mut taken: Vec<Bucket> = Vec::with_capacity(wanted.len());
        let mut wait: Option<Timestamp> = None;
        for (key, rule) in wanted {
            let known = rows.iter().find(|row| row.bucket == key).cloned();
            let bucket = known.unwrap_or_else(|| full(key, rule, now));
            match take(rule, bucket.tokens, bucket.updated_at, now) {
                Ok(tokens) => taken.push(Bucket { tokens, updated_at: now, ..bucket }),
                Err(at) => wait = wait.max(Some(at)),
            }
        }
        if let Some(at) = wait {
            return Ok(Err(at));
        }
        for row in taken {
            store(conn, &row).await?;
        }
        Ok(Ok(()))
    })
}

async fn store(conn: &mut Conn, row: &Bucket) -> QueryResult<()> {
    diesel::insert_into(rate_buckets::table)
        .values(row)
        .on_conflict(rate_buckets::bucket)
        .do_update()
        .set((rate_buckets::tokens.eq(row.tokens), rate_buckets::updated_at.eq(row.updated_at)))
        .execute(conn)
        .await?;
    Ok(())
}
