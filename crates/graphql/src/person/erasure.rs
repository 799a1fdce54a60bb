//! The right to be forgotten.

use crate::request::{ContextExt as _, UserError, settle};
use async_graphql::{Context, InputObject, Object, Result, SimpleObject};

/// The caller, who is erased.
#[derive(InputObject)]
pub struct EraseMeInput {
    /// Your password.
    pub password: String,
    /// The e-mail address that you sign in with, to say that you mean it.
    pub confirm: String,
    /// A code of your app or a recovery code, where you sign in with codes.
    pub code: Option<String>,
}

/// What `eraseMe` gives.
#[derive(SimpleObject)]
pub struct EraseMePayload {
    /// Whether you were erased.
    pub erased: bool,
    /// Validation errors; if not empty, nothing was changed.
    pub user_errors: Vec<UserError>,
}

#[derive(Default)]
pub struct ErasureMutation;

#[Object]
impl ErasureMutation {
    /// Erases you: your sessions and API keys end, your name, address and password are removed, and so are the addresses
    /// of the network in the log. Workspaces that only you belong to are deleted with all that is in them. In others,
    /// what you wrote stays, by an erased person. Refused while you are the only owner of a workspace with other members.
    async fn erase_me(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Who is erased, confirmed.")] input: EraseMeInput,
    ) -> Result<EraseMePayload> {
        let services = ctx.services()?;
        let erased = services.erasure().erase(ctx.actor()?, input.password, &input.confirm, input.code);
        let outcome = Box::pin(erased).await;
        let (done, user_errors) = settle(outcome)?;
        Ok(EraseMePayload { erased: done.is_some(), user_errors })
    }
}
