//! What is wrong with a post whatever the network, everything at once.

use super::draft::PostDraft;
use fanfare_domain::user_error::{UserError, UserErrorCode};
use std::collections::BTreeSet;
use unicode_normalization::UnicodeNormalization as _;

/// Facebook's limit, the largest of the nine networks, in characters.
pub const LONGEST_CONTENT: usize = 63_206;
const LONGEST_TITLE: usize = 200;
const MOST_ACCOUNTS: usize = 200;
const MOST_HASHTAGS: usize = 100;
const LONGEST_HASHTAG: usize = 100;
const MOST_MEDIA: usize = 20;

/// Cuts white space around the texts, leaves out a title that is empty, and makes hashtags what they are stored as.
pub(crate) fn trim(draft: &mut PostDraft) {
    let title = |title: &mut Option<String>| {
        *title = title.take().map(|it| it.trim().to_owned()).filter(|it| !it.is_empty());
    };
    draft.body.content = draft.body.content.trim().to_owned();
    title(&mut draft.body.title);
    hashtags(&mut draft.body.hashtags);
    for variant in draft.variants.iter_mut().map(|it| &mut it.variant) {
        variant.content = variant.content.take().map(|it| it.trim().to_owned());
        title(&mut variant.title);
        if let Some(tags) = &mut variant.hashtags {
            hashtags(tags);
        }
    }
}

/// Takes off the # that people write before a hashtag, and leaves out those that are there already in other cases of
/// letters: networks take them for the same. Where one of them is refused, each keeps its place, which the refusal names.
fn hashtags(tags: &mut Vec<String>) {
    for tag in tags.iter_mut() {
        let word = tag.trim();
        *tag = word.strip_prefix(['#', '＃']).unwrap_or(word).to_owned();
    }
    if tags.iter().all(|tag| is_hashtag(tag)) {
        let mut seen = BTreeSet::new();
        tags.retain(|tag| seen.insert(tag.nfc().collect::<String>().to_lowercase()));
    }
}

/// Whether a text without # is one.
fn is_hashtag(tag: &str) -> bool {
    let strange = |c: char| c == '#' || c == '\0' || c.is_whitespace();
    (1..=LONGEST_HASHTAG).contains(&tag.chars().count()) && !tag.contains(strange)
}

/// Everything that is wrong with a trimmed draft.
pub(crate) fn check(draft: &PostDraft) -> Vec<UserError> {
    let mut found = Findings::default();
    let body = &draft.body;
    found.content("content", &body.content);
    found.parts("", body.title.as_deref(), Some(&body.hashtags), Some(&draft.media_ids));
    found.addresses(draft);
    if draft.account_ids.len() > MOST_ACCOUNTS {
        found.add(UserErrorCode::TooMany, "accountIds", format!("Choose at most {MOST_ACCOUNTS} accounts."));
    }
    let mut seen = BTreeSet::new();
    for (at, account) in draft.account_ids.iter().enumerate() {
        if !seen.insert(account) {
            found.add(UserErrorCode::Invalid, &format!("accountIds.{at}"), "The account is named twice.");
        }
    }
    if draft.variants.len() > MOST_ACCOUNTS {
        found.add(UserErrorCode::TooMany, "variants", format!("Write at most {MOST_ACCOUNTS} variants."));
        return found.0;
    }
    let mut varied = BTreeSet::new();
    for (at, it) in draft.variants.iter().enumerate() {
        let way = format!("variants.{at}.");
        if let Some(account) = it.account_id {
            if !seen.contains(&account) {
                let words = "The variant's account is not one of accountIds.";
                found.add(UserErrorCode::Invalid, &format!("{way}accountId"), words);
            } else if !varied.insert(account) {
                let words = "The account has another variant already.";
                found.add(UserErrorCode::Invalid, &format!("{way}accountId"), words);
            }
        }
        let variant = &it.variant;
        if let Some(content) = &variant.content {
            found.content(&format!("{way}content"), content);
        }
        found.parts(
            &way,
            variant.title.as_deref(),
            variant.hashtags.as_deref(),
            variant.media_ids.as_deref(),
        );
    }
    found.0
}

#[derive(Default)]
struct Findings(Vec<UserError>);

impl Findings {
    fn add(&mut self, code: UserErrorCode, field: &str, words: impl Into<String>) {
        self.0.push(UserError::new(code, field, words));
    }

    fn content(&mut self, field: &str, content: &str) {
        if content.is_empty() {
            self.add(UserErrorCode::PostContentEmpty, field, "Write something.");
        }
        self.text(field, content, LONGEST_CONTENT);
    }

    fn text(&mut self, field: &str, text: &str, longest: usize) {
        let length = text.chars().count();
        if length > longest {
            let words = format!("Write at most {longest} characters; these are {length}.");
            self.add(UserErrorCode::TooLong, field, words);
        }
        // PostgreSQL cannot store it.
        if text.contains('\0') {
            self.add(UserErrorCode::Invalid, field, "The text holds a NUL character.");
        }
    }

