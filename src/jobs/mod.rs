//! Later work that is not a message.

pub mod dial;
