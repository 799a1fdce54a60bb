//! What clients give to create and to change posts.

use crate::request::{list, optional, required};
use crate::scalars::{DateTime, GlobalId, TimeZone, Url};
use async_graphql::{ID, InputObject, MaybeUndefined};
use fanfare_domain::id::{CampaignId, WorkspaceId};
use fanfare_domain::patch::Patch;
use fanfare_domain::platform::Platform;
use fanfare_domain::post::{PostBody, PublishMode, TargetVariant, TemplateType};
use fanfare_domain::user_error::{UserError, UserErrorCode};
use fanfare_services::post::{PostDraft, PostInput, PostPatch, Schedule, VariantChange, VariantDraft};

/// A post to be created, or to be validated before it is.
#[derive(Clone, Debug, InputObject)]
pub struct CreatePostInput {
    /// Where; absent: your default workspace.
    pub workspace_id: Option<ID>,
    /// 1 to 63,206 characters, white space around it cut off.
    pub content: String,
    /// For networks that have titles (YouTube); at most 200 characters.
    pub title: Option<String>,
    /// One target each; at most 200, each once. A draft needs none.
    #[graphql(default)]
    pub account_ids: Vec<ID>,
    /// Each active account of these networks becomes a target too.
    pub platforms: Option<Vec<Platform>>,
    /// What single accounts get instead.
    pub variants: Option<Vec<PostVariantInput>>,
    /// Pictures and videos in their order; at most 20.
    pub media_ids: Option<Vec<ID>>,
    /// Addresses of pictures and videos on the public internet, which are fetched first and come behind mediaIds; at most
    /// 20 together. The post waits for them. A target fails whose media cannot be fetched.
    pub media_urls: Option<Vec<Url>>,
    /// At most 100, each 1 to 100 characters without white space. A leading # is removed, and duplicates that differ
    /// only in case are published once.
    pub hashtags: Option<Vec<String>>,
    /// Joined to the text where the text does not hold it.
    pub link_url: Option<Url>,
    /// What kind of post it is.
    pub template_type: Option<TemplateType>,
    /// The campaign that it belongs to; while that is paused the post is held.
    pub campaign_id: Option<ID>,
    /// When to publish: a second to two years ahead. Absent, and publishNow false: it stays a draft.
    pub scheduled_at: Option<DateTime>,
    /// The same as a local time; not together with scheduledAt.
    pub scheduled_local: Option<LocalTimeInput>,
    /// Publish at once; not together with a time.
    #[graphql(default)]
    pub publish_now: bool,
    /// What one target's failure means for the others.
    #[graphql(default)]
    pub publish_mode: PublishMode,
    /// 1 to 200 characters: the same key and input within 24 hours gives the first result again.
    pub client_mutation_key: Option<String>,
}

/// What one account gets instead of the post's; what is absent is the post's.
#[derive(Clone, Debug, InputObject)]
pub struct PostVariantInput {
    /// One of accountIds, with one variant at most.
    pub account_id: ID,
    /// 1 to 63,206 characters.
    pub content: Option<String>,
    /// At most 200 characters.
    pub title: Option<String>,
    /// At most 100, as those of the post; an empty list: none.
    pub hashtags: Option<Vec<String>>,
    /// Joined to the text where the text does not hold it.
    pub link_url: Option<Url>,
    /// At most 20; an empty list: none.
    pub media_ids: Option<Vec<ID>>,
}

/// Changes of one account's variant. Fields that are left out stay as they are. Null removes the account's own value: it
/// uses the post's again.
#[derive(Clone, Debug, InputObject)]
pub struct PostVariantChangeInput {
    /// One of the post's accounts, each once.
    pub account_id: ID,
    /// 1 to 63,206 characters.
    pub content: MaybeUndefined<String>,
    /// At most 200 characters.
    pub title: MaybeUndefined<String>,
    /// At most 100, as those of the post; an empty list: none.
    pub hashtags: MaybeUndefined<Vec<String>>,
    /// Joined to the text where the text does not hold it.
    pub link_url: MaybeUndefined<Url>,
    /// At most 20; an empty list: none.
    pub media_ids: MaybeUndefined<Vec<ID>>,
}

/// A time as a clock on the wall shows it.
#[derive(Clone, Debug, InputObject)]
pub struct LocalTimeInput {
    /// Such as 2026-11-22T09:30 or 2026-11-22 9:30:00, without an offset. A time that the zone's clocks skip means the
    /// first instant after the gap, one that they show twice the earlier.
    pub date_time: String,
    /// The zone of the clock; absent: the workspace's.
    pub time_zone: Option<TimeZone>,
}

