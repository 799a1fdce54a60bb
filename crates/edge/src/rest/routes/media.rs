//! The library of pictures and videos.

use crate::rest::route::{Body, Input, Paging, Route, Verb, field, query};

const UPLOADED: [Input; 1] = [field("alt_text", "input.altText")];

const fn upload(id: &'static str, path: &'static str, summary: &'static str) -> Route {
    Route {
        inputs: &UPLOADED,
        body: Body::File("input.file"),
        key: Some("input.clientMutationKey"),
        success: 201,
        ..Route::new(id, Verb::Post, path, include_str!("../operations/upload_media.graphql"), summary)
    }
}

pub const ROUTES: &[Route] = &[
    upload(
        "uploadMedia",
        "/media/upload",
        "Adds a file to the library; its type is detected from its bytes.",
    ),
    upload("uploadMediaToLibrary", "/media", "The same as `uploadMedia`."),
    Route {
        inputs: &[query("type", "filter.kinds")],
        paging: Paging::Total,
        ..Route::new(
            "listMedia",
            Verb::Get,
            "/media",
            include_str!("../operations/list_media.graphql"),
            "The library, the newest first.",
        )
    },
];
