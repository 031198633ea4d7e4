//! The flow engine: pure. No clock, no dice, no I/O, never panics, always ends.
//!
//! [`step()`] takes a program, a state and an input and gives the new state and a list of effects. Everything outside the
//! room is data here: time and chance come in [`Env`], what is to be done goes out as [`Effect`].

pub mod action;
pub mod chat;
pub mod check;
pub mod coverage;
mod edge;
pub mod effect;
pub mod entry;
pub mod explore;
mod expr;
pub mod input;
mod load;
pub mod model;
pub mod outline;
pub mod program;
pub mod shape;
mod spelled;
pub mod state;
pub mod step;
mod unfit;
mod update;

pub use action::{Action, Reply};
pub use edge::Edge;
pub use effect::Effect;
pub use input::{About, Alarm, Env, Input, Names};
pub(crate) use load::{At, Entries, duration, parse, parse_repeated};
pub use load::{Source, schema};
pub use program::{Pictures, Program, Version};
pub use shape::Shape;
pub use state::{Run, State};
pub use step::{Posed, Trace, Turn, When, step};
pub use unfit::Unfit;
pub use update::{Fate, Foreseen};
