//! What the widget is for one visitor.
//!
//! Live chat while somebody is Online *for them*, or while an agent assigned to their open
//! conversation is there for it (Busy and Invisible agents stay available in conversations of
//! theirs). Otherwise what the site says; but a visitor with an open conversation always keeps the
//! widget.
//!
//! Online for them: a member of the group that they chose, or that their conversation is in; without a
//! group whoever answers the site, which is the members of its groups, or the whole team where it has
//! none. A conversation counts by its group, offered or not, because the members of that group are
//! who sees it. A choice counts until the conversation is open, and only while the site offers it.
//! A widget is hidden only while nobody at all answers the site: a visitor who chose a group that is
//! away gets the Messenger, where they can choose another, and not a widget that takes itself away.
//!
//! A change of one agent's presence concerns every visitor, and there may be thousands of them. So
//! what does not depend on the visitor is worked out once: the [`Roster`] for the workspace, a
//! [`Reception`] for each site. An [`Outlook`] shares the lists of both; it costs a few pointers. It names a
//! few of those who are there and does not count the others: in a large team somebody comes or goes
//! all the time, and that is no news to anybody who was told that there are others.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use protocol::ids::{AgentId, GroupId};
use protocol::limits::WIDGET_AGENTS;
use protocol::model::{Conversation, Group, Site, WhenNobody};
use protocol::status::Status;
use protocol::widget::{WidgetGroup, WidgetMode};
use serde::{Deserialize, Serialize};

use crate::status::meaning;

/// An agent, as far as a visitor is concerned.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Somebody {
    /// Who.
    pub id: AgentId,
    /// As visitors read it.
    pub name: String,
    /// Their presence.
    pub status: Status,
}

/// Who is there, by group. Made anew when an agent, a presence or a group changed.
#[derive(Clone, Debug, Default)]
pub struct Roster {
    /// Agents who are there for conversations of theirs.
    available: BTreeMap<AgentId, String>,
    online: BTreeMap<AgentId, String>,
    everybody: Arc<[String]>,
    groups: BTreeMap<GroupId, OnDuty>,
}

#[derive(Clone, Debug)]
struct OnDuty {
    name: String,
    members: Vec<AgentId>,
    online: Arc<[String]>,
}

/// What all visitors of a site have in common. Made anew with the [`Roster`], and when the site
/// changed.
#[derive(Clone, Debug)]
pub struct Reception {
    when_nobody: WhenNobody,
    /// Who is online and answers the site.
    anybody: Arc<[String]>,
    groups: Arc<[WidgetGroup]>,
}

/// The visitor's conversation, as far as the mode depends on it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Thread<'a> {
    /// Whether it goes on.
    pub open: bool,
    /// The group it is in.
    pub group: Option<GroupId>,
    /// Who answers it.
    pub assigned: &'a [AgentId],
}

/// What the visitor chose for the message they are about to write: a group, or nobody in particular.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Wish(pub Option<GroupId>);

/// The widget of one visitor, now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outlook {
    /// The mode.
    pub mode: WidgetMode,
    /// The assigned agents who are there, else those who are Online for the visitor: the first
    /// [`WIDGET_AGENTS`] of them. Nobody unless it is live chat.
    pub agents: Arc<[String]>,
    /// The groups to choose from; empty where there is no choice, or somebody answers already.
    pub groups: Arc<[WidgetGroup]>,
    /// The group that was chosen, if it is offered.
    pub group_id: Option<GroupId>,
}

/// Whether the visitor may choose who is to answer. Not while somebody does.
#[must_use]
pub fn may_choose(thread: Option<Thread<'_>>) -> bool {
    thread.is_none_or(|it| !it.open || it.assigned.is_empty())
}

