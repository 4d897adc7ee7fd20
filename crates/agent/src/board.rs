//! What open windows show, and the way to tell them.
//!
//! The board holds the newest of everything a window draws. A window has no queue that could fill
//! up: it has a note of *what* changed since it last asked, and takes the newest of that. So a slow
//! window misses steps in between, never the last one, and one that is opened starts with a note of
//! everything. Conversations are noted by id; past [`NOTED_CONVERSATIONS`] the note says "all".
//!
//! A navigation (a notification was clicked) waits here until a window can follow it: one that
//! arrives before any window exists, or before the inbox is due, is not lost. So do a refusal of
//! something that cannot be seen any more, and a question that was raised in the tray. None of them
//! outlives its session. They are the main window's: a small window beside it, for a quick reply, draws
//! from the same board and is told none of them.

use std::collections::{BTreeSet, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

use protocol::error::ErrorBody;
use protocol::ids::ConversationId;
use tokio::sync::Notify;

use crate::view::{ConnectionView, CountsView, LastAgentView, MeView, Stage, TeamView, UiEvent};
use crate::view_notices::AwayView;

/// Past this many, naming conversations one by one costs more than asking for all.
const NOTED_CONVERSATIONS: usize = 200;

/// See the module.
pub(crate) struct Board {
    inner: Arc<Mutex<Shown>>,
}

struct Shown {
    stage: Stage,
    me: Option<MeView>,
    connection: ConnectionView,
    team: Option<TeamView>,
    counts: Option<CountsView>,
    navigation: Option<ConversationId>,
    refused: Option<ErrorBody>,
    link_refused: Option<ErrorBody>,
    question: Option<Question>,
    away: Option<AwayView>,
    windows: Vec<Weak<Window>>,
    touched: Touched,
    ended: bool,
}

/// What was begun outside the window and goes on in it.
#[derive(Clone, Debug)]
pub(crate) enum Question {
    /// Whether a site may be left with nobody online.
    LastAgent(LastAgentView),
    /// Until when.
    Until,
}

struct Window {
    /// A small window for a reply in this conversation; `None`: the main one.
    reply_to: Option<ConversationId>,
    note: Mutex<Note>,
    changed: Notify,
}

#[derive(Default)]
struct Note {
    stage: bool,
    me: bool,
    connection: bool,
    team: bool,
    counts: bool,
    conversations: Touched,
    navigation: bool,
    refused: bool,
    question: bool,
    away: bool,
}

/// Conversations that changed.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) enum Touched {
    /// None of them.
    #[default]
    None,
    /// These.
    These(BTreeSet<ConversationId>),
    /// Perhaps all.
    All,
}

/// What an open window is told, in order. The first events draw everything.
pub struct UiStream {
    shown: Arc<Mutex<Shown>>,
    window: Arc<Window>,
    due: VecDeque<UiEvent>,
    /// It shows a card of an absence.
    told_away: bool,
    gone: Box<dyn Fn() + Send + Sync>,
}

