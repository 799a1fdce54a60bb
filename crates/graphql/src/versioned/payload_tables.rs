//! Fields of the payloads of events. What a payload says is part of its event; the objects that it leads to are as they are
//! now. Exports and imports are not here: they move on without events.

use super::event_tables::TOLD;
use super::table::Fields;
use fanfare_domain::noun::Noun;

const POSTS: &[Noun] = &[Noun::Posts];
const ACCOUNTS: &[Noun] = &[Noun::Accounts];
const MEDIA: &[Noun] = &[Noun::Media];
const CAMPAIGNS: &[Noun] = &[Noun::Campaigns];
const TEMPLATES: &[Noun] = &[Noun::Templates];
/// Users are shown as long as they belong to the workspace, or a post of theirs is in it.
const USERS: &[Noun] = &[Noun::Posts, Noun::Rights];

/// The payloads of all kinds of events. The same is asked of them as of the fields of events.
pub(super) const OF_PAYLOADS: &[Fields] = &[
    (
        "AccountEventPayload",
        &[(TOLD, &["accountName", "platform", "reason", "status"]), (ACCOUNTS, &["account"])],
    ),
    (
        "AccountMilestoneEventPayload",
        &[
            (TOLD, &["accountName", "content", "count", "metric", "milestone", "platform"]),
            (ACCOUNTS, &["account"]),
            (POSTS, &["post", "target"]),
        ],
    ),
    (
        "AccountTokenExpiringEventPayload",
        &[(TOLD, &["accountName", "expiresAt", "platform", "status"]), (ACCOUNTS, &["account"])],
    ),
    ("ApiKeyEventPayload", &[(TOLD, &["apiKeyId", "expiresAt", "name", "prefix", "scopes"])]),
    ("CampaignDeletedEventPayload", &[(TOLD, &["deletedCampaignId", "name", "postsChanged", "status"])]),
    ("CampaignEventPayload", &[(TOLD, &["name", "postsChanged", "status"]), (CAMPAIGNS, &["campaign"])]),
    ("ExportEventPayload", &[(TOLD, &["done", "exportKind", "reason", "rows", "status", "total"])]),
    (
        "ImportEventPayload",
        &[(TOLD, &["created", "done", "dryRun", "failed", "fileName", "reason", "status", "total"])],
    ),
    (
        "InboxMessageEventPayload",
        &[(TOLD, &["message", "platform", "sender", "text"]), (ACCOUNTS, &["account"])],
    ),
    (
        "InboxMessageReceivedEventPayload",
        &[(TOLD, &["accountName", "message", "platform", "sender", "text"]), (ACCOUNTS, &["account"])],
    ),
    (
        "InboxReplyEventPayload",
        &[
            (
                TOLD,
                &[
                    "error",
                    "externalId",
                    "message",
                    "platform",
                    "replyStatus",
                    "replyText",
                    "sender",
                    "text",
                    "url",
                ],
            ),
            (ACCOUNTS, &["account"]),
        ],
    ),
    (
        "InboxReplyQueuedEventPayload",
        &[(TOLD, &["message", "platform", "replyText", "sender", "text"]), (ACCOUNTS, &["account"])],
    ),
    ("InvitationEventPayload", &[(TOLD, &["invitationId", "role"])]),
    ("MediaDeletedEventPayload", &[(TOLD, &["deletedMediaId", "fileName", "mimeType", "sizeBytes"])]),
    ("MediaEventPayload", &[(TOLD, &["fileName", "mimeType", "sizeBytes"]), (MEDIA, &["media"])]),
    (
        "MediaFailedEventPayload",
        &[(TOLD, &["content", "mediaUrl", "postStatus", "reason"]), (POSTS, &["post"])],
    ),
    (
        "MediaReadyEventPayload",
        &[
            (TOLD, &["content", "fileName", "mediaUrl", "mimeType", "postStatus", "sizeBytes"]),
            (MEDIA, &["media"]),
            (POSTS, &["post"]),
        ],
    ),
    ("MemberAddedEventPayload", &[(TOLD, &["invitationId", "role"]), (USERS, &["user"])]),
    ("MemberEventPayload", &[(USERS, &["user"])]),
    ("MemberRemovedEventPayload", &[(TOLD, &["roleBefore"]), (USERS, &["user"])]),
    ("MemberRoleChangedEventPayload", &[(TOLD, &["role", "roleBefore"]), (USERS, &["user"])]),
    (
        "MetricsEventPayload",
        &[(TOLD, &["accountName", "platform", "publications"]), (ACCOUNTS, &["account"])],
    ),
    ("PostDeletedEventPayload", &[(TOLD, &["content", "deletedPostId"])]),
    ("PostEventPayload", &[(TOLD, &["content", "postStatus", "scheduledAt"]), (POSTS, &["post"])]),
    (
        "PostStatusChangedEventPayload",
        &[(TOLD, &["content", "postStatus", "statusBefore"]), (POSTS, &["post"])],
    ),
    (
        "PostTargetEventPayload",
        &[
            (
                TOLD,
                &[
                    "accountName",
                    "attempts",
                    "content",
                    "error",
                    "externalId",
                    "nextAttemptAt",
                    "platform",
                    "postStatus",
                    "status",
                    "statusBefore",
                    "url",
                ],
            ),
            (POSTS, &["post", "target"]),
            (ACCOUNTS, &["account"]),
        ],
    ),
    (
        "PublicationEventMetrics",
        &[
            (
                TOLD,
                &[
                    "clicks",
                    "comments",
                    "content",
                    "engagement",
                    "impressions",
                    "likes",
                    "reach",
                    "saves",
                    "shares",
                    "views",
                ],
            ),
            (POSTS, &["post", "target"]),
        ],
    ),
    ("SettingsEventPayload", &[(TOLD, &["changed"])]),
    ("SignInFailedEventPayload", &[(TOLD, &["reason"]), (USERS, &["user"])]),
    ("TemplateDeletedEventPayload", &[(TOLD, &["category", "deletedTemplateId", "name", "platform"])]),
    ("TemplateEventPayload", &[(TOLD, &["category", "name", "platform"]), (TEMPLATES, &["template"])]),
    ("UnknownEventPayload", &[(TOLD, &["json"])]),
    ("WorkspaceEventPayload", &[(TOLD, &["name", "workspace"]), (USERS, &["user"])]),
];
