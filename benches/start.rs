//! How quickly the server starts, and what it holds at rest.

use super::figures::{Aim, Figures};
use super::percentile::Times;
use super::process::Process;
use fanfare_net::HttpClient;
use std::time::{Duration, Instant};

const STARTS: usize = 10;
const REST: Duration = Duration::from_secs(2);

/// Adds the size of the binary, the time from the process's start to `/ready`, and the memory at rest.
pub async fn measure(figures: &mut Figures) -> anyhow::Result<()> {
    let bytes = u32::try_from(std::fs::metadata(env!("CARGO_BIN_EXE_fanfare"))?.len())?;
    figures.add_with_aim(None, "binary", f64::from(bytes) / 1e6, "MB", Aim::Below(40.0));
    let http = HttpClient::new()?;
    let data = tempfile::tempdir()?;
    let mut times = Vec::with_capacity(STARTS);
    let mut first = Duration::ZERO;
    for number in 0..=STARTS {
        let begun = Instant::now();
        let server = Process::start("serve", &data, &[]).await?;
        server.ready(&http).await?;
        match number {
            0 => first = begun.elapsed(),
            _ => times.push(begun.elapsed()),
        }
        if number == STARTS {
            tokio::time::sleep(REST).await;
            let mebibytes = f64::from(server.resident_bytes()?) / f64::from(1 << 20);
            figures.add_with_aim(Some("SQLite"), "memory at rest", mebibytes, "MiB", Aim::Below(40.0));
        }
        server.stop().await?;
    }
    let times = Times::new(times);
    let name = Some("SQLite");
    figures.add(name, "start to ready, first start", first.as_secs_f64() * 1_000.0, "ms");
    figures.add_with_aim(name, "start to ready, median of 10", times.millis(50), "ms", Aim::Below(50.0));
    Ok(())
}
