//! A way to a server that can go silent, as a network does that drops packets.

use std::net::SocketAddr;
use tokio::io::copy_bidirectional;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;

/// Forwards connections until it is dropped.
pub struct TcpProxy {
    address: SocketAddr,
    silenced: watch::Sender<u64>,
}

impl TcpProxy {
    /// Forwards to a host and port.
    pub async fn to(target: String) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let silenced = watch::Sender::new(0);
        let mut commands = silenced.subscribe();
        let forward = silenced.subscribe();
        tokio::spawn(async move {
            loop {
                let (client, _) = tokio::select! {
                    accepted = listener.accept() => accepted.unwrap(),
                    // The proxy was dropped, or told to silence what there is: new connections are served all the same.
                    told = commands.changed() => if told.is_ok() { continue } else { return },
                };
                let mut silence = forward.clone();
                silence.mark_unchanged();
                let target = target.clone();
                tokio::spawn(async move { pump(client, &target, silence).await });
            }
        });
        Self { address, silenced }
    }

    pub fn port(&self) -> u16 {
        self.address.port()
    }

    /// Nothing passes any more through the connections that there are, and none of them is closed.
    pub fn silence(&self) {
        self.silenced.send_modify(|times| *times += 1);
    }
}

async fn pump(mut client: TcpStream, target: &str, mut silence: watch::Receiver<u64>) {
    let Ok(mut server) = TcpStream::connect(target).await else { return };
    let told = tokio::select! {
        _ = copy_bidirectional(&mut client, &mut server) => return,
        told = silence.changed() => told,
    };
    // Both sockets stay open, and nobody reads them, until the proxy is dropped.
    if told.is_ok() {
        while silence.changed().await.is_ok() {}
    }
}
