//! Writes of several publications in one transaction.

use super::scene::{HOUR, LEASE, Scene, job_request, now};
use crate::publishing::stage::LIMIT;
use crate::support::database::{Database, on_both_databases};
use crate::support::sql;
use crate::support::waiting::eventually;
use fanfare_domain::event::Seq;
use fanfare_domain::id::{JobId, PostId, StepId, TargetId};
use fanfare_domain::post::{Outcome, StepPhase, StepState, TargetErrorCode, TargetStatus};
use fanfare_domain::work::Lease;
use fanfare_storage::DbError;
use fanfare_storage::command::claim::JobRows;
use fanfare_storage::command::outcome::Settlement;
use fanfare_storage::command::run_write::{RunEntry, RunWrite};
use fanfare_storage::rows::{NewStep, ShownStep};
use serde_json::{Value, json};
use tokio_postgres::NoTls;

/// The jobs that nobody holds.
const ENDED_JOBS: &str = "select id || ' ' || state || ' ' || attempts || ' ' || lease_token || ' ' ||
    coalesce(last_error, '-') as line from jobs where lease_until is null order by id";
/// Whether it is known by when the network had ended each step.
const NETWORK_ENDS: &str =
    "select id || ' ' || case when network_ended_at is null then 'open' else 'ended' end as line
    from publish_steps order by id";

struct Run {
    lease: Lease<JobId>,
    rows: JobRows,
}

/// The targets, claimed, of posts that are due: each of these numbers is that of a post's targets. All are on accounts of
/// their own.
async fn runs(scene: &Scene<'_>, targets: &[usize]) -> Vec<Run> {
    let all: usize = targets.iter().sum();
    let mut accounts = Vec::new();
    for number in 0..all {
        let (account, _) = scene.account(&format!("ann{number}")).await;
        accounts.push(account);
    }
    let mut accounts = accounts.into_iter();
    for count in targets {
        let accounts: Vec<String> = accounts.by_ref().take(*count).collect();
        let input = json!({ "content": "due", "accountIds": accounts, "publishNow": true });
        scene.stage.create(input).await;
    }
    scene.set_time("jobs", "run_at", now().minus(HOUR)).await;
    let claimed = scene.db.jobs().claim(job_request(now())).await.unwrap().claimed;
    let leases: Vec<Lease<JobId>> = claimed.iter().map(|claim| claim.lease).collect();
    let jobs = claimed.into_iter().map(|claim| claim.job).collect();
    let rows = scene.db.claimed().rows(jobs).await.unwrap();
    assert_eq!(rows.len(), all, "all are due");
    leases.into_iter().zip(rows).map(|(lease, rows)| Run { lease, rows }).collect()
}

fn write(run: &Run, entry: RunEntry) -> RunWrite {
    RunWrite { lease: run.lease, clock: now(), entry }
}

/// A step is about to be sent, after another one that went so.
fn sent_after(run: &Run, name: &str, settlement: Option<Settlement>) -> RunWrite {
    let step = NewStep {
        workspace_id: run.rows.job.workspace_id,
        target_id: run.rows.target.id,
        phase: StepPhase::Publish,
        name: name.to_owned(),
        step_key: String::new(),
        state: StepState::Sent,
        public_effect: true,
        deadline_at: now().plus(LEASE),
        sent_at: now(),
        network_sent_at: None,
        network_ended_at: None,
    };
    write(run, RunEntry::Sent { step, settlement })
}

fn sent(run: &Run) -> RunWrite {
    sent_after(run, "publish", None)
}

fn ended(run: &Run, settlement: Option<Settlement>, outcome: Outcome) -> RunWrite {
    write(run, RunEntry::Ended { post: run.rows.post.id, settlement, outcome })
}

fn published(external_id: &str) -> Outcome {
    let url = format!("https://x.test/{external_id}");
    Outcome::Published { external_id: Some(external_id.to_owned()), url: Some(url) }
}

