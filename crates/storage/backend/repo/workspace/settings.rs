//! Settings of workspaces. One that has decided nothing has no row.

use crate::Conn;
use crate::repo::events;
use fanfare_domain::clock::Timestamp;
use fanfare_domain::event::payload::SettingsPayload;
use fanfare_domain::event::{EventActor, EventPayload, NewEvent, Seq, Subject};
use fanfare_domain::id::WorkspaceId;
use fanfare_domain::revision::ExpectedRevision;
use fanfare_domain::settings::{SettingsPatch, WorkspaceSettings};
use fanfare_domain::sql::Strings;
use fanfare_storage::prelude::*;
use fanfare_storage::rows::SettingsRow;

/// The settings of a workspace.
pub async fn of(conn: &mut Conn, workspace: WorkspaceId) -> QueryResult<WorkspaceSettings> {
    let (zone, row): (String, Option<SettingsRow>) = workspaces::table
        .left_join(workspace_settings::table)
        .filter(workspaces::id.eq(workspace))
        .select((workspaces::time_zone, Option::<SettingsRow>::as_select()))
        .first(conn)
        .await?;
    let time_zone = zone.parse().unwrap_or(chrono_tz::UTC);
    Ok(match row {
        Some(row) => row.settings(time_zone),
        None => WorkspaceSettings { time_zone, ..WorkspaceSettings::default() },
    })
}

/// The words that no post of the workspace may hold to be published.
pub async fn banned_keywords(conn: &mut Conn, workspace: WorkspaceId) -> QueryResult<Vec<String>> {
    let words: Option<Strings> = workspace_settings::table
        .find(workspace)
        .select(workspace_settings::banned_keywords)
        .first(conn)
        .await
        .optional()?;
    Ok(words.unwrap_or_default().0)
}

/// What the workspace answers automatically; `None`: nothing.
pub async fn auto_reply(conn: &mut Conn, workspace: WorkspaceId) -> QueryResult<Option<String>> {
    let text: Option<Option<String>> = workspace_settings::table
        .find(workspace)
        .filter(workspace_settings::auto_reply_enabled.eq(true))
        .select(workspace_settings::auto_reply_text)
        .first(conn)
        .await
        .optional()?;
    Ok(text.flatten())
}

/// Whether milestones become events.
pub(in crate::repo) async fn tells_milestones(conn: &mut Conn, workspace: WorkspaceId) -> QueryResult<bool> {
    let told: Option<bool> = workspace_settings::table
        .find(workspace)
        .select(workspace_settings::engagement_notifications)
        .first(conn)
        .await
        .optional()?;
    Ok(told.unwrap_or(WorkspaceSettings::default().engagement_notifications))
}

/// Changes the settings of the expected revision.
pub async fn update(
    conn: &mut Conn,
    workspace: WorkspaceId,
    expected: ExpectedRevision,
    patch: SettingsPatch,
    actor: EventActor,
    now: Timestamp,
) -> CommandResult<(WorkspaceSettings, Seq)> {
    tx!(conn, {
        // Two changes at once: the second sees the first.
        let locked = workspaces::table.find(workspace).select(workspaces::id);
        pg_only! { let locked = locked.for_no_key_update(); }
        let _: WorkspaceId = locked.first(conn).await?;
        let before = of(conn, workspace).await?;
        expected.check(before.revision)?;
        let mut after = before.clone();
        after.apply(patch);
        after.trim();
        let errors = after.check();
        if !errors.is_empty() {
            return Err(CommandError::Refused(errors));
        }
        let changed = after.changed_from(&before);
        if changed.is_empty() {
            return Ok((after, events::last_seq(conn, workspace).await?));
        }
        after.revision += 1;
        diesel::update(workspaces::table.find(workspace))
            .set(workspaces::time_zone.eq(after.time_zone.name()))
            .execute(conn)
            .await?;
        let row = SettingsRow::new(workspace, &after, now);
        diesel::insert_into(workspace_settings::table)
            .values(&row)
            .on_conflict(workspace_settings::workspace_id)
            .do_update()
            .set(&row)
            .execute(conn)
            .await?;
        let changed = changed.into_iter().map(str::to_owned).collect();
        let payload = EventPayload::SettingsUpdated(SettingsPayload { changed });
        let event = NewEvent::new(Subject::default(), payload).changing(before.audited(), after.audited());
        let seq = events::append(conn, workspace, Some(actor), vec![event], now).await?;
        Ok((after, seq))
    })
}
