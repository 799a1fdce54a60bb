//! Which of the representations made at build time a client prefers (`Accept-Encoding`, RFC 9110, 12.5.3).

use axum::http::{HeaderMap, header};

/// A content coding that `web/`'s build writes, or none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Coding {
    Brotli,
    Gzip,
    Identity,
}

/// Smallest first: the order among codings that a client likes equally.
const BY_SIZE: [Coding; 3] = [Coding::Brotli, Coding::Gzip, Coding::Identity];

impl Coding {
    /// What `Content-Encoding` says; identity is never named there.
    pub fn token(self) -> Option<&'static str> {
        match self {
            Self::Brotli => Some("br"),
            Self::Gzip => Some("gzip"),
            Self::Identity => None,
        }
    }

    /// What the build appends to a file's name for this representation.
    pub fn suffix(self) -> &'static str {
        match self {
            Self::Brotli => ".br",
            Self::Gzip => ".gz",
            Self::Identity => "",
        }
    }

    /// Whether `name` is a compressed representation next to its file.
    pub fn is_sibling(name: &str) -> bool {
        [Self::Brotli, Self::Gzip].into_iter().any(|coding| name.ends_with(coding.suffix()))
    }
}

/// The codings this client takes, the best first. Identity is always among them, last where it was refused: an
/// answer is worth more than a 406.
pub fn preferred(request: &HeaderMap) -> Vec<Coding> {
    let accepted: Vec<(String, f32)> = request
        .get_all(header::ACCEPT_ENCODING)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|list| list.split(','))
        .map(weighted)
        .collect();
    let mut ranked: Vec<(Coding, f32)> = BY_SIZE
        .into_iter()
        .map(|coding| (coding, weight(&accepted, coding)))
        .filter(|(coding, weight)| *weight > 0.0 || *coding == Coding::Identity)
        .collect();
    ranked.sort_by(|(_, one), (_, other)| other.total_cmp(one));
    ranked.into_iter().map(|(coding, _)| coding).collect()
}

/// `gzip;q=0.5` as its lower-case name and weight; a weight that is no number counts as refused.
fn weighted(item: &str) -> (String, f32) {
    let (name, parameters) = item.split_once(';').unwrap_or((item, ""));
    let weight = match parameters.trim().split_once('=') {
        Some((key, value)) if key.trim().eq_ignore_ascii_case("q") => value.trim().parse().unwrap_or(0.0),
        _ => 1.0,
    };
    (name.trim().to_ascii_lowercase(), weight)
}

fn weight(accepted: &[(String, f32)], coding: Coding) -> f32 {
    let of = |wanted: &str| accepted.iter().find(|(name, _)| name == wanted).map(|(_, weight)| *weight);
    let named = of(coding.token().unwrap_or("identity"));
    // What goes unmentioned follows the wildcard; without one, only identity is taken for granted, and only
    // just: a client that names a coding wants it.
    named.or_else(|| of("*")).unwrap_or(if coding == Coding::Identity { f32::MIN_POSITIVE } else { 0.0 })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn preferred_for(accept: &str) -> Vec<Coding> {
        let mut request = HeaderMap::new();
        request.insert(header::ACCEPT_ENCODING, accept.parse().unwrap());
        preferred(&request)
    }

    #[test]
    fn the_smallest_of_equally_liked_codings_comes_first() {
        assert_eq!(preferred_for("gzip, deflate, br"), [Coding::Brotli, Coding::Gzip, Coding::Identity]);
        assert_eq!(preferred_for("*"), [Coding::Brotli, Coding::Gzip, Coding::Identity]);
    }

    #[test]
    fn a_higher_weight_wins_over_size() {
        assert_eq!(preferred_for("br;q=0.4, GZIP; q=0.9"), [Coding::Gzip, Coding::Brotli, Coding::Identity]);
        assert_eq!(preferred_for("gzip;q=0.5, identity"), [Coding::Identity, Coding::Gzip]);
    }

    #[test]
    fn a_refused_or_unnamed_coding_is_never_used() {
        assert_eq!(preferred_for("br;q=0, gzip"), [Coding::Gzip, Coding::Identity]);
        assert_eq!(preferred_for("*;q=0"), [Coding::Identity]);
        assert_eq!(preferred_for("br;q=nonsense"), [Coding::Identity]);
        assert_eq!(preferred(&HeaderMap::new()), [Coding::Identity]);
    }
}
