//! What an operator does with the program: its start, its end, its output and its files.

mod readers_that_leave;
