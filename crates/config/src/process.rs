//! Where settings come from when the server runs.

use super::error::ConfigError;
use super::{Config, spelling};
use std::collections::HashMap;
use std::path::Path;

impl Config {
    /// Reads the process's environment and, for what is not set there, `.env` in the current folder. Refuses names
    /// that are no setting. Does not make secrets: see [`Config::load_or_create_secrets`].
    pub fn from_process() -> Result<Self, ConfigError> {
        let mut settings = dotenv(Path::new(".env"))?;
        for (name, value) in std::env::vars_os() {
            let Ok(name) = name.into_string() else { continue };
            match value.into_string() {
                Ok(value) => {
                    settings.insert(name, value);
                }
                Err(_) if name.starts_with("FANFARE_") => {
                    return Err(ConfigError::new(name, "the value is not UTF-8", "a text"));
                }
                Err(_) => {}
            }
        }
        Self::from_settings(&settings)
    }

    /// Reads settings by name. Refuses names that are no setting.
    pub fn from_settings(settings: &HashMap<String, String>) -> Result<Self, ConfigError> {
        let mut names: Vec<&str> = settings.keys().map(String::as_str).collect();
        names.sort_unstable();
        spelling::check_names(names)?;
        Self::from_env(|name| settings.get(name).cloned())
    }
}

/// The settings of a `.env` file; none if there is no such file. An error does not repeat the line: it may hold a
/// secret.
fn dotenv(path: &Path) -> Result<HashMap<String, String>, ConfigError> {
    let unreadable =
        |problem: String| ConfigError::new(path.display().to_string(), problem, "lines of NAME=value");
    match dotenvy::from_path_iter(path) {
        Err(error) if error.not_found() => Ok(HashMap::new()),
        Err(error) => Err(unreadable(error.to_string())),
        Ok(lines) => lines
            .enumerate()
            .map(|(index, line)| {
                line.map_err(|_| unreadable(format!("setting {} cannot be read", index + 1)))
            })
            .collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(lines: &str) -> (tempfile::TempDir, std::path::PathBuf) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(".env");
        std::fs::write(&path, lines).unwrap();
        (folder, path)
    }

    #[test]
    fn a_file_of_settings_is_read_and_none_is_needed() {
        let (folder, path) =
            written("# trial\nFANFARE_BIND=127.0.0.1:9000\nFANFARE_LOG='info,fanfare=debug'\n");
        let settings = dotenv(&path).unwrap();
        assert_eq!(settings["FANFARE_LOG"], "info,fanfare=debug");
        assert_eq!(Config::from_settings(&settings).unwrap().bind.port(), 9000);
        assert!(dotenv(&folder.path().join("no-such-file")).unwrap().is_empty());
    }

    #[test]
    fn a_line_that_cannot_be_read_is_counted_and_not_shown() {
        let (_folder, path) = written("FANFARE_BIND=127.0.0.1:9000\nJWT_SECRET='planted\n");
        let line = dotenv(&path).unwrap_err().to_string();
        assert!(line.contains("setting 2 cannot be read") && !line.contains("planted"), "{line}");
    }
}
