//! Notices in words: how much each tells is the agent's to set, and behind a lock it tells only how
//! many wait.

use cache::OpenConversation;
use protocol::ids::ConversationId;
use protocol::model::{Author, MessageKind, Visitor};
use rules::notices::settings::Privacy;
use rules::notices::{NoticeKind, answers};

use crate::links::Link;
use crate::ports::{Act, Notification, NotificationAction, NotificationKey, Urgency};
use crate::seat::Seat;
use crate::standing::Standing;
use crate::words::{Args, Words};

/// Characters of a message that a notification shows; daemons cut earlier than this.
const BODY_CHARACTERS: usize = 300;
/// Visitors whom a digest names: more lines than this no daemon shows.
const NAMED: usize = 4;

/// A notification before it knows its link.
pub(crate) struct Rendered(Notification);

impl Rendered {
    /// With the link that leads to it when this process cannot be told of a click.
    pub(crate) fn leading(
        self,
        seat: &Seat,
        conversation_id: Option<ConversationId>,
    ) -> Notification {
        let link = Link {
            workspace_id: seat.profile.workspace_id,
            conversation_id,
        };
        Notification {
            link: Some(link.to_string()),
            ..self.0
        }
    }
}

/// A notice of a conversation. `waiting`: how many wait in all.
pub(crate) fn chat(
    words: &Words,
    standing: &Standing,
    kind: NoticeKind,
    open: &OpenConversation,
    waiting: u32,
) -> Rendered {
    let key = NotificationKey::Conversation(open.conversation.id);
    let mut notification = match standing.privacy() {
        Privacy::Count => counted(words, key, waiting),
        privacy => {
            let mut args = Args::new();
            args.set("name", name(words, &open.conversation.visitor));
            let title = words.text_with(title(kind), &args);
            let body = match privacy {
                Privacy::Full => body(open, kind),
                Privacy::Sender | Privacy::Count => String::new(),
            };
            Notification::new(key, title, body)
        }
    };
    let can = answers(kind, &standing.viewer, &open.conversation, standing.locked);
    let mut offer = |may: bool, act, label: &str| {
        if may {
            let label = words.text(label);
            notification.actions.push(NotificationAction { act, label });
        }
    };
    offer(can.reply, Act::Reply, "answer-reply");
    offer(can.take, Act::Take, "answer-take");
    Rendered(notification)
}

/// The digest of what happened in an absence. Each waiting visitor with whether they are missed.
/// `away`: there was an absence, and not just very much at once.
pub(crate) fn digest(
    words: &Words,
    standing: &Standing,
    waiting: &[(Visitor, bool)],
    away: bool,
) -> Rendered {
    let count = u32::try_from(waiting.len()).unwrap_or(u32::MAX);
    let mut args = Args::new();
    args.set("count", count);
    let title = if away {
        words.text("notice-digest")
    } else {
        words.text_with("notice-count", &args)
    };
    let mut lines = Vec::new();
    if away {
        lines.push(words.text_with("notice-count", &args));
    }
    if standing.privacy() != Privacy::Count {
        for (visitor, missed) in waiting.iter().take(NAMED) {
            let mut args = Args::new();
            args.set("name", name(words, visitor));
            lines.push(if *missed {
                words.text_with("notice-missed", &args)
            } else {
                words.text_with("notice-message", &args)
            });
        }
        if waiting.len() > NAMED {
            lines.push("…".to_owned());
        }
    }
    Rendered(Notification {
        urgency: Urgency::Normal,
        ..Notification::new(NotificationKey::Digest, title, lines.join("\n"))
    })
}

fn counted(words: &Words, key: NotificationKey, waiting: u32) -> Notification {
    let mut args = Args::new();
    args.set("count", waiting);
    let body = if waiting == 0 {
        words.text("notice-something")
    } else {
        words.text_with("notice-count", &args)
    };
    Notification::new(key, words.text("notice-app"), body)
}

fn title(kind: NoticeKind) -> &'static str {
    match kind {
        NoticeKind::NewChat => "notice-new-chat",
        NoticeKind::Offered => "notice-offered",
        NoticeKind::Message => "notice-message",
        NoticeKind::Missed => "notice-missed",
        NoticeKind::Assigned => "notice-assigned",
        NoticeKind::Mention => "notice-mention",
    }
}

/// What a visitor is called.
pub(crate) fn name(words: &Words, visitor: &Visitor) -> String {
    known_name(visitor).unwrap_or_else(|| words.text("visitor-unnamed"))
}

/// The visitor's name or address, once known.
pub(crate) fn known_name(visitor: &Visitor) -> Option<String> {
    let known = |one: &Option<String>| one.clone().filter(|text| !text.trim().is_empty());
    known(&visitor.name).or_else(|| known(&visitor.email))
}

/// The newest thing that the notice is about: the visitor's words, or a colleague's comment.
fn body(open: &OpenConversation, kind: NoticeKind) -> String {
    let wanted = |author: Author, written: MessageKind| match kind {
        NoticeKind::Mention => author != Author::Visitor && written == MessageKind::Comment,
        _ => author == Author::Visitor && written == MessageKind::Reply,
    };
    let mut newest = open.messages.iter().rev();
    let text = newest
        .find(|message| wanted(message.author, message.kind))
        .map(|message| message.body.plain_text())
        .unwrap_or_default();
    let mut cut: String = text.chars().take(BODY_CHARACTERS).collect();
    if cut.len() < text.len() {
        cut.push('…');
    }
    cut
}
