//! What every command promises, on a database in a file.

use super::{
    Access, Committed, Context, FirstResult, MutationKey, ServiceError, ServiceOptions, ServiceResult,
};
use crate::event::EventTable;
use crate::media::FetchBackoff;
use chrono::NaiveDate;
use fanfare_cache::ReadCache;
use fanfare_cache::rate::RateLimiter;
use fanfare_domain::clock::{Clock as _, SystemClock};
use fanfare_domain::event::{Cursor, EventActor, Seq};
use fanfare_domain::export::ExportKind;
use fanfare_domain::id::{ExportId, UserId, WorkspaceId};
use fanfare_domain::quota::{PostQuota, WorkspaceQuota};
use fanfare_domain::registration::RegistrationMode;
use fanfare_domain::replay_mark::ReplayMark;
use fanfare_domain::user_error::UserErrorCode;
use fanfare_events::{Hub, Wakeup};
use fanfare_storage::Db;
use fanfare_storage::command::idempotent::KeyedInput;
use fanfare_storage::connection::migration::Direction;
use fanfare_storage::page::ExportFilter;
use fanfare_storage::rows::{NewExport, NewUser};
use futures_util::FutureExt as _;
use std::future::Future;
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;
use tempfile::TempDir;
use tokio::sync::oneshot;
use tokio_util::sync::{CancellationToken, DropGuard};

/// Long enough for a busy machine.
const PATIENCE: Duration = Duration::from_secs(30);

/// A user with a workspace, and a node that has heard of nothing yet.
pub(crate) struct Scene {
    pub(crate) context: Arc<Context>,
    pub(crate) user: UserId,
    pub(crate) workspace: WorkspaceId,
    /// How often a command has been run under a key.
    runs: AtomicUsize,
    _stop: DropGuard,
    _folder: TempDir,
}

impl Scene {
    pub(crate) async fn open() -> Self {
        let folder = TempDir::new().unwrap();
        let file = folder.path().join("fanfare.db");
        fanfare_storage_sqlite::migrate(&file, Direction::Up).await.unwrap();
        let db: Db = Arc::new(fanfare_storage_sqlite::Backend::connect(&file, 100).await.unwrap());
        let now = SystemClock.now();
        let new = NewUser {
            email: "owner@example.com".to_owned(),
            email_key: "owner@example.com".to_owned(),
            name: "An owner".to_owned(),
            password_hash: "a hash".to_owned(),
            created_at: now,
            updated_at: now,
        };
        let people = db.people();
        let (user, workspace, _) =
            people.register(new, "A workspace".to_owned(), "UTC".to_owned(), None).await.unwrap();
        let stop = CancellationToken::new();
        Self {
            context: node(&db, &stop),
            user: user.id,
            workspace: workspace.id,
            runs: AtomicUsize::new(0),
            _stop: stop.drop_guard(),
            _folder: folder,
        }
    }

    fn hub(&self) -> &Hub {
        &self.context.hub
    }

    fn new_export(&self) -> NewExport {
        NewExport {
            workspace_id: self.workspace,
            requested_by: self.user,
            kind: ExportKind::Posts,
            first_day: NaiveDate::default(),
            last_day: NaiveDate::default(),
            from_at: SystemClock.now(),
            to_at: SystemClock.now(),
        }
    }

    /// A command: it stores an export.
    async fn create(&self, key: Option<KeyedInput>) -> ServiceResult<Committed<ExportId>> {
        let (new, by) = (self.new_export(), EventActor::from(self.user));
        let create = |context: Arc<Context>| async move {
            context.db.exports().create(new, by, key, SystemClock.now()).await
        };
        Ok(self.context.command(self.workspace, create).await?.map(|export| export.id))
    }

    /// The same, once under a key.
    async fn create_once(&self, key: MutationKey) -> ServiceResult<Committed<ExportId>> {
        let again =
            |first: FirstResult| async move { Ok::<_, ServiceError>(ExportId(first.row("export_id")?)) };
        let first = |key| {
            self.runs.fetch_add(1, Ordering::Relaxed);
            self.create(key)
        };
        self.context.idempotent(Some(key), (self.workspace, self.user), again, first).await
    }

    /// How often a command has been run under a key, and how many exports there are.
    async fn effects(&self) -> (usize, i64) {
        let exports =
            self.context.db.exports().count(self.workspace, &ExportFilter::default()).await.unwrap();
        (self.runs.load(Ordering::Relaxed), exports)
    }

