// Generated from crates/protocol. Do not edit: change the Rust types, then run
//   UPDATE_BINDINGS=1 cargo test -p porchlight-protocol

export const PROTOCOL_VERSION = 1;
export const BODY_NODES = 2000;
export const EMAIL_CHARACTERS = 254;
export const MESSAGE_CHARACTERS = 20000;
export const WRITING_LASTS_MS = 7000;

/**
 * One block of a [`Body`].
 */
export type Block = { "type": "paragraph",
/**
 * In reading order.
 */
inlines: Array<Inline>, } | { "type": "unknown" };

/**
 * What somebody wrote.
 */
export type Body = {
/**
 * In reading order.
 */
blocks: Array<Block>, };

/**
 * Chosen by the sender, once per intention. The server carries out one client id once, however
 * often it arrives.
 */
export type ClientId = string;

/**
 * The form of every error that crosses a border.
 */
export type ErrorBody = {
/**
 * For programs.
 */
code: ErrorCode,
/**
 * For people: what to do about it. English; a UI with other languages goes by the code.
 */
message: string, };

/**
 * What went wrong. A code is added only when somebody acts on it.
 */
export type ErrorCode = "bad_request" | "wrong_credentials" | "not_signed_in" | "not_allowed" | "not_found" | "conflict" | "too_large" | "rate_limited" | "expired" | "version_mismatch" | "origin_not_allowed" | "snapshot_needed" | "too_slow" | "unavailable" | "no_keychain" | "internal" | "unknown";

/**
 * A group of agents that conversations can belong to.
 */
export type GroupId = string;

/**
 * A run inside a block.
 */
export type Inline = { "type": "text",
/**
 * The characters.
 */
text: string, } | { "type": "unknown" };

/**
 * An instant as the server stamped it: milliseconds since 1970-01-01T00:00:00Z.
 */
export type Instant = number;

/**
 * One message in a conversation.
 */
export type MessageId = string;

/**
 * The number of an event in its workspace's log; the first event is 1, and 0 stands before all.
 * Stays below 2^53, so that it survives JavaScript.
 */
export type Seq = number;

/**
 * A website with the widget.
 */
export type SiteId = string;

/**
 * What the widget says.
 */
export type VisitorFrame = { "frame": "hello",
/**
 * [`crate::PROTOCOL_VERSION`] of the widget.
 */
version: number,
/**
 * From the snippet.
 */
site_id: SiteId,
/**
 * From an earlier visit.
 */
token: string | null,
/**
 * The newest message the widget has; 0 on a fresh page.
 */
cursor: Seq, } | { "frame": "send",
/**
 * Chosen once per message; repeated on every retry.
 */
client_id: ClientId,
/**
 * What.
 */
body: Body, } | { "frame": "choose_group",
/**
 * One of those offered.
 */
group_id: GroupId | null, } | { "frame": "set_email",
/**
 * The address.
 */
email: string, } | { "frame": "unknown" };

/**
 * What the server says to a widget.
 */
export type WidgetFrame = { "frame": "welcome",
/**
 * To keep; the same as sent when it was good, a new one otherwise.
 */
token: string,
/**
 * Of the workspace.
 */
workspace_name: string,
/**
 * Now.
 */
mode: WidgetMode,
/**
 * Names of the agents the visitor would talk to, those online or those assigned: at most
 * [`crate::limits::WIDGET_AGENTS`] of them.
 */
agents: Array<string>,
/**
 * Messages after the cursor, at most the last [`crate::limits::WELCOME_MESSAGES`] of them
 * (on a fresh page: the last [`crate::limits::HISTORY_PAGE`] of all), oldest first.
 */
messages: Array<WidgetMessage>,
/**
 * The address the visitor left, if any.
 */
email: string | null,
/**
 * The groups to choose from; empty: there is no choice.
 */
groups: Array<WidgetGroup>,
/**
 * The one chosen.
 */
group_id: GroupId | null, } | { "frame": "message" } & WidgetMessage | { "frame": "mode",
/**
 * From now on.
 */
mode: WidgetMode,
/**
 * As in the welcome.
 */
agents: Array<string>,
/**
 * As in the welcome.
 */
groups: Array<WidgetGroup>,
/**
 * As in the welcome.
 */
group_id: GroupId | null, } | { "frame": "writing",
/**
 * The agent's name.
 */
agent_name: string, } | { "frame": "email_stored",
/**
 * As stored.
 */
email: string, } | { "frame": "refused",
/**
 * Which message; absent when it was no message.
 */
client_id: ClientId | null,
/**
 * Why.
 */
error: ErrorBody, } | { "frame": "unknown" };

/**
 * A group that a visitor can choose.
 */
export type WidgetGroup = {
/**
 * To choose it by.
 */
id: GroupId,
/**
 * As the visitor reads it.
 */
name: string,
/**
 * Whether somebody in it is online.
 */
online: boolean, };

/**
 * A message as the visitor sees it.
 */
export type WidgetMessage = {
/**
 * Never reused.
 */
id: MessageId,
/**
 * Orders them.
 */
seq: Seq,
/**
 * The agent's name; `None` when the visitor wrote it.
 */
agent_name: string | null,
/**
 * What was written.
 */
body: Body,
/**
 * When the server stored it.
 */
sent_at: Instant,
/**
 * Ties a stored message to the widget's own echo; absent on agents' messages.
 */
client_id: ClientId | null, };

/**
 * What the widget is for this visitor, now.
 */
export type WidgetMode = "live_chat" | "messenger" | "hidden";
