//! The stream of what happens, and signing in and out.

use std::sync::Arc;

use agent::Core;
use agent::view::{AcceptInvitation, FoundWorkspace, SignIn, Stage, UiEvent, UseThisComputer};
use protocol::error::{ErrorBody, ErrorCode};
use tauri::ipc::Channel;
use tauri::{Runtime, State, WebviewWindow};

use super::check;
use crate::adapters::vault::ChosenVault;
use crate::adapters::vault::chosen::PassphraseError;
use crate::adapters::vault::sealed::SealError;
use crate::bridge::Bridge;
use crate::window::LABEL;

/// Hands over the channel through which the window is told what happens. What it needs to draw
/// comes first.
#[tauri::command]
pub async fn attach<R: Runtime>(
    window: WebviewWindow<R>,
    core: State<'_, Core>,
    bridge: State<'_, Bridge>,
    channel: Channel<UiEvent>,
) -> Result<(), ErrorBody> {
    // The permissions say so too; a channel in the wrong hands would show every conversation.
    if window.label() != LABEL {
        return Err(ErrorBody::new(
            ErrorCode::NotAllowed,
            "Only the main window may listen.",
        ));
    }
    bridge.attach(channel, core.attach());
    Ok(())
}

/// What an address leads to.
#[tauri::command]
pub async fn look_up(core: State<'_, Core>, address: String) -> Result<FoundWorkspace, ErrorBody> {
    check::address(&address)?;
    core.look_up(&address).await
}

/// Signs in to a workspace.
#[tauri::command]
pub async fn sign_in(core: State<'_, Core>, sign_in: SignIn) -> Result<(), ErrorBody> {
    check::sign_in(&sign_in)?;
    core.sign_in(sign_in).await
}

/// Becomes an agent of a workspace.
#[tauri::command]
pub async fn accept_invitation(
    core: State<'_, Core>,
    invitation: AcceptInvitation,
) -> Result<(), ErrorBody> {
    check::invitation(&invitation)?;
    core.accept_invitation(invitation).await
}

/// Starts a workspace inside this app.
#[tauri::command]
pub async fn use_this_computer(
    core: State<'_, Core>,
    setup: UseThisComputer,
) -> Result<(), ErrorBody> {
    check::setup(&setup)?;
    core.use_this_computer(setup).await
}

/// Asks the keychain once more, and opens what is stored.
#[tauri::command]
pub async fn retry_keychain(core: State<'_, Core>) -> Result<(), ErrorBody> {
    core.retry_keychain().await
}

/// Opens the file of secrets, or chooses to have one where no keychain runs; then goes on.
#[tauri::command]
pub async fn use_passphrase(
    core: State<'_, Core>,
    vault: State<'_, Arc<ChosenVault>>,
    passphrase: String,
) -> Result<(), ErrorBody> {
    check::passphrase(&passphrase)?;
    let first_run = matches!(core.stage(), Stage::FirstRun { .. });
    vault
        .use_passphrase(&passphrase, first_run)
        .await
        .map_err(|error| match error {
            PassphraseError::Seal(SealError::WrongPassphrase) => {
                ErrorBody::new(ErrorCode::WrongCredentials, "That is not the passphrase.")
            }
            PassphraseError::Seal(SealError::Failed(cause)) => {
                tracing::error!(%cause, "the file of secrets cannot be used");
                ErrorBody::new(
                    ErrorCode::Internal,
                    "The file with your sign-in cannot be read or written. Check that the disk is \
                     not full and that the folder can be written.",
                )
            }
            PassphraseError::KeychainThere => ErrorBody::new(
                ErrorCode::Conflict,
                "Your sign-in belongs to the keychain of this computer. Start it, or unlock it, and \
                 try again.",
            ),
        })?;
    core.retry_keychain().await
}

/// Signs out, and forgets everything stored here. Refuses while something is unsent, unless forced.
#[tauri::command]
pub async fn sign_out(
    core: State<'_, Core>,
    vault: State<'_, Arc<ChosenVault>>,
    force: bool,
) -> Result<(), ErrorBody> {
    // Whoever has forgotten the passphrase and removes what is here chooses anew afterwards.
    let forgotten =
        force && matches!(core.stage(), Stage::KeychainLocked { passphrase, .. } if passphrase);
    core.sign_out(force).await?;
    if forgotten && let Err(error) = vault.give_up() {
        tracing::warn!(%error, "the file of secrets was not put aside");
    }
    Ok(())
}

/// Does not wait for the next try to connect.
#[tauri::command]
pub async fn try_now(core: State<'_, Core>) -> Result<(), ErrorBody> {
    core.try_now()
}
