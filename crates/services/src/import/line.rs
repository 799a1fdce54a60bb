//! A line of an import's file as the input of a post, and what is wrong with it.

use super::file::quoted;
use super::names::{Names, row_of};
use crate::post::{PostDraft, PostInput, Schedule};
use chrono_tz::Tz;
use fanfare_domain::csv::{unguarded, unguarded_within};
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
    /// `Err`: there are more or fewer of them than columns. Empty ones behind the last column count for nothing:
    /// spreadsheets add them.
    pub fn new(columns: &'a [ImportColumn], cells: &'a [String]) -> Result<Self, UserError> {
        let (own, behind) = cells.split_at_checked(columns.len()).unwrap_or((cells, &[]));
        if own.len() == columns.len() && behind.iter().all(|cell| cell.trim().is_empty()) {
            return Ok(Self { columns, cells: own });
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
            content: self.text(ImportColumn::Content).map(unguarded_within).unwrap_or_default(),
            title: self.text(ImportColumn::Title).map(unguarded_within),
            hashtags: self.hashtags(),
            link_url: self.link(&mut errors),
            template_type: self.template_type(&mut errors),
            publish_mode: self.publish_mode(&mut errors),
            campaign_id,
        };
        let (media_ids, media_urls) = self.media(&mut errors);
        let draft = PostDraft { body, media_ids, media_urls, account_ids, ..PostDraft::default() };
        let schedule = self.schedule(zone, &mut errors);
        self.refuse_foreign(&mut errors);
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

    /// What the line calls its media: ids, and addresses.
    fn media(self, errors: &mut Vec<UserError>) -> (Vec<MediaId>, Vec<String>) {
        let (mut ids, mut addresses) = (Vec::new(), Vec::new());
        for (at, part) in media_parts(self.text(ImportColumn::Media).unwrap_or_default()).iter().enumerate() {
            if let Some(row) = row_of(part, MediaId::KIND) {
                ids.push(MediaId(row));
            } else if let Some(address) = web_address::parse(part) {
                addresses.push(address.into());
            } else {
                let words =
                    format!("\"{}\" is neither the id nor the address of a media file.", quoted(part));
                errors.push(UserError::new(UserErrorCode::Invalid, &format!("mediaIds.{at}"), words));
            }
        }
        (ids, addresses)
    }

    /// Whether the line names media by their addresses.
    pub fn has_media_addresses(self) -> bool {
        self.text(ImportColumn::Media).is_some_and(|cell| cell.contains("://"))
    }

    /// Tells what another tool would publish and this server does not, instead of leaving it out in silence.
    fn refuse_foreign(self, errors: &mut Vec<UserError>) {
        for (number, (column, cell)) in (1..).zip(self.columns.iter().zip(self.cells)) {
            if *column == ImportColumn::Unsupported && !cell.trim().is_empty() {
                let words = format!(
                    "Column {number} is of another tool and is not published by Fanfare: empty its cells, or take it out."
                );
                errors.push(UserError::new(UserErrorCode::Invalid, "unsupported", words));
            }
        }
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

/// The parts of a cell of media. An address may hold a separator itself: what follows it is a part of its own only if it
/// is an address or an id.
fn media_parts(cell: &str) -> Vec<String> {
    let mut parts: Vec<String> = Vec::new();
    for word in cell.split_whitespace() {
        let mut open = None;
        for piece in word.split_inclusive(SEPARATORS) {
            let text = piece.strip_suffix(SEPARATORS).unwrap_or(piece);
            let separator = piece.chars().next_back().filter(|_| text.len() < piece.len());
            match (parts.last_mut(), open) {
                (Some(address), Some(separator)) if !text.is_empty() && !begins_a_part(text) => {
                    address.push(separator);
                    address.push_str(text);
                }
                _ if text.is_empty() => {}
                _ => parts.push(text.to_owned()),
            }
            open = separator.filter(|_| parts.last().is_some_and(|part| is_address(part)));
        }
    }
    parts
}

/// What may stand between two media of a cell.
const SEPARATORS: [char; 3] = [',', ';', '|'];

fn is_address(text: &str) -> bool {
    text.contains("://")
}

fn begins_a_part(text: &str) -> bool {
    is_address(text) || row_of(text, MediaId::KIND).is_some()
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
    use fanfare_domain::clock::Timestamp;

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
    fn media_are_ids_and_addresses_however_they_are_separated() {
        let media = |cell: &str| {
            let draft = read(&[C::Media], &[cell]).draft;
            (draft.media_ids.iter().map(|id| id.0).collect::<Vec<_>>(), draft.media_urls)
        };
        let (a, b) = ("https://a.example/x.jpg", "https://b.example/w_1,h_2/y.jpg?a=1;b");
        let both = vec![a.to_owned(), b.to_owned()];
        for cell in [
            format!("{a},{b}"),
            format!("{a}; {b}"),
            format!("{a} | {b}"),
            format!("{a}\n{b}"),
            format!("{a},,{b},"),
        ] {
            assert_eq!(media(&cell), (vec![], both.clone()), "{cell}");
        }
        assert_eq!(media(&format!("7;{a};8")), (vec![7, 8], vec![a.to_owned()]));
        assert_eq!(media("7, 8"), (vec![7, 8], vec![]));
        let unreadable = read(&[C::Media], &["7;x.jpg"]).unreadable;
        let wrong = problems(2, unreadable).next().unwrap();
        assert_eq!((wrong.column, wrong.message.contains("\"x.jpg\"")), (Some(C::Media), true));
    }

    #[test]
    fn what_another_tool_would_publish_is_told_and_what_it_sorts_by_is_passed_over() {
        let columns = [C::Content, C::Labels, C::Unsupported, C::Unsupported];
        assert_eq!(read(&columns, &["x", "spring", "", " "]).unreadable, []);
        let input = read(&columns, &["x", "spring", "", "First!"]);
        let problem = problems(2, input.unreadable).next().unwrap();
        assert_eq!(problem.column, Some(C::Unsupported));
        assert!(problem.message.starts_with("Column 4 is of another tool"));
    }

    #[test]
    fn a_line_has_as_many_cells_as_the_heading() {
        let error = Cells::new(&[C::Content, C::Title], &["x".to_owned()]).unwrap_err();
        assert_eq!(
            (error.code, error.message.as_str()),
            (UserErrorCode::ImportCellsMiscounted, "The line has 1 cells, the heading 2.")
        );
        assert_eq!(problems(2, vec![error]).next().unwrap().column, None);
        let padded = ["x", "", " "].map(str::to_owned);
        assert!(Cells::new(&[C::Content], &padded).is_ok());
        assert!(Cells::new(&[C::Content], &["x".to_owned(), "y".to_owned()]).is_err());
    }
}
