//! Reading and writing. Every answer comes from the cache; nothing here waits for the network.

use agent::Core;
use agent::view::{ConversationPage, ConversationView, ListQuery, OlderMessages};
use protocol::command::Command;
use protocol::error::ErrorBody;
use protocol::ids::{ClientId, ConversationId, Seq};
use tauri::State;

use super::check;

/// A page of a list.
#[tauri::command]
pub async fn list(core: State<'_, Core>, query: ListQuery) -> Result<ConversationPage, ErrorBody> {
    check::list(&query)?;
    core.list(query).await
}

/// One conversation with its newest messages.
#[tauri::command]
pub async fn conversation(
    core: State<'_, Core>,
    conversation_id: ConversationId,
) -> Result<ConversationView, ErrorBody> {
    core.conversation(conversation_id).await
}

/// Messages before one that is shown.
#[tauri::command]
pub async fn older(
    core: State<'_, Core>,
    conversation_id: ConversationId,
    before: Seq,
) -> Result<OlderMessages, ErrorBody> {
    core.older(conversation_id, before).await
}

/// Does something to a conversation. Answers once it is kept; it is sent when it can be.
#[tauri::command]
pub async fn submit(core: State<'_, Core>, command: Command) -> Result<ClientId, ErrorBody> {
    core.submit(command).await
}

/// Sends something again that the server refused.
#[tauri::command]
pub async fn retry(core: State<'_, Core>, client_id: ClientId) -> Result<(), ErrorBody> {
    core.retry(client_id).await
}

/// Gives up something that the server refused.
#[tauri::command]
pub async fn discard(core: State<'_, Core>, client_id: ClientId) -> Result<(), ErrorBody> {
    core.discard(client_id).await
}

/// Keeps what was begun to write.
#[tauri::command]
pub async fn save_draft(
    core: State<'_, Core>,
    conversation_id: ConversationId,
    text: String,
) -> Result<(), ErrorBody> {
    core.save_draft(conversation_id, &text).await
}
