//! provodnik: the conversational bot engine and messenger mini-app backend of «Билет в будущее».
//!
//! `ARCHITECTURE.md` has the rooms and what must hold between them.

pub mod acting;
pub mod app;
pub mod author;
pub mod broadcast;
pub mod cache;
pub mod calendar;
pub mod cards;
pub mod channel;
pub mod cli;
pub mod clock;
pub mod config;
pub mod content;
pub mod demo;
pub mod doors;
pub mod embedded;
pub mod events;
pub mod fault;
pub mod feedback;
pub mod flow;
pub mod http;
pub mod ids;
pub mod import;
pub mod jobs;
pub mod journal;
pub mod lane;
pub mod limits;
pub mod locale;
pub mod message;
pub mod once;
pub mod people;
pub mod policy;
pub mod programme;
pub mod pupils;
pub mod sandbox;
pub mod seal;
pub mod season;
pub mod signal;
pub mod store;
pub mod support;
pub mod telemetry;
pub mod territory;
pub mod track;
pub mod turn;
pub mod verification;
