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
/// Bytes that such a process may take: a region's whole year takes a sixth of it.
const MEMORY: u64 = 300 * 1024 * 1024;
/// How long one may take; a region's whole year takes a second.
const TIME: Duration = Duration::from_secs(20);
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
    command.arg(COMMAND).env_clear().stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
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

/// What that process does: limits itself, reads, and writes the table or why there is none as JSON.
///
/// # Errors
/// When it can't be limited, or nobody listens.
pub fn serve() -> std::io::Result<()> {
    use std::io::{Read, Write};
    let limit = rustix::process::Rlimit { current: Some(MEMORY), maximum: Some(MEMORY) };
    rustix::process::setrlimit(rustix::process::Resource::Data, limit)?;
    let mut bytes = Vec::new();
    std::io::stdin().lock().take(MAX_BYTES as u64 + 1).read_to_end(&mut bytes)?;
    let answer = serde_json::to_vec(&table::read(&bytes))?;
    std::io::stdout().lock().write_all(&answer)
}
