//! The bytes of a file, one after the other. `None` is the end of the file, or an error of the disk.

use std::io::{self, BufRead, Read as _};

pub struct Bytes<R>(R);

impl<R: BufRead> Bytes<R> {
    pub const fn new(file: R) -> Self {
        Self(file)
    }

    pub fn byte(&mut self) -> Option<u8> {
        self.array::<1>().map(|[byte]| byte)
    }

    pub fn array<const N: usize>(&mut self) -> Option<[u8; N]> {
        let mut bytes = [0; N];
        self.0.read_exact(&mut bytes).ok()?;
        Some(bytes)
    }

    /// The next bytes, all of which are kept in memory.
    pub fn vec(&mut self, length: u64) -> Option<Vec<u8>> {
        let mut bytes = Vec::new();
        let read = self.0.by_ref().take(length).read_to_end(&mut bytes).ok()?;
        (u64::try_from(read).ok()? == length).then_some(bytes)
    }

    /// Passes over bytes that must be there.
    pub fn skip(&mut self, length: u64) -> Option<()> {
        let skipped = io::copy(&mut self.0.by_ref().take(length), &mut io::sink()).ok()?;
        (skipped == length).then_some(())
    }

    /// Passes over everything up to the next byte of this value, and over that too.
    pub fn skip_past(&mut self, value: u8) -> Option<()> {
        loop {
            let buffer = self.0.fill_buf().ok()?;
            if buffer.is_empty() {
                return None;
            }
            let found = buffer.iter().position(|byte| *byte == value);
            let taken = found.map_or(buffer.len(), |at| at + 1);
            self.0.consume(taken);
            if found.is_some() {
                return Some(());
            }
        }
    }
}
