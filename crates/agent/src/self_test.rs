//! "Does it work?": a real notification and a real sound, and what the platform answered to each.
//!
//! Shown whatever the presence and whatever else is set: who asks for it wants to see it. It is one line
//! of the ledger like every other notice. Whether it can be seen, no platform tells; so what could hide it
//! is told beside it, and the person says the rest.

use cache::{LedgerEntry, Outcome};
use protocol::error::ErrorBody;
use tokio::time::timeout;

use crate::announce::SHOWN_WITHIN;
use crate::errors::from_cache;
use crate::ports::{Clip, Hush, Notification, NotificationKey, Permission, Volume};
use crate::session::Core;
use crate::standing;
use crate::view_device::{NotificationPermission, SelfTest, Took};

/// As it stands in the ledger.
const KIND: &str = "self_test";

impl Core {
    /// Shows a notification and plays a sound at this volume, in percent; answers what the platform said.
    ///
    /// # Errors
    /// `not_signed_in`; `internal` when the ledger cannot be written.
    pub async fn self_test(&self, volume: u8) -> Result<SelfTest, ErrorBody> {
        let seat = self.seat()?;
        let inner = self.inner();
        let ports = &inner.ports;
        let at = ports.clock.now();
        let notification = Notification::new(
            NotificationKey::SelfTest,
            inner.words.text("notice-self-test"),
            inner.words.text("notice-self-test-body"),
        );
        let shown = took(timeout(SHOWN_WITHIN, ports.notifier.show(notification)).await);
        let clip = ports.sound.play(Clip::Own, Volume(volume));
        let sound = took(timeout(SHOWN_WITHIN, clip).await);
        // After it was shown: some systems ask the person with the first one.
        let permission = timeout(SHOWN_WITHIN, ports.notifier.permission()).await;
        if let Ok(permission) = permission
            && standing::permit(inner, permission)
        {
            inner.redraw_me(&seat).await;
        }
        let can = timeout(SHOWN_WITHIN, ports.notifier.capabilities()).await;
        let can = can.unwrap_or_default();
        let hush = *ports.do_not_disturb.watch().borrow();
        let entry = LedgerEntry {
            conversation_id: None,
            kind: KIND.to_owned(),
            at,
            decided_at: ports.clock.now(),
            outcome: match &shown {
                Took::Yes => Outcome::Shown,
                Took::No { why } => Outcome::failed(why),
            },
        };
        seat.cache.write_ledger(&entry).await.map_err(from_cache)?;
        Ok(SelfTest {
            shown,
            sound,
            permission: match permission {
                Ok(Permission::Granted) | Err(_) => NotificationPermission::Granted,
                Ok(Permission::Denied) => NotificationPermission::Denied,
                Ok(Permission::NotAsked) => NotificationPermission::NotAsked,
                Ok(Permission::NoService) => NotificationPermission::NoService,
            },
            do_not_disturb: match hush {
                Hush::On => Some(true),
                Hush::Off => Some(false),
                Hush::Unknown => None,
            },
            service: can.service,
            buttons: can.actions,
            inline_reply: can.inline_reply,
        })
    }
}

fn took<E: std::fmt::Display>(answer: Result<Result<(), E>, tokio::time::error::Elapsed>) -> Took {
    match answer {
        Ok(Ok(())) => Took::Yes,
        Ok(Err(error)) => Took::No {
            why: error.to_string(),
        },
        Err(_) => Took::No {
            why: "no answer".to_owned(),
        },
    }
}
