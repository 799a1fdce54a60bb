//! The client's address as trusted proxies tell it.
//!
//! Each proxy adds the address that it was called from behind what it received. So the list is read from its end: the
//! first address that is no proxy of ours is the client's, and whatever stands before that was written by the client.
//! An entry that cannot be read ends the walk, since nobody vouches for what is behind it.

use axum::http::HeaderMap;
use fanfare_domain::address_range::AddressRange;
use fanfare_domain::proxy_header::ProxyHeader;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};

/// The address of the client: the peer's, or what the trusted proxies say. Where an entry cannot be read, that of the
/// proxy that wrote it.
pub fn client(headers: &HeaderMap, header: ProxyHeader, peer: IpAddr, trusted: &[AddressRange]) -> IpAddr {
    let is_trusted = |address: IpAddr| trusted.iter().any(|range| range.contains(address));
    let mut nearest = peer;
    if !is_trusted(peer) {
        return nearest;
    }
    let lines: Vec<_> = headers.get_all(header.name()).iter().collect();
    for line in lines.into_iter().rev() {
        let text = String::from_utf8_lossy(line.as_bytes());
        let hops: Vec<Option<IpAddr>> = match header {
            ProxyHeader::XForwardedFor => text.split(',').map(node).collect(),
            ProxyHeader::Forwarded => elements(&text),
        };
        for hop in hops.into_iter().rev() {
            let Some(address) = hop else { return nearest };
            nearest = address;
            if !is_trusted(address) {
                return nearest;
            }
        }
    }
    nearest
}

/// An address, with or without a port: `192.0.2.1`, `192.0.2.1:4711`, `2001:db8::1`, `[2001:db8::1]`,
/// `[2001:db8::1]:4711`. `None` for everything else, such as `unknown` and names that hide an address (`_proxy1`).
fn node(text: &str) -> Option<IpAddr> {
    let text = text.trim_matches([' ', '\t']);
    if let Ok(address) = text.parse::<IpAddr>() {
        return Some(address.to_canonical());
    }
    if let Ok(with_port) = text.parse::<SocketAddr>() {
        return Some(with_port.ip().to_canonical());
    }
    let (address, port) = if let Some(rest) = text.strip_prefix('[') {
        let (inside, port) = rest.split_once(']')?;
        (IpAddr::V6(inside.parse().ok()?), port)
    } else {
        let (address, _) = text.split_once(':')?;
        (IpAddr::V4(address.parse::<Ipv4Addr>().ok()?), text.get(address.len()..)?)
    };
    // Without a port, or with one that is hidden (RFC 7239, 6).
    let hidden = |port: &str| port.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"._-".contains(&byte));
    (port.is_empty() || port.strip_prefix(":_").is_some_and(hidden)).then(|| address.to_canonical())
}

/// The elements of one `Forwarded` header, in their order. `None`: an element that has no `for`, or is not well-formed.
fn elements(text: &str) -> Vec<Option<IpAddr>> {
    outside_quotes(text, ',').into_iter().map(element).collect()
}

fn element(text: &str) -> Option<IpAddr> {
    let mut found = None;
    for pair in outside_quotes(text, ';') {
        let (name, value) = pair.trim_matches([' ', '\t']).split_once('=')?;
        let value = unquoted(value)?;
        if name.eq_ignore_ascii_case("for") && found.replace(node(&value)?).is_some() {
            return None;
        }
    }
    found
}

/// The parts between separators that stand in no quoted string.
fn outside_quotes(text: &str, separator: char) -> Vec<&str> {
    let (mut parts, mut from) = (Vec::new(), 0);
    let (mut quoted, mut escaped) = (false, false);
    for (at, c) in text.char_indices() {
        match c {
            _ if escaped => escaped = false,
            '\\' if quoted => escaped = true,
            '"' => quoted = !quoted,
            _ if c == separator && !quoted => {
                parts.extend(text.get(from..at));
                from = at + c.len_utf8();
            }
            _ => {}
        }
    }
    parts.extend(text.get(from..));
    parts
}

