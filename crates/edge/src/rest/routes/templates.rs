//! Texts with placeholders, from which posts are made.

use crate::rest::route::{Input, Paging, Route, Verb, field, path_id, query, with};

const WRITTEN: [Input; 5] = [
    field("name", "input.name"),
    field("content_template", "input.contentTemplate"),
    field("hashtag_template", "input.hashtagTemplate"),
    field("platform", "input.platform"),
    field("category", "input.category"),
];
const CHANGED: [Input; 6] = with(WRITTEN, path_id("template", "input.id"));

pub const ROUTES: &[Route] = &[
    Route {
        inputs: &[query("platform", "filter.platform"), query("category", "filter.category")],
        paging: Paging::Total,
        ..Route::new(
            "listTemplates",
            Verb::Get,
            "/templates",
            include_str!("../operations/list_templates.graphql"),
            "The templates that come with the server, and the workspace's own.",
        )
    },
    Route {
        inputs: &WRITTEN,
        key: Some("input.clientMutationKey"),
        success: 201,
        message: Some("The template is stored."),
        ..Route::new(
            "createTemplate",
            Verb::Post,
            "/templates",
            include_str!("../operations/create_template.graphql"),
            "Creates a template; the {placeholders} of its texts are listed in the answer.",
        )
    },
    Route {
        inputs: &CHANGED,
        ..Route::new(
            "updateTemplate",
            Verb::Put,
            "/templates/{id}",
            include_str!("../operations/update_template.graphql"),
            "Changes a template of the workspace's own.",
        )
    },
    Route {
        inputs: &[path_id("template", "input.id")],
        message: Some("The template is deleted."),
        ..Route::new(
            "deleteTemplate",
            Verb::Delete,
            "/templates/{id}",
            include_str!("../operations/delete_template.graphql"),
            "Deletes a template of the workspace's own.",
        )
    },
];
