//! The table against the schema.

use super::answer::render;
use super::compiled::{CompiledRoute, Operation};
use super::openapi;
use super::routes::FRAGMENTS;
use super::table::Table;
use super::{Given, ROUTES, RestError, prepare};
use async_graphql::Value as GraphqlValue;
use fanfare_domain::user_error::{UserError, UserErrorCode};
use fanfare_graphql::request::top_level;
use fanfare_graphql::schema::sdl;
use fanfare_operation::Preparer;
use fanfare_query_limits::Limits;
use fanfare_services::ServiceError;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::path::Path;

fn table() -> Table {
    Table::load(ROUTES, &sdl()).unwrap()
}

fn operations(route: &CompiledRoute) -> Vec<&Operation> {
    route.operations().collect()
}

fn route<'a>(table: &'a Table, id: &str) -> &'a CompiledRoute {
    table.routes.iter().find(|it| it.route.id == id).unwrap()
}

fn object(value: Value) -> serde_json::Map<String, Value> {
    value.as_object().cloned().unwrap()
}

/// What the variables of a request with this body are.
fn variables(table: &Table, id: &str, body: Value) -> Result<Value, RestError> {
    let path = vec![("id".to_owned(), "7".to_owned())];
    let given = Given { path, body: object(body), ..Given::default() };
    prepare(route(table, id), &given).map(|prepared| Value::Object(prepared.variables))
}

/// As the schema gives it.
fn data(json: Value) -> GraphqlValue {
    GraphqlValue::from_json(json).unwrap()
}

/// What a route's first operation shows of its data.
fn shown(route: &CompiledRoute, data: &GraphqlValue) -> Result<Value, RestError> {
    render(route, operations(route)[0], data, &[]).map(|rendered| serde_json::to_value(rendered).unwrap())
}

fn fields(error: &RestError) -> Value {
    serde_json::to_value(error.body()).unwrap()["fields"].clone()
}

#[test]
fn every_operation_is_valid_in_the_schema_and_within_the_limits() {
    let (table, preparer) = (table(), Preparer::new(&sdl(), Limits::default(), false).unwrap());
    for source in table.sources() {
        let refused = preparer.document(source).err();
        assert!(refused.is_none(), "{source}: {refused:?}");
    }
    assert!(preparer.with_own(table.sources()).is_ok());
}

#[test]
fn every_operation_file_is_used_and_ids_and_paths_are_unique() {
    let table = table();
    let used = table.routes.iter().map(|route| operations(route).len()).sum::<usize>();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/rest/operations");
    let files = |folder: &Path| {
        let found = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
        found.filter(|path| path.extension().is_some_and(|it| it == "graphql")).count()
    };
    let sources: BTreeSet<&str> =
        table.routes.iter().flat_map(operations).map(|operation| operation.source.as_str()).collect();
    assert_eq!(sources.len(), files(&folder), "{used} uses");
    assert_eq!(FRAGMENTS.len(), files(&folder.join("fragments")));
    let ids: BTreeSet<&str> = table.routes.iter().map(|it| it.route.id).collect();
    let places: BTreeSet<_> = table.routes.iter().map(|it| (it.route.path, it.route.verb)).collect();
    assert_eq!((ids.len(), places.len()), (table.routes.len(), table.routes.len()));
}

#[test]
fn no_answer_holds_an_opaque_id_and_no_name_stands_twice() {
    use super::shape::{Form, Object};
    fn look(object: &Object, names: &mut Vec<String>, route: &str) {
        for field in &object.fields {
            let mut form = &field.shape.form;
            while let Form::List(item) = form {
                form = &item.form;
            }
            if let Form::Scalar(name) = form {
                assert_ne!(name, "ID", "{route}: {}", field.key);
            }
            if let Form::Object(inner) | Form::Keyed(inner) = form {
                if field.dissolves {
                    look(inner, names, route);
                } else {
                    look(inner, &mut Vec::new(), route);
                }
            }
            if !field.dissolves {
                assert!(!names.contains(&field.name), "{route}: {} twice", field.name);
                names.push(field.name.clone());
            }
        }
    }
    let table = table();
    for route in &table.routes {
        for it in operations(route) {
            look(&it.shape, &mut Vec::new(), route.route.id);
        }
    }
}

