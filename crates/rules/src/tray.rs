//! What the tray shows, as data.
//!
//! The shell turns it into an icon, a text and a menu; nothing about it is decided there. It is
//! computed anew from what is stored each time something changed, never counted up or down, so a
//! missed step cannot leave it wrong.

use protocol::ids::Instant;
use protocol::status::{Presence, Status, StatusSettings};
use serde::{Deserialize, Serialize};

/// What the session knows when the tray is drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Known {
    /// Whether anybody is signed in and can be drawn.
    pub signed_in: bool,
    /// The choice in force; `None` before the first snapshot.
    pub choice: Option<Status>,
    /// A pick the server has not answered yet.
    pub pending: Option<Status>,
    /// What others get, and why.
    pub presence: Option<Presence>,
    /// Visitors who await a reply and are mine or offered to me.
    pub waiting: u32,
    /// The first of them began to wait then.
    pub longest_waiting_since: Option<Instant>,
}

/// The icon.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Lamp {
    /// Nobody is signed in.
    SignedOut,
    /// What others get.
    Status(Status),
}

/// The whole tray.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TrayModel {
    /// The icon.
    pub lamp: Lamp,
    /// Visitors who wait; zero while Offline.
    pub waiting: u32,
    /// The first of them began to wait then.
    pub longest_waiting_since: Option<Instant>,
    /// The menu, from the top.
    pub entries: Vec<TrayEntry>,
}

/// One entry of the menu.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "entry", rename_all = "snake_case")]
pub enum TrayEntry {
    /// Opens the window.
    Open,
    /// A line.
    Separator,
    /// One's own presence with its reason; cannot be chosen.
    Own {
        /// As others get it, and why.
        presence: Presence,
    },
    /// Picks a status.
    Pick {
        /// Which.
        status: Status,
        /// It is the one picked last, confirmed or not.
        checked: bool,
        /// It is picked, but the server has not answered yet.
        pending: bool,
    },
    /// Ends the app.
    Quit,
}

/// The statuses an agent may pick, in the order of every menu. Busy is off unless a workspace
/// switches it on.
pub const PICKS: [Status; 3] = [Status::Online, Status::Invisible, Status::Offline];

/// The statuses an agent may pick where a workspace has set this, in the order of every menu.
#[must_use]
pub fn selectable(settings: StatusSettings) -> Vec<Status> {
    let mut statuses = vec![Status::Online];
    if settings.busy {
        statuses.push(Status::Busy);
    }
    statuses.push(Status::Invisible);
    if settings.offline_by_hand {
        statuses.push(Status::Offline);
    }
    statuses
}

/// The tray as it should be now.
#[must_use]
pub fn tray(known: &Known) -> TrayModel {
    let mut entries = vec![TrayEntry::Open];
    if !known.signed_in {
        entries.extend([TrayEntry::Separator, TrayEntry::Quit]);
        return TrayModel {
            lamp: Lamp::SignedOut,
            waiting: 0,
            longest_waiting_since: None,
            entries,
        };
    }
    entries.push(TrayEntry::Separator);
    if let Some(presence) = known.presence {
        entries.push(TrayEntry::Own { presence });
    }
    let picked = known.pending.or(known.choice);
    for status in PICKS {
        entries.push(TrayEntry::Pick {
            status,
            checked: picked == Some(status),
            pending: known.pending == Some(status),
        });
    }
    entries.extend([TrayEntry::Separator, TrayEntry::Quit]);

    let status = known
        .presence
        .map_or(Status::Offline, |presence| presence.status);
    let there = status != Status::Offline;
    TrayModel {
        lamp: Lamp::Status(status),
        waiting: if there { known.waiting } else { 0 },
        longest_waiting_since: known
            .longest_waiting_since
            .filter(|_| there && known.waiting > 0),
        entries,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use protocol::status::Reason;

    fn known(status: Status, pending: Option<Status>) -> Known {
        Known {
            signed_in: true,
            choice: Some(Status::Online),
            pending,
            presence: Some(Presence {
                status,
                reason: Reason::Chosen,
                since: Instant(1),
            }),
            waiting: 2,
            longest_waiting_since: Some(Instant(5)),
        }
    }

    fn checked(model: &TrayModel) -> Vec<(Status, bool)> {
        let mut found = Vec::new();
        for entry in &model.entries {
            if let TrayEntry::Pick {
                status,
                checked: true,
                pending,
            } = entry
            {
                found.push((*status, *pending));
            }
        }
        found
    }

    #[test]
    fn exactly_one_pick_is_checked_and_a_pending_one_takes_the_mark_at_once() {
        assert_eq!(
            checked(&tray(&known(Status::Online, None))),
            [(Status::Online, false)]
        );
        let pending = tray(&known(Status::Online, Some(Status::Invisible)));
        assert_eq!(checked(&pending), [(Status::Invisible, true)]);
        assert_eq!(
            pending.lamp,
            Lamp::Status(Status::Online),
            "others still get the old one"
        );
    }

    #[test]
    fn idle_does_not_move_the_mark_from_the_choice() {
        let mut idle = known(Status::Offline, None);
        idle.presence = Some(Presence {
            status: Status::Offline,
            reason: Reason::Idle { since: Instant(0) },
            since: Instant(1),
        });
        assert_eq!(checked(&tray(&idle)), [(Status::Online, false)]);
        assert_eq!(tray(&idle).lamp, Lamp::Status(Status::Offline));
    }

    #[test]
    fn nobody_waits_while_i_am_offline() {
        let model = tray(&known(Status::Offline, None));
        assert_eq!((model.waiting, model.longest_waiting_since), (0, None));
        assert_eq!(tray(&known(Status::Busy, None)).waiting, 2);
    }

    #[test]
    fn signed_out_there_is_nothing_to_pick() {
        let model = tray(&Known {
            signed_in: false,
            ..known(Status::Online, None)
        });
        assert_eq!(model.lamp, Lamp::SignedOut);
        assert_eq!(
            model.entries,
            [TrayEntry::Open, TrayEntry::Separator, TrayEntry::Quit]
        );
    }
}
