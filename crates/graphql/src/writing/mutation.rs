//! Writing aids. They are mutations because they may spend the workspace's budget of the language model.

use crate::request::{ContextExt as _, UserError, mutation_key, settle, workspace_of_input};
use crate::scalars::DateTime;
use async_graphql::{Context, ID, InputObject, Object, Result, SimpleObject};
use fanfare_domain::platform::Platform;
use fanfare_domain::post::TemplateType;
use fanfare_domain::user_error::{UserError as Refusal, UserErrorCode};
use fanfare_domain::writing::{ImprovementKind, Language, Tone};
use fanfare_query_limits::directives::field_cost;
use fanfare_services::ServiceResult;
use fanfare_services::writing::{self, Written};

/// A text that was written about a topic. Text and hashtags together are within the network's limit.
#[derive(SimpleObject)]
#[graphql(crate = "crate::execution")]
pub struct GeneratedContent {
    /// The text, without its hashtags.
    pub content: String,
    /// Without `#`; no more than the network likes.
    pub hashtags: Vec<String>,
    /// Other ways to say it, within the same limit.
    pub suggestions: Vec<String>,
    /// The tone that was asked for.
    pub tone: Tone,
    /// The language that was asked for, else the topic's own.
    pub language: Language,
    /// The network that it was written for; `null`: any.
    pub platform: Option<Platform>,
    /// Whether a language model wrote it; else rules did.
    pub ai_generated: bool,
    /// When it was written.
    pub generated_at: DateTime,
}

/// Hashtags that were found for a text.
#[derive(SimpleObject)]
#[graphql(crate = "crate::execution")]
pub struct HashtagSuggestion {
    /// The network that they were chosen for; `null`: any.
    pub platform: Option<Platform>,
    /// How many there are: fewer than asked for where the text says less, or the network wants fewer.
    pub count: i32,
    /// Without `#`, the most fitting first.
    pub hashtags: Vec<String>,
    /// Whether a language model found them; else rules did.
    pub ai_generated: bool,
    /// When they were found.
    pub generated_at: DateTime,
}

/// Something about a text that can be better.
#[derive(SimpleObject)]
#[graphql(crate = "crate::execution")]
pub struct ContentImprovement {
    /// What it is about.
    #[graphql(name = "type")]
    pub kind: ImprovementKind,
    /// What to do, in English.
    pub suggestion: String,
}

/// How well a text is made for its network: length, first line, hashtags, links, a question or call, readability.
#[derive(SimpleObject)]
#[graphql(crate = "crate::execution")]
pub struct ContentScore {
    /// Of the text as it was given: 0 to 100 points.
    pub before: i32,
    /// Of the improved text, by the same checks: 0 to 100 points, never fewer than before.
    pub after: i32,
}

/// A text that was improved.
#[derive(SimpleObject)]
#[graphql(crate = "crate::execution")]
pub struct OptimizedContent {
    /// Within the network's limit, its hashtags included.
    pub optimized_content: String,
    /// What could be better in the text that was given.
    pub improvements: Vec<ContentImprovement>,
    /// Before and after.
    pub score: ContentScore,
    /// The network that it was improved for.
    pub platform: Platform,
    /// Whether a language model improved it; else rules did.
    pub ai_generated: bool,
    /// When it was improved.
    pub generated_at: DateTime,
}

/// What to write about, and how.
#[derive(InputObject)]
pub struct GenerateContentInput {
    /// Whose budget it is. Absent: your default workspace.
    pub workspace_id: Option<ID>,
    /// 1 to 500 characters.
    pub topic: String,
    /// Absent: a text that fits every network.
    pub platform: Option<Platform>,
    /// How the text speaks.
    #[graphql(default_with = "Tone::Friendly")]
    pub tone: Tone,
    /// Absent: the topic's own.
    pub language: Option<Language>,
    /// What kind of post it is.
    #[graphql(default_with = "TemplateType::Standard")]
    pub content_type: TemplateType,
    /// At most this many hashtags, 0 to 30. Absent: what is usual on the network.
    pub hashtag_count: Option<i32>,
    /// Within 24 hours the same key with the same input gives the first answer again.
    pub client_mutation_key: Option<String>,
}

/// What to find hashtags for.
#[derive(InputObject)]
pub struct SuggestHashtagsInput {
    /// Whose budget it is. Absent: your default workspace.
    pub workspace_id: Option<ID>,
    /// 1 to 63,206 characters.
    pub content: String,
    /// Absent: any network.
    pub platform: Option<Platform>,
    /// At most this many, 1 to 30. Absent: what is usual on the network.
    pub count: Option<i32>,
    /// Within 24 hours the same key with the same input gives the first answer again.
    pub client_mutation_key: Option<String>,
}

/// What to improve.
#[derive(InputObject)]
pub struct OptimizeContentInput {
    /// Whose budget it is. Absent: your default workspace.
    pub workspace_id: Option<ID>,
    /// 1 to 63,206 characters, with its hashtags.
    pub content: String,
    /// For which network.
    pub platform: Platform,
    /// Within 24 hours the same key with the same input gives the first answer again.
    pub client_mutation_key: Option<String>,
}

/// What `generateContent` gives.
#[derive(SimpleObject)]
pub struct GenerateContentPayload {
    /// The text; `null` where there are user errors.
    pub generated_content: Option<GeneratedContent>,
    /// Validation errors; empty on success.
    pub user_errors: Vec<UserError>,
}