#[test]
fn networks_publish_at_once_and_accounts_wait_unless_the_request_says_otherwise() {
    let table = table();
    let now = |body: Value| variables(&table, "createPost", body).unwrap()["input"]["publishNow"].clone();
    assert_eq!(now(json!({ "content": "x", "platforms": ["twitter"] })), json!(true));
    assert_eq!(now(json!({ "content": "x", "account_ids": [1] })), Value::Null);
    let planned = json!({ "content": "x", "platforms": ["twitter"], "scheduled_at": "2030-01-01T10:00:00Z" });
    assert_eq!(now(planned), Value::Null);
    assert_eq!(now(json!({ "content": "x", "platforms": ["twitter"], "status": "draft" })), json!(false));
    let both = json!({ "content": "x", "status": "pending", "scheduled_at": "2030-01-01T10:00" });
    let both = variables(&table, "createPost", both).unwrap();
    assert_eq!(both, json!({ "input": { "content": "x", "publishNow": true } }));
}

#[test]
fn a_request_becomes_variables_of_the_schemas_types() {
    let table = table();
    let body = json!({
        "content": "x", "account_id": 3, "template_type": "event", "scheduled_at": "2030-01-01 10:00",
        "variants": [{ "account_id": 3, "link_url": "https://a.example/", "media_ids": [] }],
    });
    let read = variables(&table, "createPost", body).unwrap()["input"].clone();
    assert_eq!((&read["templateType"], &read["accountIds"]), (&json!("EVENT"), &json!(["YWNjb3VudDoz"])));
    assert_eq!(read["scheduledLocal"], json!({ "dateTime": "2030-01-01 10:00" }));
    assert_eq!(read["variants"][0]["accountId"], json!("YWNjb3VudDoz"));
    let read = variables(&table, "updatePost", json!({ "link_url": null, "content": "y" })).unwrap();
    assert_eq!(read["input"], json!({ "id": "cG9zdDo3", "content": "y", "linkUrl": null }));
    let read = variables(&table, "updatePost", json!({ "scheduled_at": null, "account_id": null })).unwrap();
    assert_eq!(read["input"], json!({ "id": "cG9zdDo3", "scheduledAt": null, "accountIds": null }));
    let one = json!({ "account_ids": [3], "account_id": null });
    let read = variables(&table, "updatePost", one).unwrap();
    assert_eq!(read["input"]["accountIds"], json!(["YWNjb3VudDoz"]));
    let read = variables(&table, "publishPost", json!({ "scheduled_at": null })).unwrap();
    assert_eq!(read["input"], json!({ "id": "cG9zdDo3" }));
}

#[test]
fn a_time_goes_where_its_offset_leads_and_what_is_wrong_with_it_is_told() {
    let table = table();
    let read = |at: &str| variables(&table, "createPost", json!({ "content": "x", "scheduled_at": at }));
    for at in ["2030-01-01T10:00Z", "2030-01-01T10:00:00+0100", "2030-01-01 10:00:00.000 +01"] {
        assert_eq!(read(at).unwrap()["input"], json!({ "content": "x", "scheduledAt": at }));
    }
    let local = json!({ "content": "x", "scheduledLocal": { "dateTime": "2030-01-01 9:00" } });
    assert_eq!(read("2030-01-01 9:00").unwrap()["input"], local);
    for (at, words) in [
        ("2030-02-30T10:00:00Z", "There is no 30 February 2030."),
        ("2030-01-01T10:00:00+1", "What follows the time is no offset"),
        ("2030-01-01", "Give a time behind the day too"),
    ] {
        let fields = fields(&read(at).unwrap_err());
        assert!(fields["scheduled_at"].as_str().unwrap().starts_with(words), "{at}: {fields}");
    }
}

#[test]
fn everything_that_is_wrong_with_a_request_is_told_by_its_name() {
    let table = table();
    let body = json!({
        "platforms": ["myspace"], "account_ids": [0], "link_url": "ftp://x", "tytle": "x", "hashtags": "a",
        "variants": [{ "content": "x" }], "status": "maybe",
    });
    let error = variables(&table, "createPost", body).unwrap_err();
    let fields = object(fields(&error));
    let names: Vec<&str> = fields.keys().map(String::as_str).collect();
    let wrong = [
        "account_ids.0",
        "content",
        "hashtags",
        "link_url",
        "platforms.0",
        "status",
        "tytle",
        "variants.0.account_id",
    ];
    assert_eq!(names, wrong);
}

