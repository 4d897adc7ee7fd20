//! *Use this computer*: the workspace server inside this process.
//!
//! The app talks to it over streams in memory, with the same protocol as to a far one. It listens
//! on loopback as well, on a port of the system's choice, for the widget and the demo site alone.

use std::path::PathBuf;
use std::sync::Arc;

use agent::ports::{Connector, LocalStarted, LocalWorkspace, Transport};
use async_trait::async_trait;
use protocol::error::{ErrorBody, ErrorCode};
use server::{Config, Server, ServerError, SystemClock};
use tokio::net::TcpListener;
use tokio::sync::Mutex;

/// The workspace of this computer, running or not.
pub struct InThisApp {
    folder: PathBuf,
    running: Mutex<Option<Running>>,
}

struct Running {
    server: Arc<Server>,
    demo: Option<String>,
}

impl InThisApp {
    /// Keeps the workspace in `folder`. Nothing is started yet.
    #[must_use]
    pub fn new(folder: PathBuf) -> Self {
        Self {
            folder,
            running: Mutex::default(),
        }
    }

    /// Ends it, if it runs; visitors are told.
    pub async fn shutdown(&self) {
        let running = self.running.lock().await.take();
        if let Some(running) = running {
            running.server.shutdown().await;
        }
    }

    async fn open(&self, key: [u8; 32]) -> Result<Server, ServerError> {
        let mut config = Config::in_folder(&self.folder);
        config.key = Some(key);
        let server = Server::open(config, Arc::new(SystemClock::default())).await?;
        match listen(&server).await {
            Ok(()) => Ok(server),
            Err(error) => {
                server.shutdown().await;
                Err(error)
            }
        }
    }
}

async fn listen(server: &Server) -> Result<(), ServerError> {
    let listener = TcpListener::bind("127.0.0.1:0")
        .await
        .map_err(ServerError::Listen)?;
    server.serve(listener).map(|_| ())
}

#[async_trait]
impl LocalWorkspace for InThisApp {
    async fn start(&self, key: [u8; 32]) -> Result<LocalStarted, ErrorBody> {
        let mut running = self.running.lock().await;
        let server = match &*running {
            Some(running) => Arc::clone(&running.server),
            None => {
                let server = Arc::new(self.open(key).await.map_err(explain)?);
                *running = Some(Running {
                    server: Arc::clone(&server),
                    demo: None,
                });
                server
            }
        };
        let setup_code = server.setup_code();
        Ok(LocalStarted {
            connector: Arc::new(InMemory(server)),
            setup_code,
        })
    }

    async fn demo_site(&self) -> Result<String, ErrorBody> {
        let mut running = self.running.lock().await;
        let Some(running) = running.as_mut() else {
            return Err(ErrorBody::new(
                ErrorCode::NotFound,
                "The demo site belongs to a workspace on this computer.",
            ));
        };
        if let Some(address) = &running.demo {
            return Ok(address.clone());
        }
        let address = running
            .server
            .start_demo()
            .await
            .map_err(explain)?
            .to_string();
        running.demo = Some(address.clone());
        Ok(address)
    }
}

/// Streams to the server in this process.
struct InMemory(Arc<Server>);

#[async_trait]
impl Connector for InMemory {
    async fn connect(&self) -> std::io::Result<Box<dyn Transport>> {
        Ok(Box::new(self.0.connect_in_process()))
    }

    fn host(&self) -> String {
        "localhost".into()
    }
}

fn explain(error: ServerError) -> ErrorBody {
    tracing::error!(%error, "the workspace on this computer does not start");
    ErrorBody::new(
        ErrorCode::Unavailable,
        "The workspace on this computer could not be started. The log says why.",
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

    #[tokio::test]
    async fn it_answers_in_memory_keeps_its_key_and_shows_a_demo_site() {
        let scratch = tempfile::tempdir().unwrap();
        let here = InThisApp::new(scratch.path().join("workspace"));
        assert_eq!(
            here.demo_site().await.unwrap_err().code,
            ErrorCode::NotFound
        );

        let started = here.start([7; 32]).await.unwrap();
        assert!(started.setup_code.is_some(), "there is no admin yet");
        let again = here.start([7; 32]).await.unwrap();
        assert_eq!(started.setup_code, again.setup_code, "it is started once");

        let mut stream = started.connector.connect().await.unwrap();
        let host = started.connector.host();
        let request =
            format!("GET /api/v1/workspace HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n");
        stream.write_all(request.as_bytes()).await.unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await.unwrap();
        assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");

        let demo = here.demo_site().await.unwrap();
        assert!(demo.starts_with("http://127.0.0.1:"), "{demo}");
        assert_eq!(here.demo_site().await.unwrap(), demo, "one shop");
        here.shutdown().await;
        // Whoever can still connect keeps the database in use.
        drop((stream, started, again));

        let wrong = here.start([8; 32]).await;
        assert_eq!(
            wrong.err().unwrap().code,
            ErrorCode::Unavailable,
            "another key opens nothing"
        );
        assert!(here.start([7; 32]).await.is_ok());
        here.shutdown().await;
    }
}
