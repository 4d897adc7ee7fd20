//! Which conversations stand in which list, with which dot, in which order, and what a command that
//! the server has not answered yet will make of a conversation.
//!
//! The device asks these questions when something changes and stores the answers beside the
//! conversation, so that a list of ten thousand is read from an index and nothing is decided twice.

use std::collections::BTreeSet;

use protocol::body::Body;
use protocol::command::Command;
use protocol::ids::{AgentId, GroupId};
use protocol::model::{Conversation, ConversationState};

use crate::conversation::{self, Around};
use crate::status::Offer;

/// Whose lists they are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Viewer {
    /// The agent.
    pub me: AgentId,
    /// The groups they are in.
    pub groups: BTreeSet<GroupId>,
}

/// The most characters of a preview.
pub const PREVIEW_CHARACTERS: usize = 200;

/// Whether the agent answers it.
#[must_use]
pub fn is_mine(viewer: &Viewer, conversation: &Conversation) -> bool {
    conversation.assigned.contains(&viewer.me)
}

/// Whether nobody answers it.
#[must_use]
pub fn is_unassigned(conversation: &Conversation) -> bool {
    conversation.assigned.is_empty()
}

/// Whether it is open, unassigned, and in no group or in one of the agent's: theirs to take.
#[must_use]
pub fn is_offered(viewer: &Viewer, conversation: &Conversation) -> bool {
    conversation.state == ConversationState::Open
        && is_unassigned(conversation)
        && conversation
            .group_id
            .is_none_or(|group| viewer.groups.contains(&group))
}

/// Whether it stands under *My messages* of somebody to whom new chats are offered so, and counts as
/// waiting for them. `late`: nobody has replied for as long as Invisible agents wait.
#[must_use]
pub fn is_on_desk(viewer: &Viewer, conversation: &Conversation, offer: Offer, late: bool) -> bool {
    is_mine(viewer, conversation)
        || match offer {
            Offer::AtOnce => is_offered(viewer, conversation),
            Offer::AfterWaiting => late && is_offered(viewer, conversation),
            Offer::No => false,
        }
}

/// Whether there is a *new* dot on it: open and unassigned, or unread in a conversation of mine.
#[must_use]
pub fn is_new(viewer: &Viewer, conversation: &Conversation, unread: bool) -> bool {
    let untaken = conversation.state == ConversationState::Open && is_unassigned(conversation);
    untaken || (unread && is_mine(viewer, conversation))
}

/// The dot on a conversation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Dot {
    /// Nothing below.
    None,
    /// Purple ([`is_new`]).
    New,
    /// Red: the server says that it is missed. The same for everybody.
    Missed,
}

/// The dot on it, where it is known whether it [`is_new`]: missed goes before new, new before none.
#[must_use]
pub fn dot_on(conversation: &Conversation, is_new: bool) -> Dot {
    match (conversation.missed, is_new) {
        (Some(_), _) => Dot::Missed,
        (None, true) => Dot::New,
        (None, false) => Dot::None,
    }
}

/// A [`waiting_key`] below this is the instant since when somebody waits.
pub const WAITING_BELOW: i64 = i64::MAX / 2;

/// The key that sorts *longest waiting* upwards: who waits, longest first; then those who do not,
/// newest first.
#[must_use]
pub fn waiting_key(conversation: &Conversation) -> i64 {
    match conversation.waiting_since {
        Some(since) => since.0.min(WAITING_BELOW.saturating_sub(1)),
        None => i64::MAX.saturating_sub(conversation.last_message_at.0.clamp(0, WAITING_BELOW)),
    }
}

/// A body on one line, cut to [`PREVIEW_CHARACTERS`].
#[must_use]
pub fn preview(text: &str) -> String {
    let mut line = String::new();
    let mut count = 0usize;
    for word in text.split_whitespace() {
        let gap = usize::from(!line.is_empty());
        let room = PREVIEW_CHARACTERS.saturating_sub(count.saturating_add(gap));
        if room == 0 {
            break;
        }
        if gap == 1 {
            line.push(' ');
        }
        let before = line.chars().count();
        line.extend(word.chars().take(room));
        count = count
            .saturating_add(gap)
            .saturating_add(line.chars().count().saturating_sub(before));
    }
    line
}

/// The preview of a message.
#[must_use]
pub fn preview_of(body: &Body) -> String {
    preview(&body.plain_text())
}

