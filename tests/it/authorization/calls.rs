//! How each field is asked about somebody else's workspace, and who may.

use super::scene::Scene;
use serde_json::{Value, json};

/// Who is not refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Who {
    /// Everybody: nothing of a workspace is in it, or its own secret tells who asks.
    Anybody,
    /// Every signed-in user, about themselves.
    SignedIn,
    /// Every member.
    Members,
    /// Every member, but no key that only reads.
    Keepers,
    /// Members whose role lets them change it, and no key that only reads.
    Writers,
}

/// A field and its arguments.
pub struct Call {
    pub root: &'static str,
    pub field: &'static str,
    pub who: Who,
    pub arguments: Value,
}

/// One call for each field.
pub fn all(scene: &Scene) -> Vec<Call> {
    let mut calls = queries(scene);
    calls.extend(commands_on_posts(scene));
    calls.extend(commands_on_accounts(scene));
    calls.extend(other_commands(scene));
    calls.extend(people(scene));
    calls.extend(subscriptions(scene));
    calls
}

fn rows(root: &'static str, rows: Vec<(&'static str, Who, Value)>) -> Vec<Call> {
    rows.into_iter().map(|(field, who, arguments)| Call { root, field, who, arguments }).collect()
}

fn commands(inputs: Vec<(&'static str, Who, Value)>) -> Vec<Call> {
    let inputs = inputs.into_iter().map(|(field, who, input)| (field, who, json!({ "input": input })));
    rows("Mutation", inputs.collect())
}

fn queries(it: &Scene) -> Vec<Call> {
    use Who::{Anybody, Keepers, Members, SignedIn, Writers};
    let here = json!({ "workspaceId": it.workspace });
    let post = json!({ "input": { "workspaceId": it.workspace, "content": "x" } });
    rows(
        "Query",
        vec![
            ("account", Members, json!({ "id": it.account })),
            ("accounts", Members, here.clone()),
            ("analytics", Members, here.clone()),
            ("apiKeys", Keepers, here.clone()),
            ("auditLog", Writers, here.clone()),
            ("calendar", Members, json!({ "workspaceId": it.workspace, "year": 2026, "month": 1 })),
            ("campaign", Members, json!({ "id": it.campaign })),
            ("campaigns", Members, here.clone()),
            ("export", Members, json!({ "id": it.export })),
            ("exports", Members, here.clone()),
            ("import", Members, json!({ "id": it.import })),
            ("imports", Members, here.clone()),
            ("inboxMessage", Members, json!({ "id": it.message })),
            ("inboxMessages", Members, here.clone()),
            ("inboxThread", Members, json!({ "messageId": it.message })),
            ("inboxUnreadCount", Members, here.clone()),
            ("invitationPreview", Anybody, json!({ "token": "x" })),
            ("media", Members, json!({ "id": it.media })),
            ("mediaLibrary", Members, here.clone()),
            ("networks", Anybody, json!({})),
            ("node", Members, json!({ "id": it.post })),
            ("nodes", Members, json!({ "ids": [it.post, it.account, it.target, it.media, it.member] })),
            ("optimalTimes", Members, json!({ "accountId": it.account })),
            ("post", Members, json!({ "id": it.post })),
            ("posts", Members, here.clone()),
            ("previewTemplate", Members, json!({ "templateId": it.template, "values": [] })),
            ("settings", Members, here.clone()),
            ("template", Members, json!({ "id": it.template })),
            ("templates", Members, here),
            ("validatePost", Members, post),
            ("viewer", SignedIn, json!({})),
            ("workspace", Members, json!({ "id": it.workspace })),
        ],
    )
}

fn commands_on_posts(it: &Scene) -> Vec<Call> {
    use Who::Writers;
    let (id, target) = (json!({ "id": it.post }), json!({ "targetId": it.target }));
    let ids = json!({ "postIds": [it.post] });
    let timed = json!({ "postId": it.post, "scheduledAt": "2099-01-01T00:00:00Z" });
    commands(vec![
        ("cancelPost", Writers, id.clone()),
        ("cancelPostTarget", Writers, target.clone()),
        ("cancelPosts", Writers, ids.clone()),
        ("createPost", Writers, json!({ "workspaceId": it.workspace, "content": "x" })),
        ("createPosts", Writers, json!({ "posts": [{ "workspaceId": it.workspace, "content": "x" }] })),
        ("deletePost", Writers, id.clone()),
        ("deletePosts", Writers, ids),
        ("duplicatePost", Writers, json!({ "postId": it.post })),
        ("publishPost", Writers, id.clone()),
        ("publishPostTarget", Writers, target.clone()),
        ("refreshMetrics", Writers, id.clone()),
        ("reschedulePosts", Writers, json!({ "posts": [timed] })),
        ("resolvePostTarget", Writers, json!({ "id": it.target, "resolution": "GIVE_UP" })),
        ("retryPost", Writers, id.clone()),
        ("retryPostTarget", Writers, target),
        ("schedulePost", Writers, json!({ "id": it.post, "scheduledAt": "2099-01-01T00:00:00Z" })),
        ("unpublishPost", Writers, id),
        ("updatePost", Writers, json!({ "id": it.post, "content": "y" })),
    ])
}

fn commands_on_accounts(it: &Scene) -> Vec<Call> {
    use Who::Writers;
    let account = json!({ "accountId": it.account });
    commands(vec![
        ("checkAccount", Writers, account.clone()),
        ("completeAccountConnection", Writers, json!({ "state": it.state, "code": "x" })),
        ("disconnectAccount", Writers, account.clone()),
        ("linkAccount", Writers, json!({ "workspaceId": it.workspace, "platform": "TWITTER", "name": "x" })),
        ("reconnectAccount", Writers, account.clone()),
        ("relinkAccount", Writers, account),
        ("startAccountConnection", Writers, json!({ "workspaceId": it.workspace, "platform": "TWITTER" })),
    ])
}

fn other_commands(it: &Scene) -> Vec<Call> {
    use Who::{Keepers, Writers};
    let here = |mut input: Value| {
        input["workspaceId"] = json!(it.workspace);
        input
    };
    let dates = json!({ "name": "x", "startDate": "2026-01-01", "endDate": "2026-02-01" });
    commands(vec![
        ("cancelImport", Writers, json!({ "id": it.import })),
        ("createApiKey", Keepers, here(json!({ "name": "x", "scopes": ["READ"] }))),
        ("createCampaign", Writers, here(dates)),
        ("createExport", Keepers, here(json!({ "kind": "POSTS" }))),
        ("createImport", Writers, here(json!({ "file": null, "dryRun": false }))),
        ("createTemplate", Writers, here(json!({ "name": "x", "contentTemplate": "x" }))),
        ("deleteCampaign", Writers, json!({ "id": it.campaign })),
        ("deleteMedia", Writers, json!({ "mediaId": it.media })),
        ("deleteTemplate", Writers, json!({ "id": it.template })),
        ("generateContent", Writers, here(json!({ "topic": "x" }))),
        ("markAllInboxMessagesRead", Writers, here(json!({}))),
        ("markInboxMessageRead", Writers, json!({ "id": it.message })),
        ("optimizeContent", Writers, here(json!({ "content": "x", "platform": "TWITTER" }))),
        ("replyToInboxMessage", Writers, json!({ "id": it.message, "text": "x" })),
        ("resolveInboxReply", Writers, json!({ "replyId": it.reply, "resolution": "GIVE_UP" })),
        ("revokeApiKey", Writers, json!({ "apiKeyId": it.key })),
        ("rotateApiKey", Writers, json!({ "apiKeyId": it.key, "overlapSeconds": 0 })),
        ("suggestHashtags", Writers, here(json!({ "content": "x" }))),
        ("updateCampaign", Writers, json!({ "id": it.campaign, "name": "y" })),
        ("updateMedia", Writers, json!({ "mediaId": it.media, "altText": "y" })),
        ("updateSettings", Writers, here(json!({}))),
        ("updateTemplate", Writers, json!({ "id": it.template, "name": "y" })),
        ("uploadMedia", Writers, here(json!({ "file": null }))),
    ])
}

fn people(it: &Scene) -> Vec<Call> {
    use Who::{Anybody, SignedIn, Writers};
    let member = json!({ "workspaceId": it.workspace, "userId": it.member, "role": "ADMIN" });
    let invite = json!({ "workspaceId": it.workspace, "email": "new@example.com", "role": "ADMIN" });
    // Members may remove themselves: the viewer is asked for somebody else.
    let remove = json!({ "workspaceId": it.workspace, "userId": it.owner_user });
    commands(vec![
        ("acceptInvitation", SignedIn, json!({ "token": "x" })),
        ("createInvitation", Writers, invite),
        ("createWorkspace", SignedIn, json!({ "name": "x" })),
        ("revokeInvitation", Writers, json!({ "id": it.invitation })),
        ("beginTotpSetup", SignedIn, json!({ "password": "x" })),
        ("changeEmail", SignedIn, json!({ "currentPassword": "x", "email": "c@example.com" })),
        ("changePassword", SignedIn, json!({ "currentPassword": "x", "newPassword": "x" })),
        ("confirmTotp", SignedIn, json!({ "code": "x" })),
        ("disableTotp", SignedIn, json!({ "password": "x", "code": "x" })),
        ("login", Anybody, json!({ "email": "a@example.com", "password": "x" })),
        ("eraseMe", SignedIn, json!({ "password": "x", "confirm": "x" })),
        ("logout", Anybody, json!({})),
        ("refreshSession", Anybody, json!({ "refreshToken": "x" })),
        ("regenerateRecoveryCodes", SignedIn, json!({ "code": "x" })),
        ("register", Anybody, json!({ "email": "b@example.com", "password": "x", "name": "x" })),
        ("removeWorkspaceMember", Writers, remove),
        ("revokeOtherSessions", SignedIn, json!({})),
        ("revokeSession", SignedIn, json!({ "sessionId": "x" })),
        ("updateProfile", SignedIn, json!({ "name": "x" })),
        ("updateWorkspaceMember", Writers, member),
    ])
}

fn subscriptions(it: &Scene) -> Vec<Call> {
    let here = json!({ "workspaceId": it.workspace });
    rows(
        "Subscription",
        vec![
            ("activity", Who::Members, here.clone()),
            ("inboxMessages", Who::Members, here.clone()),
            ("postStatus", Who::Members, here),
        ],
    )
}