/// Fields to update of a post of which nothing was sent yet. Fields that are left out stay as they are. Null clears a
/// field; content, platforms, publishMode and variantChanges cannot be null.
#[derive(Clone, Debug, InputObject)]
pub struct UpdatePostInput {
    /// The post.
    pub id: ID,
    /// 1 to 63,206 characters.
    pub content: MaybeUndefined<String>,
    /// At most 200 characters.
    pub title: MaybeUndefined<String>,
    /// The accounts that it has from now on, at most 200. Variants of others go.
    pub account_ids: MaybeUndefined<Vec<ID>>,
    /// Each active account of these networks becomes a target too.
    pub platforms: MaybeUndefined<Vec<Platform>>,
    /// The variants that it has from now on.
    pub variants: MaybeUndefined<Vec<PostVariantInput>>,
    /// Changes of single variants; those of other accounts stay. Not together with variants.
    pub variant_changes: MaybeUndefined<Vec<PostVariantChangeInput>>,
    /// The media that it has from now on, at most 20.
    pub media_ids: MaybeUndefined<Vec<ID>>,
    /// The addresses of media that it has from now on, at most 20 together with mediaIds. One that it had already is not
    /// fetched again, unless that failed.
    pub media_urls: MaybeUndefined<Vec<Url>>,
    /// The hashtags that it has from now on, at most 100.
    pub hashtags: MaybeUndefined<Vec<String>>,
    /// Joined to the text where the text does not hold it.
    pub link_url: MaybeUndefined<Url>,
    /// What kind of post it is.
    pub template_type: MaybeUndefined<TemplateType>,
    /// What one target's failure means for the others.
    pub publish_mode: MaybeUndefined<PublishMode>,
    /// When it is published from now on: a second to two years ahead. Absent: as before; null: it becomes a draft.
    pub scheduled_at: MaybeUndefined<DateTime>,
    /// The same as a local time; not together with scheduledAt.
    pub scheduled_local: MaybeUndefined<LocalTimeInput>,
    /// The campaign that it belongs to from now on; null: none.
    pub campaign_id: MaybeUndefined<ID>,
    /// The revision that the change was written for: CONFLICT if the post has another one. Defaults to any.
    pub expected_revision: Option<i32>,
}

impl LocalTimeInput {
    fn read(self) -> Schedule {
        Schedule::Local { date_time: self.date_time, zone: self.time_zone.map(|zone| zone.0) }
    }
}

impl CreatePostInput {
    /// As the service takes it.
    pub fn read(self) -> PostInput {
        let mut errors = Vec::new();
        let workspace_id = self
            .workspace_id
            .as_ref()
            .and_then(|id| WorkspaceId::parse(id, "workspaceId").map_err(|error| errors.push(error)).ok());
        let schedule = schedule(self.scheduled_at, self.scheduled_local, &mut errors);
        let body = PostBody {
            content: self.content,
            title: self.title,
            hashtags: self.hashtags.unwrap_or_default(),
            link_url: self.link_url.map(|url| url.0.into()),
            template_type: self.template_type,
            publish_mode: self.publish_mode,
            campaign_id: self.campaign_id.and_then(|id| campaign(&id, &mut errors)),
        };
        let draft = PostDraft {
            body,
            media_ids: ids(&self.media_ids.unwrap_or_default(), "mediaIds", &mut errors),
            media_urls: addresses(self.media_urls.unwrap_or_default()),
            account_ids: ids(&self.account_ids, "accountIds", &mut errors),
            variants: variants(self.variants.unwrap_or_default(), &mut errors),
            ..PostDraft::default()
        };
        PostInput {
            workspace_id,
            draft,
            platforms: self.platforms.unwrap_or_default(),
            publish_now: self.publish_now,
            schedule,
            unreadable: errors,
        }
    }
}

