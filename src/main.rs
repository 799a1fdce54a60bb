//! The command line.

mod app;
mod cli;
mod huge_pages;
mod jobs;
mod open_files;

use clap::Parser as _;
use std::process::ExitCode;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    // First: what is allocated before it may already lie in huge pages.
    huge_pages::refuse();
    let arguments = cli::Arguments::parse();
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return failed(&error.into()),
    };
    match runtime.block_on(cli::run(arguments)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => failed(&error),
    }
}

/// One line that says what is wrong.
fn failed(error: &anyhow::Error) -> ExitCode {
    cli::out::complain(format_args!("fanfare: {error:#}\n"));
    ExitCode::FAILURE
}
