//! The one integration-test binary.

mod cache;
mod cluster;
mod embedded;
mod specs;
mod verification;
mod verification_exchange;
