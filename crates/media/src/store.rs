//! Where uploaded files are kept: a folder behind `object_store`, so that another kind of store is a change of one line.

use super::storage_key::StorageKey;
use async_trait::async_trait;
use bytes::Bytes;
use fanfare_platform_api::MediaSource;
use futures_util::StreamExt as _;
use futures_util::stream::BoxStream;
use object_store::local::LocalFileSystem;
use object_store::path::Path as ObjectPath;
use object_store::{GetOptions, GetRange, MultipartUpload, ObjectStore as _, ObjectStoreExt as _};
use sha2::{Digest as _, Sha256};
use std::fmt::Write as _;
use std::io;
use std::ops::Range;
use std::path::{Path, PathBuf};
use tokio::io::{AsyncReadExt as _, AsyncSeekExt as _};

/// Bytes in memory for one upload.
const CHUNK_BYTES: usize = 1 << 20;

/// The store of media. As a [`MediaSource`], its keys are the media's storage keys.
pub struct MediaStore {
    files: LocalFileSystem,
}

/// A part of a file, on its way out.
pub struct MediaStream {
    pub chunks: BoxStream<'static, io::Result<Bytes>>,
}

impl MediaStore {
    /// Opens the folder, which is made if it is missing.
    pub fn open(folder: &Path) -> anyhow::Result<Self> {
        std::fs::create_dir_all(folder)?;
        // What was answered as stored must be there after a power cut.
        let files = LocalFileSystem::new_with_prefix(folder)?.with_fsync(true);
        Ok(Self { files })
    }

    /// Copies a file into the store and gives its SHA-256 in hex. The name appears once the file is whole: a crash
    /// leaves nothing half under it.
    pub async fn put(&self, key: &StorageKey, file: std::fs::File) -> io::Result<String> {
        let mut upload = self.files.put_multipart(&path(key)).await?;
        match copy(file, upload.as_mut()).await {
            Ok(hash) => {
                upload.complete().await?;
                Ok(hash)
            }
            Err(error) => {
                if let Err(left) = upload.abort().await {
                    tracing::warn!(error = %left, "a half upload could not be removed");
                }
                Err(error)
            }
        }
    }

    /// The size of a file in bytes; [`io::ErrorKind::NotFound`] if there is none.
    pub async fn size(&self, key: &StorageKey) -> io::Result<u64> {
        Ok(self.files.head(&path(key)).await?.size)
    }

    /// A part of a file. The range must lie within it and must not be empty.
    pub async fn stream(&self, key: &StorageKey, range: Range<u64>) -> io::Result<MediaStream> {
        let options = GetOptions { range: Some(GetRange::Bounded(range)), ..GetOptions::default() };
        let found = self.files.get_opts(&path(key), options).await?;
        let chunks = found.into_stream().map(|chunk| chunk.map_err(io::Error::from)).boxed();
        Ok(MediaStream { chunks })
    }

    /// Removes a file; one that is gone already is no error.
    pub async fn delete(&self, key: &StorageKey) -> io::Result<()> {
        match self.files.delete(&path(key)).await {
            Ok(()) | Err(object_store::Error::NotFound { .. }) => Ok(()),
            Err(error) => Err(error.into()),
        }
    }

    /// Where a file is on this machine, for programs that read it.
    pub(crate) fn local_path(&self, key: &StorageKey) -> io::Result<PathBuf> {
        Ok(self.files.path_to_filesystem(&path(key))?)
    }
}

#[async_trait]
impl MediaSource for MediaStore {
    async fn read(&self, key: &str, start: u64, end: u64) -> Result<Bytes, io::Error> {
        let key = StorageKey::parse(key).ok_or(io::ErrorKind::NotFound)?;
        Ok(self.files.get_range(&path(&key), start..end).await?)
    }
}

fn path(key: &StorageKey) -> ObjectPath {
    ObjectPath::from(key.to_string())
}

async fn copy(file: std::fs::File, upload: &mut dyn MultipartUpload) -> io::Result<String> {
    let mut file = tokio::fs::File::from_std(file);
    file.rewind().await?;
    let mut hash = Sha256::new();
    loop {
        let mut chunk = Vec::new();
        let limit = u64::try_from(CHUNK_BYTES).unwrap_or(u64::MAX);
        if (&mut file).take(limit).read_to_end(&mut chunk).await? == 0 {
            break;
        }
        hash.update(&chunk);
        upload.put_part(chunk.into()).await?;
    }
    Ok(hash.finalize().iter().fold(String::with_capacity(64), |mut hex, byte| {
        // Writing to a string does not fail.
        let _ = write!(hex, "{byte:02x}");
        hex
    }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::file_type::FileType;
    use fanfare_domain::id::WorkspaceId;
    use std::io::Write as _;

    fn file(content: &[u8]) -> std::fs::File {
        let mut file = tempfile::tempfile().unwrap();
        file.write_all(content).unwrap();
        file
    }

    #[tokio::test]
    async fn a_file_is_stored_whole_read_in_ranges_and_gone_after_its_deletion() {
        let folder = tempfile::tempdir().unwrap();
        let store = MediaStore::open(&folder.path().join("media")).unwrap();
        let content: Vec<u8> = (0..CHUNK_BYTES * 2 + 17).map(|n| u8::try_from(n % 251).unwrap()).collect();
        let key = StorageKey::generate(WorkspaceId(3), FileType::Png);
        let hash = store.put(&key, file(&content)).await.unwrap();
        assert_eq!(hash.len(), 64);
        let size = u64::try_from(content.len()).unwrap();
        assert_eq!(store.size(&key).await.unwrap(), size);
        let name = key.to_string();
        assert_eq!(store.read(&name, 5, 9).await.unwrap(), content[5..9]);
        let streamed: Vec<Bytes> =
            store.stream(&key, 1..size).await.unwrap().chunks.map(Result::unwrap).collect().await;
        assert_eq!(streamed.concat(), content[1..]);
        store.delete(&key).await.unwrap();
        assert_eq!(store.size(&key).await.unwrap_err().kind(), io::ErrorKind::NotFound);
        store.delete(&key).await.unwrap();
    }

    #[tokio::test]
    async fn what_is_no_storage_key_leads_to_no_file() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("secret"), "planted").unwrap();
        let store = MediaStore::open(&folder.path().join("media")).unwrap();
        for key in ["../secret", "secret", "/etc/passwd", "ws/1/../../../secret"] {
            assert_eq!(store.read(key, 0, 5).await.unwrap_err().kind(), io::ErrorKind::NotFound, "{key}");
        }
    }
}