/// Commits writes: all at once, or each by its own command.
async fn commit(scene: &Scene<'_>, together: bool, writes: Vec<RunWrite>) {
    if together {
        let written = scene.db.run_writes().commit(LEASE, writes).await.unwrap();
        assert!(written.iter().all(Option::is_some), "{written:?}");
        return;
    }
    for RunWrite { lease, clock, entry } in writes {
        match entry {
            RunEntry::Sent { step, settlement } => {
                scene.db.ledger().sent(lease, LEASE, step, settlement).await.unwrap();
            }
            RunEntry::Settled(settlement) => {
                scene.db.ledger().settle(lease, settlement, clock).await.unwrap();
            }
            RunEntry::Ended { post, settlement, outcome } => {
                scene.db.outcomes().finish(lease, post, settlement, outcome, clock).await.unwrap();
            }
        }
    }
}

async fn ledger(scene: &Scene<'_>, runs: &[Run]) -> Vec<ShownStep> {
    let targets: Vec<TargetId> = runs.iter().map(|run| run.rows.target.id).collect();
    scene.db.ledger().of_targets(scene.workspace, &targets).await.unwrap()
}

/// Whether there is a time, in place of each time: two databases are not written at the same instant. A revision counts the
/// writes, of which one is made of several.
fn timeless(value: Value) -> Value {
    let Value::Object(fields) = value else { return value };
    let timeless = |(name, value): (String, Value)| {
        let is_time = name.ends_with("_at") || name.ends_with("At");
        let value = if is_time { json!(!value.is_null()) } else { value };
        (name, value)
    };
    fields.into_iter().filter(|(name, _)| name != "revision").map(timeless).collect()
}

/// What the tables hold of the runs, and what the log has had since.
async fn tables(db: &Database, scene: &Scene<'_>, runs: &[Run], since: Seq) -> Vec<Value> {
    let workspace = scene.workspace;
    let targets: Vec<TargetId> = runs.iter().map(|run| run.rows.target.id).collect();
    let posts: Vec<PostId> = runs.iter().map(|run| run.rows.post.id).collect();
    let step = |step: ShownStep| {
        json!({ "step": step.id.0, "target": step.target_id.0, "state": step.state.as_str(), "name": step.name,
            "remote_id": step.remote_id, "url": step.url, "evidence": step.evidence.map(|json| json.0),
            "error": step.error, "settled_at": step.settled_at })
    };
    let mut rows: Vec<Value> = ledger(scene, runs).await.into_iter().map(step).collect();
    let mut found = scene.db.targets().by_ids(workspace, &targets).await.unwrap();
    found.sort_by_key(|target| target.id);
    rows.extend(found.iter().map(|target| serde_json::to_value(target).unwrap()));
    let mut found = scene.db.posts().by_ids(workspace, &posts).await.unwrap();
    found.sort_by_key(|post| post.id);
    rows.extend(found.iter().map(|post| serde_json::to_value(post).unwrap()));
    rows.extend(sql::lines(db, ENDED_JOBS).await.into_iter().map(|line| json!({ "job": line })));
    rows.extend(sql::lines(db, NETWORK_ENDS).await.into_iter().map(|line| json!({ "network": line })));
    for (place, event) in (1..).zip(scene.db.events().after(workspace, since, 100).await.unwrap()) {
        assert_eq!(event.seq, since + place, "the log has no gap");
        rows.push(json!({ "seq": place, "kind": format!("{:?}", event.kind) }));
        rows.push(event.payload.0);
    }
    rows.into_iter().map(timeless).collect()
}

