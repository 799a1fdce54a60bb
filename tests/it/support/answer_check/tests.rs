//! The check finds each kind of fault, and nothing in an answer that has none.

use super::Asked;
use serde_json::json;

const POSTS: &str = "query($no: Boolean! = false) {
    list: posts(first: 1) { nodes { id ...Texts status targets { id error { code } } } totalCount }
    viewer { user { id email } }
    post(id: \"zzz\") @skip(if: $no) { id title }
    node(id: \"x\") { id ... on Post { content } ... on User { name } }
}
fragment Texts on Post { content status }";

const RIGHT: &str = r#"{"data":{"list":{"nodes":[{"id":"a","content":"x","status":"DRAFT","targets":[]}],"totalCount":1},
    "viewer":{"user":{"id":"u","email":"a@example.com"}},"post":null,"node":{"id":"n","name":"Ann"}},"errors":[{
    "message":"no such id","locations":[{"line":4,"column":5}],"path":["post"],
    "extensions":{"code":"BAD_USER_INPUT","requestId":"r"}}],"extensions":{"cost":{}}}"#;

fn faults(query: &str, answer: &str) -> Vec<String> {
    Asked::new(query, &json!({})).faults(answer)
}

/// The first of the faults names what is wrong.
#[track_caller]
fn finds(query: &str, answer: &str, wanted: &str) {
    let found = faults(query, answer);
    assert!(found.iter().any(|fault| fault.contains(wanted)), "{wanted:?} is not in {found:#?}");
}

#[test]
fn a_right_answer_has_no_fault() {
    assert_eq!(faults(POSTS, RIGHT), Vec::<String>::new());
    let skipped = RIGHT.replace("\"post\":null,", "");
    let skipped = skipped.split(",\"errors\"").next().unwrap().to_owned() + "}";
    let asked = Asked::new(POSTS, &json!({ "no": true }));
    assert_eq!(asked.faults(&skipped), Vec::<String>::new());
    let refused = r#"{"errors":[{"message":"m","extensions":{"code":"UNAUTHENTICATED","requestId":"r"}}]}"#;
    assert_eq!(faults(POSTS, refused), Vec::<String>::new());
    assert_eq!(faults("{", refused), Vec::<String>::new());
}

#[test]
fn each_change_of_a_right_answer_is_found() {
    for (right, wrong, found) in [
        ("\"extensions\":{\"cost\"", "\"more\":1,\"extensions\":{\"cost\"", "a key `more`"),
        ("\"content\":\"x\",", "", "instead of"),
        ("\"id\":\"a\",\"content\":\"x\"", "\"content\":\"x\",\"id\":\"a\"", "instead of"),
        ("\"id\":\"a\",", "\"id\":\"a\",\"id\":\"a\",", "instead of"),
        ("\"targets\":[]", "\"targets\":null", "is null"),
        ("\"targets\":[]", "\"targets\":{}", "is an object"),
        ("\"targets\":[]", "\"targets\":[null]", "is null"),
        ("\"DRAFT\"", "\"DRAFTED\"", "no PostStatus"),
        ("\"totalCount\":1", "\"totalCount\":\"1\"", "no Int"),
        ("\"totalCount\":1", "\"totalCount\":2147483648", "no Int"),
        ("\"totalCount\":1", "\"totalCount\":1.0", "no Int"),
        ("a@example.com", "nobody", "no EmailAddress"),
        ("\"id\":\"u\"", "\"id\":7", "no ID"),
        ("\"name\":\"Ann\"", "\"title\":\"Ann\"", "instead of"),
        ("{\"user\":{\"id\":\"u\",\"email\":\"a@example.com\"}}", "{\"user\":null}", "is null"),
        ("\"post\":null", "\"post\":{\"id\":\"p\",\"title\":null}", "a value stands there"),
        ("\"post\":null", "\"post\":7", "is a number"),
        ("\"path\":[\"post\"]", "\"path\":[\"posts\"]", "no field `posts`"),
        ("\"path\":[\"post\"]", "\"path\":[\"post\",0]", "no step"),
        ("\"path\":[\"post\"]", "\"path\":[\"list\",\"nodes\",1]", "nothing stands at"),
        ("\"path\":[\"post\"],", "", "without a path"),
        ("\"path\":[\"post\"]", "\"path\":[]", "the path"),
        ("\"line\":4", "\"line\":0", "outside"),
        ("\"line\":4", "\"line\":8", "outside"),
        ("\"column\":5", "\"column\":500", "outside"),
        ("\"locations\":[{\"line\":4,\"column\":5}],", "", "no locations"),
        ("[{\"line\":4,\"column\":5}]", "[]", "the locations"),
        ("\"message\":\"no such id\",", "", "no message"),
        ("\"message\":", "\"hint\":\"\",\"message\":", "a key `hint`"),
        ("BAD_USER_INPUT", "OOPS", "the code"),
        (",\"requestId\":\"r\"", "", "no request id"),
    ] {
        assert!(RIGHT.contains(right), "{right}");
        finds(POSTS, &RIGHT.replacen(right, wrong, 1), found);
    }
}

