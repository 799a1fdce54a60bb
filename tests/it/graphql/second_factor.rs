//! Codes at sign-in, for people who turn them on.

use crate::support::database::on_both_databases;
use crate::support::person::Person;
use crate::support::server::Server;
use crate::support::sql::lines;
use crate::support::waiting::eventually;
use fanfare_auth::TotpSecret;
use fanfare_domain::clock::{Clock as _, SystemClock};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use std::time::Duration;

pub const BEGIN: &str = "mutation($input: BeginTotpSetupInput!) { beginTotpSetup(input: $input) {
    secret otpauthUri userErrors { message code path } } }";
pub const CONFIRM: &str = "mutation($input: ConfirmTotpInput!) { confirmTotp(input: $input) {
    recoveryCodes viewer { user { totpEnabled } } userErrors { message code path } } }";
pub const REGENERATE: &str =
    "mutation($input: RegenerateRecoveryCodesInput!) { regenerateRecoveryCodes(input: $input) {
    recoveryCodes userErrors { message code path } } }";
const DISABLE: &str = "mutation($input: DisableTotpInput!) { disableTotp(input: $input) {
    viewer { user { totpEnabled } } userErrors { message code path } } }";
const LOGIN: &str = "mutation($input: LoginInput!) { login(input: $input) {
    session { accessToken } userErrors { message code path } } }";
const ENABLED: &str = "{ viewer { user { totpEnabled } } }";

/// The code that an app shows `steps` of 30 seconds from now.
pub fn code(secret: &TotpSecret, steps: i64) -> String {
    secret.code(SystemClock.now().0.timestamp() / 30 + steps)
}

/// Turns codes on; answers the secret, and the recovery codes. The code of the step before this one is used up.
pub async fn turn_on(person: &Person) -> (TotpSecret, Vec<String>) {
    let begun = person.graphql.payload(BEGIN, json!({ "input": { "password": person.password } })).await;
    let secret = TotpSecret::parse(begun["secret"].as_str().unwrap()).unwrap();
    // The code of the step before is good until this one ends.
    let early = async || (SystemClock.now().0.timestamp() % 30 < 20).then_some(());
    eventually(Duration::from_secs(20), "a step that has just begun", early).await;
    assert!(begun["otpauthUri"].as_str().unwrap().contains(&secret.expose()));
    let confirmed = person.graphql.payload(CONFIRM, json!({ "input": { "code": code(&secret, -1) } })).await;
    assert_eq!(confirmed["viewer"]["user"]["totpEnabled"], true);
    let codes = confirmed["recoveryCodes"].as_array().unwrap();
    (secret, codes.iter().map(|code| code.as_str().unwrap().to_owned()).collect())
}

fn one(code: &str, field: &str) -> Vec<(String, Value)> {
    let path = if field.is_empty() { json!(["input"]) } else { json!(["input", field]) };
    vec![(code.to_owned(), path)]
}

/// The input of a sign-in of `person`, with `more`.
fn sign_in(person: &Person, more: Value) -> Value {
    let mut input = json!({ "email": person.email, "password": person.password });
    input.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    json!({ "input": input })
}

