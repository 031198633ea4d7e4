//! How often a turn of the largest flow asks for memory, and for how much: the turns that the engine's benchmark times.
//!
//!     cargo bench --bench allocations
#![expect(clippy::print_stdout, reason = "a benchmark is there to print figures")]

use allocation_counter::measure;

#[path = "engine/turns.rs"]
mod turns;

use turns::Stage;

fn main() {
    let stage = Stage::new();
    let (mut count, mut bytes) = (0, 0);
    let turns = stage.turns();
    let all = turns.len() as u64;
    println!("{:36} {:>12} {:>8}", "turn", "allocations", "bytes");
    for turn in turns {
        let mut begun = Some((turn.state, turn.input));
        let used = measure(|| {
            let (state, input) = begun.take().unwrap_or_else(|| unreachable!("measured once"));
            std::hint::black_box(stage.step(state, input));
        });
        println!("{:36} {:>12} {:>8}", turn.name, used.count_total, used.bytes_total);
        count += used.count_total;
        bytes += used.bytes_total;
    }
    println!("{:36} {:>12} {:>8}", "mean", count / all, bytes / all);
}
