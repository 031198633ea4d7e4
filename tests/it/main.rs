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
mod process_content;
mod process_crash;
mod process_modes;
mod queries;
mod running;
mod specs;
mod tidy;
mod verification;
mod verification_exchange;
mod verification_sandbox;
mod world;
mod world_main_job;
