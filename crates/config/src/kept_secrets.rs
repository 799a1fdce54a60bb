//! The secrets that development makes for itself and keeps in the data folder.

use super::error::ConfigError;
use super::keys::{EncryptionKey, signing_secret};
use super::private::private_folder;
use super::setting::{self, Setting};
use super::{Config, Environment};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use rand::TryRng;
use std::collections::HashSet;
use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

impl Config {
    /// Fills in the secrets that were not given, from `<data>/jwt_secret` and `<data>/encryption_key`; makes those
    /// files, and the folder, if they do not exist. Their mode is 0600.
    ///
    /// Production has its secrets given: [`Config::from_env`] has refused a start without them, and nothing is made.
    pub fn load_or_create_secrets(&mut self) -> Result<(), ConfigError> {
        if self.environment == Environment::Production {
            return Ok(());
        }
        if self.jwt_secrets.is_empty() {
            let path = self.data.join("jwt_secret");
            self.jwt_secrets = vec![kept(&path, &setting::JWT_SECRET, signing_secret)?];
        }
        if self.encryption_keys.is_empty() {
            let path = self.data.join(KEY_FILE);
            self.encryption_keys = kept(&path, &setting::ENCRYPTION_KEY, kept_keys)?;
        }
        Ok(())
    }
}

impl Config {
    /// Makes a key and puts it in front of those that development keeps in the data folder: from the next start on it
    /// seals, and they still open. Answers its id.
    ///
    /// Keys that were given stand where this process cannot change them: an error says so.
    pub fn make_encryption_key(&mut self) -> Result<String, ConfigError> {
        let row = &setting::ENCRYPTION_KEY;
        if self.environment == Environment::Production || !self.encryption_keys.is_empty() {
            return Err(ConfigError::new(
                row.name.as_ref(),
                "it is given, so that no key can be put in front of it here",
                "a new key in front, with a comma, where it is set",
            ));
        }
        self.load_or_create_secrets()?;
        let path = self.data.join(KEY_FILE);
        let new = put_in_front(&path).map_err(|error| {
            ConfigError::new(
                row.name.as_ref(),
                format!("{}: {error}", path.display()),
                "a file to keep it in",
            )
        })?;
        self.encryption_keys = kept(&path, row, kept_keys)?;
        Ok(new.id)
    }
}

const KEY_FILE: &str = "encryption_key";

/// The keys that a file holds, with commas between; `None` where any of it is none, or one stands twice.
fn kept_keys(text: &str) -> Option<Vec<EncryptionKey>> {
    let keys: Vec<EncryptionKey> =
        text.split(',').map(|key| EncryptionKey::parse(key.trim())).collect::<Option<_>>()?;
    let mut seen = HashSet::new();
    keys.iter().all(|key| seen.insert(key.id.as_str())).then_some(keys)
}

/// Replaces the file in one step by one that holds a new key, too.
fn put_in_front(path: &Path) -> io::Result<EncryptionKey> {
    let kept = fs::read_to_string(path)?;
    let text = random_text()?;
    let new = EncryptionKey::parse(&text).ok_or_else(|| io::Error::other("no key was made"))?;
    let unfinished = write_unfinished(path, &format!("{text},{}", kept.trim()))?;
    fs::rename(&unfinished, path)?;
    Ok(new)
}

/// The secret in the file, made first if there is no file.
fn kept<T>(path: &Path, row: &Setting, parse: impl Fn(&str) -> Option<T>) -> Result<T, ConfigError> {
    let text = read_or_make(path).map_err(|error| {
        ConfigError::new(
            row.name.as_ref(),
            format!("{}: {error}", path.display()),
            "a data folder to keep it in",
        )
    })?;
    parse(text.trim()).ok_or_else(|| {
        ConfigError::new(
            row.name.as_ref(),
            format!("{} holds something else", path.display()),
            "the secret that was made there",
        )
    })
}

fn read_or_make(path: &Path) -> io::Result<String> {
    match fs::read_to_string(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => make(path)?,
        read => {
            let text = read?;
            narrow(path)?;
            return Ok(text);
        }
    }
    fs::read_to_string(path)
}

/// Writes 256 random bits. The file appears complete or not at all, and the first of two processes that start at the
/// same time wins: a link never replaces a file.
fn make(path: &Path) -> io::Result<()> {
    if let Some(folder) = path.parent() {
        private_folder(folder)?;
    }
    let unfinished = write_unfinished(path, &random_text()?)?;
    let linked = match fs::hard_link(&unfinished, path) {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
        linked => linked,
    };
    fs::remove_file(&unfinished)?;
    linked
}

/// 256 random bits in base64.
fn random_text() -> io::Result<String> {
    let mut bytes = [0_u8; 32];
    rand::rngs::SysRng.try_fill_bytes(&mut bytes).map_err(io::Error::other)?;
    Ok(STANDARD.encode(bytes))
}

/// Writes a line to a file next to `path` that only its user reads; answers its name.
fn write_unfinished(path: &Path, line: &str) -> io::Result<PathBuf> {
    let unfinished = path.with_extension(format!("{}.new", std::process::id()));
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(&unfinished)?;
    writeln!(file, "{line}")?;
    file.sync_all()?;
    Ok(unfinished)
}

/// Takes the file from other users, should a copy or a backup have opened it to them.
#[cfg(unix)]
fn narrow(path: &Path) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    let mut permissions = fs::metadata(path)?.permissions();
    let open_to_others = permissions.mode() & 0o077 != 0;
    if open_to_others {
        permissions.set_mode(0o600);
        fs::set_permissions(path, permissions)?;
    }
    Ok(())
}

#[cfg(not(unix))]
fn narrow(_: &Path) -> io::Result<()> {
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn config(data: &Path) -> Config {
        let data = data.to_str().unwrap().to_owned();
        Config::from_env(|name| (name == "FANFARE_DATA").then(|| data.clone())).unwrap()
    }

    #[test]
    fn a_kept_secret_that_was_damaged_stops_the_start_and_is_not_shown() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("jwt_secret"), "planted").unwrap();
        let line = config(folder.path()).load_or_create_secrets().unwrap_err().to_string();
        assert!(line.starts_with("JWT_SECRET: ") && line.contains("holds something else"), "{line}");
        assert!(!line.contains("planted"), "{line}");
    }

    #[test]
    fn a_data_folder_that_cannot_be_made_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("file");
        fs::write(&file, "").unwrap();
        let line = config(&file.join("data")).load_or_create_secrets().unwrap_err().to_string();
        assert!(line.starts_with("JWT_SECRET: ") && line.contains("a data folder"), "{line}");
    }

    #[test]
    fn a_new_key_stands_in_front_of_the_kept_ones_which_still_open() {
        let folder = tempfile::tempdir().unwrap();
        let mut first = config(folder.path());
        first.load_or_create_secrets().unwrap();
        let id = config(folder.path()).make_encryption_key().unwrap();
        let mut second = config(folder.path());
        second.load_or_create_secrets().unwrap();
        assert_eq!((second.encryption_keys.len(), &second.encryption_keys[0].id), (2, &id));
        assert_eq!(second.encryption_keys[1], first.encryption_keys[0]);
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 2, "nothing unfinished is left");
        let line = second.make_encryption_key().unwrap_err().to_string();
        assert!(line.contains("it is given"), "{line}");
    }

    #[cfg(unix)]
    #[test]
    fn a_kept_secret_that_others_could_read_is_taken_from_them() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        config(folder.path()).load_or_create_secrets().unwrap();
        let path = folder.path().join("encryption_key");
        fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).unwrap();
        config(folder.path()).load_or_create_secrets().unwrap();
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    }
}
