//! The one integration-test binary.

mod cache;
mod cluster;
mod core_lane;
mod core_room;
mod core_turn;
mod embedded;
mod hooks;
mod people_demo;
mod people_help;
mod people_import;
mod people_sign_in;
mod process;
mod queries;
mod specs;
mod tidy;
mod verification;
mod verification_exchange;
mod verification_sandbox;
mod world;
mod world_main_job;
mod world_saved;
mod world_verify;
mod world_sign_in;
mod world_providers;
