//! A line of an import's file as the input of a post, and what is wrong with it.

use super::file::quoted;
use super::names::{Names, row_of};
use crate::post::{PostDraft, PostInput, Schedule};
use chrono_tz::Tz;
use fanfare_domain::clock::Timestamp;
use fanfare_domain::csv::unguarded;
use fanfare_domain::id::{MediaId, WorkspaceId};
use fanfare_domain::import::ImportColumn;
use fanfare_domain::post::{PostBody, PublishMode, TemplateType};
use fanfare_domain::user_error::{UserError, UserErrorCode};
use fanfare_domain::web_address;
use fanfare_domain::written_time::{self, WrittenTime};
use fanfare_storage::work::import::LineProblem;

/// Problems of one line that are told.
const MOST_PROBLEMS: usize = 20;

/// The cells of a line, each below its column.
#[derive(Clone, Copy, Debug)]
pub struct Cells<'a> {
    columns: &'a [ImportColumn],
    cells: &'a [String],
}

impl<'a> Cells<'a> {
    /// `Err`: there are more or fewer of them than columns.
    pub fn new(columns: &'a [ImportColumn], cells: &'a [String]) -> Result<Self, UserError> {
        if columns.len() == cells.len() {
            return Ok(Self { columns, cells });
        }
        let words = format!("The line has {} cells, the heading {}.", cells.len(), columns.len());
        Err(UserError::new(UserErrorCode::ImportCellsMiscounted, "", words))
    }

    /// The text of a cell without white space around it. `None`: it is empty.
    fn text(self, column: ImportColumn) -> Option<&'a str> {
        let (_, cell) = self.columns.iter().zip(self.cells).find(|(it, _)| **it == column)?;
        Some(unguarded(cell.trim()).trim()).filter(|text| !text.is_empty())
    }

    /// The parts of a cell that holds several.
    fn list(self, column: ImportColumn) -> impl Iterator<Item = &'a str> {
        let parts = self.text(column).unwrap_or_default().split([';', '|']);
        parts.map(str::trim).filter(|part| !part.is_empty())
    }

    /// What the line calls its accounts.
    pub fn accounts(self) -> impl Iterator<Item = &'a str> {
        self.list(ImportColumn::Accounts)
    }

    /// What the line calls its campaign.
    pub fn campaign(self) -> Option<&'a str> {
        self.text(ImportColumn::Campaign)
    }

    /// The post that the line asks for; what cannot be read is among its `unreadable`. A time without an offset is one of
    /// `zone`.
    pub fn read(self, workspace: WorkspaceId, names: &Names, zone: Tz) -> PostInput {
        let mut errors = Vec::new();
        let account_ids = self.accounts().enumerate().filter_map(|(at, cell)| {
            names.account(cell, &format!("accountIds.{at}")).map_err(|error| errors.push(error)).ok()
        });
        let account_ids = account_ids.collect();
        let campaign_id = self
            .campaign()
            .and_then(|cell| names.campaign(cell, "campaignId").map_err(|error| errors.push(error)).ok());
        let body = PostBody {
            content: self.text(ImportColumn::Content).unwrap_or_default().to_owned(),
            title: self.text(ImportColumn::Title).map(str::to_owned),
            hashtags: self.hashtags(),
            link_url: self.link(&mut errors),
            template_type: self.template_type(&mut errors),
            publish_mode: self.publish_mode(&mut errors),
            campaign_id,
        };
        let media_ids = self.media(&mut errors);
        let draft = PostDraft { body, media_ids, account_ids, ..PostDraft::default() };
        let schedule = self.schedule(zone, &mut errors);
        PostInput {
            workspace_id: Some(workspace),
            draft,
            platforms: Vec::new(),
            publish_now: false,
            schedule,
            unreadable: errors,
        }
    }

    fn hashtags(self) -> Vec<String> {
        let separates = |c: char| c.is_whitespace() || matches!(c, ',' | ';' | '|');
        let words = self.text(ImportColumn::Hashtags).unwrap_or_default().split(separates);
        words.filter(|word| !word.is_empty()).map(str::to_owned).collect()
    }

    fn link(self, errors: &mut Vec<UserError>) -> Option<String> {
        let text = self.text(ImportColumn::LinkUrl)?;
        let address = web_address::parse(text);
        if address.is_none() {
            errors.push(UserError::new(
                UserErrorCode::Invalid,
                "linkUrl",
                format!("{}.", web_address::WANTED),
            ));
        }
        address.map(Into::into)
    }

    fn media(self, errors: &mut Vec<UserError>) -> Vec<MediaId> {
        let media = self.list(ImportColumn::Media).enumerate().filter_map(|(at, cell)| {
            let row = row_of(cell, MediaId::KIND);
            if row.is_none() {
                let words = format!("\"{}\" is not the id of a media file.", quoted(cell));
                errors.push(UserError::new(UserErrorCode::Invalid, &format!("mediaIds.{at}"), words));
            }
            row.map(MediaId)
        });
        media.collect()
    }

    fn publish_mode(self, errors: &mut Vec<UserError>) -> PublishMode {
        let Some(text) = self.text(ImportColumn::PublishMode) else { return PublishMode::default() };
        PublishMode::parse(&text.to_lowercase()).unwrap_or_else(|| {
            errors.push(one_of("publishMode", PublishMode::ALL));
            PublishMode::default()
        })
    }

    fn template_type(self, errors: &mut Vec<UserError>) -> Option<TemplateType> {
        let text = self.text(ImportColumn::TemplateType)?;
        let found = TemplateType::parse(&text.to_lowercase());
        if found.is_none() {
            errors.push(one_of("templateType", TemplateType::ALL));
        }
        found
    }

    fn schedule(self, zone: Tz, errors: &mut Vec<UserError>) -> Option<Schedule> {
        let text = self.text(ImportColumn::ScheduledAt)?;
        match written_time::parse(text) {
            Ok(WrittenTime::Instant(at)) => Some(Schedule::At(at)),
            Ok(WrittenTime::Local(_)) => {
                Some(Schedule::Local { date_time: text.to_owned(), zone: Some(zone) })
            }
            Err(fault) => {
                errors.push(UserError::new(UserErrorCode::Invalid, "scheduledAt", fault.to_string()));
                None
            }
        }
    }
}

