//! provodnik: the conversational bot engine and messenger mini-app backend of «Билет в будущее».
//!
//! `ARCHITECTURE.md` has the rooms and what must hold between them.

pub mod channel;
pub mod clock;
pub mod flow;
pub mod ids;
pub mod message;
pub mod sandbox;
