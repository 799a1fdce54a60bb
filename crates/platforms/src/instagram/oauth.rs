//! Consent and tokens (Instagram API with Instagram Login, "Business Login"). There is no refresh token: a long-lived
//! token is traded for a new one while it is valid, 60 days from when it was made.

use super::Instagram;
use crate::transport::Transport;
use async_trait::async_trait;
use fanfare_platform_api::endpoint;
use fanfare_platform_api::{AuthorizeRequest, OAuthClient, PlatformError, Profile, TokenSet};
use reqwest::Method;
use serde::Deserialize;
use serde_json::Value;
use std::time::Duration;
use url::Url;

const SCOPES: &str = "instagram_business_basic,instagram_business_content_publish,\
    instagram_business_manage_comments,instagram_business_manage_messages,instagram_business_manage_insights";

/// The documentation shows these answers inside `data`, the API gives them flat: both are read.
#[derive(Deserialize)]
#[serde(untagged)]
enum MaybeWrapped<T> {
    Wrapped { data: Vec<T> },
    Flat(T),
}

impl<T> MaybeWrapped<T> {
    fn into_inner(self) -> Result<T, PlatformError> {
        match self {
            Self::Flat(inner) => Ok(inner),
            Self::Wrapped { data } => data
                .into_iter()
                .next()
                .ok_or_else(|| PlatformError::Unknown { message: "empty answer".to_owned() }),
        }
    }
}

#[derive(Deserialize)]
struct ShortLived {
    access_token: String,
    /// A list, or one text with commas.
    #[serde(default)]
    permissions: Value,
}

impl ShortLived {
    fn scopes(&self) -> Vec<String> {
        let split = |text: &str| text.split(',').map(|it| it.trim().to_owned()).collect::<Vec<_>>();
        match &self.permissions {
            Value::String(text) => split(text),
            Value::Array(items) => items.iter().filter_map(Value::as_str).flat_map(split).collect(),
            _ => Vec::new(),
        }
    }
}

#[derive(Deserialize)]
struct LongLived {
    access_token: String,
    /// In seconds.
    expires_in: Option<u64>,
}

#[derive(Deserialize)]
struct Me {
    /// The professional account's id; `id` is the app-scoped one. A number or a text.
    user_id: Value,
    username: String,
    name: Option<String>,
    account_type: Option<String>,
    profile_picture_url: Option<String>,
    followers_count: Option<i64>,
    follows_count: Option<i64>,
}

#[async_trait]
impl OAuthClient for Instagram {
    fn uses_pkce(&self) -> bool {
        false
    }

    fn rotates_refresh_tokens(&self) -> bool {
        false
    }

    fn authorize_url(&self, request: &AuthorizeRequest<'_>) -> Result<Url, PlatformError> {
        let mut url = endpoint(&self.settings.auth_base, &["oauth", "authorize"])?;
        url.query_pairs_mut()
            .append_pair("client_id", &self.settings.client_id)
            .append_pair("redirect_uri", request.redirect_uri.as_str())
            .append_pair("response_type", "code")
            .append_pair("scope", SCOPES)
            .append_pair("state", request.state);
        Ok(url)
    }

    /// `POST /oauth/access_token`, then `ig_exchange_token`: the first token lives an hour only.
    async fn exchange_code(
        &self,
        code: &str,
        redirect_uri: &Url,
        _pkce_verifier: Option<&str>,
    ) -> Result<TokenSet, PlatformError> {
        // Instagram appends this to the code in the callback's address.
        let code = code.trim_end_matches("#_");
        let url = endpoint(&self.settings.token_base, &["oauth", "access_token"])?;
        let request = self.transport.request(Method::POST, url).form(&[
            ("client_id", self.settings.client_id.as_str()),
            ("client_secret", &self.settings.client_secret),
            ("grant_type", "authorization_code"),
            ("redirect_uri", redirect_uri.as_str()),
            ("code", code),
        ]);
        let secrets = [code, &self.settings.client_secret];
        let short: MaybeWrapped<ShortLived> =
            self.transport.json(request, Transport::OAUTH_LIMIT, &secrets).await?;
        let short = short.into_inner()?;
        let mut tokens = self
            .long_lived(
                "access_token",
                &[
                    ("grant_type", "ig_exchange_token"),
                    ("client_secret", &self.settings.client_secret),
                    ("access_token", &short.access_token),
                ],
            )
            .await?;
        tokens.scopes = short.scopes();
        Ok(tokens)
    }

    async fn refresh(&self, tokens: &TokenSet) -> Result<TokenSet, PlatformError> {
        let query = [("grant_type", "ig_refresh_token"), ("access_token", tokens.access_token.as_str())];
        let mut fresh = self.long_lived("refresh_access_token", &query).await?;
        fresh.scopes.clone_from(&tokens.scopes);
        Ok(fresh)
    }

    /// Instagram login has no such call: people take the consent back in Instagram's settings.
    async fn revoke(&self, _tokens: &TokenSet) -> Result<(), PlatformError> {
        Ok(())
    }

    /// `GET /me`.
    async fn profile(&self, access_token: &str) -> Result<Profile, PlatformError> {
        let fields = "user_id,username,name,account_type,profile_picture_url,followers_count,follows_count";
        let request = self.api.request(Method::GET, &["me"], access_token)?.query(&[("fields", fields)]);
        let me: MaybeWrapped<Me> =
            self.transport.json(request, Transport::OAUTH_LIMIT, &[access_token]).await?;
        let me = me.into_inner()?;
        let remote_id = match me.user_id {
            Value::String(id) => id,
            id => id.to_string(),
        };
        Ok(Profile {
            remote_id,
            name: me.name.filter(|name| !name.is_empty()).unwrap_or_else(|| me.username.clone()),
            profile_url: endpoint(&self.settings.auth_base, &[&me.username]).ok().map(String::from),
            handle: Some(me.username),
            account_type: me.account_type.unwrap_or_default().to_lowercase(),
            picture_url: me.profile_picture_url,
            followers_count: me.followers_count,
            following_count: me.follows_count,
        })
    }
}

impl Instagram {
    /// `GET /access_token` or `GET /refresh_access_token`: these two take the token as a query parameter only.
    async fn long_lived(&self, path: &str, query: &[(&str, &str)]) -> Result<TokenSet, PlatformError> {
        let url = endpoint(&self.settings.api_base, &[path])?;
        let request = self.transport.request(Method::GET, url).query(query);
        let secrets: Vec<&str> =
            query.iter().filter(|(name, _)| *name != "grant_type").map(|(_, value)| *value).collect();
        let answer: LongLived = self.transport.json(request, Transport::OAUTH_LIMIT, &secrets).await?;
        let now = self.transport.now();
        Ok(TokenSet {
            access_token: answer.access_token,
            refresh_token: None,
            expires_at: answer.expires_in.map(|seconds| now.plus(Duration::from_secs(seconds))),
            refresh_expires_at: None,
            scopes: Vec::new(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_answer_is_read_flat_and_wrapped() {
        for body in [
            r#"{"access_token":"t","user_id":178,"permissions":["a","b"]}"#,
            r#"{"data":[{"access_token":"t","user_id":"178","permissions":"a,b"}]}"#,
        ] {
            let short: MaybeWrapped<ShortLived> = serde_json::from_str(body).unwrap();
            let short = short.into_inner().ok().unwrap();
            assert_eq!((short.access_token.as_str(), short.scopes()), ("t", vec!["a".into(), "b".into()]));
        }
    }
}
