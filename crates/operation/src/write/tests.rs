use super::*;
use crate::trial::prepared;
use async_graphql::{Pos, value};
use proptest::prelude::*;
use serde_json::{Value as Json, json};

fn error(path: &Json) -> ServerError {
    let segment = |it: &Json| match it {
        Json::String(key) => PathSegment::Field(key.clone()),
        index => PathSegment::Index(index.as_u64().unwrap().try_into().unwrap()),
    };
    let mut error = ServerError::new("failed", None);
    error.path = path.as_array().unwrap().iter().map(segment).collect();
    error
}

/// What is written of `data` where these paths failed.
fn answer(source: &str, data: &Value, failed: &[Json]) -> String {
    let written = write_all(source, data, failed);
    assert!(written.unexplained.is_empty(), "{:?}", written.unexplained);
    String::from_utf8(written.data).unwrap()
}

fn write_all(source: &str, data: &Value, failed: &[Json]) -> Written {
    let errors: Vec<ServerError> = failed.iter().map(error).collect();
    write(prepared(source, &json!({})).unwrap().form().shape(), data, &errors)
}

#[test]
fn keys_follow_the_selection_whatever_the_order_of_the_result() {
    let data = value!({ "user": { "name": "b\"\n", "id": "1" }, "a": 7 });
    assert_eq!(
        answer("{a user {id n: nick name}}", &data, &[]),
        r#"{"a":7,"user":{"id":"1","n":null,"name":"b\"\n"}}"#
    );
}

