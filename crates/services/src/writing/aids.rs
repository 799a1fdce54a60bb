//! Writing aids: by the language model where one is set up and the workspace's budget allows it, else by rules. They
//! answer whatever the model's service does.

use crate::context::{Context, MutationKey, ServiceResult, refuse, uncancelled};
use fanfare_ai::{
    Anthropic, AskError, Asked, Generated, HashtagRequest, OptimizeRequest, Optimized, TextRequest, local,
};
use fanfare_auth::Action;
use fanfare_domain::actor::Actor;
use fanfare_domain::clock::Timestamp;
use fanfare_domain::id::WorkspaceId;
use fanfare_domain::user_error::{UserError, UserErrorCode};
use fanfare_domain::writing::{MAX_TEXT_CHARS, MAX_TOPIC_CHARS, MOST_HASHTAGS, ModelBudget};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use std::future::Future;
use std::sync::Arc;

/// The language model, and how much of it may be used in a day of UTC.
#[derive(Clone, Debug)]
pub struct WritingModel {
    pub anthropic: Anthropic,
    /// By one workspace.
    pub of_workspace: ModelBudget,
    /// By all workspaces together.
    pub of_server: ModelBudget,
}

/// What was written, and by whom.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Written<T> {
    pub value: T,
    /// Whether the language model wrote it; else rules did.
    pub ai_generated: bool,
    pub at: Timestamp,
}

/// The service of writing aids.
#[derive(Clone)]
pub struct WritingAids {
    context: Arc<Context>,
    /// `None`: rules write.
    model: Option<WritingModel>,
}

impl WritingAids {
    pub(crate) fn new(context: &Arc<Context>, model: Option<WritingModel>) -> Self {
        Self { context: Arc::clone(context), model }
    }

    /// Writes a text about a topic.
    pub async fn generate_content(
        &self,
        actor: &Actor,
        workspace: WorkspaceId,
        request: TextRequest,
        key: Option<MutationKey>,
    ) -> ServiceResult<Written<Generated>> {
        self.context.authorize(actor, workspace, Action::WritePosts).await?;
        let mut errors = Vec::new();
        check_text(&mut errors, "topic", &request.topic, MAX_TOPIC_CHARS);
        check_count(&mut errors, "hashtagCount", request.hashtag_count, 0);
        refuse(errors)?;
        let asked = request.clone();
        let work = async {
            let by_model =
                self.by_model(workspace, move |model| async move { model.generate(&asked).await }).await;
            Ok(self.written(by_model, || local::generate(&request)))
        };
        self.written_once(key, workspace, actor, work).await
    }

    /// Finds hashtags for a text.
    pub async fn suggest_hashtags(
        &self,
        actor: &Actor,
        workspace: WorkspaceId,
        request: HashtagRequest,
        key: Option<MutationKey>,
    ) -> ServiceResult<Written<Vec<String>>> {
        self.context.authorize(actor, workspace, Action::WritePosts).await?;
        let mut errors = Vec::new();
        check_text(&mut errors, "content", &request.content, MAX_TEXT_CHARS);
        check_count(&mut errors, "count", request.count, 1);
        refuse(errors)?;
        let asked = request.clone();
        let work = async {
            let by_model = self
                .by_model(workspace, move |model| async move { model.suggest_hashtags(&asked).await })
                .await;
            Ok(self.written(by_model, || local::suggest_hashtags(&request)))
        };
        self.written_once(key, workspace, actor, work).await
    }

    /// Improves a text for a network.
    pub async fn optimize_content(
        &self,
        actor: &Actor,
        workspace: WorkspaceId,
        request: OptimizeRequest,
        key: Option<MutationKey>,
    ) -> ServiceResult<Written<Optimized>> {
        self.context.authorize(actor, workspace, Action::WritePosts).await?;
        let mut errors = Vec::new();
        check_text(&mut errors, "content", &request.content, MAX_TEXT_CHARS);
        refuse(errors)?;
        let asked = request.clone();
        let work = async {
            let by_model =
                self.by_model(workspace, move |model| async move { model.optimize(&asked).await }).await;
            Ok(self.written(by_model, || local::optimize(&request)))
        };
        self.written_once(key, workspace, actor, work).await
    }

    /// The answer under a key is the same for a day: a repetition spends nothing.
    async fn written_once<T: Serialize + DeserializeOwned>(
        &self,
        key: Option<MutationKey>,
        workspace: WorkspaceId,
        actor: &Actor,
        work: impl Future<Output = ServiceResult<Written<T>>>,
    ) -> ServiceResult<Written<T>> {
        let kept = |written: &Written<T>| serde_json::to_value(written).ok();
        self.context.remembered(key, (workspace, actor.user_id), work, kept).await?.answer()
    }

    fn written<T>(&self, by_model: Option<T>, by_rules: impl FnOnce() -> T) -> Written<T> {
        let ai_generated = by_model.is_some();
        Written { value: by_model.unwrap_or_else(by_rules), ai_generated, at: self.context.clock.now() }
    }

    /// The model's answer; `None` where there is no model, no budget, or no answer that can be used. What was spent is
    /// written down even where the client has gone meanwhile.
    async fn by_model<T, F>(
        &self,
        workspace: WorkspaceId,
        ask: impl FnOnce(Anthropic) -> F + Send + 'static,
    ) -> Option<T>
    where
        T: Send + 'static,
        F: Future<Output = Asked<T>> + Send,
    {
        let model = self.model.clone()?;
        let context = Arc::clone(&self.context);
        let asked = uncancelled(async move {
            let day = context.clock.now().0.timestamp().div_euclid(86_400);
            let (own, shared) = (model.of_workspace, model.of_server);
            let granted = context.db.ai_usage().reserve(workspace, day, own, shared).await?;
            if !granted {
                return Ok(None);
            }
            let asked = ask(model.anthropic).await;
            let tokens = i64::try_from(asked.tokens).unwrap_or(i64::MAX);
            if tokens > 0 {
                context.db.ai_usage().spend(workspace, day, tokens).await?;
            }
            Ok(Some(asked.outcome))
        });
        settle(asked.await)
    }
}

fn settle<T>(asked: ServiceResult<Option<Result<T, AskError>>>) -> Option<T> {
    let (outcome, answer) = match asked {
        Ok(Some(Ok(answer))) => ("answered", Some(answer)),
        Ok(Some(Err(error))) => {
            tracing::warn!(%error, "the language model wrote nothing: rules do");
            ("failed", None)
        }
        Ok(None) => ("budget_spent", None),
        Err(error) => {
            tracing::warn!(%error, "the language model's budget cannot be read: rules write");
            ("budget_unknown", None)
        }
    };
    metrics::counter!("fanfare_ai_requests_total", "outcome" => outcome).increment(1);
    answer
}

fn check_text(errors: &mut Vec<UserError>, field: &str, text: &str, most: usize) {
    if text.trim().is_empty() {
        errors.push(UserError::new(UserErrorCode::Required, field, "Write something first."));
    } else if text.chars().nth(most).is_some() {
        let words = format!("Give at most {most} characters.");
        errors.push(UserError::new(UserErrorCode::TooLong, field, words));
    }
}

fn check_count(errors: &mut Vec<UserError>, field: &str, count: Option<usize>, least: usize) {
    if count.is_some_and(|count| !(least..=MOST_HASHTAGS).contains(&count)) {
        let words = format!("Give a number from {least} to {MOST_HASHTAGS}.");
        errors.push(UserError::new(UserErrorCode::Invalid, field, words));
    }
}
