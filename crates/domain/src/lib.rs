//! Types, states and rules. No I/O, no clock of its own, nothing from another layer.

#![expect(clippy::match_same_arms, reason = "a table of states or of kinds of events reads row by row")]
#![expect(clippy::module_name_repetitions, reason = "the noun is in the file's name and in the type's")]
#![expect(clippy::trivially_copy_pass_by_ref, reason = "generated callbacks give references")]

#[macro_use]
mod text_enum;

pub mod account;
pub mod actor;
pub mod address_range;
pub mod analytics;
pub mod api_key;
pub mod banned_keyword;
pub mod budget;
pub mod calendar;
pub mod campaign;
pub mod client_network;
pub mod clock;
pub mod csv;
pub mod csv_table;
pub mod csv_text;
pub mod day_lines;
pub mod decimal;
pub mod difference;
pub mod email;
pub mod event;
pub mod export;
pub mod global_id;
pub mod id;
pub mod import;
pub mod inbox;
pub mod invisible;
pub mod invitation;
pub mod kept_count;
pub mod language;
pub mod local_time;
pub mod media;
pub mod metrics;
pub mod noun;
pub mod optimal_time;
pub mod patch;
pub mod placeholder;
pub mod platform;
pub mod post;
pub mod proxy_header;
pub mod quota;
pub mod read_back;
pub mod registration;
pub mod replay_mark;
pub mod retry;
pub mod revision;
pub mod row_id;
pub mod scalar;
pub mod seq_recorder;
pub mod settings;
#[cfg(feature = "sql")]
pub mod sql;
pub mod template;
pub mod user_error;
pub mod violation;
pub mod web_address;
pub mod web_link;
pub mod work;
pub mod writing;
pub mod written;
pub mod written_time;
pub mod x_text;
