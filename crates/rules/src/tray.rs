//! What the tray shows, as data.
//!
//! The shell turns it into an icon, a text and a menu; nothing about it is decided there. It is
//! computed anew from what is stored each time something changed, never counted up or down, so a
//! missed step cannot leave it wrong.

use protocol::ids::Instant;
use protocol::status::{
    Choice, ChoiceSource, NextChange, Plan, Presence, Reason, Status, StatusChange, StatusSettings,
    Term,
};
use serde::{Deserialize, Serialize};

/// What the session knows when the tray is drawn.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Known {
    /// Whether anybody is signed in and can be drawn.
    pub signed_in: bool,
    /// The choice in force; `None` before the first snapshot.
    pub choice: Option<Choice>,
    /// A change the server has not answered yet.
    pub pending: Option<StatusChange>,
    /// What others get, and why.
    pub presence: Option<Presence>,
    /// The next change that comes by itself.
    pub next: Option<NextChange>,
    /// Which statuses may be picked.
    pub statuses: StatusSettings,
    /// The name of the admin who made the choice, if one did.
    pub admin: Option<String>,
    /// Visitors who await a reply and are mine or offered to me.
    pub waiting: u32,
    /// The first of them began to wait then.
    pub longest_waiting_since: Option<Instant>,
    /// Those of them who wait in vain.
    pub missed: u32,
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
    /// One of them waits in vain: the icon is red.
    pub missed: bool,
    /// The menu, from the top.
    pub entries: Vec<TrayEntry>,
}

/// One entry of the menu.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
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
        /// It changes by itself then.
        until: Option<Instant>,
    },
    /// Takes back what an admin chose.
    Undo {
        /// What it goes back to.
        before: Status,
        /// The admin's name.
        by: String,
    },
    /// Ends the waiting for a word after a return.
    GoOnline,
    /// Picks a status.
    Pick {
        /// Which.
        status: Status,
        /// It is the one picked last, confirmed or not.
        checked: bool,
        /// It is picked, but the server has not answered yet.
        pending: bool,
    },
    /// A menu of its own with [`TERMS`]: Invisible for that long.
    InvisibleFor,
    /// Invisible now, Offline when all is done.
    WindDown {
        /// It is so.
        checked: bool,
        /// It is picked, but the server has not answered yet.
        pending: bool,
    },
    /// Ends the app.
    Quit,
}

/// How long a timed choice from the menu lasts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(tag = "term", rename_all = "snake_case")]
pub enum TrayTerm {
    /// So many minutes.
    Minutes {
        /// Below an hour, or an hour.
        minutes: u32,
    },
    /// Until tomorrow.
    Tomorrow,
    /// Asked for in the window.
    Other,
}

/// What *Invisible for a while* offers, in order.
pub const TERMS: [TrayTerm; 5] = [
    TrayTerm::Minutes { minutes: 15 },
    TrayTerm::Minutes { minutes: 30 },
    TrayTerm::Minutes { minutes: 60 },
    TrayTerm::Tomorrow,
    TrayTerm::Other,
];

impl TrayTerm {
    /// The change it asks for; `None` where the window asks first.
    #[must_use]
    pub fn change(self) -> Option<StatusChange> {
        let term = match self {
            Self::Minutes { minutes } => Term::For {
                ms: u64::from(minutes).saturating_mul(60_000),
            },
            Self::Tomorrow => Term::Tomorrow,
            Self::Other => return None,
        };
        Some(StatusChange::Timed {
            status: Status::Invisible,
            term,
        })
    }
}

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

/// The status that a change leads to first.
#[must_use]
pub fn first_status(change: StatusChange) -> Status {
    match change {
        StatusChange::Pick { status } | StatusChange::Timed { status, .. } => status,
        StatusChange::WindDown => Status::Invisible,
        StatusChange::StayOnline => Status::Online,
    }
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
            missed: false,
            entries,
        };
    }
    entries.push(TrayEntry::Separator);
    if let Some(presence) = known.presence {
        let as_chosen = presence.reason == Reason::Chosen;
        entries.push(TrayEntry::Own {
            presence,
            until: known.next.filter(|_| as_chosen).map(|next| next.at),
        });
        entries.extend(undo(known));
        if presence.reason == Reason::Held {
            entries.push(TrayEntry::GoOnline);
        }
    }
    entries.extend(picks(known));
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
        missed: there && known.missed > 0,
        entries,
    }
}

