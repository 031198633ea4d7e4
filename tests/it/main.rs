//! The one integration-test binary.

mod cluster;
mod embedded;
