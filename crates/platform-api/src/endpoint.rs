//! Addresses of a network's endpoints.

use super::PlatformError;
use url::Url;

/// `base` with `segments` appended to its own path.
///
/// Never `Url::join`: a base may have a path (the simulator's has), and an absolute reference would drop it.
pub fn endpoint(base: &Url, segments: &[&str]) -> Result<Url, PlatformError> {
    let mut url = base.clone();
    url.set_query(None);
    url.set_fragment(None);
    url.path_segments_mut()
        .map_err(|()| PlatformError::Rejected { message: format!("{base} cannot have a path") })?
        .pop_if_empty()
        .extend(segments.iter().filter(|segment| !segment.is_empty()));
    Ok(url)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_appended_to_the_bases_own_and_ids_are_escaped() {
        let cases = [
            ("https://api.x.com", "https://api.x.com/2/tweets/a%2Fb"),
            ("https://api.x.com/", "https://api.x.com/2/tweets/a%2Fb"),
            (
                "http://localhost:8000/simulator/twitter",
                "http://localhost:8000/simulator/twitter/2/tweets/a%2Fb",
            ),
            (
                "http://localhost:8000/simulator/twitter/?q#f",
                "http://localhost:8000/simulator/twitter/2/tweets/a%2Fb",
            ),
        ];
        for (base, expected) in cases {
            let url = endpoint(&Url::parse(base).unwrap(), &["2", "", "tweets", "a/b"]).unwrap();
            assert_eq!(url.as_str(), expected);
        }
    }
}
