//! A queue in memory that keeps the promises of a database, and a stage to play on.

use crate::{
    Agenda, Claim, Claims, GiveBack, Held, Lapsed, Lease, LeaseTerms, Look, LookEntry, Overdue, Queue,
    Settled, Timetable, Unfinished, WorkError, WorkKind, Worker, WorkerOptions,
};
use fanfare_domain::clock::{Clock, Timestamp};
use parking_lot::Mutex;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;
use tokio::sync::Notify;
use tokio::task::JoinHandle;
use tokio::time::{Instant, sleep};
use tokio_util::sync::CancellationToken;

pub const LEASE: Duration = Duration::from_secs(30);

/// The time of a paused runtime, which can be set forward.
pub struct PausedClock {
    begin: Instant,
    forward: Mutex<Duration>,
}

impl PausedClock {
    pub fn set_forward(&self, by: Duration) {
        *self.forward.lock() += by;
    }
}

impl Clock for PausedClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_micros(0).unwrap().plus(self.begin.elapsed() + *self.forward.lock())
    }
}

/// A row of the queue.
#[derive(Clone, Debug)]
pub struct Row {
    pub id: i64,
    pub due_at: Option<Timestamp>,
    pub token: i64,
    pub lease_until: Option<Timestamp>,
    /// Due, and not to be claimed: what waits for another piece of its account looks like this.
    pub blocked: bool,
    /// Who ended it, and when.
    pub ended: Vec<(&'static str, Timestamp)>,
    pub given_back: Vec<GiveBack>,
    /// Who has worked on it, from when to when.
    pub runs: Vec<(&'static str, Instant, Instant)>,
}

/// What all workers share.
pub struct Table {
    pub clock: PausedClock,
    pub rows: Mutex<Vec<Row>>,
    pub looks: AtomicUsize,
    /// The database is away.
    pub away: AtomicBool,
    pub claims: AtomicUsize,
    /// Looks at overdue leases.
    pub watches: AtomicUsize,
}

impl Table {
    pub fn new() -> Arc<Self> {
        Arc::new(Self {
            clock: PausedClock { begin: Instant::now(), forward: Mutex::default() },
            rows: Mutex::default(),
            looks: AtomicUsize::new(0),
            away: AtomicBool::new(false),
            claims: AtomicUsize::new(0),
            watches: AtomicUsize::new(0),
        })
    }

    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// Something to be done in a while; answers its id.
    pub fn add(&self, wait: Duration) -> i64 {
        let mut rows = self.rows.lock();
        let id = i64::try_from(rows.len()).unwrap();
        let due_at = Some(self.now().plus(wait));
        rows.push(Row {
            id,
            due_at,
            token: 0,
            lease_until: None,
            blocked: false,
            ended: Vec::new(),
            given_back: Vec::new(),
            runs: Vec::new(),
        });
        id
    }

    pub fn row(&self, id: i64) -> Row {
        self.rows.lock()[usize::try_from(id).unwrap()].clone()
    }

    pub fn edit<T>(&self, id: i64, edit: impl FnOnce(&mut Row) -> T) -> T {
        edit(&mut self.rows.lock()[usize::try_from(id).unwrap()])
    }

    fn answers(&self) -> Result<(), WorkError> {
        let away = self.away.load(Ordering::SeqCst);
        if away { Err(WorkError::Unavailable("away".to_owned())) } else { Ok(()) }
    }

    /// Edits a row that is held.
    fn under<T>(&self, lease: Lease<i64>, edit: impl FnOnce(&mut Row) -> T) -> Result<T, WorkError> {
        self.answers()?;
        self.edit(lease.id, |row| {
            let held = row.token == lease.token && row.lease_until.is_some();
            if held { Ok(edit(row)) } else { Err(WorkError::Fenced) }
        })
    }
}

impl Agenda for Arc<Table> {
    async fn look(&self, counted: bool) -> Result<Look, WorkError> {
        self.looks.fetch_add(1, Ordering::SeqCst);
        self.answers()?;
        let rows = self.rows.lock();
        let free = rows.iter().filter(|row| row.lease_until.is_none());
        let entry = LookEntry {
            kind: WorkKind::Publish,
            due_at: free.filter_map(|row| row.due_at).min(),
            lapses_at: rows.iter().filter_map(|row| row.lease_until).min(),
            last_lapses_at: rows.iter().filter_map(|row| row.lease_until).max().filter(|_| counted),
            depth: counted.then_some(0),
        };
        Ok(Look { now: self.now(), entries: vec![entry] })
    }
}

/// How a worker does its work.
#[derive(Clone, Copy)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each stands for a fault of its own, and any may come together"
)]
pub struct Manner {
    pub name: &'static str,
    /// Each piece takes as long.
    pub takes: Duration,
    /// Nothing that keeps its leases, or gives them back, reaches the database.
    pub mute: bool,
    /// It stops when its lease may be lost.
    pub heeds: bool,
    /// It cannot finish anything.
    pub fails: bool,
    /// It stops in the middle when it is told.
    pub stops: bool,
}

