// Generated from crates/protocol. Do not edit: change the Rust types, then run
//   UPDATE_BINDINGS=1 cargo test -p porchlight-protocol

export const PROTOCOL_VERSION = 1;
export const BODY_NODES = 2000;
export const AGENTS_PER_COMMAND = 100;
export const EMAIL_CHARACTERS = 254;
export const MESSAGE_CHARACTERS = 20000;
export const NAME_CHARACTERS = 120;
export const PASSWORD_MIN_CHARACTERS = 8;
export const WRITING_EVERY_MS = 3000;
export const TIMED_MIN_MS = 60000;
export const TIMED_MAX_MS = 86400000;
export const IDLE_MIN_MINUTES = 1;
export const IDLE_MAX_MINUTES = 240;
export const CLOSE_AFTER_HOURS = 24;
export const CLOSE_AFTER_MAX_HOURS = 720;
export const SPANS_PER_DAY = 12;
export const HOURS_EXCEPTIONS = 100;

/**
 * `POST /api/v1/invitations/accept`.
 */
export type AcceptInvitationRequest = {
/**
 * From the link.
 */
code: string,
/**
 * Of the new agent.
 */
name: string,
/**
 * Of the new agent.
 */
password: string,
/**
 * As the agent's list of devices shows it.
 */
device_name: string, };

/**
 * What a device reports of the machine it runs on. Durations, never wall time: a device's clock may
 * be wrong, so the server subtracts from its own.
 */
export type Activity = { "state": "active" } | { "state": "idle",
/**
 * Milliseconds since the last input.
 */
for_ms: number, } | { "state": "locked",
/**
 * Milliseconds since it was locked.
 */
for_ms: number, } | { "state": "limited",
/**
 * Milliseconds since the last input inside the app.
 */
for_ms: number, };

/**
 * A person who answers, as the team sees them.
 */
export type Agent = {
/**
 * Never reused.
 */
id: AgentId,
/**
 * As visitors and colleagues read it.
 */
name: string,
/**
 * Also the name to sign in with.
 */
email: string,
/**
 * What they may do.
 */
role: Role, };

/**
 * A person who answers.
 */
export type AgentId = string;

/**
 * What an agent set for themselves. Alike on all their devices.
 */
export type AgentSettings = {
/**
 * When idle counts as away.
 */
idle: IdleDelay,
/**
 * When a locked machine counts as away.
 */
lock: LockDelay,
/**
 * What happens on return after idle, lock or sleep.
 */
on_return: OnReturn,
/**
 * New chats are offered also while Invisible, if online agents take longer than 30 seconds.
 */
invisible_offers: boolean,
/**
 * Availability hours.
 */
hours: Hours | null, };

/**
 * Who wrote a message.
 */
export type Author = { "by": "visitor" } | { "by": "agent",
/**
 * Which.
 */
agent_id: AgentId, } | { "by": "unknown" };

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
 * The status that was picked, or came to be in force without a pick (hours, the end of a timed
 * choice or of a wind-down).
 */
export type Choice = {
/**
 * The pick.
 */
status: Status,
/**
 * When the server learned of it, or when it came into force.
 */
at: Instant,
/**
 * Who or what picked.
 */
source: ChoiceSource,
/**
 * What it leads to, while it is in force.
 */
plan: Plan | null, };

/**
 * Who made a choice.
 */
export type ChoiceSource = { "by": "first_sign_in" } | { "by": "agent",
/**
 * In which way.
 */
via: Via, } | { "by": "admin",
/**
 * Which one.
 */
agent_id: AgentId,
/**
 * The choice that was in force before: what *undo* goes back to.
 */
before: Status, } | { "by": "time_up" } | { "by": "hours" } | { "by": "wound_down" } | { "by": "unknown" };

/**
 * Chosen by the sender, once per intention. The server carries out one client id once, however
 * often it arrives.
 */
export type ClientId = string;

/**
 * What an agent can do to a conversation.
 */
