//! A post as it is being written: what a client gives, before it is validated and stored.

use super::schedule::{Schedule, no_account};
use super::variant_change::VariantChange;
use fanfare_domain::clock::Timestamp;
use fanfare_domain::id::{AccountId, CampaignId, MediaId, PostId, TargetId, UserId, WorkspaceId};
use fanfare_domain::patch::Patch;
use fanfare_domain::platform::Platform;
use fanfare_domain::post::{NewPost, NewTarget, PostBody, PublishMode, TargetVariant, TemplateType, Then};
use fanfare_domain::user_error::{UserError, UserErrorCode};
use fanfare_storage::rows::{Media, MediaFetch, Post, ShownAccount, Target};
use std::collections::BTreeMap;
use std::sync::Arc;

/// The whole of what is written.
#[derive(Clone, Debug, Default)]
pub struct PostDraft {
    pub body: PostBody,
    pub media_ids: Vec<MediaId>,
    /// Addresses of media that come behind these.
    pub media_urls: Vec<String>,
    /// The addresses whose media are there already.
    pub fetched: BTreeMap<String, MediaId>,
    /// One target each, in this order.
    pub account_ids: Vec<AccountId>,
    /// Those of them that were read already.
    pub accounts: BTreeMap<AccountId, Arc<ShownAccount>>,
    pub variants: Vec<VariantDraft>,
}

/// What one account's target has instead of the post's.
#[derive(Clone, Debug)]
pub struct VariantDraft {
    /// `None`: the id could not be read, which is reported already.
    pub account_id: Option<AccountId>,
    pub variant: TargetVariant,
}

/// A post to be created.
#[derive(Clone, Debug)]
pub struct PostInput {
    /// `None`: the actor's default workspace.
    pub workspace_id: Option<WorkspaceId>,
    pub draft: PostDraft,
    /// Each active account of these networks becomes a target too.
    pub platforms: Vec<Platform>,
    pub publish_now: bool,
    pub schedule: Option<Schedule>,
    /// Ids that could not be read, to be reported together with what else is wrong.
    pub unreadable: Vec<UserError>,
}

impl PostInput {
    /// What is to happen with the post; what is wrong with that is added to `errors`.
    pub(crate) fn decide(&self, now: Timestamp, errors: &mut Vec<UserError>) -> Then {
        let then = match (&self.schedule, self.publish_now) {
            (None, false) => return Then::Keep,
            (None, true) => Then::PublishNow,
            (Some(_), true) => {
                let words = "Publish now or at a time, not both.";
                errors.push(UserError::new(UserErrorCode::Invalid, "publishNow", words));
                Then::PublishNow
            }
            (Some(schedule), false) => match schedule.resolve(now) {
                Ok(at) => Then::Schedule(at),
                Err(error) => {
                    errors.push(error);
                    Then::PublishNow
                }
            },
        };
        if self.draft.account_ids.is_empty() && self.unreadable.is_empty() {
            errors.push(no_account());
        }
        then
    }
}

/// What an update sets of a stored post.
#[derive(Clone, Debug, Default)]
pub struct PostPatch {
    pub content: Patch<String>,
    pub title: Patch<Option<String>>,
    pub hashtags: Patch<Vec<String>>,
    pub link_url: Patch<Option<String>>,
    pub template_type: Patch<Option<TemplateType>>,
    pub publish_mode: Patch<PublishMode>,
    pub campaign_id: Patch<Option<CampaignId>>,
    pub media_ids: Patch<Vec<MediaId>>,
    pub media_urls: Patch<Vec<String>>,
    pub account_ids: Patch<Vec<AccountId>>,
    pub variants: Patch<Vec<VariantDraft>>,
    /// Changes of single variants, in the order of the input; not together with `variants`.
    pub variant_changes: Vec<VariantChange>,
    /// Each active account of these networks becomes a target too.
    pub platforms: Vec<Platform>,
    /// When it is to be published from now on; `Set(None)`: it becomes a draft.
    pub schedule: Patch<Option<Schedule>>,
    /// Ids that could not be read, to be reported together with what else is wrong.
    pub unreadable: Vec<UserError>,
}

