//! What counts as one address.

use std::net::{IpAddr, Ipv6Addr};

/// The bits of an IPv6 address that its network was given; whoever has one address has all that share them.
const NETWORK_BITS: u32 = 64;

/// What limits of an address count by: an IPv4 address, or the network of an IPv6 address.
pub fn counted_address(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V4(address) => address.into(),
        IpAddr::V6(address) => {
            let network = address.to_bits() & !(u128::MAX >> NETWORK_BITS);
            Ipv6Addr::from_bits(network).into()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_of_one_ipv6_network_count_as_one() {
        let counted = |text: &str| counted_address(text.parse().unwrap()).to_string();
        assert_eq!(counted("2001:db8:1:2:3:4:5:6"), "2001:db8:1:2::");
        assert_eq!(counted("2001:db8:1:3:3:4:5:6"), "2001:db8:1:3::");
        assert_eq!(counted("::ffff:192.0.2.7"), "192.0.2.7");
        assert_eq!(counted("192.0.2.8"), "192.0.2.8");
    }
}
