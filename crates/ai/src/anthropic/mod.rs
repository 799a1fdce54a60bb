//! Writing by a language model: Anthropic's Messages API (`POST /v1/messages`, version 2023-06-01), with a tool that the
//! model is made to call, so that its answer has a form.

mod answer;
mod client;
mod prompt;

pub use client::{Anthropic, AnthropicOptions};

use super::checks::check;
use super::habits::Habits;
use super::written::{Generated, HashtagRequest, Improvement, OptimizeRequest, Optimized, TextRequest};
use answer::{GeneratedInput, HashtagsInput, OptimizedInput};

/// What came of a question, and what it cost in tokens, also where the answer is of no use.
#[derive(Debug)]
pub struct Asked<T> {
    pub outcome: Result<T, AskError>,
    /// Input and output together.
    pub tokens: u64,
}

/// Why the service wrote nothing. Someone else writes then; the words are for the log.
#[derive(Debug, thiserror::Error)]
pub enum AskError {
    #[error("not reached: {0}")]
    Net(#[from] fanfare_net::NetError),
    #[error("answered {status}: {kind}")]
    Refused {
        status: u16,
        /// The API's `error.type`.
        kind: String,
    },
    #[error("no time left for another attempt")]
    NoTime,
    #[error("the answer has another form: {0}")]
    Malformed(String),
    #[error("the answer does not fit: {0}")]
    Unfit(&'static str),
}

impl<T> Asked<T> {
    fn and_then<U>(self, check: impl FnOnce(T) -> Result<U, AskError>) -> Asked<U> {
        Asked { outcome: self.outcome.and_then(check), tokens: self.tokens }
    }
}

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
