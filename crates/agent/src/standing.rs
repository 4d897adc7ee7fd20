//! How things stand when notices are decided: read once a turn, so that one turn is of one mind.

use std::collections::BTreeSet;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use cache::{CacheError, Me, OpenConversation};
use protocol::ids::{ConversationId, Seq};
use protocol::status::Status;
use rules::hours::Zone;
use rules::list::Viewer;
use rules::notices::settings::{NoticeSettings, Privacy};
use rules::notices::{Facts, Looking, Platform};
use tokio::time::timeout;

use crate::announce::SHOWN_WITHIN;
use crate::ports::{Hush, Permission};
use crate::raise;
use crate::seat::Seat;
use crate::session::Inner;
use crate::view_notices::NoticesHidden;

/// Somebody who changes the system's settings looks for what comes of it after 10 s.
const PERMISSION_HOLDS: Duration = Duration::from_secs(10);

/// See the module.
pub(crate) struct Standing {
    pub(crate) viewer: Viewer,
    pub(crate) me: Me,
    pub(crate) settings: NoticeSettings,
    pub(crate) platform: Platform,
    /// Quiet hours are on.
    pub(crate) quiet: bool,
    pub(crate) locked: bool,
    looking: Looking,
    /// Before the agent on another device.
    elsewhere: BTreeSet<ConversationId>,
}

impl Standing {
    pub(crate) async fn read(inner: &Inner, seat: &Seat) -> Result<Self, CacheError> {
        let settings = seat.cache.notice_settings().await?;
        let zone = inner.ports.clock.zone();
        let zone = zone
            .and_then(|name| Zone::named(&name).ok())
            .unwrap_or_else(Zone::utc);
        Ok(Self {
            viewer: raise::viewer(seat).await?,
            me: seat.cache.me().await?,
            quiet: settings.are_quiet(inner.ports.clock.now(), &zone),
            settings,
            platform: platform(inner),
            locked: inner.person.is_locked(),
            looking: inner.person.looking(),
            elsewhere: locked(&seat.elsewhere).clone(),
        })
    }

    /// What may have changed since it was asked for.
    pub(crate) fn refresh(&mut self, inner: &Inner, seat: &Seat) {
        self.elsewhere = locked(&seat.elsewhere).clone();
        self.platform = platform(inner);
        self.looking = inner.person.looking();
    }

    /// The facts of one conversation.
    pub(crate) fn facts<'a>(&'a self, open: Option<&'a OpenConversation>) -> Facts<'a> {
        let id = open.map(|open| open.conversation.id);
        Facts {
            viewer: &self.viewer,
            presence: self.me.presence.status,
            opted_in: self.me.settings.invisible_offers,
            late: open.is_some_and(|open| open.late),
            conversation: open.map(|open| &open.conversation),
            newest: open.map_or(Seq(0), |open| open.seen_through),
            read_through: open.map_or(Seq(0), |open| open.read_through),
            on_screen: id.is_some_and(|id| self.looking.at(id) || self.elsewhere.contains(&id)),
            settings: &self.settings,
            quiet: self.quiet,
            platform: self.platform,
        }
    }

    /// How much may be told now.
    pub(crate) fn privacy(&self) -> Privacy {
        self.settings.told(self.locked)
    }
}

/// What the platform allows, as it is known.
fn platform(inner: &Inner) -> Platform {
    Platform {
        permission_denied: *locked(&inner.permission) == Permission::Denied,
        do_not_disturb: *inner.ports.do_not_disturb.watch().borrow() == Hush::On,
    }
}

/// Asks the platform anew whether it shows notifications, unless it said so a moment ago. Answers whether
/// that changed.
pub(crate) async fn ask_permission(inner: &Inner) -> bool {
    let now = inner.ports.clock.elapsed();
    let asked = *locked(&inner.permission_asked);
    if asked.is_some_and(|asked| now.saturating_sub(asked) < PERMISSION_HOLDS) {
        return false;
    }
    ask_permission_now(inner).await
}

/// The platform did not take a notification: it is asked anew by [`resolve_doubt`].
pub(crate) fn doubt_permission(inner: &Inner) {
    *locked(&inner.permission_asked) = None;
}

/// Asks the platform anew, if it did not take a notification since it said that it does. Answers whether
/// that changed.
pub(crate) async fn resolve_doubt(inner: &Inner) -> bool {
    let doubted = locked(&inner.permission_asked).is_none();
    doubted && ask_permission_now(inner).await
}

/// The same, also if it said so a moment ago: something about the platform has changed.
pub(crate) async fn ask_permission_now(inner: &Inner) -> bool {
    *locked(&inner.permission_asked) = Some(inner.ports.clock.elapsed());
    let asked = timeout(SHOWN_WITHIN, inner.ports.notifier.permission());
    let Ok(permission) = asked.await else {
        return false;
    };
    permit(inner, permission)
}

/// The platform said whether it shows notifications. Answers whether that changed.
pub(crate) fn permit(inner: &Inner, permission: Permission) -> bool {
    std::mem::replace(&mut *locked(&inner.permission), permission) != permission
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    // A panic elsewhere leaves plain values behind, which are as good as before.
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// What hides notices from somebody whom visitors see online.
pub(crate) fn hidden(inner: &Inner, presence: Status) -> Option<NoticesHidden> {
    if presence != Status::Online {
        return None;
    }
    let permission = *locked(&inner.permission);
    match permission {
        Permission::Denied => Some(NoticesHidden::PermissionDenied),
        Permission::NoService => Some(NoticesHidden::NoService),
        Permission::Granted | Permission::NotAsked => {
            let hush = *inner.ports.do_not_disturb.watch().borrow();
            (hush == Hush::On).then_some(NoticesHidden::DoNotDisturb)
        }
    }
}
