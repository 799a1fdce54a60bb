//! The log as the audit reads it. Its order is that of the commits, so that a window is cut by position alone. Polls of
//! metrics are left out: nobody did them, and there are more of them than of everything else.

use crate::Conn;
use fanfare_domain::event::{ActivityKind, Seq};
use fanfare_domain::id::{UserId, WorkspaceId};
use fanfare_storage::page::{AuditFilter, Window};
use fanfare_storage::prelude::*;
use fanfare_storage::rows::{AuditRow, User};

macro_rules! filtered {
    ($query:expr, $workspace:expr, $reader:expr, $filter:expr) => {{
        let (filter, subject) = ($filter, $filter.subject);
        let mut query = $query
            .filter(events::workspace_id.eq($workspace).and(events::kind.ne(ActivityKind::MetricsUpdated)))
            .into_boxed();
        // What is about a user's sign-in is for that user alone, and what may be: an unknown kind that is about a user.
        let shared = ActivityKind::ALL.iter().copied().filter(|kind| !kind.is_private());
        let unknown = events::kind.ne_all(ActivityKind::ALL.to_vec()).and(events::user_id.is_null());
        let shared = events::kind.eq_any(shared.collect::<Vec<_>>()).or(unknown);
        query = match $reader {
            Some(reader) => query.filter(shared.or(events::user_id.eq(reader))),
            None => query.filter(shared),
        };
        if let Some(kinds) = &filter.kinds {
            let named = events::kind.eq_any(kinds.clone());
            query = if kinds.contains(&ActivityKind::Unknown) {
                query.filter(named.or(events::kind.ne_all(ActivityKind::ALL.to_vec())))
            } else {
                query.filter(named)
            };
        }
        if let Some(actor) = filter.actor_id {
            query = query.filter(events::actor_id.eq(actor));
        }
        if let Some(from) = filter.from {
            query = query.filter(events::at.ge(from));
        }
        if let Some(to) = filter.to {
            query = query.filter(events::at.lt(to));
        }
        if let Some(id) = subject.post_id {
            query = query.filter(events::post_id.eq(id));
        }
        if let Some(id) = subject.target_id {
            query = query.filter(events::target_id.eq(id));
        }
        if let Some(id) = subject.account_id {
            query = query.filter(events::account_id.eq(id));
        }
        if let Some(id) = subject.media_id {
            query = query.filter(events::media_id.eq(id));
        }
        if let Some(id) = subject.user_id {
            query = query.filter(events::user_id.eq(id));
        }
        if let Some(id) = subject.campaign_id {
            query = query.filter(events::campaign_id.eq(id));
        }
        if let Some(id) = subject.template_id {
            query = query.filter(events::template_id.eq(id));
        }
        query
    }};
}

/// A window of the log, newest first, with who did it: whoever that was then, member or not. Events about the sign-in of
/// `reader` are among them, of nobody else.
pub async fn page(
    conn: &mut Conn,
    workspace: WorkspaceId,
    reader: Option<UserId>,
    filter: &AuditFilter,
    window: &Window,
) -> QueryResult<Vec<(AuditRow, Option<User>)>> {
    let with_actors = events::table.left_join(users::table.on(events::actor_id.eq(users::id.nullable())));
    let mut query = filtered!(with_actors, workspace, reader, filter);
    if let Some((_, seq)) = window.start {
        query = if window.backward {
            query.filter(events::seq.gt(seq))
        } else {
            query.filter(events::seq.lt(seq))
        };
    }
    query = if window.backward { query.order(events::seq.asc()) } else { query.order(events::seq.desc()) };
    query.limit(window.limit).select((AuditRow::as_select(), Option::<User>::as_select())).load(conn).await
}

/// Entries by their positions, of every kind, whoever may read them.
pub async fn by_seqs(
    conn: &mut Conn,
    workspace: WorkspaceId,
    seqs: &[Seq],
) -> QueryResult<Vec<(AuditRow, Option<User>)>> {
    events::table
        .left_join(users::table.on(events::actor_id.eq(users::id.nullable())))
        .filter(events::workspace_id.eq(workspace).and(events::seq.eq_any(seqs)))
        .select((AuditRow::as_select(), Option::<User>::as_select()))
        .load(conn)
        .await
}

/// How many entries a filter finds for a reader.
pub async fn count(
    conn: &mut Conn,
    workspace: WorkspaceId,
    reader: Option<UserId>,
    filter: &AuditFilter,
) -> QueryResult<i64> {
    filtered!(events::table, workspace, reader, filter).count().get_result(conn).await
}
