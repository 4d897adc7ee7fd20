//! Tells of one's own state: the countdown before an idle drop, the welcome on return, the end of
//! hours.
//!
//! What is due is decided in `rules::notices::own` from how things stand now, so nothing is queued
//! and nothing is told late: after a sleep or a lost connection only what still holds is told. Each
//! occasion is told once; one that was dismissed does not come back. The countdown is shown
//! again in its place every ten seconds where the platform can replace, since each replacement
//! leaves some milliseconds in which a click is lost. What is over is taken back.
//!
//! Each decision goes to the ledger at once; none of these outlives a crash.

use std::collections::BTreeMap;
use std::sync::PoisonError;
use std::time::Duration;

use cache::{CacheError, LedgerEntry, Outcome};
use protocol::frame::LEASE_MS;
use protocol::ids::Instant;
use protocol::status::{Choice, StatusSettings, Via};
use rules::notices::own::{self, Answer, Consequence, OwnFacts, OwnNotice};
use tokio::time::timeout;

use crate::announce::{SHOWN_WITHIN, failed, show};
use crate::ports::{Act, Notification, NotificationAction, NotificationKey};
use crate::seat::Seat;
use crate::session::{Core, Inner};
use crate::words::{Args, Words};

/// The countdown is shown anew when it has come to the next of these.
const STEP_SECONDS: i64 = 10;

/// A connection that is lost for longer than a lease makes visitors see the agent away.
const LOST_AFTER: Duration = Duration::from_millis(LEASE_MS);

/// What was told of the present occasion of a notice.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Told {
    occasion: Instant,
    /// Whether it is on the screen.
    pub(crate) live: bool,
    /// The seconds it shows.
    step: i64,
}

/// Tells what is due and takes back what is over. Answers when to look again though nothing happened.
pub(crate) async fn turn(
    inner: &Inner,
    seat: &Seat,
    me: &cache::Me,
) -> Result<Option<Duration>, CacheError> {
    let lost = Seat::get(&seat.lost);
    let left = lost.and_then(|(_, from)| {
        let lasted = inner.ports.clock.elapsed().saturating_sub(from);
        LOST_AFTER
            .checked_sub(lasted)
            .filter(|left| !left.is_zero())
    });
    let mut facts = OwnFacts {
        choice: me.choice,
        presence: me.presence,
        live: seat.is_live(),
        lost_since: lost.filter(|_| left.is_none()).map(|(since, _)| since),
        on_return: me.settings.on_return,
        drops_at: *inner.person.drops_at.borrow(),
        hours_end_at: Seat::get(&seat.hours_end).map(|end| end.at),
        open: 0,
    };
    // Most often there is nothing to ask of, and somebody waits for their message to be told.
    if facts.hours_end_at.is_some() {
        facts.open = inner.counts(seat, me).await?.answered_by_me;
    }
    let due = own::due(&facts);
    take_back(inner, seat, &due).await;
    for (notice, occasion) in &due {
        let now = inner.ports.clock.now();
        let step = match notice {
            OwnNotice::IdleSoon => seconds_shown(*occasion, now),
            OwnNotice::WelcomeBack
            | OwnNotice::HoursEnd
            | OwnNotice::ConnectionLost
            | OwnNotice::SignInLost => 0,
        };
        match told(seat, *notice).filter(|told| told.occasion == *occasion) {
            Some(told) if !told.live || told.step == step => {}
            Some(told) => {
                let told = Told { step, ..told };
                remember(seat, *notice, Some(told));
                if inner.ports.notifier.capabilities().await.replace {
                    let rendered = render(
                        &inner.words,
                        *notice,
                        step,
                        facts.open,
                        me.workspace.statuses,
                    );
                    if let Err(error) = show(inner, rendered).await {
                        tracing::warn!(%error, "the countdown does not go on");
                    }
                }
            }
            None => {
                let outcome = match own::suppressed(&facts) {
                    Some(why) => Outcome::Suppressed(why.code().to_owned()),
                    None => {
                        let rendered = render(
                            &inner.words,
                            *notice,
                            step,
                            facts.open,
                            me.workspace.statuses,
                        );
                        match show(inner, rendered).await {
                            Ok(()) => Outcome::Shown,
                            Err(error) => failed(&error),
                        }
                    }
                };
                let told = Told {
                    occasion: *occasion,
                    live: outcome == Outcome::Shown,
                    step,
                };
                remember(seat, *notice, Some(told));
                let entry = LedgerEntry {
                    conversation_id: None,
                    kind: notice.code().to_owned(),
                    at: now,
                    decided_at: now,
                    outcome,
                };
                seat.cache.write_ledger(&entry).await?;
            }
        }
    }
    let counting = due.get(&OwnNotice::IdleSoon);
    let step = counting.and_then(|at| next_step(*at, inner.ports.clock.now()));
    Ok(step.into_iter().chain(left).min())
}

/// The person answered in the notification itself.
pub(crate) async fn answered(core: &Core, notice: OwnNotice, answer: Answer) {
    let changed = match notice.answered(answer) {
        Consequence::Input => {
            core.stay_online();
            return;
        }
        Consequence::Change(change) => core.change_status(change, Via::Notification, false).await,
        Consequence::Nothing => return,
    };
    if let Err(error) = changed {
        tracing::warn!(%error, "the answer changed nothing");
    }
}

