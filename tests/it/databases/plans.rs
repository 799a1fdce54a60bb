//! The hottest queries use an index. What is explained is what the repositories send, taken down on its way to the
//! database.

use crate::publishing::stage::Stage;
use crate::support::database::{Database, on_both_databases};
use crate::support::sql::lines;
use chrono::NaiveDate;
use diesel::connection::{Instrumentation, InstrumentationEvent};
use diesel::sql_types::Text;
use diesel::{Connection as _, QueryableByName, RunQueryDsl as _, SqliteConnection};
use diesel_async::AsyncConnection as _;
use fanfare_domain::clock::{Clock as _, SystemClock, Timestamp};
use fanfare_domain::event::LogReader;
use fanfare_domain::id::{AccountId, CampaignId, MediaId, PostId, SessionId, TargetId, UserId, WorkspaceId};
use fanfare_domain::inbox::{InboxMessageType, InboxStatus};
use fanfare_domain::platform::Platform;
use fanfare_domain::post::PostStatus;
use fanfare_domain::work::{Lapsed, Overdue};
use fanfare_storage::command::claim::ClaimRequest;
use fanfare_storage::command::resting::Resting;
use fanfare_storage::command::session::TokenToStore;
use fanfare_storage::page::{
    AccountFilter, InboxFilter, MediaFilter, Order, PostFilter, PostOrder, PostTime, Window,
};
use parking_lot::Mutex;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::net::Ipv4Addr;
use std::sync::Arc;
use std::time::Duration;

/// Takes down the statements of a connection.
#[derive(Clone, Default)]
struct Recorder(Arc<Mutex<Vec<String>>>);

impl Instrumentation for Recorder {
    fn on_connection_event(&mut self, event: InstrumentationEvent<'_>) {
        if let InstrumentationEvent::StartQuery { query, .. } = event {
            let text = query.to_string();
            let statement = text.split(" -- binds:").next().unwrap().trim().to_owned();
            let explainable = ["SELECT", "UPDATE", "DELETE"].iter().any(|word| statement.starts_with(word));
            if explainable {
                self.0.lock().push(statement);
            }
        }
    }
}

impl Recorder {
    fn take(&self) -> Vec<String> {
        std::mem::take(&mut *self.0.lock())
    }
}

/// What a hot path sent.
struct Sent {
    path: &'static str,
    /// Whether rows have to come out of the index in their order.
    ordered: bool,
    statements: Vec<String>,
}

fn window(start: Option<(Timestamp, i64)>) -> Window {
    Window { start, limit: 20, ..Window::default() }
}

