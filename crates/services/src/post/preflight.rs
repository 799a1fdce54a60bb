//! What the networks would refuse, reported before anything is stored or sent.

use super::draft::PostDraft;
use super::once_each::once_each;
use super::posts::Posts;
use crate::context::{ServiceError, ServiceResult, refuse};
use fanfare_domain::account::AccountStatus;
use fanfare_domain::id::{AccountId, CampaignId, MediaId, WorkspaceId};
use fanfare_domain::platform::Platform;
use fanfare_domain::post::PublishMode;
use fanfare_domain::post::TargetVariant;
use fanfare_domain::user_error::{UserError, UserErrorCode};
use fanfare_domain::violation::{Violation, ViolationCode};
use fanfare_platform_api::{ClientMode, MediaItem, PlatformClients, Publisher, compose};
use fanfare_storage::rows::{Media, ShownAccount};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// Bytes that are weighed where the request is served: less than a millisecond of work.
const SHORT: usize = 16 << 10;
/// Bytes after which others may have the place: a request with many long texts does not keep it for seconds.
const PORTION: usize = 256 << 10;
/// About what one target's answer costs besides the texts, in bytes that are weighed.
const TARGET: usize = 16;
/// Rows that are read at once: on SQLite each is a bind variable of its own.
const AT_ONCE: usize = 1_000;

/// The rows that drafts of a workspace name.
pub(crate) struct Subjects {
    pub accounts: BTreeMap<AccountId, Arc<ShownAccount>>,
    media: BTreeMap<MediaId, Media>,
    campaigns: BTreeSet<CampaignId>,
    banned: Vec<String>,
}

impl Subjects {
    /// What a draft names and the workspace does not have.
    pub(super) fn missing(&self, draft: &PostDraft) -> Vec<UserError> {
        let accounts = places("accountIds", &draft.account_ids)
            .filter(|(_, id)| !self.accounts.contains_key(id))
            .map(|(field, _)| UserError::not_found(&field, "account"));
        let media = media_places(draft)
            .into_iter()
            .filter(|(_, id)| !self.media.contains_key(id))
            .map(|(field, _)| UserError::not_found(&field, "media file"));
        let campaign = draft.body.campaign_id.filter(|id| !self.campaigns.contains(id));
        let campaign = campaign.map(|_| UserError::not_found("campaignId", "campaign"));
        accounts.chain(media).chain(campaign).collect()
    }
}

/// The media that a draft names by their ids, for itself and for single accounts.
fn media_places(draft: &PostDraft) -> Vec<(String, MediaId)> {
    let mut named: Vec<(String, MediaId)> = places("mediaIds", &draft.media_ids).collect();
    for (at, it) in draft.variants.iter().enumerate() {
        let own = it.variant.media_ids.as_deref().unwrap_or_default();
        named.extend(places(&format!("variants.{at}.mediaIds"), own));
    }
    named
}

/// How one target of a draft would fare.
#[derive(Clone, Debug)]
pub struct TargetCheck {
    pub account: Arc<ShownAccount>,
    pub violations: Vec<Violation>,
    /// Characters of the whole text, with link and hashtags.
    pub content_length: usize,
}

impl TargetCheck {
    /// Whether the network takes it.
    pub fn ok(&self) -> bool {
        !self.violations.iter().any(|violation| violation.blocking)
    }
}

/// What a refusal's path names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum PathTo {
    /// The account's place in the input's `accountIds`.
    Accounts,
    /// The input's `id`.
    Id,
    /// The input's `targetId`.
    Target,
}

/// What the rules of a network say of what some of its accounts get.
#[derive(Clone)]
struct Judgement {
    banned: Vec<Violation>,
    rules: Vec<Violation>,
    content_length: usize,
}

impl Judgement {
    fn on(self, account: &Arc<ShownAccount>) -> TargetCheck {
        let mut violations = self.banned;
        if account.status != AccountStatus::Active {
            let words = format!("The account {} cannot publish; reconnect it first.", account.name);
            violations.push(Violation::blocking(ViolationCode::AccountNotActive, "account", words));
        }
        violations.extend(self.rules);
        TargetCheck { account: Arc::clone(account), violations, content_length: self.content_length }
    }
}