impl Manner {
    pub fn named(name: &'static str) -> Self {
        Self { name, takes: Duration::ZERO, mute: false, heeds: false, fails: false, stops: false }
    }

    pub fn taking(self, takes: Duration) -> Self {
        Self { takes, ..self }
    }
}

/// A worker's side of the table.
pub struct MemoryQueue {
    pub table: Arc<Table>,
    pub manner: Manner,
    pub at_work: Arc<AtomicUsize>,
    pub most_at_work: Arc<AtomicUsize>,
}

impl Queue for MemoryQueue {
    type Id = i64;
    type Ticket = ();
    type Work = i64;
    type Outcome = &'static str;

    const KIND: WorkKind = WorkKind::Publish;

    async fn claim(&self, room: usize) -> Result<Claims<i64, ()>, WorkError> {
        self.table.answers()?;
        self.table.claims.fetch_add(1, Ordering::SeqCst);
        let now = self.table.now();
        let mut rows = self.table.rows.lock();
        let due = rows.iter_mut().filter(|row| row.lease_until.is_none() && !row.blocked);
        let due = due.filter(|row| row.due_at.is_some_and(|at| at <= now));
        let claimed = due.take(room).map(|row| {
            let until = now.plus(LEASE);
            row.token += 1;
            row.lease_until = Some(until);
            let lateness = now.since(row.due_at.unwrap());
            Claim { lease: Lease { id: row.id, token: row.token, until }, lateness, ticket: () }
        });
        Ok(Claims { claimed: claimed.collect(), more: false })
    }

    async fn load(&self, claimed: Vec<(Lease<i64>, ())>) -> Result<Vec<(Lease<i64>, i64)>, WorkError> {
        Ok(claimed.into_iter().map(|(lease, ())| (lease, lease.id)).collect())
    }

    async fn extend(&self, lease: Lease<i64>) -> Result<(), WorkError> {
        if self.manner.mute {
            return Err(WorkError::Unavailable("mute".to_owned()));
        }
        let until = self.table.now().plus(LEASE);
        self.table.under(lease, |row| row.lease_until = Some(until))
    }