export type Command = { "kind": "reply",
/**
 * Where.
 */
conversation_id: ConversationId,
/**
 * What.
 */
body: Body,
/**
 * The newest message the writer had before them: the ground of the reply guard.
 */
seen_through: Seq, } | { "kind": "comment",
/**
 * Where.
 */
conversation_id: ConversationId,
/**
 * What.
 */
body: Body,
/**
 * Agents named in it.
 */
mentions: Array<AgentId>, } | { "kind": "assign",
/**
 * Which conversation.
 */
conversation_id: ConversationId,
/**
 * Who answers from now on.
 */
agents: Array<AgentId>, } | { "kind": "add_agent",
/**
 * Which conversation.
 */
conversation_id: ConversationId,
/**
 * Who joins.
 */
agent_id: AgentId, } | { "kind": "leave",
/**
 * Which conversation.
 */
conversation_id: ConversationId, } | { "kind": "set_group",
/**
 * Which conversation.
 */
conversation_id: ConversationId,
/**
 * Where to.
 */
group_id: GroupId | null, } | { "kind": "close",
/**
 * Which conversation.
 */
conversation_id: ConversationId, } | { "kind": "reopen",
/**
 * Which conversation.
 */
conversation_id: ConversationId, } | { "kind": "mark_read",
/**
 * Which conversation.
 */
conversation_id: ConversationId,
/**
 * The newest message read.
 */
through: Seq, };

/**
 * The answer to a carried-out command, and to each repetition of it.
 */
export type CommandDone = {
/**
 * The newest event that the sender can see once it was carried out: a device whose cursor has
 * come to it has everything that came of the command.
 */
seq: Seq,
/**
 * The message it made, if it made one.
 */
message_id: MessageId | null, };

/**
 * The envelope of a [`Command`]: `POST /api/v1/commands`.
 */
export type CommandRequest = {
/**
 * Chosen once per intention; repeated on every retry.
 */
client_id: ClientId,
/**
 * What to do.
 */
command: Command, };

/**
 * One thread with one visitor, without its messages.
 */
export type Conversation = {
/**
 * Never reused.
 */
id: ConversationId,
/**
 * Where it began.
 */
site_id: SiteId,
/**
 * At most one.
 */
group_id: GroupId | null,
/**
 * The other side.
 */
visitor: Visitor,
/**
 * Open or closed.
 */
state: ConversationState,
/**
 * The agents who answer it, in the order they joined. Nobody: unassigned.
 */
assigned: Array<AgentId>,
/**
 * Of the first message.
 */
created_at: Instant,
/**
 * Of the newest message.
 */
last_message_at: Instant,
/**
 * First visitor message after the last agent's reply; `None` while nothing waits.
 */
waiting_since: Instant | null,
/**
 * Red: the visitor waits, and nobody is there or nobody replies. Decided by the server.
 */
missed: Missed | null, };

/**
 * One thread with one visitor.
 */
export type ConversationId = string;

/**
 * Whether a conversation goes on.
 */
export type ConversationState = "open" | "closed";

/**
 * A conversation and its last messages.
 */
export type ConversationTail = {
/**
 * Without messages.
 */
conversation: Conversation,
/**
 * The last [`crate::limits::SNAPSHOT_TAIL`] of them at most, oldest first.
 */
messages: Array<Message>,
/**
 * Whether older messages exist.
 */
more: boolean, };

/**
 * What a device says.
 */
