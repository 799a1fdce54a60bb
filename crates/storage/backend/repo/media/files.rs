//! The media library.

use crate::Conn;
use crate::repo::{events, idempotency, unowned_files};
use fanfare_domain::clock::Timestamp;
use fanfare_domain::event::payload::MediaPayload;
use fanfare_domain::event::{EventActor, EventPayload, NewEvent, Seq, Subject};
use fanfare_domain::id::{MediaId, PostId, TargetId, WorkspaceId};
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
    ($workspace:expr, $filter:expr) => {{
        let mut query = media::table.into_boxed().filter(media::workspace_id.eq($workspace));
        if let Some(kinds) = &$filter.kinds {
            query = query.filter(media::kind.eq_any(kinds.clone()));
        }
        query
    }};
}

/// A window of the library, newest first.
pub async fn page(
    conn: &mut Conn,
    workspace: WorkspaceId,
    filter: &MediaFilter,
    window: &Window,
) -> QueryResult<Vec<Media>> {
    let library = filtered!(workspace, filter);
    windowed!(library, window, Order::NewestFirst, media::created_at, media::id, MediaId)
        .select(Media::as_select())
        .load(conn)
        .await
}

/// How many media a filter finds.
pub async fn count(conn: &mut Conn, workspace: WorkspaceId, filter: &MediaFilter) -> QueryResult<i64> {
    filtered!(workspace, filter).count().get_result(conn).await
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