/// What an admin chose can be taken back until something newer is picked.
fn undo(known: &Known) -> Option<TrayEntry> {
    let ChoiceSource::Admin { before, .. } = known.choice?.source else {
        return None;
    };
    known.pending.is_none().then(|| TrayEntry::Undo {
        before,
        by: known.admin.clone().unwrap_or_default(),
    })
}

fn picks(known: &Known) -> Vec<TrayEntry> {
    let chosen = known.choice.map(|choice| choice.status);
    let picked = known.pending.map(first_status).or(chosen);
    let winds_down = |change| change == StatusChange::WindDown;
    let mut entries: Vec<TrayEntry> = selectable(known.statuses)
        .into_iter()
        .map(|status| TrayEntry::Pick {
            status,
            checked: picked == Some(status),
            pending: known
                .pending
                .is_some_and(|it| !winds_down(it) && first_status(it) == status),
        })
        .collect();
    entries.push(TrayEntry::InvisibleFor);
    if known.statuses.offline_by_hand {
        let plan = known.choice.and_then(|choice| choice.plan);
        let pending = known.pending.is_some_and(winds_down);
        entries.push(TrayEntry::WindDown {
            checked: pending || (known.pending.is_none() && plan == Some(Plan::WindDown)),
            pending,
        });
    }
    entries
}

#[cfg(test)]
mod tests {
    use super::*;
    use protocol::ids::AgentId;
    use protocol::status::Via;

    const LATER: Instant = Instant(1_000);

    fn choice(status: Status) -> Choice {
        Choice {
            status,
            at: Instant(1),
            source: ChoiceSource::Agent { via: Via::App },
            plan: None,
        }
    }

    fn presence(status: Status, reason: Reason) -> Presence {
        Presence {
            status,
            reason,
            since: Instant(1),
        }
    }

    fn known(status: Status, pending: Option<StatusChange>) -> Known {
        Known {
            signed_in: true,
            choice: Some(choice(Status::Online)),
            pending,
            presence: Some(presence(status, Reason::Chosen)),
            next: None,
            statuses: StatusSettings::default(),
            admin: None,
            waiting: 2,
            longest_waiting_since: Some(Instant(5)),
            missed: 1,
        }
    }

