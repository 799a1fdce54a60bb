//! Templates of a workspace's own. Those that come with the server are in no table.

use super::{Conn, events, idempotency};
use fanfare_domain::clock::Timestamp;
use fanfare_domain::event::payload::TemplatePayload;
use fanfare_domain::event::{EventActor, EventPayload, NewEvent, Seq, Subject};
use fanfare_domain::id::{TemplateId, WorkspaceId};
use fanfare_domain::revision::ExpectedRevision;
use fanfare_domain::template::TemplatePatch;
use fanfare_storage::command::idempotent::{KeyedInput, Replay};
use fanfare_storage::page::{Order, TemplateFilter, Window};
use fanfare_storage::prelude::*;
use fanfare_storage::rows::{NewTemplate, Template};
use serde_json::{Value, json};

/// Stores a template. Under a known key the first result is answered again.
pub async fn create(
    conn: &mut Conn,
    new: NewTemplate,
    actor: EventActor,
    key: Option<KeyedInput>,
    now: Timestamp,
) -> CommandResult<(Template, Seq)> {
    tx!(conn, {
        let workspace = new.workspace_id;
        if let Some(key) = &key
            && let Replay::Known(first) = idempotency::begin(conn, key, now).await?
        {
            let id = first.and_then(|first| first.get("template_id")?.as_i64()).map(TemplateId);
            let found = by_ids(conn, workspace, id.as_slice()).await?.pop();
            return Ok((found.ok_or(CommandError::NotFound)?, events::last_seq(conn, workspace).await?));
        }
        let details = &new.details;
        let template: Template = diesel::insert_into(templates::table)
            .values((
                templates::workspace_id.eq(workspace),
                templates::name.eq(&details.name),
                templates::content_template.eq(&details.content_template),
                templates::hashtag_template.eq(&details.hashtag_template),
                templates::platform.eq(details.platform),
                templates::category.eq(details.category),
                templates::created_by.eq(new.created_by),
                templates::created_at.eq(now),
                templates::updated_at.eq(now),
            ))
            .returning(Template::as_returning())
            .get_result(conn)
            .await?;
        if let Some(key) = &key {
            idempotency::store(conn, key, json!({ "template_id": template.id })).await?;
        }
        let event = event(EventPayload::TemplateCreated, &template)
            .changing(Value::Null, template.details().audited());
        let seq = events::append(conn, workspace, Some(actor), vec![event], now).await?;
        Ok((template, seq))
    })
}

/// Changes a template of the expected revision.
pub async fn update(
    conn: &mut Conn,
    workspace: WorkspaceId,
    id: TemplateId,
    expected: ExpectedRevision,
    patch: TemplatePatch,
    actor: EventActor,
    now: Timestamp,
) -> CommandResult<(Template, Seq)> {
    tx!(conn, {
        let stored = lock(conn, workspace, id).await?;
        expected.check(stored.revision)?;
        let before = stored.details();
        let mut details = before.clone();
        details.apply(patch);
        details.trim();
        let errors = details.check();
        if !errors.is_empty() {
            return Err(CommandError::Refused(errors));
        }
        if details == before {
            return Ok((stored, events::last_seq(conn, workspace).await?));
        }
        let template: Template = diesel::update(templates::table.find(id))
            .set((
                templates::name.eq(&details.name),
                templates::content_template.eq(&details.content_template),
                templates::hashtag_template.eq(&details.hashtag_template),
                templates::platform.eq(details.platform),
                templates::category.eq(details.category),
                templates::updated_at.eq(now),
                templates::revision.eq(templates::revision + 1),
            ))
            .returning(Template::as_returning())
            .get_result(conn)
            .await?;
        let event =
            event(EventPayload::TemplateUpdated, &template).changing(before.audited(), details.audited());
        let seq = events::append(conn, workspace, Some(actor), vec![event], now).await?;
        Ok((template, seq))
    })
}

/// Deletes a template. Posts that were made of it stay.
pub async fn delete(
    conn: &mut Conn,
    workspace: WorkspaceId,
    id: TemplateId,
    actor: EventActor,
    now: Timestamp,
) -> CommandResult<Seq> {
    tx!(conn, {
        let template = lock(conn, workspace, id).await?;
        diesel::delete(templates::table.find(id)).execute(conn).await?;
        let event = event(EventPayload::TemplateDeleted, &template)
            .changing(template.details().audited(), Value::Null);
        Ok(events::append(conn, workspace, Some(actor), vec![event], now).await?)
    })
}

async fn lock(conn: &mut Conn, workspace: WorkspaceId, id: TemplateId) -> CommandResult<Template> {
    let query = templates::table
        .filter(templates::workspace_id.eq(workspace).and(templates::id.eq(id)))
        .select(Template::as_select());
    pg_only! { let query = query.for_update(); }
    query.first(conn).await.optional()?.ok_or(CommandError::NotFound)
}

/// An event of a template; `kind`: the variant of its payload.
fn event(kind: fn(TemplatePayload) -> EventPayload, template: &Template) -> NewEvent {
    let subject = Subject { template_id: Some(template.id), ..Subject::default() };
    let payload = TemplatePayload {
        template_id: template.id,
        name: template.name.clone(),
        platform: template.platform,
        category: template.category,
    };
    NewEvent::new(subject, kind(payload))
}

macro_rules! filtered {
    ($workspace:expr, $filter:expr) => {{
        let mut query = templates::table.into_boxed().filter(templates::workspace_id.eq($workspace));
        if let Some(platform) = $filter.platform {
            query = query.filter(templates::platform.eq(platform).or(templates::platform.is_null()));
        }
        if let Some(category) = $filter.category {
            query = query.filter(templates::category.eq(category));
        }
        query
    }};
}

/// A window of the templates, newest first.
pub async fn page(
    conn: &mut Conn,
    workspace: WorkspaceId,
    filter: &TemplateFilter,
    window: &Window,
) -> QueryResult<Vec<Template>> {
    let order = Order::NewestFirst;
    windowed!(filtered!(workspace, filter), window, order, templates::created_at, templates::id, TemplateId)
        .select(Template::as_select())
        .load(conn)
        .await
}

/// The ids of a window, in the order of [`page`].
pub async fn ids(
    conn: &mut Conn,
    workspace: WorkspaceId,
    filter: &TemplateFilter,
    window: &Window,
) -> QueryResult<Vec<TemplateId>> {
    let order = Order::NewestFirst;
    windowed!(filtered!(workspace, filter), window, order, templates::created_at, templates::id, TemplateId)
        .select(templates::id)
        .load(conn)
        .await
}

/// How many templates a filter finds.
pub async fn count(conn: &mut Conn, workspace: WorkspaceId, filter: &TemplateFilter) -> QueryResult<i64> {
    filtered!(workspace, filter).count().get_result(conn).await
}

/// Templates by id; those of other workspaces are left out.
pub async fn by_ids(
    conn: &mut Conn,
    workspace: WorkspaceId,
    ids: &[TemplateId],
) -> QueryResult<Vec<Template>> {
    templates::table
        .filter(templates::workspace_id.eq(workspace).and(templates::id.eq_any(ids)))
        .select(Template::as_select())
        .load(conn)
        .await
}
