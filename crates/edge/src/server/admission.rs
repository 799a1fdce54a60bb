//! How many connections there may be: of all clients together, and of each address. Where there is no place left, the
//! connections that have been silent for longest make room.

use super::options::ServeOptions;
use crate::level::level;
use crate::presence::Presence;
use fanfare_domain::address_range::AddressRange;
use fanfare_domain::client_network::ClientNetwork;
use parking_lot::Mutex;
use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio::time::Instant;

/// What a connection over the cap of the server is told.
pub const FULL: &[u8] =
    b"HTTP/1.1 503 Service Unavailable\r\nretry-after: 2\r\nconnection: close\r\ncontent-length: 0\r\n\r\n";
/// What a connection over the cap of its address is told.
pub const TOO_MANY: &[u8] =
    b"HTTP/1.1 429 Too Many Requests\r\nretry-after: 2\r\nconnection: close\r\ncontent-length: 0\r\n\r\n";

/// Of the silent connections, one in so many is closed at a time: each search looks at all of them.
const SHARE: usize = 64;
/// How long a search that found nothing stands for others of the same connections.
const SEARCH_PAUSE: Duration = Duration::from_millis(50);

/// Lets connections in.
pub struct Admission {
    table: Arc<Mutex<Table>>,
    most: usize,
    most_per_address: usize,
    silent_after: Duration,
    /// They carry the connections of many.
    proxies: Vec<AddressRange>,
    header_timeout: Duration,
    proxy_header_timeout: Duration,
}

/// The open connections.
#[derive(Debug, Default)]
struct Table {
    next: u64,
    open: HashMap<u64, Open>,
    addresses: HashMap<ClientNetwork, OfAddress>,
    /// When all were last searched without a result.
    in_vain: Option<Instant>,
}

/// The open connections of one address.
#[derive(Debug, Default)]
struct OfAddress {
    count: usize,
    /// When these were last searched without a result: each address has its own pause, so that several which are at
    /// their caps do not have everything searched by turns.
    in_vain: Option<Instant>,
}

#[derive(Debug)]
struct Open {
    /// `None`: a proxy's, which is not counted for its address.
    address: Option<ClientNetwork>,
    presence: Arc<Presence>,
}

/// What a connection holds as long as it is open.
#[derive(Debug)]
pub struct Places {
    id: u64,
    table: Arc<Mutex<Table>>,
}

impl Admission {
    pub fn new(options: &ServeOptions) -> Self {
        metrics::gauge!("fanfare_connections_max").set(level(options.connections));
        Self {
            table: Arc::default(),
            most: options.connections,
            most_per_address: options.connections_per_address,
            silent_after: options.silent_after,
            proxies: options.trusted_proxies.clone(),
            header_timeout: options.header_timeout,
            proxy_header_timeout: options.proxy_header_timeout,
        }
    }

    /// How long the head of a request from `peer` is waited for, and how long a connection may rest between two requests.
    pub fn header_timeout(&self, peer: IpAddr) -> Duration {
        if self.is_proxy(peer) { self.proxy_header_timeout } else { self.header_timeout }
    }

    fn is_proxy(&self, peer: IpAddr) -> bool {
        self.proxies.iter().any(|range| range.contains(peer))
    }

    /// Places for a connection from `peer`, or the answer that it gets.
    pub fn admit(&self, peer: IpAddr, presence: &Arc<Presence>) -> Result<Places, &'static [u8]> {
        let address = (!self.is_proxy(peer)).then(|| ClientNetwork::of(peer));
        let mut table = self.table.lock();
        if let Some(address) = address
            && table.count(address) >= self.most_per_address
            && !table.close_silent(Some(address), self.silent_after)
        {
            return Err(TOO_MANY);
        }
        if table.open.len() >= self.most && !table.close_silent(None, self.silent_after) {
            return Err(FULL);
        }
        let id = table.enter(Open { address, presence: Arc::clone(presence) });
        Ok(Places { id, table: Arc::clone(&self.table) })
    }

    /// Closes connections that are silent; for a process that can open no more files.
    pub fn make_room(&self) {
        self.table.lock().close_silent(None, self.silent_after);
    }
}

impl Table {
    fn count(&self, address: ClientNetwork) -> usize {
        self.addresses.get(&address).map_or(0, |it| it.count)
    }

    fn enter(&mut self, open: Open) -> u64 {
        let id = self.next;
        self.next += 1;
        if let Some(address) = open.address {
            self.addresses.entry(address).or_default().count += 1;
        }
        self.open.insert(id, open);
        self.show();
        id
    }

    /// Forgets a connection; `None` where that was done before.
    fn leave(&mut self, id: u64) -> Option<Open> {
        let open = self.open.remove(&id)?;
        if let Some(address) = open.address
            && let Some(of_address) = self.addresses.get_mut(&address)
        {
            of_address.count = of_address.count.saturating_sub(1);
            if of_address.count == 0 {
                self.addresses.remove(&address);
            }
        }
        self.show();
        Some(open)
    }

    fn show(&self) {
        metrics::gauge!("fanfare_connections_open").set(level(self.open.len()));
    }

    /// When the connections of `whose`, or all, were last searched without a result.
    fn in_vain(&mut self, whose: Option<ClientNetwork>) -> Option<&mut Option<Instant>> {
        match whose {
            Some(address) => self.addresses.get_mut(&address).map(|it| &mut it.in_vain),
            None => Some(&mut self.in_vain),
        }
    }