impl Roster {
    /// Works out who is there.
    #[must_use]
    pub fn new<'a>(
        team: impl IntoIterator<Item = &'a Somebody>,
        groups: impl IntoIterator<Item = &'a Group>,
    ) -> Self {
        let mut this = Self::default();
        for somebody in team {
            // A wish about notices changes nothing for visitors.
            let meaning = meaning(somebody.status, false);
            if meaning.available_in_own {
                this.available.insert(somebody.id, somebody.name.clone());
            }
            if meaning.somebody_online {
                this.online.insert(somebody.id, somebody.name.clone());
            }
        }
        this.everybody = named(this.online.values());
        for group in groups {
            let duty = OnDuty {
                name: group.name.clone(),
                members: group.members.clone(),
                online: this.names(group.members.iter().copied().collect()),
            };
            this.groups.insert(group.id, duty);
        }
        this
    }

    /// Those of them who are online, in order of id.
    fn names(&self, agents: BTreeSet<AgentId>) -> Arc<[String]> {
        named(agents.iter().filter_map(|id| self.online.get(id)))
    }

    /// What the visitors of a site have in common.
    #[must_use]
    pub fn reception(&self, site: &Site) -> Reception {
        let offered = site
            .groups
            .iter()
            .filter_map(|id| self.groups.get(id).map(|duty| (*id, duty)));
        let anybody = if site.groups.is_empty() {
            Arc::clone(&self.everybody)
        } else {
            let members = offered.clone().flat_map(|(_, duty)| duty.members.iter());
            self.names(members.copied().collect())
        };
        let groups = offered
            .map(|(id, duty)| WidgetGroup {
                id,
                name: duty.name.clone(),
                online: !duty.online.is_empty(),
            })
            .collect();
        Reception {
            when_nobody: site.when_nobody,
            anybody,
            groups,
        }
    }

    /// Decides the widget of a visitor of the site.
    #[must_use]
    pub fn outlook(
        &self,
        reception: &Reception,
        thread: Option<Thread<'_>>,
        wish: Option<Wish>,
    ) -> Outlook {
        let open = thread.filter(|it| it.open);
        let group = match (open, reception.good(wish)) {
            (None, Some(Wish(chosen))) => chosen,
            _ => thread.and_then(|it| it.group),
        };
        let group_id = group.filter(|id| reception.offers(*id));
        let (groups, nobody) = if may_choose(thread) {
            (Arc::clone(&reception.groups), Arc::default())
        } else {
            Default::default()
        };
        let of = |mode, agents| Outlook {
            mode,
            agents,
            groups,
            group_id,
        };
        let assigned = open.map_or::<&[AgentId], _>(&[], |it| it.assigned);
        let assigned = named(assigned.iter().filter_map(|id| self.available.get(id)));
        if !assigned.is_empty() {
            return of(WidgetMode::LiveChat, assigned);
        }
        let online = group
            .and_then(|id| self.groups.get(&id))
            .map_or(&reception.anybody, |duty| &duty.online);
        if !online.is_empty() {
            return of(WidgetMode::LiveChat, Arc::clone(online));
        }
        match reception.when_nobody {
            WhenNobody::Hidden if open.is_none() && reception.anybody.is_empty() => {
                of(WidgetMode::Hidden, nobody)
            }
            WhenNobody::Hidden | WhenNobody::Messenger => of(WidgetMode::Messenger, nobody),
        }
    }
}

/// Whether a visitor may see an agent write: only somebody who is available to them in this
/// conversation. Whoever is Invisible, and not among those who answer it, stays unseen.
#[must_use]
pub fn seen_writing(status: Status, assigned: bool) -> bool {
    let meaning = meaning(status, false);
    meaning.available || (assigned && meaning.available_in_own)
}

/// As many of them as a visitor is told of.
fn named<'a>(names: impl Iterator<Item = &'a String>) -> Arc<[String]> {
    names.take(WIDGET_AGENTS).cloned().collect()
}

impl Reception {
    /// Whether visitors may choose the group.
    #[must_use]
    pub fn offers(&self, group: GroupId) -> bool {
        self.groups.iter().any(|it| it.id == group)
    }

