// Generated from crates/agent/src/view*.rs. Do not edit: change the Rust types, then run
//   UPDATE_BINDINGS=1 cargo test -p porchlight-agent --test bindings

import type {
  Agent,
  AgentId,
  AgentSettings,
  Body,
  Choice,
  ClientId,
  Conversation,
  ConversationId,
  ErrorBody,
  Group,
  GroupId,
  Instant,
  MessageId,
  MessageKind,
  NextChange,
  Presence,
  Seq,
  Site,
  Status,
  StatusChange,
  TeamPresence,
  Via,
  Workspace,
} from "./protocol";

/**
 * What accepting an invitation asks for.
 */
export type AcceptInvitation = {
/**
 * As received.
 */
link: string,
/**
 * Of the new agent.
 */
name: string,
/**
 * Of the new agent.
 */
password: string, };

/**
 * The dot on a conversation.
 */
export type Attention = "none" | "new" | "missed";

/**
 * One conversation of the card.
 */
export type AwayItem = {
/**
 * A click leads there.
 */
conversation_id: ConversationId,
/**
 * The visitor's name or address, once known.
 */
name: string | null,
/**
 * What became of it.
 */
fate: Fate, };

/**
 * What happened while the agent was away.
 */
export type AwayView = {
/**
 * Since when, where that is known.
 */
since: Instant | null,
/**
 * Who waits first, missed before all; then those that were answered.
 */
items: Array<AwayItem>,
/**
 * More of them than are listed.
 */
more: number, };

/**
 * The connection to the workspace.
 */
export type ConnectionView = { "state": "connecting" } | { "state": "live" } | { "state": "catching_up" } | { "state": "lost",
/**
 * Since when; `None` if it never was connected since the start.
 */
since: Instant | null,
/**
 * When the next try is due.
 */
next_try_at: Instant,
/**
 * What the last try met.
 */
error: ErrorBody, };

/**
 * One row of the list.
 */
export type ConversationItem = {
/**
 * The conversation; names of group and agents are in the [`TeamView`].
 */
conversation: Conversation,
/**
 * The dot.
 */
attention: Attention,
/**
 * Of the newest message, or of the draft.
 */
preview: Preview, };

/**
 * A page of a list.
 */
export type ConversationPage = {
/**
 * In the order asked for.
 */
items: Array<ConversationItem>,
/**
 * How many there are in all.
 */
total: number, };

/**
 * An open conversation.
 */
export type ConversationView = {
/**
 * Without messages.
 */
conversation: Conversation,
/**
 * The newest ones, oldest first; own unconfirmed ones stand last.
 */
messages: Array<MessageItem>,
/**
 * Whether older ones exist, here or on the server.
 */
more: boolean,
/**
 * The newest message here: goes with a reply as its ground.
 */
seen_through: Seq,
/**
 * How far I have read.
 */
read_through: Seq,
/**
 * What I began to write.
 */
draft: string, };

/**
 * The numbers beside the navigation: open conversations.
 */
export type CountsView = {
/**
 * *My messages*.
 */
mine: number,
/**
 * *Unassigned*.
 */
unassigned: number,
/**
 * *All messages*.
 */
all: number,
/**
 * Per group.
 */
groups: Array<GroupCount>,
/**
 * Visitors who await a reply and are mine or offered to me.
 */
waiting: number,
/**
 * The first of them began to wait then.
 */
longest_waiting_since: Instant | null,
/**
 * Commands the server has not confirmed yet.
 */
unsent: number, };

/**
 * One change of status.
 */
export type DayChange = {
/**
 * When.
 */
at: Instant,
/**
 * The same in minutes of the wall clock on that day.
 */
minute: number,
/**
 * What others got from then on, and why.
 */
presence: Presence,
/**
 * The choice in force.
 */
choice: Choice,
/**
 * What of it is new.
 */
what: DayWhat, };

/**
 * A stretch of one status on the axis of a day, in minutes of the wall clock, 0 to 1440. On a day on
 * which the clock is set, the axis stays that of the clock on the wall.
 */
export type DaySegment = {
/**
 * Its start.
 */
from: number,
/**
 * Its end.
 */
to: number,
/**
 * What others got.
 */
status: Status, };

