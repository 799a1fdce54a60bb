//! How many connections there may be: of all clients together, and of each address.

use super::super::seats::{Seat, Seats};
use super::options::ServeOptions;
use fanfare_domain::address_range::AddressRange;
use std::net::IpAddr;
use std::sync::Arc;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// What a connection over the cap of the server is told.
const FULL: &[u8] =
    b"HTTP/1.1 503 Service Unavailable\r\nretry-after: 2\r\nconnection: close\r\ncontent-length: 0\r\n\r\n";
/// What a connection over the cap of its address is told.
const TOO_MANY: &[u8] =
    b"HTTP/1.1 429 Too Many Requests\r\nretry-after: 2\r\nconnection: close\r\ncontent-length: 0\r\n\r\n";

/// Lets connections in.
pub struct Admission {
    all: Arc<Semaphore>,
    addresses: Seats<IpAddr>,
    /// They carry the connections of many.
    proxies: Vec<AddressRange>,
}

/// What a connection holds as long as it is open.
#[derive(Debug)]
pub struct Places {
    _of_all: OwnedSemaphorePermit,
    _of_address: Option<Seat<IpAddr>>,
}

impl Admission {
    pub fn new(options: &ServeOptions) -> Self {
        Self {
            all: Arc::new(Semaphore::new(options.connections)),
            addresses: Seats::new(options.connections_per_address),
            proxies: options.trusted_proxies.clone(),
        }
    }

    /// Places for a connection from `peer`, or the answer that it gets.
    pub fn admit(&self, peer: IpAddr) -> Result<Places, &'static [u8]> {
        let of_all = Arc::clone(&self.all).try_acquire_owned().map_err(|_| FULL)?;
        let peer = peer.to_canonical();
        let is_proxy = self.proxies.iter().any(|range| range.contains(peer));
        let of_address = if is_proxy { None } else { Some(self.addresses.take(peer).ok_or(TOO_MANY)?) };
        Ok(Places { _of_all: of_all, _of_address: of_address })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_takes_its_share_a_proxy_all_there_is_and_what_is_closed_is_free_again() {
        let address = |text: &str| text.parse::<IpAddr>().unwrap();
        let proxies = vec![AddressRange::parse("10.0.0.0/8").unwrap()];
        let options = ServeOptions {
            connections: 5,
            connections_per_address: 2,
            trusted_proxies: proxies,
            ..ServeOptions::default()
        };
        let admission = Admission::new(&options);
        let (one, mapped) = (address("192.0.2.1"), address("::ffff:192.0.2.1"));
        let first = admission.admit(one).unwrap();
        let _second = admission.admit(mapped).unwrap();
        assert_eq!(admission.admit(one).unwrap_err(), TOO_MANY);
        drop(first);
        let _third = admission.admit(one).unwrap();
        let _proxied: Vec<Places> = (0..3).map(|_| admission.admit(address("10.1.2.3")).unwrap()).collect();
        assert_eq!(admission.admit(address("192.0.2.2")).unwrap_err(), FULL);
    }
}
