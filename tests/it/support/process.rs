//! A program under test, as a process of its own.

use parking_lot::Mutex;
use std::process::{ExitStatus, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::io::{AsyncBufReadExt as _, AsyncRead, BufReader};
use tokio::process::{Child, Command};
use tokio::sync::oneshot;
use tokio::time::timeout;

/// Until a program says that it is ready: a debug build on a busy machine.
const READY: Duration = Duration::from_secs(30);
/// Until a program that was asked to end has ended: what the server promises, and a margin.
const END: Duration = Duration::from_secs(40);

/// A running program. Its output is kept and printed if the test fails; dropping it kills it.
pub struct Process {
    name: String,
    child: Child,
    pid: u32,
    log: Arc<Mutex<Vec<String>>>,
}

impl Process {
    /// Starts `command` and waits until `is_ready` finds something in a line of its standard output.
    ///
    /// # Panics
    /// If the program ends, or is not ready within 30 s; the message carries its output.
    pub async fn start<T: Send + 'static>(
        name: &str,
        mut command: Command,
        is_ready: impl Fn(&str) -> Option<T> + Send + 'static,
    ) -> (Self, T) {
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).kill_on_drop(true);
        let mut child = command.spawn().unwrap_or_else(|e| panic!("{name} cannot be started: {e}"));
        let log = Arc::new(Mutex::new(Vec::new()));
        let (found, ready) = oneshot::channel();
        let mut found = Some(found);
        let stdout = child.stdout.take().expect("piped");
        let stderr = child.stderr.take().expect("piped");
        tokio::spawn(keep(stdout, log.clone(), move |line| {
            if found.is_some()
                && let Some(value) = is_ready(line)
                && let Some(found) = found.take()
            {
                // Nobody listens any more if the test has given up.
                let _ = found.send(value);
            }
        }));
        tokio::spawn(keep(stderr, log.clone(), |_| {}));
        let pid = child.id().expect("just started");
        let process = Self { name: name.to_owned(), child, pid, log };
        let ready = timeout(READY, ready).await;
        let ready = ready.unwrap_or_else(|_| panic!("{name} was not ready within {} s", READY.as_secs()));
        // The reader drops its end of the channel when the output ends.
        (process, ready.unwrap_or_else(|_| panic!("{name} ended before it was ready")))
    }

    /// Whether a line of its output so far, standard error included, contains `text`.
    pub fn logged(&self, text: &str) -> bool {
        self.log.lock().iter().any(|line| line.contains(text))
    }

    /// Its output so far, standard error included.
    pub fn output(&self) -> String {
        self.log.lock().join("\n")
    }

    pub fn pid(&self) -> u32 {
        self.pid
    }

    /// SIGKILL: no handler runs, as in a crash. Returns once the process is gone.
    pub async fn kill9(&mut self) {
        // It may have ended by itself.
        let _ = self.child.start_kill();
        self.ended().await;
    }

    /// SIGTERM, then waits for the end, 40 s at most.
    pub async fn terminate(&mut self) -> ExitStatus {
        self.signal("TERM").await;
        self.ended().await
    }

    /// Waits for the end, 40 s at most.
    pub async fn ended(&mut self) -> ExitStatus {
        let status = timeout(END, self.child.wait()).await;
        let status = status.unwrap_or_else(|_| panic!("{} still runs after {} s", self.name, END.as_secs()));
        status.expect("a child can be waited for")
    }

    /// SIGSTOP: the process stands still until [`Process::resume`], its connections stay open.
    pub async fn pause(&self) {
        self.signal("STOP").await;
    }

    /// SIGCONT.
    pub async fn resume(&self) {
        self.signal("CONT").await;
    }

    async fn signal(&self, signal: &str) {
        // The shell's own `kill`: the program of that name is not on every system.
        let status = Command::new("sh").arg("-c").arg(format!("kill -{signal} {}", self.pid)).status().await;
        assert!(status.expect("sh runs").success(), "{} takes no SIG{signal}: it is gone", self.name);
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        if std::thread::panicking() {
            eprintln!("--- output of {} (process {})\n{}", self.name, self.pid, self.log.lock().join("\n"));
        }
        // A test may start the next server on its files at once; they are free when it has ended.
        let _ = self.child.start_kill();
        let killed = Instant::now();
        while matches!(self.child.try_wait(), Ok(None)) && killed.elapsed() < END {
            std::thread::sleep(Duration::from_millis(1));
        }
    }
}

/// Keeps each line in `log` and shows it to `look`.
async fn keep(from: impl AsyncRead + Unpin, log: Arc<Mutex<Vec<String>>>, mut look: impl FnMut(&str)) {
    let mut lines = BufReader::new(from).lines();
    while let Ok(Some(line)) = lines.next_line().await {
        look(&line);
        log.lock().push(line);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::support::waiting::eventually;
    use std::os::unix::process::ExitStatusExt as _;

    fn shell(script: &str) -> Command {
        let mut command = Command::new("sh");
        command.arg("-c").arg(script);
        command
    }

    fn port(line: &str) -> Option<u16> {
        line.strip_prefix("port ")?.parse().ok()
    }

    #[tokio::test]
    async fn a_process_is_ready_when_it_says_so() {
        let (process, port) =
            Process::start("shell", shell("echo hello; echo port 17; exec sleep 60"), port).await;
        assert_eq!(port, 17);
        assert!(process.logged("hello"));
    }

    #[tokio::test]
    #[should_panic(expected = "shell ended before it was ready")]
    async fn a_process_that_ends_early_fails_the_test() {
        Process::start("shell", shell("echo hello"), port).await;
    }

    #[tokio::test]
    async fn a_killed_process_runs_no_handler_and_a_terminated_one_does() {
        let script = "trap 'exit 7' TERM; echo port 1; while :; do :; done";
        let (mut killed, _) = Process::start("shell", shell(script), port).await;
        killed.kill9().await;
        assert_eq!(killed.ended().await.signal(), Some(9));

        let (mut terminated, _) = Process::start("shell", shell(script), port).await;
        assert_eq!(terminated.terminate().await.code(), Some(7));
    }

    #[tokio::test]
    async fn a_paused_process_stands_still_until_it_is_resumed() {
        let (process, _) = Process::start("shell", shell("echo port 1; exec sleep 60"), port).await;
        let state = || std::fs::read_to_string(format!("/proc/{}/stat", process.pid())).unwrap();
        process.pause().await;
        eventually(Duration::from_secs(5), "stopped", async || state().contains(") T ").then_some(())).await;
        process.resume().await;
        eventually(Duration::from_secs(5), "running", async || state().contains(") S ").then_some(())).await;
    }
}
