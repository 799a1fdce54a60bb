//! Trading an authorization code (RFC 6749, 4.1.3).

use crate::core::hashing::sha256_base64url;
use crate::core::record::{Code, Record};
use crate::core::store::Transaction;
use fanfare_domain::clock::Timestamp;
use fanfare_domain::platform::Platform;

/// What a client sends with a code.
pub struct Exchange<'a> {
    pub platform: Platform,
    pub code: &'a str,
    pub client_id: &'a str,
    pub redirect_uri: &'a str,
    pub verifier: Option<&'a str>,
}

/// Why a code is refused; each network has its own words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CodeFault {
    /// Unknown, another client's, or of another network.
    Unknown,
    Used,
    Expired,
    RedirectMismatch,
    VerifierMissing,
    VerifierWrong,
}

/// Uses up a code: it works once.
pub fn redeem(
    transaction: &mut Transaction<'_>,
    now: Timestamp,
    sent: &Exchange<'_>,
) -> Result<Code, CodeFault> {
    let code = transaction.state.code(sent.code).ok_or(CodeFault::Unknown)?;
    if code.platform != sent.platform || code.client_id != sent.client_id {
        return Err(CodeFault::Unknown);
    }
    if code.used {
        return Err(CodeFault::Used);
    }
    if code.expires_at <= now {
        return Err(CodeFault::Expired);
    }
    if code.redirect_uri != sent.redirect_uri {
        return Err(CodeFault::RedirectMismatch);
    }
    if let Some(challenge) = &code.challenge {
        let verifier = sent.verifier.ok_or(CodeFault::VerifierMissing)?;
        if sha256_base64url(verifier) != *challenge {
            return Err(CodeFault::VerifierWrong);
        }
    }
    let used = Code { used: true, ..code.clone() };
    transaction.put(Record::Code(used.clone()));
    Ok(used)
}
