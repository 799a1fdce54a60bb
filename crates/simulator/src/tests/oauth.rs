//! Consent and tokens.

use super::server::{REDIRECT, Server, VERIFIER, body, parameter};
use fanfare_domain::platform::Platform;
use reqwest::Method;
use serde_json::json;
use std::time::Duration;

const ALL: [Platform; 3] = [Platform::Twitter, Platform::Instagram, Platform::Youtube];

#[tokio::test]
async fn the_consent_page_is_a_form_that_leads_back_with_code_and_state() {
    let server = Server::start().await;
    for platform in ALL {
        let page = server.send(server.authorize(platform, &[])).await;
        let html = String::from_utf8(page.body.to_vec()).unwrap();
        assert_eq!(page.status, 200);
        assert!(html.contains("<form method=\"post\">") && !html.contains("<script"));
        assert!(page.header("content-security-policy").unwrap().contains("default-src 'none'"));

        let url = server.authorize(platform, &[]).build().unwrap().url().clone();
        let choice = [("profile", "ada"), ("decision", "approve")];
        let reply = server.send(server.http.request(Method::POST, url).form(&choice)).await;
        let target = reply.header("location").unwrap().parse().unwrap();
        assert_eq!(reply.status, 302);
        assert_eq!(parameter(&target, "state").as_deref(), Some("the-state"));
        assert!(parameter(&target, "code").is_some());
    }
}

#[tokio::test]
async fn a_refused_consent_leads_back_with_access_denied() {
    let server = Server::start().await;
    for platform in ALL {
        let target = server.consent(platform, &[("simulate_decision", "deny")]).await;
        assert_eq!(parameter(&target, "error").as_deref(), Some("access_denied"));
        assert_eq!(parameter(&target, "state").as_deref(), Some("the-state"));
        assert_eq!(parameter(&target, "code"), None);
    }
}

#[tokio::test]
async fn a_page_shows_text_from_outside_as_text() {
    let server = Server::start().await;
    let url =
        server.url(Platform::Youtube, "/o/oauth2/v2/auth?client_id=a&response_type=code&scope=%3Cscript%3E");
    let reply = server.send(server.http.request(Method::GET, url)).await;
    assert_eq!(reply.status, 400);
    let mut url = server.authorize(Platform::Youtube, &[]).build().unwrap().url().clone();
    url.query_pairs_mut().clear().extend_pairs([
        ("client_id", "a"),
        ("redirect_uri", REDIRECT),
        ("response_type", "code"),
        ("scope", "<script>"),
    ]);
    let reply = server.send(server.http.request(Method::GET, url)).await;
    assert_eq!(reply.status, 200);
    assert!(!String::from_utf8_lossy(&reply.body).contains("<script>"));
}

#[tokio::test]
async fn a_code_works_once_and_only_with_its_redirect_uri_and_verifier() {
    let server = Server::start().await;
    for platform in ALL {
        let code = server.code(platform, "ada").await;
        let other = server.exchange(platform, &code, VERIFIER, "http://127.0.0.1:9/elsewhere").await;
        assert_eq!(other.status, 400, "{platform}");
        let verifier = server.exchange(platform, &code, "another-verifier", REDIRECT).await;
        let checks_verifier = platform != Platform::Instagram;
        assert_eq!(verifier.status == 400, checks_verifier, "{platform}");
        if checks_verifier {
            assert_eq!(server.exchange(platform, &code, VERIFIER, REDIRECT).await.status, 200, "{platform}");
        }
        let again = server.exchange(platform, &code, VERIFIER, REDIRECT).await;
        assert_eq!(again.status, 400, "{platform}");
    }
}

#[tokio::test]
async fn a_code_that_waits_too_long_is_refused() {
    let server = Server::start().await;
    for platform in ALL {
        let code = server.code(platform, "ada").await;
        server.clock.forward(Duration::from_secs(3_601));
        assert_eq!(server.exchange(platform, &code, VERIFIER, REDIRECT).await.status, 400, "{platform}");
    }
}