export type DeviceFrame = { "frame": "hello" } & Hello | { "frame": "claim",
/**
 * Of the machine, now.
 */
activity: Activity, } | { "frame": "heartbeat" } | { "frame": "activity",
/**
 * What it is now.
 */
activity: Activity, } | { "frame": "set_choice",
/**
 * Ties [`ServerFrame::ChoiceDone`] to the pick.
 */
client_id: ClientId,
/**
 * The pick.
 */
change: StatusChange,
/**
 * In which way it was picked.
 */
via: Via,
/**
 * The time zone of the device, like `Europe/Berlin`: "until tomorrow" goes by it for an agent
 * who has set no hours, and so no zone. Absent, or unknown to the server: UTC.
 */
zone: string | null,
/**
 * Milliseconds between the pick and this frame: a pick made before the connection was lost
 * gives way to one the server holds from later.
 */
made_ms_ago: number, } | { "frame": "looking",
/**
 * `None`: no conversation.
 */
conversation_id: ConversationId | null, } | { "frame": "writing",
/**
 * Where.
 */
conversation_id: ConversationId, } | { "frame": "goodbye",
/**
 * Why.
 */
reason: Goodbye, } | { "frame": "unknown" };

/**
 * One signed-in installation of the app.
 */
export type DeviceId = string;

/**
 * `GET /api/v1/devices`: one of the agent's devices.
 */
export type DeviceInfo = {
/**
 * To revoke it by.
 */
id: DeviceId,
/**
 * As it called itself.
 */
name: string,
/**
 * First sign-in.
 */
signed_in_at: Instant,
/**
 * Last time it was connected.
 */
last_seen_at: Instant,
/**
 * Whether it is the asking one.
 */
this_device: boolean, };

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
 * One entry of the log.
 */
export type Event = { "kind": "workspace_changed",
/**
 * As it is now.
 */
workspace: Workspace, } | { "kind": "agent_changed",
/**
 * As they are now.
 */
agent: Agent, } | { "kind": "agent_removed",
/**
 * Who.
 */
agent_id: AgentId, } | { "kind": "group_changed",
/**
 * As it is now.
 */
group: Group, } | { "kind": "site_changed",
/**
 * As it is now.
 */
site: Site, } | { "kind": "conversation_changed",
/**
 * As it is now.
 */
conversation: Conversation,
/**
 * The agent who did it, by a command; `None` when a visitor did, or it came by itself.
 */
by: AgentId | null, } | { "kind": "conversation_gained",
/**
 * As it is now.
 */
conversation: Conversation,
/**
 * Its last messages, at most [`crate::limits::SNAPSHOT_TAIL`].
 */
messages: Array<Message>,
/**
 * Whether older messages exist.
 */
more: boolean, } | { "kind": "conversation_lost",
/**
 * Which.
 */
conversation_id: ConversationId, } | { "kind": "conversation_erased",
/**
 * Which.
 */
conversation_id: ConversationId, } | { "kind": "message_added",
/**
 * What.
 */
message: Message, } | { "kind": "read_through",
/**
 * How far.
 */
mark: ReadMark, } | { "kind": "presence_changed",
/**
 * As it is now.
 */
presence: TeamPresence, } | { "kind": "own_presence",
/**
 * The choice in force.
 */
choice: Choice,
/**
 * What others get, and why.
 */
presence: Presence,
/**
 * The next change that comes by itself.
 */
next: NextChange | null, } | { "kind": "own_settings",
/**
 * As they are now.
 */
settings: AgentSettings, } | { "kind": "unknown" };

/**
 * An event on its way to one agent.
 */
export type EventFrame = {
/**
 * Its number.
 */
seq: Seq,
/**
 * The last number before it that is visible to this agent. Anything else than the receiver's
 * cursor is a gap.
 */
prev: Seq,
/**
 * What happened.
 */
event: Event, };

/**
 * Why a device gives up its lease.
 */
export type Goodbye = "signed_out" | "quit" | "asleep";

/**
 * A group of agents.
 */
export type Group = {
/**
 * Never reused.
 */
id: GroupId,
/**
 * As the team reads it.
 */
name: string,
/**
 * In order of id.
 */
members: Array<AgentId>, };

/**
 * A group of agents that conversations can belong to.
 */
export type GroupId = string;

/**
 * The answer to a made group.
 */
export type GroupMade = {
/**
 * Its id.
 */
id: GroupId, };

