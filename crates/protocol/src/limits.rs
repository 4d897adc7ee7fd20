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
