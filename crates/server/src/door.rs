//! How connections come in: loopback or far TCP, TLS, or a stream within the process; and who is on
//! the other end.
//!
//! Behind a proxy every connection comes from the proxy, which names its caller in
//! `X-Forwarded-For`. Anybody can write that header, so it is believed only from proxies that the
//! configuration names, one step at a time: the list is read from its end, where the nearest proxy
//! wrote, and as soon as an address is not one of a named proxy, that is the caller.

use std::collections::BTreeSet;
use std::net::{IpAddr, Ipv6Addr, SocketAddr};

use tokio::io::{AsyncRead, AsyncWrite};

/// Anything that bytes go both ways on.
pub(crate) trait Io: AsyncRead + AsyncWrite + Send + Unpin {}
impl<T: AsyncRead + AsyncWrite + Send + Unpin> Io for T {}

/// The proxies in front of this server, by the addresses they connect from.
#[derive(Clone, Debug, Default)]
pub(crate) struct Proxies(BTreeSet<IpAddr>);

impl Proxies {
    pub(crate) fn new(addresses: &[IpAddr]) -> Self {
        Self(addresses.iter().map(IpAddr::to_canonical).collect())
    }

    fn has(&self, address: IpAddr) -> bool {
        // A listener on `[::]` sees IPv4 callers under their IPv6 names.
        self.0.contains(&address.to_canonical())
    }
}

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
    /// Whether the other end is one of the named proxies.
    pub(crate) fn is_proxy(&self, proxies: &Proxies) -> bool {
        matches!(self, Self::Network { peer, .. } if proxies.has(peer.ip()))
    }

    /// The name of the caller at a rate limit. `forwarded_for` are the lines of that header, in
    /// their order.
    pub(crate) fn address(&self, proxies: &Proxies, forwarded_for: &[&str]) -> String {
        let Self::Network { peer, .. } = self else {
            return "in process".to_owned();
        };
        let mut caller = peer.ip();
        let names = forwarded_for.iter().rev().flat_map(|line| line.rsplit(','));
        for name in names {
            if !proxies.has(caller) {
                break;
            }
            match named(name.trim()) {
                Some(address) => caller = address,
                None => break,
            }
        }
        at_a_limit(caller)
    }
}

/// Some proxies write the port too.
fn named(name: &str) -> Option<IpAddr> {
    let with_port = || name.parse::<SocketAddr>().map(|address| address.ip());
    name.parse().or_else(|_| with_port()).ok()
}

/// An IPv6 network gives each of its machines 2^64 addresses: only the network counts.
fn at_a_limit(address: IpAddr) -> String {
    match address.to_canonical() {
        IpAddr::V4(address) => address.to_string(),
        IpAddr::V6(address) => {
            let network = address.to_bits() & !u128::from(u64::MAX);
            format!("{}/64", Ipv6Addr::from_bits(network))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn from(peer: &str, forwarded_for: &[&str]) -> String {
        let proxies = Proxies::new(&[
            "10.0.0.1".parse().unwrap(),
            "::ffff:10.0.0.2".parse().unwrap(),
        ]);
        let caller = Caller::Network {
            peer: SocketAddr::new(peer.parse().unwrap(), 1234),
            local: "0.0.0.0:443".parse().unwrap(),
        };
        caller.address(&proxies, forwarded_for)
    }

    #[test]
    fn only_a_named_proxy_is_believed_about_its_caller() {
        assert_eq!(from("192.0.2.9", &["1.1.1.1"]), "192.0.2.9");
        assert_eq!(from("10.0.0.1", &["198.51.100.7"]), "198.51.100.7");
        assert_eq!(from("::ffff:10.0.0.1", &["198.51.100.7"]), "198.51.100.7");
        assert_eq!(from("10.0.0.1", &[]), "10.0.0.1", "it named nobody");
        assert_eq!(from("10.0.0.1", &["unknown"]), "10.0.0.1");
    }

    #[test]
    fn what_the_caller_wrote_into_the_header_counts_for_nothing() {
        let both = "1.1.1.1, 198.51.100.7";
        assert_eq!(from("10.0.0.1", &[both]), "198.51.100.7");
        assert_eq!(
            from("10.0.0.1", &["1.1.1.1", "198.51.100.7:555"]),
            "198.51.100.7"
        );
        let chain = "1.1.1.1, 198.51.100.7, 10.0.0.2";
        assert_eq!(
            from("10.0.0.1", &[chain]),
            "198.51.100.7",
            "two proxies in a row"
        );
    }

    #[test]
    fn one_ipv6_network_is_one_caller() {
        assert_eq!(from("2001:db8:1:2:3::4", &[]), from("2001:db8:1:2::9", &[]));
        assert_ne!(from("2001:db8:1:2::9", &[]), from("2001:db8:1:3::9", &[]));
    }
}
