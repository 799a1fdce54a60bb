//! What the rest of the program may ask of a database: one trait a noun, whose methods are commands (one transaction
//! each) and queries.
//!
//! These files are compiled three times: here, where `contract!` declares a trait, and in each backend, where it
//! implements that trait with the functions of the same name in `repo/`.

pub mod accounts;
pub mod agenda;
pub mod ai_usage;
pub mod analytics;
pub mod api_keys;
pub mod audit;
pub mod budgets;
pub mod campaigns;
pub mod claimed;
pub mod email_keys;
pub mod erasure;
pub mod events;
pub mod expiry;
pub mod exports;
pub mod idempotency;
pub mod imports;
pub mod inbox;
pub mod inbox_looks;
pub mod inbox_replies;
pub mod invitations;
pub mod jobs;
pub mod kept_counts;
pub mod ledger;
pub mod media;
pub mod media_fetches;
pub mod members;
pub mod metrics;
pub mod metrics_queue;
pub mod oauth_states;
pub mod outcomes;
pub mod ownership;
pub mod people;
pub mod personal_data;
pub mod posts;
pub mod profiles;
pub mod reply_queue;
pub mod room;
pub mod run_writes;
pub mod sagas;
pub mod sealed;
pub mod sealing_servers;
pub mod second_factors;
pub mod sessions;
pub mod settings;
pub mod targets;
pub mod templates;
pub mod token_refreshes;
pub mod unowned_files;
pub mod usage;
pub mod workspaces;

database! {
    accounts: Accounts,
    agenda: Agenda,
    ai_usage: AiUsage,
    analytics: Analytics,
    api_keys: ApiKeys,
    audit: Audit,
    budgets: Budgets,
    campaigns: Campaigns,
    claimed: Claimed,
    email_keys: EmailKeys,
    erasure: Erasure,
    events: Events,
    expiry: Expiry,
    exports: Exports,
    idempotency: Idempotency,
    imports: Imports,
    inbox: Inbox,
    inbox_looks: InboxLooks,
    inbox_replies: InboxReplies,
    invitations: Invitations,
    jobs: Jobs,
    kept_counts: KeptCounts,
    ledger: Ledger,
    media: MediaFiles,
    media_fetches: MediaFetches,
    members: Members,
    metrics: Metrics,
    metrics_queue: MetricsQueue,
    oauth_states: OauthStates,
    outcomes: Outcomes,
    ownership: Ownership,
    people: People,
    personal_data: PersonalData,
    posts: Posts,
    profiles: Profiles,
    reply_queue: ReplyQueue,
    room: DiskRoom,
    run_writes: RunWrites,
    sagas: Sagas,
    sealed: Sealed,
    sealing_servers: SealingServers,
    second_factors: SecondFactors,
    sessions: Sessions,
    settings: Settings,
    targets: Targets,
    templates: Templates,
    token_refreshes: TokenRefreshes,
    unowned_files: UnownedFiles,
    usage: Usage,
    workspaces: Workspaces,
}