/**
 * `POST /api/v1/groups` and `PUT /api/v1/groups/{id}` (admin).
 */
export type GroupRequest = {
/**
 * As the team reads it.
 */
name: string,
/**
 * Who is in it.
 */
members: Array<AgentId>, };

/**
 * The first frame of a device.
 */
export type Hello = {
/**
 * [`crate::PROTOCOL_VERSION`] of the device.
 */
version: number,
/**
 * Names of optional abilities the device has. Unknown ones are ignored.
 */
capabilities: Array<string>,
/**
 * The device's token.
 */
token: string,
/**
 * The last event the device has stored.
 */
cursor: Seq, };

/**
 * `GET /api/v1/conversations/{id}/messages?before=SEQ`: a page of history, oldest first.
 */
export type HistoryPage = {
/**
 * At most [`crate::limits::HISTORY_PAGE`].
 */
messages: Array<Message>,
/**
 * Whether older ones exist.
 */
more: boolean,
/**
 * The log's end when the page was read.
 */
as_of: Seq, };

/**
 * The hours of one agent. Without any span (and without exceptions that have some) there are no
 * boundaries, and nothing ever changes by hours.
 */
export type Hours = {
/**
 * Name of the zone in the IANA database, like `Europe/Berlin`.
 */
zone: string,
/**
 * Seven days, Monday first; each a list of spans that start on it, in order.
 */
week: Array<Array<Span>>,
/**
 * Days that differ, in order; they do not overlap.
 */
exceptions: Array<HoursException>, };

/**
 * Days on which other spans start than the week says.
 */
export type HoursException = {
/**
 * The first day, like `2026-12-24`.
 */
first: string,
/**
 * The last day; the same as the first for a single day.
 */
last: string,
/**
 * What the agent calls it; may be empty.
 */
name: string,
/**
 * The spans that start on each of these days; none: Offline all day.
 */
spans: Array<Span>, };

/**
 * How long without input counts as away.
 */
export type IdleDelay = { "delay": "workspace" } | { "delay": "off" } | { "delay": "minutes",
/**
 * 1 to 240.
 */
minutes: number, };

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
 * The answer: a link that works once, for 72 hours.
 */
export type Invitation = {
/**
 * For the admin's list.
 */
id: InvitationId,
/**
 * To hand over.
 */
link: string,
/**
 * The end of it.
 */
expires_at: Instant, };

/**
 * An unused invitation into the workspace.
 */
export type InvitationId = string;

/**
 * `POST /api/v1/invitations` (admin): invites an agent.
 */
export type InviteRequest = {
/**
 * Whom; the agent signs in with this address.
 */
email: string,
/**
 * As what.
 */
role: Role, };

/**
 * How long a locked machine still counts as there.
 */
export type LockDelay = "at_once" | "half_minute" | "one_minute" | "five_minutes" | "off";

/**
 * One message.
 */
export type Message = {
/**
 * Never reused.
 */
id: MessageId,
/**
 * Where it stands.
 */
conversation_id: ConversationId,
/**
 * The event that added it; orders the messages of a conversation.
 */
seq: Seq,
/**
 * Who wrote it.
 */
author: Author,
/**
 * Whom it reaches.
 */
kind: MessageKind,
/**
 * What was written.
 */
body: Body,
/**
 * When the server stored it.
 */
sent_at: Instant,
/**
 * As the sender chose it; ties the stored message to the sender's local echo.
 */
client_id: ClientId,
/**
 * Agents mentioned in a comment.
 */
mentions: Array<AgentId>, };

/**
 * One message in a conversation.
 */
export type MessageId = string;

/**
 * Whom a message reaches.
 */
export type MessageKind = "reply" | "comment";

/**
 * A visitor waits, and nobody is there or nobody replies. It stays until somebody replies or the
 * conversation closes.
 */
export type Missed = {
/**
 * When it became so.
 */
since: Instant,
/**
 * Why.
 */
because: MissedBecause, };

