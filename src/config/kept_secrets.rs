//! The secrets that development makes for itself and keeps in the data folder.

use super::error::ConfigError;
use super::keys::{EncryptionKey, signing_secret};
use super::setting::{self, Setting};
use super::{Config, Environment};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use rand::TryRng;
use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::path::Path;

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
            let path = self.data.join("encryption_key");
            self.encryption_keys = vec![kept(&path, &setting::ENCRYPTION_KEY, EncryptionKey::parse)?];
        }
        Ok(())
    }
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
        fs::create_dir_all(folder)?;
    }
    let mut bytes = [0_u8; 32];
    rand::rngs::SysRng.try_fill_bytes(&mut bytes).map_err(io::Error::other)?;
    let unfinished = path.with_extension(format!("{}.new", std::process::id()));
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(&unfinished)?;
    writeln!(file, "{}", STANDARD.encode(bytes))?;
    file.sync_all()?;
    let linked = match fs::hard_link(&unfinished, path) {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
        linked => linked,
    };
    fs::remove_file(&unfinished)?;
    linked
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