/**
 * A day in the time zone of the agent's hours.
 */
export type DayView = {
/**
 * Whose.
 */
agent_id: AgentId,
/**
 * Like `2026-11-20`.
 */
date: string,
/**
 * The zone whose midnights begin and end it, like `Europe/Berlin`.
 */
zone: string,
/**
 * What others got, in order and without overlap; where nothing is known, there is none.
 */
segments: Array<DaySegment>,
/**
 * Each change of the day, in order.
 */
changes: Array<DayChange>, };

/**
 * What a change tells beside the one before it.
 */
export type DayWhat = "chosen" | "back" | "away" | "chosen_while_away";

/**
 * How far a message has come.
 */
export type Delivery = { "delivery": "stored" } | { "delivery": "waiting" } | { "delivery": "failed",
/**
 * Why.
 */
error: ErrorBody, };

/**
 * What is set for this computer alone.
 */
export type DeviceSettings = {
/**
 * What happens when the person signs in to the computer, as the system says now: it can be
 * changed there too.
 */
start_at_login: StartAtLogin,
/**
 * The keys that switch between Online and Invisible everywhere, like `Ctrl+Alt+P`; `None`: no
 * keys. Names of keys: `Ctrl`, `Alt`, `Shift`, `Super` (Windows key, Command), then one of
 * `A` to `Z`, `0` to `9`, `F1` to `F24`, `Space`, `Tab`, `Pause`, `Insert`, `Home`, `End`,
 * `PageUp`, `PageDown`, `Up`, `Down`, `Left`, `Right`.
 */
shortcut: string | null,
/**
 * Why keys cannot be set, or do nothing now.
 */
shortcut_problem: ShortcutProblem | null, };

/**
 * What became of a conversation in which something happened while the agent was away.
 */
export type Fate = { "fate": "missed",
/**
 * Since when the visitor waits.
 */
since: Instant, } | { "fate": "waiting",
/**
 * Since when.
 */
since: Instant, } | { "fate": "answered",
/**
 * Who; `None` when that is not known here.
 */
by: AgentId | null, } | { "fate": "closed" };

/**
 * What the window shows and whether anybody looks at it: the ground for *on screen*.
 */
export type Focus = {
/**
 * The window has the keyboard.
 */
focused: boolean,
/**
 * The open conversation, if any.
 */
conversation_id: ConversationId | null,
/**
 * It is scrolled to its end.
 */
at_end: boolean, };

/**
 * An entry of the navigation.
 */
export type Folder = { "folder": "mine" } | { "folder": "unassigned" } | { "folder": "all" } | { "folder": "group",
/**
 * Which.
 */
group_id: GroupId, };

/**
 * What an address leads to.
 */
export type FoundWorkspace = {
/**
 * Its name.
 */
name: string,
/**
 * The address in full.
 */
address: string, };

/**
 * Open conversations of one group.
 */
export type GroupCount = {
/**
 * Which.
 */
group_id: GroupId,
/**
 * How many.
 */
open: number, };

/**
 * The end of hours that is near.
 */
export type HoursEndView = {
/**
 * When.
 */
at: Instant,
/**
 * Open conversations of mine.
 */
open: number, };

/**
 * What is set for one kind of notice.
 */
export type KindSettings = {
/**
 * None of these is shown.
 */
muted: boolean,
/**
 * What is heard; `None`: nothing.
 */
sound: Sound | null, };

/**
 * The question before a change that leaves sites with nobody online.
 */
export type LastAgentView = {
/**
 * What was asked for.
 */
change: StatusChange,
/**
 * In which way.
 */
via: Via,
/**
 * The sites whose widget turns to Messenger, or hides.
 */
sites: Array<Site>,
/**
 * Colleagues who are online, but answer none of these sites.
 */
others_online: Array<AgentId>,
/**
 * Open conversations of mine: they go on as they are, unless the change is Offline.
 */
open_conversations: number, };

/**
 * One line of the ledger.
 */