/// About as many bytes as rules have to read: the texts, each once for a network or for an account of its own words.
fn bytes_to_weigh(draft: &PostDraft) -> usize {
    let own = draft.variants.iter().filter(|it| it.variant != TargetVariant::default());
    let (varied, own_bytes) = own.fold((0_usize, 0_usize), |(count, bytes), it| {
        (count + 1, bytes.saturating_add(it.variant.content.as_ref().map_or(0, String::len)))
    });
    let rules = draft.account_ids.len().min(Platform::ALL.len() + varied);
    draft.body.content.len().saturating_mul(rules).saturating_add(own_bytes)
}

/// How many of the drafts, the first of them at least, are weighed at once, and about how many bytes they have.
fn portion(drafts: &[&PostDraft]) -> (usize, usize) {
    let (mut count, mut bytes) = (0, 0_usize);
    for draft in drafts {
        let targets = TARGET * draft.account_ids.len();
        let more = bytes.saturating_add(bytes_to_weigh(draft)).saturating_add(targets);
        if count > 0 && more > PORTION {
            break;
        }
        (count, bytes) = (count + 1, more);
    }
    (count, bytes)
}

impl Posts {
    /// Reads the accounts and media of a draft; names those, and the campaign, that are not in the workspace.
    pub(crate) async fn subjects(
        &self,
        workspace: WorkspaceId,
        draft: &PostDraft,
    ) -> ServiceResult<Arc<Subjects>> {
        let subjects = self.subjects_of(workspace, &[draft]).await?;
        refuse(subjects.missing(draft))?;
        Ok(subjects)
    }

    /// Reads the accounts, media and campaigns of drafts, as far as the workspace has them: each once, however many
    /// drafts name it. Accounts that a draft brings with it are not read again.
    pub(super) async fn subjects_of(
        &self,
        workspace: WorkspaceId,
        drafts: &[&PostDraft],
    ) -> ServiceResult<Arc<Subjects>> {
        let db = &self.context.db;
        let mut accounts: BTreeMap<AccountId, Arc<ShownAccount>> = BTreeMap::new();
        for draft in drafts {
            accounts.extend(draft.accounts.iter().map(|(id, account)| (*id, Arc::clone(account))));
        }
        let named: BTreeSet<AccountId> =
            drafts.iter().flat_map(|it| it.account_ids.iter().copied()).collect();
        let unread: Vec<AccountId> = named.iter().filter(|id| !accounts.contains_key(id)).copied().collect();
        let mut banned = None;
        for ids in unread.chunks(AT_ONCE) {
            let (rows, words) = db.accounts().shown_with_banned(workspace, ids).await?;
            accounts.extend(rows.into_iter().map(|account| (account.id, Arc::new(account))));
            banned = banned.or(words);
        }
        let banned = match banned {
            Some(words) => words,
            None if named.is_empty() => Vec::new(),
            None => db.settings().banned_keywords(workspace).await?,
        };
        let wanted: BTreeSet<MediaId> = drafts.iter().flat_map(|draft| media_ids(draft)).collect();
        let wanted: Vec<MediaId> = wanted.into_iter().collect();
        let mut media: BTreeMap<MediaId, Media> = BTreeMap::new();
        for ids in wanted.chunks(AT_ONCE) {
            let rows = db.media().by_ids(workspace, ids).await?;
            media.extend(rows.into_iter().map(|medium| (medium.id, medium)));
        }
        let wanted: BTreeSet<CampaignId> = drafts.iter().filter_map(|it| it.body.campaign_id).collect();
        let wanted: Vec<CampaignId> = wanted.into_iter().collect();
        let mut campaigns: BTreeSet<CampaignId> = BTreeSet::new();
        for ids in wanted.chunks(AT_ONCE) {
            campaigns.extend(db.campaigns().by_ids(workspace, ids).await?.iter().map(|campaign| campaign.id));
        }
        Ok(Arc::new(Subjects { accounts, media, campaigns, banned }))
    }

