//! A ZIP archive that is sent while it is made: neither memory nor disk ever holds it whole.

use bytes::Bytes;
use futures_util::Stream;
use parking_lot::Mutex;
use std::io::{self, Write};
use std::sync::Arc;
use tokio::sync::mpsc;
use zip::write::{SimpleFileOptions, StreamWriter};
use zip::{CompressionMethod, ZipWriter};

/// Bytes that are sent together, at least.
const CHUNK_BYTES: usize = 64 << 10;
/// Chunks that wait for a slow client.
const CHUNKS_WAITING: usize = 4;

/// What an entry is made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Content {
    /// It is compressed.
    Text,
    /// Pictures and videos are compressed already.
    Media,
}

/// An archive that is being written. Dropped before [`Archive::end`], it reaches the client as a broken connection.
pub struct Archive {
    /// Boxed: it holds 17 kB.
    zip: Box<ZipWriter<StreamWriter<Written>>>,
    written: Written,
    out: mpsc::Sender<io::Result<Bytes>>,
}

/// What the archive has come to and is not yet sent.
#[derive(Clone, Default)]
struct Written(Arc<Mutex<Vec<u8>>>);

impl Write for Written {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Begins an archive; the stream is its bytes, and ends with an error if it is not whole.
pub fn begin() -> (Archive, impl Stream<Item = io::Result<Bytes>> + Send + 'static) {
    let (out, sent) = mpsc::channel(CHUNKS_WAITING);
    let written = Written::default();
    let archive = Archive { zip: Box::new(ZipWriter::new_stream(written.clone())), written, out };
    (archive, tokio_stream::wrappers::ReceiverStream::new(sent))
}

impl Archive {
    /// Begins an entry; what is written next belongs to it.
    pub fn entry(&mut self, name: &str, content: Content) -> io::Result<()> {
        let method = match content {
            Content::Text => CompressionMethod::Deflated,
            Content::Media => CompressionMethod::Stored,
        };
        // How long it will be is not known when its head is sent: 4 GB would not fit without this.
        let options = SimpleFileOptions::default().compression_method(method).large_file(true);
        self.zip.start_file(name, options).map_err(io::Error::from)
    }

    /// Adds to the entry; waits while the client is slow. Fails once nobody listens any more.
    pub async fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.zip.write_all(bytes)?;
        self.send(CHUNK_BYTES).await
    }

    /// Ends the archive.
    pub async fn end(self) -> io::Result<()> {
        let Self { zip, written, out } = self;
        (*zip).finish()?;
        let last = std::mem::take(&mut *written.0.lock());
        out.send(Ok(last.into())).await.map_err(|_| io::ErrorKind::BrokenPipe.into())
    }

    /// Tells the client that the archive will not be whole.
    pub async fn fail(self, error: io::Error) {
        // A client that is gone needs no word.
        let _ = self.out.send(Err(error)).await;
    }

    async fn send(&mut self, least: usize) -> io::Result<()> {
        let ready = {
            let mut written = self.written.0.lock();
            if written.len() < least {
                return Ok(());
            }
            std::mem::take(&mut *written)
        };
        self.out.send(Ok(ready.into())).await.map_err(|_| io::ErrorKind::BrokenPipe.into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures_util::StreamExt as _;
    use std::io::{Cursor, Read as _};

    async fn whole(stream: impl Stream<Item = io::Result<Bytes>>) -> Vec<u8> {
        stream.fold(Vec::new(), |all, chunk| async move { [all, chunk.unwrap().to_vec()].concat() }).await
    }

    #[tokio::test]
    async fn what_was_written_is_read_back_from_the_stream() {
        let (mut archive, stream) = begin();
        let text = "once more ".repeat(50_000);
        let picture: Vec<u8> = (0..=255).cycle().take(300_000).collect();
        let write = async {
            archive.entry("words.json", Content::Text).unwrap();
            archive.write(text.as_bytes()).await.unwrap();
            archive.entry("media/1.jpg", Content::Media).unwrap();
            for chunk in picture.chunks(50_000) {
                archive.write(chunk).await.unwrap();
            }
            archive.end().await.unwrap();
        };
        let ((), bytes) = tokio::join!(write, whole(stream));
        let mut read = zip::ZipArchive::new(Cursor::new(bytes)).unwrap();
        let mut words = String::new();
        read.by_name("words.json").unwrap().read_to_string(&mut words).unwrap();
        assert_eq!(words, text);
        let mut file = read.by_name("media/1.jpg").unwrap();
        assert_eq!(file.compressed_size(), 300_000, "it is not packed twice");
        let mut seen = Vec::new();
        file.read_to_end(&mut seen).unwrap();
        assert_eq!(seen, picture);
    }

    #[tokio::test]
    async fn an_archive_without_its_end_is_a_broken_stream_and_a_client_that_left_stops_the_writer() {
        let (mut archive, stream) = begin();
        archive.entry("words.json", Content::Text).unwrap();
        archive.fail(io::Error::other("the database is away")).await;
        let chunks: Vec<_> = stream.collect().await;
        assert!(chunks.last().is_some_and(Result::is_err), "{chunks:?}");

        let (mut archive, stream) = begin();
        drop(stream);
        archive.entry("media/1.jpg", Content::Media).unwrap();
        let refused = archive.write(&vec![0; CHUNK_BYTES]).await.unwrap_err();
        assert_eq!(refused.kind(), io::ErrorKind::BrokenPipe);
    }
}