impl Drop for UiStream {
    fn drop(&mut self) {
        let newest = locked(&self.shown)
            .windows
            .iter()
            .rev()
            .filter_map(Weak::upgrade)
            .find(|other| other.reply_to == self.window.reply_to)
            .is_some_and(|newest| Arc::ptr_eq(&newest, &self.window));
        if newest {
            (self.gone)();
        }
    }
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    // A panic elsewhere leaves plain values behind, which are as good as before.
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Board {
    pub(crate) fn new() -> Self {
        Self {
            inner: Arc::new(Mutex::new(Shown {
                stage: Stage::Starting,
                me: None,
                connection: ConnectionView::Connecting,
                team: None,
                counts: None,
                navigation: None,
                refused: None,
                link_refused: None,
                question: None,
                away: None,
                windows: Vec::new(),
                touched: Touched::None,
                ended: false,
            })),
        }
    }

    pub(crate) fn stage(&self) -> Stage {
        locked(&self.inner).stage.clone()
    }

    pub(crate) fn connection(&self) -> ConnectionView {
        locked(&self.inner).connection.clone()
    }

    /// A window that starts with everything. `gone` is called when it ends, unless another one has
    /// taken its place.
    pub(crate) fn open(&self, gone: impl Fn() + Send + Sync + 'static) -> UiStream {
        self.open_at(None, gone)
    }

    /// [`Board::open`] for a small window beside the main one, for a reply in this conversation.
    pub(crate) fn open_reply(
        &self,
        conversation_id: ConversationId,
        gone: impl Fn() + Send + Sync + 'static,
    ) -> UiStream {
        self.open_at(Some(conversation_id), gone)
    }

    fn open_at(
        &self,
        reply_to: Option<ConversationId>,
        gone: impl Fn() + Send + Sync + 'static,
    ) -> UiStream {
        let window = Arc::new(Window {
            reply_to,
            note: Mutex::new(Note {
                stage: true,
                me: true,
                connection: true,
                team: true,
                counts: true,
                conversations: Touched::None,
                navigation: true,
                refused: true,
                question: true,
                away: true,
            }),
            changed: Notify::new(),
        });
        window.changed.notify_one();
        let mut shown = locked(&self.inner);
        shown.windows.retain(|window| window.strong_count() > 0);
        shown.windows.push(Arc::downgrade(&window));
        UiStream {
            shown: Arc::clone(&self.inner),
            window,
            due: VecDeque::new(),
            told_away: false,
            gone: Box::new(gone),
        }
    }

    pub(crate) fn show_stage(&self, stage: Stage) {
        let ready = stage == Stage::Ready;
        self.change(|shown| {
            let changed = shown.stage != stage;
            if !ready {
                // What a window of the next session draws must not be from this one.
                shown.me = None;
                shown.team = None;
                shown.counts = None;
                shown.away = None;
                shown.connection = ConnectionView::Connecting;
            }
            if matches!(stage, Stage::FirstRun { .. }) {
                shown.navigation = None;
                shown.refused = None;
                shown.link_refused = None;
                shown.question = None;
            }
            shown.stage = stage;
            changed.then_some(|note: &mut Note| {
                note.stage = true;
                // These wait for the inbox, see `collect`.
                note.connection = true;
                note.navigation = true;
                note.refused = true;
                note.question = true;
                note.away = true;
            })
        });
    }

    pub(crate) fn show_me(&self, me: MeView) {
        self.change(|shown| {
            let changed = shown.me.as_ref() != Some(&me);
            shown.me = Some(me);
            changed.then_some(|note: &mut Note| note.me = true)
        });
    }

    pub(crate) fn show_connection(&self, connection: ConnectionView) {
        self.change(|shown| {
            let changed = shown.connection != connection;
            shown.connection = connection;
            changed.then_some(|note: &mut Note| note.connection = true)
        });
    }

    pub(crate) fn show_team(&self, team: TeamView) {
        self.change(|shown| {
            let changed = shown.team.as_ref() != Some(&team);
            shown.team = Some(team);
            changed.then_some(|note: &mut Note| note.team = true)
        });
    }

    pub(crate) fn show_counts(&self, counts: CountsView) {
        self.change(|shown| {
            let changed = shown.counts.as_ref() != Some(&counts);
            shown.counts = Some(counts);
            changed.then_some(|note: &mut Note| note.counts = true)
        });
    }

    /// The card of what happened in an absence; `None` when there is none.
    pub(crate) fn show_away(&self, away: Option<AwayView>) {
        self.change(|shown| {
            let changed = shown.away != away;
            shown.away = away;
            changed.then_some(|note: &mut Note| note.away = true)
        });
    }

    /// These conversations changed; `None`: all of them.
    pub(crate) fn touch(&self, ids: Option<&BTreeSet<ConversationId>>) {
        if ids.is_some_and(BTreeSet::is_empty) {
            return;
        }
        self.change(|shown| {
            shown.touched.add(ids);
            Some(|note: &mut Note| note.conversations.add(ids))
        });
    }

    /// Which changed since this was asked last, for whoever draws from the cache what is shown here.
    pub(crate) fn take_touched(&self) -> Touched {
        std::mem::take(&mut locked(&self.inner).touched)
    }

    /// A window shall open this conversation, as soon as one can.
    pub(crate) fn navigate(&self, conversation_id: ConversationId) {
        self.change(|shown| {
            shown.navigation = Some(conversation_id);
            Some(|note: &mut Note| note.navigation = true)
        });
    }

    /// Something that was done here was refused, and nothing on screen says so. The newest of them
    /// is told once, by whichever window comes first.
    pub(crate) fn refuse(&self, error: ErrorBody) {
        self.change(|shown| {
            shown.refused = Some(error);
            Some(|note: &mut Note| note.refused = true)
        });
    }

    /// These conversations are gone: no window is led to one of them any more.
    pub(crate) fn gone(&self, ids: &BTreeSet<ConversationId>) {
        let mut shown = locked(&self.inner);
        shown.navigation = shown.navigation.filter(|id| !ids.contains(id));
    }

    /// A link leads nowhere: told like a refusal, in place of where an older one led.
    pub(crate) fn refuse_link(&self, error: ErrorBody) {
        self.change(|shown| {
            shown.navigation = None;
            shown.link_refused = Some(error);
            Some(|note: &mut Note| note.refused = true)
        });
    }

    /// A change of status that was asked for outside the window needs an answer in it. The newest is
    /// told once; `None` takes back one that no window has seen.
    pub(crate) fn ask(&self, question: Option<Question>) {
        self.change(|shown| {
            shown.question = question;
            Some(|note: &mut Note| note.question = true)
        });
    }

    /// Streams end once they have told what is due.
    pub(crate) fn end(&self) {
        self.change(|shown| {
            shown.ended = true;
            Some(|_: &mut Note| {})
        });
    }

    fn change<F: Fn(&mut Note)>(&self, work: impl FnOnce(&mut Shown) -> Option<F>) {
        let mut shown = locked(&self.inner);
        let Some(mark) = work(&mut shown) else { return };
        for window in shown.windows.iter().filter_map(Weak::upgrade) {
            mark(&mut locked(&window.note));
            window.changed.notify_one();
        }
    }
}

impl Touched {
    fn add(&mut self, ids: Option<&BTreeSet<ConversationId>>) {
        let Some(ids) = ids else {
            *self = Self::All;
            return;
        };
        match self {
            Self::All => {}
            Self::None => *self = Self::These(ids.clone()),
            Self::These(held) => held.extend(ids),
        }
        if matches!(self, Self::These(held) if held.len() > NOTED_CONVERSATIONS) {
            *self = Self::All;
        }
    }
}

impl Note {
    fn leave_to_the_main_window(&mut self) {
        self.navigation = false;
        self.refused = false;
        self.question = false;
        self.away = false;
    }
}

impl UiStream {
    /// The next event; `None` once the session has ended. Dropping the future loses nothing.
    pub async fn next(&mut self) -> Option<UiEvent> {
        loop {
            if let Some(event) = self.due.pop_front() {
                return Some(event);
            }
            // Ask whether it ended before collecting: what is noted until then is still told.
            let ended = locked(&self.shown).ended;
            self.collect();
            if !self.due.is_empty() {
                continue;
            }
            if ended {
                return None;
            }
            self.window.changed.notified().await;
        }
    }