/**
 * Why a conversation is missed.
 */
export type MissedBecause = "absence" | "silence";

/**
 * The next change that comes by itself.
 */
export type NextChange = {
/**
 * When.
 */
at: Instant,
/**
 * What the choice becomes.
 */
status: Status,
/**
 * Why: [`ChoiceSource::Hours`] or [`ChoiceSource::TimeUp`].
 */
source: ChoiceSource, };

/**
 * What happens on return after a drop.
 */
export type OnReturn = "restore" | "ask" | "stay_offline";

/**
 * What a choice leads to without another pick.
 */
export type Plan = { "plan": "timed",
/**
 * Until then.
 */
until: Instant, } | { "plan": "wind_down" } | { "plan": "unknown" };

/**
 * The status others get, with its reason and age.
 */
export type Presence = {
/**
 * Derived from the choice and the facts.
 */
status: Status,
/**
 * Why.
 */
reason: Reason,
/**
 * Since when this status and reason hold.
 */
since: Instant, };

/**
 * How far an agent has read a conversation. Alike on all devices of the agent.
 */
export type ReadMark = {
/**
 * Which conversation.
 */
conversation_id: ConversationId,
/**
 * All messages up to this one are read.
 */
through: Seq, };

/**
 * Why presence is what it is. Only the agent gets this in detail.
 */
export type Reason = { "why": "chosen" } | { "why": "idle",
/**
 * The last input, as the server reckoned it.
 */
since: Instant, } | { "why": "locked",
/**
 * When the last of them was locked.
 */
since: Instant, } | { "why": "asleep" } | { "why": "signed_out" } | { "why": "quit" } | { "why": "connection_lost" } | { "why": "held" } | { "why": "unknown" };

/**
 * What an agent may do.
 */
export type Role = "admin" | "agent";

/**
 * The number of an event in its workspace's log; the first event is 1, and 0 stands before all.
 * Stays below 2^53, so that it survives JavaScript.
 */
export type Seq = number;

/**
 * What the server says.
 */
export type ServerFrame = { "frame": "welcome",
/**
 * [`crate::PROTOCOL_VERSION`] of the server.
 */
version: number,
/**
 * Names of optional abilities of the server.
 */
capabilities: Array<string>, } | { "frame": "event" } & EventFrame | { "frame": "caught_up",
/**
 * The device's cursor once it has stored them all.
 */
seq: Seq, } | { "frame": "choice_done",
/**
 * Whose answer this is.
 */
client_id: ClientId,
/**
 * `false` when the server holds a choice made after the pick, or refused it.
 */
accepted: boolean,
/**
 * Why it was refused; absent when it was accepted or is just older.
 */
error: ErrorBody | null, } | { "frame": "idle_soon",
/**
 * The drop comes in so many milliseconds.
 */
in_ms: number, } | { "frame": "idle_over" } | { "frame": "hours_end_soon",
/**
 * When they end.
 */
at: Instant,
/**
 * Open conversations of theirs.
 */
open: number, } | { "frame": "looked_at",
/**
 * In order.
 */
conversation_ids: Array<ConversationId>, } | { "frame": "error" } & ErrorBody | { "frame": "unknown" };

/**
 * `PUT /api/v1/settings` (admin).
 */
export type SettingsRequest = {
/**
 * Of the workspace.
 */
name: string,
/**
 * 1 to 240; `None` switches idle off.
 */
idle_minutes: number | null,
/**
 * Which statuses may be picked.
 */
statuses: StatusSettings,
/**
 * Whether admins may read the agents' logs of status changes.
 */
status_log_for_admins: boolean,
/**
 * Hours of silence after which a conversation closes by itself, 1 to
 * [`crate::limits::CLOSE_AFTER_MAX_HOURS`]; `None`: never.
 */
close_after_hours: number | null, };

/**
 * `POST /api/v1/setup`: makes the first admin, once. Needs the setup code that the server prints.
 */
