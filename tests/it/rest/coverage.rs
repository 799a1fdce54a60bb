//! The table is the contract's: each of its routes, and no other. That each is called is for the walk to show.

use fanfare_edge::rest::ROUTES;
use std::collections::BTreeSet;

/// As the contract lists them, with the second method or path of those that have one.
const CONTRACT: &str = "
    GET /oauth/{platform}/authorize
    GET /oauth/{platform}/callback
    POST /oauth/{platform}/callback
    GET /oauth/{platform}/simulate-callback
    POST /oauth/{platform}/simulate-callback
    GET /accounts
    POST /accounts
    GET /accounts/{id}
    POST /accounts/{id}/reconnect
    DELETE /accounts/{id}
    GET /posts
    POST /posts
    POST /posts/bulk
    GET /posts/{id}
    PUT /posts/{id}
    DELETE /posts/{id}
    POST /posts/{id}/publish
    POST /posts/{id}/retry
    GET /posts/{id}/metrics
    GET /posts/{id}/analytics
    GET /analytics
    GET /analytics/accounts/{id}
    GET /analytics/optimal-time/{id}
    POST /media/upload
    POST /media
    GET /media
    GET /templates
    POST /templates
    PUT /templates/{id}
    DELETE /templates/{id}
    GET /inbox
    POST /inbox/{id}/reply
    PUT /inbox/{id}/read
    POST /inbox/{id}/read
    GET /calendar
    GET /campaigns
    POST /campaigns
    GET /campaigns/{id}
    PUT /campaigns/{id}
    DELETE /campaigns/{id}
    GET /settings
    PUT /settings
    POST /ai/generate
    POST /ai/hashtags
    POST /ai/optimize
";

#[test]
fn the_table_has_every_route_of_the_contract_and_no_other() {
    let wanted: BTreeSet<String> =
        CONTRACT.lines().map(|line| line.trim().to_owned()).filter(|line| !line.is_empty()).collect();
    let routes = ROUTES.iter().copied().flatten();
    let served: BTreeSet<String> =
        routes.map(|route| format!("{} {}", route.verb.as_str(), route.path)).collect();
    assert_eq!(served, wanted);
}
