//! What processes cost, as Linux counts it under `/proc`.

use std::{collections::HashMap, fs, time::Duration};

use anyhow::Context as _;

/// Processor time of a process, all its threads, in user and system mode.
pub fn cpu(pid: u32) -> anyhow::Result<Duration> {
    Ok(ticks(own(&stat(pid)?)))
}

/// The same of a process with all that it has started, those that have ended among them.
pub fn cpu_of_family(pid: u32) -> anyhow::Result<Duration> {
    let mut parents = HashMap::new();
    for entry in fs::read_dir("/proc")? {
        let Some(id) = entry?.file_name().to_str().and_then(|name| name.parse::<u32>().ok()) else { continue };
        // It may have ended since.
        if let Ok(stat) = stat(id) {
            parents.insert(id, (stat[1], own(&stat), stat[13] + stat[14]));
        }
    }
    let mut family = vec![pid];
    let mut at = 0;
    while let Some(parent) = family.get(at).copied() {
        family.extend(parents.iter().filter(|(_, (its, ..))| *its == u64::from(parent)).map(|(id, _)| *id));
        at += 1;
    }
    let of = |id: &u32| parents.get(id).map_or(0, |(_, own, reaped)| own + reaped);
    Ok(ticks(family.iter().map(of).sum()))
}

/// Who started it.
pub fn parent(pid: u32) -> anyhow::Result<u32> {
    Ok(stat(pid)?[1].try_into()?)
}

/// The most memory that a process ever had in use, in MB.
pub fn peak_memory(pid: u32) -> anyhow::Result<f64> {
    let status = fs::read_to_string(format!("/proc/{pid}/status"))?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).context("no VmHWM")?;
    let kilobytes: f64 = line.trim().trim_end_matches(" kB").parse()?;
    Ok(kilobytes / 1024.0)
}

/// The numbers of `/proc/<pid>/stat` behind the name and the state: `ppid` is the first after the state.
fn stat(pid: u32) -> anyhow::Result<Vec<u64>> {
    let text = fs::read_to_string(format!("/proc/{pid}/stat"))?;
    let (_, rest) = text.rsplit_once(')').context("no name in stat")?;
    // Some are negative, and none of ours.
    Ok(rest.split_whitespace().map(|word| word.parse().unwrap_or(0)).collect())
}

fn own(stat: &[u64]) -> u64 {
    stat[11] + stat[12]
}

fn ticks(count: u64) -> Duration {
    Duration::from_secs_f64(count as f64 / rustix::param::clock_ticks_per_second() as f64)
}
