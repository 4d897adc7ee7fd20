//! A server: a workspace, its doors, and the tasks that keep it going.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use protocol::error::{ErrorBody, ErrorCode};
use tokio::io::{AsyncRead, AsyncWrite, DuplexStream};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use url::Url;

use crate::clock::Clock;
use crate::config::{Config, ConfigError};
use crate::core::{Core, Parts};
use crate::demo;
use crate::door::{Caller, Io, Proxies};
use crate::failure::Failure;
use crate::http::Site;
use crate::passwords::Passwords;
use crate::store::sqlite::SqliteStore;
use crate::store::{Store, StoreError};
use crate::tls;

/// Bytes on their way between the app and the server inside it.
const IN_PROCESS_BUFFER: usize = 64 * 1024;
/// A connection has this long to send the head of a request.
const HEAD: Duration = Duration::from_secs(15);
/// A far caller has this long for the TLS handshake.
const HANDSHAKE: Duration = Duration::from_secs(15);
/// Streams have this long to say goodbye when the server stops.
const FAREWELL: Duration = Duration::from_secs(5);

/// Why a server does not start.
#[derive(Debug, thiserror::Error)]
pub enum ServerError {
    /// It is set up wrongly.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// The database cannot be used.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The network refuses.
    #[error("cannot listen: {0}")]
    Listen(#[source] std::io::Error),
    /// Something else; the log says more.
    #[error("the workspace cannot be opened: {0}")]
    Workspace(#[from] Failure),
    /// The demonstration shop needs a server that listens.
    #[error("the demo site needs a server that already listens")]
    NotListening,
}

/// A running workspace server.
pub struct Server {
    site: Site,
    store: Arc<dyn Store>,
    config: Config,
    stop: CancellationToken,
    tasks: TaskTracker,
}

impl Server {
    /// Opens the workspace, or makes it at the first start. Nothing listens yet.
    ///
    /// # Errors
    /// When the folder or the database cannot be used.
    pub async fn open(config: Config, clock: Arc<dyn Clock>) -> Result<Self, ServerError> {
        make_private_folder(&config)?;
        let store = SqliteStore::open(&config.database(), config.key.as_ref()).await?;
        Self::with_store(config, Arc::new(store), clock).await
    }

    /// The same on a store that is open already.
    ///
    /// # Errors
    /// When the workspace cannot be read.
    pub async fn with_store(
        config: Config,
        store: Arc<dyn Store>,
        clock: Arc<dyn Clock>,
    ) -> Result<Self, ServerError> {
        let parts = Parts {
            store: Arc::clone(&store),
            clock,
            passwords: Passwords::new().await?,
            limits: config.limits,
            public_url: config.public_url.clone(),
            proxies: Proxies::new(&config.proxies),
        };
        let core = Core::start(parts).await?;
        core.prune().await?;
        core.begin_log().await?;
        core.settle_everybody().await?;
        let (stop, tasks) = (CancellationToken::new(), TaskTracker::new());
        let work = [
            tokio_util::either::Either::Left(Arc::clone(&core).watch_presence()),
            tokio_util::either::Either::Right(Arc::clone(&core).keep_log_short()),
        ];
        for task in work {
            let stop = stop.clone();
            tasks.spawn(async move {
                tokio::select! {
                    () = stop.cancelled() => {}
                    () = task => {}
                }
            });
        }
        Ok(Self {
            site: Site::new(core, tasks.clone()),
            store,
            config,
            stop,
            tasks,
        })
    }

    /// The code that the first admin needs; `None` once there is one.
    #[must_use]
    pub fn setup_code(&self) -> Option<String> {
        self.site.core.setup_code()
    }

    /// Where people reach this server; `None` before it listens.
    #[must_use]
    pub fn public_url(&self) -> Option<Url> {
        self.site.core.public_url.get().cloned()
    }

    /// Takes connections from a listener, in the background, until [`Server::shutdown`].
    ///
    /// # Errors
    /// When the configuration does not allow to listen there.
    pub fn serve(&self, listener: TcpListener) -> Result<SocketAddr, ServerError> {
        let local = listener.local_addr().map_err(ServerError::Listen)?;
        self.config.check(local)?;
        let tls = self.config.tls.as_ref().map(tls::acceptor).transpose()?;
        let scheme = if tls.is_some() { "https" } else { "http" };
        if let Ok(url) = Url::parse(&format!("{scheme}://{local}/")) {
            self.site.core.public_url.get_or_init(|| url);
        }
        let (site, stop, tasks) = (self.site.clone(), self.stop.clone(), self.tasks.clone());
        self.tasks.spawn(async move {
            loop {
                let (stream, peer) = tokio::select! {
                    () = stop.cancelled() => return,
                    accepted = listener.accept() => match accepted {
                        Ok(accepted) => accepted,
                        Err(error) => {
                            // Out of file handles, most likely: others must end first.
                            tracing::warn!("a connection was not accepted: {error}");
                            tokio::time::sleep(Duration::from_millis(200)).await;
                            continue;
                        }
                    },
                };
                let _ = stream.set_nodelay(true);
                let caller = Caller::Network { peer, local };
                let (site, stop, tls) = (site.clone(), stop.clone(), tls.clone());
                tasks.spawn(async move {
                    let Some(io) = secured(tls, stream).await else {
                        return;
                    };
                    converse(&site, io, caller, &stop).await;
                });
            }
        });
        Ok(local)
    }

    /// A connection from the app that this server runs in: HTTP/1.1 on a stream in memory.
    #[must_use]
    pub fn connect_in_process(&self) -> DuplexStream {
        let (near, far) = tokio::io::duplex(IN_PROCESS_BUFFER);
        let (site, stop) = (self.site.clone(), self.stop.clone());
        self.tasks.spawn(async move {
            converse(&site, Box::new(far), Caller::InProcess, &stop).await;
        });
        near
    }

    /// Starts the demonstration shop on an origin of its own (loopback, a free port) and answers its
    /// address. Its site is made once; each start tells it the origin of this time.
    ///
    /// # Errors
    /// When the server does not listen yet, or the site cannot be stored.
    pub async fn start_demo(&self) -> Result<Url, ServerError> {
        let server = self.public_url().ok_or(ServerError::NotListening)?;
        let listener = TcpListener::bind("127.0.0.1:0")
            .await
            .map_err(ServerError::Listen)?;
        let local = listener.local_addr().map_err(ServerError::Listen)?;
        let id = self.site.core.demo_site(format!("http://{local}")).await?;
        let routes = demo::routes(&server, id, local);
        let (stop, tasks) = (self.stop.clone(), self.tasks.clone());
        self.tasks.spawn(async move {
            loop {
                let accepted = tokio::select! {
                    () = stop.cancelled() => return,
                    accepted = listener.accept() => accepted,
                };
                let Ok((stream, _)) = accepted else {
                    tokio::time::sleep(Duration::from_millis(200)).await;
                    continue;
                };
                let (routes, stop) = (routes.clone(), stop.clone());
                tasks.spawn(async move { exchange(routes, stream, &stop).await });
            }
        });
        Url::parse(&format!("http://{local}/")).map_err(|_| ServerError::NotListening)
    }

    /// Ends all streams, lets them say so, and closes the database.
    pub async fn shutdown(&self) {
        let why = ErrorBody::new(
            ErrorCode::Unavailable,
            "the server is stopping; try again soon",
        );
        self.site.core.streams.end_all(&why);
        self.site.core.tabs.end_all(&why);
        self.stop.cancel();
        self.tasks.close();
        if tokio::time::timeout(FAREWELL, self.tasks.wait())
            .await
            .is_err()
        {
            tracing::warn!("some connections did not end in time");
        }
        self.store.close().await;
    }
}

async fn secured(tls: Option<TlsAcceptor>, stream: tokio::net::TcpStream) -> Option<Box<dyn Io>> {
    let Some(acceptor) = tls else {
        return Some(Box::new(stream));
    };
    let shaken = tokio::time::timeout(HANDSHAKE, acceptor.accept(stream))
        .await
        .ok()?;
    shaken.ok().map(|stream| Box::new(stream) as Box<dyn Io>)
}

async fn converse(site: &Site, io: Box<dyn Io>, caller: Caller, stop: &CancellationToken) {
    exchange(site.routes(caller), io, stop).await;
}

async fn exchange(
    routes: axum::Router,
    io: impl AsyncRead + AsyncWrite + Send + Unpin + 'static,
    stop: &CancellationToken,
) {
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEAD)
        .serve_connection(TokioIo::new(io), TowerToHyperService::new(routes))
        .with_upgrades();
    let mut connection = std::pin::pin!(connection);
    tokio::select! {
        _ = connection.as_mut() => {}
        () = stop.cancelled() => {
            connection.as_mut().graceful_shutdown();
            let _ = connection.await;
        }
    }
}

fn make_private_folder(config: &Config) -> Result<(), ConfigError> {
    let fail = |why| ConfigError::DataDir {
        folder: config.data_dir.clone(),
        why,
    };
    let mut folder = std::fs::DirBuilder::new();
    folder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut folder, 0o700);
    folder.create(&config.data_dir).map_err(fail)
}