/// A token or a quoted string (RFC 9110, 5.6) as it is meant.
fn unquoted(text: &str) -> Option<String> {
    let Some(rest) = text.strip_prefix('"') else {
        let token = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte);
        return (!text.is_empty() && text.bytes().all(token)).then(|| text.to_owned());
    };
    let (mut meant, mut chars) = (String::new(), rest.chars());
    loop {
        match chars.next()? {
            '"' => return chars.next().is_none().then_some(meant),
            '\\' => meant.push(chars.next()?),
            c => meant.push(c),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::{HeaderName, HeaderValue};
    use proptest::prelude::*;

    const PROXY: &str = "10.0.0.1";

    fn ip(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    /// The client of a request that a proxy at 10.0.0.1 sends with these lines of a header.
    fn told(header: ProxyHeader, lines: &[&str]) -> IpAddr {
        let mut headers = HeaderMap::new();
        for line in lines {
            let value = HeaderValue::from_bytes(line.as_bytes()).unwrap();
            headers.append(HeaderName::from_static(header.name()), value);
        }
        let trusted = [AddressRange::parse("10.0.0.0/8").unwrap(), AddressRange::parse("fd00::/8").unwrap()];
        client(&headers, header, ip(PROXY), &trusted)
    }

    #[test]
    fn the_last_address_that_is_no_proxy_is_the_client() {
        let cases: &[(&[&str], &str)] = &[
            (&["203.0.113.9"], "203.0.113.9"),
            (&["6.6.6.6, 203.0.113.9"], "203.0.113.9"),
            (&["6.6.6.6, 203.0.113.9, 10.0.0.2"], "203.0.113.9"),
            (&["6.6.6.6", "203.0.113.9, 10.0.0.2"], "203.0.113.9"),
            (&["6.6.6.6, 203.0.113.9:4711"], "203.0.113.9"),
            (&["6.6.6.6, [2001:db8::9]:4711"], "2001:db8::9"),
            (&["6.6.6.6, [2001:db8::9]"], "2001:db8::9"),
            (&["6.6.6.6, 2001:db8::9"], "2001:db8::9"),
            (&["6.6.6.6, ::ffff:203.0.113.9"], "203.0.113.9"),
            (&["203.0.113.9, [fd00::2]:80"], "203.0.113.9"),
            // One of ours asks for itself.
            (&["10.0.0.7"], "10.0.0.7"),
            (&[], PROXY),
        ];
        for (lines, client) in cases {
            assert_eq!(told(ProxyHeader::XForwardedFor, lines), ip(client), "{lines:?}");
        }
    }

    #[test]
    fn an_entry_that_cannot_be_read_ends_the_walk() {
        let unreadable = [
            "unknown",
            "_hidden",
            "",
            " ",
            "203.0.113.9:",
            "203.0.113.9:port",
            "203.0.113.9:99999",
            "203.0.113",
            "203.0.113.009",
            "0xcb007109",
            "3405803785",
            "203.0.113.9/32",
            "[203.0.113.9]",
            "[2001:db8::9",
            "2001:db8::9]",
            "[2001:db8::9]4711",
            "[]",
            "localhost",
            "203.0.113.9 6.6.6.6",
            "\"203.0.113.9\"",
            "２０３.0.113.9",
            "\u{a0}203.0.113.9",
        ];
        for entry in unreadable {
            let line = format!("6.6.6.6, {entry}");
            assert_eq!(told(ProxyHeader::XForwardedFor, &[&line]), ip(PROXY), "{entry:?}");
            let line = format!("6.6.6.6, {entry}, 10.0.0.2");
            assert_eq!(told(ProxyHeader::XForwardedFor, &[&line]), ip("10.0.0.2"), "{entry:?}");
        }
    }

    #[test]
    fn forwarded_is_read_by_its_own_rules() {
        let cases: &[(&[&str], &str)] = &[
            (&["for=203.0.113.9"], "203.0.113.9"),
            (&["for=6.6.6.6, For=203.0.113.9;proto=https;by=10.0.0.1"], "203.0.113.9"),
            (&["proto=http ; for=\"203.0.113.9:4711\""], "203.0.113.9"),
            (&["for=6.6.6.6", "for=\"[2001:db8::9]:_x\", for=10.0.0.2"], "2001:db8::9"),
            (&["for=\"[2001:db8::9]\""], "2001:db8::9"),
            (&["for=\"203.0.\\113.9\""], "203.0.113.9"),
            // What stands in quotes separates nothing.
            (&["for=6.6.6.6;host=\"a, for=7.7.7.7\", for=203.0.113.9"], "203.0.113.9"),
        ];
        for (lines, client) in cases {
            assert_eq!(told(ProxyHeader::Forwarded, lines), ip(client), "{lines:?}");
        }
        for line in [
            "for=6.6.6.6, for=unknown",
            "for=6.6.6.6, for=_gazonk",
            "for=6.6.6.6, proto=https",
            "for=6.6.6.6, for=[2001:db8::9]",
            "for=6.6.6.6, for=203.0.113.9:80",
            "for=6.6.6.6, for=\"203.0.113.9",
            "for=6.6.6.6, for=\"203.0.113.9\"x",
            "for=6.6.6.6, for=203.0.113.9;for=7.7.7.7",
            "for=6.6.6.6, for",
            "for=6.6.6.6, 203.0.113.9",
            "for=6.6.6.6, for=\", for=\"[2001:db8::9]:80\"",
        ] {
            assert_eq!(told(ProxyHeader::Forwarded, &[line]), ip(PROXY), "{line}");
        }
    }

    #[test]
    fn nobody_but_a_trusted_proxy_is_believed_and_only_in_the_header_that_is_set() {
        let mut headers = HeaderMap::new();
        headers.insert("x-forwarded-for", HeaderValue::from_static("6.6.6.6"));
        let trusted = [AddressRange::parse("10.0.0.0/8").unwrap()];
        let stranger = ip("192.0.2.1");
        assert_eq!(client(&headers, ProxyHeader::XForwardedFor, stranger, &trusted), stranger);
        assert_eq!(client(&headers, ProxyHeader::Forwarded, ip(PROXY), &trusted), ip(PROXY));
    }

    proptest! {
        /// Whatever a client sends, the entry that our proxy adds decides.
        #[test]
        fn a_client_cannot_choose_its_address(
            sent in prop_oneof!["[ -~]{0,80}", "[0-9.:,\\[\\] ]{0,60}", "(for=|\"|,|;|\\\\|6\\.6\\.6\\.6){0,12}"],
        ) {
            let line = format!("{sent}, 203.0.113.9:4711");
            prop_assert_eq!(told(ProxyHeader::XForwardedFor, &[&line]), ip("203.0.113.9"));
            // An odd quotation mark hides what was added: the proxy stands for its client then, and nobody else.
            let line = format!("{sent}, for=\"203.0.113.9:4711\"");
            let client = told(ProxyHeader::Forwarded, &[&line]);
            prop_assert!(client == ip("203.0.113.9") || client == ip(PROXY), "{} of {}", client, line);
            let own_line = told(ProxyHeader::Forwarded, &[&sent, "for=203.0.113.9"]);
            prop_assert_eq!(own_line, ip("203.0.113.9"));
        }
    }
}
