//! Notifications on macOS: UserNotifications.
//!
//! Spoken directly: the older way is reported to deliver nothing on today's systems, and a library that waits on
//! a thread for each notification hears no click on one that outlived the app. What macOS does, and what
//! is done about it:
//!
//! | | |
//! |---|---|
//! | A program outside a signed bundle has no notification centre, and asking for it ends the program | [`Permission::NoService`] without a bundle's identifier |
//! | The person is asked for leave, once | asked with the first notification, not at the start; [`Permission::NotAsked`] until then |
//! | A click may start the app | the delegate is there before the app has finished launching, and hands the click to the session, which waits for its window. The request's name says what it was about ([`super::names`]) |
//! | In front, notifications are held back | they are let through: the session decides what is on screen |
//! | Buttons belong to a *category*, registered beforehand | one for each set of buttons, kept ([`category`]) |
//! | A dismissal is not told | asked for with each category |
//! | A reply in the notification | a text action |
//! | A sound of its own | none is set: the app plays its own |

use agent::ports::{Act, NotificationAction, NotificationEvent, NotificationKey};

#[cfg(target_os = "macos")]
pub mod api;

/// What macOS calls the click on the notification itself, and its dismissal.
pub const CLICK: &str = "com.apple.UNNotificationDefaultActionIdentifier";
/// See [`CLICK`].
pub const DISMISS: &str = "com.apple.UNNotificationDismissActionIdentifier";

/// The name of a set of buttons: the same for the same ones.
#[must_use]
pub fn category(actions: &[NotificationAction]) -> String {
    let mut name = String::from("porchlight");
    for action in actions {
        name.push('|');
        name.push_str(action.act.code());
        name.push('=');
        name.push_str(&action.label);
    }
    name
}

/// What came back.
#[must_use]
pub fn came_back(key: NotificationKey, action: &str, written: Option<String>) -> NotificationEvent {
    if action == CLICK {
        return NotificationEvent::Clicked(key);
    }
    match (Act::from_code(action), written) {
        (Some(Act::Reply), Some(text)) if !text.trim().is_empty() => {
            NotificationEvent::Replied(key, text)
        }
        (Some(act), _) => NotificationEvent::Answered(key, act),
        (None, _) => NotificationEvent::Closed(key),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_comes_back_is_what_was_meant() {
        let key = NotificationKey::Digest;
        let back = |action, written: Option<&str>| came_back(key, action, written.map(Into::into));
        assert_eq!(back(CLICK, None), NotificationEvent::Clicked(key));
        assert_eq!(back(DISMISS, None), NotificationEvent::Closed(key));
        assert_eq!(back("unheard of", None), NotificationEvent::Closed(key));
        let took = NotificationEvent::Answered(key, Act::Take);
        assert_eq!(back("take", None), took);
        let replied = NotificationEvent::Replied(key, "Yes".into());
        assert_eq!(back("reply", Some("Yes")), replied);
        let asks = NotificationEvent::Answered(key, Act::Reply);
        assert_eq!(back("reply", Some(" ")), asks);
    }

    #[test]
    fn other_buttons_are_another_category_also_in_another_language() {
        let action = |act, label: &str| NotificationAction {
            act,
            label: label.into(),
        };
        let sets = [
            vec![],
            vec![action(Act::Take, "Take")],
            vec![action(Act::Take, "Nehmen")],
            vec![action(Act::Reply, "Reply"), action(Act::Take, "Take")],
        ];
        let names: std::collections::BTreeSet<_> = sets.iter().map(|it| category(it)).collect();
        assert_eq!(names.len(), sets.len());
    }
}
