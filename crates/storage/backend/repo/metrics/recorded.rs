//! The numbers of publications and accounts: written with their events, read by loaders.

use crate::Conn;
use crate::repo::{events, metrics_queue, settings};
use chrono::{Days, NaiveDate};
use chrono_tz::Tz;
use fanfare_domain::clock::Timestamp;
use fanfare_domain::event::payload::{
    AccountPayload, AccountRef, MetricsPayload, MilestoneMetric, MilestonePayload, PublicationMetrics,
    PublicationRef,
};
use fanfare_domain::event::{EventPayload, NewEvent, Seq, Subject};
use fanfare_domain::id::{AccountId, PostId, TargetId, WorkspaceId};
use fanfare_domain::metrics::{AccountNumbers, PostNumbers, milestone, next_look};
use fanfare_storage::command::measured::{Measured, Measurement};
use fanfare_storage::prelude::*;
use fanfare_storage::rows::{AccountMetricDay, TargetMetricDay, TargetMetricPoint, TargetMetrics};

/// Characters of a post's text that an event quotes.
const EXCERPT: usize = 120;

/// Writes what a platform reported of publications: the last numbers, a point and the day's gains where they have
/// changed, and one event for all that changed, the first report of a publication among them, whatever it says. `None`:
/// nothing changed.
pub async fn record_posts(
    conn: &mut Conn,
    of: Measurement,
    measured: Vec<Measured>,
) -> CommandResult<Option<Seq>> {
    tx!(conn, {
        metrics_queue::fence(conn, of.lease).await?;
        let ids: Vec<TargetId> = measured.iter().map(|it| it.due.target_id).collect();
        let rows = target_metrics::table
            .filter(
                target_metrics::workspace_id.eq(of.workspace_id).and(target_metrics::target_id.eq_any(ids)),
            )
            .order(target_metrics::target_id)
            .select(TargetMetrics::as_select());
        pg_only! { let rows = rows.for_no_key_update(); }
        let rows: Vec<TargetMetrics> = rows.load(conn).await?;
        let mut updates: Vec<(Subject, PublicationMetrics)> = Vec::new();
        let mut milestones: Vec<NewEvent> = Vec::new();
        for row in rows {
            let Some(it) = measured.iter().find(|it| it.due.target_id == row.target_id) else { continue };
            schedule(conn, &of, &row, it).await?;
            let before = row.numbers();
            let Some(now) = it.numbers.map(|told| told.or(&before)) else { continue };
            if now != before {
                write(conn, &of, &row, &now).await?;
                add_to_day(conn, &of, &row, &now.since(&before)).await?;
            } else if row.measured_at.is_some() {
                continue;
            }
            updates.push((subject(&row), metrics_of(&row, &it.due.content, &now)));
            if let Some(event) = engagement_milestone(&of, &row, &it.due.content, &now)
                && settings::tells_milestones(conn, of.workspace_id).await?
            {
                milestones.push(event);
            }
        }
        if updates.is_empty() {
            return Ok(None);
        }
        let log = std::iter::once(updated(&of, updates)).chain(milestones).collect();
        Ok(Some(events::append(conn, of.workspace_id, None, log, of.now).await?))
    })
}

/// When the publication is looked at again, by its age. One that was gone at the first look has no numbers: nothing shows
/// any, and nothing would tell of them.
async fn schedule(conn: &mut Conn, of: &Measurement, row: &TargetMetrics, it: &Measured) -> QueryResult<()> {
    let wait = next_look(of.now.since(it.due.published_at), of.base);
    let is_measured = it.numbers.is_some() || row.measured_at.is_some();
    diesel::update(target_metrics::table.find(it.due.target_id))
        .set((
            target_metrics::measured_at.eq(is_measured.then_some(of.now)),
            target_metrics::next_look_at.eq(wait.map(|wait| of.now.plus(wait))),
        ))
        .execute(conn)
        .await?;
    Ok(())
}

async fn write(conn: &mut Conn, of: &Measurement, row: &TargetMetrics, now: &PostNumbers) -> QueryResult<()> {
    diesel::update(target_metrics::table.find(row.target_id))
        .set((
            target_metrics::views.eq(now.views),
            target_metrics::impressions.eq(now.impressions),
            target_metrics::reach.eq(now.reach),
            target_metrics::likes.eq(now.likes),
            target_metrics::comments.eq(now.comments),
            target_metrics::shares.eq(now.shares),
            target_metrics::saves.eq(now.saves),
            target_metrics::clicks.eq(now.clicks),
            target_metrics::engagement.eq(now.engagement()),
            target_metrics::audience.eq(now.audience()),
            target_metrics::milestone.eq(milestone(now.engagement()).max(row.milestone)),
        ))
        .execute(conn)
        .await?;
    diesel::insert_into(target_metric_points::table)
        .values(TargetMetricPoint::new(row, now, of.now))
        .on_conflict_do_nothing()
        .execute(conn)
        .await?;
    Ok(())
}