/// What `suggestHashtags` gives.
#[derive(SimpleObject)]
pub struct SuggestHashtagsPayload {
    /// The hashtags; `null` where there are user errors.
    pub hashtag_suggestion: Option<HashtagSuggestion>,
    /// Validation errors; empty on success.
    pub user_errors: Vec<UserError>,
}

/// What `optimizeContent` gives.
#[derive(SimpleObject)]
pub struct OptimizeContentPayload {
    /// The improved text; `null` where there are user errors.
    pub optimized_content: Option<OptimizedContent>,
    /// Validation errors; empty on success.
    pub user_errors: Vec<UserError>,
}

/// A count of an input; a negative one is no count.
fn count(count: Option<i32>, field: &str) -> ServiceResult<Option<usize>> {
    let refused = |_| Refusal::new(UserErrorCode::Invalid, field, "Give a number from 0 to 30.");
    Ok(count.map(|count| usize::try_from(count).map_err(refused)).transpose()?)
}

impl HashtagSuggestion {
    fn new(written: Written<Vec<String>>, platform: Option<Platform>) -> Self {
        Self {
            platform,
            count: i32::try_from(written.value.len()).unwrap_or(i32::MAX),
            hashtags: written.value,
            ai_generated: written.ai_generated,
            generated_at: written.at.into(),
        }
    }
}

impl OptimizedContent {
    fn new(written: Written<writing::Optimized>, platform: Platform) -> Self {
        let optimized = written.value;
        let improvement =
            |it: writing::Improvement| ContentImprovement { kind: it.kind, suggestion: it.suggestion };
        Self {
            optimized_content: optimized.content,
            improvements: optimized.improvements.into_iter().map(improvement).collect(),
            score: ContentScore { before: optimized.before.into(), after: optimized.after.into() },
            platform,
            ai_generated: written.ai_generated,
            generated_at: written.at.into(),
        }
    }
}

/// Part of `Mutation`: help with writing a post.
#[derive(Default)]
pub struct WritingMutation;

#[Object]
impl WritingMutation {
    /// Writes a text about a topic. Nothing is stored. By the language model where one is set up and the workspace's
    /// budget of the day is not spent, else by rules. Needs the role editor.
    #[graphql(directive = field_cost::apply(20))]
    async fn generate_content(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What to write about, and how.")] input: GenerateContentInput,
    ) -> Result<GenerateContentPayload> {
        let (services, actor) = (ctx.services()?, ctx.actor()?);
        let key = mutation_key(ctx, "generateContent", input.client_mutation_key.as_ref(), &input)?;
        let outcome = Box::pin(async {
            let workspace = workspace_of_input(services, actor, input.workspace_id.as_ref()).await?;
            let request = writing::TextRequest {
                topic: input.topic,
                platform: input.platform,
                tone: input.tone,
                language: input.language,
                content_type: input.content_type,
                hashtag_count: count(input.hashtag_count, "hashtagCount")?,
            };
            let language = request.language();
            let written = services.writing().generate_content(actor, workspace, request, key).await?;
            Ok(GeneratedContent {
                content: written.value.content,
                hashtags: written.value.hashtags,
                suggestions: written.value.suggestions,
                tone: input.tone,
                language,
                platform: input.platform,
                ai_generated: written.ai_generated,
                generated_at: written.at.into(),
            })
        });
        let (generated_content, user_errors) = settle(outcome.await)?;
        Ok(GenerateContentPayload { generated_content, user_errors })
    }

    /// Finds hashtags for a text. Nothing is stored. By the language model where one is set up and the workspace's
    /// budget of the day is not spent, else by rules. Needs the role editor.
    #[graphql(directive = field_cost::apply(20))]
    async fn suggest_hashtags(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What to find hashtags for.")] input: SuggestHashtagsInput,
    ) -> Result<SuggestHashtagsPayload> {
        let (services, actor) = (ctx.services()?, ctx.actor()?);
        let key = mutation_key(ctx, "suggestHashtags", input.client_mutation_key.as_ref(), &input)?;
        let outcome = Box::pin(async {
            let workspace = workspace_of_input(services, actor, input.workspace_id.as_ref()).await?;
            let (content, platform) = (input.content, input.platform);
            let request = writing::HashtagRequest { content, platform, count: count(input.count, "count")? };
            let written = services.writing().suggest_hashtags(actor, workspace, request, key).await?;
            Ok(HashtagSuggestion::new(written, platform))
        });
        let (hashtag_suggestion, user_errors) = settle(outcome.await)?;
        Ok(SuggestHashtagsPayload { hashtag_suggestion, user_errors })
    }

    /// Improves a text for a network, and says how. Nothing is stored. By the language model where one is set up and
    /// the workspace's budget of the day is not spent, else by rules. Needs the role editor.
    #[graphql(directive = field_cost::apply(20))]
    async fn optimize_content(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What to improve.")] input: OptimizeContentInput,
    ) -> Result<OptimizeContentPayload> {
        let (services, actor) = (ctx.services()?, ctx.actor()?);
        let key = mutation_key(ctx, "optimizeContent", input.client_mutation_key.as_ref(), &input)?;
        let outcome = Box::pin(async {
            let workspace = workspace_of_input(services, actor, input.workspace_id.as_ref()).await?;
            let request = writing::OptimizeRequest { content: input.content, platform: input.platform };
            let written = services.writing().optimize_content(actor, workspace, request, key).await?;
            Ok(OptimizedContent::new(written, input.platform))
        });
        let (optimized_content, user_errors) = settle(outcome.await)?;
        Ok(OptimizeContentPayload { optimized_content, user_errors })
    }
}
