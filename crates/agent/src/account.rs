//! Signing in and out.
//!
//! What a sign-in leaves behind: two secrets in the vault (the device's token, the key of the cache)
//! and the profile, a file that says who and where. In that order, so that a crash in between leaves
//! either nobody signed in or everything that is needed. Signing out marks the profile first, then
//! removes secrets, cache and profile; one that was cut short is finished at the next start.
//!
//! A vault that is locked, silent, missing, or that has lost the secrets never signs anybody out: the
//! stage says what to do, [`Core::retry_keychain`] looks again, and only a person who says so removes
//! what is here. The same goes for a cache that cannot be opened.
//!
//! The session ends without a sign-out only when the server says `not_signed_in`: the token was
//! revoked or the agent removed. Then everything here is wiped, and what was lost is said.

use std::sync::Arc;
use std::time::Duration;

use cache::Cache;
use protocol::PROTOCOL_VERSION;
use protocol::error::{ErrorBody, ErrorCode};
use protocol::rest::{
    AcceptInvitationRequest, SetupRequest, SignInRequest, SignedIn, WorkspaceInfo,
};
use protocol::status::Goodbye;
use tokio::time::timeout;

use crate::address::{Address, InvitationLink};
use crate::errors::{from_cache, from_open, from_vault, internal, other_version, quitting};
use crate::here::{Here, no_local};
use crate::http::Http;
use crate::own;
use crate::ports::{Connector, VaultError};
use crate::profile::{self, Place, Profile};
use crate::seat::Seat;
use crate::secrets::{Secrets, random_key};
use crate::session::{Core, Inner};
use crate::transport::TcpConnector;
use crate::view::{AcceptInvitation, FoundWorkspace, SignIn, Stage, UseThisComputer};

/// How long telling the server about a sign-out may take.
const REVOKE_WITHIN: Duration = Duration::from_secs(3);
/// The name of the only agent of a workspace inside the app. `.invalid` never is a real address.
const LOCAL_EMAIL: &str = "me@this-computer.invalid";

impl Core {
    /// Looks whether a workspace answers at an address as typed.
    ///
    /// # Errors
    /// `bad_request` for what is no acceptable address, `unavailable` when nothing (of ours)
    /// answers, `version_mismatch`.
    pub async fn look_up(&self, address: &str) -> Result<FoundWorkspace, ErrorBody> {
        let address = Address::parse(address)?;
        let connector = connector(&address)?;
        let info = workspace(&connector).await?;
        Ok(FoundWorkspace {
            name: info.name,
            address: address.text,
        })
    }

    /// Signs in.
    ///
    /// # Errors
    /// As [`Core::look_up`]; `wrong_credentials`, `rate_limited`; `unavailable` when the keychain
    /// does not take the secrets, and then nobody is signed in; `conflict` when somebody is already.
    pub async fn sign_in(&self, request: SignIn) -> Result<(), ErrorBody> {
        let inner = self.inner();
        let _one = inner.changing.lock().await;
        nobody_yet(inner)?;
        let address = Address::parse(&request.address)?;
        let connector = connector(&address)?;
        workspace(&connector).await?;
        let body = SignInRequest {
            email: request.email,
            password: request.password,
            device_name: inner.device_name.clone(),
        };
        let signed: SignedIn = once(&connector).post("/api/v1/sessions", &body).await?;
        enter(
            inner,
            signed,
            Place::Address {
                address: address.text,
            },
            connector,
        )
        .await
    }

    /// Accepts an invitation and signs in.
    ///
    /// # Errors
    /// As [`Core::sign_in`]; `expired` for a link that was used or is too old.
    pub async fn accept_invitation(&self, request: AcceptInvitation) -> Result<(), ErrorBody> {
        let inner = self.inner();
        let _one = inner.changing.lock().await;
        nobody_yet(inner)?;
        let link = InvitationLink::parse(&request.link)?;
        let connector = connector(&link.address)?;
        workspace(&connector).await?;
        let body = AcceptInvitationRequest {
            code: link.code,
            name: request.name,
            password: request.password,
            device_name: inner.device_name.clone(),
        };
        let signed: SignedIn = once(&connector)
            .post("/api/v1/invitations/accept", &body)
            .await?;
        enter(
            inner,
            signed,
            Place::Address {
                address: link.address.text,
            },
            connector,
        )
        .await
    }