on_both_databases! {
    async fn with_codes_on_the_password_alone_signs_nobody_in_and_a_code_serves_once(db: Database) {
        let server = Server::start(&db).await;
        let person = Person::register(&server).await;
        assert_eq!(person.graphql.data(ENABLED, json!({})).await["viewer"]["user"]["totpEnabled"], false);
        let nobody = server.graphql();
        nobody.payload(LOGIN, sign_in(&person, json!({ "totpCode": "123456" }))).await;
        let (secret, _) = turn_on(&person).await;

        let asked = nobody.user_errors(LOGIN, sign_in(&person, json!({}))).await;
        assert_eq!(asked, one("SECOND_FACTOR_REQUIRED", "totpCode"));
        let unknown = json!({ "input": { "email": person.email, "password": "a guess that is wrong" } });
        let refused = nobody.user_errors(LOGIN, unknown).await;
        assert_eq!(refused, one("AUTH_CREDENTIALS_INVALID", ""), "who does not know the password learns nothing");
        // The one that confirmed the set-up, or one that is older.
        let used = nobody.user_errors(LOGIN, sign_in(&person, json!({ "totpCode": code(&secret, -2) }))).await;
        assert_eq!(used, one("SECOND_FACTOR_INVALID", "totpCode"));
        let next = code(&secret, 0);
        let spaced = format!("{} {}", &next[..3], &next[3..]);
        let in_ = nobody.payload(LOGIN, sign_in(&person, json!({ "totpCode": spaced }))).await;
        assert!(in_["session"]["accessToken"].is_string());
        let twice = nobody.user_errors(LOGIN, sign_in(&person, json!({ "totpCode": next }))).await;
        assert_eq!(twice, one("SECOND_FACTOR_INVALID", "totpCode"));
        let again = person.graphql.user_errors(BEGIN, json!({ "input": { "password": person.password } })).await;
        assert_eq!(again, one("SECOND_FACTOR_ON", ""));
    }

    async fn a_recovery_code_signs_in_once_in_place_of_the_app(db: Database) {
        let server = Server::start(&db).await;
        let person = Person::register(&server).await;
        let (_, codes) = turn_on(&person).await;
        assert_eq!(codes.len(), 10);
        let nobody = server.graphql();
        let with = |code: &str| sign_in(&person, json!({ "recoveryCode": code }));
        nobody.payload(LOGIN, with(&codes[0].to_uppercase())).await;
        let twice = nobody.user_errors(LOGIN, with(&codes[0])).await;
        assert_eq!(twice, one("SECOND_FACTOR_INVALID", "recoveryCode"));

        let told: Vec<_> = person.events("MEMBER_SECOND_FACTOR_ENABLED, MEMBER_RECOVERY_CODE_USED", 2).await;
        let told: Vec<_> = told.into_iter().map(|event| event["kind"].clone()).collect();
        assert_eq!(told, ["MEMBER_SECOND_FACTOR_ENABLED", "MEMBER_RECOVERY_CODE_USED"]);
        let stored = "select code_hash as line from recovery_codes where used_at is null";
        assert_eq!(lines(&db, stored).await.len(), 9);
        assert!(!lines(&db, stored).await.concat().contains(&codes[1]));
    }

    async fn new_recovery_codes_take_the_place_of_the_old_ones(db: Database) {
        let server = Server::start(&db).await;
        let person = Person::register(&server).await;
        let (secret, codes) = turn_on(&person).await;
        let nobody = server.graphql();
        let with = |code: &str| sign_in(&person, json!({ "recoveryCode": code }));
        let made = person.graphql.payload(REGENERATE, json!({ "input": { "code": code(&secret, 0) } })).await;
        let old = nobody.user_errors(LOGIN, with(&codes[1])).await;
        assert_eq!(old, one("SECOND_FACTOR_INVALID", "recoveryCode"));
        nobody.payload(LOGIN, with(made["recoveryCodes"][0].as_str().unwrap())).await;
        let told = person.events("MEMBER_RECOVERY_CODES_MADE, MEMBER_RECOVERY_CODE_USED", 2).await;
        assert_eq!(told[0]["kind"], "MEMBER_RECOVERY_CODES_MADE");
    }

    async fn codes_are_turned_off_by_password_and_code_together(db: Database) {
        let server = Server::start(&db).await;
        let (person, other) = (Person::register(&server).await, Person::register(&server).await);
        let (secret, codes) = turn_on(&person).await;
        let off = |password: &str, code: &str| json!({ "input": { "password": password, "code": code } });
        let wrong = person.graphql.user_errors(DISABLE, off("a guess that is wrong", &code(&secret, 0))).await;
        assert_eq!(wrong, one("AUTH_CREDENTIALS_INVALID", "password"));
        let wrong = person.graphql.user_errors(DISABLE, off(&person.password, "000000a")).await;
        assert_eq!(wrong, one("SECOND_FACTOR_INVALID", "code"));
        let done = person.graphql.payload(DISABLE, off(&person.password, &codes[3])).await;
        assert_eq!(done["viewer"]["user"]["totpEnabled"], false);
        server.graphql().payload(LOGIN, sign_in(&person, json!({}))).await;
        for (person, at) in [(&person, "code"), (&other, "code")] {
            let input = json!({ "input": { at: "123456" } });
            for document in [CONFIRM, REGENERATE] {
                let refused = person.graphql.user_errors(document, input.clone()).await;
                assert_eq!(refused, one("SECOND_FACTOR_OFF", ""));
            }
        }
        assert_eq!(lines(&db, "select secret_sealed as line from second_factors").await, [""; 0]);
        assert_eq!(lines(&db, "select code_hash as line from recovery_codes").await, [""; 0]);
    }

    async fn the_route_beside_graphql_asks_for_the_code_too(db: Database) {
        let server = Server::start(&db).await;
        let person = Person::register(&server).await;
        let (secret, codes) = turn_on(&person).await;
        let login = async |more: Value| {
            let body = sign_in(&person, more)["input"].clone();
            let answer = server.graphql().request(Method::POST, "/api/auth/login").json(&body).send().await.unwrap();
            (answer.status(), answer.json::<Value>().await.unwrap())
        };
        let (status, asked) = login(json!({})).await;
        assert_eq!((status, &asked["code"]), (StatusCode::UNAUTHORIZED, &json!("SECOND_FACTOR_REQUIRED")));
        assert!(asked["fields"]["totp_code"].is_string());
        let (status, wrong) = login(json!({ "recovery_code": "nothing like it" })).await;
        assert_eq!((status, &wrong["code"]), (StatusCode::UNAUTHORIZED, &json!("SECOND_FACTOR_INVALID")));
        assert_eq!(login(json!({ "totp_code": code(&secret, 0) })).await.0, StatusCode::OK);
        assert_eq!(login(json!({ "recovery_code": codes[0] })).await.0, StatusCode::OK);
    }

    async fn codes_are_tried_only_so_often(db: Database) {
        let server = Server::start(&db).await;
        let (person, other) = (Person::register(&server).await, Person::register(&server).await);
        let (_, codes) = turn_on(&person).await;
        let mut compared = 0;
        loop {
            let guess = sign_in(&person, json!({ "totpCode": "000000a" }));
            let answer = server.graphql().post(LOGIN, guess).await;
            if answer.body["errors"][0]["extensions"]["code"] == "RATE_LIMITED" {
                break;
            }
            compared += 1;
            assert!(compared < 60, "nobody stops who guesses");
        }
        // Five at once, of which one has confirmed the set-up, and one more every twelve seconds.
        assert!(compared >= 4, "{compared}");
        let right = server.graphql().post(LOGIN, sign_in(&person, json!({ "recoveryCode": codes[0] }))).await;
        assert_eq!(right.error_codes(), ["RATE_LIMITED"]);
        turn_on(&other).await;
    }

    async fn wrong_codes_in_a_row_lock_the_app_are_reported_and_leave_the_recovery_codes(db: Database) {
        let server = Server::on(&db).set("FANFARE_WRONG_CODES_IN_A_ROW", "2").start().await;
        let person = Person::register(&server).await;
        let (secret, codes) = turn_on(&person).await;
        let nobody = server.graphql();
        for _ in 0..2 {
            let wrong = nobody.user_errors(LOGIN, sign_in(&person, json!({ "totpCode": "000000a" }))).await;
            assert_eq!(wrong, one("SECOND_FACTOR_INVALID", "totpCode"));
        }
        let right = nobody.user_errors(LOGIN, sign_in(&person, json!({ "totpCode": code(&secret, 0) }))).await;
        assert_eq!(right, one("SECOND_FACTOR_LOCKED", "totpCode"));
        let told = person.events("MEMBER_SECOND_FACTOR_LOCKED", 1).await;
        assert_eq!(told[0]["summary"], "Too many wrong two-factor codes were given for a member");
        nobody.payload(LOGIN, sign_in(&person, json!({ "recoveryCode": codes[0] }))).await;
        let lock = "select cast(count(*) as text) as line from second_factors where locked_until is not null";
        assert_eq!(lines(&db, lock).await, ["0"], "the recovery code has ended the lock");
    }

    async fn an_api_key_changes_nothing_about_how_its_person_signs_in(db: Database) {
        let server = Server::start(&db).await;
        let person = Person::register(&server).await;
        let document = "mutation($input: CreateApiKeyInput!) { createApiKey(input: $input) { secret userErrors { code } } }";
        let made = person.graphql.payload(document, json!({ "input": { "name": "x", "scopes": ["ADMIN"] } })).await;
        let program = server.graphql().with_token(made["secret"].as_str().unwrap());
        let password = "mutation($input: ChangePasswordInput!) { changePassword(input: $input) { userErrors { code } } }";
        for (document, input) in [
            (BEGIN, json!({ "password": person.password })),
            (CONFIRM, json!({ "code": "123456" })),
            (DISABLE, json!({ "password": person.password, "code": "123456" })),
            (REGENERATE, json!({ "code": "123456" })),
            (password, json!({ "currentPassword": person.password, "newPassword": "another horse battery" })),
        ] {
            let refused = program.post(document, json!({ "input": input })).await;
            assert_eq!(refused.error_codes(), ["FORBIDDEN"], "{document}");
        }
    }
}
