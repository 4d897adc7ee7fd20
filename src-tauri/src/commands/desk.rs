//! The status, what is on screen, and what leaves the window.

use agent::Core;
use agent::view::{Focus, StatusAnswer};
use protocol::error::{ErrorBody, ErrorCode};
use protocol::ids::ConversationId;
use protocol::status::{StatusChange, Via};
use serde::Deserialize;
use tauri::{AppHandle, Runtime, State};

use super::check;

/// Changes one's status. Without `confirmed`, the last agent of a site is asked first.
#[tauri::command]
pub async fn change_status(
    core: State<'_, Core>,
    change: StatusChange,
    confirmed: bool,
) -> Result<StatusAnswer, ErrorBody> {
    core.change_status(change, Via::App, confirmed).await
}

/// What the window shows, and whether anybody looks.
#[tauri::command]
pub async fn focus(core: State<'_, Core>, focus: Focus) -> Result<(), ErrorBody> {
    core.focus(focus);
    Ok(())
}

/// A reply is being written.
#[tauri::command]
pub async fn writing(
    core: State<'_, Core>,
    conversation_id: ConversationId,
) -> Result<(), ErrorBody> {
    core.writing(conversation_id);
    Ok(())
}

/// There was input inside the window.
#[tauri::command]
pub async fn input(core: State<'_, Core>) -> Result<(), ErrorBody> {
    core.input();
    Ok(())
}

/// Opens the demo site in the browser.
#[tauri::command]
pub async fn open_demo(core: State<'_, Core>) -> Result<(), ErrorBody> {
    let address = core.demo_site().await?;
    open(&check::link(&address)?)
}

/// Opens a link in the browser or the mail program.
#[tauri::command]
pub async fn open_link(url: String) -> Result<(), ErrorBody> {
    open(&check::link(&url)?)
}

/// The answer to being asked what closing means.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CloseChoice {
    /// End the app.
    Quit,
    /// Keep the window, out of the way.
    Minimise,
}

/// Closes the window in the way that was chosen, where there is no tray to close it to.
#[tauri::command]
pub async fn close_choice<R: Runtime>(
    app: AppHandle<R>,
    choice: CloseChoice,
) -> Result<(), ErrorBody> {
    match choice {
        CloseChoice::Quit => crate::quit::quit(app).await,
        CloseChoice::Minimise => crate::window::minimise(&app),
    }
    Ok(())
}

fn open(url: &url::Url) -> Result<(), ErrorBody> {
    tauri_plugin_opener::open_url(url.as_str(), None::<&str>).map_err(|_| {
        // The error quotes the link, which a visitor may have written.
        tracing::warn!(scheme = url.scheme(), "no program opened a link");
        ErrorBody::new(
            ErrorCode::Unavailable,
            "No program on this computer opens this link.",
        )
    })
}