    async fn run(&self, work: &i64, held: &Held<i64>) -> Result<&'static str, Unfinished> {
        let running = self.at_work.fetch_add(1, Ordering::SeqCst) + 1;
        self.most_at_work.fetch_max(running, Ordering::SeqCst);
        let stopping =
            async { if self.manner.stops { held.stopping().await } else { std::future::pending().await } };
        let lost = async { if self.manner.heeds { held.lost().await } else { std::future::pending().await } };
        let begun = Instant::now();
        let outcome = tokio::select! {
            () = stopping => Err(Unfinished::Stopped),
            () = lost => Err(WorkError::Unavailable("the lease may be lost".to_owned()).into()),
            () = sleep(self.manner.takes) => Ok(self.manner.name),
        };
        self.table.edit(*work, |row| row.runs.push((self.manner.name, begun, Instant::now())));
        self.at_work.fetch_sub(1, Ordering::SeqCst);
        if self.manner.fails {
            return Err(WorkError::Failed("it fails".into()).into());
        }
        outcome
    }

    async fn finish(
        &self,
        _work: &i64,
        held: &Held<i64>,
        outcome: &&'static str,
    ) -> Result<Settled, WorkError> {
        let now = self.table.now();
        self.table.under(held.lease(), |row| {
            row.ended.push((*outcome, now));
            row.due_at = None;
            row.lease_until = None;
        })?;
        Ok(Settled::Done)
    }

    async fn give_back(&self, _work: &i64, lease: Lease<i64>, why: GiveBack) -> Result<(), WorkError> {
        if self.manner.mute {
            return Err(WorkError::Unavailable("mute".to_owned()));
        }
        let again = self.table.now().plus(Duration::from_secs(5));
        self.table.under(lease, |row| {
            row.given_back.push(why);
            row.lease_until = None;
            if why == GiveBack::Failed {
                row.due_at = Some(again);
            }
        })
    }

    async fn lapsed(&self, overdue: Overdue, limit: i64) -> Result<Vec<Lease<i64>>, WorkError> {
        self.table.watches.fetch_add(1, Ordering::SeqCst);
        self.table.answers()?;
        let now = self.table.now();
        let rows = self.table.rows.lock();
        let lease = |row: &Row| Some(Lease { id: row.id, token: row.token, until: row.lease_until? });
        let found = rows.iter().filter_map(lease).filter(|it| overdue.watches(it.until, now));
        let mut found: Vec<Lease<i64>> = found.collect();
        found.sort_by_key(|lease| lease.until);
        found.truncate(usize::try_from(limit).unwrap());
        Ok(found)
    }

    async fn retake(&self, lapsed: Lapsed<i64>) -> Result<usize, WorkError> {
        self.table.answers()?;
        let mut taken = 0;
        for row in self.table.rows.lock().iter_mut() {
            if row.lease_until.is_some() && lapsed.takes(row.id, row.token, row.lease_until) {
                (row.token, row.lease_until, taken) = (row.token + 1, None, taken + 1);
            }
        }
        Ok(taken)
    }
}

/// A process with a timetable and a worker.
pub struct Node {
    pub bell: Arc<Notify>,
    pub stop: CancellationToken,
    pub most_at_work: Arc<AtomicUsize>,
    worker: JoinHandle<()>,
}

impl Node {
    pub fn start(table: &Arc<Table>, manner: Manner, slots: usize) -> Self {
        Self::start_with(table, manner, slots, false)
    }

    pub fn start_with(table: &Arc<Table>, manner: Manner, slots: usize, alone: bool) -> Self {
        let terms = LeaseTerms::new(LEASE);
        let (timetable, stop) = (Timetable::new(terms.overdue(alone)), CancellationToken::new());
        let (bell, most_at_work) = (Arc::new(Notify::new()), Arc::new(AtomicUsize::new(0)));
        let queue = MemoryQueue {
            table: Arc::clone(table),
            manner,
            at_work: Arc::default(),
            most_at_work: Arc::clone(&most_at_work),
        };
        let options = WorkerOptions { slots, terms, alone, drain: Duration::from_secs(25) };
        let worker = tokio::spawn(Worker::new(queue, &timetable, options, stop.clone()).run());
        let (looking, agenda) = (Arc::clone(&timetable), Arc::clone(table));
        let (rung, end) = (Arc::clone(&bell), stop.clone());
        tokio::spawn(async move { looking.run(agenda, rung, end).await });
        Self { bell, stop, most_at_work, worker }
    }

    /// Stops, and waits for the end of the worker.
    pub async fn end(self) {
        self.stop.cancel();
        self.worker.await.unwrap();
    }
}

/// Lets time pass for everyone.
pub async fn pass(time: Duration) {
    sleep(time).await;
}
