//! What an operator does with the program: its start, its end, its output and its files.

mod migrate_down;
mod readers_that_leave;
mod start;
mod stored_files;