    /// How each target of the draft would fare, in the order of its accounts.
    pub(crate) async fn examine(
        &self,
        draft: &PostDraft,
        subjects: &Arc<Subjects>,
    ) -> ServiceResult<Vec<TargetCheck>> {
        Ok(self.examine_many(&[draft], subjects).await?.pop().unwrap_or_default())
    }

    /// The same for each of several drafts, in their order. Long texts are weighed beside the threads that serve
    /// requests, as many at a time as there are processors.
    pub(super) async fn examine_many(
        &self,
        drafts: &[&PostDraft],
        subjects: &Arc<Subjects>,
    ) -> ServiceResult<Vec<Vec<TargetCheck>>> {
        let mut checks = Vec::with_capacity(drafts.len());
        let mut rest = drafts;
        while !rest.is_empty() {
            let (count, bytes) = portion(rest);
            let (now, later) = rest.split_at(count);
            rest = later;
            if bytes <= SHORT {
                checks.extend(self.examine_now(now, subjects));
                continue;
            }
            let place = Arc::clone(&self.weighing).acquire_owned().await;
            let place = place.map_err(|error| ServiceError::Internal(error.into()))?;
            let drafts: Vec<PostDraft> = now.iter().copied().cloned().collect();
            let (posts, subjects) = (self.clone(), Arc::clone(subjects));
            let weighed = tokio::task::spawn_blocking(move || {
                let checks = posts.examine_now(&drafts.iter().collect::<Vec<_>>(), &subjects);
                drop(place);
                checks
            });
            checks.extend(weighed.await.map_err(|error| ServiceError::Internal(error.into()))?);
        }
        Ok(checks)
    }

    /// Drafts of the same words and media share their judgements, and so do accounts of one network that get the same: no
    /// rule looks at the account.
    fn examine_now(&self, drafts: &[&PostDraft], subjects: &Subjects) -> Vec<Vec<TargetCheck>> {
        let words = drafts
            .iter()
            .enumerate()
            .map(|(at, &it)| ((&it.body, &it.media_ids, &it.media_urls, &it.fetched), (at, it)));
        let firsts: Vec<(usize, &PostDraft)> = once_each(words, |_, first| first);
        let targets: Vec<Vec<(&Arc<ShownAccount>, TargetVariant)>> = drafts
            .iter()
            .map(|draft| {
                let accounts = draft.account_ids.iter().filter_map(|id| subjects.accounts.get(id));
                accounts.map(|account| (account, draft.variant_of(account.id))).collect()
            })
            .collect();
        let keys = firsts.iter().zip(&targets).flat_map(|(&(at, first), targets)| {
            targets.iter().map(move |(account, variant)| ((at, account.platform, variant), first))
        });
        let judgements = once_each(keys, |(_, platform, variant), first| {
            self.judgement(first, subjects, *platform, variant)
        });
        let mut judgements = judgements.into_iter();
        let checks = targets.iter().map(|targets| {
            let judged = targets.iter().zip(judgements.by_ref());
            judged.map(|((account, _), judgement)| judgement.on(account)).collect::<Vec<_>>()
        });
        checks.collect()
    }

    fn judgement(
        &self,
        draft: &PostDraft,
        subjects: &Subjects,
        platform: Platform,
        variant: &TargetVariant,
    ) -> Judgement {
        metrics::counter!("fanfare_text_weighings_total", "platform" => platform.as_str()).increment(1);
        let (media_ids, unknown) = media_of(draft, variant);
        let media = media_ids.iter().filter_map(|id| subjects.media.get(id)).map(|medium| MediaItem {
            key: medium.id.to_string(),
            name: medium.shown_name(),
            facts: medium.facts(),
            // Rules are about the file; an address is signed for it when it is sent.
            public_url: self.context.options.public_base.clone(),
        });
        let nobody = Publisher { remote_id: "", handle: None };
        let input = compose(draft.body.written().adapted(variant.text()), nobody, media.collect());
        let mut rules = Vec::new();
        if let Some(clients) = self.registry.get(platform) {
            let found = clients.publishing.validate(&input).into_iter();
            rules.extend(found.filter(|it| unknown == 0 || !is_about_media(it)));
            let has_media = unknown > 0 || !input.media.is_empty();
            rules.extend(self.beyond_content(clients, draft.body.publish_mode, has_media));
            rules.extend(not_fetched(unknown));
        } else {
            let words = format!("This server cannot publish to {} yet.", platform.display_name());
            rules.push(Violation::blocking(ViolationCode::PlatformNotAvailable, "account", words));
        }
        Judgement {
            banned: input.banned(&subjects.banned),
            rules,
            content_length: input.full_text().chars().count(),
        }
    }

