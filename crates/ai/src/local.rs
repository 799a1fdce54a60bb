//! The writer that is always there: rules and tables, no service.

pub use super::draft::generate;
pub use super::optimize::optimize;

use super::habits::Habits;
use super::hashtags::{hashtags, in_text, same};
use super::keywords::keywords;
use super::language::detect;
use super::written::HashtagRequest;

/// Hashtags for a text, the weightiest first: those that it has, then its keywords. Fewer than asked for where the text
/// says less, or the network wants fewer.
pub fn suggest_hashtags(request: &HashtagRequest) -> Vec<String> {
    let habits = Habits::of(request.platform);
    let most = if request.platform.is_some() { habits.most_hashtags } else { usize::MAX };
    let count = request.count.unwrap_or(habits.usual_hashtags).min(most);
    let mut tags: Vec<String> = Vec::new();
    let found = hashtags(&keywords(&request.content, detect(&request.content)), count);
    for tag in in_text(&request.content).into_iter().chain(found) {
        if tags.len() < count && !tags.iter().any(|known| same(known, &tag)) {
            tags.push(tag);
        }
    }
    tags
}

#[cfg(test)]
#[path = "local_tests.rs"]
mod tests;
