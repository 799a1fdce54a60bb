//! All services, made in one place.

use crate::account::{Accounts, Connections};
use crate::analytics::AnalyticsReports;
use crate::api_key::ApiKeys;
use crate::audit::AuditLog;
use crate::calendar::Calendars;
use crate::campaign::Campaigns;
use crate::context::{Access, Context, ServiceOptions};
use crate::cost::Costs;
use crate::event::Events;
use crate::export::Exports;
use crate::import::Imports;
use crate::inbox::Inbox;
use crate::invitation::Invitations;
use crate::media::{FileDeletions, MediaFetches, MediaLibrary, MediaStore};
use crate::metrics::Metrics;
use crate::person::{Erasure, Passwords, People, PersonalArchives, Profiles, SecondFactors};
use crate::place::Places;
use crate::post::{Beside, Posts};
use crate::publication::Publications;
use crate::session::Sessions;
use crate::settings::Settings;
use crate::template::Templates;
use crate::whole_answer::WholeAnswers;
use crate::workspace::Workspaces;
use crate::writing::{WritingAids, WritingModel};
use fanfare_auth::{AccessTokens, ApiKeyHasher, Sealer, UrlSigner};
use fanfare_cache::ReadCache;
use fanfare_cache::rate::RateLimiter;
use fanfare_domain::clock::SharedClock;
use fanfare_events::Hub;
use fanfare_net::{HttpClient, PublicFetcher};
use fanfare_platform_api::Registry;
use fanfare_storage::Db;
use std::sync::Arc;
use url::Url;

/// What the services are made of.
pub struct Parts {
    pub db: Db,
    pub cache: ReadCache,
    pub clock: SharedClock,
    pub hub: Arc<Hub>,
    pub registry: Registry,
    pub sealer: Arc<Sealer>,
    pub access_tokens: AccessTokens,
    pub passwords: fanfare_auth::Passwords,
    pub api_key_hasher: ApiKeyHasher,
    pub url_signer: UrlSigner,
    pub media_store: Arc<MediaStore>,
    pub http: HttpClient,
    pub fetcher: PublicFetcher,
    pub rates: RateLimiter,
    /// `None`: rules write.
    pub writing_model: Option<WritingModel>,
    pub options: ServiceOptions,
}

macro_rules! services {
    ($($(#[$meta:meta])* $noun:ident: $service:ident),+ $(,)?) => {
        /// The services, one a noun. Made once, by the program.
        pub struct Services {
            context: Arc<Context>,
            registry: Registry,
            $($noun: $service,)+
        }

        impl Services {
            $($(#[$meta])* pub fn $noun(&self) -> &$service {
                &self.$noun
            })+
        }
    };
}

services! {
    /// Who has which account.
    accounts: Accounts,
    analytics: AnalyticsReports,
    api_keys: ApiKeys,
    audit: AuditLog,
    calendars: Calendars,
    campaigns: Campaigns,
    connections: Connections,
    costs: Costs,
    erasure: Erasure,
    events: Events,
    exports: Exports,
    file_deletions: FileDeletions,
    imports: Imports,
    inbox: Inbox,
    invitations: Invitations,
    media: MediaLibrary,
    media_fetches: MediaFetches,
    metrics: Metrics,
    passwords: Passwords,
    people: People,
    personal_archives: PersonalArchives,
    places: Places,
    posts: Posts,
    profiles: Profiles,
    publications: Publications,
    second_factors: SecondFactors,
    sessions: Sessions,
    settings: Settings,
    templates: Templates,
    whole_answers: WholeAnswers,
    workspaces: Workspaces,
    writing: WritingAids,
}

impl Services {
    /// Makes the services.
    pub fn new(parts: Parts) -> Arc<Self> {
        let Parts { db, cache, clock, hub, rates, options, registry, sealer, url_signer, .. } = parts;
        let access = Access::default();
        let context = &Arc::new(Context { db, cache, clock, hub, access, rates, options });
        let hasher = &Arc::new(parts.passwords);
        let places = &Places::new(context);
        let workspaces = &Workspaces::new(context);
        let accounts = &Accounts::new(context, &registry, &sealer);
        let analytics = &AnalyticsReports::new(context, workspaces, places);
        let media = &MediaLibrary::new(context, &parts.media_store, &url_signer);
        let people = &People::new(context);
        let passwords = &Passwords::new(context, people, hasher);
        let second_factors = &SecondFactors::new(context, &sealer, passwords);
        let media_fetches = &MediaFetches::new(context, media, parts.fetcher);
        let settings = &Settings::new(context);
        let beside = &Beside { places, accounts, analytics, media_fetches, settings };
        let posts = &Posts::new(context, beside, &registry);
        Arc::new(Self {
            api_keys: ApiKeys::new(context, places, passwords, parts.api_key_hasher),
            audit: AuditLog::new(context),
            calendars: Calendars::new(context, workspaces),
            campaigns: Campaigns::new(context, places),
            connections: Connections::new(context, accounts, &registry, &sealer, parts.http),
            costs: Costs::new(context),
            erasure: Erasure::new(context, passwords, second_factors, media),
            events: Events::new(context),
            exports: Exports::new(context, workspaces, analytics, &url_signer),
            file_deletions: FileDeletions::new(context, &parts.media_store),
            imports: Imports::new(context, places, workspaces, posts),
            inbox: Inbox::new(context, places, accounts, &registry),
            invitations: Invitations::new(context, places),
            metrics: Metrics::new(context, places),
            personal_archives: PersonalArchives::new(context, people, media),
            profiles: Profiles::new(context, passwords),
            publications: Publications::new(context),
            sessions: Sessions::new(context, parts.access_tokens, hasher, second_factors),
            templates: Templates::new(context, places),
            whole_answers: WholeAnswers::new(context),
            writing: WritingAids::new(context, parts.writing_model),
            accounts: accounts.clone(),
            analytics: analytics.clone(),
            media: media.clone(),
            media_fetches: media_fetches.clone(),
            passwords: passwords.clone(),
            people: people.clone(),
            places: places.clone(),
            posts: posts.clone(),
            settings: settings.clone(),
            second_factors: second_factors.clone(),
            workspaces: workspaces.clone(),
            context: Arc::clone(context),
            registry,
        })
    }

    /// The base of every link that leaves the server.
    pub fn public_base(&self) -> &Url {
        &self.context.options.public_base
    }

    pub fn clock(&self) -> &SharedClock {
        &self.context.clock
    }

    /// The platforms that this server has a client for.
    pub fn registry(&self) -> &Registry {
        &self.registry
    }
}
