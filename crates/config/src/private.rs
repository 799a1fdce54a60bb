//! Files and folders that hold secrets or people's data: nobody else on the machine reads them.

use std::fs::{self, OpenOptions};
use std::io;
use std::path::Path;

/// Makes a folder, and those above it, for this user alone (0700). An existing one keeps its owner and its group;
/// the rights of all other users are removed where this process may do so. A folder that is shared on purpose, with the
/// sticky bit as `/tmp` has it, is left unchanged.
///
/// # Errors
/// The folder cannot be made.
pub fn private_folder(path: &Path) -> io::Result<()> {
    if path.is_dir() {
        close_to_others(path, 0o007);
        return Ok(());
    }
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path)
}

/// Makes an empty file for this user alone (0600) if there is none; takes away what one that is there, and those that
/// stand next to it under its name and one of these endings, allowed to others.
///
/// # Errors
/// The file cannot be made.
pub fn private_file(path: &Path, beside: &[&str]) -> io::Result<()> {
    let mut options = OpenOptions::new();
    options.create_new(true).write(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    match options.open(path) {
        Ok(_) => Ok(()),
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
            close_to_others(path, 0o077);
            for ending in beside {
                let mut name = path.as_os_str().to_owned();
                name.push(ending);
                close_to_others(Path::new(&name), 0o077);
            }
            Ok(())
        }
        Err(error) => Err(error),
    }
}

/// On a folder: those who share it cannot remove each other's files.
#[cfg(unix)]
const STICKY: u32 = 0o1000;

/// Takes permissions away. What belongs to another user, or is not there, stays as it is: this is a second lock.
#[cfg(unix)]
fn close_to_others(path: &Path, taken: u32) {
    use std::os::unix::fs::PermissionsExt as _;
    let Ok(metadata) = fs::metadata(path) else { return };
    let mut permissions = metadata.permissions();
    if permissions.mode() & taken != 0 && permissions.mode() & STICKY == 0 {
        permissions.set_mode(permissions.mode() & !taken);
        // A file of another user is not ours to close.
        let _ = fs::set_permissions(path, permissions);
    }
}

#[cfg(not(unix))]
fn close_to_others(_: &Path, _: u32) {}

#[cfg(test)]
#[cfg(unix)]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt as _;

    fn mode(path: &Path) -> u32 {
        fs::metadata(path).unwrap().permissions().mode() & 0o777
    }

    #[test]
    fn what_is_made_belongs_to_its_user_and_what_is_there_is_closed() {
        let outer = tempfile::tempdir().unwrap();
        let folder = outer.path().join("deep/data");
        private_folder(&folder).unwrap();
        assert_eq!((mode(&folder), mode(&outer.path().join("deep"))), (0o700, 0o700));
        let (made, open) = (folder.join("made.db"), folder.join("open.db"));
        private_file(&made, &["-wal"]).unwrap();
        assert_eq!(mode(&made), 0o600);

        fs::set_permissions(&folder, fs::Permissions::from_mode(0o775)).unwrap();
        fs::write(&open, "content").unwrap();
        fs::write(folder.join("open.db-wal"), "content").unwrap();
        for file in [&open, &folder.join("open.db-wal")] {
            fs::set_permissions(file, fs::Permissions::from_mode(0o644)).unwrap();
        }
        private_folder(&folder).unwrap();
        private_file(&open, &["-wal", "-shm"]).unwrap();
        assert_eq!(mode(&folder), 0o770, "the group's rights are its owner's affair");
        assert_eq!((mode(&open), mode(&folder.join("open.db-wal"))), (0o600, 0o600));
        assert_eq!(fs::read_to_string(&open).unwrap(), "content");
    }

    #[test]
    fn a_folder_that_everybody_shares_stays_shared() {
        let outer = tempfile::tempdir().unwrap();
        let shared = outer.path().join("shared");
        fs::create_dir(&shared).unwrap();
        fs::set_permissions(&shared, fs::Permissions::from_mode(0o1777)).unwrap();
        private_folder(&shared).unwrap();
        assert_eq!(mode(&shared), 0o777);
    }
}
