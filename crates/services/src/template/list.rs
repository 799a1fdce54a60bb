//! One list of two sources: a workspace's own templates, newest first, and behind them those that come with the server.

use super::templates::{Template, Templates};
use crate::context::{List, Listed, ServiceResult, Window};
use fanfare_domain::clock::Timestamp;
use fanfare_domain::noun::Noun;
use fanfare_domain::template::{SystemTemplate, system_templates};
use fanfare_storage::page::TemplateFilter;
use fanfare_storage::rows;

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

impl List for Listed<Templates, TemplateFilter> {
    type Row = Template;

    async fn page(&self, window: &Window) -> ServiceResult<Vec<Template>> {
        self.service.context.may_read(&self.query).await?;
        let filter = &self.query.filter;
        if window.backward {
            let (mut list, passed) = system_part(filter, window);
            let left = window.limit - length(&list);
            if left > 0 {
                let rest = Window { limit: left, offset: window.offset - passed, ..*window };
                list.extend(self.own(&rest).await?.into_iter().map(Template::from));
            }
            return Ok(list);
        }
        let mut list: Vec<Template> = self.own(window).await?.into_iter().map(Template::from).collect();
        let left = window.limit - length(&list);
        if left > 0 {
            let passed =
                if list.is_empty() && window.offset > 0 { self.passed(window).await? } else { window.offset };
            let rest = Window { limit: left, offset: window.offset - passed, ..*window };
            list.append(&mut system_part(filter, &rest).0);
        }
        Ok(list)
    }

    async fn count(&self) -> ServiceResult<i64> {
        let (context, query) = (&self.service.context, &self.query);
        let system = system_templates().iter().filter(|template| fits(&query.filter, template)).count();
        let own = context.db.templates().count(query.workspace, &query.filter);
        let own = context.listed(query, (&[Noun::Templates], "templates.count"), &query.filter, own).await?;
        Ok(own + i64::try_from(system).unwrap_or_default())
    }
}

impl Listed<Templates, TemplateFilter> {
    /// The window's part of the workspace's own.
    async fn own(&self, window: &Window) -> ServiceResult<Vec<rows::Template>> {
        let (context, query) = (&self.service.context, &self.query);
        let question = (&query.filter, window);
        let page = context.db.templates().page(query.workspace, &query.filter, window);
        context.kept(query.read(&[Noun::Templates], "templates.page", &question), page).await
    }

    /// How many of the own the window's offset has passed, where it has passed all that there are behind the cursor.
    async fn passed(&self, window: &Window) -> ServiceResult<i64> {
        let (context, query) = (&self.service.context, &self.query);
        let whole = Window { limit: window.offset, offset: 0, ..*window };
        let question = (&query.filter, &whole);
        let ids = context.db.templates().ids(query.workspace, &query.filter, &whole);
        let read = query.read(&[Noun::Templates], "templates.ids", &question);
        Ok(i64::try_from(context.cached(read, ids).await?.len()).unwrap_or(window.offset))
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
