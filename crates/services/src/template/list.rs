//! One list of two sources: a workspace's own templates, newest first, and behind them those that come with the server.

use super::templates::Template;
use crate::context::{Freshness, Read};
use crate::{ServiceResult, Services};
use fanfare_auth::Action;
use fanfare_domain::actor::Actor;
use fanfare_domain::clock::Timestamp;
use fanfare_domain::id::WorkspaceId;
use fanfare_domain::noun::Noun;
use fanfare_domain::template::{SystemTemplate, system_templates};
use fanfare_storage::page::{TemplateFilter, Window};
use fanfare_storage::rows;
use std::sync::Arc;

impl Template {
    /// Its place in the list: those of the server count as older than any workspace, the first of them as the newest.
    pub fn place(&self) -> (Timestamp, i64) {
        match self.own {
            Some(own) => (own.created_at, self.id.0),
            None => system_key(self.id.0),
        }
    }
}

fn system_key(id: i64) -> (Timestamp, i64) {
    (Timestamp::from_micros(0).unwrap_or(Timestamp(chrono::DateTime::UNIX_EPOCH)), -id)
}

impl Services {
    /// A window of the templates that a workspace can use.
    pub async fn templates(
        &self,
        actor: &Actor,
        workspace: WorkspaceId,
        filter: &TemplateFilter,
        window: &Window,
        fresh: Freshness,
    ) -> ServiceResult<Vec<Template>> {
        self.authorize(actor, workspace, Action::ReadWorkspace).await?;
        if window.backward {
            let (mut list, passed) = system_part(filter, window);
            let left = window.limit - length(&list);
            if left > 0 {
                let rest = Window { limit: left, offset: window.offset - passed, ..window.clone() };
                let own = self.own_templates(workspace, filter, &rest, fresh).await?;
                list.extend(own.into_iter().map(Template::from));
            }
            return Ok(list);
        }
        let own = self.own_templates(workspace, filter, window, fresh).await?;
        let mut list: Vec<Template> = own.into_iter().map(Template::from).collect();
        let left = window.limit - length(&list);
        if left > 0 {
            let passed = if list.is_empty() && window.offset > 0 {
                // How many of the own the offset has passed: all that there are behind the cursor.
                let whole = Window { limit: window.offset, offset: 0, ..window.clone() };
                let question = &(filter, &whole);
                let read =
                    Read { workspace, fresh, about: &[Noun::Templates], name: "templates.ids", question };
                let ids = async { self.db.templates().ids(workspace, filter, &whole).await };
                i64::try_from(self.cached(read, ids).await?.len()).unwrap_or(window.offset)
            } else {
                window.offset
            };
            let rest = Window { limit: left, offset: window.offset - passed, ..window.clone() };
            list.append(&mut system_part(filter, &rest).0);
        }
        Ok(list)
    }

    /// How many templates a filter finds.
    pub async fn count_templates(
        &self,
        actor: &Actor,
        workspace: WorkspaceId,
        filter: &TemplateFilter,
        fresh: Freshness,
    ) -> ServiceResult<i64> {
        self.authorize(actor, workspace, Action::ReadWorkspace).await?;
        let system = system_templates().iter().filter(|template| fits(filter, template)).count();
        let read =
            Read { workspace, fresh, about: &[Noun::Templates], name: "templates.count", question: filter };
        let own = async { self.db.templates().count(workspace, filter).await };
        Ok(*self.cached(read, own).await? + i64::try_from(system).unwrap_or_default())
    }

    async fn own_templates(
        &self,
        workspace: WorkspaceId,
        filter: &TemplateFilter,
        window: &Window,
        fresh: Freshness,
    ) -> ServiceResult<Vec<rows::Template>> {
        let question = &(filter, window);
        let read = Read { workspace, fresh, about: &[Noun::Templates], name: "templates.page", question };
        let page = async { self.db.templates().page(workspace, filter, window).await };
        Ok(Arc::unwrap_or_clone(self.cached(read, page).await?))
    }
}

/// The window's part of the server's templates, and how many of them its offset has passed.
fn system_part(filter: &TemplateFilter, window: &Window) -> (Vec<Template>, i64) {
    let beyond = |template: &&SystemTemplate| {
        let key = system_key(template.id.0);
        window.start.is_none_or(|start| if window.backward { key > start } else { key < start })
    };
    let mut found: Vec<&SystemTemplate> =
        system_templates().iter().filter(|template| fits(filter, template)).filter(beyond).collect();
    if window.backward {
        found.reverse();
    }
    let passed = window.offset.min(i64::try_from(found.len()).unwrap_or(i64::MAX));
    let skip = usize::try_from(passed).unwrap_or_default();
    let take = usize::try_from(window.limit).unwrap_or_default();
    (found.into_iter().skip(skip).take(take).map(Template::from).collect(), passed)
}

fn fits(filter: &TemplateFilter, template: &SystemTemplate) -> bool {
    let details = &template.details;
    let platform = |wanted| details.platform.is_none_or(|platform| platform == wanted);
    filter.platform.is_none_or(platform)
        && filter.category.is_none_or(|wanted| details.category == Some(wanted))
}

fn length(list: &[Template]) -> i64 {
    i64::try_from(list.len()).unwrap_or(i64::MAX)
}