/// Makes of a conversation what the server makes of it when it carries out the command, as far as the
/// device can know; `around.now` is when the command was given. A command that the server will refuse
/// changes nothing. The device's clock may be behind the server's, so the newest message never becomes
/// older by this.
#[must_use]
pub fn confirmed(
    viewer: &Viewer,
    conversation: Conversation,
    command: &Command,
    around: Around<'_>,
) -> Conversation {
    match conversation::carry_out(&conversation, command, viewer.me, around) {
        Ok(outcome) => Conversation {
            last_message_at: outcome
                .conversation
                .last_message_at
                .max(conversation.last_message_at),
            ..outcome.conversation
        },
        Err(_) => conversation,
    }
}

/// The same while the server does not have the command. The visitor has not got an unsent reply: they
/// wait, and are missed, until the server has it.
#[must_use]
pub fn expected(
    viewer: &Viewer,
    conversation: Conversation,
    command: &Command,
    around: Around<'_>,
) -> Conversation {
    let (waiting_since, missed) = (conversation.waiting_since, conversation.missed);
    let after = confirmed(viewer, conversation, command, around);
    match command {
        Command::Reply { .. } => Conversation {
            waiting_since,
            missed,
            ..after
        },
        _ => after,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use protocol::ids::{ConversationId, Instant, SiteId, VisitorId};
    use protocol::model::{Missed, MissedBecause, Visitor};
    use protocol::status::Status;
    use uuid::Uuid;

    use super::*;
    use crate::status::meaning;

    fn viewer() -> Viewer {
        Viewer {
            me: agent(1),
            groups: BTreeSet::from([group(1)]),
        }
    }

    fn agent(number: u128) -> AgentId {
        AgentId(Uuid::from_u128(number))
    }

    fn group(number: u128) -> GroupId {
        GroupId(Uuid::from_u128(number))
    }

    fn conversation(assigned: &[u128]) -> Conversation {
        Conversation {
            id: ConversationId(Uuid::from_u128(1)),
            site_id: SiteId(Uuid::from_u128(1)),
            group_id: None,
            visitor: Visitor {
                id: VisitorId(Uuid::from_u128(1)),
                name: None,
                email: None,
            },
            state: ConversationState::Open,
            assigned: assigned.iter().map(|number| agent(*number)).collect(),
            created_at: Instant(0),
            last_message_at: Instant(100),
            waiting_since: Some(Instant(50)),
            missed: None,
        }
    }

    fn missed(assigned: &[u128]) -> Conversation {
        Conversation {
            missed: Some(Missed {
                since: Instant(80),
                because: MissedBecause::Absence,
            }),
            ..conversation(assigned)
        }
    }

    fn reply() -> Command {
        Command::Reply {
            conversation_id: ConversationId(Uuid::from_u128(1)),
            body: Body::from_plain("Hello"),
            seen_through: protocol::ids::Seq(0),
        }
    }

    fn around(now: i64, known: &(BTreeSet<AgentId>, BTreeSet<GroupId>)) -> Around<'_> {
        Around {
            agents: &known.0,
            groups: &known.1,
            now: Instant(now),
        }
    }

    #[test]
    fn an_unassigned_chat_is_offered_to_its_group_only() {
        let mut chat = conversation(&[]);
        assert!(
            is_offered(&viewer(), &chat),
            "in no group: everybody's to take"
        );
        chat.group_id = Some(group(1));
        assert!(is_offered(&viewer(), &chat));
        chat.group_id = Some(group(2));
        assert!(!is_offered(&viewer(), &chat));
        assert!(!is_offered(&viewer(), &conversation(&[2])));
    }

    #[test]
    fn what_stands_under_my_messages_is_this_table() {
        use Status::{Busy, Invisible, Offline, Online};
        let offered = conversation(&[]);
        let mut elsewhere = conversation(&[]);
        elsewhere.group_id = Some(group(2));
        for status in [Online, Busy, Invisible, Offline] {
            for (opted_in, late) in [(false, false), (false, true), (true, false), (true, true)] {
                let offer = meaning(status, opted_in).offered_new;
                let on_desk = |chat: &Conversation| is_on_desk(&viewer(), chat, offer, late);
                let expected = match status {
                    Online => true,
                    Invisible => opted_in && late,
                    Busy | Offline => false,
                };
                let row = (status, opted_in, late);
                assert_eq!(on_desk(&offered), expected, "a new chat: {row:?}");
                assert!(on_desk(&conversation(&[1])), "mine: {row:?}");
                assert!(!on_desk(&conversation(&[2])), "a colleague's: {row:?}");
                assert!(!on_desk(&elsewhere), "of another group: {row:?}");
            }
        }
    }

    #[test]
    fn the_dot_is_on_untaken_chats_and_on_unread_ones_of_mine() {
        assert!(is_new(&viewer(), &conversation(&[]), false));
        assert!(is_new(&viewer(), &conversation(&[1]), true));
        assert!(!is_new(&viewer(), &conversation(&[1]), false));
        assert!(
            !is_new(&viewer(), &conversation(&[2]), true),
            "a colleague's, unread by me"
        );
        let closed = Conversation {
            state: ConversationState::Closed,
            ..conversation(&[])
        };
        assert!(!is_new(&viewer(), &closed, true), "closed, and nobody's");
    }

    #[test]
    fn a_reply_on_its_way_joins_the_chat_but_its_visitor_waits_until_it_has_arrived() {
        let known = (BTreeSet::from([agent(1)]), BTreeSet::new());
        let before = missed(&[2]);
        let after = expected(&viewer(), before.clone(), &reply(), around(200, &known));
        assert_eq!(after.assigned, [agent(2), agent(1)]);
        assert_eq!(after.waiting_since, before.waiting_since);
        assert_eq!(after.missed, before.missed);
        assert_eq!(after.last_message_at, Instant(200));
        let after = confirmed(&viewer(), before, &reply(), around(200, &known));
        assert_eq!((after.waiting_since, after.missed), (None, None));
    }

    #[test]
    fn closing_ends_the_waiting_at_once() {
        let known = (BTreeSet::from([agent(1)]), BTreeSet::new());
        let before = missed(&[1]);
        let close = Command::Close {
            conversation_id: before.id,
        };
        let after = expected(&viewer(), before, &close, around(200, &known));
        assert_eq!((after.waiting_since, after.missed), (None, None));
    }

    #[test]
    fn red_goes_before_purple_and_purple_before_none() {
        let me = viewer();
        for (chat, unread, dot) in [
            (missed(&[]), true, Dot::Missed),
            (missed(&[1]), false, Dot::Missed),
            (missed(&[2]), false, Dot::Missed),
            (conversation(&[]), false, Dot::New),
            (conversation(&[1]), true, Dot::New),
            (conversation(&[1]), false, Dot::None),
            (conversation(&[2]), true, Dot::None),
        ] {
            let is_new = is_new(&me, &chat, unread);
            assert_eq!(dot_on(&chat, is_new), dot, "{chat:?} {unread}");
        }
    }

    #[test]
    fn a_clock_that_is_behind_does_not_move_a_chat_down_the_list() {
        let known = (BTreeSet::from([agent(1)]), BTreeSet::new());
        let after = expected(&viewer(), conversation(&[]), &reply(), around(3, &known));
        assert_eq!(after.last_message_at, Instant(100));
    }

    #[test]
    fn a_command_that_will_be_refused_changes_nothing() {
        let known = (BTreeSet::from([agent(1)]), BTreeSet::new());
        let command = Command::AddAgent {
            conversation_id: ConversationId(Uuid::from_u128(1)),
            agent_id: agent(9),
        };
        let before = conversation(&[]);
        assert_eq!(
            expected(&viewer(), before.clone(), &command, around(3, &known)),
            before
        );
    }

    #[test]
    fn who_waits_longest_comes_first_and_who_does_not_wait_comes_after_newest_first() {
        let waiting = |since: Option<i64>, last: i64| {
            waiting_key(&Conversation {
                waiting_since: since.map(Instant),
                last_message_at: Instant(last),
                ..conversation(&[])
            })
        };
        let keys = [
            waiting(Some(5), 90),
            waiting(Some(6), 7),
            waiting(None, 80),
            waiting(None, 70),
        ];
        assert!(keys.is_sorted());
        let waits = [true, true, false, false];
        assert_eq!(keys.map(|key| key < WAITING_BELOW), waits);
    }

    proptest! {
        #[test]
        fn a_preview_is_one_short_line(text in "(?s).{0,400}") {
            let line = preview(&text);
            prop_assert!(line.chars().count() <= PREVIEW_CHARACTERS);
            prop_assert!(!line.contains(['\n', '\r', '\t']));
            prop_assert_eq!(line.trim(), line.as_str());
            let all: Vec<&str> = text.split_whitespace().collect();
            prop_assert!(all.join(" ").starts_with(&line));
        }
    }
}
