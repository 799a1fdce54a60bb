//! Ten thousand subscribers of one workspace on one server.

use super::client::{Client, UNHURRIED};
use super::database::Database;
use super::figures::{Aim, Figures};
use super::open_files;
use super::percentile::Times;
use super::process::Process;
use super::socket::Socket;
use anyhow::Context as _;
use fanfare_net::HttpClient;
use futures_util::{StreamExt as _, TryStreamExt as _, stream};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::task::JoinSet;

const CONNECTIONS: usize = 10_000;
/// Files that either side needs besides the connections.
const OTHER_FILES: usize = 300;
const OPENED_AT_ONCE: usize = 100;
/// No answer tells that a subscription has begun. Each connection waits as long before the next one is opened, so that
/// a thousand a second begin, as after a restart, and not all at once.
const BEGINNING: Duration = Duration::from_millis(100);
const ROUNDS: usize = 5;
const REST: Duration = Duration::from_secs(2);
const PAUSE: Duration = Duration::from_millis(500);
/// Longer than the server remembers anyone's access: the last event comes to a workspace that was quiet.
const QUIET: Duration = Duration::from_secs(21);
const PATIENCE: Duration = Duration::from_secs(30);

const ACTIVITY: &str = "subscription { activity(kinds: [POST_CREATED]) { cursor kind summary } }";

/// Adds memory a connection, and the time until the last subscriber has an event.
pub async fn measure(figures: &mut Figures) -> anyhow::Result<()> {
    let http = HttpClient::new()?;
    let data = tempfile::tempdir()?;
    let mut settings: Vec<_> = UNHURRIED.iter().map(|(name, value)| (*name, (*value).to_owned())).collect();
    let limits = [
        "FANFARE_MAX_CONNECTIONS_PER_ADDRESS",
        "FANFARE_MAX_SOCKETS_PER_ADDRESS",
        "FANFARE_MAX_SOCKETS_PER_USER",
        "FANFARE_MAX_SUBSCRIPTIONS_PER_USER",
        "FANFARE_MAX_SUBSCRIPTIONS",
    ];
    settings.extend(limits.map(|limit| (limit, "1000000".to_owned())));
    let server = Process::start("serve", &data, &settings).await?;
    server.ready(&http).await?;
    let client = Client::register(&http, &server.base).await?;
    tokio::time::sleep(REST).await;
    let before = server.resident_bytes()?;

    let count =
        CONNECTIONS.min(open_files::allowed().map_or(CONNECTIONS, |files| files - files.min(OTHER_FILES)));
    let mut crowd = Crowd::gather(&server, &client, count).await?;
    // Everyone has this event: every subscription is live from here on.
    crowd.round(&client, 0).await?;
    tokio::time::sleep(REST).await;
    let grown = server.resident_bytes()?.saturating_sub(before);

    let mut times = Vec::with_capacity(ROUNDS);
    for number in 1..=ROUNDS {
        tokio::time::sleep(PAUSE).await;
        times.push(crowd.round(&client, number).await?);
    }
    tokio::time::sleep(QUIET).await;
    let after_quiet = crowd.round(&client, ROUNDS + 1).await?.as_secs_f64() * 1_000.0;
    drop(crowd);
    server.stop().await?;

    let name = Some(Database::Sqlite.name());
    let connections = f64::from(u32::try_from(count)?);
    figures.add(name, "subscriptions on one server", connections, "");
    let kilobytes = f64::from(grown) / connections / 1_000.0;
    figures.add_with_aim(name, "memory a subscription", kilobytes, "kB", Aim::Below(10.0));
    let times = Times::new(times);
    let (median, worst) = (times.millis(50), times.millis(100));
    figures.add_with_aim(name, "answer to last event, median of 5", median, "ms", Aim::Below(60.0));
    figures.add_with_aim(name, "answer to last event, worst of 5", worst, "ms", Aim::Below(60.0));
    let what = "answer to last event, after 21 s of quiet";
    figures.add_with_aim(name, what, after_quiet, "ms", Aim::Below(60.0));
    Ok(())
}

/// The subscribers. They leave when it is dropped.
struct Crowd {
    count: usize,
    /// When everyone had an event, or why someone has none.
    news: UnboundedReceiver<anyhow::Result<Instant>>,
    _members: JoinSet<()>,
}

impl Crowd {
    async fn gather(server: &Process, client: &Client, count: usize) -> anyhow::Result<Self> {
        let address = server.base.socket_addrs(|| None)?.first().copied().context("no address")?;
        let opening = (0..count).map(async |_| {
            let socket = Socket::subscribe(address, &client.token, ACTIVITY).await;
            tokio::time::sleep(BEGINNING).await;
            socket
        });
        let sockets: Vec<Socket> =
            stream::iter(opening).buffer_unordered(OPENED_AT_ONCE).try_collect().await?;
        let (sender, news) = unbounded_channel();
        let events = Arc::new(AtomicUsize::new(0));
        let mut members = JoinSet::new();
        for socket in sockets {
            members.spawn(listen(socket, count, Arc::clone(&events), sender.clone()));
        }
        Ok(Self { count, news, _members: members })
    }

    /// Makes one event; answers how long after the mutation's answer the last one had it.
    async fn round(&mut self, client: &Client, number: usize) -> anyhow::Result<Duration> {
        client.create_post(format!("Event {number}"), Vec::new(), None).await?;
        let answered = Instant::now();
        let last = tokio::time::timeout(PATIENCE, self.news.recv()).await;
        let last = last.with_context(|| format!("not all {} had the event", self.count))?;
        Ok(last.context("nobody listens")??.saturating_duration_since(answered))
    }
}

/// Listens for good. Whoever has the last copy of an event tells when.
async fn listen(
    mut socket: Socket,
    everyone: usize,
    events: Arc<AtomicUsize>,
    news: UnboundedSender<anyhow::Result<Instant>>,
) {
    loop {
        if let Err(error) = socket.next_event().await {
            // A failed measurement is told once; that nobody listens any more is no fault.
            let _ = news.send(Err(error));
            return;
        }
        let had = events.fetch_add(1, Ordering::Relaxed) + 1;
        if had.is_multiple_of(everyone) && news.send(Ok(Instant::now())).is_err() {
            return;
        }
    }
}
