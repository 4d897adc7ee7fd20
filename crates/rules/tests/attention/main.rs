//! When a conversation is missed, from the visitor's first word on: cases written out by hand, and random
//! stories compared with a naive walk over every second.

#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

mod naive;
mod street;
mod table;
