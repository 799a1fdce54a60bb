//! Consents at the networks.

use crate::rest::route::{Access, Input, Kind, Place, Route, Verb, Work, query};

const PLATFORM: Input =
    Input { name: "platform", place: Place::Path, to: "input.platform", kind: Kind::Typed };

/// A value of a route that the edge serves: `to` is its type.
const fn value(name: &'static str, place: Place, ty: &'static str) -> Input {
    Input { name, place, to: ty, kind: Kind::Typed }
}

const CALLBACK: [Input; 5] = [
    value("platform", Place::Path, "Platform!"),
    value("code", Place::Query, "String"),
    value("state", Place::Query, "String"),
    value("error", Place::Query, "String"),
    value("error_description", Place::Query, "String"),
];

const SIMULATED: [Input; 3] = [
    value("platform", Place::Path, "Platform!"),
    value("state", Place::Query, "String"),
    value("profile", Place::Query, "String"),
];

const fn callback(id: &'static str, verb: Verb, summary: &'static str) -> Route {
    Route {
        access: Access::Open,
        work: Work::Edge { name: "account", fragment: "Account" },
        inputs: &CALLBACK,
        ..Route::new(id, verb, "/oauth/{platform}/callback", "", summary)
    }
}

const fn simulated(id: &'static str, verb: Verb, summary: &'static str) -> Route {
    Route {
        work: Work::Edge { name: "account", fragment: "Account" },
        inputs: &SIMULATED,
        ..Route::new(id, verb, "/oauth/{platform}/simulate-callback", "", summary)
    }
}

pub const ROUTES: &[Route] = &[
    Route {
        inputs: &[PLATFORM, query("redirect_to", "input.redirectTo")],
        ..Route::new(
            "startConsent",
            Verb::Get,
            "/oauth/{platform}/authorize",
            include_str!("../operations/start_consent.graphql"),
            "Begins a consent at a network.",
        )
    },
    callback(
        "finishConsent",
        Verb::Get,
        "Where a platform sends the user back to; a browser is redirected to the web app.",
    ),
    callback("finishConsentByPost", Verb::Post, "The same as `finishConsent`."),
    simulated("simulateConsent", Verb::Get, "Authorizes at a simulated platform and connects the account."),
    simulated("simulateConsentByPost", Verb::Post, "The same as `simulateConsent`."),
];