/// Eight runs, three of them of one post: three are published, two fail, two go on, and of one the answer is lost.
async fn story(db: &Database, together: bool) -> Vec<Value> {
    let scene = Scene::set(db).await;
    let runs = runs(&scene, &[1, 1, 1, 1, 1, 3]).await;
    let since = scene.db.events().last_seq(scene.workspace).await.unwrap();
    // Not in the order of their ids: the log follows the order of the writes.
    commit(&scene, together, runs.iter().rev().map(sent).collect()).await;
    let steps = ledger(&scene, &runs).await;
    let step_of = |run: &Run| -> StepId {
        steps.iter().find(|step| step.target_id == run.rows.target.id).expect("it was sent").id
    };
    let confirmed = |run: &Run| Settlement {
        remote_id: Some("remote".to_owned()),
        url: Some("https://x.test/step".to_owned()),
        evidence: Some(json!({ "id": "remote" })),
        ..Settlement::new(step_of(run), StepState::Confirmed)
    };
    let refused = |run: &Run| Settlement {
        error: Some("no".to_owned()),
        ..Settlement::new(step_of(run), StepState::Refused)
    };
    let failed = Outcome::Failed {
        code: TargetErrorCode::Rejected,
        message: "no".to_owned(),
        step: Some("publish".to_owned()),
        counted: true,
    };
    let lost = Settlement {
        network_ended_at: Some(now()),
        ..Settlement::new(step_of(&runs[1]), StepState::Unknown)
    };
    let error = Some((TargetErrorCode::Unknown, "lost".to_owned()));
    let again = Outcome::Again { at: now().plus(HOUR), counted: true, error };
    let writes = vec![
        ended(&runs[5], Some(confirmed(&runs[5])), published("5")),
        write(&runs[3], RunEntry::Settled(confirmed(&runs[3]))),
        ended(&runs[2], Some(refused(&runs[2])), failed.clone()),
        ended(&runs[7], Some(refused(&runs[7])), failed),
        sent_after(&runs[4], "link", Some(confirmed(&runs[4]))),
        ended(&runs[1], Some(lost), again),
        ended(&runs[6], Some(confirmed(&runs[6])), published("6")),
        ended(&runs[0], Some(confirmed(&runs[0])), published("0")),
    ];
    commit(&scene, together, writes).await;
    tables(db, &scene, &runs, since).await
}

/// Does what a user's command does while a node is in the middle of writing how a step went: it has locked the job, and the
/// step comes next.
async fn while_a_step_is_written<T>(
    db: &Database,
    job: JobId,
    step: StepId,
    command: impl Future<Output = T>,
) -> T {
    let (node, connection) = tokio_postgres::connect(db.url(), NoTls).await.unwrap();
    tokio::spawn(connection);
    let lock = format!("begin; select 1 from jobs where id = {} for no key update", job.0);
    node.batch_execute(&lock).await.unwrap();
    let goes_on = async {
        eventually(LIMIT, "the command waits for the job", async || {
            let waiting = "select pid::text as line from pg_stat_activity
                where datname = current_database() and wait_event_type = 'Lock'";
            (!sql::lines(db, waiting).await.is_empty()).then_some(())
        })
        .await;
        let settle = format!("update publish_steps set state = 'confirmed' where id = {}; commit", step.0);
        node.batch_execute(&settle).await.unwrap();
    };
    tokio::join!(command, goes_on).0
}

