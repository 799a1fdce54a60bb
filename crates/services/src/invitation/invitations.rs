//! Invitations into workspaces: nobody becomes a member without accepting one.

use crate::context::{Committed, Context, List, Listed, Query, ServiceError, ServiceResult, Window};
use crate::place::Places;
use fanfare_auth::{Action, InvitationToken};
use fanfare_domain::actor::{Actor, Credential, Role};
use fanfare_domain::email::Email;
use fanfare_domain::event::EventActor;
use fanfare_domain::id::{InvitationId, WorkspaceId};
use fanfare_domain::invitation::{InvitationStatus, refusal};
use fanfare_domain::user_error::{UserError, UserErrorCode};
use fanfare_storage::rows::{Invitation, InvitationPreview, Member, NewInvitation};
use std::sync::Arc;
use url::Url;

/// The page of the web app that accepts an invitation. The token stands in the URL's fragment, which a browser sends to
/// no server, so that it reaches no log and no referrer.
const PAGE: &str = "/invitation";

/// An invitation with its token, which is in no other place.
#[derive(Debug)]
pub struct MadeInvitation {
    pub invitation: Invitation,
    pub token: InvitationToken,
    /// Where whoever is invited accepts it.
    pub link: Url,
}

/// The list of a workspace's pending invitations.
#[derive(Clone, Copy, Debug)]
pub struct Pending;

/// The service of invitations.
#[derive(Clone)]
pub struct Invitations {
    context: Arc<Context>,
    places: Places,
}

impl Invitations {
    pub(crate) fn new(context: &Arc<Context>, places: &Places) -> Self {
        Self { context: Arc::clone(context), places: places.clone() }
    }

    /// Makes an invitation. `email`: only the user of this address may accept it; whether there is one makes no
    /// difference.
    pub async fn create(
        &self,
        actor: &Actor,
        workspace: WorkspaceId,
        role: Role,
        email: Option<&str>,
    ) -> ServiceResult<Committed<MadeInvitation>> {
        self.context.authorize(actor, workspace, Action::ManageMembers).await?;
        let email = email.map(|text| Email::parse(text).ok_or_else(no_email)).transpose()?;
        let token = InvitationToken::generate();
        let link = self.link(&token);
        let now = self.context.clock.now();
        let (email, email_key) = email.map(|email| (email.address, email.key)).unzip();
        let new = NewInvitation {
            workspace_id: workspace,
            token_hash: token.hash().to_text(),
            role,
            email,
            email_key,
            invited_by: actor.user_id,
            created_at: now,
            expires_at: now.plus(self.context.options.invitation_lifetime),
        };
        let by = EventActor::from(actor);
        let create = |context: Arc<Context>| async move { context.db.invitations().create(new, by).await };
        let created = self.context.command(workspace, create).await?;
        Ok(created.map(|invitation| MadeInvitation { invitation, token, link }))
    }

    fn link(&self, token: &InvitationToken) -> Url {
        let mut link = self.context.options.public_base.clone();
        link.set_path(&format!("{}{PAGE}", link.path().trim_end_matches('/')));
        link.set_fragment(Some(token.expose()));
        link
    }

    /// Revokes a pending invitation.
    pub async fn revoke(&self, actor: &Actor, id: InvitationId) -> ServiceResult<Committed<Invitation>> {
        let absent = || ServiceError::from(UserError::not_found("id", "invitation"));
        let workspace = match self.places.workspace_of(actor, id).await {
            Err(ServiceError::NotFound) => return Err(absent()),
            found => found?,
        };
        self.context.authorize(actor, workspace, Action::ManageMembers).await?;
        let by = EventActor::from(actor);
        let revoke = |context: Arc<Context>| async move {
            let now = context.clock.now();
            context.db.invitations().revoke(workspace, id, by, now).await
        };
        self.context.command(workspace, revoke).await
    }

    /// Makes the actor, who is signed in with a session, a member of the workspace that the token names.
    pub async fn accept(&self, actor: &Actor, token: &str) -> ServiceResult<Committed<Member>> {
        if matches!(actor.credential, Credential::ApiKey(_)) {
            let words = "An API key cannot accept an invitation; sign in with the password.";
            return Err(ServiceError::Forbidden(words.to_owned()));
        }
        let token =
            InvitationToken::parse(token).ok_or_else(|| refusal(InvitationStatus::Pending, "token"))?;
        let by = EventActor::from(actor);
        let accept = |context: Arc<Context>| async move {
            let (now, most) = (context.clock.now(), context.options.workspace_quota.belong);
            let hash = token.hash().to_text();
            let (member, seq) = context.db.invitations().accept(hash, by, most, now).await?;
            let workspace = member.membership.workspace_id;
            context.access.forget_role(workspace, member.user.id).await;
            tracing::info!(user.id = %member.user.id, workspace.id = %workspace, "invitation accepted");
            Ok((member, Some(workspace), vec![(workspace, seq)]))
        };
        self.context.command_anywhere(accept).await
    }

    /// What the link of a pending invitation shows to whoever has it; `None`: it cannot be accepted.
    pub async fn preview(&self, token: &str) -> ServiceResult<Option<InvitationPreview>> {
        let Some(token) = InvitationToken::parse(token) else { return Ok(None) };
        let now = self.context.clock.now();
        Ok(self.context.db.invitations().preview(&token.hash().to_text(), now).await?)
    }

    /// Invitations by id, pending or not, whoever may see them: [`Invitations::may_see`] decides.
    pub async fn by_ids(
        &self,
        workspace: WorkspaceId,
        ids: &[InvitationId],
    ) -> ServiceResult<Vec<Invitation>> {
        Ok(self.context.db.invitations().by_ids(workspace, ids).await?)
    }

    /// Whether the actor may read an invitation: who may list those of its workspace.
    pub async fn may_see(&self, actor: &Actor, invitation: &Invitation) -> ServiceResult<bool> {
        self.context.is_allowed(actor, invitation.workspace_id, Action::ManageMembers).await
    }

    /// The pending invitations of a workspace, newest first.
    pub fn list(&self, query: Query<Pending>) -> Listed<Self, Pending> {
        Listed { service: self.clone(), query }
    }
}

impl List for Listed<Invitations, Pending> {
    type Row = Invitation;

    async fn page(&self, window: &Window) -> ServiceResult<Vec<Invitation>> {
        let (context, query) = (&self.service.context, &self.query);
        context.authorize(&query.actor, query.workspace, Action::ManageMembers).await?;
        let now = context.clock.now();
        Ok(context.db.invitations().page(query.workspace, now, window).await?)
    }

    async fn count(&self) -> ServiceResult<i64> {
        let (context, query) = (&self.service.context, &self.query);
        context.authorize(&query.actor, query.workspace, Action::ManageMembers).await?;
        let now = context.clock.now();
        Ok(context.db.invitations().count(query.workspace, now).await?)
    }
}

fn no_email() -> UserError {
    let words = "Give an e-mail address, such as ada@example.com, or leave it out.";
    UserError::new(UserErrorCode::Invalid, "email", words)
}
