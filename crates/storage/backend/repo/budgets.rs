//! Rate budgets: app-wide and per account, shared by all nodes.

use super::Conn;
use super::update_each::update_each;
use fanfare_domain::budget::{BudgetRule, take};
use fanfare_domain::clock::Timestamp;
use fanfare_domain::post::JobKind;
use fanfare_storage::command::claim::{Candidate, ClaimRequest, Verdict};
use fanfare_storage::prelude::*;
use fanfare_storage::rows::Bucket;
use std::collections::{BTreeMap, BTreeSet};

/// Decides on each candidate, and charges the budgets of those that run. A job is charged once for a publication,
/// however often it is taken up.
pub async fn judge(
    conn: &mut Conn,
    candidates: &[Candidate],
    request: &mut ClaimRequest,
    now: Timestamp,
) -> QueryResult<Vec<(Candidate, Verdict)>> {
    let decided: Vec<Option<Verdict>> =
        candidates.iter().map(|candidate| without_budget(candidate, &mut *request, now)).collect();
    let request = &*request;
    let charges: Vec<_> = candidates
        .iter()
        .zip(&decided)
        .map(|(candidate, decided)| if decided.is_some() { Vec::new() } else { costs(candidate, request) })
        .collect();
    let charged = charge(conn, &charges, now).await?;
    let verdicts = decided.into_iter().zip(charged).map(|(decided, charged)| {
        decided.unwrap_or_else(|| charged.map_or_else(Verdict::Defer, |()| Verdict::Run))
    });
    Ok(candidates.iter().cloned().zip(verdicts).collect())
}

/// The verdict on a candidate whose budgets do not matter.
fn without_budget(candidate: &Candidate, request: &mut ClaimRequest, now: Timestamp) -> Option<Verdict> {
    let job = &candidate.job;
    if job.kind == JobKind::PublishTarget && now.since(job.due_at) > request.give_up_after {
        return Some(Verdict::Expire);
    }
    if let Some(wait) = request.resting.take(job.platform, job.account_id) {
        return Some(Verdict::Defer(now.plus(wait)));
    }
    (job.kind != JobKind::PublishTarget || job.budget_taken).then_some(Verdict::Run)
}

fn costs(candidate: &Candidate, request: &ClaimRequest) -> Vec<(String, BudgetRule)> {
    let (platform, account) = (candidate.job.platform, candidate.job.account_id);
    let Some(rules) = request.budgets.get(&platform) else { return Vec::new() };
    vec![(format!("app:{platform}"), rules.app), (format!("account:{account}"), rules.account)]
}

update_each!(BucketUpdates: rate_buckets by bucket String = Bucket { tokens, updated_at });

/// Takes a token from each bucket of each charge, in their order. A charge of which a bucket is empty takes none, and
/// is told when there will be one.
pub async fn charge(
    conn: &mut Conn,
    charges: &[Vec<(String, BudgetRule)>],
    now: Timestamp,
) -> QueryResult<Vec<Result<(), Timestamp>>> {
    let keys: Vec<String> = charges.iter().flatten().map(|(key, _)| key.clone()).collect();
    if keys.is_empty() {
        return Ok(vec![Ok(()); charges.len()]);
    }
    let rows = rate_buckets::table
        .filter(rate_buckets::bucket.eq_any(keys))
        .order(rate_buckets::bucket)
        .select(Bucket::as_select());
    pg_only! { let rows = rows.for_no_key_update(); }
    let rows: Vec<Bucket> = rows.load(conn).await?;
    let stored: BTreeSet<String> = rows.iter().map(|row| row.bucket.clone()).collect();
    let mut buckets: BTreeMap<String, Bucket> =
        rows.into_iter().map(|row| (row.bucket.clone(), row)).collect();
    let mut charged: BTreeMap<String, Bucket> = BTreeMap::new();
    let mut outcomes = Vec::with_capacity(charges.len());
    for costs in charges {
        let taken = take_each(costs, &buckets, now);
        outcomes.push(taken.map(|taken| {
            for bucket in taken {
                buckets.insert(bucket.bucket.clone(), bucket.clone());
                charged.insert(bucket.bucket.clone(), bucket);
            }
        }));
    }
    let (mut known, mut new): (Vec<_>, Vec<_>) =
        charged.into_iter().partition(|(key, _)| stored.contains(key));
    if known.len() == 1 {
        // An ordinary statement.
        new.append(&mut known);
    }
    if !known.is_empty() {
        BucketUpdates(&known).execute(conn).await?;
    }
    for (_, row) in new {
        store(conn, &row).await?;
    }
    Ok(outcomes)
}

fn take_each(
    costs: &[(String, BudgetRule)],
    buckets: &BTreeMap<String, Bucket>,
    now: Timestamp,
) -> Result<Vec<Bucket>, Timestamp> {
    let mut taken = Vec::with_capacity(costs.len());
    for (key, rule) in costs {
        let bucket = buckets.get(key).cloned().unwrap_or_else(|| full(key.clone(), *rule, now));
        let tokens = take(*rule, bucket.tokens, bucket.updated_at, now)?;
        taken.push(Bucket { tokens, updated_at: now, ..bucket });
    }
    Ok(taken)
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
    tx!(conn, {
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
