//! The workspace server as its own process, as an administrator runs it.
//!
//! Tests that are about being killed, restarted or reached over a socket use the real
//! `porchlight-server`; it is found beside the test binary, or in the folder that
//! `PORCHLIGHT_BIN_DIR` names. A server that is started again in the same folder takes the same port, so a
//! client that was connected finds it where it was.

use std::io::{BufRead as _, BufReader, Write as _};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::{Arc, Mutex, PoisonError};

use http::{Method, header};
use http_body_util::{BodyExt as _, Full};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use protocol::model::Role;
use protocol::rest::{
    AcceptInvitationRequest, Invitation, InviteRequest, SetupRequest, SignInRequest, SignedIn,
};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::leash::{Leash, Process};
use crate::rig_error::RigError;

/// The password of every agent that tests make.
pub const PASSWORD: &str = "a long enough pass phrase";

/// A program of this workspace, built with the tests.
///
/// # Errors
/// If it was not built, with the command that builds it.
pub fn built(program: &str) -> Result<PathBuf, RigError> {
    let name = format!("{program}{}", std::env::consts::EXE_SUFFIX);
    let folder = match std::env::var_os("PORCHLIGHT_BIN_DIR") {
        Some(folder) => PathBuf::from(folder),
        None => beside_this_program()?,
    };
    let path = folder.join(&name);
    if path.is_file() {
        return Ok(path);
    }
    Err(RigError::answer(format!(
        "{} is not built: run `cargo build --workspace --bins` (`cargo xtask test` does)",
        path.display()
    )))
}

/// Test programs are in `target/<profile>/deps`, others in `target/<profile>`.
fn beside_this_program() -> Result<PathBuf, RigError> {
    let here = std::env::current_exe().map_err(RigError::io("find this program"))?;
    let folder = here
        .parent()
        .ok_or_else(|| RigError::answer("this program is in no folder"))?;
    if folder.ends_with("deps") {
        return Ok(folder.parent().unwrap_or(folder).to_owned());
    }
    Ok(folder.to_owned())
}

/// A running workspace server. Dropping it kills it; its data stays.
#[derive(Debug)]
pub struct ServerProcess {
    folder: PathBuf,
    arguments: Vec<String>,
    leash: Leash,
    process: Process,
    address: SocketAddr,
    said: Said,
}

/// What the server wrote to its standard output, line by line.
pub(crate) type Said = Arc<Mutex<Vec<String>>>;

impl ServerProcess {
    /// Starts a server on a free loopback port. Its data and its log are in `folder`.
    ///
    /// # Errors
    /// If it does not start, with its log.
    pub async fn start(folder: &Path, arguments: &[&str]) -> Result<Self, RigError> {
        let arguments: Vec<_> = arguments.iter().map(|one| (*one).to_owned()).collect();
        let leash = Leash::new()?;
        let (process, address, said) = start(&leash, folder, &arguments, 0).await?;
        Ok(Self {
            folder: folder.to_owned(),
            arguments,
            leash,
            process,
            address,
            said,
        })
    }

    /// Where it listens, as `http://127.0.0.1:PORT`.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Where it listens.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Its process id.
    #[must_use]
    pub fn id(&self) -> u32 {
        self.process.id()
    }

    /// Its log so far.
    #[must_use]
    pub fn log(&self) -> String {
        self.process.output()
    }

    /// The line of its standard output that begins like this, without the beginning.
    ///
    /// # Errors
    /// [`RigError::NotYet`] if it does not say it.
    pub async fn says(&self, beginning: &str) -> Result<String, RigError> {
        line(&self.said, beginning).await
    }

    /// Ends it without warning (`kill -9`), as a power cut does.
    pub fn kill(&mut self) {
        self.process.kill();
    }

    /// Asks it to end, as a service manager does, and waits until it did.
    ///
    /// # Errors
    /// If it goes on, or ends with an error.
    pub async fn stop(&mut self) -> Result<(), RigError> {
        let status = self.process.terminate().await?;
        if status.success() {
            return Ok(());
        }
        let log = self.process.output();
        Err(RigError::answer(format!("the server: {status}; {log}")))
    }

