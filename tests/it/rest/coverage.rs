//! Each route of the table is in the walk, and the walk calls none that is not in the table.

use fanfare::rest::ROUTES;
use std::collections::BTreeSet;
use std::path::Path;

#[test]
fn the_walk_calls_every_route_of_the_table_and_no_other() {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/rest/walk.rs");
    let source = std::fs::read_to_string(source).unwrap();
    let called: BTreeSet<&str> =
        source.split("step(\"").skip(1).map(|rest| rest.split('"').next().unwrap()).collect();
    let known: BTreeSet<&str> = ROUTES.iter().copied().flatten().map(|route| route.id).collect();
    assert_eq!(called, known);
}
