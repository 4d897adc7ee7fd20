//! The platform's notifications.

use async_trait::async_trait;
use protocol::ids::ConversationId;
use rules::notices::own::{Answer, OwnNotice};
use tokio::sync::mpsc;

/// What the platform's notifications can do.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NotifierCapabilities {
    /// Buttons.
    pub actions: bool,
    /// A click on the body is reported.
    pub click: bool,
    /// A later notification can take the place of an earlier one.
    pub replace: bool,
    /// A notification can be taken back.
    pub withdraw: bool,
    /// The body is read as markup, so `& < >` are escaped.
    pub markup: bool,
    /// A reply can be written in the notification itself ([`NotificationEvent::Replied`]).
    pub inline_reply: bool,
    /// Who shows them, as it calls itself, like `dunst 1.9.0`; empty when it does not say.
    pub service: String,
}

/// Whether notifications of this app reach the screen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Permission {
    /// They do.
    #[default]
    Granted,
    /// They are switched off for this app, or for all, in the system's settings.
    Denied,
    /// The system asks the person when the first one comes.
    NotAsked,
    /// Nobody here shows notifications: no daemon runs, and the bus can start none.
    NoService,
}

/// How much it presses.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Urgency {
    /// Can be read later: a digest.
    Low,
    /// Everything else.
    #[default]
    Normal,
    /// Stays on the screen until it is dealt with, and some systems show it even in
    /// do-not-disturb. For what is lost within seconds.
    High,
}

/// One notification. There is at most one live per `key`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notification {
    /// What it is about.
    pub key: NotificationKey,
    /// First line; plain text.
    pub title: String,
    /// Below it; plain text (the adapter escapes and cuts).
    pub body: String,
    /// Buttons, in order; left out where the platform has none.
    pub actions: Vec<NotificationAction>,
    /// How much it presses.
    pub urgency: Urgency,
    /// Where a click leads that this process cannot hear, as when it was quit since
    /// ([`crate::links::Link`]).
    pub link: Option<String>,
}

impl Notification {
    /// Without buttons and without a link.
    #[must_use]
    pub fn new(key: NotificationKey, title: String, body: String) -> Self {
        Self {
            key,
            title,
            body,
            actions: Vec::new(),
            urgency: Urgency::Normal,
            link: None,
        }
    }
}

/// A button.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NotificationAction {
    /// What it does.
    pub act: Act,
    /// As it is read.
    pub label: String,
}

/// What a button does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Act {
    /// Answers a notice of one's own state.
    Answer(Answer),
    /// Writes a reply: in the notification where that can be ([`NotificationEvent::Replied`]),
    /// otherwise the app is asked for a place to write.
    Reply,
    /// Takes the conversation.
    Take,
}

impl Act {
    /// Every one of them.
    #[must_use]
    pub fn all() -> Vec<Self> {
        let answers = Answer::ALL.into_iter().map(Self::Answer);
        answers.chain([Self::Reply, Self::Take]).collect()
    }

    /// As the operating system hands it back.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Answer(answer) => answer.code(),
            Self::Reply => "reply",
            Self::Take => "take",
        }
    }

    /// The other way round.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::all().into_iter().find(|act| act.code() == code)
    }
}

/// What a notification is about; a click leads there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum NotificationKey {
    /// One conversation.
    Conversation(ConversationId),
    /// One's own state.
    Own(OwnNotice),
    /// What happened while the agent was away.
    Digest,
    /// A try, asked for in the settings.
    SelfTest,
}

/// What came back from a notification.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NotificationEvent {
    /// Its body was clicked. It is gone.
    Clicked(NotificationKey),
    /// A button was clicked. It is gone.
    Answered(NotificationKey, Act),
    /// A reply was written in it and sent by hand. It is gone.
    Replied(NotificationKey, String),
    /// It went away by itself or was dismissed.
    Closed(NotificationKey),
}

impl NotificationEvent {
    /// Which notification.
    #[must_use]
    pub fn key(&self) -> NotificationKey {
        match self {
            Self::Clicked(key)
            | Self::Answered(key, _)
            | Self::Replied(key, _)
            | Self::Closed(key) => *key,
        }
    }
}

/// The platform's notifications.
#[async_trait]
pub trait Notifier: Send + Sync + 'static {
    /// What they can do here.
    async fn capabilities(&self) -> NotifierCapabilities;
    /// Whether they reach the screen. Asked anew each time: settings change, daemons end.
    async fn permission(&self) -> Permission;
    /// Shows one, in place of the live one with the same key.
    ///
    /// # Errors
    /// The platform's answer, for the log and the ledger.
    async fn show(&self, notification: Notification) -> Result<(), NotifierError>;
    /// Takes it back, if it is live and the platform can.
    async fn withdraw(&self, key: NotificationKey);
    /// Clicks and closings, from now on. Taken once, by the session.
    fn events(&self) -> mpsc::UnboundedReceiver<NotificationEvent>;
}

/// A notification was not shown.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the notification was not shown: {0}")]
pub struct NotifierError(pub String);