    /// Starts it again on the same port and the same data; kills it first if it is running.
    ///
    /// # Errors
    /// If it does not start, with its log.
    pub async fn restart(&mut self) -> Result<(), RigError> {
        self.process.kill();
        let port = self.address.port();
        (self.process, self.address, self.said) =
            start(&self.leash, &self.folder, &self.arguments, port).await?;
        Ok(())
    }

    /// Makes the workspace and its first admin, with the setup code that the server printed.
    ///
    /// # Errors
    /// If the server refuses.
    pub async fn set_up(
        &self,
        workspace: &str,
        name: &str,
        email: &str,
    ) -> Result<SignedIn, RigError> {
        let code = self.says("setup code: ").await?;
        let request = SetupRequest {
            setup_code: code,
            workspace_name: workspace.into(),
            name: name.into(),
            email: email.into(),
            password: PASSWORD.into(),
            device_name: "rig".into(),
        };
        self.request(Method::POST, "/api/v1/setup", None, Some(&request))
            .await
    }

    /// Signs an agent in on a new device.
    ///
    /// # Errors
    /// If the server refuses.
    pub async fn sign_in(&self, email: &str, device: &str) -> Result<SignedIn, RigError> {
        let request = SignInRequest {
            email: email.into(),
            password: PASSWORD.into(),
            device_name: device.into(),
        };
        self.request(Method::POST, "/api/v1/sessions", None, Some(&request))
            .await
    }

    /// Makes another agent: invited by an admin, and the invitation accepted.
    ///
    /// # Errors
    /// If the server refuses.
    pub async fn join(
        &self,
        admin: &SignedIn,
        name: &str,
        email: &str,
    ) -> Result<SignedIn, RigError> {
        let invite = InviteRequest {
            email: email.into(),
            role: Role::Agent,
        };
        let invitation: Invitation = self
            .post("/api/v1/invitations", &admin.token, &invite)
            .await?;
        let (_, code) = invitation
            .link
            .split_once('#')
            .ok_or_else(|| RigError::answer("the invitation has no code"))?;
        let accept = AcceptInvitationRequest {
            code: code.into(),
            name: name.into(),
            password: PASSWORD.into(),
            device_name: "rig".into(),
        };
        let path = "/api/v1/invitations/accept";
        self.request(Method::POST, path, None, Some(&accept)).await
    }

    /// Asks for something with an agent's token.
    ///
    /// # Errors
    /// If the server refuses, with what it says.
    pub async fn get<T: DeserializeOwned>(&self, path: &str, token: &str) -> Result<T, RigError> {
        self.request::<(), T>(Method::GET, path, Some(token), None)
            .await
    }

    /// Changes something with an agent's token; there is no answer but success.
    ///
    /// # Errors
    /// If the server refuses, with what it says.
    pub async fn put<B: Serialize>(
        &self,
        path: &str,
        token: &str,
        body: &B,
    ) -> Result<(), RigError> {
        self.request::<B, serde::de::IgnoredAny>(Method::PUT, path, Some(token), Some(body))
            .await
            .map(drop)
    }

    /// Sends something with an agent's token.
    ///
    /// # Errors
    /// If the server refuses, with what it says.
    pub async fn post<B: Serialize, T: DeserializeOwned>(
        &self,
        path: &str,
        token: &str,
        body: &B,
    ) -> Result<T, RigError> {
        self.request(Method::POST, path, Some(token), Some(body))
            .await
    }

