//! What stops a start says which setting, what is wrong and what to do; and what a start leaves is its user's alone.

use crate::support::database::on_both_databases;
use crate::support::server::Server;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::Stdio;
use tempfile::TempDir;
use tokio::process::Command;

/// What a server says that does not start.
async fn refusal(settings: &[(&str, &str)]) -> String {
    let folder = TempDir::with_prefix("fanfare-test-").unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_fanfare"));
    command.arg("serve").env_clear().envs(settings.iter().copied()).env("FANFARE_BIND", "127.0.0.1:0");
    command.env("FANFARE_DATA", folder.path()).current_dir(folder.path()).stdin(Stdio::null());
    let ended = command.kill_on_drop(true).output().await.unwrap();
    let words = String::from_utf8_lossy(&ended.stderr).into_owned();
    assert_eq!(ended.status.code(), Some(1), "{words}");
    words
}

fn mode(path: &Path) -> u32 {
    std::fs::metadata(path).unwrap_or_else(|error| panic!("{}: {error}", path.display())).permissions().mode()
        & 0o777
}

#[tokio::test]
async fn a_start_that_is_refused_says_which_setting_and_why() {
    // A port that nobody listens on.
    let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let url = format!("postgres://ann:planted@127.0.0.1:{free}/fanfare");
    let words = refusal(&[("DATABASE_URL", &url)]).await;
    for part in ["DATABASE_URL", "127.0.0.1", &free.to_string(), "refused"] {
        assert!(words.contains(part), "{part}: {words}");
    }
    assert!(!words.contains("planted"), "{words}");
    let words = refusal(&[("FANFARE_ENV", "production")]).await;
    assert!(words.contains("JWT_SECRET") && words.contains("ENCRYPTION_KEY"), "{words}");
    assert!(refusal(&[("FANFARE_LOG", "bogus=")]).await.contains("FANFARE_LOG: "));
    let words = refusal(&[("FANFARE_INSTAGRAM_CLIENT_ID", "app")]).await;
    assert!(words.contains("FANFARE_INSTAGRAM_CLIENT_SECRET: "), "{words}");
}

on_both_databases! {
    async fn what_a_server_leaves_on_the_disk_is_its_users_alone(db: Database) {
        let data = db.folder().join("data");
        let path = data.to_str().unwrap();
        let mut settings = Server::on(&db).set("FANFARE_DATA", path);
        if !db.is_postgres() {
            // The file of its own, which it makes.
            settings = settings.set("DATABASE_URL", "");
        }
        let _server = settings.start().await;
        assert_eq!(mode(&data), 0o700);
        let mut files = vec!["jwt_secret", "encryption_key", "simulator.journal", "simulator.lock"];
        if !db.is_postgres() {
            files.extend(["fanfare.db", "fanfare.db-wal", "fanfare.db.lock"]);
        }
        for file in files {
            assert_eq!(mode(&data.join(file)), 0o600, "{file}");
        }
    }
}
