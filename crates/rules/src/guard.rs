//! The last-agent guard: which sites a change of one's status would leave with nobody online.
//!
//! The device asks before the change is made, with what it knows of the team. Idle, hours and losses
//! never ask, so this is only for changes that somebody picks.

use protocol::ids::{AgentId, SiteId};
use protocol::model::{Group, Site};
use protocol::status::{Status, TeamPresence};

use crate::status::meaning;

/// The sites that `me` covers now and nobody would cover once `me` is `then`. A site is covered by an
/// Online agent who answers it: a member of one of its groups, or anybody where it has none. In the
/// order of `sites`.
#[must_use]
pub fn left_dark(
    me: AgentId,
    then: Status,
    team: &[TeamPresence],
    sites: &[Site],
    groups: &[Group],
) -> Vec<SiteId> {
    let counts = |status| meaning(status, false).somebody_online;
    let online = |presence: &&TeamPresence| counts(presence.status);
    let here = team.iter().filter(online).any(|it| it.agent_id == me);
    // Who is not online now lights nothing; who stays online darkens nothing.
    if !here || counts(then) {
        return Vec::new();
    }
    sites
        .iter()
        .filter(|site| {
            answers(me, site, groups)
                && !team
                    .iter()
                    .filter(online)
                    .any(|it| it.agent_id != me && answers(it.agent_id, site, groups))
        })
        .map(|site| site.id)
        .collect()
}

/// Whether the agent answers the site: is in one of its groups, or it has none.
#[must_use]
pub fn answers(agent: AgentId, site: &Site, groups: &[Group]) -> bool {
    site.groups.is_empty()
        || groups
            .iter()
            .filter(|group| site.groups.contains(&group.id))
            .any(|group| group.members.contains(&agent))
}

#[cfg(test)]
mod tests {
    use protocol::ids::{GroupId, Instant};
    use protocol::model::WhenNobody;
    use uuid::Uuid;

    use super::*;

    fn agent(number: u128) -> AgentId {
        AgentId(Uuid::from_u128(number))
    }

    fn presence(number: u128, status: Status) -> TeamPresence {
        TeamPresence {
            agent_id: agent(number),
            status,
            since: Instant(0),
            open: 0,
        }
    }

    fn group(number: u128, members: &[u128]) -> Group {
        Group {
            id: GroupId(Uuid::from_u128(number)),
            name: String::new(),
            members: members.iter().map(|it| agent(*it)).collect(),
        }
    }

    fn site(number: u128, groups: &[u128]) -> Site {
        Site {
            id: SiteId(Uuid::from_u128(number)),
            name: String::new(),
            origins: vec![],
            when_nobody: WhenNobody::Messenger,
            groups: groups
                .iter()
                .map(|it| GroupId(Uuid::from_u128(*it)))
                .collect(),
        }
    }

    /// Anna (1) and Bert (2); Support (10) is both, Sales (20) is Anna. The shop (100) is answered by
    /// everybody, the help pages (101) by Support, the price list (102) by Sales.
    fn dark(then: Status, anna: Status, bert: Status) -> Vec<u128> {
        let groups = [group(10, &[1, 2]), group(20, &[1])];
        let sites = [site(100, &[]), site(101, &[10]), site(102, &[20])];
        let team = [presence(1, anna), presence(2, bert)];
        left_dark(agent(1), then, &team, &sites, &groups)
            .into_iter()
            .map(|site| site.0.as_u128())
            .collect()
    }

    #[test]
    fn the_last_one_leaves_every_site_dark_whatever_they_change_to() {
        for then in [Status::Busy, Status::Invisible, Status::Offline] {
            for bert in [Status::Busy, Status::Invisible, Status::Offline] {
                assert_eq!(dark(then, Status::Online, bert), [100, 101, 102]);
            }
        }
    }

    #[test]
    fn a_colleague_keeps_only_the_sites_that_they_answer() {
        assert_eq!(dark(Status::Offline, Status::Online, Status::Online), [102]);
    }

    #[test]
    fn who_is_not_online_or_stays_online_is_never_asked() {
        assert!(dark(Status::Online, Status::Online, Status::Offline).is_empty());
        for now in [Status::Busy, Status::Invisible, Status::Offline] {
            assert!(dark(Status::Offline, now, Status::Offline).is_empty());
        }
    }

    #[test]
    fn a_site_that_one_does_not_answer_is_dark_already() {
        let groups = [group(20, &[2])];
        let team = [presence(1, Status::Online), presence(2, Status::Offline)];
        let then = Status::Offline;
        assert!(left_dark(agent(1), then, &team, &[site(102, &[20])], &groups).is_empty());
    }
}
