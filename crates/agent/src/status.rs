//! One's status: changing it, and saying it in one piece.
//!
//! A change is checked here first, so that what the workspace would refuse never shows as pending. Then
//! comes the last agent's question: a change by hand that leaves a site with nobody online is asked
//! about, from what this device knows of the team. In the window and on the command line the
//! answer is the caller's to get; what was asked for in the tray, by the shortcut or in a
//! notification opens the window with the question. After that the change is *pending* everywhere at
//! once (window, tray, report), until the server has decided; see `person.rs`.

use std::sync::Arc;

use protocol::error::{ErrorBody, ErrorCode};
use protocol::status::{Status, StatusChange, StatusSettings, Via};
use rules::guard::left_dark;
use rules::tray::first_status;

use crate::board::Question;
use crate::errors::{from_cache, refused};
use crate::seat::Seat;
use crate::session::Core;
use crate::view::{LastAgentView, StatusAnswer, StatusReport};

impl Core {
    /// Changes one's status: shown at once as pending, decided by the server. `confirmed`: the
    /// question for the last agent was answered. Of several changes that are pending, only the newest
    /// is kept.
    ///
    /// # Errors
    /// `bad_request` for what may not be picked; `not_signed_in`; `unavailable` before the workspace
    /// was reached for the first time.
    pub async fn change_status(
        &self,
        change: StatusChange,
        via: Via,
        confirmed: bool,
    ) -> Result<StatusAnswer, ErrorBody> {
        let changed = self.try_change_status(change, via, confirmed).await;
        let inner = self.inner();
        match &changed {
            // Whoever asked outside the window and not on a command line has no place for an answer.
            Err(error) if speechless(via) && error.code == ErrorCode::BadRequest => {
                inner.board.refuse(error.clone());
            }
            Ok(StatusAnswer::LastAgent(question)) if speechless(via) => {
                inner.board.ask(Some(Question::LastAgent(question.clone())));
                inner.raise(None);
            }
            _ => {}
        }
        changed
    }

    /// Asks in the window until when to be Invisible; opens one if none is there.
    pub fn ask_until(&self) {
        let inner = self.inner();
        inner.board.ask(Some(Question::Until));
        inner.raise(None);
    }

    async fn try_change_status(
        &self,
        change: StatusChange,
        via: Via,
        confirmed: bool,
    ) -> Result<StatusAnswer, ErrorBody> {
        let seat = self.seat()?;
        let inner = self.inner();
        let me = seat.cache.me().await.map_err(from_cache)?;
        check(change, me.workspace.statuses)?;
        if !confirmed && let Some(question) = self.question(&seat, change, via).await? {
            return Ok(StatusAnswer::LastAgent(question));
        }
        inner.board.ask(None);
        inner.person.pick(change, via);
        inner.redraw_me(&seat).await;
        Ok(StatusAnswer::Taken)
    }

    /// Waits until the server has decided on the pending change of status, if one is pending. It may
    /// wait as long as the workspace is away: the caller says how long is enough.
    ///
    /// # Errors
    /// Why the newest change was refused; `conflict` when the workspace holds a newer one.
    pub async fn status_settled(&self) -> Result<(), ErrorBody> {
        let person = &self.inner().person;
        let mut decided = person.decided.subscribe();
        let settled = decided.wait_for(|_| person.pending().is_none()).await;
        settled.map_or(Ok(()), |outcome| outcome.clone())
    }

    /// One's status in one piece, as the window and the tray show it now.
    ///
    /// # Errors
    /// `not_signed_in`; `unavailable` before the workspace was reached for the first time.
    pub async fn status_report(&self) -> Result<StatusReport, ErrorBody> {
        let seat = self.seat()?;
        let inner = self.inner();
        let me = seat.cache.me().await.map_err(from_cache)?;
        let counts = inner.counts(&seat, &me).await.map_err(from_cache)?;
        Ok(StatusReport {
            presence: inner.shown_presence(&me),
            choice: me.choice,
            pending: inner.person.pending(),
            next: me.next,
            selectable: rules::tray::selectable(me.workspace.statuses),
            connected: seat.is_live(),
            limited: inner.person.limited(),
            open_conversations: counts.answered_by_me,
            waiting: counts.waiting,
            workspace: me.workspace.name,
        })
    }

    /// The answer to the countdown before an idle drop: counts as input on this device, also while the
    /// machine says that there was none.
    pub fn stay_online(&self) {
        self.inner().person.insist();
    }

    /// The question for the last agent of a site, if the change raises it.
    async fn question(
        &self,
        seat: &Arc<Seat>,
        change: StatusChange,
        via: Via,
    ) -> Result<Option<LastAgentView>, ErrorBody> {
        // What is pending already was answered for.
        let gone_already = |pending| first_status(pending) != Status::Online;
        if self.inner().person.pending().is_some_and(gone_already) {
            return Ok(None);
        }
        let me = seat.profile.agent_id;
        let team = seat.cache.team().await.map_err(from_cache)?;
        let dark = left_dark(
            me,
            first_status(change),
            &team.presence,
            &team.sites,
            &team.groups,
        );
        if dark.is_empty() {
            return Ok(None);
        }
        let counts = seat
            .cache
            .counts(Status::Online, false)
            .await
            .map_err(from_cache)?;
        let sites = team
            .sites
            .into_iter()
            .filter(|site| dark.contains(&site.id));
        let others = team
            .presence
            .iter()
            .filter(|other| other.agent_id != me && other.status == Status::Online);
        Ok(Some(LastAgentView {
            change,
            via,
            sites: sites.collect(),
            others_online: others.map(|other| other.agent_id).collect(),
            open_conversations: counts.answered_by_me,
        }))
    }
}

/// Whether an answer cannot be given where the change was asked for.
fn speechless(via: Via) -> bool {
    match via {
        Via::Tray | Via::Shortcut | Via::Notification | Via::Unknown => true,
        Via::App | Via::CommandLine => false,
    }
}

fn check(change: StatusChange, statuses: StatusSettings) -> Result<(), ErrorBody> {
    match rules::choice::refuse(change, statuses) {
        None => Ok(()),
        Some(why) => Err(refused(&why)),
    }
}
