//! Who may register.

text_enum! {
    /// Who may register on a server. The first user of a server may always.
    RegistrationMode {
        /// Everyone.
        Open = "open",
        /// Whoever has an invitation into a workspace.
        Invite = "invite",
        /// Nobody.
        Closed = "closed",
    }
}

impl RegistrationMode {
    /// Whether a registration is accepted on a server that has users.
    pub const fn accepts(self, invited: bool) -> bool {
        match self {
            Self::Open => true,
            Self::Invite => invited,
            Self::Closed => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_mode_accepts_exactly_these() {
        let accepted =
            |invited| RegistrationMode::ALL.iter().map(|mode| mode.accepts(invited)).collect::<Vec<_>>();
        assert_eq!(accepted(true), [true, true, false]);
        assert_eq!(accepted(false), [true, false, false]);
    }
}
