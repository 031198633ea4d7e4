//! A file as somebody has handed it in: read, its rows judged, told. What is read is stored and read again as it was, and every
//! pupil's row is good, refused, or waits.
#![no_main]

use libfuzzer_sys::fuzz_target;
use provodnik_fuzz::imported;

fuzz_target!(|data: &[u8]| {
    if data.len() <= 64 * 1024 {
        imported(data);
    }
});
