//! Fields that the answers to events show besides those of [`TABLE`](super::table::TABLE).

use super::table::Fields;
use fanfare_domain::noun::Noun;

/// Told by the event itself: the same for whoever may have it.
const TOLD: &[Noun] = &[];

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
            (TOLD, &["at", "cursor", "kind", "payload", "summary"]),
            // Who has left the workspace is not shown.
            (&[Noun::Rights], &["actor"]),
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
];

/// Fields that are the same for every asker with the same rights, but may change without an event: an answer to an event
/// that shows one of them is shared for a second. What is about the asker is in no table: `role`, `totpEnabled`.
pub(super) const CHANGING: &[(&str, &[&str])] = &[
    ("Post", &["author", "mediaFetches", "metrics", "metricsByPlatform", "saga"]),
    ("PostTarget", &["metrics", "steps"]),
    ("Media", &["url"]),
    ("MediaFetch", &["error", "media", "status", "url"]),
    (
        "PublishStep",
        &[
            "error",
            "evidence",
            "id",
            "key",
            "name",
            "phase",
            "publicEffect",
            "remoteId",
            "sentAt",
            "settledAt",
            "state",
            "url",
        ],
    ),
    ("Saga", &["completedSteps", "databaseId", "failedStep", "failedTarget", "id", "state"]),
    (
        "PostMetrics",
        &[
            "clicks",
            "comments",
            "engagement",
            "engagementRate",
            "history",
            "impressions",
            "likes",
            "reach",
            "saves",
            "shares",
            "updatedAt",
            "views",
        ],
    ),
    (
        "PostMetricsPoint",
        &["at", "comments", "engagement", "impressions", "likes", "reach", "shares", "views"],
    ),
    ("PlatformMetrics", &["metrics", "platform"]),
    ("Account", &["health"]),
    ("AccountHealth", &["ok", "problems"]),
    ("Campaign", &["createdBy", "overduePosts"]),
    ("InboxMessage", &["replies", "reply"]),
    (
        "InboxReply",
        &[
            "attempts",
            "author",
            "automatic",
            "createdAt",
            "databaseId",
            "error",
            "evidence",
            "id",
            "message",
            "nextAttemptAt",
            "remoteId",
            "sentAt",
            "settledAt",
            "state",
            "text",
            "url",
        ],
    ),
    ("User", &["createdAt", "databaseId", "email", "id", "name"]),
    ("Workspace", &["name"]),
];
