//! OAuth 2 as all networks do it: a consent page, codes, tokens.

pub mod consent;
pub mod consent_page;
pub mod form;
pub mod grant;
pub mod token;
