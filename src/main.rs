//! The program's entrance.

use std::process::ExitCode;

/// A fifth of our processor time at 50 busy chats went into the C library's allocator (perf, the five-step dialogue).
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    provodnik::cli::main()
}