#[test]
fn what_failed_is_null_where_it_may_be() {
    assert_eq!(answer("{a user {id}}", &value!({ "a": 1 }), &[json!(["user"])]), r#"{"a":1,"user":null}"#);
    let data = value!({ "user": { "id": "1" } });
    assert_eq!(
        answer("{user {id nick}}", &data, &[json!(["user", "nick"])]),
        r#"{"user":{"id":"1","nick":null}}"#
    );
}

#[test]
fn what_must_not_be_null_makes_its_nearest_nullable_parent_null() {
    let data = value!({ "a": 1, "user": { "id": "1" } });
    assert_eq!(answer("{a user {id name}}", &data, &[json!(["user", "name"])]), r#"{"a":1,"user":null}"#);
    let data = value!({ "post": { "id": "1", "author": { "id": "2" } } });
    let failed = [json!(["post", "author", "name"])];
    assert_eq!(answer("{post {id author {id name}}}", &data, &failed), r#"{"post":null}"#);
    assert_eq!(answer("{a sure {name}}", &value!({ "a": 1 }), &[json!(["sure"])]), "null");
}

#[test]
fn an_object_of_which_everything_failed_is_no_missing_object() {
    let failed = [json!(["user", "nick"])];
    assert_eq!(answer("{user {nick}}", &value!({ "user": null }), &failed), r#"{"user":{"nick":null}}"#);
    assert_eq!(
        answer("{sure {nick}}", &value!({ "sure": null }), &[json!(["sure", "nick"])]),
        r#"{"sure":{"nick":null}}"#
    );
    assert_eq!(
        answer("{a post {id}}", &Value::Null, &[json!(["a"]), json!(["post"])]),
        r#"{"a":null,"post":null}"#
    );
    assert_eq!(answer("{user {nick}}", &value!({ "user": null }), &[]), r#"{"user":null}"#);
}

#[test]
fn lists_are_null_as_their_items_say() {
    let data = value!({ "users": [{ "id": "1", "name": "a" }, { "id": "2" }] });
    let failed = [json!(["users", 1, "name"])];
    assert_eq!(answer("{users {id name}}", &data, &failed), r#"{"users":null}"#);
    let data = value!({ "maybes": [{ "id": "1", "name": "a" }, { "id": "2" }, null] });
    let failed = [json!(["maybes", 1, "name"])];
    assert_eq!(
        answer("{maybes {id name}}", &data, &failed),
        r#"{"maybes":[{"id":"1","name":"a"},null,null]}"#
    );
    let data = value!({ "post": { "grid": [[1, 2], null, [3]] } });
    assert_eq!(answer("{post {grid}}", &data, &[]), r#"{"post":{"grid":[[1,2],null,[3]]}}"#);
    let data = value!({ "post": { "grid": [[1, null]] } });
    assert_eq!(
        answer("{post {grid}}", &data, &[json!(["post", "grid", 0, 1])]),
        r#"{"post":{"grid":[null]}}"#
    );
    assert_eq!(
        answer("{maybes {nick}}", &value!({ "maybes": [null] }), &[json!(["maybes", 0, "nick"])]),
        r#"{"maybes":[{"nick":null}]}"#
    );
}

#[test]
fn objects_of_several_types_show_what_is_selected_of_each() {
    let data = value!({ "items": [
        { ".type": "User", "name": "a", "__typename": "User" },
        { ".type": "Post", "__typename": "Post", "text": "b" },
    ] });
    let source = "{items {__typename ... on User {name nick} ... on Post {text}}}";
    let expected =
        r#"{"items":[{"__typename":"User","name":"a","nick":null},{"__typename":"Post","text":"b"}]}"#;
    assert_eq!(answer(source, &data, &[json!(["items", 0, "nick"])]), expected);
}

#[test]
fn null_stands_where_the_object_allows_it_whatever_its_interface_says() {
    let failed = [json!(["titled", "title"])];
    let of = |ty: &str| answer("{titled {title}}", &value!({ "titled": { ".type": (ty) } }), &failed);
    assert_eq!(of("Book"), r#"{"titled":null}"#);
    assert_eq!(of("Film"), r#"{"titled":{"title":null}}"#);
}

#[test]
fn an_object_of_which_everything_is_left_out_is_empty() {
    let data = value!({ "sure": { ".type": "User" } });
    assert_eq!(answer("{sure {id @skip(if: true)}}", &data, &[]), r#"{"sure":{}}"#);
    assert_eq!(answer("{a @skip(if: true)}", &value!({ ".type": "Query" }), &[]), "{}");
}

#[test]
fn a_null_that_no_error_explains_is_told() {
    let written = write_all("{user {name}}", &value!({ "user": { "name": null } }), &[]);
    assert_eq!(written.data, br#"{"user":null}"#);
    let path = vec![PathSegment::Field("user".to_owned()), PathSegment::Field("name".to_owned())];
    assert_eq!(written.unexplained, [path]);
}

#[test]
fn an_answer_without_any_value_is_told_from_others() {
    let of = |data: &Value, failed: &[Json]| {
        let written = write_all("{a user {id}}", data, failed);
        (written.is_null, written.is_empty)
    };
    assert_eq!(of(&value!({ "a": 1 }), &[json!(["user"])]), (false, false));
    assert_eq!(of(&value!({ "a": null }), &[json!(["user"])]), (false, true));
    assert_eq!(of(&Value::Null, &[json!(["a"]), json!(["user"])]), (false, true));
    assert_eq!(of(&Value::Null, &[]), (true, true));
}

#[test]
fn paths_that_do_not_exist_are_cut_and_places_are_filled_in() {
    let prepared = prepared("{a\n user {id}}", &json!({})).unwrap();
    let mut errors =
        [error(&json!(["user", "id", "x", 0])), error(&json!(["user", 3])), error(&json!(["none"]))];
    errors[0].locations = vec![Pos::default()];
    settle_paths(prepared.form().shape(), &mut errors);
    let told: Vec<_> = errors.iter().map(|it| (it.path.len(), it.locations.clone())).collect();
    assert_eq!(told[0], (2, vec![Pos { line: 2, column: 8 }]));
    assert_eq!(told[1], (1, vec![Pos { line: 2, column: 2 }]));
    assert_eq!(told[2], (0, Vec::new()));
}

proptest! {
    /// Which of the fields of each user failed.
    #[test]
    fn whatever_fails_the_answer_is_json_and_keeps_its_types(failed in prop::collection::vec(any::<[bool; 3]>(), 0..6)) {
        let names = ["id", "nick", "name"];
        let (mut list, mut paths) = (Vec::new(), Vec::new());
        for (index, user) in failed.iter().enumerate() {
            let mut object = IndexMap::new();
            for (name, is_failed) in names.iter().zip(user) {
                if *is_failed {
                    paths.push(json!(["maybes", index, name]));
                } else {
                    object.insert(Name::new(name), Value::from(*name));
                }
            }
            list.push(if object.is_empty() { Value::Null } else { Value::Object(object) });
        }
        let text = answer("{maybes {id nick name}}", &value!({ "maybes": (list) }), &paths);
        let written: Json = serde_json::from_str(&text).unwrap();
        for (user, [id, nick, name]) in written["maybes"].as_array().unwrap().iter().zip(&failed) {
            prop_assert_eq!(user.is_null(), *id || *name);
            prop_assert!(user.is_null() || user["nick"].is_null() == *nick);
        }
    }
}