export type LedgerLine = {
/**
 * To read on before it.
 */
id: number,
/**
 * What it was about.
 */
conversation_id: ConversationId | null,
/**
 * The visitor's name or address, while the conversation is here and it is known.
 */
name: string | null,
/**
 * `new_chat`, `offered`, `message`, `missed`, `assigned`, `mention`; `digest`; of one's own
 * state `idle_soon`, `welcome_back`, `hours_end`, `connection_lost`, `self_test`.
 */
kind: string,
/**
 * When it happened.
 */
at: Instant,
/**
 * When it was decided.
 */
decided_at: Instant,
/**
 * How it ended.
 */
outcome: LedgerOutcome, };

/**
 * How a notice ended.
 */
export type LedgerOutcome = { "outcome": "shown",
/**
 * Why it made no sound though its kind has one: `quiet_hours`.
 */
silent: string | null, } | { "outcome": "suppressed",
/**
 * `offline`, `invisible`, `busy`, `on_screen`, `own_action`, `do_not_disturb`,
 * `permission_denied`, `already_answered`, `already_read`, `muted`, `replaced`, `gone`.
 */
reason: string, } | { "outcome": "failed",
/**
 * What it said.
 */
why: string, };

/**
 * A page of the ledger, newest first.
 */
export type LedgerPage = {
/**
 * Newest first.
 */
lines: Array<LedgerLine>,
/**
 * Whether there are older ones.
 */
more: boolean, };

/**
 * Which lines of the ledger to show.
 */
export type LedgerRequest = {
/**
 * Only those of one conversation.
 */
conversation_id: ConversationId | null,
/**
 * Only those that ended so.
 */
outcome: LedgerWanted,
/**
 * Only those before this line.
 */
before: number | null,
/**
 * How many at most; 200 is the most that is answered.
 */
limit: number, };

/**
 * How the lines wanted ended.
 */
export type LedgerWanted = { "wanted": "any" } | { "wanted": "shown" } | { "wanted": "not_shown" } | { "wanted": "failed" } | { "wanted": "because",
/**
 * As in [`LedgerOutcome`].
 */
reason: string, };

/**
 * Why idle detection is limited to input inside Porchlight.
 */
export type Limited = "wayland" | "no_extension" | "no_display" | "flatpak" | "platform";

/**
 * Which conversations to list.
 */
export type ListQuery = {
/**
 * The navigation's entry.
 */
folder: Folder,
/**
 * Open or closed ones.
 */
open: boolean,
/**
 * In which order.
 */
sort: Sort,
/**
 * How many to skip.
 */
offset: number,
/**
 * How many at most; 200 is the most that is answered.
 */
limit: number, };

/**
 * One's own line, bottom left.
 */
export type MeView = {
/**
 * Oneself.
 */
agent: Agent,
/**
 * The choice in force, as the server decided.
 */
choice: Choice,
/**
 * A change that the server has not answered yet: shown at once, as pending.
 */
pending: StatusChange | null,
/**
 * What others get, and why. While the connection is lost this is the device's own
 * conclusion: offline, connection lost.
 */
presence: Presence,
/**
 * The next change that comes by itself ("until 18:00").
 */
next: NextChange | null,
/**
 * The statuses that may be picked, in the order of every menu.
 */
selectable: Array<Status>,
/**
 * Whether a wind-down may be picked.
 */
may_wind_down: boolean,
/**
 * What I set for myself.
 */
settings: AgentSettings,
/**
 * Nothing moves on any of my devices: without input I drop to Offline then, by this computer's
 * wall clock.
 */
drops_at: Instant | null,
/**
 * My hours end soon and conversations of mine are open.
 */
hours_end: HoursEndView | null,
/**
 * Open conversations of mine: their visitors see me unless I am Offline.
 */
open_conversations: number,
/**
 * Why the machine's idle time cannot be read here, and how to mend it.
 */
limited: Limited | null,
/**
 * Visitors see me online, but this computer hides notices.
 */
notices_hidden: NoticesHidden | null, };

/**
 * Who wrote a message, seen from here.
 */
export type MessageBy = { "by": "visitor" } | { "by": "me" } | { "by": "agent",
/**
 * Who.
 */
agent_id: AgentId, } | { "by": "unknown" };

/**
 * One message on screen.
 */
