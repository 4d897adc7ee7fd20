//! How a server is set up, and what is refused before it starts.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use url::Url;

use crate::limiter::Rate;

/// Where a workspace is kept and how it is reached.
#[derive(Clone, Debug)]
pub struct Config {
    /// Folder of the database; made when it is missing.
    pub data_dir: PathBuf,
    /// With a key the database is encrypted.
    pub key: Option<[u8; 32]>,
    /// Where people reach this server, if that differs from where it listens.
    pub public_url: Option<Url>,
    /// Somebody else in front speaks TLS and names the caller in `X-Forwarded-For`.
    pub behind_proxy: bool,
    /// Own TLS.
    pub tls: Option<TlsFiles>,
    /// At the doors.
    pub limits: Limits,
}

/// PEM files.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TlsFiles {
    /// The certificate and those above it.
    pub certificate: PathBuf,
    /// Its private key.
    pub key: PathBuf,
}

/// Limits on what strangers may do.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Wrong passwords for one e-mail address from one network address.
    pub sign_in: Rate,
    /// Wrong passwords and codes from one network address.
    pub guesses: Rate,
    /// Messages of one visitor.
    pub visitor: Rate,
    /// Messages of all visitors at one network address.
    pub visitors_at: Rate,
    /// Sockets of visitors at one network address at the same time.
    pub sockets_per_address: usize,
    /// Frames that may wait for one stream before it is cut off and has to resume.
    pub stream_queue: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            // Five tries for a mistyped password, then one in twelve seconds: 7,200 guesses a day.
            sign_in: Rate {
                burst: 5,
                refill_ms: 12_000,
            },
            guesses: Rate {
                burst: 50,
                refill_ms: 2_000,
            },
            // Somebody typing fast, with room for a queue sent after a reconnect.
            visitor: Rate {
                burst: 30,
                refill_ms: 1_000,
            },
            // An office or a mobile network behind one address.
            visitors_at: Rate {
                burst: 300,
                refill_ms: 100,
            },
            sockets_per_address: 100,
            // Some hundred conversations gained at once, while a phone changes cells.
            stream_queue: 1_024,
        }
    }
}

/// Why a configuration cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// Passwords and messages would cross the network in the clear.
    #[error(
        "refusing to listen on {0} without TLS: give --tls-cert and --tls-key, or --behind-proxy if \
         a proxy in front speaks TLS, or listen on 127.0.0.1"
    )]
    PlainFarListener(SocketAddr),
    /// A server that others reach must know how.
    #[error("listening on {0} for others needs --public-url, the address that people open")]
    NoPublicUrl(SocketAddr),
    /// The URL cannot be used.
    #[error("the public URL {0} must look like https://chat.example.org, without a path")]
    PublicUrl(Url),
    /// The certificate or its key cannot be used.
    #[error("the TLS file {file} cannot be used: {why}")]
    Tls {
        /// Which.
        file: PathBuf,
        /// What is wrong with it.
        why: String,
    },
    /// The folder cannot be used.
    #[error("the data folder {folder} cannot be used: {why}")]
    DataDir {
        /// Which.
        folder: PathBuf,
        /// What is wrong with it.
        why: std::io::Error,
    },
}

impl Config {
    /// A workspace in a folder, with the default of everything else.
    #[must_use]
    pub fn in_folder(data_dir: impl AsRef<Path>) -> Self {
        Self {
            data_dir: data_dir.as_ref().to_path_buf(),
            key: None,
            public_url: None,
            behind_proxy: false,
            tls: None,
            limits: Limits::default(),
        }
    }

    /// The database's file.
    #[must_use]
    pub fn database(&self) -> PathBuf {
        self.data_dir.join("workspace.db")
    }

    /// Whether the server may listen here, set up like this.
    ///
    /// # Errors
    /// What must be changed first.
    pub fn check(&self, listen: SocketAddr) -> Result<(), ConfigError> {
        let near = listen.ip().is_loopback();
        if !near && self.tls.is_none() && !self.behind_proxy {
            return Err(ConfigError::PlainFarListener(listen));
        }
        if (!near || self.behind_proxy) && self.public_url.is_none() {
            return Err(ConfigError::NoPublicUrl(listen));
        }
        match &self.public_url {
            Some(url) if !is_origin(url) => Err(ConfigError::PublicUrl(url.clone())),
            _ => Ok(()),
        }
    }
}

fn is_origin(url: &Url) -> bool {
    let near = match url.host() {
        Some(url::Host::Domain(name)) => name == "localhost",
        Some(url::Host::Ipv4(address)) => address.is_loopback(),
        Some(url::Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    };
    let scheme = url.scheme() == "https" || (url.scheme() == "http" && near);
    scheme && url.path() == "/" && url.query().is_none() && url.fragment().is_none()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn config() -> Config {
        Config::in_folder("/nowhere")
    }

    #[test]
    fn plain_http_is_refused_except_on_loopback_or_behind_a_proxy() {
        let far: SocketAddr = "0.0.0.0:8080".parse().unwrap();
        assert!(config().check("127.0.0.1:0".parse().unwrap()).is_ok());
        assert!(matches!(
            config().check(far),
            Err(ConfigError::PlainFarListener(_))
        ));
        let mut proxied = Config {
            behind_proxy: true,
            ..config()
        };
        assert!(matches!(
            proxied.check(far),
            Err(ConfigError::NoPublicUrl(_))
        ));
        proxied.public_url = Some(Url::parse("https://chat.example.org").unwrap());
        assert!(proxied.check(far).is_ok());
        proxied.public_url = Some(Url::parse("http://chat.example.org").unwrap());
        assert!(matches!(proxied.check(far), Err(ConfigError::PublicUrl(_))));
    }
}
