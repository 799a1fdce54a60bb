//! The workspace that a trial starts with.

use anyhow::Context as _;
use fanfare::services::Services;
use std::path::Path;
use std::sync::Arc;

const EMAIL: &str = "demo@example.com";

/// How to sign in to it.
pub struct SignIn {
    pub email: &'static str,
    pub password: String,
}

/// Makes the demo workspace if it is not there. Its password is made once and kept in the data folder.
pub async fn ensure(services: &Arc<Services>, data: &Path) -> anyhow::Result<SignIn> {
    let path = data.join("demo-password");
    let password = match std::fs::read_to_string(&path) {
        Ok(text) => text.trim().to_owned(),
        Err(_) => make(services, &path).await?,
    };
    Ok(SignIn { email: EMAIL, password })
}
