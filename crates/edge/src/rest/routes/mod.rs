//! The table, a file for each noun.

mod accounts;
mod ai;
mod analytics;
mod calendar;
mod campaigns;
mod inbox;
mod media;
mod oauth;
mod posts;
mod settings;
mod templates;

use super::route::Route;

/// Every route.
pub const ROUTES: &[&[Route]] = &[
    oauth::ROUTES,
    accounts::ROUTES,
    posts::ROUTES,
    analytics::ROUTES,
    media::ROUTES,
    templates::ROUTES,
    inbox::ROUTES,
    calendar::ROUTES,
    campaigns::ROUTES,
    settings::ROUTES,
    ai::ROUTES,
];

/// What operations spread, by the fragment's name: the objects that several routes answer with.
pub const FRAGMENTS: &[(&str, &str)] = &[
    ("Account", include_str!("../operations/fragments/account.graphql")),
    ("Post", include_str!("../operations/fragments/post.graphql")),
    ("PostNumbers", include_str!("../operations/fragments/post_numbers.graphql")),
    ("Totals", include_str!("../operations/fragments/totals.graphql")),
    ("Day", include_str!("../operations/fragments/day.graphql")),
    ("Template", include_str!("../operations/fragments/template.graphql")),
    ("Message", include_str!("../operations/fragments/message.graphql")),
    ("Reply", include_str!("../operations/fragments/reply.graphql")),
    ("Campaign", include_str!("../operations/fragments/campaign.graphql")),
    ("Settings", include_str!("../operations/fragments/settings.graphql")),
    ("Media", include_str!("../operations/fragments/media.graphql")),
];