#[test]
fn user_errors_are_told_by_the_requests_names() {
    let table = table();
    let refused = |id: &str, path: Value| {
        let errors = json!([{ "message": "No.", "code": "POST_STATE_FORBIDS", "path": path }]);
        let data = data(json!({ "_payload": { "userErrors": errors } }));
        shown(route(&table, id), &data).unwrap_err()
    };
    let error = refused("createPost", json!(["input", "accountIds", "1"]));
    assert_eq!((error.status.as_u16(), fields(&error)), (409, json!({ "account_ids.1": "No." })));
    let error = refused("createPost", json!(["input", "scheduledLocal", "dateTime"]));
    assert_eq!(fields(&error), json!({ "scheduled_at": "No." }));
    let error = refused("createPosts", json!(["input", "posts", "4", "linkUrl"]));
    assert_eq!(fields(&error), json!({ "posts.4.link_url": "No." }));
    assert_eq!(fields(&refused("deletePost", json!(["input"]))), Value::Null);
}

#[test]
fn one_bad_body_of_a_list_is_told_with_its_place_and_leaves_the_others() {
    let table = table();
    let posts = json!({ "posts": [{ "content": 1 }, { "content": "good" }, { "content": "refused" }] });
    let given = Given { body: object(posts), ..Given::default() };
    let prepared = prepare(route(&table, "createPosts"), &given).unwrap();
    assert_eq!(
        prepared.variables["input"]["posts"],
        json!([{ "content": "good" }, { "content": "refused" }])
    );
    let answer = json!({
        "created": 1, "failed": 1, "posts": [{ "index": 0 }], "errors": [{ "index": 1 }],
    });
    let mut answer = object(answer);
    prepared.items.unwrap().tell(&mut answer);
    assert_eq!((&answer["created"], &answer["failed"]), (&json!(1), &json!(2)));
    assert_eq!(answer["posts"], json!([{ "index": 1 }]));
    let errors = answer["errors"].as_array().unwrap();
    assert_eq!((&errors[0]["index"], &errors[1]["index"]), (&json!(0), &json!(2)));
    assert_eq!(errors[0]["fields"]["content"], json!("Give a text."));
}

#[test]
fn a_shape_dissolves_what_begins_with_an_underscore() {
    let table = table();
    let route = route(&table, "getPost");
    let target = json!({ "id": "4", "_account": { "account_id": "3", "account_name": "Ada", "platform": "TWITTER" },
        "error": { "_": "no" }, "status": "FAILED" });
    let post = json!({ "id": "9", "status": "PARTIALLY_PUBLISHED", "_first": [], "targets": [target],
        "media_urls": [{ "_": "https://a.example/" }] });
    let told = shown(route, &data(json!({ "post": post }))).unwrap()["post"].clone();
    assert_eq!((&told["id"], &told["status"]), (&json!(9), &json!("partially_published")));
    assert_eq!((&told["account_id"], &told["platform"]), (&Value::Null, &Value::Null));
    assert_eq!(told["media_urls"], json!(["https://a.example/"]));
    let target = &told["targets"][0];
    assert_eq!((&target["account_id"], &target["error"]), (&json!(3), &json!("no")));
    assert_eq!(target["platform"], json!("twitter"));
    let gone = shown(route, &data(json!({ "post": null }))).unwrap_err();
    assert_eq!(gone.status.as_u16(), 404);
}

#[test]
fn the_refusals_of_a_list_are_told_in_their_places_as_errors_are() {
    let table = table();
    let error = json!({ "message": "No.", "code": "INVALID", "path": ["input", "posts", "1", "linkUrl"] });
    let payload = json!({ "created": 0, "failed": 1, "posts": [], "userErrors": [],
        "errors": [{ "index": 1, "userErrors": [error] }] });
    let told = shown(route(&table, "createPosts"), &data(json!({ "_payload": payload }))).unwrap();
    let errors =
        json!([{ "index": 1, "error": "No.", "code": "INVALID", "fields": { "posts.1.link_url": "No." } }]);
    assert_eq!(told, json!({ "created": 0, "failed": 1, "posts": [], "errors": errors }));
}

#[test]
fn a_list_with_keys_is_an_object_in_which_each_item_is_found_under_its_key() {
    let table = table();
    let route = route(&table, "getPostAnalytics");
    let of = |platform: &str, reach: Value| {
        let metrics = json!({ "impressions": "7", "engagements": "2", "reach": reach });
        json!({ "_key": platform, "_metrics": metrics })
    };
    let platforms = json!([of("TWITTER", Value::Null), of("INSTAGRAM", json!("5"))]);
    let post = json!({ "post_id": "9", "_metrics": null, "platforms": platforms });
    let told = shown(route, &data(json!({ "_post": post }))).unwrap();
    let expected = json!({
        "post_id": 9, "total_impressions": null, "total_engagements": null,
        "platforms": {
            "twitter": { "impressions": 7, "engagements": 2, "reach": null },
            "instagram": { "impressions": 7, "engagements": 2, "reach": 5 },
        },
    });
    assert_eq!(told, expected);
}

