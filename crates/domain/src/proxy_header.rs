//! The header in which proxies tell who they speak for.

/// Which of the headers the trusted proxies write. Only that one is read: a client can send the other, and a proxy that
/// does not know it passes it on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ProxyHeader {
    /// `X-Forwarded-For`: addresses separated by commas, the nearest last.
    #[default]
    XForwardedFor,
    /// `Forwarded` (RFC 7239): elements separated by commas, the nearest last, with the address under `for`.
    Forwarded,
}

impl ProxyHeader {
    /// In lower case.
    pub const fn name(self) -> &'static str {
        match self {
            Self::XForwardedFor => "x-forwarded-for",
            Self::Forwarded => "forwarded",
        }
    }
}
