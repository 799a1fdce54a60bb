//! How an account's tokens are sealed and opened: the one place that knows to which row a sealed token is bound.

use super::seal::{Place, SealError, Sealer};
use fanfare_domain::id::WorkspaceId;
use fanfare_domain::platform::Platform;

/// The account that tokens belong to. It is told by the network's id, which is known before the row is stored and
/// stays when the account is connected again.
#[derive(Clone, Copy, Debug)]
pub struct TokenOwner<'a> {
    pub workspace: WorkspaceId,
    pub platform: Platform,
    pub remote_id: &'a str,
}

/// An access token and the refresh token that comes with it: in the clear where they are opened, sealed where they
/// are stored. `Debug` hides both.
#[derive(Clone, PartialEq, Eq)]
pub struct TokenPair {
    pub access: String,
    /// `None`: the network gave none.
    pub refresh: Option<String>,
}

impl TokenPair {
    /// The pair as it is stored.
    pub fn seal(&self, sealer: &Sealer, owner: TokenOwner<'_>) -> Result<Self, SealError> {
        let name = owner.name();
        Ok(Self {
            access: sealer.seal(&self.access, place(ACCESS, &name))?,
            refresh: match &self.refresh {
                Some(refresh) => Some(sealer.seal(refresh, place(REFRESH, &name))?),
                None => None,
            },
        })
    }

    /// The pair in the clear, from the columns of its account.
    pub fn open(
        sealer: &Sealer,
        owner: TokenOwner<'_>,
        access_sealed: &str,
        refresh_sealed: Option<&str>,
    ) -> Result<Self, SealError> {
        let name = owner.name();
        Ok(Self {
            access: sealer.open(access_sealed, place(ACCESS, &name))?,
            refresh: match refresh_sealed {
                Some(sealed) => Some(sealer.open(sealed, place(REFRESH, &name))?),
                None => None,
            },
        })
    }
}

impl TokenPair {
    /// The sealed pair sealed again with the first key; `None` where that key has sealed both.
    pub fn reseal(
        sealer: &Sealer,
        owner: TokenOwner<'_>,
        access_sealed: &str,
        refresh_sealed: Option<&str>,
    ) -> Result<Option<Self>, SealError> {
        let refresh_is_old = refresh_sealed.map(|sealed| sealer.needs_reseal(sealed)).transpose()?;
        if !sealer.needs_reseal(access_sealed)? && refresh_is_old != Some(true) {
            return Ok(None);
        }
        Ok(Some(Self::open(sealer, owner, access_sealed, refresh_sealed)?.seal(sealer, owner)?))
    }
}

impl std::fmt::Debug for TokenPair {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("TokenPair(***)")
    }
}

impl TokenOwner<'_> {
    fn name(&self) -> String {
        format!("workspace {}, {} {}", self.workspace, self.platform, self.remote_id)
    }
}

const ACCESS: &str = "access_token_sealed";
const REFRESH: &str = "refresh_token_sealed";

fn place<'a>(column: &'a str, owner: &'a str) -> Place<'a> {
    Place { table: "accounts", column, owner }
}

#[cfg(test)]
mod tests {
    use super::*;

    const OWNER: TokenOwner<'_> =
        TokenOwner { workspace: WorkspaceId(3), platform: Platform::Twitter, remote_id: "7" };

    fn sealer() -> Sealer {
        Sealer::new([("k1".to_owned(), [1; 32])]).unwrap()
    }

    #[test]
    fn tokens_open_for_their_account_alone_and_not_in_each_others_place() {
        let pair = TokenPair { access: "planted-a".to_owned(), refresh: Some("planted-r".to_owned()) };
        let sealed = pair.seal(&sealer(), OWNER).unwrap();
        let refresh = sealed.refresh.as_deref();
        assert_eq!(TokenPair::open(&sealer(), OWNER, &sealed.access, refresh).unwrap(), pair);
        for other in [
            TokenOwner { workspace: WorkspaceId(4), ..OWNER },
            TokenOwner { platform: Platform::Threads, ..OWNER },
            TokenOwner { remote_id: "8", ..OWNER },
        ] {
            assert_eq!(TokenPair::open(&sealer(), other, &sealed.access, None), Err(SealError::Tampered));
        }
        assert_eq!(TokenPair::open(&sealer(), OWNER, refresh.unwrap(), None), Err(SealError::Tampered));
    }

    #[test]
    fn a_pair_is_sealed_anew_where_an_old_key_has_sealed_a_part_of_it() {
        let pair = TokenPair { access: "a".to_owned(), refresh: Some("r".to_owned()) };
        let rotated = Sealer::new([("k2".to_owned(), [2; 32]), ("k1".to_owned(), [1; 32])]).unwrap();
        let (old, new) = (pair.seal(&sealer(), OWNER).unwrap(), pair.seal(&rotated, OWNER).unwrap());
        let reseal = |access: &TokenPair, refresh: &TokenPair| {
            TokenPair::reseal(&rotated, OWNER, &access.access, refresh.refresh.as_deref()).unwrap()
        };
        for (access, refresh) in [(&old, &old), (&old, &new), (&new, &old)] {
            let sealed = reseal(access, refresh).unwrap();
            let alone = Sealer::new([("k2".to_owned(), [2; 32])]).unwrap();
            let opened = TokenPair::open(&alone, OWNER, &sealed.access, sealed.refresh.as_deref());
            assert_eq!(opened.unwrap(), pair);
        }
        assert!(reseal(&new, &new).is_none());
    }

    #[test]
    fn debug_output_hides_the_tokens() {
        let pair = TokenPair { access: "planted-a".to_owned(), refresh: Some("planted-r".to_owned()) };
        assert!(!format!("{pair:?}").contains("planted"));
    }
}
