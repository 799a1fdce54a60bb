//! All that is stored about a user, as an archive for that user.

mod archive;
mod told;

use super::people::People;
use crate::context::{Context, ServiceError, ServiceResult};
use crate::media::{MediaLibrary, StorageKey};
use archive::{Archive, Content};
use bytes::Bytes;
use fanfare_cache::rate::Limited;
use fanfare_domain::actor::{Actor, Credential};
use fanfare_domain::id::{
    AccountId, CampaignId, InboxReplyId, MediaId, PostId, TemplateId, UserId, WorkspaceId,
};
use fanfare_storage::rows::{Campaign, InboxReply, Media, Post, ShownAccount, Target, Template, User};
use futures_util::future::BoxFuture;
use futures_util::stream::BoxStream;
use futures_util::{FutureExt as _, StreamExt as _};
use serde_json::Value;
use std::io;
use std::sync::Arc;
use tracing::Instrument as _;

/// Rows that are in memory at once.
const PAGE: i64 = 100;
/// Archives that a person may begin in a minute.
const PER_MINUTE: u32 = 3;

/// The bytes of the archive; an error: it is not whole.
pub type PersonalData = BoxStream<'static, io::Result<Bytes>>;

type Rows<'a, Row> = BoxFuture<'a, ServiceResult<Vec<Row>>>;

/// The service of personal data.
#[derive(Clone)]
pub struct PersonalArchives {
    context: Arc<Context>,
    people: People,
    library: MediaLibrary,
}

impl PersonalArchives {
    pub(crate) fn new(context: &Arc<Context>, people: &People, library: &MediaLibrary) -> Self {
        Self { context: Arc::clone(context), people: people.clone(), library: library.clone() }
    }

    /// Begins to send everything of the actor's own. Only with a session: a key stands for a program.
    pub async fn begin(&self, actor: &Actor) -> ServiceResult<PersonalData> {
        if !matches!(actor.credential, Credential::Session(_)) {
            let words = "An API key cannot fetch its person's data; sign in with the password.";
            return Err(ServiceError::Forbidden(words.to_owned()));
        }
        self.context
            .rates
            .take(Limited::PersonalData(actor.user_id), PER_MINUTE, self.context.clock.now())
            .await?;
        let user = self.people.get(actor).await?;
        tracing::info!(user.id = %user.id, "personal data exported");
        let (archive, sent) = archive::begin();
        let work = send(self.clone(), user, archive);
        tokio::spawn(work.instrument(tracing::Span::current()));
        Ok(sent.boxed())
    }
}

async fn send(archives: PersonalArchives, user: User, mut archive: Archive) {
    let user_id = user.id;
    let mut telling =
        Telling { archives: &archives, user: user_id, places: Vec::new(), archive: &mut archive };
    let error = match telling.tell(&user).await {
        Ok(()) => match archive.end().await {
            Ok(()) => return,
            Err(error) => {
                return tracing::info!(%error, user.id = %user_id, "nobody took the end of an archive");
            }
        },
        Err(error) => error,
    };
    if let ServiceError::Internal(error) = &error
        && error.downcast_ref::<io::Error>().is_some_and(|error| error.kind() == io::ErrorKind::BrokenPipe)
    {
        return tracing::info!(user.id = %user_id, "nobody waits for an archive any more");
    }
    tracing::error!(%error, user.id = %user_id, "an archive could not be made whole");
    archive.fail(io::Error::other("The archive could not be made whole.")).await;
}

/// The archive on its way.
struct Telling<'a> {
    archives: &'a PersonalArchives,
    user: UserId,
    /// Where the user is a member.
    places: Vec<WorkspaceId>,
    archive: &'a mut Archive,
}

