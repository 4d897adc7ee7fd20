//! Identifiers, sequence numbers and instants.
//!
//! Ids are UUIDs made by whoever creates the thing (v7 where order helps); this crate only carries
//! them. An id is never a secret: secrets are tokens, and those are plain strings in [`crate::rest`].

use serde::{Deserialize, Serialize};
use ts_rs::TS;
use uuid::Uuid;

macro_rules! id {
    ($($(#[$doc:meta])* $name:ident;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, TS)]
        #[serde(transparent)]
        pub struct $name(#[ts(type = "string")] pub Uuid);

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.0.fmt(f)
            }
        }

        impl std::fmt::Debug for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                write!(f, concat!(stringify!($name), "({})"), self.0)
            }
        }

        impl std::str::FromStr for $name {
            type Err = uuid::Error;
            fn from_str(text: &str) -> Result<Self, Self::Err> {
                Uuid::parse_str(text).map(Self)
            }
        }
    )*};
}

id! {
    /// One team: its agents, groups, sites, conversations and settings.
    WorkspaceId;
    /// A person who answers.
    AgentId;
    /// One signed-in installation of the app.
    DeviceId;
    /// A person on a website with the widget.
    VisitorId;
    /// One thread with one visitor.
    ConversationId;
    /// One message in a conversation.
    MessageId;
    /// A group of agents that conversations can belong to.
    GroupId;
    /// A website with the widget.
    SiteId;
    /// An unused invitation into the workspace.
    InvitationId;
    /// Chosen by the sender, once per intention. The server carries out one client id once, however
    /// often it arrives.
    ClientId;
}

/// The number of an event in its workspace's log; the first event is 1, and 0 stands before all.
/// Stays below 2^53, so that it survives JavaScript.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, TS,
)]
#[serde(transparent)]
pub struct Seq(pub u64);

impl std::fmt::Display for Seq {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}

/// An instant as the server stamped it: milliseconds since 1970-01-01T00:00:00Z.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, TS,
)]
#[serde(transparent)]
pub struct Instant(pub i64);

impl Instant {
    /// This instant moved by `milliseconds`; saturates at the ends of time.
    #[must_use]
    pub fn plus(self, milliseconds: i64) -> Self {
        Self(self.0.saturating_add(milliseconds))
    }

    /// Milliseconds from `earlier` to this instant; negative when `earlier` is later.
    #[must_use]
    pub fn since(self, earlier: Self) -> i64 {
        self.0.saturating_sub(earlier.0)
    }
}
