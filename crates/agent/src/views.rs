//! From what is stored to what is shown.
//!
//! The wide views (oneself, the team, the numbers, the tray) are read from the cache anew after
//! whatever changed them, one redraw at a time, so that an older reading never overwrites a newer.

use cache::{CacheError, Counts};
use protocol::ids::AgentId;
use protocol::model::Author;
use protocol::status::{Choice, ChoiceSource, Presence, Reason, Status, StatusSettings};
use rules::list::Dot;
use rules::tray::{Known, TrayModel, selectable, tray};

use crate::seat::Seat;
use crate::session::Inner;
use crate::standing;
use crate::view::{
    Attention, ConnectionView, ConversationItem, ConversationView, CountsView, Delivery, Folder,
    GroupCount, HoursEndView, ListQuery, MeView, MessageBy, MessageItem, Preview, PreviewBy, Sort,
    Stage, TeamView,
};

impl Inner {
    /// Draws oneself, the numbers and the tray.
    pub(crate) async fn redraw_me(&self, seat: &Seat) {
        let drawing = self.drawing.lock().await;
        if let Err(error) = self.try_redraw_me(seat).await {
            not_drawn(&error);
        }
        drop(drawing);
    }

    /// Draws the team.
    pub(crate) async fn redraw_team(&self, seat: &Seat) {
        let drawing = self.drawing.lock().await;
        match seat.cache.team().await {
            Ok(team) => self.board.show_team(team_view(team, seat.is_local())),
            Err(error) => not_drawn(&error),
        }
        drop(drawing);
    }

    /// Draws all of it.
    pub(crate) async fn redraw(&self, seat: &Seat) {
        self.redraw_team(seat).await;
        self.redraw_me(seat).await;
    }

    async fn try_redraw_me(&self, seat: &Seat) -> Result<(), CacheError> {
        let me = seat.cache.me().await?;
        let counts = self.counts(seat, &me).await?;
        let presence = self.shown_presence(&me);
        let pending = self.person.pending();
        let open = counts.answered_by_me;
        let hours_end = Seat::get(&seat.hours_end)
            .filter(|_| open > 0)
            .map(|end| HoursEndView { open, ..end });
        let now = tray(&Known {
            signed_in: true,
            choice: Some(me.choice),
            pending,
            presence: Some(presence),
            next: me.next,
            statuses: me.workspace.statuses,
            admin: admin(seat, me.choice).await?,
            waiting: counts.waiting,
            longest_waiting_since: counts.longest_waiting_since,
            missed: counts.missed,
        });
        self.tray.send_if_modified(|shown| {
            let changed = *shown != now;
            *shown = now;
            changed
        });
        if let Some(agent) = me.agent {
            self.board.show_me(MeView {
                agent,
                choice: me.choice,
                pending,
                presence,
                next: me.next,
                selectable: selectable(me.workspace.statuses),
                may_wind_down: me.workspace.statuses.offline_by_hand,
                settings: me.settings,
                drops_at: *self.person.drops_at.borrow(),
                hours_end,
                open_conversations: counts.answered_by_me,
                limited: self.person.limited(),
                notices_hidden: standing::hidden(self, presence.status),
            });
        }
        self.board.show_counts(counts_view(counts));
        Ok(())
    }

    /// The numbers beside the navigation.
    pub(crate) async fn counts(&self, seat: &Seat, me: &cache::Me) -> Result<Counts, CacheError> {
        let opted_in = me.settings.invisible_offers;
        seat.cache.counts(me.presence.status, opted_in).await
    }

    /// What others get of me, and why.
    pub(crate) fn shown_presence(&self, me: &cache::Me) -> Presence {
        // Without a connection others see us offline, or will before long, and the server cannot
        // tell us so.
        let lost = match self.board.connection() {
            ConnectionView::Connecting => Some(None),
            ConnectionView::Lost { since, .. } => Some(since),
            ConnectionView::CatchingUp | ConnectionView::Live => None,
        };
        lost.map_or(me.presence, |since| Presence {
            status: Status::Offline,
            reason: Reason::ConnectionLost,
            since: since.unwrap_or(me.presence.since),
        })
    }

    /// Draws a stage.
    pub(crate) fn show_stage(&self, stage: Stage) {
        let signed_out = !matches!(stage, Stage::Ready);
        let in_need = match &stage {
            Stage::KeychainLocked { .. } | Stage::Broken { .. } => true,
            Stage::FirstRun { because, .. } => because.is_some(),
            Stage::Starting | Stage::Ready => false,
        };
        self.board.show_stage(stage);
        self.in_need.send_replace(in_need);
        if signed_out {
            self.tray.send_replace(signed_out_tray());
        }
    }
}