#[tokio::test]
async fn x_wants_basic_authentication_and_pkce() {
    let server = Server::start().await;
    let form = [("grant_type", "authorization_code"), ("code", "x"), ("redirect_uri", REDIRECT)];
    let request = server.request(Method::POST, Platform::Twitter, "/2/oauth2/token").form(&form);
    let reply = server.send(request).await;
    assert_eq!(reply.status, 401);
    assert_eq!(body(&reply)["error"], "unauthorized_client");
    let query = "?client_id=a&redirect_uri=http%3A%2F%2F127.0.0.1%3A9%2F&response_type=code&scope=s&state=x";
    let url = server.url(Platform::Twitter, &format!("/i/oauth2/authorize{query}"));
    assert_eq!(server.send(server.http.request(Method::GET, url)).await.status, 400);
}

#[tokio::test]
async fn a_refresh_token_of_x_works_once() {
    let server = Server::start().await;
    let tokens = server.connect(Platform::Twitter, "ada").await;
    let form =
        [("grant_type", "refresh_token"), ("refresh_token", tokens["refresh_token"].as_str().unwrap())];
    let request = || {
        let request = server.request(Method::POST, Platform::Twitter, "/2/oauth2/token");
        request.basic_auth("app", Some("secret")).form(&form)
    };
    let fresh = server.send(request()).await;
    assert_eq!(fresh.status, 200);
    assert_ne!(body(&fresh)["refresh_token"], tokens["refresh_token"]);
    let again = server.send(request()).await;
    assert_eq!(again.status, 400);
    assert_eq!(body(&again)["error"], "invalid_request");
    let calls = &server.report().await["accounts"][0]["calls"]["refresh"];
    assert_eq!(*calls, json!({ "received": 2, "effective": 1 }));
}

#[tokio::test]
async fn a_refresh_token_of_google_stays_the_same_until_it_is_revoked() {
    let server = Server::start().await;
    let tokens = server.connect(Platform::Youtube, "ada").await;
    let refresh = tokens["refresh_token"].as_str().unwrap();
    let form = [
        ("grant_type", "refresh_token"),
        ("refresh_token", refresh),
        ("client_id", "app"),
        ("client_secret", "secret"),
    ];
    let request = || server.request(Method::POST, Platform::Youtube, "/token").form(&form);
    for _ in 0..2 {
        let reply = server.send(request()).await;
        assert_eq!(reply.status, 200);
        assert!(body(&reply).get("refresh_token").is_none());
    }
    let revoke = server.request(Method::POST, Platform::Youtube, "/revoke").form(&[("token", refresh)]);
    assert_eq!(server.send(revoke).await.status, 200);
    let reply = server.send(request()).await;
    assert_eq!((reply.status.as_u16(), body(&reply)["error"].clone()), (400, json!("invalid_grant")));
}

#[tokio::test]
async fn instagram_trades_a_short_lived_token_for_one_that_renews_after_a_day() {
    let server = Server::start().await;
    let short = server.access_token(Platform::Instagram, "ada").await;
    let query = [("grant_type", "ig_exchange_token"), ("client_secret", "s"), ("access_token", &short)];
    let reply =
        server.send(server.request(Method::GET, Platform::Instagram, "/access_token").query(&query)).await;
    let long = body(&reply)["access_token"].as_str().unwrap().to_owned();
    assert_eq!(body(&reply)["expires_in"], 5_184_000);
    let query = [("grant_type", "ig_refresh_token"), ("access_token", long.as_str())];
    let request = || server.request(Method::GET, Platform::Instagram, "/refresh_access_token").query(&query);
    assert_eq!(server.send(request()).await.status, 400);
    server.clock.forward(Duration::from_secs(86_401));
    assert_eq!(server.send(request()).await.status, 200);
}

