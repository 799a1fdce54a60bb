//! Makes the server buildable before the web pages are, and rebuilds it when they change.

use std::fs;

const WEB_DIST: &str = "../../web/dist";

fn main() {
    // Cargo runs a build script at every build while a path it watches is missing, so the ignored folder is made
    // empty here. The pages then answer with how to build them.
    if let Err(error) = fs::create_dir_all(WEB_DIST) {
        println!("cargo::warning={WEB_DIST} cannot be created: {error}");
    }
    println!("cargo::rerun-if-changed={WEB_DIST}");
    println!("cargo::rerun-if-changed=build.rs");
}