    /// Closes those of `whose` connections that have been silent for longest, where any has been for `silent_after`.
    fn close_silent(&mut self, whose: Option<ClientNetwork>, silent_after: Duration) -> bool {
        let now = Instant::now();
        let searched_at = self.in_vain(whose).and_then(|at| *at);
        if searched_at.is_some_and(|at| now.duration_since(at) < SEARCH_PAUSE) {
            return false;
        }
        let theirs = self.open.iter().filter(|(_, open)| whose.is_none() || open.address == whose);
        let mut silent: Vec<(Instant, u64)> = theirs
            .filter_map(|(id, open)| Some((open.presence.silent_since()?, *id)))
            .filter(|(since, _)| now.duration_since(*since) >= silent_after)
            .collect();
        if silent.is_empty() {
            if let Some(in_vain) = self.in_vain(whose) {
                *in_vain = Some(now);
            }
            return false;
        }
        silent.sort_unstable();
        let many = (silent.len() / SHARE).max(1);
        for (_, id) in silent.into_iter().take(many) {
            if let Some(open) = self.leave(id) {
                open.presence.close();
                metrics::counter!("fanfare_connections_closed_silent_total").increment(1);
            }
        }
        true
    }
}

impl Drop for Places {
    fn drop(&mut self) {
        self.table.lock().leave(self.id);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    fn busy() -> Arc<Presence> {
        let presence = Arc::new(Presence::new());
        presence.request_begins();
        presence
    }

    fn options(connections: usize, connections_per_address: usize) -> ServeOptions {
        let silent_after = Duration::ZERO;
        ServeOptions { connections, connections_per_address, silent_after, ..ServeOptions::default() }
    }

    #[test]
    fn an_address_takes_its_share_a_proxy_all_there_is_and_what_is_closed_is_free_again() {
        let proxies = vec![AddressRange::parse("10.0.0.0/8").unwrap()];
        let admission = Admission::new(&ServeOptions { trusted_proxies: proxies, ..options(5, 2) });
        let (one, mapped) = (address("192.0.2.1"), address("::ffff:192.0.2.1"));
        let first = admission.admit(one, &busy()).unwrap();
        let _second = admission.admit(mapped, &busy()).unwrap();
        assert_eq!(admission.admit(one, &busy()).unwrap_err(), TOO_MANY);
        drop(first);
        let _third = admission.admit(one, &busy()).unwrap();
        let _proxied: Vec<Places> =
            (0..3).map(|_| admission.admit(address("10.1.2.3"), &busy()).unwrap()).collect();
        assert_eq!(admission.admit(address("192.0.2.2"), &busy()).unwrap_err(), FULL);
    }

    #[test]
    fn a_proxy_rests_between_two_requests_for_longer_than_load_balancers_do() {
        let proxies = vec![AddressRange::parse("10.0.0.0/8").unwrap()];
        let admission = Admission::new(&ServeOptions { trusted_proxies: proxies, ..ServeOptions::default() });
        assert!(admission.header_timeout(address("::ffff:10.1.2.3")) > Duration::from_mins(10));
        assert_eq!(admission.header_timeout(address("192.0.2.1")), Duration::from_secs(30));
    }

    #[tokio::test]
    async fn who_has_been_silent_for_longest_makes_room_and_who_is_served_stays() {
        let admission = Admission::new(&options(3, 3));
        let (served, oldest, newer) = (busy(), Arc::new(Presence::new()), Arc::new(Presence::new()));
        newer.takes();
        let [_served, first, _newer] = [&served, &oldest, &newer]
            .map(|presence| admission.admit(address("192.0.2.1"), presence).unwrap());
        let _fourth = admission.admit(address("192.0.2.2"), &busy()).unwrap();
        oldest.closed().await;
        // Its places were given away at once: giving them back a second time frees nothing.
        drop(first);
        let _fifth = admission.admit(address("192.0.2.2"), &busy()).unwrap();
        newer.closed().await;
        assert_eq!(admission.admit(address("192.0.2.3"), &busy()).unwrap_err(), FULL);
    }

    #[test]
    fn a_silent_connection_makes_room_at_the_cap_of_its_address_only_for_that_address() {
        let admission = Admission::new(&options(10, 1));
        let silent = Arc::new(Presence::new());
        let _silent = admission.admit(address("192.0.2.1"), &silent).unwrap();
        let _busy = admission.admit(address("192.0.2.2"), &busy()).unwrap();
        assert_eq!(admission.admit(address("192.0.2.2"), &busy()).unwrap_err(), TOO_MANY);
        assert!(admission.admit(address("192.0.2.1"), &busy()).is_ok());
    }

    #[test]
    fn a_search_in_vain_of_one_address_stands_when_another_is_searched() {
        let admission = Admission::new(&options(10, 1));
        let clients = ["192.0.2.1", "192.0.2.2"].map(address);
        let _open = clients.map(|client| admission.admit(client, &busy()).unwrap());
        for client in clients {
            assert_eq!(admission.admit(client, &busy()).unwrap_err(), TOO_MANY);
        }
        let table = admission.table.lock();
        assert!(clients.iter().all(|client| table.addresses[&ClientNetwork::of(*client)].in_vain.is_some()));
    }
}
