//! The shape of the tree: which layer may import which, how long a file may be, what a file may be called.

mod imports;

use imports::imported_modules;
use std::path::{Path, PathBuf};

/// The layers from left to right: each may import anything further right, none to its left and no neighbour in its row.
const ORDER: &[&[&str]] = &[
    &["main"],
    &["app"],
    &["http", "telegram", "jobs"],
    &["rest"],
    &["graphql"],
    &["services", "publishing"],
    &["db", "platforms", "events", "cache", "auth", "ai"],
    &["net"],
    &["domain"],
];

/// SQL is behind the services and the engine; `app` only opens the pool.
/// The schema loads rows in batches; nothing further left reads tables.
const MAY_IMPORT_DB: &[&str] = &["app", "graphql", "services", "publishing"];

/// A module beside the row: who may import it, and what it may import.
struct Aside {
    name: &'static str,
    importers: &'static [&'static str],
    imports: &'static [&'static str],
}

const ASIDES: &[Aside] = &[
    // Settings are read once and handed on as values, so that no layer depends on how they are spelt.
    Aside { name: "config", importers: &["main", "app", "telemetry"], imports: &["domain"] },
    // The layers log and count through the `tracing` and `metrics` crates; `http` shows what was counted.
    Aside { name: "telemetry", importers: &["main", "app", "http"], imports: &["config", "domain"] },
    // It stands for other people's servers: sharing code with the clients would repeat their mistakes on both sides.
    Aside { name: "simulator", importers: &["main", "app"], imports: &["net", "domain"] },
];

const MAX_LINES: usize = 400;

/// Names that say nothing of what is inside.
const EMPTY_NAMES: &[&str] = &["utils", "util", "helpers", "helper", "common", "manager", "misc"];

/// Why `from` must not import `to`; `None` where it may.
fn refusal(from: &str, to: &str) -> Option<String> {
    let row_of = |name: &str| ORDER.iter().position(|row| row.contains(&name));
    let aside_of = |name: &str| ASIDES.iter().find(|aside| aside.name == name);
    if from == to {
        return None;
    }
    if let Some(aside) = aside_of(to) {
        return (!aside.importers.contains(&from))
            .then(|| format!("only {:?} may import {to}", aside.importers));
    }
    if let Some(aside) = aside_of(from) {
        return (!aside.imports.contains(&to)).then(|| format!("{from} may import only {:?}", aside.imports));
    }
    match (row_of(from), row_of(to)) {
        (None, _) => Some(format!("{from} has no place in the order of layers")),
        (_, None) => Some(format!("{to} has no place in the order of layers")),
        (Some(left), Some(right)) if left == right => Some(format!("{from} and {to} are neighbours")),
        (Some(left), Some(right)) if left > right => Some(format!("{to} is to the left of {from}")),
        _ if to == "db" && !MAY_IMPORT_DB.contains(&from) => {
            Some(format!("only {MAY_IMPORT_DB:?} may import db"))
        }
        _ => None,
    }
}

/// What is wrong with the imports of `text`, the file at `path` below `src`.
fn bad_imports(path: &Path, text: &str) -> Vec<String> {
    let modules = module_path(path);
    // `lib.rs` only lists the modules.
    let Some(layer) = modules.first() else { return Vec::new() };
    let depth = if layer == "main" { 0 } else { modules.len() };
    imported_modules(text, depth)
        .into_iter()
        .filter_map(|target| refusal(layer, &target).map(|why| format!("src/{}: {why}", path.display())))
        .collect()
}

/// `graphql/post.rs` is `[graphql, post]`, `graphql/mod.rs` is `[graphql]`, `lib.rs` is empty.
fn module_path(path: &Path) -> Vec<String> {
    let mut modules: Vec<String> =
        path.with_extension("").iter().map(|part| part.to_string_lossy().into_owned()).collect();
    if modules.last().is_some_and(|last| last == "mod" || last == "lib") {
        modules.pop();
    }
    modules
}

fn bad_shape(path: &Path, text: &str) -> Vec<String> {
    let mut wrong = Vec::new();
    let lines = text.lines().count();
    if lines > MAX_LINES {
        wrong.push(format!("{}: {lines} lines, {MAX_LINES} is the limit", path.display()));
    }
    // A folder's name counts as well as the file's.
    for part in &path.with_extension("") {
        if EMPTY_NAMES.iter().any(|name| part.eq_ignore_ascii_case(name)) {
            wrong.push(format!("{}: `{}` says nothing", path.display(), part.display()));
        }
    }
    wrong
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Files below `folder` with one of `extensions`, relative to `folder`.
fn sources(folder: &Path, extensions: &[&str]) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_path_buf()];
    while let Some(current) = folders.pop() {
        for entry in std::fs::read_dir(&current).into_iter().flatten().flatten() {
            let (path, name) = (entry.path(), entry.file_name());
            if path.is_dir() {
                // What tools write is no source.
                if name != "node_modules" && name != "dist" && name != "generated" {
                    folders.push(path);
                }
            } else if path.extension().is_some_and(|e| extensions.iter().any(|wanted| e == *wanted))
                && !name.to_string_lossy().contains(".gen.")
            {
                found.push(path.strip_prefix(folder).unwrap().to_path_buf());
            }
        }
    }
    found
}