#[test]
fn a_querys_arguments_are_told_by_the_requests_names() {
    let table = table();
    let route = route(&table, "getAnalytics");
    let refused = UserError {
        path: vec!["startDate".to_owned()],
        ..UserError::new(UserErrorCode::Invalid, "", "Too late.")
    };
    let error = top_level(ServiceError::from(refused)).into_server_error(async_graphql::Pos::default());
    let error = render(route, operations(route)[0], &GraphqlValue::Null, &[error]).unwrap_err();
    assert_eq!((error.status.as_u16(), error.code()), (400, "INVALID"));
    assert_eq!(fields(&error), json!({ "start_date": "Too late." }));
}

#[test]
fn every_reference_of_the_openapi_document_leads_somewhere() {
    fn references(value: &Value, found: &mut Vec<String>) {
        match value {
            Value::Object(parts) => {
                found.extend(parts.get("$ref").and_then(Value::as_str).map(str::to_owned));
                for part in parts.values() {
                    references(part, found);
                }
            }
            Value::Array(parts) => {
                for part in parts {
                    references(part, found);
                }
            }
            _ => {}
        }
    }
    let document = openapi::document(&table());
    let mut found = Vec::new();
    references(&document, &mut found);
    assert!(!found.is_empty());
    for reference in found {
        let pointer = reference.strip_prefix('#').unwrap();
        assert!(document.pointer(pointer).is_some(), "{reference} leads nowhere");
    }
    let paths = document["paths"].as_object().unwrap();
    let routes = |base: &str| {
        let below = paths.iter().filter(|(path, _)| path.starts_with(base));
        below.map(|(_, verbs)| verbs.as_object().unwrap().len()).sum::<usize>()
    };
    assert_eq!(routes("/sns/"), table().routes.len());
    assert_eq!(routes("/auth/"), 6);
    assert_eq!(routes("/"), table().routes.len() + 6 + 1, "and the document itself");
    assert!(paths.contains_key("/openapi.json"));
}

#[test]
fn every_object_of_the_openapi_document_has_a_name_of_its_own() {
    /// Where an object, with properties or as a map, stands that has no name.
    fn nameless(value: &Value, at: &str, found: &mut Vec<String>) {
        match value {
            Value::Object(parts) => {
                // `/components/schemas/<name>` is the one place where an object is described.
                let describes = |part: &str| parts.get(part).is_some_and(Value::is_object);
                let is_object = describes("properties") || describes("additionalProperties");
                if is_object && at.matches('/').count() > 3 {
                    found.push(at.to_owned());
                }
                for (name, part) in parts {
                    nameless(part, &format!("{at}/{name}"), found);
                }
            }
            Value::Array(parts) => {
                for (index, part) in parts.iter().enumerate() {
                    nameless(part, &format!("{at}/{index}"), found);
                }
            }
            _ => {}
        }
    }
    let document = openapi::document(&table());
    let mut found = Vec::new();
    nameless(&document, "", &mut found);
    assert_eq!(found, Vec::<String>::new());
    let ids: Vec<&str> = document["paths"]
        .as_object()
        .unwrap()
        .values()
        .flat_map(|verbs| verbs.as_object().unwrap().values())
        .map(|operation| operation["operationId"].as_str().unwrap())
        .collect();
    assert_eq!(ids.iter().collect::<BTreeSet<_>>().len(), ids.len());
}

#[test]
fn a_message_names_the_values_of_a_request_as_the_request_does() {
    let table = table();
    let told = |id: &str, message: &str| {
        let errors = json!([{ "message": message, "code": "INVALID", "path": ["input"] }]);
        let data = data(json!({ "_payload": { "userErrors": errors } }));
        let error = shown(route(&table, id), &data).unwrap_err();
        serde_json::to_value(error.body()).unwrap()["error"].clone()
    };
    assert_eq!(
        told("createPost", "Give scheduledAt, or set publishNow."),
        "Give scheduled_at, or set status."
    );
    assert_eq!(told("createPosts", "`linkUrl` is no URL."), "`link_url` is no URL.");
    assert_eq!(told("createPost", "An iPhone is no mediaType."), "An iPhone is no mediaType.");
}

#[test]
fn the_openapi_document_is_written_once_for_all_who_ask() {
    let table = table();
    let (first, second) = (table.openapi(), table.openapi());
    assert_eq!(first.as_ptr(), second.as_ptr());
    assert_eq!(serde_json::from_slice::<Value>(&first).unwrap(), openapi::document(&table));
}