    /// Makes a workspace inside this app and signs in to it; the one that is here already, if so.
    ///
    /// # Errors
    /// `unavailable` when this build has none, or when the keychain does not answer.
    pub async fn use_this_computer(&self, request: UseThisComputer) -> Result<(), ErrorBody> {
        let inner = self.inner();
        let _one = inner.changing.lock().await;
        nobody_yet(inner)?;
        let here = Here::open_or_make(inner).await?;
        let started = here.start(inner).await?;
        workspace(&started.connector).await?;
        let device_name = inner.device_name.clone();
        let signed: SignedIn = match started.setup_code {
            Some(setup_code) => {
                let body = SetupRequest {
                    setup_code,
                    workspace_name: request.workspace_name,
                    name: request.name,
                    email: LOCAL_EMAIL.to_owned(),
                    password: here.password,
                    device_name,
                };
                once(&started.connector)
                    .post("/api/v1/setup", &body)
                    .await?
            }
            None => {
                let body = SignInRequest {
                    email: LOCAL_EMAIL.to_owned(),
                    password: here.password,
                    device_name,
                };
                once(&started.connector)
                    .post("/api/v1/sessions", &body)
                    .await?
            }
        };
        enter(inner, signed, Place::Here, started.connector).await
    }

    /// Looks again whether the keychain answers and what is stored opens.
    ///
    /// # Errors
    /// What keeps it from doing so; the stage says the same.
    pub async fn retry_keychain(&self) -> Result<(), ErrorBody> {
        let inner = self.inner();
        let _one = inner.changing.lock().await;
        match inner.board.stage() {
            Stage::KeychainLocked { .. } | Stage::Broken { .. } => {}
            Stage::Starting | Stage::FirstRun { .. } | Stage::Ready => return Ok(()),
        }
        load(inner).await;
        match inner.board.stage() {
            Stage::KeychainLocked { error, .. } | Stage::Broken { error } => Err(error),
            Stage::Starting | Stage::FirstRun { .. } | Stage::Ready => Ok(()),
        }
    }

    /// Signs out and removes everything from this computer.
    ///
    /// # Errors
    /// `conflict` while something is or may be unsent, unless `force`: it would be lost.
    pub async fn sign_out(&self, force: bool) -> Result<(), ErrorBody> {
        let inner = self.inner();
        let _one = inner.changing.lock().await;
        let seat = self.seat().ok();
        if let (Some(seat), false) = (&seat, force) {
            let unsent = seat.cache.unsent_count().await.map_err(from_cache)?;
            if unsent > 0 {
                return Err(ErrorBody::new(
                    ErrorCode::Conflict,
                    format!(
                        "{unsent} of your messages and changes are not sent yet and would be lost."
                    ),
                ));
            }
        }
        if let Some(seat) = seat {
            seat.end(Some(Goodbye::SignedOut)).await;
            let revoke = seat.http.delete("/api/v1/session");
            if !matches!(timeout(REVOKE_WITHIN, revoke).await, Ok(Ok(()))) {
                tracing::warn!("the workspace was not told of the sign-out");
            }
            forget(inner, &seat.profile, Some(&seat)).await;
        } else {
            remove_unopened(inner, force).await?;
        }
        inner.show_stage(Stage::FirstRun {
            because: None,
            lost_unsent: 0,
        });
        Ok(())
    }

    /// Starts the demo site and answers its address.
    ///
    /// # Errors
    /// `unavailable` when this build has none; what the workspace inside the app says.
    pub async fn demo_site(&self) -> Result<String, ErrorBody> {
        match &self.inner().ports.local {
            Some(local) => local.demo_site().await,
            None => Err(no_local()),
        }
    }
}

/// Removes what cannot be opened now, if anything is here.
async fn remove_unopened(inner: &Arc<Inner>, force: bool) -> Result<(), ErrorBody> {
    let profile = match profile::read_profile(&inner.data_dir) {
        Ok(None) => return Ok(()),
        Ok(Some(profile)) => Some(profile),
        Err(_) => None,
    };
    if !force {
        return Err(ErrorBody::new(
            ErrorCode::Conflict,
            "What is stored on this computer cannot be opened now. What is not sent yet would be \
             lost.",
        ));
    }
    match profile {
        Some(profile) => forget(inner, &profile, None).await,
        // Nothing says which secrets and cache it spoke of.
        None => {
            profile::remove_profile(&inner.data_dir).map_err(|error| internal(&error))?;
        }
    }
    Ok(())
}