    async fn last_seq(&self) -> Seq {
        self.context.db.events().last_seq(self.workspace).await.unwrap()
    }

    fn cursor(&self, seq: Seq) -> Option<Cursor> {
        Some(Cursor { workspace_id: self.workspace, seq })
    }
}

/// A node of its own, which has heard of nothing.
fn node(db: &Db, stop: &CancellationToken) -> Arc<Context> {
    let log = Arc::new(EventTable(db.clone()));
    Arc::new(Context {
        db: db.clone(),
        cache: ReadCache::new(1 << 20, None, "test"),
        clock: Arc::new(SystemClock),
        hub: Hub::start(log, Arc::new(SystemClock), Wakeup::Alone, stop.clone()),
        access: Access::default(),
        rates: RateLimiter::new(None),
        options: ServiceOptions {
            public_base: "http://localhost".parse().unwrap(),
            media_max_bytes: 1,
            upload_store: Duration::from_secs(1),
            creates_per_minute: 1,
            oauth_starts_per_minute: 1,
            sign_ins_per_minute: 1,
            failed_sign_ins_per_minute: 1,
            refreshes_per_minute: 1,
            recent_sign_in: Duration::ZERO,
            wrong_codes_in_a_row: 1,
            registrations_per_minute: 1,
            registration: RegistrationMode::Open,
            invitation_lifetime: Duration::from_secs(1),
            workspace_quota: WorkspaceQuota::default(),
            storage_per_workspace: None,
            post_quota: PostQuota::default(),
            cost_per_minute: 1,
            key_cost_per_minute: 1,
            address_cost_per_minute: 1,
            lease: Duration::from_secs(1),
            fetch_backoff: FetchBackoff { base: Duration::ZERO, cap: Duration::ZERO },
            public_base_is_public: false,
        },
    })
}

fn key(input: &[u8]) -> MutationKey {
    MutationKey::new("createExport", "a key".to_owned(), input)
}

/// How often the hub hears of a commit while work is done; 2 stands for more.
async fn heard<T>(hub: &Hub, work: impl Future<Output = T>) -> (T, usize) {
    let bell = hub.bell();
    // What rang before is kept.
    let _: Option<()> = bell.notified().now_or_never();
    let mut first = pin!(bell.notified());
    first.as_mut().enable();
    let done = work.await;
    // What rings while someone waits wakes that one; what rings then is kept for the next.
    let heard = [first.now_or_never(), bell.notified().now_or_never()];
    (done, heard.into_iter().flatten().count())
}