/// Runs the hot paths of one half of `db` on a connection of their own.
macro_rules! hot_paths {
    ($half:ident, $address:expr) => {{
        use $half::Conn;
        use $half::repo::*;
        let mut conn = Conn::establish($address).await.unwrap();
        let recorder = Recorder::default();
        conn.set_instrumentation(recorder.clone());
        let conn = &mut conn;
        let now = SystemClock.now();
        let (workspace, user) = (WorkspaceId(1), UserId(1));
        let (posts_, targets_, accounts_) =
            ([PostId(1), PostId(2)], [TargetId(1), TargetId(2)], [AccountId(1), AccountId(2)]);
        let (everything, library, any) =
            (PostFilter::default(), MediaFilter::default(), AccountFilter::default());
        let drafts = PostFilter { statuses: Some(vec![PostStatus::Draft]), ..PostFilter::default() };
        let planned =
            PostFilter { scheduled_from: Some(now), scheduled_to: Some(now), ..PostFilter::default() };
        let searching = |text: &str| PostFilter { text: Some(text.to_owned()), ..PostFilter::default() };
        let on_account = PostFilter { account_id: Some(AccountId(1)), ..PostFilter::default() };
        let on_twitter = PostFilter { platform: Some(Platform::Twitter), ..PostFilter::default() };
        let unpublished = vec![PostStatus::Draft, PostStatus::Scheduled, PostStatus::Pending];
        let unpublished = PostFilter { statuses: Some(unpublished), ..PostFilter::default() };
        let (received, unread) = (InboxFilter::default(), Some(vec![InboxStatus::Unread]));
        let unread = InboxFilter { statuses: unread, ..InboxFilter::default() };
        let unread_of_account = InboxFilter { account_id: Some(AccountId(1)), ..unread.clone() };
        let mentions = InboxFilter { kinds: Some(vec![InboxMessageType::Mention]), ..InboxFilter::default() };
        let dealt_with = Some(vec![InboxStatus::Read, InboxStatus::Replied]);
        let dealt_with = InboxFilter { statuses: dealt_with, ..InboxFilter::default() };
        let said = InboxFilter { text: Some("hello".to_owned()), ..InboxFilter::default() };
        let campaigns_ = [CampaignId(1), CampaignId(2)];
        let day = NaiveDate::from_ymd_opt(2026, 11, 22).unwrap();
        let claim = ClaimRequest {
            now,
            limit: 10,
            lease: Duration::from_secs(30),
            resting: Resting::default(),
            budgets: BTreeMap::new(),
            give_up_after: Duration::from_hours(24),
        };
        let newest = PostOrder::default();
        let mut sent = Vec::new();
        macro_rules! note {
            ($path:literal, $ordered:literal, $call:expr) => {
                $call.await.unwrap();
                sent.push(Sent { path: $path, ordered: $ordered, statements: recorder.take() });
            };
        }
        note!("when the next work is due", false, agenda::look(conn, now, false));
        note!("claiming due jobs", false, jobs::claim(conn, claim));
        note!(
            "claiming a fetch of a medium",
            false,
            media_fetches::claim(conn, now, 1, Duration::from_secs(30))
        );
        note!("claiming files to delete", false, unowned_files::claim(conn, now, 4, Duration::from_secs(30)));
        note!("claiming an export", false, exports::claim(conn, now, Duration::from_secs(30)));
        note!("claiming an import", false, imports::claim(conn, now, Duration::from_secs(30)));
        note!("claiming refreshes", false, token_refreshes::claim(conn, 4, Duration::from_secs(30), now));
        let overdue = Overdue { lease_for: Duration::from_secs(30), silent_for: Duration::from_secs(13) };
        note!("looking at overdue leases", false, jobs::lapsed(conn, overdue, 256, now));
        note!("taking over expired leases", false, jobs::retake(conn, Lapsed::All, now));
        note!("posts, newest first", true, posts::page(conn, workspace, &everything, newest, &window(None)));
        note!(
            "posts after a cursor",
            true,
            posts::page(conn, workspace, &everything, newest, &window(Some((now, 1))))
        );
        note!("posts of a status", true, posts::page(conn, workspace, &drafts, newest, &window(None)));
        note!(
            "posts by schedule",
            false,
            posts::page(conn, workspace, &planned, Order::OldestFirst.into(), &window(None))
        );
        note!(
            "posts with a text",
            false,
            posts::page(conn, workspace, &searching("due"), newest, &window(None))
        );
        note!("posts on an account", false, posts::page(conn, workspace, &on_account, newest, &window(None)));
        note!("posts on a network", false, posts::page(conn, workspace, &on_twitter, newest, &window(None)));
        note!(
            "posts of several statuses",
            false,
            posts::page(conn, workspace, &unpublished, newest, &window(None))
        );
        for by in [PostTime::Scheduled, PostTime::Published] {
            for direction in [Order::NewestFirst, Order::OldestFirst] {
                let order = PostOrder { by, direction };
                let without_time = Window { start_without_time: Some(1), ..window(None) };
                for window in [window(None), window(Some((now, 1))), without_time] {
                    note!(
                        "posts by their time",
                        true,
                        posts::page(conn, workspace, &everything, order, &window)
                    );
                }
            }
        }
        let soonest = PostOrder { by: PostTime::Scheduled, direction: Order::OldestFirst };
        note!(
            "posts of a status by their time",
            true,
            posts::page(conn, workspace, &drafts, soonest, &window(None))
        );
        let own = PostFilter { author_id: Some(user), ..PostFilter::default() };
        note!("posts of an author", true, posts::page(conn, workspace, &own, newest, &window(None)));
        note!(
            "posts of campaigns",
            false,
            posts::of_campaigns(conn, workspace, &campaigns_, &window(Some((now, 1))))
        );
        note!(
            "posts of accounts",
            false,
            posts::of_accounts(conn, workspace, &accounts_, &window(Some((now, 1))))
        );
        note!("overdue posts", false, posts::overdue(conn, workspace, &campaigns_, now, 5));
        for (path, filter) in [
            ("messages, newest first", &received),
            ("unread messages", &unread),
            ("unread messages of an account", &unread_of_account),
            ("mentions", &mentions),
        ] {
            inbox::page(conn, workspace, filter, Order::NewestFirst, &window(None)).await.unwrap();
            sent.push(Sent { path, ordered: true, statements: recorder.take() });
        }
        note!(
            "messages of several statuses",
            false,
            inbox::page(conn, workspace, &dealt_with, Order::NewestFirst, &window(None))
        );
        note!(
            "messages with a text",
            false,
            inbox::page(conn, workspace, &said, Order::NewestFirst, &window(None))
        );
        for (path, filter) in [
            ("how many posts", &everything),
            ("how many drafts", &drafts),
            ("how many unpublished posts", &unpublished),
            ("how many posts on an account", &on_account),
        ] {
            posts::count(conn, workspace, filter).await.unwrap();
            sent.push(Sent { path, ordered: false, statements: recorder.take() });
        }
        for (path, filter) in [
            ("how many messages", &received),
            ("how many unread messages", &unread),
            ("how many unread messages of an account", &unread_of_account),
        ] {
            inbox::count(conn, workspace, filter).await.unwrap();
            sent.push(Sent { path, ordered: false, statements: recorder.take() });
        }
        note!("how many posts campaigns have", false, campaigns::post_counts(conn, workspace, &campaigns_));
        note!(
            "how many posts accounts have",
            false,
            targets::counts_of_accounts(conn, workspace, &accounts_)
        );
        note!("what accounts gained", false, analytics::gains(conn, workspace, &accounts_, None, day, day));
        note!(
            "how much accounts published",
            false,
            analytics::posts_published(conn, workspace, &accounts_, None, now, now)
        );
        note!(
            "past publications of an account",
            true,
            analytics::past_posts(conn, workspace, AccountId(1), now, 100)
        );
        note!("posts of a calendar", true, posts::between(conn, workspace, now, now, 1_000));
        note!("targets of posts", false, targets::of_posts(conn, workspace, &posts_));
        note!("accounts of targets", false, accounts::shown(conn, workspace, &accounts_));
        note!("accounts to publish on", false, accounts::active_on(conn, workspace, &[Platform::Twitter]));
        note!("accounts, newest first", false, accounts::page(conn, workspace, &any, &window(None)));
        note!("ledger of targets", false, ledger::of_targets(conn, workspace, &targets_));
        note!("events after a position", true, events::after(conn, workspace, 1, 256));
        let reader = LogReader { user_id: user, in_session: true, manages_keys: false };
        note!("the newest events", true, events::latest(conn, workspace, reader, 9, 50));
        note!("the hub's sweep", false, events::last_seqs(conn, &[workspace, WorkspaceId(2)]));
        note!("somebody's role", false, workspaces::role_of(conn, workspace, user));
        note!("whether a session lives", false, sessions::is_live(conn, SessionId(1)));
        let next = TokenToStore { hash: "next".to_owned(), expires_at: now };
        note!(
            "looking up a refresh token",
            false,
            sessions::rotate(conn, "unknown".to_owned(), next, Ipv4Addr::LOCALHOST.into(), now)
        );
        note!("media, newest first", true, media::page(conn, workspace, &library, &window(None)));
        let named = MediaFilter { text: Some("cover".to_owned()), ..MediaFilter::default() };
        note!("media with a text", false, media::page(conn, workspace, &named, &window(None)));
        note!("posts with a medium", false, media::posts_with(conn, workspace, MediaId(1), &window(None)));
        note!("media after a cursor", true, media::page(conn, workspace, &library, &window(Some((now, 1)))));
        sent
    }};
}