impl PostPatch {
    /// Applies the patch. Stored variants of accounts that the post no longer has go with them.
    pub fn apply(self, draft: &mut PostDraft) {
        let variants_stay = self.variants.is_keep();
        self.content.apply(&mut draft.body.content);
        self.title.apply(&mut draft.body.title);
        self.hashtags.apply(&mut draft.body.hashtags);
        self.link_url.apply(&mut draft.body.link_url);
        self.template_type.apply(&mut draft.body.template_type);
        self.publish_mode.apply(&mut draft.body.publish_mode);
        self.campaign_id.apply(&mut draft.body.campaign_id);
        self.media_ids.apply(&mut draft.media_ids);
        self.media_urls.apply(&mut draft.media_urls);
        self.account_ids.apply(&mut draft.account_ids);
        self.variants.apply(&mut draft.variants);
        if variants_stay {
            let accounts = &draft.account_ids;
            draft.variants.retain(|it| it.account_id.is_some_and(|id| accounts.contains(&id)));
        }
    }
}

impl PostDraft {
    /// A stored post, with the media of its own and of its targets, and those that it names by their addresses.
    pub fn of_stored(
        post: Post,
        targets: Vec<Target>,
        media: Vec<(PostId, Media)>,
        target_media: &[(TargetId, Media)],
        fetches: Vec<MediaFetch>,
    ) -> Self {
        let account_ids = targets.iter().map(|target| target.account_id).collect();
        let variants = targets.into_iter().map(|target| VariantDraft {
            account_id: Some(target.account_id),
            variant: TargetVariant {
                media_ids: target.own_media.then(|| {
                    let own = target_media.iter().filter(|(of, _)| *of == target.id);
                    own.map(|(_, medium)| medium.id).collect()
                }),
                content: target.content,
                title: target.title,
                hashtags: target.hashtags.map(|tags| tags.0),
                link_url: target.link_url,
            },
        });
        Self {
            body: post.into_body(),
            media_ids: media
                .into_iter()
                .map(|(_, medium)| medium.id)
                .filter(|id| !fetches.iter().any(|fetch| fetch.media_id == Some(*id)))
                .collect(),
            fetched: fetches.iter().filter_map(|it| Some((it.url.clone(), it.media_id?))).collect(),
            media_urls: fetches.into_iter().map(|fetch| fetch.url).collect(),
            account_ids,
            accounts: BTreeMap::new(),
            variants: variants.collect(),
        }
    }

    /// Adds accounts that are not chosen yet, after those that are.
    pub fn add_accounts(&mut self, found: impl IntoIterator<Item = Arc<ShownAccount>>) {
        for account in found {
            if !self.account_ids.contains(&account.id) {
                self.account_ids.push(account.id);
            }
            self.accounts.insert(account.id, account);
        }
    }

    /// The variant of an account; the empty one where none is written.
    pub fn variant_of(&self, account: AccountId) -> TargetVariant {
        let found = self.variants.iter().find(|it| it.account_id == Some(account));
        found.map(|it| it.variant.clone()).unwrap_or_default()
    }

    /// Ready to be stored. `accounts`: those that it names, which are in the workspace.
    pub fn into_new_post(
        self,
        workspace_id: WorkspaceId,
        author_id: UserId,
        accounts: &BTreeMap<AccountId, Arc<ShownAccount>>,
    ) -> NewPost {
        let known = self.account_ids.iter().filter_map(|id| accounts.get(id));
        let targets = known.map(|account| NewTarget {
            account_id: account.id,
            account: account.facts(),
            variant: self.variant_of(account.id),
        });
        NewPost {
            targets: targets.collect(),
            workspace_id,
            author_id,
            body: self.body,
            media_ids: self.media_ids,
            media_urls: self.media_urls,
        }
    }
}
