use super::*;
use async_trait::async_trait;
use std::collections::BTreeMap;
use std::io::Read as _;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::atomic::{AtomicUsize, Ordering};
use tokio::io::AsyncReadExt as _;
use tokio::net::TcpListener;

/// In these tests this one address is the internet; all others of the loopback are someone's own machine.
const PUBLIC_HERE: IpAddr = IpAddr::V4(Ipv4Addr::new(127, 0, 0, 2));
const PRIVATE: IpAddr = IpAddr::V4(Ipv4Addr::LOCALHOST);
const LIMITS: FetchLimits = FetchLimits { bytes: 1_000, time: Duration::from_secs(10) };

fn only_public_here(ip: IpAddr) -> bool {
    ip == PUBLIC_HERE
}

#[derive(Default)]
struct Names(BTreeMap<&'static str, Vec<IpAddr>>);

#[async_trait]
impl Lookup for Names {
    async fn addresses(&self, name: &str) -> io::Result<Vec<IpAddr>> {
        self.0.get(name).cloned().ok_or_else(|| io::ErrorKind::NotFound.into())
    }
}

/// Answers each connection with `answer`, and counts them.
struct Web {
    address: SocketAddr,
    connections: Arc<AtomicUsize>,
}

impl Web {
    async fn on(ip: IpAddr, answer: String) -> Self {
        let listener = TcpListener::bind((ip, 0)).await.unwrap();
        let (address, connections) = (listener.local_addr().unwrap(), Arc::new(AtomicUsize::new(0)));
        let count = Arc::clone(&connections);
        tokio::spawn(async move {
            loop {
                let (mut stream, _) = listener.accept().await.unwrap();
                count.fetch_add(1, Ordering::SeqCst);
                let mut request = [0; 4_096];
                let _ = stream.read(&mut request).await;
                let _ = stream.write_all(answer.as_bytes()).await;
            }
        });
        Self { address, connections }
    }

    fn asked(&self) -> usize {
        self.connections.load(Ordering::SeqCst)
    }
}

fn file(body: &str) -> String {
    format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}", body.len())
}

