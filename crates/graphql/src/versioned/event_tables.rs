//! Fields that the answers to events show besides those of [`TABLE`](super::table::TABLE).

use super::table::Fields;
use fanfare_domain::noun::Noun;

/// Part of the event itself: the same for everyone who may see it.
pub(super) const TOLD: &[Noun] = &[];

/// Fields of events, and what stands around them. The same is asked of them as of the fields of the other table; an event
/// never changes.
pub(super) const OF_EVENTS: &[Fields] = &[
    ("Subscription", &[(TOLD, &["activity", "inboxMessages", "postStatus"])]),
    (
        "PostStatusEvent",
        &[(TOLD, &["at", "cursor", "error", "from", "to"]), (&[Noun::Posts], &["post", "target"])],
    ),
    ("InboxMessageEvent", &[(TOLD, &["at", "cursor", "error", "kind", "message"])]),
    (
        "ActivityEvent",
        &[
            (TOLD, &["at", "cursor", "kind", "payload", "payloadJson", "summary"]),
            // Who has left the workspace is shown as long as a post of theirs is in it.
            (&[Noun::Posts, Noun::Rights], &["actor"]),
            (
                &[
                    Noun::Posts,
                    Noun::Accounts,
                    Noun::Inbox,
                    Noun::Campaigns,
                    Noun::Templates,
                    Noun::Media,
                    Noun::Rights,
                ],
                &["subject"],
            ),
        ],
    ),
    // Of a step that may move on: `PublishStep.evidence` says so.
    (
        "PublishStepEvidence",
        &[(
            TOLD,
            &[
                "bytes",
                "containerId",
                "externalId",
                "isAbsent",
                "itemsRead",
                "kind",
                "mediaCount",
                "platformStatus",
                "progressPercent",
                "publishedAt",
                "searched",
                "searchedAll",
                "segments",
                "since",
                "until",
            ],
        )],
    ),
];

/// Fields that are the same for every asker with the same rights, but may change without an event: an answer to an event
/// that shows one of them is shared for a second. What is about the asker is in no table: `role`, `totpEnabled`. A field
/// that changes so at times only, such as `Saga.completedSteps`, is in the table of queries and says so when it does.
pub(super) const CHANGING: &[(&str, &[&str])] = &[
    ("Post", &["author", "mediaFetches"]),
    ("PostTarget", &["steps"]),
    ("MediaFetch", &["error", "media", "status", "url"]),
    ("PublishStep", &["error", "evidence", "evidenceJson", "sentAt", "settledAt"]),
    ("PostMetrics", &["history", "updatedAt"]),
    (
        "PostMetricsPoint",
        &["at", "comments", "engagement", "impressions", "likes", "reach", "shares", "views"],
    ),
    ("CampaignMetrics", &["updatedAt"]),
    ("Account", &["health"]),
    ("AccountHealth", &["ok", "problems"]),
    ("AccountMetrics", &["following", "posts", "reach", "updatedAt", "views"]),
    ("Campaign", &["createdBy", "overduePosts"]),
    ("InboxReply", &["author"]),
    // Of replies that are being sent as well.
    ("InboxReplyEventPayload", &["reply"]),
    ("InboxReplyQueuedEventPayload", &["reply"]),
    ("User", &["createdAt", "databaseId", "email", "id", "name", "revision"]),
    ("Workspace", &["name"]),
];