/// The name of the admin who made the choice.
async fn admin(seat: &Seat, choice: Choice) -> Result<Option<String>, CacheError> {
    let ChoiceSource::Admin { agent_id, .. } = choice.source else {
        return Ok(None);
    };
    let agents = seat.cache.team().await?.agents;
    let admin = agents.into_iter().find(|agent| agent.id == agent_id);
    Ok(admin.map(|admin| admin.name))
}

/// The tray while nobody is signed in.
pub(crate) fn signed_out_tray() -> TrayModel {
    tray(&Known {
        signed_in: false,
        choice: None,
        pending: None,
        presence: None,
        next: None,
        statuses: StatusSettings::default(),
        admin: None,
        waiting: 0,
        longest_waiting_since: None,
        missed: 0,
    })
}

fn not_drawn(error: &CacheError) {
    match error {
        // Before the first snapshot there is nothing to draw, after the last word nobody to see it.
        CacheError::Empty | CacheError::Closed => {}
        error => tracing::error!(%error, "a view cannot be drawn"),
    }
}

fn team_view(mut team: cache::Team, local: bool) -> TeamView {
    team.agents
        .sort_by_key(|agent| (agent.name.to_lowercase(), agent.id));
    team.groups
        .sort_by_key(|group| (group.name.to_lowercase(), group.id));
    team.sites
        .sort_by_key(|site| (site.name.to_lowercase(), site.id));
    TeamView {
        workspace: team.workspace,
        local,
        agents: team.agents,
        presence: team.presence,
        groups: team.groups,
        sites: team.sites,
    }
}

fn counts_view(counts: cache::Counts) -> CountsView {
    CountsView {
        mine: counts.mine,
        unassigned: counts.unassigned,
        all: counts.all,
        groups: counts
            .groups
            .into_iter()
            .map(|(group_id, open)| GroupCount { group_id, open })
            .collect(),
        waiting: counts.waiting,
        longest_waiting_since: counts.longest_waiting_since,
        unsent: counts.unsent,
    }
}

pub(crate) fn list_query(query: &ListQuery) -> cache::ListQuery {
    cache::ListQuery {
        folder: match query.folder {
            Folder::Mine => cache::Folder::Mine,
            Folder::Unassigned => cache::Folder::Unassigned,
            Folder::All => cache::Folder::All,
            Folder::Group { group_id } => cache::Folder::Group(group_id),
        },
        open: query.open,
        sort: match query.sort {
            Sort::Newest => cache::Sort::Newest,
            Sort::Oldest => cache::Sort::Oldest,
            Sort::LongestWaiting => cache::Sort::LongestWaiting,
        },
        offset: query.offset,
        limit: query.limit,
    }
}

pub(crate) fn conversation_item(row: cache::ListRow, me: AgentId) -> ConversationItem {
    let by = match row.preview_by {
        cache::PreviewBy::Author {
            author: Author::Visitor,
        } => PreviewBy::Visitor,
        cache::PreviewBy::Author {
            author: Author::Agent { agent_id },
        } if agent_id == me => PreviewBy::Me,
        cache::PreviewBy::Author {
            author: Author::Agent { agent_id },
        } => PreviewBy::Agent { agent_id },
        cache::PreviewBy::Draft => PreviewBy::Draft,
        cache::PreviewBy::Author {
            author: Author::Unknown,
        }
        | cache::PreviewBy::Nobody => PreviewBy::Nobody,
    };
    ConversationItem {
        conversation: row.conversation,
        attention: match row.dot {
            Dot::Missed => Attention::Missed,
            Dot::New => Attention::New,
            Dot::None => Attention::None,
        },
        preview: Preview {
            by,
            text: row.preview,
        },
    }
}

pub(crate) fn conversation_view(open: cache::OpenConversation, me: AgentId) -> ConversationView {
    ConversationView {
        conversation: open.conversation,
        messages: open
            .messages
            .into_iter()
            .map(|message| message_item(message, me))
            .collect(),
        more: open.more_here || open.more_on_server,
        seen_through: open.seen_through,
        read_through: open.read_through,
        draft: open.draft,
    }
}

pub(crate) fn message_item(message: cache::StoredMessage, me: AgentId) -> MessageItem {
    MessageItem {
        client_id: message.client_id,
        id: message.id,
        seq: message.seq,
        by: match message.author {
            Author::Visitor => MessageBy::Visitor,
            Author::Agent { agent_id } if agent_id == me => MessageBy::Me,
            Author::Agent { agent_id } => MessageBy::Agent { agent_id },
            Author::Unknown => MessageBy::Unknown,
        },
        kind: message.kind,
        body: message.body,
        at: message.at,
        delivery: match message.delivery {
            cache::Delivery::Stored => Delivery::Stored,
            cache::Delivery::Waiting => Delivery::Waiting,
            cache::Delivery::Failed(error) => Delivery::Failed { error },
        },
    }
}