export type MessageItem = {
/**
 * Stays the same from the local echo to the stored message.
 */
client_id: ClientId,
/**
 * Once stored by the server.
 */
id: MessageId | null,
/**
 * Once stored by the server.
 */
seq: Seq | null,
/**
 * Who wrote it.
 */
by: MessageBy,
/**
 * Whom it reaches.
 */
kind: MessageKind,
/**
 * What was written.
 */
body: Body,
/**
 * When the server stored it, or when it was written here.
 */
at: Instant,
/**
 * How far it has come.
 */
delivery: Delivery, };

/**
 * What a notice is about.
 */
export type NoticeKind = "new_chat" | "offered" | "message" | "missed" | "assigned" | "mention";

/**
 * What an agent sets for the notices of one computer.
 */
export type NoticeSettings = {
/**
 * How much a notification tells.
 */
privacy: Privacy,
/**
 * While the computer is locked it tells how many wait, whatever [`privacy`](Self::privacy) says.
 */
count_while_locked: boolean,
/**
 * 0 to 100.
 */
volume: number,
/**
 * The sound comes again every 30 s until the notice is read.
 */
repeat: boolean,
/**
 * Hours without a sound.
 */
quiet: QuietHours | null,
/**
 * A visitor whom nobody answers yet.
 */
new_chat: KindSettings,
/**
 * The same, offered while Invisible.
 */
offered: KindSettings,
/**
 * A message in a conversation of mine.
 */
message: KindSettings,
/**
 * A visitor waits in vain.
 */
missed: KindSettings,
/**
 * A conversation became mine.
 */
assigned: KindSettings,
/**
 * A colleague named me.
 */
mention: KindSettings, };

/**
 * What keeps notices from being seen although visitors see the agent online.
 */
export type NoticesHidden = "do_not_disturb" | "permission_denied" | "no_service";

/**
 * Whether notifications of this app reach the screen.
 */
export type NotificationPermission = "granted" | "denied" | "not_asked" | "no_service";

/**
 * A page of older messages.
 */
export type OlderMessages = {
/**
 * Oldest first.
 */
messages: Array<MessageItem>,
/**
 * Whether older ones exist.
 */
more: boolean,
/**
 * Whether older ones exist but are not on this computer and cannot be fetched now.
 */
not_here: boolean, };

/**
 * The second line of a row.
 */
export type Preview = {
/**
 * Whose words.
 */
by: PreviewBy,
/**
 * At most 200 characters, on one line.
 */
text: string, };

/**
 * Whose words a preview shows.
 */
export type PreviewBy = { "by": "visitor" } | { "by": "me" } | { "by": "agent",
/**
 * Whose.
 */
agent_id: AgentId, } | { "by": "draft" } | { "by": "nobody" };

/**
 * How much of a conversation a notification tells.
 */
export type Privacy = "full" | "sender" | "count";

/**
 * Hours of every day without a sound, by the clock of this computer. An end before its start means
 * the next day.
 */
export type QuietHours = {
/**
 * Minutes since midnight, 0 to 1439.
 */
from: number,
/**
 * Minutes since midnight, 0 to 1439.
 */
to: number, };

/**
 * What the platform answered to a try ([`crate::Core::self_test`]).
 */
export type SelfTest = {
/**
 * Whether the platform took the notification. That nobody hid it, only the person can say.
 */
shown: Took,
/**
 * Whether it took the sound.
 */
sound: Took,
/**
 * Whether notifications of this app reach the screen.
 */
permission: NotificationPermission,
/**
 * Whether the system holds notifications back; `None` if it does not tell.
 */
do_not_disturb: boolean | null,
/**
 * Who shows notifications, as it calls itself, like `dunst 1.9.0`; may be empty.
 */
service: string,
/**
 * Whether notifications have buttons here.
 */
buttons: boolean,
/**
 * Whether a reply can be written in them.
 */
inline_reply: boolean, };

/**
 * Why a global shortcut cannot be had.
 */
export type ShortcutProblem = "wayland" | "no_display" | "taken" | "no_such_key" | "refused";

/**
 * What a sign-in asks for.
 */
export type SignIn = {
/**
 * As typed: `chat.example.com`, `https://…`, `http://localhost:…`.
 */
address: string,
/**
 * Of the agent.
 */
email: string,
/**
 * Of the agent.
 */
password: string, };

