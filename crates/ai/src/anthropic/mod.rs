//! Writing by a language model: Anthropic's Messages API (`POST /v1/messages`, version 2023-06-01), with a tool that the
//! model is made to call, so that its answer has a form.

mod answer;
mod asked;
mod client;
mod prompt;

pub use asked::{AskError, Asked};
pub use client::{Anthropic, AnthropicOptions};

use super::checks::check;
use super::habits::Habits;
use super::written::{Generated, HashtagRequest, Improvement, OptimizeRequest, Optimized, TextRequest};
use answer::{GeneratedInput, HashtagsInput, OptimizedInput};

impl Anthropic {
    pub async fn generate(&self, request: &TextRequest) -> Asked<Generated> {
        let habits = Habits::of(request.platform);
        let most = request.hashtag_count.unwrap_or(habits.usual_hashtags).min(habits.most_hashtags);
        let asked = self.ask::<GeneratedInput>(&prompt::generate(request, &habits, most)).await;
        asked.and_then(|input| input.checked(&habits, most))
    }

    pub async fn suggest_hashtags(&self, request: &HashtagRequest) -> Asked<Vec<String>> {
        let habits = Habits::of(request.platform);
        let most = if request.platform.is_some() { habits.most_hashtags } else { usize::MAX };
        let most = request.count.unwrap_or(habits.usual_hashtags).min(most);
        let asked = self.ask::<HashtagsInput>(&prompt::hashtags(request, most)).await;
        asked.and_then(|input| input.checked(most))
    }

    /// The scores are of the same checks as everywhere; what the model wrote must pass them no worse.
    pub async fn optimize(&self, request: &OptimizeRequest) -> Asked<Optimized> {
        if !prompt::is_sendable(&request.content) {
            return Asked {
                outcome: Err(AskError::Unfit("the text is too long to be rewritten")),
                tokens: 0,
            };
        }
        let habits = Habits::of(Some(request.platform));
        let before = check(request.content.trim(), request.platform);
        let asked = self.ask::<OptimizedInput>(&prompt::optimize(request, &habits, &before)).await;
        asked.and_then(|input| {
            let (content, improvements): (String, Vec<Improvement>) = input.checked(&habits)?;
            let after = check(&content, request.platform).score;
            if after < before.score {
                return Err(AskError::Unfit("the text scores less than before"));
            }
            Ok(Optimized { content, improvements, before: before.score, after })
        })
    }
}

#[cfg(test)]
mod tests;
