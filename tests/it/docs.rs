//! The pages for users of the API, `docs/api`, and others that show requests: every request of theirs runs on a real server,
//! in the pages' order, and is answered as they show. `docs/page.rs` says how a page is written.

mod fence;
mod names;
mod page;
mod response;
mod run;
mod shell;

use crate::support::database::{Database, on_both_databases};
use crate::support::server::Server;
use run::Reader;
use std::collections::BTreeSet;
use std::path::Path;

/// The first page, whose values the others use. It lists the others.
const FIRST: &str = "docs/api/README.md";

/// Pages for other readers that show requests too.
const OTHERS: [&str; 2] = ["README.md", "docs/import.md"];

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn text(page: &str) -> String {
    std::fs::read_to_string(root().join(page)).unwrap_or_else(|error| panic!("{page}: {error}"))
}

/// The pages that the first page leads to, in its order.
fn listed() -> Vec<String> {
    let first = text(FIRST);
    let links = first.split("](").skip(1).filter_map(|rest| rest.split_once(')'));
    let pages = links
        .map(|(link, _)| link)
        .filter(|link| Path::new(link).extension().is_some_and(|it| it == "md") && !link.contains('/'));
    pages.map(|page| format!("docs/api/{page}")).collect()
}

/// With the limits that the pages show.
async fn serve(db: &Database) -> Server {
    let settings = Server::on(db).set("FANFARE_COST_PER_MINUTE", "120000");
    settings.set("FANFARE_OAUTH_STARTS_PER_MINUTE", "5").start().await
}

on_both_databases! {
    async fn every_request_of_the_pages_is_answered_as_they_show(db: Database) {
        let server = serve(&db).await;
        let mut reader = Reader::new(&server);
        let shared = reader.read(FIRST, &text(FIRST)).await;
        for page in listed().iter().map(String::as_str).chain(OTHERS) {
            reader.knowing(shared.clone());
            reader.read(page, &text(page)).await;
        }
    }
}

#[test]
fn the_first_page_lists_every_page_once() {
    let listed = listed();
    let once: BTreeSet<&str> = listed.iter().map(String::as_str).collect();
    assert_eq!(once.len(), listed.len(), "{listed:?}");
    let files = std::fs::read_dir(root().join("docs/api")).unwrap().map(|entry| entry.unwrap().file_name());
    let files = files.map(|name| format!("docs/api/{}", name.into_string().unwrap()));
    let files: BTreeSet<String> = files.filter(|page| page != FIRST).collect();
    assert_eq!(files.iter().map(String::as_str).collect::<BTreeSet<_>>(), once);
}
