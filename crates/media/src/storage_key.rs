//! What a file is called in the store.

use super::file_type::FileType;
use fanfare_auth::random_text;
use fanfare_domain::id::WorkspaceId;

/// `ws/<workspace>/<43 random characters>.<extension>`. Nothing that a user gave is part of it, and nothing else is
/// taken for one, so that no text from outside becomes a path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StorageKey {
    pub workspace: WorkspaceId,
    /// The part behind the workspace: `<random>.<extension>`.
    pub name: String,
    pub file_type: FileType,
}

/// Length of the random part.
const RANDOM_CHARS: usize = 43;

impl StorageKey {
    /// A key that nothing has yet.
    pub fn generate(workspace: WorkspaceId, file_type: FileType) -> Self {
        Self { workspace, name: format!("{}.{}", random_text(), file_type.extension()), file_type }
    }

    /// `None` if it is no key.
    pub fn parse(text: &str) -> Option<Self> {
        let (workspace, name) = text.strip_prefix("ws/")?.split_once('/')?;
        Self::from_parts(workspace, name)
    }

    /// From the parts of an address. `None` if they are no key's.
    pub fn from_parts(workspace: &str, name: &str) -> Option<Self> {
        let id: i64 = workspace.parse().ok()?;
        let (random, extension) = name.split_once('.')?;
        let fits = id > 0
            // "+7" and "007" are numbers too.
            && id.to_string() == workspace
            && random.len() == RANDOM_CHARS
            && random.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_'));
        let file_type = FileType::from_extension(extension)?;
        fits.then(|| Self { workspace: WorkspaceId(id), name: name.to_owned(), file_type })
    }

    /// An identifier of the content: a file that is stored never changes.
    pub fn entity_tag(&self) -> String {
        format!("\"{}\"", self.name)
    }
}

impl std::fmt::Display for StorageKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "ws/{}/{}", self.workspace, self.name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_read_back_and_is_never_the_same_twice() {
        let key = StorageKey::generate(WorkspaceId(3), FileType::Jpeg);
        assert_eq!(StorageKey::parse(&key.to_string()), Some(key.clone()));
        assert_ne!(StorageKey::generate(WorkspaceId(3), FileType::Jpeg), key);
    }

    #[test]
    fn no_path_is_taken_for_a_key() {
        let random = "a".repeat(43);
        for bad in [
            String::new(),
            "ws/3".to_owned(),
            "ws/3/../../etc/passwd".to_owned(),
            format!("ws/3/../{random}.jpg"),
            format!("ws/../{random}.jpg"),
            format!("ws/+3/{random}.jpg"),
            format!("ws/-3/{random}.jpg"),
            format!("ws/3/{random}.exe"),
            format!("ws/3/{random}.jpg/x"),
            format!("ws/3/{random}.jpg#1"),
            format!("ws/3/{}..jpg", "a".repeat(42)),
            format!("ws/3/{}/.jpg", "a".repeat(42)),
            format!("/ws/3/{random}.jpg"),
        ] {
            assert_eq!(StorageKey::parse(&bad), None, "{bad}");
        }
    }
}
