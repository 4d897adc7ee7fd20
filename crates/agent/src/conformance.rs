//! What every implementation of a port must do, the fakes and the real ones alike.
//!
//! Each function panics with the sentence that does not hold. They are run on the fakes by
//! `crates/agent/tests`, on the real adapters by the shell's tests.

mod activity;

use std::time::Duration;

use protocol::ids::ConversationId;
use rules::notices::own::{Answer, OwnNotice};
use uuid::Uuid;

pub use self::activity::{Hand, activity};
use crate::ports::{
    Act, Badge, Clip, Clock, DoNotDisturb, Notification, NotificationAction, NotificationKey,
    Notifier, Sound, Vault, Volume, Waiting,
};

/// A clock never goes back, and its wall time is later than this program.
///
/// # Panics
/// When it does not hold.
pub fn clock(clock: &dyn Clock) {
    let first = clock.elapsed();
    for _ in 0..1_000 {
        assert!(clock.elapsed() >= first, "elapsed time never goes back");
    }
    // 2025-01-01: earlier than that, the clock was not set or counts in another unit.
    assert!(
        clock.now().0 > 1_735_689_600_000,
        "wall time is milliseconds since 1970"
    );
}

/// A vault gives back what it took, byte by byte, and forgets what is deleted.
///
/// # Panics
/// When it does not hold.
pub async fn vault(vault: &dyn Vault) {
    let name = format!("conformance/{}", Uuid::now_v7());
    let get = async || vault.get(&name).await;
    assert_eq!(get().await, Ok(None), "what was never stored is not there");
    // Not UTF-8 and with a zero: some keychains take text only.
    for secret in [&[0u8, 255, 10, 128][..], b"second", &[7u8; 64]] {
        assert_eq!(
            vault.set(&name, secret).await,
            Ok(()),
            "a secret can be stored"
        );
        assert_eq!(
            get().await,
            Ok(Some(secret.to_vec())),
            "the newest is given back"
        );
    }
    let other = format!("{name}/other");
    assert_eq!(vault.get(&other).await, Ok(None), "a name is not a prefix");
    assert_eq!(vault.delete(&name).await, Ok(()), "a secret can be removed");
    assert_eq!(get().await, Ok(None), "removed is removed");
    assert_eq!(
        vault.delete(&name).await,
        Ok(()),
        "removing what is not there is fine"
    );
}

/// A notifier shows, replaces and takes back without an error, also what is not there.
///
/// # Panics
/// When it does not hold.
pub async fn notifier(notifier: &dyn Notifier) {
    let chat = NotificationKey::Conversation(ConversationId(Uuid::now_v7()));
    let own = NotificationKey::Own(OwnNotice::HoursEnd);
    let within = Duration::from_secs(10);
    let quick = async |key, what: &str, body: &str, acts: &[Act]| {
        let action = |act: &Act| NotificationAction {
            act: *act,
            label: format!("<{}> & more", act.code()),
        };
        let notification = Notification {
            actions: acts.iter().map(action).collect(),
            ..Notification::new(key, format!("Conformance: {what}"), body.to_owned())
        };
        match tokio::time::timeout(within, notifier.show(notification)).await {
            Ok(shown) => assert_eq!(shown, Ok(()), "{what} is shown"),
            Err(_) => panic!("{what} does not return"),
        }
    };
    let _ = notifier.capabilities().await;
    quick(chat, "a first one", "plain", &[]).await;
    quick(chat, "one with markup", "<b>bold</b> & <img src=x>", &[]).await;
    quick(
        chat,
        "one in its place",
        "\u{202e}right to left\nsecond line",
        &[],
    )
    .await;
    // Buttons are left out where there are none, and come and go in place.
    quick(
        own,
        "one with every button",
        "beside the other",
        &Act::all(),
    )
    .await;
    quick(
        own,
        "one with a single button",
        "in its place",
        &[Act::Answer(Answer::WindDown)],
    )
    .await;
    quick(own, "one without buttons", "in its place", &[]).await;
    notifier.withdraw(own).await;
    notifier.withdraw(chat).await;
    // Twice, and one that never was: nothing happens.
    notifier.withdraw(chat).await;
    notifier
        .withdraw(NotificationKey::Own(OwnNotice::WelcomeBack))
        .await;
}

/// A loudspeaker takes every clip at every volume, and comes back, also when it is not there.
///
/// # Panics
/// When it does not hold.
pub async fn sound(sound: &dyn Sound) {
    for clip in Clip::ALL {
        for volume in [0, 1, 60, 100, 255] {
            let played = sound.play(clip, Volume(volume));
            let played = tokio::time::timeout(Duration::from_secs(10), played).await;
            match played {
                Ok(Ok(())) => {}
                Ok(Err(error)) => assert!(volume > 0, "silence needs no device: {error}"),
                Err(_) => panic!("{clip:?} at {volume} % does not return"),
            }
        }
    }
}

/// Do-not-disturb is told to everybody who asks, also twice.
///
/// # Panics
/// When it does not hold.
pub fn do_not_disturb(source: &dyn DoNotDisturb) {
    let (first, second) = (source.watch(), source.watch());
    let (first, second) = (*first.borrow(), *second.borrow());
    assert_eq!(first, second, "all are told the same");
}

/// A badge takes any number, the same twice, and none; and comes back.
///
/// # Panics
/// When it does not hold.
pub async fn badge(badge: &dyn Badge) {
    for (count, missed) in [
        (1, false),
        (1, false),
        (3, true),
        (u32::MAX, true),
        (0, false),
    ] {
        let shown = badge.show(Waiting { count, missed });
        let shown = tokio::time::timeout(Duration::from_secs(10), shown).await;
        assert!(shown.is_ok(), "{count} does not return");
    }
}