    /// What the mode of publication and this server's place in the world make impossible.
    fn beyond_content(
        &self,
        clients: &PlatformClients,
        mode: PublishMode,
        has_media: bool,
    ) -> Vec<Violation> {
        let name = clients.platform.display_name();
        let can = clients.publishing.capabilities();
        let mut found = Vec::new();
        if mode == PublishMode::AllOrNothing && !can.delete {
            let words = format!(
                "{name} cannot delete posts, so it cannot take part in an all-or-nothing publication; use BEST_EFFORT."
            );
            found.push(Violation::blocking(ViolationCode::DeleteNotSupported, "publishMode", words));
        }
        let live = clients.mode == ClientMode::Live;
        if has_media && live && can.pulls_media && !self.context.options.public_base_is_public {
            let words = format!(
                "{name} fetches media from this server, whose address {} cannot be reached from outside; \
                 set FANFARE_PUBLIC_URL.",
                self.context.options.public_base
            );
            found.push(Violation::blocking(ViolationCode::MediaNotPublic, "media", words));
        }
        found
    }
}

/// All media of a draft that are known.
fn media_ids(draft: &PostDraft) -> Vec<MediaId> {
    let fetched = draft.media_urls.iter().filter_map(|url| draft.fetched.get(url)).copied();
    media_places(draft).into_iter().map(|(_, id)| id).chain(fetched).collect()
}

/// The media that a target would have, as far as they are known, and how many are not: they are to be fetched first.
fn media_of(draft: &PostDraft, variant: &TargetVariant) -> (Vec<MediaId>, usize) {
    if let Some(own) = &variant.media_ids {
        return (own.clone(), 0);
    }
    let fetched = draft.media_urls.iter().filter_map(|url| draft.fetched.get(url)).copied();
    let known: Vec<MediaId> = draft.media_ids.iter().copied().chain(fetched).collect();
    let unknown = draft.media_ids.len() + draft.media_urls.len() - known.len();
    (known, unknown)
}

/// Rules that cannot be checked before all media are known.
fn is_about_media(violation: &Violation) -> bool {
    violation.code == ViolationCode::ContentEmpty || violation.field.starts_with("media")
}

fn not_fetched(unknown: usize) -> Option<Violation> {
    (unknown > 0).then(|| Violation {
        code: ViolationCode::MediaNotFetched,
        message: format!(
            "{unknown} of its media are fetched first; the rules about media are looked at then."
        ),
        field: "media".to_owned(),
        blocking: false,
    })
}

/// What is refused, as user errors. `sent` says which targets are about to be sent.
pub(crate) fn refusals(
    checks: &[TargetCheck],
    path: PathTo,
    sent: impl Fn(AccountId) -> bool,
) -> Vec<UserError> {
    let mut errors = Vec::new();
    for (at, check) in checks.iter().enumerate().filter(|(_, check)| sent(check.account.id)) {
        let field = match path {
            PathTo::Accounts => format!("accountIds.{at}"),
            PathTo::Id => "id".to_owned(),
            PathTo::Target => "targetId".to_owned(),
        };
        for violation in check.violations.iter().filter(|violation| violation.blocking) {
            let code = match violation.code {
                ViolationCode::AccountNotActive => UserErrorCode::AccountNotActive,
                _ => UserErrorCode::PostRejectedByRules,
            };
            errors.push(UserError::new(code, &field, &violation.message));
        }
    }
    errors
}

fn places<I: Copy>(field: &str, ids: &[I]) -> impl Iterator<Item = (String, I)> {
    ids.iter().enumerate().map(move |(at, id)| (format!("{field}.{at}"), *id))
}
