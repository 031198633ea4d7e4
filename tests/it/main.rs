//! The one integration-test binary.

mod cache;
mod cluster;
mod embedded;
mod verification;
mod verification_exchange;
