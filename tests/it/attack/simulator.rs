//! Somebody finds the simulator on a server that is in production.

use crate::support::database::on_both_databases;
use crate::support::server::Server;
use reqwest::{Method, StatusCode};

const TOKEN: &str = "a token of the operator";
const CONSENT: &str = "/simulator/twitter/i/oauth2/authorize?client_id=a&response_type=code&scope=tweet.read&state=x\
    &code_challenge=E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM&code_challenge_method=S256&simulate_profile=ada";

on_both_databases! {
    async fn in_production_the_simulator_obeys_the_token_alone_and_sends_nobody_elsewhere(db: Database) {
        let server = Server::on(&db)
            .set("FANFARE_ENV", "production")
            .set("JWT_SECRET", "the secret of a test which is long enough")
            .set("ENCRYPTION_KEY", "l1mZ0Jr5bQ0cT8m2kXo9Yd3VhWq7uNfRsA6eGpLzCbE=")
            .set("FANFARE_PUBLIC_URL", "https://fanfare.example")
            .set("FANFARE_SIMULATOR", "on")
            .set("FANFARE_SIMULATOR_TOKEN", TOKEN)
            .start()
            .await;
        let report = |token: Option<&str>| {
            let graphql = server.graphql();
            let graphql = token.map_or_else(|| graphql.clone(), |token| graphql.with_token(token));
            graphql.request(Method::GET, "/simulator/report").send()
        };
        // From loopback, as everybody is behind a proxy that adds no header.
        assert_eq!(report(None).await.unwrap().status(), StatusCode::FORBIDDEN);
        assert_eq!(report(Some("another token of 16")).await.unwrap().status(), StatusCode::FORBIDDEN);
        assert_eq!(report(Some(TOKEN)).await.unwrap().status(), StatusCode::OK);

        let consent = |redirect: &str| {
            let path = format!("{CONSENT}&redirect_uri={redirect}");
            server.graphql().request(Method::GET, &path).send()
        };
        for elsewhere in ["https://evil.example/api/sns/oauth/twitter/callback", "http://127.0.0.1:1/callback"] {
            let answer = consent(elsewhere).await.unwrap();
            assert_eq!(answer.status(), StatusCode::BAD_REQUEST, "{elsewhere}");
            assert!(!answer.headers().contains_key("location"), "{elsewhere}");
        }
        let back = consent("https://fanfare.example/api/sns/oauth/twitter/callback").await.unwrap();
        assert_eq!(back.status(), StatusCode::FOUND);
    }
}