    /// A choice, while it can be made.
    #[must_use]
    pub fn good(&self, wish: Option<Wish>) -> Option<Wish> {
        wish.filter(|Wish(chosen)| chosen.is_none_or(|id| self.offers(id)))
    }
}

/// A conversation that the visitor's message just opened (again): it goes to whom they chose. Who
/// answered it for another group does so no longer.
#[must_use]
pub fn redirected(mut opened: Conversation, wish: Option<Wish>) -> Conversation {
    if let Some(Wish(chosen)) = wish
        && chosen != opened.group_id
    {
        opened.group_id = chosen;
        opened.assigned.clear();
    }
    opened
}

#[cfg(test)]
mod tests {
    use protocol::ids::{ConversationId, Instant, SiteId, VisitorId};
    use protocol::model::{ConversationState, Visitor};
    use uuid::Uuid;

    use super::*;

    const ALL: [Status; 4] = [
        Status::Online,
        Status::Busy,
        Status::Invisible,
        Status::Offline,
    ];
    const NEW: Option<Thread<'_>> = None;

    fn agent(number: u128) -> AgentId {
        AgentId(Uuid::from_u128(number))
    }

    fn group(number: u128) -> GroupId {
        GroupId(Uuid::from_u128(number))
    }

    /// Anna (1) and Bert (2); Support (10) is Anna, Sales (20) is Bert, Returns (30) is Anna.
    fn roster(anna: Status, bert: Status) -> Roster {
        let team = [(1, "Anna", anna), (2, "Bert", bert)].map(|(id, name, status)| Somebody {
            id: agent(id),
            name: name.into(),
            status,
        });
        let groups =
            [(10, "Support", 1), (20, "Sales", 2), (30, "Returns", 1)].map(|(id, name, member)| {
                Group {
                    id: group(id),
                    name: name.into(),
                    members: vec![agent(member)],
                }
            });
        Roster::new(&team, &groups)
    }

    fn site(when_nobody: WhenNobody, groups: &[u128]) -> Site {
        Site {
            id: SiteId(Uuid::from_u128(100)),
            name: "Shop".into(),
            origins: vec![],
            when_nobody,
            groups: groups.iter().map(|id| group(*id)).collect(),
        }
    }

