//! Toasts of our own on Windows, as XML.
//!
//! `notify-rust` can neither replace nor take back a toast, and hears no click on one that has moved to
//! the Action Center. What Windows does, and what is done about it:
//!
//! | | |
//! |---|---|
//! | Without an AUMID, toasts appear as PowerShell's; with one that nobody registered, they never reach the Action Center | the identifier of the app, which the installers' shortcut carries; a copy that was not installed registers it for its user (`api.rs`) |
//! | A click in the Action Center reaches no process that forgot its toast, or was quit since | the body's click is a `porchlight://` link (`activationType="protocol"`), which Windows hands to the app whether it runs or not; it only navigates |
//! | A button could be clicked in such a toast too | buttons speak to the process that showed them; where it is gone, they do nothing: a link never sends |
//! | A toast times out into the Action Center | it is still live, and goes on counting as such; only *dismissed by the person* is its end |
//! | Replacing and taking back | by tag and group ([`super::names`]) |
//! | Toasts are at most 5 kB of XML, and hold few control characters | [`super::text`] |
//! | A reply in the toast | a text field, whose button hands the text to the process |
//! | A sound of its own | silent: the app plays its own |
//!
//! This half is pure, and is tried on every system; `api.rs` is Windows alone.

use std::fmt::Write as _;

use agent::ports::{Act, Notification, NotificationEvent, NotificationKey, Urgency};

use super::text::{BODY_CHARACTERS, TITLE_CHARACTERS, escape, plain};

#[cfg(windows)]
pub mod api;

/// All toasts are in this group, so that a tag is ours alone.
pub const GROUP: &str = "porchlight";

/// The name of the field for a reply.
pub const REPLY_FIELD: &str = "reply";

/// What the click on a toast without a link says.
const OPEN: &str = "open";

/// A toast.
#[must_use]
pub fn xml(notification: &Notification) -> String {
    let text = |text: &str, characters| attribute(&plain(text, characters));
    let (launch, activation) = match &notification.link {
        Some(link) => (link.as_str(), "protocol"),
        None => (OPEN, "foreground"),
    };
    // Stays until it is answered. Windows ignores it for a toast without buttons.
    let scenario = if notification.urgency == Urgency::High && !notification.actions.is_empty() {
        " scenario=\"reminder\""
    } else {
        ""
    };
    let mut actions = String::new();
    for action in &notification.actions {
        let label = text(&action.label, TITLE_CHARACTERS);
        let code = action.act.code();
        if action.act == Act::Reply {
            // The field stands above the buttons wherever it is named.
            let _ = write!(
                actions,
                "<input id=\"{REPLY_FIELD}\" type=\"text\" placeHolderContent=\"{label}\"/>\
                 <action content=\"{label}\" arguments=\"{code}\" activationType=\"foreground\" \
                 hint-inputId=\"{REPLY_FIELD}\"/>"
            );
        } else {
            let _ = write!(
                actions,
                "<action content=\"{label}\" arguments=\"{code}\" activationType=\"foreground\"/>"
            );
        }
    }
    format!(
        "<toast launch=\"{}\" activationType=\"{activation}\"{scenario}>\
         <visual><binding template=\"ToastGeneric\"><text>{}</text><text>{}</text></binding></visual>\
         <actions>{actions}</actions><audio silent=\"true\"/></toast>",
        attribute(launch),
        text(&notification.title, TITLE_CHARACTERS),
        text(&notification.body, BODY_CHARACTERS),
    )
}

/// What came back: what was clicked, and what stood in the field for a reply.
#[must_use]
pub fn came_back(
    key: NotificationKey,
    arguments: &str,
    written: Option<String>,
) -> NotificationEvent {
    match Act::from_code(arguments) {
        Some(Act::Reply) => match written.filter(|text| !text.trim().is_empty()) {
            Some(text) => NotificationEvent::Replied(key, text),
            // An empty field asks for a place to write.
            None => NotificationEvent::Answered(key, Act::Reply),
        },
        Some(act) => NotificationEvent::Answered(key, act),
        None if arguments == OPEN || arguments.is_empty() => NotificationEvent::Clicked(key),
        // Its link is on its way by itself.
        None => NotificationEvent::Closed(key),
    }
}

/// Text between quotes or tags.
fn attribute(text: &str) -> String {
    escape(text).replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::*;
    use agent::ports::NotificationAction;
    use protocol::ids::ConversationId;

    fn key() -> NotificationKey {
        NotificationKey::Conversation(ConversationId(uuid::Uuid::nil()))
    }

    fn notification() -> Notification {
        let title = "Anna \"<b>\" & co".to_owned();
        Notification::new(key(), title, "one\ntwo </text>\0".to_owned())
    }

    fn action(act: Act, label: &str) -> NotificationAction {
        NotificationAction {
            act,
            label: label.to_owned(),
        }
    }

    #[test]
    fn what_a_visitor_wrote_stays_text() {
        let xml = xml(&notification());
        assert!(xml.contains("<text>Anna &quot;&lt;b&gt;&quot; &amp; co</text>"));
        assert!(xml.contains("<text>one\ntwo &lt;/text&gt;\u{fffd}</text>"));
        assert_eq!(xml.matches("<text>").count(), 2, "{xml}");
    }

    #[test]
    fn a_click_is_a_link_where_there_is_one_and_buttons_never_are() {
        let plain = xml(&notification());
        assert!(plain.starts_with("<toast launch=\"open\" activationType=\"foreground\">"));
        let linked = xml(&Notification {
            link: Some("porchlight://x/conversation/y".into()),
            actions: vec![action(Act::Take, "Take \"it\"")],
            urgency: Urgency::High,
            ..notification()
        });
        let head = "<toast launch=\"porchlight://x/conversation/y\" activationType=\"protocol\" \
                    scenario=\"reminder\">";
        assert!(linked.starts_with(head), "{linked}");
        let button = "<action content=\"Take &quot;it&quot;\" arguments=\"take\" \
                      activationType=\"foreground\"/>";
        assert!(linked.contains(button), "{linked}");
    }

    #[test]
    fn the_longest_toast_is_one_that_windows_takes() {
        let long = Notification {
            body: "ü".repeat(5_000),
            title: "Ä".repeat(5_000),
            ..notification()
        };
        assert!(xml(&long).len() < 5_000);
    }

    #[test]
    fn what_comes_back_is_what_was_meant() {
        let back = |arguments, written: Option<&str>| {
            came_back(key(), arguments, written.map(str::to_owned))
        };
        let replied = NotificationEvent::Replied(key(), " Yes ".into());
        assert_eq!(back("reply", Some(" Yes ")), replied);
        let asks = NotificationEvent::Answered(key(), Act::Reply);
        assert_eq!(back("reply", Some("  ")), asks);
        assert_eq!(back("reply", None), asks);
        let took = NotificationEvent::Answered(key(), Act::Take);
        assert_eq!(back("take", Some("not sent")), took);
        assert_eq!(back("open", None), NotificationEvent::Clicked(key()));
        let link = "porchlight://x/conversation/y";
        assert_eq!(back(link, None), NotificationEvent::Closed(key()));
    }
}