#[derive(QueryableByName)]
struct Step {
    #[diesel(sql_type = Text)]
    detail: String,
}

/// What is wrong with SQLite's plan of a statement: <https://sqlite.org/eqp.html>.
fn faults_on_sqlite(db: &Database, statement: &str, ordered: bool) -> Vec<String> {
    let path = db.url().strip_prefix("sqlite://").unwrap();
    let mut conn = SqliteConnection::establish(path).unwrap();
    let plan: Vec<Step> =
        diesel::sql_query(format!("explain query plan {statement}")).load(&mut conn).unwrap();
    let is_fault = |step: &String| {
        // A search of a full-text table is called a scan, and so is reading on what a part of the statement has found.
        let scan = step.starts_with("SCAN ")
            && step != "SCAN one"
            && !["CONSTANT ROW", "VIRTUAL TABLE INDEX 0:M"].iter().any(|no| step.contains(no));
        scan || ordered && step.contains("USE TEMP B-TREE FOR ORDER BY")
    };
    plan.into_iter().map(|step| step.detail).filter(is_fault).collect()
}

/// The same for PostgreSQL, with plans that do not know the values, and told to take an index wherever one serves: the
/// tables here are too small to need any.
async fn faults_on_postgres(db: &Database, statement: &str, ordered: bool) -> Vec<String> {
    let numbers = statement.split('$').skip(1).filter_map(|rest| {
        let digits: String = rest.chars().take_while(char::is_ascii_digit).collect();
        digits.parse::<usize>().ok()
    });
    let parameters = numbers.max().unwrap_or(0);
    let values = vec!["null"; parameters].join(", ");
    let values = if parameters == 0 { String::new() } else { format!("({values})") };
    let sorts = if ordered { "off" } else { "on" };
    let script = format!(
        "set plan_cache_mode = force_generic_plan; set enable_seqscan = off; set enable_sort = {sorts};
         prepare hot as {statement}; explain (format json) execute hot{values}"
    );
    let plan: Value = serde_json::from_str(&lines(db, &script).await.concat()).unwrap();
    let mut faults = Vec::new();
    collect_faults(&plan[0]["Plan"], ordered, &mut faults);
    faults
}