/// Reads what is stored and shows the stage that follows from it.
pub(crate) async fn load(inner: &Arc<Inner>) {
    let stage = match try_load(inner).await {
        Ok(Some(seat)) => {
            begin(inner, seat).await;
            return;
        }
        Ok(None) => Stage::FirstRun {
            because: None,
            lost_unsent: 0,
        },
        Err(stage) => stage,
    };
    inner.show_stage(stage);
}

async fn try_load(inner: &Arc<Inner>) -> Result<Option<Seat>, Stage> {
    if let Err(error) = profile::make_data_dir(&inner.data_dir) {
        tracing::error!(%error, "the data folder cannot be made");
        return Err(Stage::Broken {
            error: ErrorBody::new(
                ErrorCode::Internal,
                "The folder for Porchlight's data cannot be made. Is the disk full?",
            ),
        });
    }
    let profile = match profile::read_profile(&inner.data_dir) {
        Ok(Some(profile)) => profile,
        Ok(None) => return Ok(None),
        Err(error) => {
            return Err(Stage::Broken {
                error: internal(&error),
            });
        }
    };
    if profile.leaving {
        tracing::info!("a sign-out that was cut short is finished");
        forget(inner, &profile, None).await;
        return Ok(None);
    }
    let secrets = Secrets::read(inner.ports.vault.as_ref(), &profile);
    // A prompt may keep the keychain busy for long; nobody who quits waits for it.
    let Some(secrets) = inner.stop.run_until_cancelled(secrets).await else {
        return Err(Stage::Starting);
    };
    let Some(secrets) = secrets.map_err(locked)? else {
        tracing::error!("the keychain holds no sign-in any more");
        return Err(Stage::Broken {
            error: ErrorBody::new(
                ErrorCode::Unavailable,
                "Your keychain does not hold this computer's sign-in any more. If there is another \
                 keychain that does, open that one and try again.",
            ),
        });
    };
    let connector = match &profile.place {
        Place::Address { address } => Address::parse(address)
            .and_then(|address| connector(&address))
            .map_err(|error| Stage::Broken { error })?,
        Place::Here => Here::start_known(inner).await?,
    };
    Seat::open(inner, profile, secrets, connector)
        .await
        .map(Some)
        .map_err(|error| Stage::Broken { error })
}

/// Keeps what a sign-in brought, and begins the session.
async fn enter(
    inner: &Arc<Inner>,
    signed: SignedIn,
    place: Place,
    connector: Arc<dyn Connector>,
) -> Result<(), ErrorBody> {
    let profile = Profile {
        workspace_id: signed.workspace_id,
        workspace_name: signed.workspace_name,
        place,
        agent_id: signed.agent_id,
        device_id: signed.device_id,
        leaving: false,
    };
    let secrets = Secrets {
        token: signed.token,
        cache_key: random_key()?,
    };
    let entered = async {
        // Left by an earlier session whose key is gone.
        Cache::remove_files(&profile.cache_file(&inner.data_dir))
            .map_err(|error| internal(&error))?;
        secrets
            .write(inner.ports.vault.as_ref(), &profile)
            .await
            .map_err(|error| from_vault(&error))?;
        profile::write_profile(&inner.data_dir, &profile).map_err(|error| internal(&error))?;
        Seat::open(
            inner,
            profile.clone(),
            secrets.clone(),
            Arc::clone(&connector),
        )
        .await
    };
    match entered.await {
        Ok(seat) => {
            begin(inner, seat).await;
            Ok(())
        }
        Err(error) => {
            // The server must not keep a device that never was one.
            let revoke = Http::new(connector, Some(&secrets.token));
            let _ = timeout(REVOKE_WITHIN, revoke.delete("/api/v1/session")).await;
            forget(inner, &profile, None).await;
            Err(error)
        }
    }
}

