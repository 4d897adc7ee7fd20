//! How connections come in: loopback or far TCP, TLS, or a stream within the process.

use std::net::{IpAddr, SocketAddr};

use tokio::io::{AsyncRead, AsyncWrite};

/// Anything that bytes go both ways on.
pub(crate) trait Io: AsyncRead + AsyncWrite + Send + Unpin {}
impl<T: AsyncRead + AsyncWrite + Send + Unpin> Io for T {}

/// Who is on the other end of a connection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Caller {
    /// The app that this server runs in.
    InProcess,
    /// Somebody on the network.
    Network {
        /// Their address.
        peer: SocketAddr,
        /// Where we listen.
        local: SocketAddr,
    },
}

impl Caller {
    /// The name of the caller at a rate limit. A proxy in front names whom it speaks for.
    pub(crate) fn address(&self, forwarded_for: Option<&str>) -> String {
        let named = forwarded_for
            .and_then(|list| list.rsplit(',').next())
            .and_then(|last| last.trim().parse::<IpAddr>().ok());
        match (named, self) {
            (Some(address), _) => address.to_string(),
            (None, Self::InProcess) => "in process".to_owned(),
            (None, Self::Network { peer, .. }) => peer.ip().to_string(),
        }
    }
}
