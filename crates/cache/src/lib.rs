//! The device's encrypted store (design text follows with the code).

mod error;
mod model;
mod stub;

pub use error::{CacheError, OpenError};
pub use model::*;

/// The most rows of one page of a list.
pub const LIST_LIMIT: u32 = 200;

/// The store of one agent in one workspace. Cheap to clone.
#[derive(Clone)]
pub struct Cache {
    _private: (),
}
