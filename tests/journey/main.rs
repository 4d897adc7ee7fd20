//! Journeys through the whole product with real parts, and the invariants of its architecture.
//!
//! One binary, because each one links the desktop shell.

mod architecture;
