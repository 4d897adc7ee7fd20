//! What the small window for a reply may ask for: its own conversation, and a reply into it.
//!
//! Which conversation that is, its label says ([`reply_window`]), never its page.

use agent::Core;
use agent::view::{ConversationView, UiEvent};
use protocol::body::Body;
use protocol::error::{ErrorBody, ErrorCode};
use protocol::ids::{ClientId, Seq};
use tauri::ipc::Channel;
use tauri::{AppHandle, Runtime, State, WebviewWindow};

use crate::reply_window::{self, ReplyWindows};

/// [`attach`](super::session::attach) for the small window.
#[tauri::command]
pub async fn reply_attach<R: Runtime>(
    window: WebviewWindow<R>,
    core: State<'_, Core>,
    windows: State<'_, ReplyWindows>,
    channel: Channel<UiEvent>,
) -> Result<(), ErrorBody> {
    let conversation_id = reply_window::conversation_of(&window)?;
    let bridge = windows.bridge(window.label()).ok_or_else(|| {
        ErrorBody::new(ErrorCode::NotFound, "This window is being closed already.")
    })?;
    bridge.attach(channel, core.attach_reply(conversation_id));
    Ok(())
}

/// The conversation with its newest messages.
#[tauri::command]
pub async fn reply_read<R: Runtime>(
    window: WebviewWindow<R>,
    core: State<'_, Core>,
) -> Result<ConversationView, ErrorBody> {
    core.conversation(reply_window::conversation_of(&window)?)
        .await
}

/// Sends a reply. Answers once it is kept; it is sent when it can be.
#[tauri::command]
pub async fn reply_send<R: Runtime>(
    window: WebviewWindow<R>,
    core: State<'_, Core>,
    body: Body,
    seen_through: Seq,
) -> Result<ClientId, ErrorBody> {
    let conversation_id = reply_window::conversation_of(&window)?;
    core.reply(conversation_id, body, seen_through).await
}

/// Gives up a reply that the workspace refused.
#[tauri::command]
pub async fn reply_take_back<R: Runtime>(
    window: WebviewWindow<R>,
    core: State<'_, Core>,
    client_id: ClientId,
) -> Result<(), ErrorBody> {
    let conversation_id = reply_window::conversation_of(&window)?;
    core.take_reply_back(conversation_id, client_id).await
}

/// Keeps what was begun to write.
#[tauri::command]
pub async fn reply_draft<R: Runtime>(
    window: WebviewWindow<R>,
    core: State<'_, Core>,
    text: String,
) -> Result<(), ErrorBody> {
    let conversation_id = reply_window::conversation_of(&window)?;
    core.save_draft(conversation_id, &text).await
}

/// A reply is being written.
#[tauri::command]
pub async fn reply_writing<R: Runtime>(
    window: WebviewWindow<R>,
    core: State<'_, Core>,
) -> Result<(), ErrorBody> {
    core.writing(reply_window::conversation_of(&window)?);
    Ok(())
}

/// Whether anybody looks, and at the end of what was said.
#[tauri::command]
pub async fn reply_focus<R: Runtime>(
    window: WebviewWindow<R>,
    core: State<'_, Core>,
    focused: bool,
    at_end: bool,
) -> Result<(), ErrorBody> {
    core.focus_reply(reply_window::conversation_of(&window)?, focused, at_end);
    Ok(())
}

/// Opens the main window on the conversation.
#[tauri::command]
pub async fn reply_open<R: Runtime>(
    window: WebviewWindow<R>,
    core: State<'_, Core>,
) -> Result<(), ErrorBody> {
    core.go_on_in_window(reply_window::conversation_of(&window)?)
        .await;
    Ok(())
}

/// Closes the small window.
#[tauri::command]
pub async fn reply_close<R: Runtime>(
    app: AppHandle<R>,
    window: WebviewWindow<R>,
    // Not used: it refuses the call before there is a session.
    _core: State<'_, Core>,
) -> Result<(), ErrorBody> {
    reply_window::conversation_of(&window)?;
    reply_window::close(&app, window.label());
    Ok(())
}
