//! Migrations are taken back one at a time, and only by somebody who knows what goes with them.

use crate::support::database::{Database, on_both_databases};
use crate::support::sql::tables;
use std::process::{Output, Stdio};
use tokio::process::Command;

async fn migrate(db: &Database, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_fanfare"));
    command.arg("migrate").args(arguments).env_clear().current_dir(db.folder()).stdin(Stdio::null());
    command.env("DATABASE_URL", db.url()).env("FANFARE_DATA", db.folder()).output().await.unwrap()
}

on_both_databases! {
    async fn going_down_takes_one_step_and_only_when_it_is_told_that_data_goes(db: Database) {
        let before = tables(&db).await;
        let refused = migrate(&db, &["down"]).await;
        let words = String::from_utf8_lossy(&refused.stderr).into_owned();
        assert!(!refused.status.success(), "{words}");
        assert!(words.contains("--yes-delete-data") && words.contains("Nothing was done"), "{words}");
        assert_eq!(tables(&db).await, before);

        let done = migrate(&db, &["down", "--yes-delete-data"]).await;
        let lines = String::from_utf8_lossy(&done.stdout).into_owned();
        assert!(done.status.success() && lines.lines().count() == 1 && lines.starts_with("down "), "{lines}");
        assert!(tables(&db).await.contains(&"users".to_owned()), "the rest is there");
        let step = lines.trim_start_matches("down ").trim_end();
        assert!(words.contains(&format!("{step}, and deletes ")), "the step was named before: {words}");
        let again = migrate(&db, &["up"]).await;
        assert_eq!(String::from_utf8_lossy(&again.stdout), lines.replace("down", "up"));
        assert_eq!(tables(&db).await, before);
    }
}
