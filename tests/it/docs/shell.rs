//! The scripts of a page.

use std::path::Path;
use std::process::Stdio;
use std::time::Duration;
use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, BufReader};
use tokio::process::Command;
use tokio::time::timeout;

/// Until a script has ended, or has printed what the page shows.
const LIMIT: Duration = Duration::from_mins(1);

/// Whether a script runs until it is interrupted: `-N` is how curl is told to print events as they come.
pub fn streams(script: &str) -> bool {
    script.split_whitespace().any(|word| word == "-N")
}

/// Of a script that consists of `make` commands, which a test cannot run inside itself: the targets that the Makefile does
/// not have. `None`: it is another script.
pub fn unknown_targets(script: &str) -> Option<Vec<String>> {
    let targets = script.lines().map(|line| line.strip_prefix("make ")?.split_whitespace().next());
    let targets: Vec<&str> = targets.collect::<Option<_>>()?;
    let makefile = include_str!("../../../Makefile");
    let is_known = |target: &str| makefile.lines().any(|line| line.starts_with(&format!("{target}:")));
    Some(targets.into_iter().filter(|target| !is_known(target)).map(str::to_owned).collect())
}

/// Runs a script; answers what it printed.
///
/// # Panics
/// If it fails, or has not ended within a minute.
pub async fn run(place: &str, script: &str, folder: &Path) -> String {
    let output = timeout(LIMIT, command(script, folder).output()).await;
    let output = output.unwrap_or_else(|_| panic!("{place}: still running\n{script}")).expect("sh runs");
    let printed = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let (out, errors) = (printed(&output.stdout), printed(&output.stderr));
    assert!(output.status.success(), "{place}: {}\n{script}\n{out}\n{errors}", output.status);
    out
}

/// Runs a script until `has_come` is true of what it has printed, and interrupts it.
///
/// # Panics
/// If it ends before, or a minute passes.
pub async fn run_until(place: &str, script: &str, folder: &Path, mut has_come: impl FnMut(&str) -> bool) {
    let mut child = command(script, folder).spawn().expect("sh runs");
    let mut lines = BufReader::new(child.stdout.take().expect("piped")).lines();
    let mut errors = child.stderr.take().expect("piped");
    let mut printed = String::new();
    let reading = timeout(LIMIT, async {
        while let Ok(Some(line)) = lines.next_line().await {
            printed.push_str(&line);
            printed.push('\n');
            if has_come(&printed) {
                return true;
            }
        }
        false
    });
    let came = reading.await.unwrap_or(false);
    // The shell and what it has started.
    let group = child.id().expect("not waited for");
    let interrupted = Command::new("sh").arg("-c").arg(format!("kill -TERM -{group}")).status().await;
    interrupted.expect("sh runs");
    child.wait().await.expect("a child can be waited for");
    let mut told = String::new();
    errors.read_to_string(&mut told).await.expect("a pipe can be read");
    assert!(came, "{place}: it did not print what the page shows\n{script}\n{printed}\n{told}");
}

/// A shell without the settings of whoever runs the tests, such as a proxy or a `.curlrc`.
fn command(script: &str, folder: &Path) -> Command {
    let mut command = Command::new("sh");
    command.arg("-e").arg("-c").arg(script).current_dir(folder).env_clear();
    command.env("PATH", std::env::var_os("PATH").unwrap_or_default()).env("HOME", folder);
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command.process_group(0).kill_on_drop(true);
    command
}

#[test]
fn scripts_of_make_name_targets_that_exist() {
    assert_eq!(unknown_targets("make run    # serves\nmake test T=a\n"), Some(Vec::new()));
    assert_eq!(unknown_targets("make nonsense\n"), Some(vec!["nonsense".to_owned()]));
    assert_eq!(unknown_targets("curl http://127.0.0.1\n"), None);
}

#[tokio::test]
async fn a_script_prints_what_the_page_shows_or_fails_the_test() {
    let folder = tempfile::tempdir().unwrap();
    assert_eq!(run("here", "echo a; echo b > file; cat file", folder.path()).await, "a\nb\n");
    run_until("here", "echo a; sleep 60", folder.path(), |printed| printed == "a\n").await;
}

#[tokio::test]
#[should_panic(expected = "here: exit status: 3")]
async fn a_script_that_fails_fails_the_test() {
    run("here", "exit 3", &std::env::temp_dir()).await;
}
