//! Databases on the test run's PostgreSQL, copied from a migrated template.

use super::database::migrate;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::UNIX_EPOCH;
use tempfile::TempDir;
use tokio::sync::OnceCell;
use tokio_postgres::{Client, NoTls};
use url::Url;

/// Any number, the same in every process of a test run.
const TEMPLATE_LOCK: i64 = 0x0066_616e_6661_7265;

/// A database that is dropped with this value.
pub struct PostgresDatabase {
    name: String,
    url: String,
}

impl PostgresDatabase {
    pub async fn create() -> Self {
        static TEMPLATE: OnceCell<String> = OnceCell::const_new();
        static MADE: AtomicU32 = AtomicU32::new(0);
        let template = TEMPLATE.get_or_init(migrated_template).await;
        let name = format!("test_{}_{}", std::process::id(), MADE.fetch_add(1, Ordering::Relaxed));
        connect().await.batch_execute(&format!("CREATE DATABASE {name} TEMPLATE {template}")).await.unwrap();
        Self { url: url_of(&name), name }
    }

    pub fn url(&self) -> &str {
        &self.url
    }
}

impl Drop for PostgresDatabase {
    fn drop(&mut self) {
        let statement = format!("DROP DATABASE IF EXISTS {} WITH (FORCE)", self.name);
        // `drop` cannot wait on the test's runtime, so a thread waits on one of its own.
        let dropped = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            runtime.block_on(async { connect().await.batch_execute(&statement).await })
        });
        if !matches!(dropped.join(), Ok(Ok(()))) {
            eprintln!("the database {} was left behind", self.name);
        }
    }
}

/// The name of the template that this build's migrations made: made once per build of the program, by whichever
/// process takes the lock first.
async fn migrated_template() -> String {
    let built = std::fs::metadata(env!("CARGO_BIN_EXE_fanfare")).and_then(|file| file.modified()).unwrap();
    let name = format!("template_{}", built.duration_since(UNIX_EPOCH).unwrap().as_nanos());
    let client = connect().await;
    client.execute("SELECT pg_advisory_lock($1)", &[&TEMPLATE_LOCK]).await.unwrap();
    let complete = "SELECT 1 FROM pg_database WHERE datname = $1 AND datistemplate";
    if client.query_opt(complete, &[&name]).await.unwrap().is_none() {
        let folder = TempDir::with_prefix("fanfare-test-").unwrap();
        // What an interrupted run left is not complete.
        client.batch_execute(&format!("DROP DATABASE IF EXISTS {name}")).await.unwrap();
        client.batch_execute(&format!("CREATE DATABASE {name}")).await.unwrap();
        migrate(&url_of(&name), folder.path());
        client.batch_execute(&format!("ALTER DATABASE {name} IS_TEMPLATE true")).await.unwrap();
    }
    name
}

fn server_url() -> Url {
    let url = std::env::var("FANFARE_TEST_POSTGRES_URL").expect(
        "FANFARE_TEST_POSTGRES_URL names no PostgreSQL: run the tests by `make test`, which starts one",
    );
    Url::parse(&url).expect("FANFARE_TEST_POSTGRES_URL is a URL")
}

fn url_of(database: &str) -> String {
    let mut url = server_url();
    url.set_path(database);
    url.into()
}

/// The advisory lock goes with the connection.
async fn connect() -> Client {
    let (client, connection) =
        tokio_postgres::connect(server_url().as_str(), NoTls).await.expect("PostgreSQL answers");
    tokio::spawn(connection);
    client
}
