//! Consent and tokens (X, "OAuth 2.0 Authorization Code Flow with PKCE"). Refresh tokens are used once.

use super::Twitter;
use super::error::token_refusal;
use crate::pkce::s256_challenge;
use crate::transport::{Transport, read};
use async_trait::async_trait;
use fanfare_platform_api::endpoint;
use fanfare_platform_api::{AuthorizeRequest, OAuthClient, PlatformError, Profile, TokenSet};
use reqwest::{Method, RequestBuilder};
use serde::Deserialize;
use std::time::Duration;
use url::Url;

const SCOPES: &str = "tweet.read tweet.write users.read media.write offline.access dm.read dm.write";

#[derive(Deserialize)]
struct Tokens {
    access_token: String,
    refresh_token: Option<String>,
    /// In seconds.
    expires_in: Option<u64>,
    scope: Option<String>,
}

#[derive(Deserialize)]
struct Me {
    data: User,
}

#[derive(Deserialize)]
struct User {
    id: String,
    name: String,
    username: String,
    profile_image_url: Option<String>,
    public_metrics: Option<PublicMetrics>,
}

#[derive(Deserialize)]
struct PublicMetrics {
    followers_count: Option<i64>,
    following_count: Option<i64>,
}

#[async_trait]
impl OAuthClient for Twitter {
    fn uses_pkce(&self) -> bool {
        true
    }

    fn rotates_refresh_tokens(&self) -> bool {
        true
    }

    fn authorize_url(&self, request: &AuthorizeRequest<'_>) -> Result<Url, PlatformError> {
        let verifier = request.pkce_verifier.ok_or_else(|| PlatformError::Rejected {
            message: "X takes no consent without a PKCE verifier".to_owned(),
        })?;
        let mut url = endpoint(&self.settings.auth_base, &["i", "oauth2", "authorize"])?;
        url.query_pairs_mut()
            .append_pair("response_type", "code")
            .append_pair("client_id", &self.settings.client_id)
            .append_pair("redirect_uri", request.redirect_uri.as_str())
            .append_pair("scope", SCOPES)
            .append_pair("state", request.state)
            .append_pair("code_challenge", &s256_challenge(verifier))
            .append_pair("code_challenge_method", "S256");
        Ok(url)
    }

    async fn exchange_code(
        &self,
        code: &str,
        redirect_uri: &Url,
        pkce_verifier: Option<&str>,
    ) -> Result<TokenSet, PlatformError> {
        self.trade(&[
            ("grant_type", "authorization_code"),
            ("code", code),
            ("redirect_uri", redirect_uri.as_str()),
            ("code_verifier", pkce_verifier.unwrap_or_default()),
        ])
        .await
    }

    async fn refresh(&self, tokens: &TokenSet) -> Result<TokenSet, PlatformError> {
        let Some(refresh_token) = &tokens.refresh_token else {
            return Err(PlatformError::Auth { message: "the account has no refresh token".to_owned() });
        };
        self.trade(&[("grant_type", "refresh_token"), ("refresh_token", refresh_token)]).await
    }

    async fn revoke(&self, tokens: &TokenSet) -> Result<(), PlatformError> {
        if let Some(refresh_token) = &tokens.refresh_token {
            self.forget(refresh_token, "refresh_token").await?;
        }
        self.forget(&tokens.access_token, "access_token").await
    }

    /// `GET /2/users/me`.
    async fn profile(&self, access_token: &str) -> Result<Profile, PlatformError> {
        let request = self
            .api
            .request(Method::GET, &["users", "me"], access_token)?
            .query(&[("user.fields", "profile_image_url,public_metrics")]);
        let Me { data } = self.transport.json(request, Transport::OAUTH_LIMIT, &[access_token]).await?;
        let followers = data.public_metrics.as_ref().and_then(|it| it.followers_count);
        let following = data.public_metrics.as_ref().and_then(|it| it.following_count);
        Ok(Profile {
            remote_id: data.id,
            name: data.name,
            profile_url: endpoint(&self.settings.auth_base, &[&data.username]).ok().map(String::from),
            handle: Some(data.username),
            account_type: "personal".to_owned(),
            picture_url: data.profile_image_url,
            followers_count: followers,
            following_count: following,
        })
    }
}

impl Twitter {
    /// `POST /2/oauth2/token`, for a code or for a refresh token.
    async fn trade(&self, grant: &[(&str, &str)]) -> Result<TokenSet, PlatformError> {
        let reply = self.transport.reply(self.oauth_call("token", grant)?, Transport::OAUTH_LIMIT).await?;
        let now = self.transport.now();
        if !reply.status.is_success() {
            let secrets: Vec<&str> = grant.iter().map(|(_, value)| *value).collect();
            return Err(token_refusal(&reply, now).redacted(&secrets));
        }
        let tokens: Tokens = read(&reply)?;
        Ok(TokenSet {
            access_token: tokens.access_token,
            refresh_token: tokens.refresh_token,
            expires_at: tokens.expires_in.map(|seconds| now.plus(Duration::from_secs(seconds))),
            refresh_expires_at: None,
            scopes: tokens.scope.unwrap_or_default().split_whitespace().map(str::to_owned).collect(),
        })
    }

    /// `POST /2/oauth2/revoke`.
    async fn forget(&self, token: &str, hint: &str) -> Result<(), PlatformError> {
        let form = [("token", token), ("token_type_hint", hint)];
        let reply = self.transport.reply(self.oauth_call("revoke", &form)?, Transport::OAUTH_LIMIT).await?;
        if reply.status.is_success() {
            return Ok(());
        }
        match token_refusal(&reply, self.transport.now()).redacted(&[token]) {
            // A token that is not valid any more needs no revoking.
            PlatformError::Auth { .. } => Ok(()),
            error => Err(error),
        }
    }

    /// A confidential client proves itself by HTTP Basic; a public one has no secret and names itself in the form.
    fn oauth_call(&self, name: &str, form: &[(&str, &str)]) -> Result<RequestBuilder, PlatformError> {
        let url = endpoint(&self.settings.token_base, &[&self.settings.api_version, "oauth2", name])?;
        let request = self.transport.request(Method::POST, url);
        let (id, secret) = (self.settings.client_id.as_str(), self.settings.client_secret.as_str());
        Ok(if secret.is_empty() {
            let named: Vec<_> = form.iter().copied().chain([("client_id", id)]).collect();
            request.form(&named)
        } else {
            request.basic_auth(id, Some(secret)).form(form)
        })
    }
}
