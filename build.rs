//! Names the shape of what the program stores in Redis.

use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::{fs, io};

/// Where the types stand that are written to Redis and read back.
const SHAPES: [&str; 2] = ["crates/storage/src/rows", "crates/domain/src"];

fn main() -> io::Result<()> {
    println!("cargo::rerun-if-changed=build.rs");
    let mut shape = DefaultHasher::new();
    for folder in SHAPES {
        println!("cargo::rerun-if-changed={folder}");
        let mut files = fs::read_dir(folder)?.map(|file| Ok(file?.path())).collect::<io::Result<Vec<_>>>()?;
        files.sort();
        for file in files.iter().filter(|file| file.is_file()) {
            fs::read(file)?.hash(&mut shape);
        }
    }
    println!("cargo::rustc-env=FANFARE_SHAPE={:016x}", shape.finish());
    Ok(())
}
