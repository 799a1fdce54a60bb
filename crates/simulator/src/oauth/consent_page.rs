//! The consent page a person sees.

use crate::page::{escape, page};
use axum::http::StatusCode;
use axum::response::Response;
use fanfare_domain::platform::Platform;

/// Asks for a profile name and a decision. The form goes to the page's own address, so the query stays as it is.
pub fn question(platform: Platform, scope: &str, problem: Option<&str>) -> Response {
    let network = platform.display_name();
    let scopes: String = scope
        .split([' ', ','])
        .filter(|scope| !scope.is_empty())
        .map(|scope| format!("<li><code>{}</code></li>", escape(scope)))
        .collect();
    let problem = problem.map_or_else(String::new, |text| format!("<p role=\"alert\">{}</p>", escape(text)));
    let body = format!(
        "<h1>Simulated {network}</h1>\
         <p>An application asks to act for you on a simulation of {network}. Nothing leaves this server.</p>\
         {problem}<p>It asks for:</p><ul>{scopes}</ul>\
         <form method=\"post\">\
         <p><label for=\"profile\">Profile name</label>\
         <input id=\"profile\" name=\"profile\" value=\"demo\" maxlength=\"50\" autocomplete=\"off\"></p>\
         <p>The same name is always the same account.</p>\
         <p><button name=\"decision\" value=\"approve\">Approve</button> \
         <button name=\"decision\" value=\"deny\">Deny</button></p>\
         </form>"
    );
    let status = if problem.is_empty() { StatusCode::OK } else { StatusCode::BAD_REQUEST };
    page(status, &format!("Simulated {network}"), &body)
}

/// A request that no consent can answer; there is no address that it would be safe to return to.
pub fn problem(platform: Platform, words: &str) -> Response {
    let network = platform.display_name();
    let body = format!("<h1>Simulated {network}</h1><p role=\"alert\">{}</p>", escape(words));
    page(StatusCode::BAD_REQUEST, &format!("Simulated {network}"), &body)
}

/// There is no room for another consent.
pub fn full(platform: Platform) -> Response {
    let network = platform.display_name();
    let words = "The simulator has as many consents or accounts as it takes; try again later, or have it forget them.";
    let body = format!("<h1>Simulated {network}</h1><p role=\"alert\">{words}</p>");
    page(StatusCode::TOO_MANY_REQUESTS, &format!("Simulated {network}"), &body)
}