/// It is not on the screen any more.
pub(crate) fn closed(seat: &Seat, notice: OwnNotice) {
    if let Some(told) = told(seat, notice) {
        remember(
            seat,
            notice,
            Some(Told {
                live: false,
                ..told
            }),
        );
    }
}

/// Takes back all of them.
pub(crate) async fn withdraw_all(inner: &Inner, seat: &Seat) {
    take_back(inner, seat, &BTreeMap::new()).await;
}

async fn take_back(inner: &Inner, seat: &Seat, due: &BTreeMap<OwnNotice, Instant>) {
    for notice in OwnNotice::ALL {
        if due.contains_key(&notice) {
            continue;
        }
        let told = told(seat, notice);
        remember(seat, notice, None);
        if told.is_some_and(|told| told.live) {
            let key = NotificationKey::Own(notice);
            let _ = timeout(SHOWN_WITHIN, inner.ports.notifier.withdraw(key)).await;
        }
    }
}

fn told(seat: &Seat, notice: OwnNotice) -> Option<Told> {
    let told = seat.told.lock().unwrap_or_else(PoisonError::into_inner);
    told.get(&notice).copied()
}

fn remember(seat: &Seat, notice: OwnNotice, what: Option<Told>) {
    let mut told = seat.told.lock().unwrap_or_else(PoisonError::into_inner);
    match what {
        Some(what) => told.insert(notice, what),
        None => told.remove(&notice),
    };
}

fn render(
    words: &Words,
    notice: OwnNotice,
    seconds: i64,
    open: u32,
    statuses: StatusSettings,
) -> Notification {
    let mut args = Args::new();
    args.set("seconds", seconds);
    args.set("count", open);
    let (title, body) = match notice {
        OwnNotice::IdleSoon => ("notice-idle-soon", "notice-idle-soon-body"),
        OwnNotice::WelcomeBack => ("notice-welcome-back", "notice-welcome-back-body"),
        OwnNotice::HoursEnd => ("notice-hours-end", "notice-hours-end-body"),
        OwnNotice::ConnectionLost => ("notice-connection-lost", "notice-connection-lost-body"),
        OwnNotice::SignInLost => ("notice-sign-in-lost", "notice-sign-in-lost-body"),
    };
    let label = |answer| match answer {
        Answer::StayOnline => "answer-stay-online",
        Answer::GoOnline => "answer-go-online",
        Answer::StayOffline => "answer-stay-offline",
        Answer::WindDown => "answer-wind-down",
    };
    let actions = notice.answers(statuses).into_iter();
    Notification {
        actions: actions
            .map(|answer| NotificationAction {
                act: Act::Answer(answer),
                label: words.text(label(answer)),
            })
            .collect(),
        ..Notification::new(
            NotificationKey::Own(notice),
            words.text_with(title, &args),
            words.text_with(body, &args),
        )
    }
}

/// The sign-in on this computer ended, and not by choice: a session that has no store any more tells of
/// it, unless the agent had chosen to be Offline.
pub(crate) async fn sign_in_lost(inner: &Inner, choice: Option<Choice>) {
    let silent = choice.is_some_and(own::is_silenced);
    if !silent {
        let statuses = StatusSettings::default();
        let rendered = render(&inner.words, OwnNotice::SignInLost, 0, 0, statuses);
        if let Err(error) = show(inner, rendered).await {
            tracing::warn!(%error, "a notification failed");
        }
    }
}

/// What a countdown shows: rounded up to a step, never nothing.
fn seconds_shown(drops_at: Instant, now: Instant) -> i64 {
    let left = drops_at.since(now).max(1);
    let step = STEP_SECONDS.saturating_mul(1_000);
    left.saturating_add(step)
        .saturating_sub(1)
        .div_euclid(step)
        .saturating_mul(STEP_SECONDS)
}

/// When a countdown shows something else; `None` when it only ends.
fn next_step(drops_at: Instant, now: Instant) -> Option<Duration> {
    let next = seconds_shown(drops_at, now).saturating_sub(STEP_SECONDS);
    if next <= 0 {
        return None;
    }
    let wait = drops_at
        .since(now)
        .saturating_sub(next.saturating_mul(1_000));
    Some(Duration::from_millis(u64::try_from(wait).unwrap_or(0)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_countdown_shows_the_next_ten_seconds_above_what_is_left() {
        let shown = |left: i64| seconds_shown(Instant(100_000), Instant(100_000 - left));
        let left = [30_000, 29_999, 20_001, 20_000, 10_000, 9_000, 1, 0, -5_000];
        assert_eq!(left.map(shown), [30, 30, 30, 20, 10, 10, 10, 10, 10]);
    }

    #[test]
    fn it_is_looked_at_again_when_it_shows_something_else() {
        let wait = |left: i64| next_step(Instant(100_000), Instant(100_000 - left));
        let seconds = |it| Some(Duration::from_secs(it));
        assert_eq!(wait(30_000), seconds(10));
        assert_eq!(wait(23_000), seconds(3));
        assert_eq!(wait(20_000), seconds(10));
        assert_eq!([wait(10_000), wait(4_000), wait(-1)], [None; 3]);
    }
}
