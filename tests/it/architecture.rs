//! The shape of the tree: which crate may depend on which, how long a file may be, what a file may be called, and that
//! documents name files that exist.

mod dependencies;

use std::path::{Path, PathBuf};

const MAX_LINES: usize = 400;

/// Names that say nothing of what is inside.
const EMPTY_NAMES: &[&str] = &["utils", "util", "helpers", "helper", "common", "manager", "misc"];

/// The documents for contributors and operators.
const DOCUMENTS: &[&str] = &["README.md", "diesel.toml", "web/README.md", "docs"];

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

/// The paths below the top level's folders that a document names and that `exists` does not know. A placeholder such as
/// `<noun>` stands for any name, and a `*` for any part: the folder before it has to exist.
fn lost_paths(text: &str, exists: impl Fn(&Path) -> bool) -> Vec<String> {
    const FOLDERS: &[&str] =
        &["crates/", "src/", "tests/", "bench/", "benches/", "migrations/", "scripts/", "web/"];
    let ends = |c: char| !(c.is_alphanumeric() || "/._-<>*".contains(c));
    text.split(ends)
        .map(|word| word.trim_end_matches(['.', '/']))
        .filter(|word| FOLDERS.iter().any(|folder| word.starts_with(folder)))
        .filter(|word| {
            let known = word.split('/').take_while(|part| !part.contains(['<', '*'])).collect::<PathBuf>();
            !exists(&known)
        })
        .map(str::to_owned)
        .collect()
}

#[test]
fn files_are_short_and_named_after_the_one_thing_in_them() {
    let mut wrong = Vec::new();
    for top in ["src", "crates", "tests", "benches", "web"] {
        let folder = root().join(top);
        let files = sources(&folder, &["rs", "ts", "tsx"]);
        assert!(!files.is_empty(), "{top}: the sources were not found");
        for path in files {
            wrong.extend(bad_shape(&Path::new(top).join(&path), &read(&folder.join(&path))));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn documents_name_files_that_exist() {
    let mut wrong = Vec::new();
    for document in DOCUMENTS {
        let path = root().join(document);
        let files = if path.is_dir() {
            sources(&path, &["md"]).iter().map(|file| path.join(file)).collect()
        } else {
            vec![path]
        };
        for file in files {
            // The web app's own document names paths from where it stands, and others from the root.
            let folder = file.parent().unwrap();
            let lost =
                lost_paths(&read(&file), |named| folder.join(named).exists() || root().join(named).exists());
            wrong.extend(lost.into_iter().map(|path| format!("{}: {path}", file.display())));
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

#[test]
fn a_path_that_leads_nowhere_is_found() {
    let exists = |path: &Path| {
        ["crates/domain", "crates/domain/src/post.rs"].iter().any(|known| path == Path::new(known))
    };
    let text = "See `crates/domain/src/post.rs`, `crates/domain/<noun>.rs`, crates/domain. Not `docs/x.md`.";
    assert_eq!(lost_paths(text, exists), Vec::<String>::new());
    let text = "`crates/domain/src/posts.rs`, `src/db/<noun>.rs`";
    assert_eq!(lost_paths(text, exists), ["crates/domain/src/posts.rs", "src/db/<noun>.rs"]);
}