fn moved(to: &str) -> String {
    format!("HTTP/1.1 302 Found\r\nLocation: {to}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
}

fn url(text: &str) -> Url {
    Url::parse(text).unwrap()
}

fn fetcher(ports: &[u16], names: &[(&'static str, &[IpAddr])]) -> PublicFetcher {
    let names = names.iter().map(|(name, ips)| (*name, ips.to_vec())).collect();
    let rules = FetchRules { ports: ports.to_vec(), ..FetchRules::default() };
    PublicFetcher::with(rules, Arc::new(Names(names)), only_public_here).unwrap()
}

async fn text(fetcher: &PublicFetcher, at: &Url) -> Result<String, FetchError> {
    let mut file = fetcher.fetch(at, LIMITS).await?;
    let mut text = String::new();
    io::Seek::rewind(&mut file).unwrap();
    file.read_to_string(&mut text).unwrap();
    Ok(text)
}

fn words(outcome: Result<String, FetchError>) -> (String, bool) {
    let error = outcome.unwrap_err();
    (error.words, error.passing)
}

fn not_public() -> (String, bool) {
    ("The address does not lie on the public internet.".to_owned(), false)
}

#[tokio::test]
async fn a_file_is_fetched_by_a_name_and_over_a_redirect() {
    let there = Web::on(PUBLIC_HERE, file("a picture")).await;
    let port = there.address.port();
    let first = Web::on(PUBLIC_HERE, moved(&format!("http://files.example:{port}/b"))).await;
    let fetcher = fetcher(&[port, first.address.port()], &[("files.example", &[PRIVATE, PUBLIC_HERE])]);
    let named = url(&format!("http://files.example:{port}/a"));
    assert_eq!(text(&fetcher, &named).await.unwrap(), "a picture");
    assert_eq!(text(&fetcher, &url(&format!("http://{}/a", first.address))).await.unwrap(), "a picture");
    assert_eq!((there.asked(), first.asked()), (2, 1));
}

#[tokio::test]
async fn a_redirect_to_a_private_address_is_not_followed() {
    let secret = Web::on(PRIVATE, file("a secret")).await;
    let port = secret.address.port();
    for to in [
        format!("http://127.0.0.1:{port}/"),
        format!("http://2130706433:{port}/"),
        format!("http://0x7f.1:{port}/"),
        format!("http://0177.0.0.1:{port}/"),
        format!("http://[::ffff:127.0.0.1]:{port}/"),
        format!("http://inside.example:{port}/"),
    ] {
        let first = Web::on(PUBLIC_HERE, moved(&to)).await;
        let fetcher = fetcher(&[port, first.address.port()], &[("inside.example", &[PRIVATE])]);
        let outcome = text(&fetcher, &url(&format!("http://{}/", first.address))).await;
        assert_eq!((words(outcome), first.asked()), (not_public(), 1), "{to}");
    }
    let first = Web::on(PUBLIC_HERE, moved("file:///etc/passwd")).await;
    let fetcher = fetcher(&[first.address.port()], &[]);
    let outcome = text(&fetcher, &url(&format!("http://{}/", first.address))).await;
    assert_eq!(words(outcome).0, "Only http and https addresses are fetched.");
    assert_eq!(secret.asked(), 0);
}

#[tokio::test]
async fn a_name_that_leads_inside_is_not_connected_to() {
    let secret = Web::on(PRIVATE, file("a secret")).await;
    let port = secret.address.port();
    let names: &[(&'static str, &[IpAddr])] = &[("evil.example", &[PRIVATE])];
    let here = fetcher(&[port], names);
    assert_eq!(words(text(&here, &url(&format!("http://evil.example:{port}/"))).await), not_public());
    // The same by the rule and the resolver that servers run with.
    let real = PublicFetcher::new(FetchRules { ports: vec![port], ..FetchRules::default() }).unwrap();
    for host in ["localhost", "127.0.0.1", "0", "[::1]"] {
        let outcome = text(&real, &url(&format!("http://{host}:{port}/"))).await;
        assert_eq!(words(outcome), not_public(), "{host}");
    }
    assert_eq!(secret.asked(), 0);
}

#[tokio::test]
async fn only_exactly_its_own_addresses_are_let_past_the_rule() {
    let own = Web::on(PRIVATE, file("a sample")).await;
    let sample = url(&format!("http://{}/simulator/sample.jpg", own.address));
    let own_sample = vec![sample.clone()];
    let rules = FetchRules { ports: vec![own.address.port()], own: own_sample, ..FetchRules::default() };
    let fetcher = PublicFetcher::new(rules).unwrap();
    assert_eq!(text(&fetcher, &sample).await.unwrap(), "a sample");
    for other in ["/simulator/report", "/simulator/sample.jpg?x", "/simulator/sample.jpg/x"] {
        assert_eq!(words(text(&fetcher, &sample.join(other).unwrap()).await), not_public(), "{other}");
    }
    assert_eq!(own.asked(), 1);
}

#[tokio::test]
async fn sign_ins_strange_ports_and_other_schemes_are_refused_as_they_stand() {
    let fetcher = fetcher(&[8443], &[]);
    for (address, expected) in [
        ("ftp://example.com/", Some("Only http and https addresses are fetched.")),
        ("http://ann:secret@example.com/", Some("The address holds a sign-in; give one without.")),
        ("http://ann@example.com/", Some("The address holds a sign-in; give one without.")),
        ("http://example.com:22/", Some("Nothing is fetched from port 22.")),
        ("https://example.com:6379/", Some("Nothing is fetched from port 6379.")),
        (
            "http://169.254.169.254/latest/meta-data/",
            Some("The address does not lie on the public internet."),
        ),
        ("https://example.com/", None),
        ("http://example.com:443/", None),
        ("https://example.com:8443/", None),
    ] {
        let found = fetcher.check(&url(address)).err().map(|error| error.words);
        assert_eq!(found.as_deref(), expected, "{address}");
    }
}

#[tokio::test]
async fn size_time_and_redirects_have_an_end() {
    let large = Web::on(PUBLIC_HERE, file(&"x".repeat(1_001))).await;
    let endless = format!("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n{}", "x".repeat(2_000));
    let endless = Web::on(PUBLIC_HERE, endless).await;
    let silent = Web::on(PUBLIC_HERE, "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nx".to_owned()).await;
    let round = Web::on(PUBLIC_HERE, moved("/again")).await;
    let gone = Web::on(PUBLIC_HERE, "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n".to_owned()).await;
    let busy =
        Web::on(PUBLIC_HERE, "HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n\r\n".to_owned())
            .await;
    for (web, expected, passing) in [
        (&large, "The file is larger than 1000 bytes.", false),
        (&endless, "The file is larger than 1000 bytes.", false),
        (&silent, "The connection broke.", true),
        (&round, "It redirects more than 5 times.", false),
        (&gone, "The server answers with status 404.", false),
        (&busy, "The server answers with status 503.", true),
    ] {
        let fetcher = fetcher(&[web.address.port()], &[]);
        let outcome = text(&fetcher, &url(&format!("http://{}/", web.address))).await;
        assert_eq!(words(outcome), (expected.to_owned(), passing));
    }
    assert_eq!(round.asked(), 6);
}

#[tokio::test]
async fn a_server_that_never_answers_is_left_after_the_time() {
    let listener = TcpListener::bind((PUBLIC_HERE, 0)).await.unwrap();
    let address = listener.local_addr().unwrap();
    let fetcher = fetcher(&[address.port()], &[]);
    let limits = FetchLimits { time: Duration::from_millis(50), ..LIMITS };
    let error = fetcher.fetch(&url(&format!("http://{address}/")), limits).await.unwrap_err();
    assert!(error.passing && error.words.starts_with("It took longer than"), "{error}");
}

#[tokio::test]
async fn what_lies_below_its_own_bases_is_let_past_the_rule_and_nothing_beside() {
    let own = Web::on(PRIVATE, file("a picture")).await;
    let at = |path: &str| url(&format!("http://{}{path}", own.address));
    let rules = FetchRules {
        ports: vec![own.address.port()],
        own_below: vec![at("/media/")],
        ..FetchRules::default()
    };
    let fetcher = PublicFetcher::new(rules).unwrap();
    let time = Duration::from_secs(5);
    let answer = fetcher.ask(&at("/media/a.jpg?expires=1"), time).await.unwrap();
    assert_eq!(answer.text().await.unwrap(), "a picture");
    for other in ["/metrics", "/media", "/media/../metrics", "/media/%2e%2e/metrics", "//media/a.jpg"] {
        let refused = fetcher.ask(&at(other), time).await.map(|_| ());
        assert_eq!(refused.unwrap_err().words, "The address does not lie on the public internet.", "{other}");
    }
    assert_eq!(own.asked(), 1);
}
