//! Many clients that mean no good, and what the server counts of them.

use crate::support::raw::{LIMIT, Raw};
use crate::support::server::Server;
use crate::support::waiting::eventually;
use reqwest::Method;
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use std::collections::VecDeque;

/// Files of the tests' own process that are no sockets of a crowd.
const OTHER_FILES: u64 = 200;

/// Many connections that are held open as long as the server leaves them.
pub struct Crowd {
    sockets: VecDeque<Raw>,
    room: usize,
}

impl Crowd {
    pub fn new() -> Self {
        let limit = getrlimit(Resource::Nofile);
        // Where it cannot be raised, the crowd lets go of its oldest sockets.
        let _ = setrlimit(Resource::Nofile, Rlimit { current: limit.maximum, maximum: limit.maximum });
        let files = getrlimit(Resource::Nofile).current.unwrap_or(u64::from(u32::MAX));
        let room = usize::try_from(files.saturating_sub(OTHER_FILES)).unwrap_or(usize::MAX).max(1);
        Self { sockets: VecDeque::new(), room }
    }

    /// Opens so many connections, each of which says `words` and no more.
    pub async fn open(&mut self, server: &Server, count: usize, words: &str) {
        for _ in 0..count {
            if self.sockets.len() >= self.room {
                self.sockets.pop_front();
            }
            self.sockets.push_back(Raw::saying(server, words).await);
        }
    }

    /// Those that are left, each to be heard on its own.
    pub fn leave(self) -> impl Iterator<Item = Raw> {
        self.sockets.into_iter()
    }

    /// Each of them says this much more; how many could.
    pub async fn say(&mut self, words: &[u8]) -> usize {
        let mut heard = 0;
        for socket in &mut self.sockets {
            heard += usize::from(socket.say(words).await);
        }
        heard
    }
}

/// What the server measures under a name, its labels included; `None` where it does not answer or measures no such
/// thing.
pub async fn measured(server: &Server, name: &str) -> Option<f64> {
    let asked = server.graphql().request(Method::GET, "/metrics").send().await.ok()?;
    let text = asked.text().await.ok()?;
    let value = text.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(' '))?;
    value.parse().ok()
}

/// The measure once `wanted` holds for it.
pub async fn measured_when(server: &Server, name: &str, wanted: impl Fn(f64) -> bool) -> f64 {
    let found = eventually(LIMIT, name, async || measured(server, name).await.filter(|value| wanted(*value)));
    found.await
}