/// Nodes of a plan that read a table without an index's condition, or sort what an index has in order.
fn collect_faults(node: &Value, ordered: bool, faults: &mut Vec<String>) {
    let kind = node["Node Type"].as_str().unwrap();
    let by_index = ["Index Scan", "Index Only Scan", "Bitmap Index Scan"].contains(&kind);
    if kind == "Seq Scan" || by_index && node["Index Cond"].is_null() || ordered && kind.ends_with("Sort") {
        faults.push(format!("{kind} on {} {}", node["Relation Name"], node["Index Name"]));
    }
    for child in node["Plans"].as_array().into_iter().flatten() {
        collect_faults(child, ordered, faults);
    }
}

/// A database in which a post is due and nobody publishes it.
async fn with_a_due_post(db: &Database) {
    let stage = Stage::set_with(db, |settings| settings.roles("api")).await;
    let account = stage.connect("TWITTER", "ann").await;
    stage.create(json!({ "content": "due", "accountIds": [account], "publishNow": true })).await;
}

on_both_databases! {
    async fn the_hottest_queries_use_an_index(db: Database) {
        with_a_due_post(&db).await;
        let sent = if let Some(path) = db.url().strip_prefix("sqlite://") {
            hot_paths!(fanfare_storage_sqlite, path)
        } else {
            hot_paths!(fanfare_storage_postgres, db.url())
        };
        let mut found = Vec::new();
        for Sent { path, ordered, statements } in &sent {
            assert!(!statements.is_empty(), "{path} sent nothing");
            for statement in statements {
                let faults = if db.is_postgres() {
                    faults_on_postgres(&db, statement, *ordered).await
                } else {
                    faults_on_sqlite(&db, statement, *ordered)
                };
                found.extend(faults.into_iter().map(|fault| format!("{path}: {fault}\n  {statement}")));
            }
        }
        assert!(found.is_empty(), "{}", found.join("\n"));
    }

    async fn a_page_after_a_cursor_begins_at_the_cursor(db: Database) {
        with_a_due_post(&db).await;
        let sent = if let Some(path) = db.url().strip_prefix("sqlite://") {
            hot_paths!(fanfare_storage_sqlite, path)
        } else {
            hot_paths!(fanfare_storage_postgres, db.url())
        };
        for Sent { path, statements, .. } in sent.iter().filter(|sent| sent.path.ends_with("after a cursor")) {
            let [statement] = statements.as_slice() else { panic!("{path}: {statements:#?}") };
            let bound = statement.split(" ORDER BY ").next().unwrap();
            assert!(bound.contains("\"created_at\" <= ") || bound.contains("`created_at` <= "), "{statement}");
        }
    }

    async fn what_people_are_shown_is_read_without_tokens_and_memories(db: Database) {
        with_a_due_post(&db).await;
        let sent = if let Some(path) = db.url().strip_prefix("sqlite://") {
            hot_paths!(fanfare_storage_sqlite, path)
        } else {
            hot_paths!(fanfare_storage_postgres, db.url())
        };
        let shown = ["accounts of targets", "accounts to publish on", "accounts, newest first", "ledger of targets"];
        let read: Vec<&Sent> = sent.iter().filter(|sent| shown.contains(&sent.path)).collect();
        assert_eq!(read.len(), shown.len());
        for Sent { path, statements, .. } in read {
            for statement in statements {
                // Whether there is a token may be asked.
                let values = statement.replace("_sealed\" IS NOT NULL", "").replace("_sealed` IS NOT NULL", "");
                assert!(!values.contains("_sealed"), "{path}: {statement}");
            }
        }
    }
}
