//! The media library.

use super::uses::goes_out;
use crate::Conn;
use crate::repo::{events, idempotency, unowned_files};
use fanfare_domain::clock::Timestamp;
use fanfare_domain::event::payload::MediaPayload;
use fanfare_domain::event::{EventActor, EventPayload, NewEvent, Seq, Subject};
use fanfare_domain::id::{MediaId, PostId, TargetId, WorkspaceId};
use fanfare_domain::media::MediaPatch;
use fanfare_domain::post::PostReach;
use fanfare_domain::revision::ExpectedRevision;
use fanfare_domain::user_error::{UserError, UserErrorCode};
use fanfare_storage::command::idempotent::{KeyedInput, Replay};
use fanfare_storage::page::{MediaFilter, Order, Window};
use fanfare_storage::prelude::*;
use fanfare_storage::rows::{Media, NewMedia, NewUnownedFile};
use serde_json::json;
use std::collections::BTreeSet;

/// Ids of one statement: each is a bind variable of its own on SQLite.
const AT_ONCE: usize = 1_000;

/// Stores a medium whose file is registered and in place. For a key that was used before it answers the first medium, and
/// the file of `new` stays registered.
pub async fn insert(
    conn: &mut Conn,
    new: NewMedia,
    actor: EventActor,
    key: Option<KeyedInput>,
) -> CommandResult<(Media, Seq)> {
    tx!(conn, {
        if let Some(key) = &key
            && let Replay::Known(first) = idempotency::begin(conn, key, new.created_at).await?
        {
            let id = first.and_then(|first| first.get("media_id")?.as_i64()).map(MediaId);
            let medium = match id {
                Some(id) => by_ids(conn, new.workspace_id, &[id]).await?.pop(),
                None => None,
            };
            let seq = events::last_seq(conn, new.workspace_id).await?;
            return Ok((medium.ok_or(CommandError::NotFound)?, seq));
        }
        unowned_files::adopt(conn, new.workspace_id, &new.storage_key).await?;
        let medium: Media = diesel::insert_into(media::table)
            .values(&new)
            .returning(Media::as_returning())
            .get_result(conn)
            .await?;
        if let Some(key) = &key {
            idempotency::store(conn, key, json!({ "media_id": medium.id })).await?;
        }
        let event = event(EventPayload::MediaUploaded, &medium);
        let seq = events::append(conn, new.workspace_id, Some(actor), vec![event], new.created_at).await?;
        Ok((medium, seq))
    })
}

/// Forgets a medium that no post uses, and has its file deleted; answers its row.
pub async fn delete(
    conn: &mut Conn,
    workspace: WorkspaceId,
    id: MediaId,
    actor: EventActor,
    now: Timestamp,
) -> CommandResult<(Media, Seq)> {
    tx!(conn, {
        let found = by_ids(conn, workspace, &[id]).await?.pop();
        let medium = found.ok_or(CommandError::NotFound)?;
        let in_posts: i64 =
            post_media::table.filter(post_media::media_id.eq(id)).count().get_result(conn).await?;
        let in_targets: i64 =
            target_media::table.filter(target_media::media_id.eq(id)).count().get_result(conn).await?;
        if in_posts + in_targets > 0 {
            let words =
                format!("{} post(s) or variant(s) use it; remove it from them first.", in_posts + in_targets);
            return Err(UserError::new(UserErrorCode::MediaInUse, "mediaId", words).into());
        }
        diesel::delete(media::table.find(id)).execute(conn).await?;
        let file = NewUnownedFile {
            storage_key: medium.storage_key.clone(),
            workspace_id: workspace,
            size_bytes: medium.size_bytes,
            delete_at: now,
        };
        unowned_files::give_up(conn, file).await?;
        let event = event(EventPayload::MediaDeleted, &medium);
        let seq = events::append(conn, workspace, Some(actor), vec![event], now).await?;
        Ok((medium, seq))
    })
}

/// Changes what is said of a medium of the expected revision. A change of the alternative text is refused where a post
/// beyond `reach` would go out with it.
pub async fn update(
    conn: &mut Conn,
    (workspace, id): (WorkspaceId, MediaId),
    expected: ExpectedRevision,
    patch: MediaPatch,
    reach: PostReach,
    actor: EventActor,
    now: Timestamp,
) -> CommandResult<(Media, Seq)> {
    tx!(conn, {
        let locked = media::table
            .filter(media::workspace_id.eq(workspace).and(media::id.eq(id)))
            .select(Media::as_select());
        pg_only! { let locked = locked.for_no_key_update(); }
        let before: Media = locked.first(conn).await.optional()?.ok_or(CommandError::NotFound)?;
        expected.check(before.revision)?;
        let (mut file_name, mut alt_text) = (before.file_name.clone(), before.alt_text.clone());
        patch.file_name.apply(&mut file_name);
        patch.alt_text.apply(&mut alt_text);
        let described = alt_text != before.alt_text;
        if !described && file_name == before.file_name {
            return Ok((before, events::last_seq(conn, workspace).await?));
        }
        if described && reach == PostReach::Drafts && goes_out(conn, workspace, id).await? {
            let words = "A post that is scheduled or on its way has the file: changing its alternative text needs the \
                         right to publish.";
            return Err(UserError::new(UserErrorCode::PostStateForbids, "altText", words).into());
        }
        let medium: Media = diesel::update(media::table.find(id))
            .set((
                media::file_name.eq(file_name),
                media::alt_text.eq(alt_text),
                media::revision.eq(media::revision + 1),
            ))
            .returning(Media::as_returning())
            .get_result(conn)
            .await?;
        let event = event(EventPayload::MediaUpdated, &medium).changing(before.audited(), medium.audited());
        let seq = events::append(conn, workspace, Some(actor), vec![event], now).await?;
        Ok((medium, seq))
    })
}

