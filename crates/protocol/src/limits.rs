//! The limits of everything that comes from outside. Each is enforced where the input enters.

/// Characters in one message. A visitor may paste 10,000 characters (a long log, an order history);
/// twice that leaves room and still bounds what one message can cost every device.
pub const MESSAGE_CHARACTERS: usize = 20_000;
/// Blocks and inlines of a message body, counted together.
pub const BODY_NODES: usize = 2_000;
/// Bytes in one frame of a stream, in either direction. The largest message, all of it four-byte
/// characters that JSON escapes to twelve, still fits beside its envelope.
pub const FRAME_BYTES: usize = 512 * 1024;
/// Characters in a name (of an agent, group, site, visitor or device).
pub const NAME_CHARACTERS: usize = 120;
/// Characters in an e-mail address (RFC 5321, 4.5.3.1.3, less the angle brackets).
pub const EMAIL_CHARACTERS: usize = 254;
/// Fewest characters in a password (NIST SP 800-63B, 5.1.1.2).
pub const PASSWORD_MIN_CHARACTERS: usize = 8;
/// Most bytes in a password: hashing cost must not be chosen by the sender.
pub const PASSWORD_MAX_BYTES: usize = 1_024;
/// Agents in one command (assign, mention).
pub const AGENTS_PER_COMMAND: usize = 100;
/// Messages of each conversation that a snapshot carries; older ones are fetched page by page.
pub const SNAPSHOT_TAIL: usize = 30;
/// Messages in one page of history.
pub const HISTORY_PAGE: usize = 50;
/// Messages that a widget which was away for a while gets at once. Reading more at a visitor's word
/// would let one visitor hold up everybody; a page that is loaded anew shows fewer.
pub const WELCOME_MESSAGES: usize = 200;
/// Events in one batch while catching up.
pub const CATCH_UP_BATCH: usize = 1_000;
/// Origins in the allow-list of one site.
pub const ORIGINS_PER_SITE: usize = 20;
/// Devices of one agent. One more signs in in place of the one that was connected longest ago.
pub const DEVICES_PER_AGENT: usize = 50;
/// Bytes in a request of somebody who is not signed in: names, a code, a password.
pub const DOOR_BYTES: usize = 16 * 1024;
/// Shortest timed choice. Shorter would be over before anybody saw it.
pub const TIMED_MIN_MS: u64 = 60_000;
/// Longest timed choice by length; longer ones end at a time of day.
pub const TIMED_MAX_MS: u64 = 24 * 60 * 60 * 1_000;
/// A visitor who wrote nothing for so long holds up no wind-down.
pub const WIND_DOWN_SILENCE_MS: i64 = 15 * 60 * 1_000;
/// Fewest minutes of an idle delay.
pub const IDLE_MIN_MINUTES: u32 = 1;
/// Most minutes of an idle delay.
pub const IDLE_MAX_MINUTES: u32 = 240;
/// An idle drop is announced so long before it.
pub const COUNTDOWN_MS: u64 = 30_000;
/// The end of hours is announced so long before it, if conversations are open.
pub const HOURS_END_NOTICE_MS: u64 = 5 * 60 * 1_000;
/// Unassigned chats are offered to Invisible agents who wish it after so long without a reply.
pub const INVISIBLE_OFFER_MS: i64 = 30_000;
/// A visitor who waits for so long without a reply, although somebody is there, is missed.
pub const MISSED_AFTER_MS: i64 = 30_000;
/// Hours of silence after which a conversation closes by itself, unless the workspace sets others.
pub const CLOSE_AFTER_HOURS: u32 = 24;
/// Most hours of silence before a conversation closes by itself: thirty days.
pub const CLOSE_AFTER_MAX_HOURS: u32 = 720;
/// Spans of one day, and of one exception.
pub const SPANS_PER_DAY: usize = 12;
/// Exceptions in one agent's hours.
pub const HOURS_EXCEPTIONS: usize = 100;
/// Days that the log reaches back, and the log of status changes with it.
pub const LOG_DAYS: i64 = 30;
/// Entries of the log of status changes in one answer.
pub const STATUS_LOG_PAGE: usize = 2_000;
/// While an agent writes a reply, the visitor is told so often.
pub const WRITING_EVERY_MS: u64 = 3_000;
/// Who was not said to write for so long does not write any more: twice as long and a second, so that one
/// word may be lost.
pub const WRITING_LASTS_MS: u64 = 7_000;
/// Groups that a site offers to its visitors.
pub const GROUPS_PER_SITE: usize = 20;
/// Names of agents that a visitor gets at once: as many as are shown, and one that says there are others.
pub const WIDGET_AGENTS: usize = 4;
