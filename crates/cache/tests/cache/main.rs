//! The cache on real encrypted files.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, missing_docs)]

mod crash;
mod files;
mod follow;
mod history;
mod late;
mod lists;
mod lost;
mod notices;
mod outbox;
mod world;