impl Telling<'_> {
    async fn tell(&mut self, user: &User) -> ServiceResult<()> {
        let (db, id) = (&self.archives.context.db, self.user);
        let places = db.personal_data().memberships(id).await?;
        let sessions = db.personal_data().sessions(id).await?;
        let keys = db.personal_data().keys(id).await?;
        self.places = places.iter().map(|(place, _)| place.workspace_id).collect();
        self.entry("profile.json", &told::profile(user)).await?;
        self.entry("sessions.json", &sessions.iter().map(told::session).collect()).await?;
        self.entry("memberships.json", &places.iter().map(told::membership).collect()).await?;
        self.entry("api_keys.json", &keys.iter().map(told::key).collect()).await?;
        self.tell_what_he_set_up().await?;
        self.tell_what_he_wrote().await
    }

    async fn tell_what_he_set_up(&mut self) -> ServiceResult<()> {
        let (db, user) = (&self.archives.context.db, self.user);
        let accounts =
            |at, last| async move { Ok(db.personal_data().accounts(at, user, last, PAGE).await?) }.boxed();
        self.list("accounts.json", AccountId(0), accounts, |row: &ShownAccount| row.id, told::account)
            .await?;
        let campaigns =
            |at, last| async move { Ok(db.personal_data().campaigns(at, user, last, PAGE).await?) }.boxed();
        let whole = |row: &Campaign| serde_json::to_value(row).unwrap_or_default();
        self.list("campaigns.json", CampaignId(0), campaigns, |row| row.id, whole).await?;
        let templates =
            |at, last| async move { Ok(db.personal_data().templates(at, user, last, PAGE).await?) }.boxed();
        let whole = |row: &Template| serde_json::to_value(row).unwrap_or_default();
        self.list("templates.json", TemplateId(0), templates, |row| row.id, whole).await
    }

    async fn tell_what_he_wrote(&mut self) -> ServiceResult<()> {
        let (db, user) = (&self.archives.context.db, self.user);
        let posts = |at, last| {
            async move { Ok(db.personal_data().posts_with_targets(at, user, last, PAGE).await?) }.boxed()
        };
        self.list("posts.json", PostId(0), posts, |row: &(Post, Vec<Target>)| row.0.id, told::post).await?;
        let replies =
            |at, last| async move { Ok(db.personal_data().replies(at, user, last, PAGE).await?) }.boxed();
        self.list("inbox_replies.json", InboxReplyId(0), replies, |row: &InboxReply| row.id, told::reply)
            .await?;
        let events =
            |at, last| async move { Ok(db.personal_data().events(at, user, last, PAGE).await?) }.boxed();
        self.list("activity.json", 0, events, |row| row.event.seq, told::event).await?;
        let media =
            |at, last| async move { Ok(db.personal_data().media(at, user, last, PAGE).await?) }.boxed();
        let medium = |row: &Media| {
            told::medium(row, StorageKey::parse(&row.storage_key).map(|key| place_of(row, &key)))
        };
        self.list("media.json", MediaId(0), media, |row| row.id, medium).await?;
        self.tell_files(media).await
    }

    async fn entry(&mut self, name: &str, content: &Value) -> ServiceResult<()> {
        self.archive.entry(name, Content::Text).map_err(broken)?;
        let text = format!("{content:#}\n");
        self.archive.write(text.as_bytes()).await.map_err(broken)
    }

    /// An entry with a list of what `page` reads of each workspace, behind a place.
    async fn list<'a, Row, Place: Copy>(
        &mut self,
        name: &str,
        first: Place,
        page: impl Fn(WorkspaceId, Place) -> Rows<'a, Row>,
        place: impl Fn(&Row) -> Place,
        told: impl Fn(&Row) -> Value,
    ) -> ServiceResult<()> {
        self.archive.entry(name, Content::Text).map_err(broken)?;
        let mut before = "[\n";
        for workspace in self.places.clone() {
            let mut last = first;
            loop {
                let rows = page(workspace, last).await?;
                for row in &rows {
                    let item = format!("{before}{}", told(row));
                    self.archive.write(item.as_bytes()).await.map_err(broken)?;
                    before = ",\n";
                }
                let Some(row) = rows.last() else { break };
                last = place(row);
            }
        }
        let end = if before == "[\n" { "[]\n" } else { "\n]\n" };
        self.archive.write(end.as_bytes()).await.map_err(broken)
    }

    /// The files of the user's media. One that no longer exists is left out.
    async fn tell_files<'a>(
        &mut self,
        page: impl Fn(WorkspaceId, MediaId) -> Rows<'a, Media>,
    ) -> ServiceResult<()> {
        for workspace in self.places.clone() {
            let mut last = MediaId(0);
            loop {
                let rows = page(workspace, last).await?;
                for medium in &rows {
                    self.tell_file(medium).await?;
                }
                let Some(medium) = rows.last() else { break };
                last = medium.id;
            }
        }
        Ok(())
    }

    async fn tell_file(&mut self, medium: &Media) -> ServiceResult<()> {
        let store = self.archives.library.store();
        let Some(key) = StorageKey::parse(&medium.storage_key) else { return Ok(()) };
        let size = match store.size(&key).await {
            Ok(size) if size > 0 => size,
            Ok(_) => return Ok(()),
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
            Err(error) => return Err(broken(error)),
        };
        self.archive.entry(&place_of(medium, &key), Content::Media).map_err(broken)?;
        let mut chunks = store.stream(&key, 0..size).await.map_err(broken)?.chunks;
        while let Some(chunk) = chunks.next().await {
            self.archive.write(&chunk.map_err(broken)?).await.map_err(broken)?;
        }
        Ok(())
    }
}

/// Where the file of a medium stands in the archive: no user's text is a path.
fn place_of(medium: &Media, key: &StorageKey) -> String {
    format!("media/{}.{}", medium.id, key.file_type.extension())
}

fn broken(error: io::Error) -> ServiceError {
    ServiceError::Internal(error.into())
}