async fn add_to_day(
    conn: &mut Conn,
    of: &Measurement,
    row: &TargetMetrics,
    gained: &PostNumbers,
) -> QueryResult<()> {
    let day = of.now.0.with_timezone(&of.zone).date_naive();
    let known: Option<TargetMetricDay> = target_metric_days::table
        .find((row.target_id, day))
        .select(TargetMetricDay::as_select())
        .first(conn)
        .await
        .optional()?;
    let sum = TargetMetricDay::new(row, day, gained).plus(known.as_ref());
    diesel::insert_into(target_metric_days::table)
        .values(&sum)
        .on_conflict((target_metric_days::target_id, target_metric_days::day))
        .do_update()
        .set(&sum)
        .execute(conn)
        .await?;
    Ok(())
}

fn subject(row: &TargetMetrics) -> Subject {
    Subject {
        post_id: Some(row.post_id),
        target_id: Some(row.target_id),
        account_id: Some(row.account_id),
        ..Subject::default()
    }
}

fn account_of(of: &Measurement) -> AccountRef {
    AccountRef { account_id: of.account_id, platform: of.platform, account_name: of.account_name.clone() }
}

fn publication_of(row: &TargetMetrics, content: &str) -> PublicationRef {
    let content = content.chars().take(EXCERPT).collect();
    PublicationRef { post_id: row.post_id, target_id: row.target_id, content }
}

/// One event for all publications. Its subject is the account, and the post too where there is but one.
fn updated(of: &Measurement, updates: Vec<(Subject, PublicationMetrics)>) -> NewEvent {
    let subject = match updates.as_slice() {
        [(only, _)] => *only,
        _ => Subject { account_id: Some(of.account_id), ..Subject::default() },
    };
    let publications = updates.into_iter().map(|(_, metrics)| metrics).collect();
    let payload = MetricsPayload { account: account_of(of), publications };
    NewEvent::new(subject, EventPayload::MetricsUpdated(payload))
}

fn metrics_of(row: &TargetMetrics, content: &str, now: &PostNumbers) -> PublicationMetrics {
    PublicationMetrics {
        publication: publication_of(row, content),
        likes: now.likes,
        comments: now.comments,
        shares: now.shares,
        saves: now.saves,
        clicks: now.clicks,
        views: now.views,
        reach: now.reach,
        impressions: now.impressions,
        engagement: now.engagement(),
    }
}

fn engagement_milestone(
    of: &Measurement,
    row: &TargetMetrics,
    content: &str,
    now: &PostNumbers,
) -> Option<NewEvent> {
    let reached = milestone(now.engagement());
    if reached <= row.milestone {
        return None;
    }
    let payload = MilestonePayload {
        account: account_of(of),
        publication: Some(publication_of(row, content)),
        metric: MilestoneMetric::Engagement,
        milestone: reached,
        count: now.engagement(),
    };
    Some(NewEvent::new(subject(row), EventPayload::AccountMilestone(payload)))
}

/// Writes what a platform reported of an account: the day's row, the account's own counts, and events where these
/// changed or a milestone was reached. An account that is seen for the first time has reached what it has reached.
/// `next`: when it is looked at again.
pub async fn record_account(
    conn: &mut Conn,
    of: Measurement,
    numbers: AccountNumbers,
    next: Timestamp,
) -> CommandResult<Option<Seq>> {
    tx!(conn, {
        metrics_queue::fence(conn, of.lease).await?;
        let day = AccountMetricDay {
            account_id: of.account_id,
            utc_day: of.now.0.date_naive(),
            workspace_id: of.workspace_id,
            taken_at: of.now,
            followers: numbers.followers,
            following: numbers.following,
            posts: numbers.posts,
            views: numbers.views,
            reach: numbers.reach,
        };
        let known: Option<AccountMetricDay> = account_metric_days::table
            .find((of.account_id, day.utc_day))
            .select(AccountMetricDay::as_select())
            .first(conn)
            .await
            .optional()?;
        diesel::insert_into(account_metric_days::table)
            .values(&day)
            .on_conflict((account_metric_days::account_id, account_metric_days::utc_day))
            .do_update()
            .set(&day)
            .execute(conn)
            .await?;
        let told: Option<i64> =
            account_metrics::table.find(of.account_id).select(account_metrics::milestone).first(conn).await?;
        let reached = numbers.followers.map(milestone);
        diesel::update(account_metrics::table.find(of.account_id))
            .set((
                account_metrics::milestone.eq(reached.max(told)),
                account_metrics::next_account_look_at.eq(next),
            ))
            .execute(conn)
            .await?;
        let subject = Subject { account_id: Some(of.account_id), ..Subject::default() };
        let mut log = Vec::new();
        let counted = write_counts(conn, &of, &numbers).await? > 0;
        if counted || known.is_none_or(|known| shows_otherwise(&known, &day, of.zone)) {
            let payload = AccountPayload { account: account_of(&of), state: None };
            log.push(NewEvent::new(subject, EventPayload::AccountUpdated(payload)));
        }
        if let (Some(told), Some(reached), Some(count)) = (told, reached, numbers.followers)
            && reached > told
            && settings::tells_milestones(conn, of.workspace_id).await?
        {
            let payload = MilestonePayload {
                account: account_of(&of),
                publication: None,
                metric: MilestoneMetric::Followers,
                milestone: reached,
                count,
            };
            log.push(NewEvent::new(subject, EventPayload::AccountMilestone(payload)));
        }
        if log.is_empty() {
            return Ok(None);
        }
        Ok(Some(events::append(conn, of.workspace_id, None, log, of.now).await?))
    })
}

