//! A file that gives up after so many reads.

use std::io::{self, Read, Seek, SeekFrom};

/// Readers of picture headers hop from segment to segment, and a file can hold as many as it has bytes: every hop
/// behind a buffer is a read, and this is the number of them that no real picture reaches.
const MAX_READS: u32 = 10_000;

/// Passes everything on to `file`, up to [`MAX_READS`] reads; the next one fails.
pub struct BoundedReads<F> {
    file: F,
    left: u32,
}

impl<F> BoundedReads<F> {
    pub fn new(file: F) -> Self {
        Self { file, left: MAX_READS }
    }
}

impl<F: Read> Read for BoundedReads<F> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.left = self.left.checked_sub(1).ok_or_else(|| io::Error::other("too many parts"))?;
        self.file.read(buffer)
    }
}

impl<F: Seek> Seek for BoundedReads<F> {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        self.file.seek(to)
    }
}
