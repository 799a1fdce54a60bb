//! What the lines of an import call by its name: accounts and campaigns.

use super::file::quoted;
use crate::context::ServiceResult;
use fanfare_domain::account::AccountStatus;
use fanfare_domain::global_id;
use fanfare_domain::id::{AccountId, CampaignId, WorkspaceId};
use fanfare_domain::platform::Platform;
use fanfare_domain::user_error::{UserError, UserErrorCode};
use fanfare_storage::Db;
use std::collections::{BTreeSet, HashMap};

/// An account that some line may mean.
#[derive(Clone, Debug)]
struct Named {
    id: AccountId,
    platform: Platform,
    connected: bool,
}

/// The accounts and campaigns that have one of the names in some lines.
#[derive(Debug, Default)]
pub struct Names {
    accounts: HashMap<String, Vec<Named>>,
    campaigns: HashMap<String, Vec<CampaignId>>,
}

impl Names {
    /// Looks up what is called by these cells of accounts and campaigns.
    pub(super) async fn find(
        db: &Db,
        workspace: WorkspaceId,
        accounts: &BTreeSet<&str>,
        campaigns: &BTreeSet<&str>,
    ) -> ServiceResult<Names> {
        let mut names = Names::default();
        let wanted: BTreeSet<&str> = accounts
            .iter()
            .flat_map(|cell| spellings(cell).into_iter().chain(spellings(of_platform(cell).1)))
            .collect();
        let wanted: Vec<&str> = wanted.into_iter().filter(|name| !name.is_empty()).collect();
        if !wanted.is_empty() {
            for (id, platform, status, called) in db.accounts().called(workspace, &wanted).await? {
                let connected = status != AccountStatus::Disconnected;
                let called: BTreeSet<String> = called.into_iter().flatten().collect();
                for name in called {
                    names.accounts.entry(name).or_default().push(Named { id, platform, connected });
                }
            }
        }
        let wanted: Vec<&str> =
            campaigns.iter().copied().filter(|name| row_of(name, CampaignId::KIND).is_none()).collect();
        if !wanted.is_empty() {
            for (id, name) in db.campaigns().called(workspace, &wanted).await? {
                names.campaigns.entry(name).or_default().push(id);
            }
        }
        Ok(names)
    }

    /// The account that a cell means: by its id, its name or its handle, of one network where that is said too.
    pub fn account(&self, cell: &str, field: &str) -> Result<AccountId, UserError> {
        if let Some(row) = row_of(cell, AccountId::KIND) {
            return Ok(AccountId(row));
        }
        let (platform, name) = of_platform(cell);
        // A name may hold a colon itself.
        let mut found = self.called(cell, None);
        if found.is_empty() && platform.is_some() {
            found = self.called(name, platform);
        }
        if found.iter().any(|account| account.connected) {
            found.retain(|account| account.connected);
        }
        match found.as_slice() {
            [account] => Ok(account.id),
            [] => {
                let words = format!("No account is called \"{}\".", quoted(cell));
                Err(UserError::new(UserErrorCode::NotFound, field, words))
            }
            several => {
                let words = format!(
                    "{} accounts are called \"{}\"; write the network before the name, such as twitter:{}, or the id.",
                    several.len(),
                    quoted(cell),
                    quoted(name)
                );
                Err(UserError::new(UserErrorCode::Invalid, field, words))
            }
        }
    }

    fn called(&self, name: &str, platform: Option<Platform>) -> Vec<Named> {
        let found = spellings(name).into_iter().find_map(|name| self.accounts.get(name));
        found
            .into_iter()
            .flatten()
            .filter(|account| platform.is_none_or(|it| it == account.platform))
            .cloned()
            .collect()
    }

    /// The campaign that a cell means, by its id or its name.
    pub fn campaign(&self, cell: &str, field: &str) -> Result<CampaignId, UserError> {
        if let Some(row) = row_of(cell, CampaignId::KIND) {
            return Ok(CampaignId(row));
        }
        match self.campaigns.get(cell).map(Vec::as_slice).unwrap_or_default() {
            [id] => Ok(*id),
            [] => {
                let words = format!("No campaign is called \"{}\".", quoted(cell));
                Err(UserError::new(UserErrorCode::NotFound, field, words))
            }
            several => {
                let words =
                    format!("{} campaigns are called \"{}\"; write the id.", several.len(), quoted(cell));
                Err(UserError::new(UserErrorCode::Invalid, field, words))
            }
        }
    }
}

/// The row that a cell means by its number or by its global id. `None`: it is no id of such a noun.
pub fn row_of(cell: &str, noun: &str) -> Option<i64> {
    let number = cell.parse().ok().filter(|row: &i64| *row > 0);
    number.or_else(|| global_id::decode(cell).filter(|(of, _)| of == noun).map(|(_, row)| row))
}

/// `twitter:Ada` is an account of that network.
fn of_platform(cell: &str) -> (Option<Platform>, &str) {
    let named = cell
        .split_once(':')
        .and_then(|(platform, name)| Some((Platform::parse(&platform.trim().to_lowercase())?, name.trim())));
    named.map_or((None, cell), |(platform, name)| (Some(platform), name))
}

/// A name, and the handle that it may be: those are stored without @.
fn spellings(name: &str) -> [&str; 2] {
    [name, name.strip_prefix('@').unwrap_or(name)]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names() -> Names {
        let account = |id, platform, connected| Named { id: AccountId(id), platform, connected };
        let mut names = Names::default();
        let ada = vec![account(1, Platform::Twitter, true), account(2, Platform::Youtube, true)];
        names.accounts.insert("Ada".to_owned(), ada);
        let bea = vec![account(3, Platform::Twitter, false), account(4, Platform::Twitter, true)];
        names.accounts.insert("bea".to_owned(), bea);
        names.campaigns.insert("Spring".to_owned(), vec![CampaignId(7)]);
        names
    }

    #[test]
    fn an_account_is_found_by_id_by_name_and_by_network_and_name() {
        let found = |cell: &str| names().account(cell, "accountIds.0").map_err(|error| error.code);
        assert_eq!(found("12"), Ok(AccountId(12)));
        assert_eq!(found(&global_id::encode("account", 12)), Ok(AccountId(12)));
        assert_eq!(found("twitter:Ada"), Ok(AccountId(1)));
        assert_eq!(found("YouTube: Ada"), Ok(AccountId(2)));
        assert_eq!(found("@bea"), Ok(AccountId(4)), "the one that is connected");
        assert_eq!(found("Ada"), Err(UserErrorCode::Invalid), "two are called that");
        assert_eq!(found("pinterest:Ada"), Err(UserErrorCode::NotFound));
        assert_eq!(found(&global_id::encode("post", 12)), Err(UserErrorCode::NotFound));
    }

    #[test]
    fn a_campaign_is_found_by_id_and_by_name() {
        let found = |cell: &str| names().campaign(cell, "campaignId").map_err(|error| error.code);
        assert_eq!((found("7"), found("Spring")), (Ok(CampaignId(7)), Ok(CampaignId(7))));
        assert_eq!(found("Autumn"), Err(UserErrorCode::NotFound));
    }
}
