//! Makes the server buildable before the web pages are, and rebuilds it when they change. Tells it the shape of what it
//! stores in Redis.

use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::{fs, io, path::Path};

const WEB_DIST: &str = "web/dist";
/// Where the types stand that are written to Redis and read back.
const SHAPES: [&str; 2] = ["src/db/rows", "src/domain"];

fn main() -> io::Result<()> {
    // Cargo runs a build script at every build while a path it watches is missing, so the ignored folder is made
    // empty here. The pages then answer with how to build them.
    if let Err(error) = fs::create_dir_all(Path::new(WEB_DIST)) {
        println!("cargo::warning={WEB_DIST} cannot be created: {error}");
    }
    println!("cargo::rerun-if-changed={WEB_DIST}");
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
