//! Proving that a phone can be reached: a robot calls, the pupil types the last four digits of its number.
//!
//! It is never a log-in, a password reset or a consent: four digits carry 13.3 bits and stand on a lock screen. It is the
//! first rung of a ladder whose last is a person of first-line support.

pub mod code;
pub mod phone;
pub mod policy;
pub mod provider;

pub use code::Code;
pub use phone::{Phone, Refusal};
pub use policy::Policy;
pub use provider::Dialler;
