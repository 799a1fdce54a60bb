//! What the command line prints. Its reader may go away at any time: `fanfare schema | head`, a pager that is left, a
//! terminal that is closed.

use fanfare_telemetry::Enduring;
use std::fmt::Arguments;
use std::io::{self, ErrorKind, Write as _};

/// What a shell shows for a program that SIGPIPE (13) has ended.
const ENDED_BY_SIGPIPE: i32 = 128 + 13;

/// Prints a line. A program whose output nobody reads ends quietly, as by SIGPIPE.
macro_rules! say {
    ($($text:tt)*) => { $crate::cli::out::print(format_args!("{}\n", format_args!($($text)*))) };
}
pub(crate) use say;

/// Prints text as it is; otherwise like [`say!`].
pub fn print(text: Arguments<'_>) {
    let mut out = io::stdout().lock();
    let Err(error) = out.write_fmt(text).and_then(|()| out.flush()) else { return };
    if error.kind() != ErrorKind::BrokenPipe {
        complain(format_args!("fanfare: the output cannot be written: {error}\n"));
        std::process::exit(1);
    }
    std::process::exit(ENDED_BY_SIGPIPE);
}

/// Prints what a server announces: it goes on whether anybody reads it or not.
pub fn announce(text: Arguments<'_>) {
    let _ = Enduring(io::stdout()).write_fmt(text);
}

/// Prints to the standard error stream, whether anybody reads it or not.
pub fn complain(text: Arguments<'_>) {
    let _ = Enduring(io::stderr()).write_fmt(text);
}
