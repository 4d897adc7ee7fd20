//! Streams to a workspace over TCP, with TLS wherever the address is not this computer's own.
//!
//! The certificate is judged by the operating system, so a company's own authority works where the
//! company installed it. Plain TCP goes to loopback alone, even when a name pretends otherwise: the
//! addresses it resolves to are looked at, not the name.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use rustls::ClientConfig;
use rustls::pki_types::ServerName;
use rustls_platform_verifier::BuilderVerifierExt;
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_rustls::TlsConnector;

use crate::address::{self, Address};
use crate::ports::{Connector, Transport};

/// How long one address may take to answer: 10 s, after which a person has given up on it too.
const CONNECT_WITHIN: Duration = Duration::from_secs(10);

/// Opens streams to one address.
pub struct TcpConnector {
    address: Address,
    tls: Option<TlsConnector>,
}

impl TcpConnector {
    /// For this address.
    ///
    /// # Errors
    /// When the system's certificates cannot be used.
    pub fn new(address: Address) -> io::Result<Self> {
        let tls = if address.tls { Some(tls()?) } else { None };
        Ok(Self { address, tls })
    }

    async fn tcp(&self) -> io::Result<TcpStream> {
        let target = (self.address.host.as_str(), self.address.port);
        let resolved: Vec<SocketAddr> = tokio::net::lookup_host(target)
            .await
            .map_err(|error| io::Error::new(io::ErrorKind::NotFound, error))?
            .filter(|found| self.address.tls || address::is_here(found.ip()))
            .collect();
        let mut last = io::Error::from(io::ErrorKind::NotFound);
        for found in resolved {
            match timeout(CONNECT_WITHIN, TcpStream::connect(found)).await {
                Ok(Ok(stream)) => {
                    stream.set_nodelay(true)?;
                    return Ok(stream);
                }
                Ok(Err(error)) => last = error,
                Err(_) => last = io::ErrorKind::TimedOut.into(),
            }
        }
        Err(last)
    }
}

#[async_trait]
impl Connector for TcpConnector {
    async fn connect(&self) -> io::Result<Box<dyn Transport>> {
        let stream = self.tcp().await?;
        let Some(tls) = &self.tls else {
            return Ok(Box::new(stream));
        };
        let name = ServerName::try_from(self.address.host.clone())
            .map_err(|error| io::Error::new(io::ErrorKind::InvalidInput, error))?;
        match timeout(CONNECT_WITHIN, tls.connect(name, stream)).await {
            Ok(stream) => Ok(Box::new(stream?)),
            Err(_) => Err(io::ErrorKind::TimedOut.into()),
        }
    }

    fn host(&self) -> String {
        self.address.host_header()
    }
}

fn tls() -> io::Result<TlsConnector> {
    // The provider is named, since the process may hold crates that wish for different ones.
    let config =
        ClientConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
            .with_safe_default_protocol_versions()
            .and_then(BuilderVerifierExt::with_platform_verifier)
            .map_err(io::Error::other)?
            .with_no_client_auth();
    Ok(TlsConnector::from(Arc::new(config)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tls_connector_can_be_made_whatever_other_crates_chose() {
        let address = Address::parse("https://chat.example.com").unwrap();
        assert!(TcpConnector::new(address).unwrap().tls.is_some());
        let here = Address::parse("http://localhost:1").unwrap();
        assert!(TcpConnector::new(here).unwrap().tls.is_none());
    }
}