/// An event of a media file; `kind`: the variant of its payload.
fn event(kind: fn(MediaPayload) -> EventPayload, medium: &Media) -> NewEvent {
    let subject = Subject { media_id: Some(medium.id), ..Subject::default() };
    let payload = MediaPayload {
        media_id: medium.id,
        mime_type: medium.mime_type.clone(),
        size_bytes: medium.size_bytes,
        file_name: medium.file_name.clone(),
    };
    NewEvent::new(subject, kind(payload))
}

/// Media by id; those of other workspaces are left out.
pub async fn by_ids(conn: &mut Conn, workspace: WorkspaceId, ids: &[MediaId]) -> QueryResult<Vec<Media>> {
    media::table
        .filter(media::workspace_id.eq(workspace).and(media::id.eq_any(ids)))
        .select(Media::as_select())
        .load(conn)
        .await
}

/// Refuses ids that are not of this workspace; `field` is the input's.
pub(in crate::repo) async fn assert_in(
    conn: &mut Conn,
    workspace: WorkspaceId,
    ids: &[MediaId],
    field: &str,
) -> CommandResult<()> {
    let wanted: BTreeSet<MediaId> = ids.iter().copied().collect();
    let wanted: Vec<MediaId> = wanted.into_iter().collect();
    let mut known: BTreeSet<MediaId> = BTreeSet::new();
    for wanted in wanted.chunks(AT_ONCE) {
        let found: Vec<MediaId> = media::table
            .filter(media::workspace_id.eq(workspace).and(media::id.eq_any(wanted)))
            .select(media::id)
            .load(conn)
            .await?;
        known.extend(found);
    }
    match ids.iter().position(|id| !known.contains(id)) {
        Some(index) => Err(UserError::not_found(&format!("{field}.{index}"), "media file").into()),
        None => Ok(()),
    }
}

macro_rules! filtered {
    ($workspace:expr, $filter:expr, $few:expr) => {{
        let few: &Option<Vec<MediaId>> = $few;
        let mut query = media::table.into_boxed();
        query = match few {
            // A sum has no index: the database has to go by the ids.
            Some(few) => query
                .filter((media::workspace_id + 0_i64).eq($workspace))
                .filter(media::id.eq_any(few.clone())),
            None => query.filter(media::workspace_id.eq($workspace)),
        };
        if let Some(text) = &$filter.text {
            let name = contains!(media::file_name.assume_not_null(), text);
            let description = contains!(media::alt_text.assume_not_null(), text);
            query = query.filter(
                media::file_name.is_not_null().and(name).or(media::alt_text.is_not_null().and(description)),
            );
        }
        if let Some(kinds) = &$filter.kinds {
            query = query.filter(media::kind.eq_any(kinds.clone()));
        }
        query
    }};
}

sqlite_only! {
    /// All media that may hold the text of a filter, where they are few.
    async fn holding(
        conn: &mut Conn,
        workspace: WorkspaceId,
        filter: &MediaFilter,
    ) -> QueryResult<Option<Vec<MediaId>>> {
        use crate::text_index::{Searched, holders};
        use fanfare_storage::page::FEW;
        let Some(text) = &filter.text else { return Ok(None) };
        let found = holders(conn, Searched::MediaText, workspace, text, FEW + 1).await?;
        let few = found.filter(|ids| i64::try_from(ids.len()).is_ok_and(|found| found <= FEW));
        Ok(few.map(|ids| ids.into_iter().map(MediaId).collect()))
    }
}

/// A window of the library, newest first.
pub async fn page(
    conn: &mut Conn,
    workspace: WorkspaceId,
    filter: &MediaFilter,
    window: &Window,
) -> QueryResult<Vec<Media>> {
    sqlite_only! { let few = holding(conn, workspace, filter).await?; }
    // The index of parts serves the filter itself.
    pg_only! { let few: Option<Vec<MediaId>> = None; }
    if few.as_ref().is_some_and(Vec::is_empty) {
        return Ok(Vec::new());
    }
    let library = filtered!(workspace, filter, &few);
    windowed!(library, window, Order::NewestFirst, media::created_at, media::id, MediaId)
        .select(Media::as_select())
        .load(conn)
        .await
}

/// How many media a filter finds.
pub async fn count(conn: &mut Conn, workspace: WorkspaceId, filter: &MediaFilter) -> QueryResult<i64> {
    sqlite_only! { let few = holding(conn, workspace, filter).await?; }
    // The index of parts serves the filter itself.
    pg_only! { let few: Option<Vec<MediaId>> = None; }
    if few.as_ref().is_some_and(Vec::is_empty) {
        return Ok(0);
    }
    filtered!(workspace, filter, &few).count().get_result(conn).await
}

/// The media of posts, in their order.
pub async fn of_posts(
    conn: &mut Conn,
    workspace: WorkspaceId,
    posts: &[PostId],
) -> QueryResult<Vec<(PostId, Media)>> {
    post_media::table
        .inner_join(media::table)
        .filter(post_media::workspace_id.eq(workspace).and(post_media::post_id.eq_any(posts)))
        .order((post_media::post_id, post_media::position))
        .select((post_media::post_id, Media::as_select()))
        .load(conn)
        .await
}

/// The media that targets have of their own, in their order.
pub async fn of_targets(
    conn: &mut Conn,
    workspace: WorkspaceId,
    targets: &[TargetId],
) -> QueryResult<Vec<(TargetId, Media)>> {
    target_media::table
        .inner_join(media::table)
        .filter(target_media::workspace_id.eq(workspace).and(target_media::target_id.eq_any(targets)))
        .order((target_media::target_id, target_media::position))
        .select((target_media::target_id, Media::as_select()))
        .load(conn)
        .await
}
