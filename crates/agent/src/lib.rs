//! The agent's session without a screen.

pub mod ports;
pub mod view;