#[tokio::test(flavor = "multi_thread")]
async fn a_disconnection_and_a_run_that_writes_do_not_wait_for_each_other() {
    let db = Database::postgres().await;
    let scene = Scene::set(&db).await;
    let runs = runs(&scene, &[1]).await;
    commit(&scene, true, vec![sent(&runs[0])]).await;
    let step = ledger(&scene, &runs).await[0].id;
    let JobRows { account, post, .. } = &runs[0].rows;
    let by = post.author_id.unwrap().into();
    let disconnect = scene.db.accounts().disconnect(scene.workspace, account.id, by, now());
    while_a_step_is_written(&db, runs[0].lease.id, step, disconnect).await.unwrap();
    assert_eq!(ledger(&scene, &runs).await[0].state, StepState::Confirmed, "it was settled before");
    let late = scene.db.ledger().settle(runs[0].lease, Settlement::new(step, StepState::Refused), now());
    assert!(matches!(late.await, Err(DbError::Fenced)), "nobody holds the job any more");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_workspace_that_is_being_deleted_holds_up_no_run_of_another() {
    let db = Database::postgres().await;
    let scene = Scene::set(&db).await;
    let runs = runs(&scene, &[1, 1, 1]).await;
    commit(&scene, true, vec![sent(&runs[2])]).await;
    let step = ledger(&scene, &runs).await[0].id;
    let (account, _) = scene.account("eve").await;
    scene.due_post(&account).await;
    let (deletion, connection) = tokio_postgres::connect(db.url(), NoTls).await.unwrap();
    tokio::spawn(connection);
    let lock = format!("begin; select 1 from workspaces where id = {} for update", scene.workspace.0);
    deletion.batch_execute(&lock).await.unwrap();
    let queue = scene.db.run_writes();
    let settled = write(&runs[2], RunEntry::Settled(Settlement::new(step, StepState::Confirmed)));
    let new = vec![sent(&runs[0]), ended(&runs[1], None, published("1"))];
    let writes = new.iter().cloned().chain([settled]).collect();
    // It answers while the workspace is locked: those of other workspaces would be among what is written.
    let written = queue.commit(LEASE, writes).await.unwrap();
    assert_eq!(written.iter().map(Option::is_some).collect::<Vec<bool>>(), [false, false, true]);
    let claims = scene.db.jobs().claim(job_request(now())).await.unwrap();
    assert!(claims.claimed.is_empty() && claims.more, "what is due there waits, and is looked at again");
    deletion.batch_execute("rollback").await.unwrap();
    commit(&scene, true, new).await;
    assert_eq!(scene.db.jobs().claim(job_request(now())).await.unwrap().claimed.len(), 1);
}

on_both_databases! {
    async fn what_is_written_together_is_what_the_single_commands_write(db: Database) {
        let other = if db.is_postgres() { Database::postgres().await } else { Database::sqlite().await };
        let (together, single) = (story(&db, true).await, story(&other, false).await);
        assert_eq!(together, single);
        let published = together.iter().filter(|row| row["seq"].is_i64() && row["kind"] == "TargetPublished");
        assert_eq!(published.count(), 3, "{together:#?}");
    }

    async fn what_is_not_held_or_is_locked_is_left_out_and_the_rest_is_written(db: Database) {
        let scene = Scene::set(&db).await;
        let runs = runs(&scene, &[1, 1, 1, 1]).await;
        let late = Lease { token: runs[1].lease.token - 1, ..runs[1].lease };
        let stale = RunWrite { lease: late, ..sent(&runs[1]) };
        let error = Some((TargetErrorCode::Auth, "Waits until the account is reconnected.".to_owned()));
        let refused = ended(&runs[2], None, Outcome::Again { at: now(), counted: false, error });
        let end = ended(&runs[3], None, published("3"));
        let writes = vec![sent(&runs[0]), stale, refused, sent(&runs[0]), end.clone()];
        let queue = scene.db.run_writes();
        let written = queue.commit(LEASE, writes).await.unwrap();
        let written: Vec<bool> = written.iter().map(Option::is_some).collect();
        assert_eq!(written, [true, false, false, false, true]);
        assert_eq!(queue.commit(LEASE, vec![end]).await.unwrap(), [None], "its lease was given back");
        assert_eq!(ledger(&scene, &runs).await.len(), 1);
        let statuses = async || {
            let targets: Vec<TargetId> = runs.iter().map(|run| run.rows.target.id).collect();
            let mut found = scene.db.targets().by_ids(scene.workspace, &targets).await.unwrap();
            found.sort_by_key(|target| target.id);
            found.iter().map(|target| target.status).collect::<Vec<TargetStatus>>()
        };
        let (at_work, done) = (TargetStatus::Publishing, TargetStatus::Published);
        assert_eq!(statuses().await, [at_work, at_work, at_work, done]);
        // SQLite has one writer: nobody else locks anything.
        if db.is_postgres() {
            let (client, connection) = tokio_postgres::connect(db.url(), NoTls).await.unwrap();
            tokio::spawn(connection);
            let post = runs[1].rows.post.id.0;
            let lock = format!("begin; select 1 from posts where id = {post} for update");
            client.batch_execute(&lock).await.unwrap();
            let ends = vec![ended(&runs[1], None, published("1")), ended(&runs[2], None, published("2"))];
            let written = queue.commit(LEASE, ends).await.unwrap();
            assert_eq!(written.iter().map(Option::is_some).collect::<Vec<bool>>(), [false, true]);
            assert_eq!(statuses().await, [at_work, at_work, done, done]);
        }
    }
}
