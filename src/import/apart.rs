//! A sheet is read in a process of its own, with little memory and little time: what somebody uploads may be made to swell, and a
//! parser may have faults that nobody knows of. Whatever becomes of that process, ours goes on.

use std::{path::Path, process::Stdio, time::Duration};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    process::Command,
    time::timeout,
};

use super::table::{self, MAX_BYTES, Table, Unreadable};

/// The word by which the program reads a sheet from its standard input.
pub const COMMAND: &str = "read-sheet";
/// Bytes that such a process may take besides what it begins with: a region's whole year takes a sixth of it.
const MEMORY: u64 = 300 * 1024 * 1024;
/// How long one may take; a region's whole year takes a second.
const TIME: Duration = Duration::from_secs(20);
/// An allocator that sets much aside at once would have the limit used up before it begins.
const ALLOCATOR: [(&str, &str); 1] = [("MIMALLOC_ARENA_RESERVE", "4096")];
/// The most bytes of its answer.
const ANSWER: u64 = 64 * 1024 * 1024;

/// Reads a sheet in a process of its own; `program`: ours.
///
/// # Errors
/// When it is no table that can be read, or reading it takes too much.
pub async fn read(program: &Path, bytes: &[u8]) -> Result<Table, Unreadable> {
    if bytes.len() > MAX_BYTES {
        return Err(Unreadable::Large);
    }
    match timeout(TIME, asked(program, bytes)).await {
        Ok(Ok(answer)) => serde_json::from_slice(&answer).unwrap_or(Err(Unreadable::Swollen)),
        Ok(Err(error)) => {
            tracing::error!("no process reads a sheet: {error}");
            Err(Unreadable::Broken)
        }
        Err(_) => Err(Unreadable::Swollen),
    }
}

async fn asked(program: &Path, bytes: &[u8]) -> std::io::Result<Vec<u8>> {
    let mut command = Command::new(program);
    command.arg(COMMAND).env_clear().envs(ALLOCATOR).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
    let mut child = command.kill_on_drop(true).spawn()?;
    let (stdin, stdout) = (child.stdin.take(), child.stdout.take());
    let told = async {
        // It may stop reading early, to refuse.
        if let Some(mut stdin) = stdin {
            stdin.write_all(bytes).await.ok();
        }
    };
    let heard = async {
        let mut answer = Vec::new();
        if let Some(stdout) = stdout {
            stdout.take(ANSWER).read_to_end(&mut answer).await?;
        }
        Ok(answer)
    };
    let ((), answer) = tokio::join!(told, heard);
    answer
}

/// Bytes that this process has taken for data; `None` where the system does not tell.
fn data() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmData:"))?;
    line.trim().trim_end_matches("kB").trim().parse::<u64>().ok().map(|kilobytes| kilobytes * 1024)
}

/// What that process does: limits itself, reads, and writes the table or why there is none as JSON.
///
/// # Errors
/// When it can't be limited, or nobody listens.
pub fn serve() -> std::io::Result<()> {
    use std::io::{Read, Write};
    let limit = data().map(|taken| taken.saturating_add(MEMORY));
    let limit = rustix::process::Rlimit { current: limit, maximum: limit };
    rustix::process::setrlimit(rustix::process::Resource::Data, limit)?;
    let mut bytes = Vec::new();
    std::io::stdin().lock().take(MAX_BYTES as u64 + 1).read_to_end(&mut bytes)?;
    let answer = serde_json::to_vec(&table::read(&bytes))?;
    std::io::stdout().lock().write_all(&answer)
}
