use super::{PublishMode, TemplateType};
use crate::id::CampaignId;
use crate::written::Written;

/// What a user writes of a post as a whole: one value from the input to the row.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct PostBody {
    pub content: String,
    /// For platforms that have one (YouTube).
    pub title: Option<String>,
    /// Without `#`.
    pub hashtags: Vec<String>,
    pub link_url: Option<String>,
    pub template_type: Option<TemplateType>,
    pub publish_mode: PublishMode,
    pub campaign_id: Option<CampaignId>,
}

impl PostBody {
    /// Its text, before a target's variant.
    pub fn written(&self) -> Written<'_> {
        Written {
            content: &self.content,
            title: self.title.as_deref(),
            hashtags: &self.hashtags,
            link_url: self.link_url.as_deref(),
        }
    }
}
