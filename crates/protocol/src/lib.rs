//! The words that the app, the workspace server and the visitor widget say to each other.
//!
//! Only data: no I/O, no clock, no randomness. Everything a peer can send is parsed here into types
//! that cannot hold what the protocol forbids, and every type is written down a second time as
//! TypeScript (`tests/bindings.rs`), so that nobody writes a wire type by hand.
//!
//! The shape of the protocol, and the reasons for it, are in `docs/PROTOCOL.md`. In one breath: a
//! workspace has one log of [`event::Event`]s, numbered by [`ids::Seq`]. A device holds a
//! [`snapshot::Snapshot`] and follows the log from its cursor; every [`frame::EventFrame`] names the
//! number before it (`prev`), so a gap is seen at once. What the agent does travels as a
//! [`command::CommandRequest`] with a client id, so that sending twice changes nothing.

pub mod body;
pub mod command;
pub mod error;
pub mod event;
pub mod frame;
pub mod hours;
pub mod ids;
pub mod limits;
pub mod model;
pub mod rest;
pub mod snapshot;
pub mod status;
pub mod widget;

/// The version of this protocol. A server and a device that differ in it do not talk to each other;
/// anything smaller than that is a capability (see [`frame::Hello`]).
pub const PROTOCOL_VERSION: u32 = 1;
