//! What is told of each object of a person's own. Ids are `databaseId`s; no secret is in it.

use fanfare_domain::clock::Timestamp;
use fanfare_storage::rows::{
    ApiKey, AuditRow, InboxReply, Media, Membership, Post, Session, ShownAccount, Target, User,
};
use serde_json::{Value, json};

pub fn profile(user: &User) -> Value {
    json!({
        "id": user.id, "email": user.email, "name": user.name, "created_at": time(user.created_at),
    })
}

pub fn session(session: &Session) -> Value {
    json!({
        "id": session.id, "created_at": time(session.created_at), "ended_at": session.revoked_at.map(time),
        "last_used_at": session.last_used_at.map(time), "address": session.address,
    })
}

pub fn membership((place, workspace): &(Membership, String)) -> Value {
    json!({
        "workspace_id": place.workspace_id, "workspace": workspace, "role": place.role,
        "since": time(place.created_at),
    })
}

pub fn key(key: &ApiKey) -> Value {
    json!({
        "id": key.id, "workspace_id": key.workspace_id, "name": key.name, "scopes": key.scopes.0,
        "created_at": time(key.created_at), "expires_at": key.expires_at.map(time),
        "revoked_at": key.revoked_at.map(time), "last_used_at": key.last_used_at.map(time),
    })
}

pub fn account(account: &ShownAccount) -> Value {
    json!({
        "id": account.id, "workspace_id": account.workspace_id, "platform": account.platform,
        "remote_id": account.remote_id, "name": account.name, "handle": account.handle,
        "profile_url": account.profile_url, "status": account.status, "scopes": account.scopes.0,
        "connected_at": time(account.created_at),
    })
}

pub fn post((post, targets): &(Post, Vec<Target>)) -> Value {
    let target = |target: &Target| {
        json!({
            "account_id": target.account_id, "status": target.status, "content": target.content,
            "title": target.title, "hashtags": target.hashtags, "link_url": target.link_url, "url": target.url,
        })
    };
    json!({
        "id": post.id, "workspace_id": post.workspace_id, "content": post.content, "title": post.title,
        "hashtags": post.hashtags, "link_url": post.link_url, "status": post.status,
        "campaign_id": post.campaign_id, "scheduled_at": post.scheduled_at.map(time),
        "published_at": post.published_at.map(time), "created_at": time(post.created_at),
        "targets": targets.iter().map(target).collect::<Vec<_>>(),
    })
}

/// `file`: where it stands in the archive.
pub fn medium(medium: &Media, file: Option<String>) -> Value {
    json!({
        "id": medium.id, "workspace_id": medium.workspace_id, "file_name": medium.file_name,
        "mime_type": medium.mime_type, "size_bytes": medium.size_bytes, "alt_text": medium.alt_text,
        "created_at": time(medium.created_at), "file": file,
    })
}

pub fn reply(reply: &InboxReply) -> Value {
    json!({
        "id": reply.id, "workspace_id": reply.workspace_id, "message_id": reply.message_id, "text": reply.text,
        "state": reply.state, "url": reply.url, "created_at": time(reply.created_at),
    })
}

pub fn event(row: &AuditRow) -> Value {
    let event = &row.event;
    json!({
        "workspace_id": event.workspace_id, "seq": event.seq, "kind": event.kind, "at": time(event.at),
        "address": row.address, "api_key_id": row.api_key_id, "payload": event.payload.0,
        "changes": row.changes.as_ref().map(|changes| &changes.0),
    })
}

fn time(at: Timestamp) -> String {
    at.to_string()
}
