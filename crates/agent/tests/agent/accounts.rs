//! Signing in and out.

use std::sync::Arc;

use agent::ports::{Vault, VaultError};
use agent::view::{AcceptInvitation, SignIn, Stage, UseThisComputer};
use protocol::error::{ErrorBody, ErrorCode};
use protocol::model::Role;
use protocol::rest::{DeviceInfo, Invitation, InviteRequest};
use protocol::status::Goodbye;

use crate::harness::{Device, EMAIL, InProcess, PASSWORD, Workspace};

fn first_run() -> Stage {
    Stage::FirstRun {
        because: None,
        lost_unsent: 0,
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sign_in_leads_to_the_inbox_and_outlives_a_restart() {
    let workspace = Workspace::start().await;
    let mut device = Device::start().await;
    assert_eq!(device.core.stage(), first_run());

    let found = device.core.look_up(&workspace.url()).await.unwrap();
    assert_eq!(found.name, "Lighthouse");
    device.sign_in(&workspace.url()).await.unwrap();
    assert_eq!(device.core.stage(), Stage::Ready);
    let me = device.until_me("to know who it is", |_| true).await;
    assert_eq!(me.agent.email, EMAIL);
    device.live().await;

    device.restart().await;
    assert_eq!(
        device
            .until_stage("to be ready", |it| *it != Stage::Starting)
            .await,
        Stage::Ready
    );
    device.live().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_password_says_so_and_leaves_nothing_behind() {
    let workspace = Workspace::start().await;
    let device = Device::start().await;
    let wrong = SignIn {
        address: workspace.url(),
        email: EMAIL.into(),
        password: "not the password".into(),
    };
    let error = device.core.sign_in(wrong).await.unwrap_err();
    assert_eq!(error.code, ErrorCode::WrongCredentials);
    assert_eq!(device.core.stage(), first_run());
    assert_eq!(device.vault.names(), [""; 0]);
    assert_eq!(device.files(), [""; 0]);
    device.sign_in(&workspace.url()).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn addresses_that_lead_nowhere_are_refused_each_with_its_own_words() {
    let device = Device::start().await;
    let far = device.sign_in("http://chat.example.com").await.unwrap_err();
    assert_eq!(far.code, ErrorCode::BadRequest);
    assert!(far.message.contains("https://"), "{far}");

    // A port that was free a moment ago.
    let port = {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        listener.local_addr().unwrap().port()
    };
    let nobody = device
        .core
        .look_up(&format!("http://127.0.0.1:{port}"))
        .await
        .unwrap_err();
    assert_eq!(nobody.code, ErrorCode::Unavailable);
    assert!(nobody.message.contains("Nothing answers"), "{nobody}");

    let unknown = device
        .core
        .look_up("https://porchlight.invalid")
        .await
        .unwrap_err();
    assert_eq!(unknown.code, ErrorCode::Unavailable);
    assert!(
        unknown.message.contains("no computer with this name"),
        "{unknown}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_locked_keychain_never_signs_out() {
    let workspace = Workspace::start().await;
    let mut device = workspace.device().await;
    device.vault.refuse(Some(VaultError::Locked));
    device.restart().await;
    let stage = device
        .until_stage("to meet the lock", |it| *it != Stage::Starting)
        .await;
    let Stage::KeychainLocked {
        missing,
        error,
        passphrase,
    } = stage
    else {
        panic!("the stage is {stage:?}");
    };
    assert!(!missing && !passphrase);
    let need = device.core.in_need();
    assert!(*need.borrow(), "it cannot go on alone");
    assert!(error.message.contains("stay signed in"), "{error}");
    assert!(device.core.retry_keychain().await.is_err(), "still locked");

    device.vault.refuse(None);
    device.core.retry_keychain().await.unwrap();
    assert_eq!(device.core.stage(), Stage::Ready);
    assert!(!*need.borrow());
    device.live().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_keychain_nobody_is_half_signed_in() {
    let workspace = Workspace::start().await;
    let device = Device::start().await;
    device.vault.refuse(Some(VaultError::Missing));
    let error = device.sign_in(&workspace.url()).await.unwrap_err();
    assert_eq!(error.code, ErrorCode::NoKeychain, "{error}");
    assert!(error.message.contains("No keychain"), "{error}");
    assert_eq!(device.core.stage(), first_run());
    assert_eq!(device.files(), [""; 0]);
    let devices: Vec<DeviceInfo> = workspace.ask("GET", "/api/v1/devices", &()).await.unwrap();
    assert_eq!(
        devices.len(),
        1,
        "the server keeps no device that never was one"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_revoked_device_is_wiped_and_says_what_was_lost() {
    let mut workspace = Workspace::start().await;
    let device = workspace.device().await;
    let mut visitor = workspace.visitor().await;
    visitor.writes("hello").await.unwrap();
    let conversation = device.conversation_saying("hello").await;
    workspace.stop().await;
    device.lost().await;
    device.reply(conversation, "too late").await;
    workspace.start_again().await;

    // Revoked before it is back: its outbox can never be sent.
    let devices: Vec<DeviceInfo> = workspace.ask("GET", "/api/v1/devices", &()).await.unwrap();
    let desk = devices.iter().find(|it| it.name == "test desk").unwrap();
    let path = format!("/api/v1/devices/{}", desk.id);
    let revoked: Result<(), String> = workspace.ask("DELETE", &path, &()).await;
    revoked.unwrap();
    let _ = device.core.try_now();
    let stage = device
        .until_stage("to end", |stage| matches!(stage, Stage::FirstRun { .. }))
        .await;
    let Stage::FirstRun {
        because: Some(because),
        lost_unsent,
    } = stage
    else {
        panic!("it says why: {stage:?}");
    };
    assert_eq!(because.code, ErrorCode::NotSignedIn);
    // The reply may have gone out in the moment between the two.
    assert!(lost_unsent <= 1);
    assert_eq!(device.vault.names(), [""; 0]);
    assert_eq!(device.files(), [""; 0]);
    let query = device.core.conversation(conversation).await;
    assert_eq!(query.unwrap_err().code, ErrorCode::NotSignedIn);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sign_out_asks_first_while_something_is_unsent() {
    let mut workspace = Workspace::start().await;
    let device = workspace.device().await;
    workspace.visitor().await.writes("hello").await.unwrap();
    let conversation = device.conversation_saying("hello").await;
    workspace.stop().await;
    device.lost().await;
    device.reply(conversation, "unsent").await;

    let error = device.core.sign_out(false).await.unwrap_err();
    assert_eq!(error.code, ErrorCode::Conflict);
    assert_eq!(device.core.stage(), Stage::Ready, "nothing happened");
    device.core.sign_out(true).await.unwrap();
    assert_eq!(device.core.stage(), first_run());
    assert_eq!(device.vault.names(), [""; 0]);
    assert_eq!(device.files(), [""; 0]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sign_out_ends_the_device_on_the_server() {
    let workspace = Workspace::start().await;
    let device = workspace.device().await;
    device.core.sign_out(false).await.unwrap();
    let devices: Vec<DeviceInfo> = workspace.ask("GET", "/api/v1/devices", &()).await.unwrap();
    assert_eq!(devices.len(), 1, "only the one that set the workspace up");
    device.sign_in(&workspace.url()).await.unwrap();
    device.live().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sign_out_that_was_cut_short_is_finished_at_the_next_start() {
    let workspace = Workspace::start().await;
    let mut device = workspace.device().await;
    device.core.quit(Goodbye::Quit).await;
    // As if it had ended after the profile was marked.
    let file = device.data_dir().join("profile.json");
    let mut profile: serde_json::Value =
        serde_json::from_slice(&std::fs::read(&file).unwrap()).unwrap();
    profile["leaving"] = true.into();
    std::fs::write(&file, profile.to_string()).unwrap();
    device.start_core();
    device.started().await;
    assert_eq!(device.core.stage(), first_run());
    assert_eq!(device.vault.names(), [""; 0]);
    assert_eq!(device.files(), [""; 0]);
}

async fn broken(device: &Device) -> ErrorBody {
    match device
        .until_stage("to be broken", |it| *it != Stage::Starting)
        .await
    {
        Stage::Broken { error } => error,
        other => panic!("the stage is {other:?}"),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_keychain_that_lost_the_sign_in_signs_nobody_out_before_a_person_says_so() {
    let workspace = Workspace::start().await;
    let mut device = workspace.device().await;
    device.core.quit(Goodbye::Quit).await;
    let mut elsewhere = Vec::new();
    for name in device.vault.names() {
        elsewhere.push((
            name.clone(),
            device.vault.get(&name).await.unwrap().unwrap(),
        ));
        device.vault.delete(&name).await.unwrap();
    }
    let files = device.files();
    device.start_core();
    let error = broken(&device).await;
    assert!(error.message.contains("keychain"), "{error}");
    assert_eq!(device.files(), files, "what it cannot read stays");
    assert!(device.core.retry_keychain().await.is_err(), "still gone");

    // The other keychain is opened again.
    for (name, secret) in &elsewhere {
        device.vault.set(name, secret).await.unwrap();
    }
    device.core.retry_keychain().await.unwrap();
    assert_eq!(device.core.stage(), Stage::Ready);
    device.live().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_opened_is_opened_again_once_mended_and_removed_only_when_told() {
    let workspace = Workspace::start().await;
    let mut device = workspace.device().await;
    device.core.quit(Goodbye::Quit).await;
    let file = device
        .files()
        .into_iter()
        .find(|name| name.starts_with("workspace-") && name.ends_with(".db"))
        .unwrap();
    let file = device.data_dir().join(file);
    let whole = std::fs::read(&file).unwrap();
    std::fs::write(&file, vec![7; whole.len()]).unwrap();
    device.start_core();
    broken(&device).await;
    std::fs::write(&file, &whole).unwrap();
    device.core.retry_keychain().await.unwrap();
    assert_eq!(device.core.stage(), Stage::Ready);
    device.live().await;

    device.core.quit(Goodbye::Quit).await;
    std::fs::write(&file, vec![7; whole.len()]).unwrap();
    device.start_core();
    broken(&device).await;
    let error = device.core.sign_out(false).await.unwrap_err();
    assert_eq!(
        error.code,
        ErrorCode::Conflict,
        "nobody can say what is unsent"
    );
    assert!(file.exists());
    device.core.sign_out(true).await.unwrap();
    assert_eq!(device.core.stage(), first_run());
    assert_eq!(device.vault.names(), [""; 0]);
    assert_eq!(device.files(), [""; 0]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_profile_that_cannot_be_read_is_removed_only_when_told() {
    let mut device = Device::start().await;
    device.core.quit(Goodbye::Quit).await;
    std::fs::write(device.data_dir().join("profile.json"), b"{\"work").unwrap();
    device.start_core();
    broken(&device).await;
    assert!(device.core.sign_out(false).await.is_err());
    device.core.sign_out(true).await.unwrap();
    device.core.quit(Goodbye::Quit).await;
    device.start_core();
    device.started().await;
    assert_eq!(device.core.stage(), first_run(), "for good");
}

/// A keychain whose prompt nobody answers.
#[derive(Default)]
struct Prompting {
    waiting: Arc<()>,
    asked: tokio::sync::Notify,
}

#[async_trait::async_trait]
impl Vault for Prompting {
    async fn get(&self, _name: &str) -> Result<Option<Vec<u8>>, VaultError> {
        let _waiting = Arc::clone(&self.waiting);
        self.asked.notify_one();
        std::future::pending().await
    }
    async fn set(&self, _name: &str, _secret: &[u8]) -> Result<(), VaultError> {
        Err(VaultError::TimedOut)
    }
    async fn delete(&self, _name: &str) -> Result<(), VaultError> {
        Err(VaultError::TimedOut)
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn after_a_quit_nothing_is_opened_that_a_prompt_held_up() {
    let workspace = Workspace::start().await;
    let mut device = workspace.device().await;
    device.core.quit(Goodbye::Quit).await;
    let keychain = Arc::new(Prompting::default());
    device.start_core_with(keychain.clone());
    keychain.asked.notified().await;
    device.core.quit(Goodbye::Quit).await;
    assert_eq!(
        Arc::strong_count(&keychain.waiting),
        1,
        "nobody waits for its answer any more"
    );
    assert_eq!(device.core.stage(), Stage::Starting);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_invitation_works_once() {
    let workspace = Workspace::start().await;
    let invite = InviteRequest {
        email: "ben@example.com".into(),
        role: Role::Agent,
    };
    let invitation: Invitation = workspace
        .ask("POST", "/api/v1/invitations", &invite)
        .await
        .unwrap();
    let device = Device::start().await;
    let accept = AcceptInvitation {
        link: invitation.link,
        name: "Ben".into(),
        password: PASSWORD.into(),
    };
    device.core.accept_invitation(accept.clone()).await.unwrap();
    let me = device.until_me("to know who it is", |_| true).await;
    assert_eq!(
        (me.agent.name.as_str(), me.agent.role),
        ("Ben", Role::Agent)
    );

    let other = Device::start().await;
    let error = other.core.accept_invitation(accept).await.unwrap_err();
    assert_eq!(error.code, ErrorCode::Expired);
}

#[tokio::test(flavor = "multi_thread")]
async fn this_computer_can_be_a_workspace_and_keeps_it_over_a_sign_out() {
    let local = InProcess::new();
    let mut device = Device::start_with(Default::default(), Some(local)).await;
    let setup = UseThisComputer {
        name: "Anna".into(),
        workspace_name: "Trial".into(),
    };
    device.core.use_this_computer(setup.clone()).await.unwrap();
    device.live().await;
    let team = device
        .until("to show its team", |screen| screen.team.clone())
        .await;
    assert!(team.local);
    assert_eq!(team.workspace.name, "Trial");

    device.restart().await;
    device.live().await;
    device.core.sign_out(false).await.unwrap();
    device.core.use_this_computer(setup).await.unwrap();
    device.live().await;
    let again = device
        .until("to show its team", |screen| screen.team.clone())
        .await;
    assert_eq!(
        again.workspace.id, team.workspace.id,
        "it is the same workspace"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_build_without_an_own_workspace_says_so() {
    let device = Device::start().await;
    let setup = UseThisComputer {
        name: "Anna".into(),
        workspace_name: "Trial".into(),
    };
    let error = device.core.use_this_computer(setup).await.unwrap_err();
    assert_eq!(error.code, ErrorCode::Unavailable);
    assert_eq!(
        device.core.demo_site().await.unwrap_err().code,
        ErrorCode::Unavailable
    );
}