    fn pick(status: Status) -> Option<StatusChange> {
        Some(StatusChange::Pick { status })
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

    fn offered(model: &TrayModel) -> Vec<Status> {
        let mut found = Vec::new();
        for entry in &model.entries {
            if let TrayEntry::Pick { status, .. } = entry {
                found.push(*status);
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
        let pending = tray(&known(Status::Online, pick(Status::Invisible)));
        assert_eq!(checked(&pending), [(Status::Invisible, true)]);
        assert_eq!(
            pending.lamp,
            Lamp::Status(Status::Online),
            "others still get the old one"
        );
        for term in TERMS {
            if let Some(timed) = term.change() {
                let model = tray(&known(Status::Online, Some(timed)));
                assert_eq!(checked(&model), [(Status::Invisible, true)]);
            }
        }
    }

    #[test]
    fn idle_does_not_move_the_mark_from_the_choice() {
        let mut idle = known(Status::Offline, None);
        let reason = Reason::Idle { since: Instant(0) };
        idle.presence = Some(presence(Status::Offline, reason));
        assert_eq!(checked(&tray(&idle)), [(Status::Online, false)]);
        assert_eq!(tray(&idle).lamp, Lamp::Status(Status::Offline));
    }

    #[test]
    fn only_what_the_workspace_allows_can_be_picked() {
        use Status::{Busy, Invisible, Offline, Online};
        let with = |busy, offline_by_hand| {
            let mut known = known(Status::Online, None);
            known.statuses = StatusSettings {
                busy,
                offline_by_hand,
            };
            tray(&known)
        };
        assert_eq!(offered(&with(false, true)), [Online, Invisible, Offline]);
        assert_eq!(
            offered(&with(true, true)),
            [Online, Busy, Invisible, Offline]
        );
        let automatic = with(true, false);
        assert_eq!(offered(&automatic), [Online, Busy, Invisible]);
        let winds_down = |entry: &TrayEntry| matches!(entry, TrayEntry::WindDown { .. });
        assert!(!automatic.entries.iter().any(winds_down));
        assert!(with(false, true).entries.iter().any(winds_down));
    }

    #[test]
    fn the_own_line_says_until_when_only_while_nothing_else_explains_it() {
        let until = |model: TrayModel| {
            model.entries.into_iter().find_map(|entry| match entry {
                TrayEntry::Own { until, .. } => Some(until),
                _ => None,
            })
        };
        let mut by_hours = known(Status::Online, None);
        by_hours.next = Some(NextChange {
            at: LATER,
            status: Status::Offline,
            source: ChoiceSource::Hours,
        });
        assert_eq!(until(tray(&by_hours)), Some(Some(LATER)));
        let reason = Reason::Locked { since: Instant(0) };
        by_hours.presence = Some(presence(Status::Offline, reason));
        assert_eq!(until(tray(&by_hours)), Some(None));
    }

    #[test]
    fn what_an_admin_set_can_be_undone_until_something_newer_is_picked() {
        let mut set = known(Status::Offline, None);
        set.choice = Some(Choice {
            source: ChoiceSource::Admin {
                agent_id: AgentId(uuid::Uuid::from_u128(9)),
                before: Status::Busy,
            },
            ..choice(Status::Offline)
        });
        set.admin = Some("Anna".into());
        let undo = TrayEntry::Undo {
            before: Status::Busy,
            by: "Anna".into(),
        };
        assert!(tray(&set).entries.contains(&undo));
        set.pending = pick(Status::Busy);
        assert!(!tray(&set).entries.contains(&undo));
    }

    #[test]
    fn who_is_waited_for_can_go_online_again() {
        assert!(
            !tray(&known(Status::Online, None))
                .entries
                .contains(&TrayEntry::GoOnline)
        );
        let mut held = known(Status::Offline, None);
        held.presence = Some(presence(Status::Offline, Reason::Held));
        assert!(tray(&held).entries.contains(&TrayEntry::GoOnline));
    }

    #[test]
    fn winding_down_is_marked_from_the_click_until_something_else_is_picked() {
        let mark = |known: &Known| {
            tray(known)
                .entries
                .into_iter()
                .find_map(|entry| match entry {
                    TrayEntry::WindDown { checked, pending } => Some((checked, pending)),
                    _ => None,
                })
        };
        let mut me = known(Status::Online, None);
        assert_eq!(mark(&me), Some((false, false)));
        me.pending = Some(StatusChange::WindDown);
        assert_eq!(mark(&me), Some((true, true)));
        assert_eq!(checked(&tray(&me)), [(Status::Invisible, false)]);
        me.pending = None;
        me.choice = Some(Choice {
            plan: Some(Plan::WindDown),
            ..choice(Status::Invisible)
        });
        assert_eq!(mark(&me), Some((true, false)));
        me.pending = pick(Status::Online);
        assert_eq!(mark(&me), Some((false, false)));
    }

    #[test]
    fn nobody_waits_while_i_am_offline() {
        let model = tray(&known(Status::Offline, None));
        assert!(!model.missed, "nobody waits for who is away");
        assert_eq!((model.waiting, model.longest_waiting_since), (0, None));
        assert_eq!(tray(&known(Status::Busy, None)).waiting, 2);
        assert!(tray(&known(Status::Busy, None)).missed);
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
