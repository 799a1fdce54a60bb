//! Why a connection is closed. Codes from 4400 on are the protocol's; the others are RFC 6455's and its registry's,
//! of which clients take 1001 and 1013 as a reason to connect again.

use axum::extract::ws::CloseFrame;
use std::borrow::Cow;

/// A close frame's payload holds 125 bytes, two of them the code.
const MAX_REASON_BYTES: usize = 123;

/// A code and its words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Close {
    pub code: u16,
    reason: Cow<'static, str>,
}

impl Close {
    const fn new(code: u16, reason: &'static str) -> Self {
        Self { code, reason: Cow::Borrowed(reason) }
    }

    /// 4400: a message that the protocol does not know.
    pub fn invalid_message(reason: impl Into<String>) -> Self {
        Self { code: 4400, reason: Cow::Owned(reason.into()) }
    }

    /// 4409: `id` names an operation that is at work.
    pub fn subscriber_exists(id: &str) -> Self {
        Self { code: 4409, reason: Cow::Owned(format!("Subscriber for {id} already exists")) }
    }

    pub fn frame(&self) -> CloseFrame {
        let end = self.reason.floor_char_boundary(MAX_REASON_BYTES);
        CloseFrame { code: self.code, reason: self.reason.get(..end).unwrap_or_default().into() }
    }
}

pub const GOING_AWAY: Close = Close::new(1001, "The server is stopping");
pub const SILENT: Close = Close::new(1013, "Nothing heard for three pings");
pub const TOO_SLOW: Close = Close::new(1013, "Too slow: messages wait unread; resume from the last cursor");
pub const UNAVAILABLE: Close = Close::new(1013, "Sign-in is not available now");
pub const UNAUTHORIZED: Close = Close::new(4401, "Unauthorized");
pub const FORBIDDEN: Close = Close::new(4403, "Forbidden");
pub const ACCESS_ENDED: Close = Close::new(4403, "Forbidden: the access has ended");
pub const SUBPROTOCOL_NOT_ACCEPTABLE: Close = Close::new(4406, "Subprotocol not acceptable");
pub const INIT_TIMEOUT: Close = Close::new(4408, "Connection initialisation timeout");
pub const TOO_MANY_INITS: Close = Close::new(4429, "Too many initialisation requests");
/// The protocol's code for too much of something: clients do not connect again by themselves, which would not help.
pub const TOO_MANY_SOCKETS: Close = Close::new(4429, "Too many live connections of this user");

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn any_reason_fits_into_a_close_frame(reason in prop_oneof![any::<String>(), "[é語🦀]{20,200}"]) {
            let frame = Close::invalid_message(reason.clone()).frame();
            prop_assert!(frame.reason.len() <= MAX_REASON_BYTES && reason.starts_with(frame.reason.as_str()));
            prop_assert!(Close::subscriber_exists(&reason).frame().reason.len() <= MAX_REASON_BYTES);
        }
    }
}
