//! Names the shape of what the program stores in Redis.

use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::path::{Path, PathBuf};
use std::{fs, io};

/// Where the types stand that are written to Redis and read back.
const SHAPES: [&str; 2] = ["crates/storage/src/rows", "crates/domain/src"];

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
    Ok(())
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