    /// One request to the server's interface for programs.
    ///
    /// # Errors
    /// If the server cannot be reached, refuses (with what it says), or answers something else.
    pub async fn request<B: Serialize, T: DeserializeOwned>(
        &self,
        method: Method,
        path: &str,
        token: Option<&str>,
        body: Option<&B>,
    ) -> Result<T, RigError> {
        let what = format!("{method} {path}");
        let wrong = |text: String| RigError::answer(format!("{what}: {text}"));
        let mut request = http::Request::builder()
            .method(method)
            .uri(format!("{}{path}", self.url()));
        if let Some(token) = token {
            request = request.header(header::AUTHORIZATION, format!("Bearer {token}"));
        }
        let body = match body {
            Some(body) => {
                request = request.header(header::CONTENT_TYPE, "application/json");
                serde_json::to_vec(body).map_err(|error| wrong(error.to_string()))?
            }
            None => Vec::new(),
        };
        let request = request
            .body(Full::new(bytes::Bytes::from(body)))
            .map_err(|error| wrong(error.to_string()))?;
        // A client a request: a server that was killed meanwhile leaves no dead connection to reuse.
        let client: Client<_, Full<bytes::Bytes>> =
            Client::builder(TokioExecutor::new()).build(HttpConnector::new());
        let answer = client
            .request(request)
            .await
            .map_err(|error| wrong(error.to_string()))?;
        let status = answer.status();
        let bytes = answer
            .into_body()
            .collect()
            .await
            .map_err(|error| wrong(error.to_string()))?
            .to_bytes();
        if !status.is_success() {
            let text = String::from_utf8_lossy(&bytes);
            return Err(wrong(format!("{status}: {text}")));
        }
        // An answer without content reads as `()`.
        let bytes = if bytes.is_empty() {
            b"null".as_slice()
        } else {
            &bytes
        };
        serde_json::from_slice(bytes).map_err(|error| wrong(error.to_string()))
    }
}

async fn start(
    leash: &Leash,
    folder: &Path,
    arguments: &[String],
    port: u16,
) -> Result<(Process, SocketAddr, Said), RigError> {
    std::fs::create_dir_all(folder).map_err(RigError::io(format!("make {}", folder.display())))?;
    let mut command = Command::new(built("porchlight-server")?);
    command
        .arg("--data-dir")
        .arg(folder)
        .arg("--listen")
        .arg(format!("127.0.0.1:{port}"))
        .args(arguments)
        .stdin(Stdio::null())
        .stdout(Stdio::piped());
    let mut process = leash.start_piped(&mut command, &folder.join("server.log"))?;
    let said = listen(&mut process)?;
    let heard = Arc::clone(&said);
    let url = process
        .ready("to listen", async || find(&heard, "listening on http://"))
        .await
        .map_err(|error| RigError::answer(format!("{error}; {}", process.output())))?;
    let address = url
        .parse()
        .map_err(|_| RigError::answer(format!("the server listens on {url:?}")))?;
    Ok((process, address, said))
}

/// Keeps what a program writes to its standard output, in memory and beside its other output.
pub(crate) fn listen(process: &mut Process) -> Result<Said, RigError> {
    let output = process
        .stdout()
        .ok_or_else(|| RigError::answer("the program has no standard output"))?;
    let log = process.log().to_owned();
    let said = Said::default();
    let keep = Arc::clone(&said);
    std::thread::spawn(move || {
        let mut log = std::fs::File::options().append(true).open(log).ok();
        for line in BufReader::new(output).lines().map_while(Result::ok) {
            if let Some(log) = &mut log {
                // The log is for people; the test has the line already.
                let _ = writeln!(log, "{line}");
            }
            keep.lock()
                .unwrap_or_else(PoisonError::into_inner)
                .push(line);
        }
    });
    Ok(said)
}

fn find(said: &Said, beginning: &str) -> Option<String> {
    let lines = said.lock().unwrap_or_else(PoisonError::into_inner);
    let rest = lines.iter().find_map(|line| line.strip_prefix(beginning))?;
    Some(rest.trim().to_owned())
}

async fn line(said: &Said, beginning: &str) -> Result<String, RigError> {
    let what = format!("the server to say {beginning:?}");
    crate::wait::until(&what, async || find(said, beginning)).await
}
