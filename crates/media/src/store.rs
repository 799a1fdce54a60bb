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
use std::error::Error;
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

    /// Copies a file into the store. The name appears once the file is whole: a crash leaves nothing half under it, and
    /// [`MediaStore::delete`] takes away what it leaves beside it.
    pub async fn put(&self, key: &StorageKey, file: std::fs::File) -> io::Result<()> {
        let mut upload = self.files.put_multipart(&path(key)).await.map_err(told)?;
        match copy(file, upload.as_mut()).await {
            Ok(()) => upload.complete().await.map(drop).map_err(told),
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
        Ok(self.files.head(&path(key)).await.map_err(told)?.size)
    }

    /// A part of a file. The range must lie within it and must not be empty.
    pub async fn stream(&self, key: &StorageKey, range: Range<u64>) -> io::Result<MediaStream> {
        let options = GetOptions { range: Some(GetRange::Bounded(range)), ..GetOptions::default() };
        let found = self.files.get_opts(&path(key), options).await.map_err(told)?;
        let chunks = found.into_stream().map(|chunk| chunk.map_err(told)).boxed();
        Ok(MediaStream { chunks })
    }

    /// Removes a file, and what an upload that was killed left of it; one that is gone already is no error.
    pub async fn delete(&self, key: &StorageKey) -> io::Result<()> {
        self.delete_staged(key).await?;
        match self.files.delete(&path(key)).await {
            Ok(()) | Err(object_store::Error::NotFound { .. }) => Ok(()),
            Err(error) => Err(told(error)),
        }
    }

    /// `object_store` writes a file as `<name>#1`, or with the next number that is free, and renames it when it is whole.
    async fn delete_staged(&self, key: &StorageKey) -> io::Result<()> {
        let whole = self.local_path(key)?;
        for number in 1_u32.. {
            let mut staged = whole.clone().into_os_string();
            staged.push(format!("#{number}"));
            match tokio::fs::remove_file(&staged).await {
                Ok(()) => {}
                Err(error) if error.kind() == io::ErrorKind::NotFound => break,
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }

    /// Where a file is on this machine, for programs that read it.
    pub(crate) fn local_path(&self, key: &StorageKey) -> io::Result<PathBuf> {
        self.files.path_to_filesystem(&path(key)).map_err(told)
    }
}

#[async_trait]
impl MediaSource for MediaStore {
    async fn read(&self, key: &str, start: u64, end: u64) -> Result<Bytes, io::Error> {
        let key = StorageKey::parse(key).ok_or(io::ErrorKind::NotFound)?;
        self.files.get_range(&path(&key), start..end).await.map_err(told)
    }
}

fn path(key: &StorageKey) -> ObjectPath {
    ObjectPath::from(key.to_string())
}

/// An error of the store as others hear of it: the paths in it are for the log.
#[expect(clippy::needless_pass_by_value, reason = "errors are taken whole, as `map_err` gives them")]
fn told(error: object_store::Error) -> io::Error {
    if matches!(error, object_store::Error::NotFound { .. }) {
        return io::Error::new(io::ErrorKind::NotFound, "it is missing from the media store");
    }
    tracing::warn!(%error, "the media store");
    let mut cause: Option<&(dyn Error + 'static)> = Some(&error);
    while let Some(inner) = cause {
        if let Some(inner) = inner.downcast_ref::<io::Error>() {
            return io::Error::new(inner.kind(), format!("the media store: {}", inner.kind()));
        }
        cause = inner.source();
    }
    io::Error::other("the media store cannot be used")
}

async fn copy(file: std::fs::File, upload: &mut dyn MultipartUpload) -> io::Result<()> {
    let mut file = tokio::fs::File::from_std(file);
    file.rewind().await?;
    loop {
        let mut chunk = Vec::new();
        let limit = u64::try_from(CHUNK_BYTES).unwrap_or(u64::MAX);
        if (&mut file).take(limit).read_to_end(&mut chunk).await? == 0 {
            return Ok(());
        }
        upload.put_part(chunk.into()).await.map_err(told)?;
    }
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
        store.put(&key, file(&content)).await.unwrap();
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
    async fn what_a_killed_upload_left_goes_with_its_file() {
        let folder = tempfile::tempdir().unwrap();
        let store = MediaStore::open(folder.path()).unwrap();
        let key = StorageKey::generate(WorkspaceId(3), FileType::Png);
        for _ in 0..2 {
            let mut upload = store.files.put_multipart(&path(&key)).await.unwrap();
            upload.put_part(Bytes::from_static(b"half").into()).await.unwrap();
            // A killed process runs no destructor.
            let _killed = std::mem::ManuallyDrop::new(upload);
        }
        let left = || std::fs::read_dir(folder.path().join("ws/3")).unwrap().count();
        assert_eq!(left(), 2);
        store.delete(&key).await.unwrap();
        assert_eq!(left(), 0);
    }

    #[tokio::test]
    async fn no_error_names_a_path() {
        let folder = tempfile::tempdir().unwrap();
        let store = MediaStore::open(folder.path()).unwrap();
        let key = StorageKey::generate(WorkspaceId(3), FileType::Png);
        let place = folder.path().display().to_string();
        let missing = store.read(&key.to_string(), 0, 1).await.unwrap_err();
        assert_eq!(missing.kind(), io::ErrorKind::NotFound);
        std::fs::create_dir_all(folder.path().join(key.to_string())).unwrap();
        let folder_there = store.read(&key.to_string(), 0, 1).await.unwrap_err();
        for error in [missing, folder_there] {
            assert!(!format!("{error} {error:?}").contains(&place), "{error:?}");
        }
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
