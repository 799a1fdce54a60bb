//! What users change of themselves: their name and the e-mail address that they sign in with.

use crate::support::database::on_both_databases;
use crate::support::graphql::Graphql;
use crate::support::person::Person;
use crate::support::server::Server;
use serde_json::{Value, json};

const UPDATE: &str = "mutation($input: UpdateProfileInput!) { updateProfile(input: $input) {
    user { name revision } userErrors { message code path } } }";
const CHANGE_EMAIL: &str = "mutation($input: ChangeEmailInput!) { changeEmail(input: $input) {
    user { email revision } userErrors { message code path } } }";
const LOGIN: &str = "mutation($input: LoginInput!) { login(input: $input) {
    session { accessToken } userErrors { message code path } } }";
const VIEWER: &str = "{ viewer { user { name email revision } } }";
const AUDIT: &str =
    "{ auditLog(filter: { kinds: [MEMBER_PROFILE_CHANGED] }) { nodes { kind before after } } }";

fn one(code: &str, path: Value) -> Vec<(String, Value)> {
    vec![(code.to_owned(), path)]
}

/// An API key of the person's that may do everything.
async fn program(person: &Person) -> Graphql {
    let document =
        "mutation($input: CreateApiKeyInput!) { createApiKey(input: $input) { secret userErrors { code } } }";
    let input = json!({ "input": { "name": "x", "scopes": ["ADMIN"] } });
    let secret = person.graphql.payload(document, input).await["secret"].clone();
    person.graphql.with_token(secret.as_str().expect("a key has a secret"))
}

on_both_databases! {
    async fn a_name_is_changed_once_for_a_revision_and_every_workspace_hears_of_it(db: Database) {
        let server = Server::start(&db).await;
        let (person, host) = (Person::register(&server).await, Person::register(&server).await);
        person.join(&host.graphql, "EDITOR").await;
        let changed = person.graphql.payload(UPDATE, json!({ "input": { "name": " Ada ", "expectedRevision": 1 } })).await;
        assert_eq!(changed["user"], json!({ "name": "Ada", "revision": 2 }));
        let late = json!({ "input": { "name": "Grace", "expectedRevision": 1 } });
        let late = person.graphql.data(UPDATE, late).await["updateProfile"].clone();
        assert_eq!(late["userErrors"][0]["code"], "CONFLICT");
        assert_eq!(late["user"], json!({ "name": "Ada", "revision": 2 }), "the newer state is shown");
        let same = person.graphql.payload(UPDATE, json!({ "input": { "name": "Ada" } })).await;
        assert_eq!(same["user"]["revision"], 2, "nothing has changed");

        for (name, code) in [(json!(" "), "REQUIRED"), (json!("x".repeat(101)), "TOO_LONG"), (json!("a\nb"), "INVALID"), (Value::Null, "REQUIRED")] {
            let refused = person.graphql.user_errors(UPDATE, json!({ "input": { "name": name } })).await;
            assert_eq!(refused, one(code, json!(["input", "name"])), "{name}");
        }
        let by_key = program(&person).await.post(UPDATE, json!({ "input": { "name": "A program" } })).await;
        assert_eq!(by_key.error_codes(), ["FORBIDDEN"]);

        let told = host.events("MEMBER_PROFILE_CHANGED", 1).await;
        assert_eq!(told[0]["summary"], "A member changed their name");
        assert!(!told[0].to_string().contains("Ada"), "a name stands in the audit alone");
        let audit = host.graphql.data(AUDIT, json!({})).await["auditLog"]["nodes"].clone();
        let expected = json!([{ "kind": "MEMBER_PROFILE_CHANGED", "before": { "name": "A Person" }, "after": { "name": "Ada" } }]);
        assert_eq!(audit, expected);
    }

    async fn a_new_e_mail_address_needs_the_password_and_ends_the_other_sessions(db: Database) {
        let server = Server::start(&db).await;
        let (person, other) = (Person::register(&server).await, Person::register(&server).await);
        let nobody = server.graphql();
        let login = |email: &str| json!({ "input": { "email": email, "password": person.password } });
        let second = nobody.payload(LOGIN, login(&person.email)).await["session"]["accessToken"].clone();
        let second = nobody.with_token(second.as_str().unwrap());
        let key = program(&person).await;
        let change = |password: &str, email: &str| json!({ "input": { "currentPassword": password, "email": email } });

        let wrong = person.graphql.user_errors(CHANGE_EMAIL, change("a guess that is wrong", "ada@example.com")).await;
        assert_eq!(wrong, one("AUTH_CREDENTIALS_INVALID", json!(["input", "currentPassword"])));
        let taken = person.graphql.user_errors(CHANGE_EMAIL, change(&person.password, &other.email.to_uppercase())).await;
        assert_eq!(taken, one("AUTH_EMAIL_TAKEN", json!(["input", "email"])));
        let unchanged = person.graphql.payload(CHANGE_EMAIL, change(&person.password, &person.email)).await;
        assert_eq!(unchanged["user"], json!({ "email": person.email, "revision": 1 }));
        assert_eq!(second.data(VIEWER, json!({})).await["viewer"]["user"]["revision"], 1, "nobody was signed out");
        assert_eq!(key.post(CHANGE_EMAIL, change(&person.password, "ada@example.com")).await.error_codes(), ["FORBIDDEN"]);

        let changed = person.graphql.payload(CHANGE_EMAIL, change(&person.password, " Ada@Example.com ")).await;
        assert_eq!(changed["user"], json!({ "email": "Ada@Example.com", "revision": 2 }));
        assert_eq!(person.graphql.data(VIEWER, json!({})).await["viewer"]["user"]["email"], "Ada@Example.com");
        assert_eq!(second.post(VIEWER, json!({})).await.error_codes(), ["UNAUTHENTICATED"]);
        assert_eq!(key.data(VIEWER, json!({})).await["viewer"]["user"]["email"], "Ada@Example.com", "keys stay valid");
        let old = nobody.user_errors(LOGIN, login(&person.email)).await;
        assert_eq!(old, one("AUTH_CREDENTIALS_INVALID", json!(["input"])));
        nobody.payload(LOGIN, login("ada@example.com")).await;
        let told = person.events("MEMBER_EMAIL_CHANGED", 1).await;
        assert_eq!(told[0]["summary"], "A member changed the e-mail address");
        assert!(!told[0].to_string().to_lowercase().contains("ada@"));
    }

    async fn passwords_are_guessed_by_a_change_of_address_only_so_often(db: Database) {
        let server = Server::on(&db).set("FANFARE_SIGN_INS_PER_MINUTE", "2").start().await;
        let person = Person::register(&server).await;
        let guess = json!({ "input": { "currentPassword": "a guess that is wrong", "email": "ada@example.com" } });
        let mut compared = 0;
        while person.graphql.post(CHANGE_EMAIL, guess.clone()).await.body.get("errors").is_none() {
            compared += 1;
            assert!(compared < 20, "nothing stops the guesses");
        }
        let stopped = person.graphql.post(CHANGE_EMAIL, guess).await;
        assert_eq!(stopped.error_codes(), ["RATE_LIMITED"]);
        assert!(compared >= 2, "{compared}");
    }
}
