//! What the agent sets for notices, asks of the ledger, and does in a notification.

use protocol::body::Body;
use protocol::command::Command;
use protocol::error::ErrorBody;
use protocol::ids::ConversationId;
use rules::notices::settings::{NoticeSettings, Sound};

use crate::errors::{from_cache, refused};
use crate::ports::Act;
use crate::session::Core;
use crate::view_notices::{LedgerLine, LedgerOutcome, LedgerPage, LedgerRequest, LedgerWanted};
use crate::{away, render, sounds};

/// Lines of the ledger that are answered at once.
const PAGE: u32 = 200;

impl Core {
    /// What is set for the notices of this computer.
    ///
    /// # Errors
    /// `not_signed_in`; `internal` when the cache fails.
    pub async fn notice_settings(&self) -> Result<NoticeSettings, ErrorBody> {
        let seat = self.seat()?;
        seat.cache.notice_settings().await.map_err(from_cache)
    }

    /// Sets that.
    ///
    /// # Errors
    /// `bad_request` with what is wrong; `not_signed_in`; `internal`.
    pub async fn save_notice_settings(&self, settings: NoticeSettings) -> Result<(), ErrorBody> {
        let seat = self.seat()?;
        settings.check().map_err(|error| refused(&error))?;
        seat.cache
            .set_notice_settings(&settings)
            .await
            .map_err(from_cache)?;
        // A repeated sound may begin or end.
        seat.to_announce.notify_one();
        Ok(())
    }

    /// Lets a sound be heard, for who chooses one.
    pub fn try_sound(&self, sound: Sound, volume: u8) {
        sounds::play(self.inner(), sound, volume);
    }

    /// "Why did I miss it?": lines of the ledger, newest first.
    ///
    /// # Errors
    /// `not_signed_in`; `internal` when the cache fails.
    pub async fn ledger_page(&self, request: LedgerRequest) -> Result<LedgerPage, ErrorBody> {
        let seat = self.seat()?;
        let limit = request.limit.min(PAGE);
        let query = cache::LedgerQuery {
            conversation_id: request.conversation_id,
            outcome: match request.outcome {
                LedgerWanted::Any => cache::LedgerFilter::Any,
                LedgerWanted::Shown => cache::LedgerFilter::Shown,
                LedgerWanted::NotShown => cache::LedgerFilter::NotShown,
                LedgerWanted::Failed => cache::LedgerFilter::Failed,
                LedgerWanted::Because { reason } => cache::LedgerFilter::Reason(reason),
            },
            before: request.before,
            limit: limit.saturating_add(1),
        };
        let mut found = seat.cache.ledger_lines(&query).await.map_err(from_cache)?;
        let wanted = usize::try_from(limit).unwrap_or(usize::MAX);
        let more = found.len() > wanted;
        found.truncate(wanted);
        let mut lines = Vec::new();
        for line in found {
            let name = match line.entry.conversation_id {
                Some(id) => {
                    let row = seat.cache.row(id).await.map_err(from_cache)?;
                    row.and_then(|row| render::known_name(&row.conversation.visitor))
                }
                None => None,
            };
            lines.push(ledger_line(line, name));
        }
        Ok(LedgerPage { lines, more })
    }

    /// Puts the card of what happened in an absence away.
    ///
    /// # Errors
    /// `not_signed_in`; `internal` when the cache fails.
    pub async fn dismiss_away(&self) -> Result<(), ErrorBody> {
        let seat = self.seat()?;
        away::dismiss(self.inner(), &seat).await.map_err(from_cache)
    }

    /// A button of a conversation's notification. Navigates first, so that a window that is raised
    /// shows it already.
    pub(crate) async fn answered_chat(&self, conversation_id: ConversationId, act: Act) {
        if act == Act::Reply {
            self.wants_to_reply(conversation_id).await;
            return;
        }
        if act == Act::Take
            && let Ok(seat) = self.seat()
        {
            let take = Command::AddAgent {
                conversation_id,
                agent_id: seat.profile.agent_id,
            };
            if let Err(error) = self.submit(take).await {
                tracing::warn!(code = ?error.code, "a chat was not taken from its notification");
                self.inner().board.refuse(error);
            }
        }
        self.open_conversation(conversation_id).await;
    }

    /// A reply that was written in a notification and sent by hand. What was written is never lost: if
    /// it cannot be sent it is the draft of the conversation, which is opened; and a draft that was
    /// begun in the window stays. `seen_through` is the newest message the notification was shown with.
    pub(crate) async fn replied_in_notification(
        &self,
        conversation_id: ConversationId,
        seen_through: Option<protocol::ids::Seq>,
        text: &str,
    ) {
        if text.trim().is_empty() {
            self.open_conversation(conversation_id).await;
            return;
        }
        // One that starts the app comes before the session has read what it stores.
        self.settled_seat().await;
        let view = self.conversation(conversation_id).await.ok();
        let (draft, newest) = view.map(|it| (it.draft, it.seen_through)).unzip();
        let draft = draft.filter(|draft| !draft.trim().is_empty());
        let sent = match seen_through.or(newest) {
            Some(seen_through) => {
                let reply = Command::Reply {
                    conversation_id,
                    body: Body::from_plain(text),
                    seen_through,
                };
                self.submit(reply).await.is_ok()
            }
            None => false,
        };
        let kept = match (sent, draft) {
            (true, None) => return,
            // Sending took it for what was sent.
            (true, Some(draft)) => draft,
            (false, None) => text.to_owned(),
            (false, Some(draft)) => format!("{draft}\n\n{text}"),
        };
        if let Err(error) = self.save_draft(conversation_id, &kept).await {
            tracing::warn!(code = ?error.code, "a reply from a notification");
        }
        if !sent {
            self.open_conversation(conversation_id).await;
        }
    }
}

fn ledger_line(line: cache::LedgerLine, name: Option<String>) -> LedgerLine {
    let cache::LedgerLine { id, entry } = line;
    let failure = entry.outcome.failure().map(str::to_owned);
    let outcome = match entry.outcome {
        cache::Outcome::Shown => LedgerOutcome::Shown { silent: None },
        cache::Outcome::ShownSilently(why) => LedgerOutcome::Shown { silent: Some(why) },
        cache::Outcome::Suppressed(reason) => match failure {
            Some(why) => LedgerOutcome::Failed { why },
            None => LedgerOutcome::Suppressed { reason },
        },
    };
    LedgerLine {
        id,
        conversation_id: entry.conversation_id,
        name,
        kind: entry.kind,
        at: entry.at,
        decided_at: entry.decided_at,
        outcome,
    }
}
