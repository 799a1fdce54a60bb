//! Whoever reads a program's output may go away at any time.

use crate::support::database::on_both_databases;
use crate::support::server::announced;
use fanfare_net::HttpClient;
use reqwest::Method;
use serde_json::json;
use std::process::Stdio;
use std::time::Duration;
use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, BufReader};
use tokio::process::Command;
use tokio::time::timeout;

const LIMIT: Duration = Duration::from_secs(40);

on_both_databases! {
    async fn a_server_whose_log_nobody_reads_answers_and_stops_when_it_is_told_to(db: Database) {
        let mut command = Command::new(env!("CARGO_BIN_EXE_fanfare"));
        command.arg("serve").env_clear().current_dir(db.folder()).kill_on_drop(true);
        command.env("DATABASE_URL", db.url()).env("FANFARE_DATA", db.folder()).env("FANFARE_BIND", "127.0.0.1:0");
        command.env("FANFARE_DEMO", "off").env("FANFARE_LOG", "debug");
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut server = command.spawn().unwrap();
        let mut stderr = BufReader::new(server.stderr.take().unwrap());
        let mut stdout = BufReader::new(server.stdout.take().unwrap()).lines();
        // The log is read until the server listens: a pipe that is full would hold it up.
        let mut log = Vec::new();
        let url = timeout(LIMIT, async {
            loop {
                tokio::select! {
                    line = stdout.next_line() => {
                        if let Some(url) = announced(&line.unwrap().expect("it runs"), "listening on ") {
                            return url;
                        }
                    }
                    read = stderr.read_buf(&mut log) => assert!(read.unwrap() > 0, "it runs"),
                }
            }
        })
        .await
        .expect("the server listens");
        drop((stdout, stderr));

        let http = HttpClient::new().unwrap();
        for number in 0..5 {
            let email = format!("reader{number}@example.com");
            let body = json!({ "email": email, "password": "correct horse battery staple", "name": "Ann" });
            let request = http.request(Method::POST, url.join("api/auth/register").unwrap()).json(&body);
            assert_eq!(request.send().await.expect("it answers").status(), 201);
        }
        let kill = format!("kill -TERM {}", server.id().unwrap());
        assert!(Command::new("sh").arg("-c").arg(kill).status().await.unwrap().success());
        let ended = timeout(LIMIT, server.wait()).await.expect("it stops").unwrap();
        assert!(ended.success(), "{ended}");
    }
}

#[tokio::test]
async fn a_command_whose_output_nobody_reads_on_ends_as_by_sigpipe_and_says_nothing() {
    for command in ["schema", "openapi", "settings"] {
        let mut program = Command::new(env!("CARGO_BIN_EXE_fanfare"));
        program.arg(command).env_clear().stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut program = program.spawn().unwrap();
        // Nobody reads a byte: with the last reader gone, the pipe is broken whatever its size.
        drop(program.stdout.take());
        let ended = timeout(LIMIT, program.wait_with_output()).await.expect("it ends").unwrap();
        assert_eq!(ended.status.code(), Some(141), "{command}");
        assert_eq!(String::from_utf8_lossy(&ended.stderr), "", "{command}");
    }
}
