//! Which crate may depend on which. Cargo refuses an import of a crate that the manifest does not name; this holds what a
//! manifest may name. Dependencies of tests are free.

use serde_json::Value;
use std::process::Command;

/// The crates from left to right: each may depend on anything further right, on nothing to its left and on no neighbour in
/// its row.
const ORDER: &[&[&str]] = &[
    &["fanfare"],
    &["edge", "graphql", "platforms", "simulator", "storage-postgres", "storage-sqlite", "telemetry"],
    &["services", "publishing", "config"],
    &["media", "leased-work", "operation"],
    &["storage", "platform-api", "events", "cache", "auth", "ai", "report", "query-limits"],
    &["net"],
    &["domain"],
];

/// Who may depend on a crate, where being to its left is not enough.
const ONLY: &[(&str, &[&str])] = &[
    // Settings are read once and handed on as values, so that no crate depends on how they are spelt.
    ("config", &["fanfare", "telemetry"]),
    // Queries and commands are run by the services and the engine.
    ("storage", &["fanfare", "services", "publishing", "storage-postgres", "storage-sqlite"]),
    ("query-limits", &["fanfare", "edge", "graphql", "operation"]),
    ("publishing", &["fanfare"]),
];

/// What a crate may depend on, where being to their left says too much.
const NOTHING_ELSE: &[(&str, &[&str])] = &[
    // It stands for other people's servers: sharing code with the clients would repeat their mistakes on both sides.
    ("simulator", &["net", "domain"]),
    ("platforms", &["platform-api", "net", "domain"]),
];

/// Libraries of I/O: the domain's rules are tested without any of it.
const IO: &[&str] = &["tokio", "reqwest", "hyper", "axum", "diesel-async", "redis", "object_store"];

/// A crate's dependency, as its manifest names it.
struct Dependency {
    from: String,
    to: String,
    /// Behind a feature.
    optional: bool,
}

/// Why `from` must not depend on `to`; `None` where it may. Both by their names without `fanfare-`.
fn refusal(from: &str, to: &str) -> Option<String> {
    let row_of = |name: &str| ORDER.iter().position(|row| row.contains(&name));
    if let Some((_, importers)) = ONLY.iter().find(|(name, _)| *name == to)
        && !importers.contains(&from)
    {
        return Some(format!("only {importers:?} may depend on {to}"));
    }
    if let Some((_, all)) = NOTHING_ELSE.iter().find(|(name, _)| *name == from)
        && !all.contains(&to)
    {
        return Some(format!("{from} may depend on {all:?} only"));
    }
    match (row_of(from), row_of(to)) {
        (None, _) => Some(format!("{from} has no place in the order of crates")),
        (_, None) => Some(format!("{to} has no place in the order of crates")),
        (Some(left), Some(right)) if left == right => Some(format!("{from} and {to} are neighbours")),
        (Some(left), Some(right)) if left > right => Some(format!("{to} is to the left of {from}")),
        _ => None,
    }
}

fn bad_dependency(dependency: &Dependency) -> Option<String> {
    let Dependency { from, to, optional } = dependency;
    match to.strip_prefix("fanfare-") {
        Some(to) => refusal(from, to),
        None if from == "domain" && !optional && IO.contains(&to.as_str()) => {
            Some(format!("the domain does no I/O, and {to} does"))
        }
        None => None,
    }
}

/// What the manifests of the workspace name, dependencies of tests and build scripts aside.
fn dependencies() -> Vec<Dependency> {
    let metadata = Command::new(env!("CARGO"))
        .args(["metadata", "--locked", "--offline", "--no-deps", "--format-version", "1"])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .unwrap();
    assert!(metadata.status.success(), "{}", String::from_utf8_lossy(&metadata.stderr));
    let metadata: Value = serde_json::from_slice(&metadata.stdout).unwrap();
    let mut found = Vec::new();
    for package in metadata["packages"].as_array().unwrap() {
        let name = package["name"].as_str().unwrap();
        for dependency in
            package["dependencies"].as_array().unwrap().iter().filter(|one| one["kind"].is_null())
        {
            found.push(Dependency {
                from: name.strip_prefix("fanfare-").unwrap_or(name).to_owned(),
                to: dependency["name"].as_str().unwrap().to_owned(),
                optional: dependency["optional"].as_bool().unwrap(),
            });
        }
    }
    found
}

#[test]
fn crates_depend_one_way() {
    let dependencies = dependencies();
    assert!(
        dependencies.iter().filter(|one| one.to.starts_with("fanfare-")).count() > 20,
        "the crates were not found"
    );
    let wrong: Vec<String> = dependencies.iter().filter_map(bad_dependency).collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn a_dependency_to_the_left_or_on_a_neighbour_is_refused() {
    for (from, to) in [
        ("services", "graphql"),
        ("domain", "net"),
        ("net", "storage"),
        ("services", "publishing"),
        ("storage", "platform-api"),
        ("edge", "graphql"),
        ("simulator", "platform-api"),
        ("platforms", "storage"),
        ("edge", "storage"),
        ("graphql", "storage"),
        ("edge", "config"),
        ("graphql", "leftovers"),
        ("leftovers", "domain"),
    ] {
        assert!(refusal(from, to).is_some(), "{from} -> {to}");
    }
}

#[test]
fn a_dependency_to_the_right_is_allowed() {
    for (from, to) in [
        ("fanfare", "storage-postgres"),
        ("edge", "services"),
        ("graphql", "services"),
        ("services", "storage"),
        ("publishing", "platform-api"),
        ("storage-sqlite", "storage"),
        ("platforms", "net"),
        ("events", "net"),
        ("net", "domain"),
    ] {
        assert_eq!(refusal(from, to), None, "{from} -> {to}");
    }
}

#[test]
fn the_domain_does_no_io() {
    let on = |to: &str, optional| Dependency { from: "domain".to_owned(), to: to.to_owned(), optional };
    assert!(bad_dependency(&on("tokio", false)).is_some());
    assert!(bad_dependency(&on("diesel", true)).is_none());
}