fn one_of(field: &str, values: &[impl ToString]) -> UserError {
    let values: Vec<String> = values.iter().map(ToString::to_string).collect();
    UserError::new(UserErrorCode::Invalid, field, format!("Write one of {}.", values.join(", ")))
}

/// What is wrong with the input of a post, as problems of the line that it was read from.
pub fn problems(line: i32, errors: Vec<UserError>) -> impl Iterator<Item = LineProblem> {
    errors.into_iter().take(MOST_PROBLEMS).map(move |error| LineProblem {
        line,
        // The path begins with the name of the input.
        column: error.path.get(1).and_then(|field| ImportColumn::of_field(field)),
        code: error.code,
        message: error.message,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use ImportColumn as C;

    fn read(columns: &[C], cells: &[&str]) -> PostInput {
        let cells: Vec<String> = cells.iter().map(|&cell| cell.to_owned()).collect();
        let cells = Cells::new(columns, &cells).unwrap();
        cells.read(WorkspaceId(1), &Names::default(), Tz::Europe__Paris)
    }

    #[test]
    fn a_line_is_read_as_people_and_exports_write_it() {
        let columns = [C::Content, C::Hashtags, C::Accounts, C::Media, C::PublishMode, C::LinkUrl, C::Title];
        let cells =
            ["'=1+1", "#one two;three", "12 | 13", "7;8", "All_Or_Nothing", "https://example.com/a", " "];
        let input = read(&columns, &cells);
        assert_eq!(input.unreadable, []);
        let PostDraft { body, .. } = &input.draft;
        assert_eq!((body.content.as_str(), &body.title), ("=1+1", &None));
        assert_eq!(body.hashtags, ["#one", "two", "three"]);
        assert_eq!(input.draft.account_ids.iter().map(|id| id.0).collect::<Vec<_>>(), [12, 13]);
        assert_eq!(input.draft.media_ids, [MediaId(7), MediaId(8)]);
        assert_eq!(body.publish_mode, PublishMode::AllOrNothing);
        assert_eq!(body.link_url.as_deref(), Some("https://example.com/a"));
    }

    #[test]
    fn a_time_has_an_offset_or_is_the_workspaces() {
        let schedule = |cell: &str| read(&[C::ScheduledAt], &[cell]).schedule;
        let at = Timestamp::new("2026-12-01T08:30:00Z".parse().unwrap());
        for cell in ["2026-12-01T08:30:00Z", "2026-12-01 09:30:00+01:00", "2026-12-01 9:30+0100"] {
            assert_eq!(schedule(cell), Some(Schedule::At(at)), "{cell}");
        }
        let local =
            Schedule::Local { date_time: "2026-12-01 9:30".to_owned(), zone: Some(Tz::Europe__Paris) };
        assert_eq!(schedule("2026-12-01 9:30"), Some(local));
        assert_eq!(schedule(""), None);
    }

    #[test]
    fn everything_that_cannot_be_read_is_told_with_its_column() {
        let columns =
            [C::Accounts, C::ScheduledAt, C::LinkUrl, C::Media, C::Campaign, C::PublishMode, C::TemplateType];
        let input = read(&columns, &["nobody", "soon", "ftp://x", "a.jpg", "Spring", "maybe", "poem"]);
        let found: Vec<_> = problems(3, input.unreadable).map(|it| (it.line, it.column)).collect();
        let expected =
            [C::Accounts, C::Campaign, C::LinkUrl, C::TemplateType, C::PublishMode, C::Media, C::ScheduledAt];
        assert_eq!(found, expected.map(|column| (3, Some(column))));
    }

    #[test]
    fn a_line_has_as_many_cells_as_the_heading() {
        let error = Cells::new(&[C::Content, C::Title], &["x".to_owned()]).unwrap_err();
        assert_eq!(
            (error.code, error.message.as_str()),
            (UserErrorCode::ImportCellsMiscounted, "The line has 1 cells, the heading 2.")
        );
        assert_eq!(problems(2, vec![error]).next().unwrap().column, None);
    }
}