    fn open(group: Option<GroupId>, assigned: &[AgentId]) -> Option<Thread<'_>> {
        Some(Thread {
            open: true,
            group,
            assigned,
        })
    }

    fn mode(
        roster: &Roster,
        site: &Site,
        thread: Option<Thread<'_>>,
        wish: Option<Wish>,
    ) -> WidgetMode {
        roster.outlook(&roster.reception(site), thread, wish).mode
    }

    #[test]
    fn only_an_online_agent_makes_it_live_chat_for_a_new_visitor() {
        for status in ALL {
            let roster = roster(status, Status::Offline);
            let reception = roster.reception(&site(WhenNobody::Messenger, &[]));
            let outlook = roster.outlook(&reception, NEW, None);
            if status == Status::Online {
                assert_eq!(outlook.mode, WidgetMode::LiveChat);
                assert_eq!(*outlook.agents, ["Anna"]);
            } else {
                assert_eq!(outlook.mode, WidgetMode::Messenger, "{status:?}");
                assert!(outlook.agents.is_empty(), "{status:?}");
            }
        }
    }

    #[test]
    fn in_a_large_team_it_is_no_news_that_one_more_comes_or_goes() {
        let told = |offline: std::ops::Range<u128>| {
            let team: Vec<_> = (0..500)
                .map(|number| Somebody {
                    id: agent(number),
                    name: format!("Agent {number}"),
                    status: if offline.contains(&number) {
                        Status::Offline
                    } else {
                        Status::Online
                    },
                })
                .collect();
            let everybody = Group {
                id: group(10),
                name: "Support".into(),
                members: team.iter().map(|it| it.id).collect(),
            };
            let roster = Roster::new(&team, [&everybody]);
            [&[][..], &[10]].map(|groups| {
                let reception = roster.reception(&site(WhenNobody::Messenger, groups));
                roster.outlook(&reception, NEW, None)
            })
        };
        let before = told(500..500);
        assert_eq!(told(499..500), before);
        assert_eq!(told(4..500), before, "it only says that there are others");
        let fewer = told(3..500);
        for outlook in fewer {
            assert_eq!(*outlook.agents, ["Agent 0", "Agent 1", "Agent 2"]);
        }
    }

    #[test]
    fn an_assigned_agent_is_available_unless_offline_and_to_nobody_else() {
        let (hidden, anna) = (site(WhenNobody::Hidden, &[]), [agent(1)]);
        for status in ALL {
            let roster = roster(status, Status::Offline);
            let expected = match status {
                Status::Offline => WidgetMode::Messenger,
                _ => WidgetMode::LiveChat,
            };
            let theirs = open(None, &anna);
            assert_eq!(mode(&roster, &hidden, theirs, None), expected, "{status:?}");
            let expected = match status {
                Status::Online => WidgetMode::LiveChat,
                _ => WidgetMode::Hidden,
            };
            assert_eq!(mode(&roster, &hidden, NEW, None), expected, "{status:?}");
        }
    }

    #[test]
    fn an_agent_who_left_the_conversation_open_counts_no_more_once_it_is_closed() {
        let roster = roster(Status::Busy, Status::Offline);
        let anna = [agent(1)];
        let closed = open(None, &anna).map(|it| Thread { open: false, ..it });
        let hidden = site(WhenNobody::Hidden, &[]);
        assert_eq!(mode(&roster, &hidden, closed, None), WidgetMode::Hidden);
    }

    #[test]
    fn hidden_turns_to_messenger_for_a_visitor_with_an_open_conversation() {
        let roster = roster(Status::Offline, Status::Offline);
        let hidden = site(WhenNobody::Hidden, &[]);
        assert_eq!(mode(&roster, &hidden, NEW, None), WidgetMode::Hidden);
        let theirs = open(None, &[]);
        assert_eq!(mode(&roster, &hidden, theirs, None), WidgetMode::Messenger);
    }

    #[test]
    fn choosing_a_group_that_is_away_never_takes_the_widget_away() {
        let hidden = site(WhenNobody::Hidden, &[10, 20]);
        let sales = Some(Wish(Some(group(20))));
        let there = roster(Status::Online, Status::Offline);
        assert_eq!(mode(&there, &hidden, NEW, sales), WidgetMode::Messenger);
        let gone = roster(Status::Invisible, Status::Offline);
        assert_eq!(mode(&gone, &hidden, NEW, sales), WidgetMode::Hidden);
    }

    #[test]
    fn a_site_with_groups_is_answered_by_their_members_alone() {
        let roster = roster(Status::Offline, Status::Online);
        let all = site(WhenNobody::Messenger, &[]);
        let support = site(WhenNobody::Messenger, &[10]);
        assert_eq!(mode(&roster, &all, NEW, None), WidgetMode::LiveChat);
        assert_eq!(mode(&roster, &support, NEW, None), WidgetMode::Messenger);
    }

    #[test]
    fn the_chosen_group_decides_and_each_shows_whether_somebody_is_online() {
        let roster = roster(Status::Online, Status::Invisible);
        let reception = roster.reception(&site(WhenNobody::Messenger, &[20, 10]));
        let outlook = |wish| roster.outlook(&reception, NEW, wish);
        let before = outlook(None);
        let shown: Vec<_> = before
            .groups
            .iter()
            .map(|it| (it.name.as_str(), it.online))
            .collect();
        assert_eq!(
            shown,
            [("Sales", false), ("Support", true)],
            "in the site's order"
        );
        assert_eq!((before.mode, before.group_id), (WidgetMode::LiveChat, None));
        let sales = outlook(Some(Wish(Some(group(20)))));
        assert_eq!(
            (sales.mode, sales.group_id),
            (WidgetMode::Messenger, Some(group(20)))
        );
        let support = outlook(Some(Wish(Some(group(10)))));
        assert_eq!(
            (support.mode, &*support.agents),
            (before.mode, &*before.agents)
        );
    }

    #[test]
    fn a_choice_that_the_site_no_longer_offers_counts_as_none() {
        let roster = roster(Status::Online, Status::Offline);
        let reception = roster.reception(&site(WhenNobody::Messenger, &[10, 30]));
        let outlook = roster.outlook(&reception, NEW, Some(Wish(Some(group(20)))));
        assert_eq!(
            (outlook.mode, outlook.group_id),
            (WidgetMode::LiveChat, None)
        );
    }

    #[test]
    fn an_open_conversation_counts_by_the_group_it_is_in_whatever_is_offered_or_wished() {
        let roster = roster(Status::Online, Status::Offline);
        let reception = roster.reception(&site(WhenNobody::Messenger, &[10, 30]));
        let wish = Some(Wish(Some(group(10))));
        let outlook = roster.outlook(&reception, open(Some(group(20)), &[]), wish);
        assert_eq!(
            (outlook.mode, outlook.group_id),
            (WidgetMode::Messenger, None),
            "only Sales sees it, and nobody of Sales is there"
        );
        assert_eq!(outlook.groups.len(), 2, "it may still be given to others");
    }

    #[test]
    fn there_is_no_choice_while_somebody_answers_and_a_new_one_after_the_end() {
        let roster = roster(Status::Online, Status::Online);
        let reception = roster.reception(&site(WhenNobody::Messenger, &[10, 20]));
        let anna = [agent(1)];
        let theirs = open(Some(group(10)), &anna);
        let answered = roster.outlook(&reception, theirs, None);
        assert!(answered.groups.is_empty() && !may_choose(theirs));
        let closed = theirs.map(|it| Thread { open: false, ..it });
        let after = roster.outlook(&reception, closed, None);
        assert_eq!(
            (after.groups.len(), after.group_id),
            (2, Some(group(10))),
            "it begins with what was chosen last"
        );
        let anybody = roster.outlook(&reception, closed, Some(Wish(None)));
        assert_eq!(anybody.group_id, None);
        let gone = roster.outlook(&reception, closed, Some(Wish(Some(group(30)))));
        assert_eq!(gone.group_id, after.group_id, "Returns is not offered here");
    }

    #[test]
    fn a_conversation_opened_again_goes_to_whom_the_visitor_chose_and_else_stays() {
        let before = Conversation {
            id: ConversationId(Uuid::from_u128(200)),
            site_id: SiteId(Uuid::from_u128(100)),
            group_id: Some(group(10)),
            visitor: Visitor {
                id: VisitorId(Uuid::from_u128(300)),
                name: None,
                email: None,
            },
            state: ConversationState::Open,
            assigned: vec![agent(1)],
            created_at: Instant(1),
            last_message_at: Instant(1),
            waiting_since: Some(Instant(1)),
            missed: None,
        };
        let same = [None, Some(Wish(Some(group(10))))];
        for wish in same {
            assert_eq!(redirected(before.clone(), wish), before);
        }
        let after = redirected(before, Some(Wish(Some(group(20)))));
        assert_eq!((after.group_id, after.assigned), (Some(group(20)), vec![]));
    }

    #[test]
    fn only_who_is_available_to_a_visitor_is_seen_writing() {
        for (status, assigned, seen) in [
            (Status::Online, false, true),
            (Status::Online, true, true),
            (Status::Busy, false, false),
            (Status::Busy, true, true),
            (Status::Invisible, false, false),
            (Status::Invisible, true, true),
            (Status::Offline, false, false),
            (Status::Offline, true, false),
        ] {
            assert_eq!(
                seen_writing(status, assigned),
                seen,
                "{status:?} {assigned}"
            );
        }
    }
}
