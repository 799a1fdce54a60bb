//! The shape of the tree: how long a file may be and what it may be called. Which crate may use which is for Cargo to
//! hold.

use std::path::{Path, PathBuf};

const MAX_LINES: usize = 400;

/// Names that say nothing of what is inside.
const EMPTY_NAMES: &[&str] = &["utils", "util", "helpers", "helper", "common", "manager", "misc"];

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
fn files_are_short_and_named_after_the_one_thing_in_them() {
    let mut wrong = Vec::new();
    for top in ["src", "crates", "tests", "benches", "web"] {
        let folder = root().join(top);
        for path in sources(&folder, &["rs", "ts", "tsx"]) {
            wrong.extend(bad_shape(&Path::new(top).join(&path), &read(&folder.join(&path))));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn a_long_file_and_an_empty_name_are_refused() {
    assert_eq!(bad_shape(Path::new("src/a.rs"), &"\n".repeat(400)), Vec::<String>::new());
    assert_eq!(bad_shape(Path::new("src/a.rs"), &"\n".repeat(401)).len(), 1);
    assert_eq!(bad_shape(Path::new("crates/storage/src/utils.rs"), "").len(), 1);
    assert_eq!(bad_shape(Path::new("web/src/helpers/date.ts"), "").len(), 1);
}