#[tokio::test]
async fn tokens_expire_with_the_networks_own_words() {
    let server = Server::start().await;
    let x = server.access_token(Platform::Twitter, "ada").await;
    let instagram = server.access_token(Platform::Instagram, "ada").await;
    let youtube = server.access_token(Platform::Youtube, "ada").await;
    server.clock.forward(Duration::from_secs(7_201));
    let reply = server.tweet(&x, "late").await.unwrap();
    assert_eq!((reply.status.as_u16(), body(&reply)["title"].clone()), (401, json!("Unauthorized")));
    let request = server.request(Method::GET, Platform::Instagram, "/v23.0/me");
    let reply = server.send(request.query(&[("access_token", instagram)])).await;
    assert_eq!((reply.status.as_u16(), body(&reply)["error"]["code"].clone()), (400, json!(190)));
    let request = server.request(Method::GET, Platform::Youtube, "/youtube/v3/channels?part=id&mine=true");
    let reply = server.send(request.bearer_auth(youtube)).await;
    assert_eq!(
        (reply.status.as_u16(), body(&reply)["error"]["status"].clone()),
        (401, json!("UNAUTHENTICATED"))
    );
}

#[tokio::test]
async fn the_same_profile_name_is_the_same_account() {
    let server = Server::start().await;
    for platform in ALL {
        server.connect(platform, "ada").await;
        server.connect(platform, "ada").await;
        server.connect(platform, "grace").await;
    }
    assert_eq!(server.report().await["accounts"].as_array().unwrap().len(), 6);
}

#[tokio::test]
async fn nobody_is_sent_on_to_an_address_that_no_client_registered() {
    let server = Server::start().await;
    for platform in ALL {
        for decision in [("simulate_profile", "ada"), ("simulate_decision", "deny")] {
            let mut url = server.authorize(platform, &[decision]).build().unwrap().url().clone();
            let others: Vec<(String, String)> =
                url.query_pairs().into_owned().filter(|(name, _)| name != "redirect_uri").collect();
            url.query_pairs_mut()
                .clear()
                .extend_pairs(others)
                .append_pair("redirect_uri", "https://evil.example/api/sns/oauth/twitter/callback");
            let reply = server.send(server.http.request(Method::GET, url)).await;
            assert_eq!((reply.status.as_u16(), reply.header("location")), (400, None), "{platform}");
        }
    }
}

#[tokio::test]
async fn consents_that_are_repeated_keep_the_journal_small() {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::start_in(folder.path(), None).await;
    for _ in 0..60 {
        server.access_token(Platform::Twitter, "ada").await;
        server.clock.forward(Duration::from_hours(1));
    }
    let (codes, grants) = server.simulator.store().read(|state| {
        let grants: std::collections::BTreeSet<&str> = state.tokens().map(|token| &*token.grant).collect();
        (state.codes().count(), grants.len())
    });
    assert!(codes <= 1 && grants <= 25, "{codes} codes, {grants} consents");
}

#[tokio::test]
async fn tokens_that_are_renewed_keep_the_journal_small() {
    let server = Server::start().await;
    let tokens = server.connect(Platform::Youtube, "ada").await;
    let refresh = tokens["refresh_token"].as_str().unwrap();
    let form = [
        ("grant_type", "refresh_token"),
        ("refresh_token", refresh),
        ("client_id", "app"),
        ("client_secret", "secret"),
    ];
    for _ in 0..60 {
        let request = server.request(Method::POST, Platform::Youtube, "/token").form(&form);
        assert_eq!(server.send(request).await.status, 200);
    }
    // The refresh token, which stays the same, and the newest access tokens.
    assert_eq!(server.simulator.store().read(|state| state.tokens().count()), 51);
}

#[tokio::test]
async fn so_many_consents_wait_and_no_more() {
    let server = Server::start().await;
    for _ in 0..1_000 {
        server.code(Platform::Youtube, "ada").await;
    }
    let refused = server.send(server.authorize(Platform::Youtube, &[("simulate_profile", "ada")])).await;
    assert_eq!(refused.status, 429);
    server.clock.forward(Duration::from_hours(24));
    server.code(Platform::Youtube, "ada").await;
}
