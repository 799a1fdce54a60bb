//! Addresses of pages, as people give them.

use url::Url;

/// The longest address that is taken, in bytes.
const LONGEST: usize = 2_048;

/// What is asked for where a text is no such address.
pub const WANTED: &str = "Give an http or https address of at most 2,048 characters";

/// An absolute `http` or `https` address of at most 2,048 characters. `None`: the text is none.
pub fn parse(text: &str) -> Option<Url> {
    let address = Url::parse(text).ok()?;
    (matches!(address.scheme(), "http" | "https") && text.len() <= LONGEST).then_some(address)
}
