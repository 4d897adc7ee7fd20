//! How a server is set up, and what is refused before it starts.

use std::net::{IpAddr, SocketAddr};
use std::path::{Path, PathBuf};
use std::time::Duration;

use url::Url;

use crate::limiter::Rate;

/// Where a workspace is kept and how it is reached.
#[derive(Clone)]
pub struct Config {
    /// Folder of the database; made when it is missing.
    pub data_dir: PathBuf,
    /// With a key the database is encrypted.
    pub key: Option<[u8; 32]>,
    /// Where people reach this server, if that differs from where it listens.
    pub public_url: Option<Url>,
    /// Proxies in front that speak TLS and name the caller in `X-Forwarded-For`, by the addresses
    /// they connect from. Nobody else is believed about that.
    pub proxies: Vec<IpAddr>,
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
    /// Wrong passwords for one e-mail address, wherever they come from.
    pub account: Rate,
    /// Messages of one visitor.
    pub visitor: Rate,
    /// Messages of all visitors at one network address.
    pub visitors_at: Rate,
    /// Sockets of visitors at one network address at the same time.
    pub sockets_per_address: usize,
    /// How long the body of a request may take to come in.
    pub body: Duration,
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
            // Many machines that guess together still get no more than 2,880 tries a day.
            account: Rate {
                burst: 100,
                refill_ms: 30_000,
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
            // The largest body, on a bad mobile connection.
            body: Duration::from_secs(60),
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
        "refusing to listen on {0} without TLS: give --tls-cert and --tls-key, or --behind-proxy with \
         the address of a proxy in front that speaks TLS, or listen on 127.0.0.1"
    )]
    PlainFarListener(SocketAddr),
    /// A server that others reach must know how.
    #[error("listening on {0} for others needs --public-url, the address that people open")]
    NoPublicUrl(SocketAddr),
    /// It stands for every address, and would make everybody a proxy.
    #[error("--behind-proxy {0} names no proxy: give the address that the proxy connects from")]
    Proxy(IpAddr),
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

// The key must not reach a log by way of `{:?}`.
impl std::fmt::Debug for Config {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Config")
            .field("data_dir", &self.data_dir)
            .field("encrypted", &self.key.is_some())
            .field("public_url", &self.public_url)
            .field("proxies", &self.proxies)
            .field("tls", &self.tls)
            .field("limits", &self.limits)
            .finish()
    }
}

impl Config {
    /// A workspace in a folder, with the default of everything else.
    #[must_use]
    pub fn in_folder(data_dir: impl AsRef<Path>) -> Self {
        Self {
            data_dir: data_dir.as_ref().to_path_buf(),
            key: None,
            public_url: None,
            proxies: Vec::new(),
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
        let behind_proxy = !self.proxies.is_empty();
        if let Some(address) = self.proxies.iter().find(|it| it.is_unspecified()) {
            return Err(ConfigError::Proxy(*address));
        }
        if !near && self.tls.is_none() && !behind_proxy {
            return Err(ConfigError::PlainFarListener(listen));
        }
        if (!near || behind_proxy) && self.public_url.is_none() {
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
    let anonymous = url.username().is_empty() && url.password().is_none();
    scheme && anonymous && url.path() == "/" && url.query().is_none() && url.fragment().is_none()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn config() -> Config {
        Config::in_folder("/nowhere")
    }

    #[test]
    fn a_configuration_in_a_log_shows_no_key() {
        let mut config = config();
        config.key = Some([222; 32]);
        let shown = format!("{config:?}");
        assert!(shown.contains("encrypted: true"), "{shown}");
        assert!(!shown.contains("222"), "{shown}");
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
            proxies: vec!["10.0.0.1".parse().unwrap()],
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
        proxied.public_url = Some(Url::parse("https://me:secret@chat.example.org").unwrap());
        assert!(matches!(proxied.check(far), Err(ConfigError::PublicUrl(_))));
        proxied.proxies.push("::".parse().unwrap());
        assert!(matches!(proxied.check(far), Err(ConfigError::Proxy(_))));
    }
}