export type SetupRequest = {
/**
 * Printed by the server at its first start.
 */
setup_code: string,
/**
 * Of the workspace.
 */
workspace_name: string,
/**
 * Of the admin.
 */
name: string,
/**
 * Of the admin.
 */
email: string,
/**
 * Of the admin.
 */
password: string,
/**
 * As the admin's list of devices shows it.
 */
device_name: string, };

/**
 * `POST /api/v1/sessions`: signs a device in.
 */
export type SignInRequest = {
/**
 * Of the agent.
 */
email: string,
/**
 * Of the agent.
 */
password: string,
/**
 * As the agent's list of devices shows it.
 */
device_name: string, };

/**
 * The answer to a setup, sign-in or accepted invitation.
 */
export type SignedIn = {
/**
 * Opaque, 256 bits; the server keeps only a hash.
 */
token: string,
/**
 * This device.
 */
device_id: DeviceId,
/**
 * This agent.
 */
agent_id: AgentId,
/**
 * The workspace.
 */
workspace_id: WorkspaceId,
/**
 * Its name.
 */
workspace_name: string, };

/**
 * A website with the widget.
 */
export type Site = {
/**
 * In the snippet that the website carries.
 */
id: SiteId,
/**
 * As the team reads it.
 */
name: string,
/**
 * Origins whose pages may frame the widget, like `https://shop.example`.
 */
origins: Array<string>,
/**
 * Setting.
 */
when_nobody: WhenNobody,
/**
 * The groups that answer it, in the order visitors choose from; empty: the whole team answers,
 * and visitors choose none.
 */
groups: Array<GroupId>, };

/**
 * A website with the widget.
 */
export type SiteId = string;

/**
 * The answer to a made site.
 */
export type SiteMade = {
/**
 * Its id.
 */
id: SiteId, };

/**
 * `POST /api/v1/sites` and `PUT /api/v1/sites/{id}` (admin).
 */
export type SiteRequest = {
/**
 * As the team reads it.
 */
name: string,
/**
 * Origins whose pages may frame the widget.
 */
origins: Array<string>,
/**
 * Setting.
 */
when_nobody: WhenNobody,
/**
 * The groups that answer it; empty: the whole team.
 */
groups: Array<GroupId>, };

/**
 * What a device starts from. Lists are in order of id, so that two snapshots can be compared.
 */
export type Snapshot = {
/**
 * The last event visible to this agent that is contained: the device's first cursor.
 */
seq: Seq,
/**
 * Whose view this is.
 */
agent_id: AgentId,
/**
 * The workspace.
 */
workspace: Workspace,
/**
 * Everybody who answers.
 */
agents: Array<Agent>,
/**
 * All groups.
 */
groups: Array<Group>,
/**
 * All sites.
 */
sites: Array<Site>,
/**
 * The team's presence.
 */
team: Array<TeamPresence>,
/**
 * One's own choice.
 */
choice: Choice,
/**
 * One's own presence, with its reason.
 */
presence: Presence,
/**
 * The next change of it that comes by itself.
 */
next: NextChange | null,
/**
 * One's own settings.
 */
settings: AgentSettings,
/**
 * The conversations this agent can see, each with its tail.
 */
conversations: Array<ConversationTail>,
/**
 * How far this agent has read.
 */
read: Array<ReadMark>, };

/**
 * A span of local time that starts on one day. An end before its start means the next day; an end
 * equal to the start would be empty and is refused.
 */
export type Span = {
/**
 * Minutes since midnight, 0 to 1439.
 */
from: number,
/**
 * Minutes since midnight, 0 to 1440 (the end of the day).
 */
to: number, };

/**
 * What can be picked, and what others get.
 */
export type Status = "online" | "busy" | "invisible" | "offline";

/**
 * What an agent asks for.
 */
export type StatusChange = { "change": "pick",
/**
 * Which.
 */
status: Status, } | { "change": "timed",
/**
 * Which.
 */
status: Status,
/**
 * How long.
 */
term: Term, } | { "change": "wind_down" } | { "change": "stay_online" };

