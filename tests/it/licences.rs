//! What the binary is made of may be given away with it.

mod expression;

use expression::is_satisfied;
use serde_json::Value;
use std::collections::BTreeMap;
use std::process::Command;

/// Permissive: they ask for their notice to be kept, no more.
const PERMISSIVE: &[&str] = &[
    "0BSD",
    "Apache-2.0",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "BSL-1.0",
    "CC0-1.0",
    "CDLA-Permissive-2.0",
    "ISC",
    "MIT",
    "OpenSSL",
    "Unicode-3.0",
    "Unlicense",
    "Zlib",
];

/// MPL-2.0 asks for changes to its files to be published. We change none; whoever is used this way is named here.
const USED_UNCHANGED: &[(&str, &str)] = &[("option-ext", "MPL-2.0")];

/// Packages whose manifest names a file instead of a licence: what that file is.
const READ_FROM_FILES: &[(&str, &str)] = &[("jsonpath-rust", "MIT")];

/// Two versions of one of these do not fit together, or double the binary's weight.
const ONE_VERSION: &[&str] = &[
    "async-graphql",
    "axum",
    "bb8",
    "chrono",
    "diesel",
    "diesel-async",
    "http",
    "hyper",
    "jsonwebtoken",
    "libsqlite3-sys",
    "redis",
    "reqwest",
    "rustls",
    "serde_json",
    "tokio",
];

/// The packages that are built for this machine, with the tests' own.
fn packages() -> Vec<Value> {
    let rustc = Command::new("rustc").arg("-vV").output().unwrap();
    let about = String::from_utf8(rustc.stdout).unwrap();
    let host = about.lines().find_map(|line| line.strip_prefix("host: ")).expect("rustc names its host");
    // Offline and for this machine only: what was needed to build this test is here, other systems' packages are not.
    let metadata = Command::new(env!("CARGO"))
        .args(["metadata", "--locked", "--offline", "--format-version", "1", "--filter-platform", host])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .unwrap();
    assert!(metadata.status.success(), "{}", String::from_utf8_lossy(&metadata.stderr));
    let mut metadata: Value = serde_json::from_slice(&metadata.stdout).unwrap();
    serde_json::from_value(metadata["packages"].take()).unwrap()
}

fn licence_of(package: &Value) -> &str {
    let name = package["name"].as_str().unwrap();
    let read = READ_FROM_FILES.iter().find(|(of, _)| *of == name).map(|(_, licence)| *licence);
    package["license"].as_str().or(read.filter(|_| package["license_file"].is_string())).unwrap_or("none")
}

#[test]
fn every_package_has_a_licence_that_lets_us_ship_it() {
    let packages = packages();
    assert!(packages.len() > 100, "the packages were not found");
    let refused: Vec<String> = packages
        .iter()
        .map(|package| (package["name"].as_str().unwrap(), licence_of(package)))
        .filter(|pair| !is_satisfied(pair.1, PERMISSIVE) && !USED_UNCHANGED.contains(pair))
        .map(|(name, licence)| format!("{name}: {licence}"))
        .collect();
    assert!(refused.is_empty(), "{}", refused.join("\n"));
}

#[test]
fn the_stack_is_built_once() {
    let mut versions: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for package in packages() {
        let text = |key: &str| package[key].as_str().unwrap().to_owned();
        versions.entry(text("name")).or_default().push(text("version"));
    }
    for name in ONE_VERSION {
        assert_eq!(versions[*name].len(), 1, "{name}: {:?}", versions[*name]);
    }
}
