//! Names the shape of what the program stores in Redis, and takes in how each migration is undone.

use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::path::{Path, PathBuf};
use std::{env, fs, io};

/// Where the types stand that are written to Redis and read back.
const SHAPES: [&str; 2] = ["crates/storage/src/rows", "crates/domain/src"];
/// Those of SQLite have the same names and undo the same.
const MIGRATIONS: &str = "migrations/postgres";

fn main() -> io::Result<()> {
    println!("cargo::rerun-if-changed=build.rs");
    let mut shape = DefaultHasher::new();
    for folder in SHAPES {
        println!("cargo::rerun-if-changed={folder}");
        for file in files_below(Path::new(folder))? {
            fs::read(file)?.hash(&mut shape);
        }
    }
    println!("cargo::rustc-env=FANFARE_SHAPE={:016x}", shape.finish());
    write_undo_steps()
}

/// A table of the migrations' names and of the SQL that undoes them, in their order.
fn write_undo_steps() -> io::Result<()> {
    println!("cargo::rerun-if-changed={MIGRATIONS}");
    let mut steps = Vec::new();
    for file in files_below(Path::new(MIGRATIONS))? {
        if !file.ends_with("down.sql") {
            continue;
        }
        let name = file.parent().and_then(Path::file_name).unwrap_or_default();
        steps.push((name.to_string_lossy().into_owned(), fs::read_to_string(&file)?));
    }
    let folder = env::var_os("OUT_DIR").ok_or_else(|| io::Error::other("cargo names no OUT_DIR"))?;
    fs::write(Path::new(&folder).join("undo_steps.rs"), format!("&{steps:?}"))
}

/// Every file below a folder, in one order.
fn files_below(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let mut entries = fs::read_dir(folder)?.map(|entry| Ok(entry?.path())).collect::<io::Result<Vec<_>>>()?;
    entries.sort();
    let mut files = Vec::new();
    for entry in entries {
        if entry.is_dir() {
            files.extend(files_below(&entry)?);
        } else {
            files.push(entry);
        }
    }
    Ok(files)
}
