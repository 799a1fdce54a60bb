use super::group::Together;
use super::queue::MOST;
use super::store::Store;
use fanfare_domain::clock::Timestamp;
use fanfare_domain::id::{JobId, PostId, StepId, WorkspaceId};
use fanfare_domain::post::{Outcome, StepState};
use fanfare_domain::work::Lease;
use fanfare_storage::DbError;
use fanfare_storage::command::outcome::Settlement;
use fanfare_storage::command::run_write::{RunEntry, RunWrite, RunWritten};
use parking_lot::Mutex;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use tokio::sync::{Notify, Semaphore};
use tokio::task::JoinHandle;

/// What the stand-in does with a group.
#[derive(Clone, Copy, Default)]
enum Does {
    #[default]
    Commit,
    /// A fault of one of the writes.
    Fail,
    /// The connection breaks.
    Break,
    Panic,
}

/// Stands in for the database. A transaction of a group goes on when it is let.
struct Fake {
    groups: Mutex<Vec<Vec<JobId>>>,
    alone: Mutex<Vec<JobId>>,
    /// Transactions of one write that are under way.
    under_way: AtomicUsize,
    does: Mutex<Does>,
    /// Jobs whose lease another holds.
    lost: Vec<JobId>,
    begun: Notify,
    lets: Semaphore,
}

impl Fake {
    fn new(lost: &[i64]) -> Self {
        Self {
            groups: Mutex::default(),
            alone: Mutex::default(),
            under_way: AtomicUsize::new(0),
            does: Mutex::default(),
            lost: lost.iter().copied().map(JobId).collect(),
            begun: Notify::new(),
            lets: Semaphore::new(0),
        }
    }
}

#[derive(Clone)]
struct Desk(Arc<Fake>);

impl Store for Desk {
    async fn together(&self, writes: Vec<RunWrite>) -> Result<Vec<Option<RunWritten>>, DbError> {
        let jobs: Vec<JobId> = writes.iter().map(|write| write.lease.id).collect();
        self.0.groups.lock().push(jobs.clone());
        self.0.begun.notify_one();
        self.0.lets.acquire().await.unwrap().forget();
        let does = *self.0.does.lock();
        match does {
            Does::Commit => {}
            Does::Fail => return Err(DbError::NotFound),
            Does::Break => return Err(DbError::Unavailable("it broke".to_owned())),
            Does::Panic => panic!("a fault of the stand-in"),
        }
        let written = jobs.iter().map(|job| (!self.0.lost.contains(job)).then_some(written(*job)));
        Ok(written.collect())
    }

    async fn alone(&self, write: RunWrite) -> Result<RunWritten, DbError> {
        let job = write.lease.id;
        let others = self.0.under_way.fetch_add(1, Ordering::SeqCst);
        tokio::task::yield_now().await;
        self.0.under_way.fetch_sub(1, Ordering::SeqCst);
        assert_eq!(others, 0, "one after the other: they may wait for locks, and have few connections");
        self.0.alone.lock().push(job);
        if self.0.lost.contains(&job) { Err(DbError::Fenced) } else { Ok(written(job)) }
    }
}

fn written(job: JobId) -> RunWritten {
    RunWritten::Ended(WorkspaceId(1), job.0)
}

fn now() -> Timestamp {
    Timestamp::from_micros(0).unwrap()
}

/// The end of a run of a job, whose post has this number.
fn end_of(job: i64, post: i64) -> RunWrite {
    let outcome = Outcome::Published { external_id: None, url: None };
    let entry = RunEntry::Ended { post: PostId(post), settlement: None, outcome };
    RunWrite { lease: Lease { id: JobId(job), token: 1, until: now() }, clock: now(), entry }
}

struct Scene {
    fake: Arc<Fake>,
    together: Arc<Together<Desk>>,
}

impl Scene {
    fn set(lost: &[i64]) -> Self {
        let fake = Arc::new(Fake::new(lost));
        Self { together: Arc::new(Together::new(Desk(Arc::clone(&fake)))), fake }
    }

    fn write(&self, write: RunWrite) -> JoinHandle<Result<RunWritten, DbError>> {
        let together = Arc::clone(&self.together);
        tokio::spawn(async move { together.write(write).await })
    }

    /// A transaction of one write is under way, and these wait.
    async fn busy_with(&self, waiting: Vec<RunWrite>) -> Vec<JoinHandle<Result<RunWritten, DbError>>> {
        let mut callers = vec![self.write(end_of(0, 0))];
        self.fake.begun.notified().await;
        for write in waiting {
            callers.push(self.write(write));
            // On one thread the caller has handed its write in by now, and waits for the answer.
            tokio::task::yield_now().await;
        }
        callers
    }

    fn groups(&self) -> Vec<Vec<i64>> {
        self.fake.groups.lock().iter().map(|group| group.iter().map(|job| job.0).collect()).collect()
    }

    fn alone(&self) -> Vec<i64> {
        let mut alone: Vec<i64> = self.fake.alone.lock().iter().map(|job| job.0).collect();
        alone.sort_unstable();
        alone
    }

    fn let_all(&self) {
        self.fake.lets.add_permits(100);
    }
}

