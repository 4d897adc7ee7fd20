//! The bare hops from a visitor to a notification: what any design with these guarantees has to pay.
//!
//! A message goes over a WebSocket to a "server", which commits it to a plain SQLite file, and over another
//! to a "device", which commits it to a SQLCipher file; then the device opens a connection to the session
//! bus and calls `Notify`. One row, one commit and one frame each; nothing is decided, nobody else hears of
//! it. Both files are set up as the server's and the app's are, each commit is on the disk before the next
//! hop. All of it runs in this process, so it is a floor for two processes, too.

use std::collections::HashMap;
use std::path::Path;
use std::time::{Duration, Instant};

use futures_util::{SinkExt as _, StreamExt as _};
use sqlx::ConnectOptions as _;
use sqlx::sqlite::{
    SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqlitePoolOptions, SqliteSynchronous,
};
use testkit::RigError;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::{WebSocketStream, accept_async, client_async};

use crate::daemon::{NAME, PATH};

type Socket = WebSocketStream<TcpStream>;

/// To be closed before the process ends: SQLCipher must not be in use then.
pub(crate) struct Floor {
    visitor: Socket,
    server: SqlitePool,
    device: SqlitePool,
    tasks: [JoinHandle<Result<(), RigError>>; 2],
}

fn wrong(what: &'static str) -> impl Fn(Box<dyn std::error::Error>) -> RigError {
    move |error| RigError::Answer(format!("the bare floor: {what}: {error}"))
}

impl Floor {
    /// Sets it up, with its files in this folder and the bus at this address.
    pub(crate) async fn lay(folder: &Path, bus: String) -> Result<Self, RigError> {
        std::fs::create_dir_all(folder)
            .map_err(Into::into)
            .map_err(wrong("its folder"))?;
        // As in the server's store.
        let plain = options(&folder.join("server.db")).pragma("cache_size", "-16000");
        let server = open(plain).await?;
        // As in the cache.
        let key = format!("\"x'{}'\"", "5b".repeat(32));
        let sealed = SqliteConnectOptions::new()
            .pragma("key", key)
            .pragma("secure_delete", "ON")
            .pragma("cache_size", "-8000");
        let sealed = like(sealed, &folder.join("device.db"));
        let device = open(sealed).await?;

        let (near_visitor, visitor) = socket().await?;
        let (to_device, from_server) = socket().await?;
        let serving = serve(near_visitor, to_device, server.clone());
        let telling = tell(from_server, device.clone(), bus);
        Ok(Self {
            visitor,
            server,
            device,
            tasks: [tokio::spawn(serving), tokio::spawn(telling)],
        })
    }

    /// Sends a message; gives when it left.
    pub(crate) async fn send(&mut self, text: &str) -> Result<Instant, RigError> {
        let begun = Instant::now();
        self.visitor
            .send(Message::text(text))
            .await
            .map_err(Into::into)
            .map_err(wrong("send"))?;
        Ok(begun)
    }

    /// Ends it.
    ///
    /// # Errors
    /// If one of its hops had failed.
    pub(crate) async fn close(mut self) -> Result<(), RigError> {
        // The first hop sees the visitor leave, and the second sees the first leave.
        self.visitor.close(None).await.ok();
        let mut result = Ok(());
        for task in self.tasks {
            let ended = task.await.map_err(Into::into).map_err(wrong("a hop"));
            result = result.and(ended.flatten());
        }
        self.server.close().await;
        self.device.close().await;
        result
    }
}

/// What both files have in common.
fn options(file: &Path) -> SqliteConnectOptions {
    like(SqliteConnectOptions::new(), file)
}

fn like(options: SqliteConnectOptions, file: &Path) -> SqliteConnectOptions {
    options
        .filename(file)
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        .foreign_keys(true)
        .busy_timeout(Duration::from_secs(10))
        .pragma("temp_store", "MEMORY")
        .disable_statement_logging()
}

async fn open(options: SqliteConnectOptions) -> Result<SqlitePool, RigError> {
    let pool = SqlitePoolOptions::new()
        .max_connections(1)
        .idle_timeout(None)
        .max_lifetime(None)
        .test_before_acquire(false)
        .connect_with(options)
        .await
        .map_err(Into::into)
        .map_err(wrong("open a file"))?;
    sqlx::query("CREATE TABLE message (id INTEGER PRIMARY KEY, body TEXT NOT NULL) STRICT")
        .execute(&pool)
        .await
        .map_err(Into::into)
        .map_err(wrong("make a table"))?;
    Ok(pool)
}

async fn commit(pool: &SqlitePool, text: &str) -> Result<(), RigError> {
    sqlx::query("INSERT INTO message (body) VALUES ($1)")
        .bind(text)
        .execute(pool)
        .await
        .map(drop)
        .map_err(Into::into)
        .map_err(wrong("commit"))
}

/// Both ends of a WebSocket over loopback; the serving end first.
async fn socket() -> Result<(Socket, Socket), RigError> {
    let opened = async {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
        let address = listener.local_addr()?;
        let serving = async {
            let (stream, _) = listener.accept().await?;
            stream.set_nodelay(true)?;
            Ok::<_, Box<dyn std::error::Error>>(accept_async(stream).await?)
        };
        let calling = async {
            let stream = TcpStream::connect(address).await?;
            stream.set_nodelay(true)?;
            let (socket, _) = client_async(format!("ws://{address}/"), stream).await?;
            Ok(socket)
        };
        tokio::try_join!(serving, calling)
    };
    opened.await.map_err(wrong("open a socket"))
}

async fn serve(mut visitor: Socket, mut device: Socket, file: SqlitePool) -> Result<(), RigError> {
    while let Some(Ok(message)) = visitor.next().await {
        let Message::Text(text) = message else {
            continue;
        };
        commit(&file, &text).await?;
        device
            .send(Message::Text(text))
            .await
            .map_err(Into::into)
            .map_err(wrong("pass on"))?;
    }
    Ok(())
}

async fn tell(mut server: Socket, file: SqlitePool, bus: String) -> Result<(), RigError> {
    while let Some(Ok(message)) = server.next().await {
        let Message::Text(text) = message else {
            continue;
        };
        commit(&file, &text).await?;
        let connection = zbus::connection::Builder::address(bus.as_str())
            .build()
            .await?;
        let hints: HashMap<&str, zbus::Variant<'_>> = HashMap::new();
        let actions: [&str; 0] = [];
        let body = (
            "bare",
            0_u32,
            "",
            "A message",
            text.as_str(),
            actions.as_slice(),
            hints,
            -1_i32,
        );
        connection
            .call_method(Some(NAME), PATH, Some(NAME), "Notify", &body)
            .await?;
    }
    Ok(())
}
