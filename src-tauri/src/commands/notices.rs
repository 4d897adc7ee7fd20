//! What is set for notices, the ledger, and the card of an absence.

use agent::Core;
use agent::view_notices::{LedgerPage, LedgerRequest};
use protocol::error::ErrorBody;
use rules::notices::settings::{NoticeSettings, Sound, VOLUME_MAX};
use tauri::State;

/// What is set for the notices of this computer.
#[tauri::command]
pub async fn notice_settings(core: State<'_, Core>) -> Result<NoticeSettings, ErrorBody> {
    core.notice_settings().await
}

/// Sets that.
#[tauri::command]
pub async fn save_notice_settings(
    core: State<'_, Core>,
    settings: NoticeSettings,
) -> Result<(), ErrorBody> {
    core.save_notice_settings(settings).await
}

/// Lets a sound be heard.
#[tauri::command]
pub async fn try_sound(core: State<'_, Core>, sound: Sound, volume: u8) -> Result<(), ErrorBody> {
    core.try_sound(sound, volume.min(VOLUME_MAX));
    Ok(())
}

/// What became of notices, and why.
#[tauri::command]
pub async fn ledger(
    core: State<'_, Core>,
    request: LedgerRequest,
) -> Result<LedgerPage, ErrorBody> {
    core.ledger_page(request).await
}

/// Puts the card of an absence away.
#[tauri::command]
pub async fn dismiss_away(core: State<'_, Core>) -> Result<(), ErrorBody> {
    core.dismiss_away().await
}