#[tokio::test(flavor = "multi_thread")]
async fn the_hub_hears_of_a_commit_once_and_after_it() {
    let scene = Scene::open().await;
    let before = scene.last_seq().await;
    let (new, workspace, by) = (scene.new_export(), scene.workspace, EventActor::from(scene.user));
    let create = |context: Arc<Context>| async move {
        let created = context.db.exports().create(new, by, None, SystemClock.now()).await;
        assert_eq!(context.hub.last_seen(workspace), None, "nobody hears of it while the command runs");
        created
    };
    let (created, times) = heard(scene.hub(), scene.context.command(workspace, create)).await;
    let created = created.unwrap();
    assert_eq!(times, 1);
    assert_eq!(created.position(), scene.cursor(before + 1));
    assert_eq!(
        (scene.hub().last_seen(scene.workspace), scene.last_seq().await),
        (Some(before + 1), before + 1)
    );
    assert_eq!(scene.effects().await, (0, 1));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_command_that_fails_tells_nobody() {
    let scene = Scene::open().await;
    for _ in 0..5 {
        let _: Committed<ExportId> = scene.create(None).await.unwrap();
    }
    let before = scene.last_seq().await;
    // More than five at once are refused.
    let (refused, times) = heard(scene.hub(), scene.create(None)).await;
    assert!(matches!(refused, Err(ServiceError::User(_))), "{refused:?}");
    assert_eq!(times, 0);
    let panics = |_: Arc<Context>| async {
        Vec::<ServiceResult<Seq>>::new().pop().expect("the answer of a command that panics")
    };
    let (failed, times) = heard(scene.hub(), scene.context.command(scene.workspace, panics)).await;
    assert!(matches!(failed, Err(ServiceError::Internal(_))), "{failed:?}");
    assert_eq!(times, 0);
    assert_eq!((scene.hub().last_seen(scene.workspace), scene.last_seq().await), (Some(before), before));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_command_that_wrote_nothing_has_no_position_and_tells_nobody() {
    let scene = Scene::open().await;
    let nothing = |_: Arc<Context>| async { Ok::<(u8, Option<Seq>), ServiceError>((7, None)) };
    let (done, times) = heard(scene.hub(), scene.context.command(scene.workspace, nothing)).await;
    assert_eq!((done.unwrap().into_parts(), times), ((7, None), 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_command_of_several_workspaces_tells_of_each_and_returns_the_position_of_one() {
    let scene = Scene::open().await;
    let (here, there) = (scene.workspace, WorkspaceId(scene.workspace.0 + 1));
    let committed = |home| {
        scene.context.command_anywhere(move |_: Arc<Context>| async move {
            Ok(("done", home, vec![(there, 9), (here, 5)]))
        })
    };
    let (done, times) = heard(scene.hub(), committed(Some(here))).await;
    assert_eq!((done.unwrap().position(), times), (scene.cursor(5), 2));
    assert_eq!((scene.hub().last_seen(here), scene.hub().last_seen(there)), (Some(5), Some(9)));
    assert_eq!(committed(None).await.unwrap().position(), None);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_caller_that_goes_away_cuts_no_command_short() {
    let scene = Scene::open().await;
    let bell = scene.hub().bell();
    let (goes_on, gate) = oneshot::channel::<()>();
    {
        let slow = |_: Arc<Context>| async move {
            gate.await.unwrap();
            Ok::<Seq, ServiceError>(3)
        };
        let caller = pin!(scene.context.command(scene.workspace, slow));
        assert!(caller.now_or_never().is_none());
    }
    assert_eq!(scene.hub().last_seen(scene.workspace), None);
    goes_on.send(()).unwrap();
    tokio::time::timeout(PATIENCE, bell.notified()).await.unwrap();
    assert_eq!(scene.hub().last_seen(scene.workspace), Some(3));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_that_is_repeated_gives_the_first_answer_and_runs_nothing() {
    let scene = Scene::open().await;
    let first = scene.create_once(key(b"{}")).await.unwrap();
    let last = scene.last_seq().await;
    let mark = ReplayMark::default();
    let (again, times) = heard(scene.hub(), scene.create_once(key(b"{}").marking(&mark))).await;
    let again = again.unwrap();
    assert_eq!((again.value(), again.position()), (first.value(), scene.cursor(last)));
    assert!(mark.is_set());
    assert_eq!((scene.effects().await, scene.last_seq().await, times), ((1, 1), last, 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn calls_with_one_key_at_the_same_time_take_effect_once() {
    let scene = Scene::open().await;
    let (one, other) = tokio::join!(scene.create_once(key(b"{}")), scene.create_once(key(b"{}")));
    assert_eq!(one.unwrap().value(), other.unwrap().value());
    let (_, exports) = scene.effects().await;
    assert_eq!(exports, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn another_input_under_the_same_key_is_refused() {
    let scene = Scene::open().await;
    let _: Committed<ExportId> = scene.create_once(key(b"{}")).await.unwrap();
    let (refused, times) = heard(scene.hub(), scene.create_once(key(b"[]"))).await;
    let Err(ServiceError::User(errors)) = refused else { panic!("{refused:?}") };
    let errors: Vec<_> = errors.iter().map(|error| (error.code, error.path.join("."))).collect();
    assert_eq!(errors, [(UserErrorCode::IdempotencyConflict, "input.clientMutationKey".to_owned())]);
    assert_eq!((scene.effects().await, times), ((1, 1), 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_node_that_did_not_run_the_first_call_hears_of_its_position() {
    let scene = Scene::open().await;
    let first = scene.create_once(key(b"{}")).await.unwrap();
    let stop = CancellationToken::new();
    let other = Scene {
        context: node(&scene.context.db, &stop),
        user: scene.user,
        workspace: scene.workspace,
        runs: AtomicUsize::new(0),
        _stop: stop.drop_guard(),
        _folder: TempDir::new().unwrap(),
    };
    let (again, times) = heard(other.hub(), other.create_once(key(b"{}"))).await;
    assert_eq!(again.unwrap(), first);
    assert_eq!((other.effects().await, times), ((0, 1), 1));
    assert_eq!(other.hub().last_seen(other.workspace), Some(other.last_seq().await));
}