    fn collect(&mut self) {
        let mut shown = locked(&self.shown);
        let mut note = std::mem::take(&mut *locked(&self.window.note));
        if self.window.reply_to.is_some() {
            note.leave_to_the_main_window();
        }
        let due = &mut self.due;
        if note.stage {
            due.push_back(UiEvent::Stage(shown.stage.clone()));
        }
        let ready = shown.stage == Stage::Ready;
        if note.connection && ready {
            due.push_back(UiEvent::Connection(shown.connection.clone()));
        }
        if note.away && ready {
            // A window that opens has no card.
            let card = shown.away.clone();
            if card.is_some() || self.told_away {
                self.told_away = card.is_some();
                due.push_back(UiEvent::Away { card });
            }
        }
        if let (true, Some(me)) = (note.me, &shown.me) {
            due.push_back(UiEvent::Me(me.clone()));
        }
        if let (true, Some(team)) = (note.team, &shown.team) {
            due.push_back(UiEvent::Team(team.clone()));
        }
        if let (true, Some(counts)) = (note.counts, &shown.counts) {
            due.push_back(UiEvent::Counts(counts.clone()));
        }
        match note.conversations {
            Touched::None => {}
            Touched::These(ids) => due.push_back(UiEvent::ConversationsChanged {
                ids: ids.into_iter().collect(),
            }),
            Touched::All => due.push_back(UiEvent::ConversationsChanged { ids: Vec::new() }),
        }
        if note.navigation
            && ready
            && let Some(conversation_id) = shown.navigation.take()
        {
            due.push_back(UiEvent::Navigate { conversation_id });
        }
        if note.refused
            && ready
            && let Some(error) = shown.refused.take()
        {
            due.push_back(UiEvent::Refused { error });
        }
        if note.refused
            && ready
            && let Some(error) = shown.link_refused.take()
        {
            due.push_back(UiEvent::LinkRefused { error });
        }
        if note.question
            && ready
            && let Some(question) = shown.question.take()
        {
            due.push_back(match question {
                Question::LastAgent(question) => UiEvent::AskLastAgent(question),
                Question::Until => UiEvent::AskUntil,
            });
        }
    }
}

#[cfg(test)]
mod tests;
