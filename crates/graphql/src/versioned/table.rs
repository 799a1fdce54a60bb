//! The nouns that each field depends on. A field that is not here keeps the whole answer from being kept.
//!
//! A field may stand here if every change of its value appends an event of one of its nouns
//! ([`nouns`](fanfare_domain::event::ActivityKind::nouns)) in the transaction of the change, for every asker alike. So
//! these must not: what reads the clock (`health`, `overduePosts`, `optimalTimes`), shows rows that work moves on in
//! silence (a target's steps, fetches, keys, exports, imports, the times at which numbers were measured), is about the asker
//! (`viewer`, `role`), or about a person, whom an erasure renames in workspaces that they left long ago. A field that is
//! such at times only says so when it is: `Saga.completedSteps` keeps an answer out while a worker may be at a step, and
//! replies do until they are settled. `Media.url` and `analytics` say until when they hold.

use fanfare_domain::noun::Noun;

/// A type, and its fields by the nouns that they depend on.
pub(super) type Fields = (&'static str, &'static [(&'static [Noun], &'static [&'static str])]);

/// As the field above it: the value never changes as long as the object is reached.
const FIXED: &[Noun] = &[];
const POSTS: &[Noun] = &[Noun::Posts];
const ACCOUNTS: &[Noun] = &[Noun::Accounts];
const METRICS: &[Noun] = &[Noun::Metrics];
const INBOX: &[Noun] = &[Noun::Inbox];
const CAMPAIGNS: &[Noun] = &[Noun::Campaigns];
const TEMPLATES: &[Noun] = &[Noun::Templates];
const MEDIA: &[Noun] = &[Noun::Media];
const SETTINGS: &[Noun] = &[Noun::Settings];
const ANALYTICS: &[Noun] = &[Noun::Publications, Noun::Posts, Noun::Accounts, Noun::Metrics, Noun::Settings];

const CONNECTION: &[(&[Noun], &[&str])] = &[(FIXED, &["edges", "nodes", "pageInfo", "totalCount"])];
const EDGE: &[(&[Noun], &[&str])] = &[(FIXED, &["cursor", "node"])];

/// Every field that has a version.
pub(super) const TABLE: &[Fields] = &[
    (
        "Query",
        &[
            (POSTS, &["post", "posts"]),
            (ACCOUNTS, &["account", "accounts"]),
            (CAMPAIGNS, &["campaign", "campaigns"]),
            (TEMPLATES, &["template", "templates"]),
            (MEDIA, &["media", "mediaLibrary"]),
            (INBOX, &["inboxMessage", "inboxThread", "inboxUnreadCount"]),
            // The filter by post.
            (&[Noun::Inbox, Noun::Posts], &["inboxMessages"]),
            // The days are those of the workspace's time zone.
            (&[Noun::Posts, Noun::Settings], &["calendar"]),
            // It reads the clock too, and says until when it holds.
            (ANALYTICS, &["analytics"]),
            (SETTINGS, &["settings"]),
            (FIXED, &["workspace"]),
        ],
    ),
    ("PageInfo", &[(FIXED, &["endCursor", "hasNextPage", "hasPreviousPage", "startCursor"])]),
    ("PostConnection", CONNECTION),
    ("PostEdge", EDGE),
    ("AccountConnection", CONNECTION),
    ("AccountEdge", EDGE),
    ("CampaignConnection", CONNECTION),
    ("CampaignEdge", EDGE),
    ("TemplateConnection", CONNECTION),
    ("TemplateEdge", EDGE),
    ("MediaConnection", CONNECTION),
    ("MediaEdge", EDGE),
    ("InboxMessageConnection", CONNECTION),
    ("InboxMessageEdge", EDGE),
    (
        "Post",
        &[
            (FIXED, &["createdAt", "databaseId", "id", "workspace"]),
            (
                POSTS,
                &[
                    "content",
                    "errorMessage",
                    "hashtags",
                    "linkUrl",
                    "media",
                    "platforms",
                    "publishMode",
                    "publishedAt",
                    "retryCount",
                    "revision",
                    "scheduledAt",
                    "status",
                    "targets",
                    "templateType",
                    "title",
                    "updatedAt",
                ],
            ),
            (&[Noun::Posts, Noun::Campaigns], &["campaign"]),
            (POSTS, &["saga"]),
            // Of the publications that there are.
            (&[Noun::Metrics, Noun::Posts], &["metrics", "metricsByPlatform"]),
        ],
    ),
    (
        "Saga",
        &[
            (FIXED, &["databaseId", "id"]),
            (POSTS, &["completedSteps", "failedStep", "failedTarget", "state"]),
        ],
    ),
    // Of a saga that is at rest.
    ("PublishStep", &[(FIXED, &["id", "key", "name", "phase", "publicEffect", "remoteId", "state", "url"])]),
    // Not its history, of which only the newest points are kept.
    (
        "PostMetrics",
        &[(
            METRICS,
            &[
                "clicks",
                "comments",
                "engagement",
                "engagementRate",
                "impressions",
                "likes",
                "reach",
                "saves",
                "shares",
                "views",
            ],
        )],
    ),
    ("PlatformMetrics", &[(FIXED, &["metrics", "platform"])]),
    (
        "PostTarget",
        &[
            (FIXED, &["account", "databaseId", "id", "platform"]),
            (
                POSTS,
                &[
                    "attempts",
                    "content",
                    "error",
                    "externalId",
                    "hashtags",
                    "linkUrl",
                    "media",
                    "nextAttemptAt",
                    "post",
                    "publishedAt",
                    "status",
                    "title",
                    "url",
                    "variant",
                ],
            ),
            (METRICS, &["metrics"]),
        ],
    ),
    ("PostVariant", &[(POSTS, &["content", "hashtags", "linkUrl", "media", "title"])]),
    ("TargetError", &[(FIXED, &["code", "message"])]),
    (
        "Account",
        &[
            (FIXED, &["createdAt", "databaseId", "id", "platform", "remoteId", "workspace"]),
            (POSTS, &["posts"]),
            (
                ACCOUNTS,
                &[
                    "accountType",
                    "followersCount",
                    "followingCount",
                    "handle",
                    "isActive",
                    "name",
                    "pictureUrl",
                    "profileUrl",
                    "scopes",
                    "simulated",
                    "status",
                    "statusReason",
                    "tokenExpiresAt",
                    "updatedAt",
                ],
            ),
            (&[Noun::Accounts, Noun::Posts], &["postCount"]),
            (METRICS, &["metrics"]),
        ],
    ),
    // Not the other numbers and the time: a later count of the same day with the same followers has no event.
    ("AccountMetrics", &[(METRICS, &["followers", "growth"])]),
    ("AccountGrowth", &[(FIXED, &["followers", "followersRate"])]),
    (
        "Campaign",
        &[
            (FIXED, &["createdAt", "databaseId", "id", "workspace"]),
            (
                CAMPAIGNS,
                &[
                    "budget",
                    "description",
                    "endDate",
                    "name",
                    "revision",
                    "startDate",
                    "status",
                    "targetPlatforms",
                    "updatedAt",
                ],
            ),
            (POSTS, &["newestPosts", "postCount", "posts"]),
            (&[Noun::Metrics, Noun::Posts], &["metrics"]),
        ],
    ),
    (
        "CampaignMetrics",
        &[(
            METRICS,
            &[
                "clicks",
                "comments",
                "engagement",
                "engagementRate",
                "impressions",
                "likes",
                "reach",
                "saves",
                "shares",
                "views",
            ],
        )],
    ),
    (
        "Workspace",
        &[
            (FIXED, &["createdAt", "databaseId", "id"]),
            (SETTINGS, &["settings", "timeZone"]),
            // As the fields of `Query` with the same names.
            (POSTS, &["posts"]),
            (ACCOUNTS, &["accounts"]),
            (CAMPAIGNS, &["campaigns"]),
            (TEMPLATES, &["templates"]),
            (MEDIA, &["mediaFiles"]),
            (&[Noun::Inbox, Noun::Posts], &["inbox"]),
            (&[Noun::Posts, Noun::Settings], &["calendar"]),
            (ANALYTICS, &["analytics"]),
        ],
    ),
    (
        "Template",
        &[
            (FIXED, &["createdAt", "databaseId", "id", "isSystem", "workspace"]),
            (
                TEMPLATES,
                &[
                    "category",
                    "contentTemplate",
                    "hashtagTemplate",
                    "name",
                    "placeholders",
                    "platform",
                    "revision",
                    "updatedAt",
                ],
            ),
        ],
    ),
    (
        "Media",
        &[
            (
                FIXED,
                &[
                    "createdAt",
                    "databaseId",
                    "durationSeconds",
                    "height",
                    "id",
                    "kind",
                    "mimeType",
                    "sizeBytes",
                    "url",
                    "width",
                    "workspace",
                ],
            ),
            (MEDIA, &["altText", "fileName", "revision"]),
            (POSTS, &["posts"]),
        ],
    ),
    (
        "InboxMessage",
        &[
            (
                FIXED,
                &[
                    "account",
                    "databaseId",
                    "id",
                    "platform",
                    "receivedAt",
                    "remoteId",
                    "sender",
                    "text",
                    "threadKey",
                    "type",
                    "url",
                    "workspace",
                ],
            ),
            (INBOX, &["parent", "replies", "reply", "status", "updatedAt"]),
            (&[Noun::Inbox, Noun::Posts], &["post", "target"]),
        ],
    ),
    // Of one that is settled.
    (
        "InboxReply",
        &[
            (FIXED, &["automatic", "createdAt", "databaseId", "id", "message", "text"]),
            (
                INBOX,
                &[
                    "attempts",
                    "error",
                    "evidence",
                    "nextAttemptAt",
                    "remoteId",
                    "sentAt",
                    "settledAt",
                    "state",
                    "url",
                ],
            ),
        ],
    ),
    ("InboxSender", &[(FIXED, &["handle", "name", "remoteId"])]),
    ("Calendar", &[(FIXED, &["days", "endDate", "period", "startDate", "timeZone", "truncated"])]),
    ("CalendarDay", &[(FIXED, &["date", "posts"])]),
    ("CalendarPeriod", &[(FIXED, &["end", "start"])]),
    (
        "Analytics",
        &[(
            FIXED,
            &[
                "averageEngagementRate",
                "byAccount",
                "byPlatform",
                "daily",
                "dailyCsv",
                "growth",
                "period",
                "previousTotals",
                "totals",
            ],
        )],
    ),
    ("AccountAnalytics", &[(FIXED, &["account", "numbers"])]),
    ("PlatformAnalytics", &[(FIXED, &["numbers", "platform"])]),
    ("AnalyticsShare", &[(FIXED, &["averageEngagementRate", "growth", "previousTotals", "totals"])]),
    ("AnalyticsTotals", &[(FIXED, &["engagement", "followers", "impressions", "posts", "reach", "views"])]),
    ("AnalyticsGrowth", &[(FIXED, &["engagement", "followers", "impressions", "posts", "reach", "views"])]),
    (
        "AnalyticsDay",
        &[(FIXED, &["date", "engagement", "followers", "impressions", "measured", "reach", "views"])],
    ),
    ("AnalyticsPeriod", &[(FIXED, &["days", "end", "start", "timeZone"])]),
    (
        "Settings",
        &[
            (FIXED, &["id"]),
            (
                SETTINGS,
                &[
                    "autoOptimalTime",
                    "autoReply",
                    "bannedKeywords",
                    "engagementNotifications",
                    "revision",
                    "timeZone",
                ],
            ),
        ],
    ),
    ("AutoReply", &[(FIXED, &["enabled", "text"])]),
];