async fn begin(inner: &Arc<Inner>, seat: Seat) {
    let seat = Arc::new(seat);
    inner.take_seat(Some(Arc::clone(&seat)));
    inner.redraw(&seat).await;
    inner.show_stage(Stage::Ready);
    // The stage wiped nothing of what was drawn; the tray follows from the seat.
    inner.redraw(&seat).await;
    seat.begin(inner);
}

/// The server does not know this device any more.
pub(crate) async fn ended(inner: Arc<Inner>, seat: Arc<Seat>, because: ErrorBody) {
    let _one = inner.changing.lock().await;
    if !inner.is_seat(&seat) {
        return;
    }
    let lost_unsent = seat.cache.unsent_count().await.unwrap_or(0);
    let choice = seat.cache.me().await.ok().map(|me| me.choice);
    seat.end(None).await;
    forget(&inner, &seat.profile, Some(&seat)).await;
    inner.show_stage(Stage::FirstRun {
        because: Some(because),
        lost_unsent,
    });
    // The window does not wait for a desktop that takes its time.
    own::sign_in_lost(&inner, choice).await;
}

/// Removes everything of a session from this computer.
async fn forget(inner: &Arc<Inner>, profile: &Profile, seat: Option<&Seat>) {
    inner.take_seat(None);
    inner.person.forget_session();
    let leaving = Profile {
        leaving: true,
        ..profile.clone()
    };
    if let Err(error) = profile::write_profile(&inner.data_dir, &leaving) {
        tracing::error!(%error, "the profile was not marked");
    }
    Secrets::remove(inner.ports.vault.as_ref(), profile).await;
    if let Some(seat) = seat {
        seat.withdraw_all(inner).await;
        if let Err(error) = seat.cache.wipe().await {
            tracing::error!(%error, "the cache was not wiped");
        }
    }
    if let Err(error) = Cache::remove_files(&profile.cache_file(&inner.data_dir)) {
        tracing::error!(%error, "the cache was not removed");
    }
    if let Err(error) = profile::remove_profile(&inner.data_dir) {
        tracing::error!(%error, "the profile was not removed");
    }
}

fn nobody_yet(inner: &Inner) -> Result<(), ErrorBody> {
    match inner.board.stage() {
        Stage::FirstRun { .. } => Ok(()),
        _ => Err(ErrorBody::new(
            ErrorCode::Conflict,
            "Somebody is signed in on this computer already. Sign out first.",
        )),
    }
}

fn connector(address: &Address) -> Result<Arc<dyn Connector>, ErrorBody> {
    match TcpConnector::new(address.clone()) {
        Ok(connector) => Ok(Arc::new(connector)),
        Err(error) => Err(internal(&error)),
    }
}

/// For a request that must not be sent twice.
fn once(connector: &Arc<dyn Connector>) -> Http {
    Http::new(Arc::clone(connector), None)
}

async fn workspace(connector: &Arc<dyn Connector>) -> Result<WorkspaceInfo, ErrorBody> {
    let info: WorkspaceInfo = once(connector).get("/api/v1/workspace").await?;
    if info.product != "porchlight" {
        return Err(ErrorBody::new(
            ErrorCode::NotFound,
            "There is no Porchlight workspace at this address.",
        ));
    }
    if info.version != PROTOCOL_VERSION {
        return Err(other_version(info.version));
    }
    Ok(info)
}

/// The stage of a vault that does not hand out what it keeps.
pub(crate) fn locked(error: VaultError) -> Stage {
    Stage::KeychainLocked {
        error: from_vault(&error),
        missing: error == VaultError::Missing,
        passphrase: error == VaultError::Sealed,
    }
}

impl Seat {
    async fn open(
        inner: &Inner,
        profile: Profile,
        secrets: Secrets,
        connector: Arc<dyn Connector>,
    ) -> Result<Self, ErrorBody> {
        // Whoever quits closes what is open, and would not learn of what is opened after that.
        if inner.stop.is_cancelled() {
            return Err(quitting());
        }
        let file = profile.cache_file(&inner.data_dir);
        match Cache::open(&file, &secrets.cache_key).await {
            Ok(cache) => Ok(Self::new(profile, cache, connector, secrets.token)),
            Err(error) => {
                tracing::error!(%error, "the cache cannot be opened");
                Err(from_open(&error))
            }
        }
    }
}
