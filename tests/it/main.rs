//! The one integration-test binary.

mod cluster;
mod embedded;
mod verification;
mod verification_exchange;
mod verification_sandbox;
