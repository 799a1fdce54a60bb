//! A range of addresses, such as `10.0.0.0/8`.

use std::net::{IpAddr, Ipv4Addr};

/// The addresses that share their first `prefix` bits with `base`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct AddressRange {
    base: IpAddr,
    prefix: u32,
}

impl AddressRange {
    /// Reads `10.0.0.0/8`, `fd00::/8`, or one address. `None` if it is neither.
    pub fn parse(text: &str) -> Option<Self> {
        let (address, prefix) = match text.split_once('/') {
            Some((address, prefix)) => (address, Some(prefix.parse::<u32>().ok()?)),
            None => (text, None),
        };
        let base: IpAddr = address.parse().ok()?;
        let bits = if base.is_ipv4() { Ipv4Addr::BITS } else { 128 };
        let prefix = prefix.unwrap_or(bits);
        (prefix <= bits).then_some(Self { base, prefix })
    }

    /// Whether `address` is in the range. An IPv4 address that came in as IPv6 (`::ffff:10.0.0.1`) counts as IPv4.
    pub fn contains(&self, address: IpAddr) -> bool {
        match (self.base, address.to_canonical()) {
            (IpAddr::V4(base), IpAddr::V4(address)) => {
                let differs = base.to_bits() ^ address.to_bits();
                differs.leading_zeros() >= self.prefix
            }
            (IpAddr::V6(base), IpAddr::V6(address)) => {
                let differs = base.to_bits() ^ address.to_bits();
                differs.leading_zeros() >= self.prefix
            }
            _ => false,
        }
    }
}
