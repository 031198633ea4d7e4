//! provodnik: the conversational bot engine and messenger mini-app backend of «Билет в будущее».
//!
//! `ARCHITECTURE.md` has the rooms and what must hold between them.

pub mod app;
pub mod channel;
pub mod clock;
pub mod content;
pub mod embedded;
pub mod flow;
pub mod ids;
pub mod import;
pub mod jobs;
pub mod locale;
pub mod message;
pub mod people;
pub mod programme;
pub mod sandbox;
pub mod seal;
pub mod store;
pub mod territory;
pub mod verification;
