//! Measures the real binary as processes of their own and prints a table. `make bench` runs it as its part `server`, and
//! names a file for the figures in `FANFARE_BENCH_FIGURES`.
//!
//! `cargo bench --bench bench -- start lone` runs only what is named. PostgreSQL is measured where
//! `FANFARE_TEST_POSTGRES_URL` names a server on which databases may be created.

#![expect(clippy::similar_names, reason = "`names`, and what is `named` by one of them: the plain words")]

mod bare_route;
mod client;
mod database;
mod due_at_once;
mod figures;
mod keep_alive;
mod lone_post;
mod many_created;
mod open_files;
mod percentile;
mod posts_list;
mod process;
mod reads;
mod socket;
mod start;
mod subscriptions;
mod trial;

use anyhow::Context as _;
use figures::Figures;
use std::process::ExitCode;
use std::time::Duration;
use tokio::signal::unix::{SignalKind, signal};

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Where the figures are written, as `bench/measure.py` reads them.
const FIGURES_FILE: &str = "FANFARE_BENCH_FIGURES";
/// The longest that one measurement may take.
const LIMIT: Duration = Duration::from_secs(150);
const MEASUREMENTS: [&str; 7] = ["start", "list", "reads", "create", "due", "lone", "subscriptions"];

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let outcome = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(anyhow::Error::from)
        .and_then(|runtime| runtime.block_on(run(&arguments)));
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("bench: {error:#}");
            ExitCode::FAILURE
        }
    }
}

async fn run(arguments: &[String]) -> anyhow::Result<()> {
    if let Some(body) = std::env::var_os(bare_route::BODY_FILE) {
        return bare_route::serve(body.as_ref()).await;
    }
    if !arguments.iter().any(|argument| argument == "--bench") {
        println!("This measures the release build: run `make bench`.");
        return Ok(());
    }
    open_files::raise()?;
    let named: Vec<&str> =
        arguments.iter().map(String::as_str).filter(|name| MEASUREMENTS.contains(name)).collect();
    let names = if named.is_empty() { MEASUREMENTS.to_vec() } else { named };
    let mut terminate = signal(SignalKind::terminate())?;
    let mut figures = Figures::default();
    // Dropped in the middle, the measurements stop the processes that they have started.
    tokio::select! {
        outcome = measure(&names, &mut figures) => outcome?,
        _ = tokio::signal::ctrl_c() => anyhow::bail!("interrupted"),
        _ = terminate.recv() => anyhow::bail!("terminated"),
    }
    figures.print();
    if let Some(path) = std::env::var_os(FIGURES_FILE) {
        figures.write(path.as_ref())?;
    }
    Ok(())
}

async fn measure(names: &[&str], figures: &mut Figures) -> anyhow::Result<()> {
    for &name in names {
        eprintln!("measuring: {name}");
        let limited = tokio::time::timeout(LIMIT, measure_one(name, figures));
        limited
            .await
            .with_context(|| format!("{name} took over {} s", LIMIT.as_secs()))?
            .context(name.to_owned())?;
    }
    Ok(())
}

async fn measure_one(name: &str, figures: &mut Figures) -> anyhow::Result<()> {
    match name {
        "start" => start::measure(figures).await,
        "list" => posts_list::measure(figures).await,
        "reads" => reads::measure(figures).await,
        "create" => many_created::measure(figures).await,
        "due" => due_at_once::measure(figures).await,
        "lone" => lone_post::measure(figures).await,
        _ => subscriptions::measure(figures).await,
    }
}