/**
 * `GET /api/v1/agents/{id}/status-log?from=MS&to=MS` (`me` or, for admins where the workspace allows
 * it, another agent's id): changes of one's status, oldest first.
 */
export type StatusLog = {
/**
 * The one in force at `from`, then every change before `to`; at most
 * [`crate::limits::STATUS_LOG_PAGE`].
 */
entries: Array<StatusLogEntry>,
/**
 * Whether later ones exist before `to`.
 */
more: boolean, };

/**
 * One entry of an agent's log of status changes: from then on, this.
 */
export type StatusLogEntry = {
/**
 * From when.
 */
at: Instant,
/**
 * What others got, and why.
 */
presence: Presence,
/**
 * The choice in force.
 */
choice: Choice, };

/**
 * Which statuses an agent may pick, beside Online and Invisible: a setting of the workspace.
 */
export type StatusSettings = {
/**
 * Busy may be picked. Off at first.
 */
busy: boolean,
/**
 * Offline may be picked. Off: *automatic only*, where inactivity and sign-out set it and coming
 * back always restores the choice. On at first.
 */
offline_by_hand: boolean, };

/**
 * What the team sees of an agent.
 */
export type TeamPresence = {
/**
 * Whose.
 */
agent_id: AgentId,
/**
 * The presence, without its reason.
 */
status: Status,
/**
 * Its age.
 */
since: Instant,
/**
 * Their load: open conversations they are assigned to.
 */
open: number, };

/**
 * How long a timed choice lasts, as it is asked for. Never a wall time of the device, whose clock
 * may be wrong: the server reckons in the time zone of the agent's hours, or else of the device.
 */
export type Term = { "term": "for",
/**
 * [`crate::limits::TIMED_MIN_MS`] to [`crate::limits::TIMED_MAX_MS`].
 */
ms: number, } | { "term": "tomorrow" } | { "term": "at",
/**
 * Minutes since midnight, 0 to 1439.
 */
minute: number, };

/**
 * The way in which an agent picked.
 */
export type Via = "app" | "tray" | "command_line" | "shortcut" | "notification" | "unknown";

/**
 * Who wrote from the website.
 */
export type Visitor = {
/**
 * Stable over visits in the same browser.
 */
id: VisitorId,
/**
 * Once known.
 */
name: string | null,
/**
 * Once known.
 */
email: string | null, };

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
 * A person on a website with the widget.
 */
export type VisitorId = string;

/**
 * What the widget of a site is while nobody is online.
 */
export type WhenNobody = "messenger" | "hidden";

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

/**
 * The workspace itself.
 */
export type Workspace = {
/**
 * Part of links, keychain entries and file names.
 */
id: WorkspaceId,
/**
 * Shown beside the lamp.
 */
name: string,
/**
 * Minutes without input after which an agent counts as away, unless they set their own; `None`
 * switches idle off.
 */
idle_minutes: number | null,
/**
 * Which statuses may be picked.
 */
statuses: StatusSettings,
/**
 * Whether admins may read the agents' logs of status changes. Off at first.
 */
status_log_for_admins: boolean,
/**
 * Hours of silence after which a conversation closes by itself; `None`: never.
 */
close_after_hours: number | null, };

/**
 * One team: its agents, groups, sites, conversations and settings.
 */
export type WorkspaceId = string;

/**
 * `GET /api/v1/workspace`: what anybody may know before signing in.
 */
export type WorkspaceInfo = {
/**
 * Proof that this is Porchlight: always `"porchlight"`.
 */
product: string,
/**
 * [`crate::PROTOCOL_VERSION`] of the server.
 */
version: number,
/**
 * The workspace.
 */
id: WorkspaceId,
/**
 * Its name.
 */
name: string,
/**
 * Whether the first admin is still to be made.
 */
needs_setup: boolean, };