/**
 * The order of a list.
 */
export type Sort = "newest" | "oldest" | "longest_waiting";

/**
 * A sound of the app's own.
 */
export type Sound = "chime" | "drop" | "knock" | "alarm";

/**
 * Which screen is due.
 */
export type Stage = { "stage": "starting" } | { "stage": "first_run",
/**
 * Why the last session ended, if it did not end by choice (revoked, erased).
 */
because: ErrorBody | null,
/**
 * How many commands the server had not confirmed when it ended so: they are lost.
 */
lost_unsent: number, } | { "stage": "keychain_locked",
/**
 * What to do.
 */
error: ErrorBody,
/**
 * Whether the system has no keychain at all, so that one must be started first.
 */
missing: boolean,
/**
 * Whether the secrets are in a file under a passphrase, which must be typed.
 */
passphrase: boolean, } | { "stage": "ready" } | { "stage": "broken",
/**
 * What to do.
 */
error: ErrorBody, };

/**
 * What happens when the person signs in to the computer.
 */
export type StartAtLogin = "off" | "window" | "tray";

/**
 * What came of a change of status.
 */
export type StatusAnswer = { "answer": "taken" } | { "answer": "last_agent" } & LastAgentView;

/**
 * One's status in one piece, for the command line.
 */
export type StatusReport = {
/**
 * The workspace's name.
 */
workspace: string,
/**
 * What others get, why, and since when.
 */
presence: Presence,
/**
 * The choice in force.
 */
choice: Choice,
/**
 * A change that the server has not answered yet.
 */
pending: StatusChange | null,
/**
 * The next change that comes by itself.
 */
next: NextChange | null,
/**
 * The statuses that may be picked.
 */
selectable: Array<Status>,
/**
 * Whether the workspace is connected.
 */
connected: boolean,
/**
 * Why idle time is not read here, if it is not.
 */
limited: Limited | null,
/**
 * Open conversations of mine.
 */
open_conversations: number,
/**
 * Visitors who await a reply and are mine or offered to me.
 */
waiting: number, };

/**
 * Why a notice is not shown, or not heard.
 */
export type Suppressed = "own_action" | "gone" | "offline" | "already_answered" | "already_read" | "busy" | "invisible" | "muted" | "on_screen" | "permission_denied" | "do_not_disturb" | "quiet_hours" | "replaced";

/**
 * The workspace and the team.
 */
export type TeamView = {
/**
 * Its name and settings.
 */
workspace: Workspace,
/**
 * Whether the workspace lives in this app, as a trial.
 */
local: boolean,
/**
 * Everybody, in order of name.
 */
agents: Array<Agent>,
/**
 * Their presence and load.
 */
presence: Array<TeamPresence>,
/**
 * All groups, in order of name.
 */
groups: Array<Group>,
/**
 * All sites, in order of name.
 */
sites: Array<Site>, };

/**
 * Whether something was taken.
 */
export type Took = { "took": "yes" } | { "took": "no",
/**
 * What the platform said, in its own words.
 */
why: string, };

/**
 * What the session tells an open window, in order.
 */
export type UiEvent = { "event": "stage" } & Stage | { "event": "me" } & MeView | { "event": "connection" } & ConnectionView | { "event": "team" } & TeamView | { "event": "counts" } & CountsView | { "event": "conversations_changed",
/**
 * Which; empty means all of them.
 */
ids: Array<ConversationId>, } | { "event": "away",
/**
 * `None`: nothing, or nothing any more.
 */
card: AwayView | null, } | { "event": "navigate",
/**
 * Which.
 */
conversation_id: ConversationId, } | { "event": "refused",
/**
 * Why.
 */
error: ErrorBody, } | { "event": "link_refused",
/**
 * Why.
 */
error: ErrorBody, } | { "event": "ask_last_agent" } & LastAgentView | { "event": "ask_until" } | { "event": "ask_before_close" };

/**
 * What *Use this computer* asks for.
 */
export type UseThisComputer = {
/**
 * Of the agent.
 */
name: string,
/**
 * Of the workspace.
 */
workspace_name: string, };