async fn answers(callers: Vec<JoinHandle<Result<RunWritten, DbError>>>) -> Vec<Result<RunWritten, DbError>> {
    let mut answers = Vec::with_capacity(callers.len());
    for caller in callers {
        answers.push(caller.await.unwrap());
    }
    answers
}

#[tokio::test]
async fn a_lone_write_begins_at_once() {
    let scene = Scene::set(&[]);
    for job in 1..=2 {
        let caller = scene.write(end_of(job, job));
        scene.fake.begun.notified().await;
        assert!(!caller.is_finished(), "the answer comes after the commit");
        scene.fake.lets.add_permits(1);
        assert_eq!(caller.await.unwrap().unwrap(), written(JobId(job)));
    }
    assert_eq!(scene.groups(), [[1], [2]]);
}

#[tokio::test]
async fn what_comes_during_a_transaction_shares_the_next_one() {
    let scene = Scene::set(&[]);
    let callers = scene.busy_with((1..=5).map(|job| end_of(job, job)).collect()).await;
    scene.let_all();
    let answers = answers(callers).await;
    for (job, answer) in (0..).zip(answers) {
        assert_eq!(answer.unwrap(), written(JobId(job)), "each has its own answer");
    }
    assert_eq!(scene.groups(), [vec![0], vec![1, 2, 3, 4, 5]]);
    assert!(scene.alone().is_empty());
}

#[tokio::test]
async fn a_group_is_bounded() {
    let scene = Scene::set(&[]);
    let count = i64::try_from(MOST).unwrap() + 1;
    let callers = scene.busy_with((1..=count).map(|job| end_of(job, job)).collect()).await;
    scene.let_all();
    assert!(answers(callers).await.iter().all(Result::is_ok));
    let sizes: Vec<usize> = scene.groups().iter().map(Vec::len).collect();
    assert_eq!(sizes, [1, MOST, 1]);
}

#[tokio::test]
async fn writes_of_one_job_follow_each_other() {
    let scene = Scene::set(&[]);
    let settled = RunWrite {
        entry: RunEntry::Settled(Settlement::new(StepId(1), StepState::Confirmed)),
        ..end_of(1, 7)
    };
    let callers = scene.busy_with(vec![settled, end_of(2, 7), end_of(1, 7), end_of(3, 8)]).await;
    scene.let_all();
    assert!(answers(callers).await.iter().all(Result::is_ok));
    assert_eq!(scene.groups(), [vec![0], vec![1, 2, 3], vec![1]]);
}

#[tokio::test]
async fn who_has_lost_a_lease_hears_so_and_the_others_are_written() {
    let scene = Scene::set(&[2]);
    let callers = scene.busy_with((1..=3).map(|job| end_of(job, job)).collect()).await;
    scene.let_all();
    let answers = answers(callers).await;
    let fenced: Vec<bool> = answers.iter().map(|answer| matches!(answer, Err(DbError::Fenced))).collect();
    assert_eq!(fenced, [false, false, true, false]);
    assert_eq!(answers.iter().filter(|answer| answer.is_ok()).count(), 3);
    assert_eq!(scene.alone(), [2], "only it is asked for alone");
}

#[tokio::test]
async fn a_group_that_fails_is_written_one_by_one() {
    let scene = Scene::set(&[2]);
    *scene.fake.does.lock() = Does::Fail;
    let callers = scene.busy_with((1..=3).map(|job| end_of(job, job)).collect()).await;
    scene.let_all();
    let answers = answers(callers).await;
    let good: Vec<bool> = answers.iter().map(Result::is_ok).collect();
    assert_eq!(good, [true, true, false, true]);
    assert_eq!(scene.alone(), [0, 1, 2, 3]);
}

#[tokio::test]
async fn what_may_have_been_committed_is_not_written_again() {
    let scene = Scene::set(&[]);
    *scene.fake.does.lock() = Does::Break;
    let callers = scene.busy_with((1..=3).map(|job| end_of(job, job)).collect()).await;
    scene.let_all();
    for answer in answers(callers).await {
        assert!(matches!(answer, Err(DbError::Unavailable(words)) if words == "it broke"));
    }
    assert!(scene.alone().is_empty());
}

#[tokio::test]
async fn a_caller_that_goes_away_leaves_its_write_to_be_written_once() {
    let scene = Scene::set(&[]);
    let callers = scene.busy_with((1..=3).map(|job| end_of(job, job)).collect()).await;
    callers[0].abort();
    callers[2].abort();
    scene.let_all();
    let mut good = 0;
    for caller in callers {
        good += usize::from(caller.await.is_ok_and(|answer| answer.is_ok()));
    }
    assert_eq!(good, 2);
    assert_eq!(scene.groups(), [vec![0], vec![1, 2, 3]]);
}

#[tokio::test]
async fn nobody_waits_for_a_task_that_has_died_and_the_next_write_goes() {
    let scene = Scene::set(&[]);
    *scene.fake.does.lock() = Does::Panic;
    let callers = scene.busy_with(vec![end_of(1, 1)]).await;
    scene.let_all();
    for answer in answers(callers).await {
        assert!(matches!(answer, Err(DbError::Unavailable(_))));
    }
    *scene.fake.does.lock() = Does::Commit;
    assert_eq!(scene.write(end_of(2, 2)).await.unwrap().unwrap(), written(JobId(2)));
}
