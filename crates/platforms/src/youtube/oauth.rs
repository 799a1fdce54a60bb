//! Consent and tokens (Google Identity, "OAuth 2.0 for Web Server Applications"). The refresh token does not rotate.

use super::Youtube;
use super::error::token_refusal;
use crate::pkce::s256_challenge;
use crate::transport::{Transport, read};
use async_trait::async_trait;
use fanfare_platform_api::endpoint;
use fanfare_platform_api::{AuthorizeRequest, OAuthClient, PlatformError, Profile, TokenSet};
use reqwest::Method;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::time::Duration;
use url::Url;

const SCOPES: &str = "https://www.googleapis.com/auth/youtube.upload \
    https://www.googleapis.com/auth/youtube.readonly \
    https://www.googleapis.com/auth/youtube.force-ssl \
    https://www.googleapis.com/auth/yt-analytics.readonly";

#[derive(Deserialize)]
struct Tokens {
    access_token: String,
    refresh_token: Option<String>,
    /// In seconds.
    expires_in: Option<u64>,
    /// In seconds; there where access was granted for a time only.
    refresh_token_expires_in: Option<u64>,
    scope: Option<String>,
}

#[derive(Deserialize)]
struct Channels {
    #[serde(default)]
    items: Vec<Channel>,
}

#[derive(Deserialize)]
struct Channel {
    id: String,
    snippet: Snippet,
    statistics: Option<Statistics>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Snippet {
    title: String,
    /// The handle, with `@`.
    custom_url: Option<String>,
    #[serde(default)]
    thumbnails: BTreeMap<String, Thumbnail>,
}

#[derive(Deserialize)]
struct Thumbnail {
    url: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Statistics {
    /// A number as text.
    subscriber_count: Option<String>,
}

#[async_trait]
impl OAuthClient for Youtube {
    fn uses_pkce(&self) -> bool {
        true
    }

    fn rotates_refresh_tokens(&self) -> bool {
        false
    }

    fn authorize_url(&self, request: &AuthorizeRequest<'_>) -> Result<Url, PlatformError> {
        let mut url = endpoint(&self.settings.auth_base, &["o", "oauth2", "v2", "auth"])?;
        url.query_pairs_mut()
            .append_pair("client_id", &self.settings.client_id)
            .append_pair("redirect_uri", request.redirect_uri.as_str())
            .append_pair("response_type", "code")
            .append_pair("scope", SCOPES)
            // A refresh token is given for offline access, and again only where consent is asked for again.
            .append_pair("access_type", "offline")
            .append_pair("prompt", "consent")
            .append_pair("state", request.state);
        if let Some(verifier) = request.pkce_verifier {
            url.query_pairs_mut()
                .append_pair("code_challenge", &s256_challenge(verifier))
                .append_pair("code_challenge_method", "S256");
        }
        Ok(url)
    }

    async fn exchange_code(
        &self,
        code: &str,
        redirect_uri: &Url,
        pkce_verifier: Option<&str>,
    ) -> Result<TokenSet, PlatformError> {
        let mut grant = vec![
            ("grant_type", "authorization_code"),
            ("code", code),
            ("redirect_uri", redirect_uri.as_str()),
        ];
        grant.extend(pkce_verifier.map(|verifier| ("code_verifier", verifier)));
        self.trade(&grant).await
    }

    /// Google gives no new refresh token: the old one is kept.
    async fn refresh(&self, tokens: &TokenSet) -> Result<TokenSet, PlatformError> {
        let Some(refresh_token) = &tokens.refresh_token else {
            return Err(PlatformError::Auth { message: "the account has no refresh token".to_owned() });
        };
        let mut fresh =
            self.trade(&[("grant_type", "refresh_token"), ("refresh_token", refresh_token)]).await?;
        fresh.refresh_token.get_or_insert_with(|| refresh_token.clone());
        fresh.refresh_expires_at = fresh.refresh_expires_at.or(tokens.refresh_expires_at);
        Ok(fresh)
    }

    async fn revoke(&self, tokens: &TokenSet) -> Result<(), PlatformError> {
        self.forget(tokens.refresh_token.as_deref().unwrap_or(&tokens.access_token)).await
    }

    /// `GET /youtube/v3/channels?mine=true`.
    async fn profile(&self, access_token: &str) -> Result<Profile, PlatformError> {
        let request = self
            .api
            .request(Method::GET, &["channels"], access_token)?
            .query(&[("part", "snippet,statistics"), ("mine", "true")]);
        let channels: Channels =
            self.transport.json(request, Transport::OAUTH_LIMIT, &[access_token]).await?;
        let Some(channel) = channels.items.into_iter().next() else {
            return Err(PlatformError::Rejected { message: "the Google account has no channel".to_owned() });
        };
        let mut thumbnails = channel.snippet.thumbnails;
        let picture = thumbnails.remove("medium").or_else(|| thumbnails.remove("default"));
        Ok(Profile {
            name: channel.snippet.title,
            handle: channel.snippet.custom_url.map(|handle| handle.trim_start_matches('@').to_owned()),
            account_type: "channel".to_owned(),
            picture_url: picture.map(|thumbnail| thumbnail.url),
            profile_url: self.page(&["channel", &channel.id]).ok().map(String::from),
            followers_count: channel.statistics.and_then(|it| it.subscriber_count?.parse().ok()),
            following_count: None,
            remote_id: channel.id,
        })
    }
}

impl Youtube {
    /// `POST /token`, for a code or for a refresh token.
    async fn trade(&self, grant: &[(&str, &str)]) -> Result<TokenSet, PlatformError> {
        let url = endpoint(&self.settings.token_base, &["token"])?;
        let client = [
            ("client_id", self.settings.client_id.as_str()),
            ("client_secret", self.settings.client_secret.as_str()),
        ];
        let form: Vec<_> = grant.iter().chain(&client).copied().collect();
        let request = self.transport.request(Method::POST, url).form(&form);
        let reply = self.transport.reply(request, Transport::OAUTH_LIMIT).await?;
        let now = self.transport.now();
        if !reply.status.is_success() {
            let secrets: Vec<&str> = grant.iter().map(|(_, value)| *value).collect();
            return Err(token_refusal(&reply, now).redacted(&secrets));
        }
        let tokens: Tokens = read(&reply)?;
        let after = |seconds: Option<u64>| seconds.map(|seconds| now.plus(Duration::from_secs(seconds)));
        Ok(TokenSet {
            access_token: tokens.access_token,
            refresh_token: tokens.refresh_token,
            expires_at: after(tokens.expires_in),
            refresh_expires_at: after(tokens.refresh_token_expires_in),
            scopes: tokens.scope.unwrap_or_default().split_whitespace().map(str::to_owned).collect(),
        })
    }

    /// `POST /revoke`: revoking either token ends the whole grant.
    async fn forget(&self, token: &str) -> Result<(), PlatformError> {
        let url = endpoint(&self.settings.token_base, &["revoke"])?;
        let request = self.transport.request(Method::POST, url).form(&[("token", token)]);
        let reply = self.transport.reply(request, Transport::OAUTH_LIMIT).await?;
        if reply.status.is_success() {
            return Ok(());
        }
        match token_refusal(&reply, self.transport.now()).redacted(&[token]) {
            // A token that is not valid any more needs no revoking.
            PlatformError::Auth { .. } => Ok(()),
            error => Err(error),
        }
    }
}
