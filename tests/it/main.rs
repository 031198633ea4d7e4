//! The one integration-test binary.

mod cache;
mod cluster;
mod core_lane;
mod core_room;
mod core_turn;
mod embedded;
mod specs;
mod verification;
mod verification_exchange;