impl UpdatePostInput {
    /// As the service takes it.
    pub fn read(self) -> PostPatch {
        let mut errors = Vec::new();
        PostPatch {
            schedule: reschedule(self.scheduled_at, self.scheduled_local, &mut errors),
            platforms: match required(self.platforms, "platforms", &mut errors) {
                Patch::Set(platforms) => platforms,
                Patch::Keep => Vec::new(),
            },
            content: required(self.content, "content", &mut errors),
            title: optional(self.title, |title| title),
            hashtags: list(self.hashtags, |tags| tags),
            link_url: optional(self.link_url, |url| url.0.into()),
            template_type: optional(self.template_type, |kind| kind),
            publish_mode: required(self.publish_mode, "publishMode", &mut errors),
            campaign_id: match self.campaign_id {
                MaybeUndefined::Undefined => Patch::Keep,
                MaybeUndefined::Null => Patch::Set(None),
                MaybeUndefined::Value(id) => Patch::Set(campaign(&id, &mut errors)),
            },
            media_ids: list(self.media_ids, |media| ids(&media, "mediaIds", &mut errors)),
            media_urls: list(self.media_urls, addresses),
            account_ids: list(self.account_ids, |them| ids(&them, "accountIds", &mut errors)),
            variants: list(self.variants, |given| variants(given, &mut errors)),
            variant_changes: match required(self.variant_changes, "variantChanges", &mut errors) {
                Patch::Set(given) => variant_changes(given, &mut errors),
                Patch::Keep => Vec::new(),
            },
            unreadable: errors,
        }
    }
}

/// The one time of two ways to give it.
pub fn schedule(
    at: Option<DateTime>,
    local: Option<LocalTimeInput>,
    errors: &mut Vec<UserError>,
) -> Option<Schedule> {
    if at.is_some() && local.is_some() {
        errors.push(two_times());
    }
    at.map(|at| Schedule::At(at.0)).or(local.map(LocalTimeInput::read))
}

/// What an update does to the time: null takes it off, unless the other form has a value.
fn reschedule(
    at: MaybeUndefined<DateTime>,
    local: MaybeUndefined<LocalTimeInput>,
    errors: &mut Vec<UserError>,
) -> Patch<Option<Schedule>> {
    use MaybeUndefined::{Null, Undefined, Value};
    match (at, local) {
        (Undefined, Undefined) => Patch::Keep,
        (Null, Null | Undefined) | (Undefined, Null) => Patch::Set(None),
        (Value(at), Null | Undefined) => Patch::Set(Some(Schedule::At(at.0))),
        (Null | Undefined, Value(local)) => Patch::Set(Some(local.read())),
        (Value(_), Value(_)) => {
            errors.push(two_times());
            Patch::Keep
        }
    }
}

fn two_times() -> UserError {
    let words = "Give scheduledAt or scheduledLocal, not both.";
    UserError::new(UserErrorCode::Invalid, "scheduledLocal", words)
}

fn variants(given: Vec<PostVariantInput>, errors: &mut Vec<UserError>) -> Vec<VariantDraft> {
    let read = given.into_iter().enumerate().map(|(at, it)| VariantDraft {
        account_id: GlobalId::parse(&it.account_id, &format!("variants.{at}.accountId"))
            .map_err(|error| errors.push(error))
            .ok(),
        variant: TargetVariant {
            content: it.content,
            title: it.title,
            hashtags: it.hashtags,
            link_url: it.link_url.map(|url| url.0.into()),
            media_ids: it.media_ids.map(|media| ids(&media, &format!("variants.{at}.mediaIds"), errors)),
        },
    });
    read.collect()
}

fn variant_changes(given: Vec<PostVariantChangeInput>, errors: &mut Vec<UserError>) -> Vec<VariantChange> {
    let read = given.into_iter().enumerate().map(|(at, it)| VariantChange {
        account_id: GlobalId::parse(&it.account_id, &format!("variantChanges.{at}.accountId"))
            .map_err(|error| errors.push(error))
            .ok(),
        content: optional(it.content, |content| content),
        title: optional(it.title, |title| title),
        hashtags: optional(it.hashtags, |tags| tags),
        link_url: optional(it.link_url, |url| url.0.into()),
        media_ids: optional(it.media_ids, |media| {
            ids(&media, &format!("variantChanges.{at}.mediaIds"), errors)
        }),
    });
    read.collect()
}

fn addresses(urls: Vec<Url>) -> Vec<String> {
    urls.into_iter().map(|url| url.0.into()).collect()
}

fn campaign(id: &ID, errors: &mut Vec<UserError>) -> Option<CampaignId> {
    CampaignId::parse(id, "campaignId").map_err(|error| errors.push(error)).ok()
}

fn ids<I: GlobalId>(given: &[ID], field: &str, errors: &mut Vec<UserError>) -> Vec<I> {
    let read = given.iter().enumerate().filter_map(|(at, id)| {
        I::parse(id, &format!("{field}.{at}")).map_err(|error| errors.push(error)).ok()
    });
    read.collect()
}