    fn parts<M: Ord>(
        &mut self,
        way: &str,
        title: Option<&str>,
        hashtags: Option<&[String]>,
        media: Option<&[M]>,
    ) {
        if let Some(title) = title {
            self.text(&format!("{way}title"), title, LONGEST_TITLE);
        }
        self.hashtags(way, hashtags.unwrap_or_default());
        let media = media.unwrap_or_default();
        if media.len() > MOST_MEDIA {
            let words = format!("Attach at most {MOST_MEDIA} media.");
            self.add(UserErrorCode::TooMany, &format!("{way}mediaIds"), words);
        }
        let mut seen = BTreeSet::new();
        for (at, medium) in media.iter().enumerate() {
            if !seen.insert(medium) {
                let words = "The media file is attached twice.";
                self.add(UserErrorCode::Invalid, &format!("{way}mediaIds.{at}"), words);
            }
        }
    }

    fn addresses(&mut self, draft: &PostDraft) {
        let urls = &draft.media_urls;
        if !urls.is_empty() && urls.len() + draft.media_ids.len() > MOST_MEDIA {
            let words = format!("Attach at most {MOST_MEDIA} media, by their ids and addresses together.");
            self.add(UserErrorCode::TooMany, "mediaUrls", words);
            return;
        }
        let mut seen = BTreeSet::new();
        for (at, url) in urls.iter().enumerate() {
            if !seen.insert(url) {
                self.add(UserErrorCode::Invalid, &format!("mediaUrls.{at}"), "The address is named twice.");
            }
        }
    }

    fn hashtags(&mut self, way: &str, hashtags: &[String]) {
        if hashtags.len() > MOST_HASHTAGS {
            let words = format!("Give at most {MOST_HASHTAGS} hashtags.");
            self.add(UserErrorCode::TooMany, &format!("{way}hashtags"), words);
            return;
        }
        for (at, tag) in hashtags.iter().enumerate() {
            if !is_hashtag(tag) {
                let words = format!(
                    "A hashtag has 1 to {LONGEST_HASHTAG} characters, no white space, and # only before it."
                );
                self.add(UserErrorCode::Invalid, &format!("{way}hashtags.{at}"), words);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::draft::VariantDraft;
    use super::*;
    use UserErrorCode as C;
    use fanfare_domain::id::{AccountId, MediaId};
    use fanfare_domain::post::{PostBody, TargetVariant};

    fn found(mut draft: PostDraft) -> Vec<(C, String)> {
        trim(&mut draft);
        check(&draft).into_iter().map(|error| (error.code, error.path[1..].join("."))).collect()
    }

    fn draft(content: &str) -> PostDraft {
        let body = PostBody { content: content.to_owned(), ..PostBody::default() };
        PostDraft { body, ..PostDraft::default() }
    }

    fn one(code: C, field: &str) -> Vec<(C, String)> {
        vec![(code, field.to_owned())]
    }

    #[test]
    fn content_is_one_character_to_facebooks_limit() {
        assert_eq!(found(draft(" \n")), one(C::PostContentEmpty, "content"));
        assert_eq!(found(draft("x")), []);
        assert_eq!(found(draft(&"語".repeat(LONGEST_CONTENT))), []);
        assert_eq!(found(draft(&"x".repeat(LONGEST_CONTENT + 1))), one(C::TooLong, "content"));
        assert_eq!(found(draft("a\0b")), one(C::Invalid, "content"));
    }

    #[test]
    fn everything_that_is_wrong_is_told_at_once_with_its_path() {
        let mut bad = draft("");
        bad.body.title = Some("t".repeat(201));
        bad.body.hashtags = vec!["fine".into(), "##no".into(), "n o".into(), "#".into()];
        bad.media_ids = (0..21).map(MediaId).collect();
        bad.account_ids = vec![AccountId(1), AccountId(1)];
        let variant = TargetVariant { content: Some(String::new()), ..TargetVariant::default() };
        bad.variants = vec![VariantDraft { account_id: Some(AccountId(2)), variant }];
        let fields: Vec<String> = found(bad).into_iter().map(|(_, field)| field).collect();
        assert_eq!(
            fields,
            [
                "content",
                "title",
                "hashtags.1",
                "hashtags.2",
                "hashtags.3",
                "mediaIds",
                "accountIds.1",
                "variants.0.accountId",
                "variants.0.content"
            ]
        );
    }

    #[test]
    fn a_hashtag_may_be_written_with_its_sign_and_stands_in_a_list_once() {
        let mut post = draft("x");
        let tags = ["#Launch", " news ", "launch", "＃Neuigkeit", "LAUNCH", "neuigkeit", "タグ"];
        let tags: Vec<String> = tags.map(str::to_owned).to_vec();
        post.body.hashtags.clone_from(&tags);
        let variant = TargetVariant { hashtags: Some(tags), ..TargetVariant::default() };
        post.variants = vec![VariantDraft { account_id: None, variant }];
        trim(&mut post);
        let once = ["Launch", "news", "Neuigkeit", "タグ"].map(str::to_owned);
        assert_eq!(post.body.hashtags, once);
        assert_eq!(post.variants[0].variant.hashtags.as_deref(), Some(&once[..]));
        assert_eq!(check(&post), []);
        // 100 of them may be given 200 times.
        post.body.hashtags = (0..200).map(|n| format!("#tag{}", n % 100)).collect();
        trim(&mut post);
        assert_eq!((post.body.hashtags.len(), check(&post)), (100, vec![]));
    }

    #[test]
    fn a_post_has_at_most_200_accounts() {
        let mut many = draft("x");
        many.account_ids = (1..=200).map(AccountId).collect();
        assert_eq!(found(many.clone()), []);
        many.account_ids.push(AccountId(201));
        assert_eq!(found(many), one(C::TooMany, "accountIds"));
    }
}
