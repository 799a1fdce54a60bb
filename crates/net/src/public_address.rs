//! Which addresses lie on the public internet (IANA's registries of special-purpose addresses).

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// Blocks of IPv4 that no stranger's file is fetched from: first address and length of the prefix.
const CLOSED_V4: &[(Ipv4Addr, u32)] = &[
    (Ipv4Addr::UNSPECIFIED, 8),
    (Ipv4Addr::new(10, 0, 0, 0), 8),
    // Shared by the customers of a provider; Alibaba's metadata service (100.100.100.200) among them.
    (Ipv4Addr::new(100, 64, 0, 0), 10),
    (Ipv4Addr::new(127, 0, 0, 0), 8),
    // Link-local, with the metadata service of most clouds (169.254.169.254).
    (Ipv4Addr::new(169, 254, 0, 0), 16),
    // Azure's metadata and platform service: an address that looks public.
    (Ipv4Addr::new(168, 63, 129, 16), 32),
    (Ipv4Addr::new(172, 16, 0, 0), 12),
    // Protocol assignments; Oracle's metadata service (192.0.0.192) among them.
    (Ipv4Addr::new(192, 0, 0, 0), 24),
    (Ipv4Addr::new(192, 0, 2, 0), 24),
    // 6to4 relays.
    (Ipv4Addr::new(192, 88, 99, 0), 24),
    (Ipv4Addr::new(192, 168, 0, 0), 16),
    (Ipv4Addr::new(198, 18, 0, 0), 15),
    (Ipv4Addr::new(198, 51, 100, 0), 24),
    (Ipv4Addr::new(203, 0, 113, 0), 24),
    // Multicast, and everything above it up to broadcast.
    (Ipv4Addr::new(224, 0, 0, 0), 3),
];

/// Only this block of IPv6 is given out. Outside it lie loopback, link-local, unique local and multicast addresses, and
/// those that carry one of IPv4 (mapped, NAT64), by which the blocks above could be reached.
const OPEN_V6: (Ipv6Addr, u32) = (Ipv6Addr::new(0x2000, 0, 0, 0, 0, 0, 0, 0), 3);

/// Blocks in it that are closed all the same.
const CLOSED_V6: &[(Ipv6Addr, u32)] = &[
    // Protocol assignments; Teredo, which carries IPv4, among them.
    (Ipv6Addr::new(0x2001, 0, 0, 0, 0, 0, 0, 0), 23),
    (Ipv6Addr::new(0x2001, 0xdb8, 0, 0, 0, 0, 0, 0), 32),
    // 6to4 carries IPv4.
    (Ipv6Addr::new(0x2002, 0, 0, 0, 0, 0, 0, 0), 16),
    (Ipv6Addr::new(0x3fff, 0, 0, 0, 0, 0, 0, 0), 20),
];

/// Whether an address is one that a server of a stranger can have.
pub fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(ip) => !CLOSED_V4.iter().any(|block| holds_v4(*block, ip)),
        IpAddr::V6(ip) => holds_v6(OPEN_V6, ip) && !CLOSED_V6.iter().any(|block| holds_v6(*block, ip)),
    }
}

fn holds_v4((first, length): (Ipv4Addr, u32), ip: Ipv4Addr) -> bool {
    let differing = first.to_bits() ^ ip.to_bits();
    differing.leading_zeros() >= length
}

fn holds_v6((first, length): (Ipv6Addr, u32), ip: Ipv6Addr) -> bool {
    let differing = first.to_bits() ^ ip.to_bits();
    differing.leading_zeros() >= length
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn private_local_shared_metadata_and_carried_addresses_are_not_public() {
        for closed in [
            "0.0.0.0",
            "10.1.2.3",
            "100.64.0.1",
            "100.100.100.200",
            "127.0.0.1",
            "127.255.255.254",
            "168.63.129.16",
            "169.254.169.254",
            "172.16.0.1",
            "172.31.255.255",
            "192.0.0.192",
            "192.168.1.1",
            "198.19.0.1",
            "224.0.0.1",
            "240.0.0.1",
            "255.255.255.255",
            "::",
            "::1",
            "::127.0.0.1",
            "::ffff:127.0.0.1",
            "::ffff:8.8.8.8",
            "64:ff9b::7f00:1",
            "64:ff9b:1::a00:1",
            "100::1",
            "2001::1",
            "2001:db8::1",
            "2002:7f00:1::1",
            "3fff::1",
            "5f00::1",
            "fc00::1",
            "fd00:ec2::254",
            "fe80::1",
            "ff02::1",
        ] {
            assert!(!is_public(closed.parse().unwrap()), "{closed}");
        }
    }

    #[test]
    fn what_lies_beside_a_closed_block_is_public() {
        for open in [
            "1.1.1.1",
            "9.255.255.255",
            "11.0.0.0",
            "100.63.255.255",
            "100.128.0.0",
            "126.255.255.255",
            "128.0.0.0",
            "168.63.129.17",
            "172.15.255.255",
            "172.32.0.0",
            "192.0.1.0",
            "223.255.255.255",
            "2001:200::1",
            "2606:4700::1111",
            "2a00:1450::1",
        ] {
            assert!(is_public(open.parse().unwrap()), "{open}");
        }
    }
}
