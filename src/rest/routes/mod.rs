//! The table, a file for each noun.

mod accounts;
mod media;
mod oauth;
mod posts;

use super::route::Route;

/// Every route.
pub const ROUTES: &[&[Route]] = &[oauth::ROUTES, accounts::ROUTES, posts::ROUTES, media::ROUTES];

/// What operations spread, by the fragment's name: the objects that several routes answer with.
pub const FRAGMENTS: &[(&str, &str)] = &[
    ("Account", include_str!("../operations/fragments/account.graphql")),
    ("Post", include_str!("../operations/fragments/post.graphql")),
    ("Media", include_str!("../operations/fragments/media.graphql")),
];