fn read(path: &Path) -> String {
    std::fs::read_to_string(path).unwrap_or_else(|e| panic!("{}: {e}", path.display()))
}

#[test]
fn imports_run_one_way() {
    let folder = root().join("src");
    let files = sources(&folder, &["rs"]);
    assert!(files.len() > 10, "the sources were not found");
    let wrong: Vec<String> =
        files.iter().flat_map(|path| bad_imports(path, &read(&folder.join(path)))).collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn files_are_short_and_named_after_the_one_thing_in_them() {
    let mut wrong = Vec::new();
    for top in ["src", "tests", "benches", "web"] {
        let folder = root().join(top);
        for path in sources(&folder, &["rs", "ts", "tsx"]) {
            wrong.extend(bad_shape(&Path::new(top).join(&path), &read(&folder.join(&path))));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn an_import_to_the_left_is_refused() {
    for (path, text) in [
        ("services/post.rs", "use crate::graphql::PostType;"),
        ("domain/post.rs", "fn f() { crate::net::HttpClient::new(); }"),
        ("net/client.rs", "use crate::{domain::id::Id, db};"),
        ("services/mod.rs", "use super::graphql::Schema;"),
        ("services/post.rs", "use super::super::graphql::Schema;"),
        ("http/router.rs", "use crate::app::App;"),
        ("simulator/mod.rs", "use crate::platforms::PlatformSettings;"),
        ("platforms/x.rs", "use crate::config::Config;"),
        ("config/mod.rs", "use crate::db::Db;"),
    ] {
        assert_eq!(bad_imports(Path::new(path), text).len(), 1, "{path}: {text}");
    }
}

#[test]
fn an_import_of_a_neighbour_is_refused() {
    for (path, text) in [
        ("services/post.rs", "use crate::publishing::Engine;"),
        ("db/mod.rs", "use crate::platforms::Registry;"),
        ("jobs/mod.rs", "pub(crate) use crate::http::router;"),
    ] {
        assert_eq!(bad_imports(Path::new(path), text).len(), 1, "{path}: {text}");
    }
}

#[test]
fn only_schema_services_and_publishing_reach_the_database() {
    for path in ["jobs/sweep.rs", "http/health.rs", "main.rs"] {
        let text = if path == "main.rs" { "use fanfare::db::Db;" } else { "use crate::db::Db;" };
        assert_eq!(bad_imports(Path::new(path), text).len(), 1, "{path}");
    }
    for path in ["graphql/loaders.rs", "services/post.rs", "publishing/engine.rs", "app.rs"] {
        assert_eq!(bad_imports(Path::new(path), "use crate::db::Db;"), Vec::<String>::new());
    }
}

#[test]
fn a_module_without_a_place_is_refused() {
    assert_eq!(bad_imports(Path::new("app.rs"), "use crate::leftovers::Thing;").len(), 1);
    assert_eq!(bad_imports(Path::new("leftovers.rs"), "use crate::domain::Thing;").len(), 1);
}

#[test]
fn imports_to_the_right_and_in_tests_are_allowed() {
    for (path, text) in [
        ("main.rs", "use fanfare::{app::App, config::Config, telemetry};"),
        ("app.rs", "use crate::{simulator, config::Config, http, db};"),
        ("graphql/post.rs", "use super::id; use crate::domain::{id::Id, post::Post};"),
        ("platforms/x.rs", "#[cfg(test)] mod tests { use crate::simulator::Simulator; }"),
        ("platforms/x.rs", "// crate::graphql\nconst A: &str = \"crate::graphql\"; crate::text_enum! {}"),
    ] {
        assert_eq!(bad_imports(Path::new(path), text), Vec::<String>::new(), "{path}: {text}");
    }
}

#[test]
fn a_long_file_and_an_empty_name_are_refused() {
    assert_eq!(bad_shape(Path::new("src/a.rs"), &"\n".repeat(400)), Vec::<String>::new());
    assert_eq!(bad_shape(Path::new("src/a.rs"), &"\n".repeat(401)).len(), 1);
    assert_eq!(bad_shape(Path::new("src/db/utils.rs"), "").len(), 1);
    assert_eq!(bad_shape(Path::new("web/src/helpers/date.ts"), "").len(), 1);
}
