//! The workspace that a trial starts with.

use anyhow::Context as _;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use fanfare_domain::user_error::UserErrorCode;
use fanfare_services::session::Registration;
use fanfare_services::{ServiceError, Services};
use std::fs::OpenOptions;
use std::io::Write as _;
use std::net::{IpAddr, Ipv4Addr};
use std::os::unix::fs::OpenOptionsExt as _;
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
        Err(_) => make_password(&path).context("FANFARE_DATA: the demo's password cannot be kept")?,
    };
    let registration = Registration {
        email: EMAIL.to_owned(),
        password: password.clone(),
        name: "Demo".to_owned(),
        workspace_name: Some("Demo workspace".to_owned()),
        time_zone: None,
        invitation: None,
    };
    match services.sessions().register_by_operator(IpAddr::V4(Ipv4Addr::LOCALHOST), registration).await {
        Ok(_) => {}
        Err(ServiceError::User(errors)) if errors.iter().all(|e| e.code == UserErrorCode::AuthEmailTaken) => {
        }
        Err(ServiceError::User(errors)) => anyhow::bail!("the demo workspace: {errors:?}"),
        Err(error) => return Err(error).context("the demo workspace"),
    }
    Ok(SignIn { email: EMAIL, password })
}

fn make_password(path: &Path) -> std::io::Result<String> {
    let password = URL_SAFE_NO_PAD.encode(rand::random::<[u8; 12]>());
    let mut file = OpenOptions::new().create(true).truncate(true).write(true).mode(0o600).open(path)?;
    writeln!(file, "{password}")?;
    Ok(password)
}