/// Whether analytics show a later reading of the same UTC day otherwise: another count, or another day of the workspace.
fn shows_otherwise(known: &AccountMetricDay, now: &AccountMetricDay, zone: Tz) -> bool {
    let day = |row: &AccountMetricDay| row.taken_at.0.with_timezone(&zone).date_naive();
    known.followers != now.followers || day(known) != day(now)
}

/// The counts of the account's own row; answers 0 where they were known.
async fn write_counts(conn: &mut Conn, of: &Measurement, numbers: &AccountNumbers) -> QueryResult<usize> {
    let known: (Option<i64>, Option<i64>) = accounts::table
        .filter(accounts::workspace_id.eq(of.workspace_id).and(accounts::id.eq(of.account_id)))
        .select((accounts::followers_count, accounts::following_count))
        .first(conn)
        .await?;
    let now = (numbers.followers.or(known.0), numbers.following.or(known.1));
    if now == known {
        return Ok(0);
    }
    diesel::update(accounts::table.find(of.account_id))
        .set((
            accounts::followers_count.eq(now.0),
            accounts::following_count.eq(now.1),
            accounts::updated_at.eq(of.now),
        ))
        .execute(conn)
        .await
}

/// The last numbers of posts' publications.
pub async fn of_posts(
    conn: &mut Conn,
    workspace: WorkspaceId,
    posts: &[PostId],
) -> QueryResult<Vec<TargetMetrics>> {
    target_metrics::table
        .filter(target_metrics::workspace_id.eq(workspace).and(target_metrics::post_id.eq_any(posts)))
        .filter(target_metrics::measured_at.is_not_null())
        .order(target_metrics::target_id)
        .select(TargetMetrics::as_select())
        .load(conn)
        .await
}

/// The points of posts' publications, oldest first.
pub async fn points_of_posts(
    conn: &mut Conn,
    workspace: WorkspaceId,
    posts: &[PostId],
) -> QueryResult<Vec<TargetMetricPoint>> {
    target_metric_points::table
        .filter(
            target_metric_points::workspace_id.eq(workspace).and(target_metric_points::post_id.eq_any(posts)),
        )
        .order((target_metric_points::taken_at, target_metric_points::target_id))
        .select(TargetMetricPoint::as_select())
        .load(conn)
        .await
}

/// The days of accounts from `from` to `to`, oldest first.
pub async fn days_of_accounts(
    conn: &mut Conn,
    workspace: WorkspaceId,
    accounts: &[AccountId],
    from: NaiveDate,
    to: NaiveDate,
) -> QueryResult<Vec<AccountMetricDay>> {
    account_metric_days::table
        .filter(account_metric_days::workspace_id.eq(workspace))
        .filter(account_metric_days::account_id.eq_any(accounts))
        .filter(account_metric_days::utc_day.between(from, to))
        .order((account_metric_days::utc_day, account_metric_days::account_id))
        .select(AccountMetricDay::as_select())
        .load(conn)
        .await
}

/// The days of accounts, back to `days` before the workspace's newest; oldest first.
pub async fn recent_days_of_accounts(
    conn: &mut Conn,
    workspace: WorkspaceId,
    accounts: &[AccountId],
    days: u64,
) -> QueryResult<Vec<AccountMetricDay>> {
    let newest: Option<NaiveDate> = account_metric_days::table
        .filter(account_metric_days::workspace_id.eq(workspace))
        .select(diesel::dsl::max(account_metric_days::utc_day))
        .first(conn)
        .await?;
    let Some(newest) = newest else { return Ok(Vec::new()) };
    let from = newest.checked_sub_days(Days::new(days)).unwrap_or(newest);
    days_of_accounts(conn, workspace, accounts, from, newest).await
}