#[test]
fn nulls_go_up_as_far_as_types_say_and_no_further() {
    let query = "{ viewer { user { id } workspaces { totalCount } } settings { timeZone } }";
    let answer = |data: &str, paths: &[&str]| {
        let error = |path: &&str| {
            format!(
                "{{\"message\":\"m\",\"locations\":[{{\"line\":1,\"column\":3}}],\"path\":{path},
                \"extensions\":{{\"code\":\"INTERNAL\",\"requestId\":\"r\"}}}}"
            )
        };
        let errors: Vec<_> = paths.iter().map(error).collect();
        format!("{{\"data\":{data},\"errors\":[{}]}}", errors.join(","))
    };
    let count = r#"["viewer","workspaces","totalCount"]"#;
    let zone = r#"["settings","timeZone"]"#;
    let settings = r#""settings":{"timeZone":"Europe/Berlin"}"#;
    let up = answer(&format!("{{\"viewer\":null,{settings}}}"), &[count]);
    assert_eq!(faults(query, &up), Vec::<String>::new());
    assert_eq!(faults(query, &answer("null", &[zone])), Vec::<String>::new());
    assert_eq!(faults(query, &answer("null", &[count, zone])), Vec::<String>::new());
    finds(query, &answer("null", &[count]), "makes `data` null, where it had to be viewer");
    let deep = format!("{{\"viewer\":{{\"user\":{{\"id\":\"u\"}},\"workspaces\":null}},{settings}}}");
    finds(query, &answer(&deep, &[count]), "null stands where it must not");
    finds(query, &answer(&deep, &[count]), "is null, and its type is");
    finds(query, r#"{"data":null}"#, "`data` is null without an error");
}

#[test]
fn what_was_not_executed_has_no_data() {
    finds("{ nothing }", r#"{"data":{"nothing":1}}"#, "an invalid document has `data`");
    finds("{", r#"{"data":{}}"#, "an invalid document has `data`");
    finds(POSTS, "{}", "neither `data` nor an error");
    finds(POSTS, r#"{"errors":[]}"#, "`errors` is empty");
    finds(POSTS, r#"{"errors":{}}"#, "`errors` is an object");
    finds(POSTS, "[]", "no object");
    finds(POSTS, "{", "no JSON");
    let of_a_field =
        r#"{"errors":[{"message":"m","path":["list"],"extensions":{"code":"INTERNAL","requestId":"r"}}]}"#;
    finds(POSTS, of_a_field, "a field has failed");
}

#[test]
fn a_name_of_a_type_is_that_of_the_object() {
    let query = "{ node(id: \"x\") { kind: __typename id ... on Post { content } } }";
    assert_eq!(
        faults(query, r#"{"data":{"node":{"kind":"Post","id":"p","content":"x"}}}"#),
        Vec::<String>::new()
    );
    assert_eq!(faults(query, r#"{"data":{"node":{"kind":"User","id":"u"}}}"#), Vec::<String>::new());
    finds(query, r#"{"data":{"node":{"kind":"User","id":"u","content":"x"}}}"#, "instead of");
    finds(query, r#"{"data":{"node":{"kind":"Post","id":"p"}}}"#, "instead of");
    finds(query, r#"{"data":{"node":{"kind":"PageInfo","id":"p"}}}"#, "data.node.kind of a");
}

#[test]
fn a_subscription_may_select_its_one_field_twice() {
    let query = "subscription { activity { kind } ...F } fragment F on Subscription { activity { cursor } }";
    let answer = r#"{"data":{"activity":{"kind":"POST_CREATED","cursor":"c"}}}"#;
    assert_eq!(faults(query, answer), Vec::<String>::new());
    let two = "subscription { activity { kind } again: activity { kind } }";
    finds(two, r#"{"data":{"activity":{"kind":"POST_CREATED"}}}"#, "an invalid document has `data`");
}
