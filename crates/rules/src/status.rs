//! What each status means: the one table that everything else asks.

use protocol::status::Status;

/// Whether and when something reaches an agent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Offer {
    /// At once.
    AtOnce,
    /// Once nobody has replied for [`protocol::limits::INVISIBLE_OFFER_MS`].
    AfterWaiting,
    /// Never.
    No,
}

/// What a status means for visitors, colleagues and the agent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Meaning {
    /// Visitors see the agent available.
    pub available: bool,
    /// So do visitors whose conversation the agent is assigned to.
    pub available_in_own: bool,
    /// What colleagues see.
    pub colleagues_see: Status,
    /// Automatic assignment gives them chats.
    pub assigned_automatically: bool,
    /// They may pick a chat, and be assigned or added by a colleague.
    pub may_be_assigned: bool,
    /// New unassigned chats are offered to them: they stand under *My messages* and count as waiting.
    pub offered_new: Offer,
    /// Notice of a new or missed chat that is not theirs.
    pub notice_of_others: Offer,
    /// Notice of a message, a mention or a missed chat in a conversation of theirs, and of being
    /// assigned.
    pub notice_of_own: bool,
    /// They count as "somebody is online".
    pub somebody_online: bool,
}

/// The table. `opted_in` is the agent's wish to get new chats while Invisible when nobody replies for a
/// while.
#[must_use]
pub fn meaning(status: Status, opted_in: bool) -> Meaning {
    let online = status == Status::Online;
    let there = status != Status::Offline;
    let new_chats = match status {
        Status::Online => Offer::AtOnce,
        Status::Invisible if opted_in => Offer::AfterWaiting,
        Status::Invisible | Status::Busy | Status::Offline => Offer::No,
    };
    Meaning {
        available: online,
        available_in_own: there,
        colleagues_see: status,
        assigned_automatically: online,
        may_be_assigned: true,
        offered_new: new_chats,
        notice_of_others: new_chats,
        notice_of_own: there,
        somebody_online: online,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_this_one() {
        use Offer::{AfterWaiting, AtOnce, No};
        use Status::{Busy, Invisible, Offline, Online};
        const ALL: [Status; 4] = [Online, Busy, Invisible, Offline];
        let row = |cell: fn(Meaning) -> bool, opted_in| ALL.map(|it| cell(meaning(it, opted_in)));
        for opted_in in [false, true] {
            let row = |cell| row(cell, opted_in);
            //                                                   Online Busy   Invis. Offline
            assert_eq!(
                row(|it| it.available),
                /*            */ [true, false, false, false]
            );
            assert_eq!(
                row(|it| it.available_in_own),
                /*     */ [true, true, true, false]
            );
            assert_eq!(
                row(|it| it.assigned_automatically),
                [true, false, false, false]
            );
            assert_eq!(
                row(|it| it.may_be_assigned),
                /*      */ [true, true, true, true]
            );
            assert_eq!(
                row(|it| it.notice_of_own),
                /*        */ [true, true, true, false]
            );
            assert_eq!(
                row(|it| it.somebody_online),
                /*      */ [true, false, false, false]
            );
            assert_eq!(ALL.map(|it| meaning(it, opted_in).colleagues_see), ALL);
            let invisible = if opted_in { AfterWaiting } else { No };
            let new_chats = [AtOnce, No, invisible, No];
            assert_eq!(ALL.map(|it| meaning(it, opted_in).offered_new), new_chats);
            assert_eq!(
                ALL.map(|it| meaning(it, opted_in).notice_of_others),
                new_chats
            );
        }
    }
}
