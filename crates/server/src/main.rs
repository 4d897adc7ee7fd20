//! `porchlight-server`: a workspace for a team, on a machine of its own.

use std::io::Write as _;
use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

use clap::Parser;
use server::store::StoreError;
use server::{Config, Limits, Server, ServerError, SystemClock, TlsFiles};
use tokio::net::TcpListener;
use tracing_subscriber::EnvFilter;
use url::Url;

/// What a wrong configuration ends with, as command lines do.
const BAD_CONFIGURATION: u8 = 2;

/// The Porchlight workspace server.
#[derive(Debug, Parser)]
#[command(version, about)]
struct Arguments {
    /// Folder of the database; made when it is missing.
    #[arg(long, env = "PORCHLIGHT_DATA_DIR", default_value = "porchlight-data")]
    data_dir: PathBuf,
    /// Where to listen; port 0 takes a free one.
    #[arg(long, env = "PORCHLIGHT_LISTEN", default_value = "127.0.0.1:8480")]
    listen: SocketAddr,
    /// The address people open, like https://chat.example.org.
    #[arg(long, env = "PORCHLIGHT_PUBLIC_URL")]
    public_url: Option<Url>,
    /// Address of a proxy in front that speaks TLS and sets X-Forwarded-For; may be repeated. The
    /// header is believed from these only.
    #[arg(
        long,
        env = "PORCHLIGHT_BEHIND_PROXY",
        value_name = "ADDRESS",
        value_delimiter = ','
    )]
    behind_proxy: Vec<IpAddr>,
    /// Certificate chain (PEM).
    #[arg(long, env = "PORCHLIGHT_TLS_CERT", requires = "tls_key")]
    tls_cert: Option<PathBuf>,
    /// Private key (PEM).
    #[arg(long, env = "PORCHLIGHT_TLS_KEY", requires = "tls_cert")]
    tls_key: Option<PathBuf>,
    /// File with 64 hexadecimal digits: the key that encrypts the database.
    #[arg(long, env = "PORCHLIGHT_DATABASE_KEY_FILE")]
    database_key_file: Option<PathBuf>,
    /// Also serve the demonstration shop, on a free port of 127.0.0.1.
    #[arg(long, env = "PORCHLIGHT_DEMO")]
    demo: bool,
}

fn main() -> ExitCode {
    tracing_subscriber::fmt()
        .with_env_filter(
            EnvFilter::try_from_env("PORCHLIGHT_LOG").unwrap_or_else(|_| EnvFilter::new("warn")),
        )
        .with_writer(std::io::stderr)
        .init();
    let arguments = Arguments::parse();
    match run(arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(stop) => {
            // Nothing is left to do if even this cannot be written.
            let _ = writeln!(std::io::stderr(), "porchlight-server: {}", stop.message);
            ExitCode::from(stop.code)
        }
    }
}

struct Stop {
    message: String,
    code: u8,
}

impl Stop {
    fn misconfigured(message: impl Into<String>) -> Self {
        Self {
            message: message.into(),
            code: BAD_CONFIGURATION,
        }
    }

    fn failed(message: impl std::fmt::Display) -> Self {
        Self {
            message: message.to_string(),
            code: 1,
        }
    }
}

impl From<ServerError> for Stop {
    fn from(error: ServerError) -> Self {
        match error {
            ServerError::Config(error) => Self::misconfigured(error.to_string()),
            ServerError::Store(error @ (StoreError::WrongKey | StoreError::Newer(_))) => {
                Self::misconfigured(error.to_string())
            }
            other => Self::failed(other),
        }
    }
}

#[tokio::main]
async fn run(arguments: Arguments) -> Result<(), Stop> {
    let listen = arguments.listen;
    let demo = arguments.demo;
    let config = config(arguments)?;
    config
        .check(listen)
        .map_err(|error| Stop::misconfigured(error.to_string()))?;
    let mut stop = StopSignal::new()?;
    let listener = TcpListener::bind(listen)
        .await
        .map_err(|error| Stop::misconfigured(format!("cannot listen on {listen}: {error}")))?;
    let scheme = if config.tls.is_some() {
        "https"
    } else {
        "http"
    };
    let server = Server::open(config, Arc::new(SystemClock::default())).await?;
    let local = server.serve(listener)?;
    say(&format!("listening on {scheme}://{local}"));
    if let Some(code) = server.setup_code() {
        say(&format!("setup code: {code}"));
    }
    if demo {
        let url = server.start_demo().await?;
        say(&format!("demo site on {url}"));
    }
    stop.wait().await;
    server.shutdown().await;
    Ok(())
}

fn say(line: &str) {
    let mut out = std::io::stdout().lock();
    // Whoever started us may have closed the other end; the server goes on.
    let _ = writeln!(out, "{line}").and_then(|()| out.flush());
}

fn config(arguments: Arguments) -> Result<Config, Stop> {
    let key = arguments
        .database_key_file
        .as_deref()
        .map(database_key)
        .transpose()?;
    let tls = arguments
        .tls_cert
        .zip(arguments.tls_key)
        .map(|(certificate, key)| TlsFiles { certificate, key });
    Ok(Config {
        data_dir: arguments.data_dir,
        key,
        public_url: arguments.public_url,
        proxies: arguments.behind_proxy,
        tls,
        limits: Limits::default(),
    })
}

fn database_key(file: &std::path::Path) -> Result<[u8; 32], Stop> {
    let wrong = |why: String| {
        Stop::misconfigured(format!("the database key file {} {why}", file.display()))
    };
    let text =
        std::fs::read_to_string(file).map_err(|error| wrong(format!("cannot be read: {error}")))?;
    let digits: Vec<u32> = text
        .trim()
        .chars()
        .map_while(|digit| digit.to_digit(16))
        .collect();
    let mut key = [0u8; 32];
    if digits.len() != 2 * key.len() || text.trim().chars().count() != digits.len() {
        return Err(wrong(
            "must hold 64 hexadecimal digits and nothing else".to_owned(),
        ));
    }
    for (byte, pair) in key.iter_mut().zip(digits.chunks_exact(2)) {
        if let [high, low] = pair {
            *byte = u8::try_from(high * 16 + low).unwrap_or_default();
        }
    }
    Ok(key)
}

/// Ctrl-C, or what a service manager sends.
struct StopSignal {
    #[cfg(unix)]
    terminate: tokio::signal::unix::Signal,
}

impl StopSignal {
    fn new() -> Result<Self, Stop> {
        #[cfg(unix)]
        {
            use tokio::signal::unix::{SignalKind, signal};
            let terminate = signal(SignalKind::terminate()).map_err(Stop::failed)?;
            Ok(Self { terminate })
        }
        #[cfg(not(unix))]
        Ok(Self {})
    }

    async fn wait(&mut self) {
        #[cfg(unix)]
        tokio::select! {
            _ = self.terminate.recv() => {}
            _ = tokio::signal::ctrl_c() => {}
        }
        #[cfg(not(unix))]
        let _ = tokio::signal::ctrl_c().await;
    }
}
